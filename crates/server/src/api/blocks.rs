//! Blocks: time of one calendar that nobody may book.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use kalends_app::blocks::{self, BlockInput};
use kalends_app::idempotency::Once;
use kalends_domain::block::Block;
use kalends_domain::id::{BlockId, ProviderId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::json::Body;
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A span that nobody may book.
#[derive(Serialize, ToSchema)]
pub struct BlockView {
    id: Uuid,
    provider_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    reason: Option<String>,
}

impl From<&Block> for BlockView {
    fn from(it: &Block) -> Self {
        Self {
            id: it.id.uuid(),
            provider_id: it.provider_id.uuid(),
            starts_at: it.span.starts_at(),
            ends_at: it.span.ends_at(),
            reason: it.reason.clone(),
        }
    }
}

/// What a new block needs. It may lie outside openings and may have begun, but must not be over; at most 31 days.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockBody {
    provider_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    #[schema(max_length = 200)]
    reason: Option<String>,
}

/// Which blocks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BlockFilters {
    provider_id: Uuid,
    /// Those that are not over then.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Those that begin before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// The operations on blocks.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(delete))
}

/// A provider's blocks, by their start.
#[utoipa::path(get, path = "/blocks", tag = "calendar", params(ListParams, BlockFilters), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<BlockView>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<BlockFilters>,
) -> ApiResult<Json<ListAnswer<BlockView>>> {
    let filters = listing.filters;
    let provider = ProviderId(filters.provider_id);
    let page = blocks::list(&state.app, &ctx, &listing.page, provider, filters.from, filters.to).await?;
    Ok(Json(ListAnswer::new(page, |it| BlockView::from(&it))))
}

/// Blocks time. What is in the way is listed, and stays.
#[utoipa::path(post, path = "/blocks", tag = "calendar", request_body = BlockBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = BlockView), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<BlockBody>,
) -> ApiResult<(StatusCode, Json<BlockView>)> {
    let render = |it: &Block| created(&BlockView::from(it));
    let once = Once::new(key.of(&ctx, "blocks.create", body.fingerprint), &render);
    let input = BlockInput {
        provider_id: ProviderId(body.value.provider_id),
        starts_at: body.value.starts_at,
        ends_at: body.value.ends_at,
        reason: body.value.reason,
    };
    let block = blocks::create(&state.app, &ctx, input, &once).await?;
    Ok((StatusCode::CREATED, Json((&block).into())))
}

/// Frees the time again.
#[utoipa::path(delete, path = "/blocks/{id}", tag = "calendar", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(State(state): State<AppState>, Caller(ctx): Caller, Id(id): Id<BlockId>) -> ApiResult<StatusCode> {
    blocks::delete(&state.app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
