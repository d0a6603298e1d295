//! Closures: when a location, or all of them, cannot be booked.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use kalends_app::closures::{self, Closed, NewClosure};
use kalends_app::idempotency::Once;
use kalends_domain::closure::Closure;
use kalends_domain::id::{ClosureId, LocationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::openings::StrandedView;
use crate::http::caller::Caller;
use crate::http::json::Body;
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A span during which nothing is booked.
#[derive(Serialize, ToSchema)]
pub struct ClosureView {
    id: Uuid,
    /// Null: every location.
    location_id: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    reason: Option<String>,
}

impl From<&Closure> for ClosureView {
    fn from(it: &Closure) -> Self {
        Self {
            id: it.id.uuid(),
            location_id: it.location_id.map(LocationId::uuid),
            starts_at: it.span.starts_at(),
            ends_at: it.span.ends_at(),
            reason: it.reason.clone(),
        }
    }
}

/// What a new closure needs; at most 366 days.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosureBody {
    /// Absent: every location.
    location_id: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    #[schema(max_length = 200)]
    reason: Option<String>,
    /// Only say whom it would strand.
    #[serde(default)]
    dry_run: bool,
}

/// A closure that was made, with the appointments in it. They are kept; somebody should move them.
#[derive(Serialize, ToSchema)]
pub struct ClosedView {
    #[serde(flatten)]
    closure: ClosureView,
    stranded: Vec<StrandedView>,
}

impl From<&Closed> for ClosedView {
    fn from(it: &Closed) -> Self {
        Self {
            closure: (&it.closure).into(),
            stranded: it.stranded.iter().map(Into::into).collect(),
        }
    }
}

/// Which closures.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClosureFilters {
    /// Those that are not over then.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Those that begin before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// The operations on closures.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(delete))
}

/// The closures, by their start.
#[utoipa::path(get, path = "/closures", tag = "calendar", params(ListParams, ClosureFilters), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<ClosureView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<ClosureFilters>,
) -> ApiResult<Json<ListAnswer<ClosureView>>> {
    let ClosureFilters { from, to } = listing.filters;
    let page = closures::list(&state.app, &ctx, &listing.page, from, to).await?;
    Ok(Json(ListAnswer::new(page, |it| ClosureView::from(&it))))
}

/// Closes a location, or all of them. Appointments in it stay, and are listed. A dry run answers 200 and changes nothing.
#[utoipa::path(post, path = "/closures", tag = "calendar", request_body = ClosureBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = ClosedView), (status = 200, body = ClosedView), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<ClosureBody>,
) -> ApiResult<(StatusCode, Json<ClosedView>)> {
    let render = |it: &Closed| created(&ClosedView::from(it));
    let once = Once::new(key.of(&ctx, "closures.create", body.fingerprint), &render);
    let status = if body.value.dry_run {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let input = NewClosure {
        location_id: body.value.location_id.map(LocationId),
        starts_at: body.value.starts_at,
        ends_at: body.value.ends_at,
        reason: body.value.reason,
        dry_run: body.value.dry_run,
    };
    let closed = closures::create(&state.app, &ctx, input, &once).await?;
    Ok((status, Json((&closed).into())))
}

/// Opens again.
#[utoipa::path(delete, path = "/closures/{id}", tag = "calendar", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete(State(state): State<AppState>, Caller(ctx): Caller, Id(id): Id<ClosureId>) -> ApiResult<StatusCode> {
    closures::delete(&state.app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
