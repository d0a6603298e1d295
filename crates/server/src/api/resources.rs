//! Resources: rooms and equipment.

use axum::extract::State;
use axum::http::StatusCode;
use kalends_app::idempotency::Once;
use kalends_app::resources::{self, ResourcePatch};
use kalends_domain::id::ResourceId;
use kalends_domain::resource::Resource;
use kalends_store::resources::ResourceFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::{Body, given};
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A room or a piece of equipment.
#[derive(Serialize, ToSchema)]
pub struct ResourceView {
    id: Uuid,
    location_id: Uuid,
    name: String,
    /// What services ask for.
    kind: String,
    archived: bool,
    version: i64,
}

impl From<&Resource> for ResourceView {
    fn from(it: &Resource) -> Self {
        Self {
            id: it.id.uuid(),
            location_id: it.location_id.uuid(),
            name: it.name.clone(),
            kind: it.kind.clone(),
            archived: it.stamp.is_archived(),
            version: it.stamp.version,
        }
    }
}

/// What a new resource needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceBody {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[schema(min_length = 1, max_length = 60)]
    kind: String,
    location_id: Uuid,
}

impl From<ResourceBody> for ResourcePatch {
    fn from(body: ResourceBody) -> Self {
        Self {
            name: Some(body.name),
            kind: Some(body.kind),
            location_id: Some(body.location_id.into()),
            archived: None,
        }
    }
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourcePatchBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    kind: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Uuid)]
    location_id: Option<Uuid>,
    /// `true` archives, `false` restores.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    archived: Option<bool>,
}

impl From<ResourcePatchBody> for ResourcePatch {
    fn from(body: ResourcePatchBody) -> Self {
        Self {
            name: body.name,
            kind: body.kind,
            location_id: body.location_id.map(Into::into),
            archived: body.archived,
        }
    }
}

/// Which resources.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResourceFilters {
    location_id: Option<Uuid>,
    kind: Option<String>,
}

impl From<ResourceFilters> for ResourceFilter {
    fn from(filters: ResourceFilters) -> Self {
        Self {
            location_id: filters.location_id.map(Into::into),
            kind: filters.kind,
        }
    }
}

/// The operations on resources.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, archive))
}

/// The resources, by name.
#[utoipa::path(get, path = "/resources", tag = "resources", params(ListParams, ResourceFilters), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<ResourceView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<ResourceFilters>,
) -> ApiResult<axum::Json<ListAnswer<ResourceView>>> {
    let page = resources::list(&state.app, &ctx, &listing.page, listing.filters.into()).await?;
    Ok(axum::Json(ListAnswer::new(page, |it| ResourceView::from(&it))))
}

/// One resource.
#[utoipa::path(get, path = "/resources/{id}", tag = "resources", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = ResourceView), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ResourceId>,
) -> ApiResult<Versioned<ResourceView>> {
    let it = resources::get(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Makes a resource.
#[utoipa::path(post, path = "/resources", tag = "resources", request_body = ResourceBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = ResourceView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<ResourceBody>,
) -> ApiResult<Versioned<ResourceView>> {
    let render = |it: &Resource| created(&ResourceView::from(it));
    let once = Once::new(key.of(&ctx, "resources.create", body.fingerprint), &render);
    let it = resources::create(&state.app, &ctx, body.value.into(), &once).await?;
    Ok(Versioned::created(it.stamp.version, (&it).into()))
}

/// Changes a resource.
#[utoipa::path(patch, path = "/resources/{id}", tag = "resources", request_body = ResourcePatchBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = ResourceView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ResourceId>,
    IfMatch(expected): IfMatch,
    Body { value: patch, .. }: Body<ResourcePatchBody>,
) -> ApiResult<Versioned<ResourceView>> {
    let it = resources::update(&state.app, &ctx, id, expected, patch.into()).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Archives a resource; refused while an appointment that is still to come needs it.
#[utoipa::path(delete, path = "/resources/{id}", tag = "resources", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
async fn archive(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ResourceId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    let patch = ResourcePatch {
        archived: Some(true),
        ..ResourcePatch::default()
    };
    resources::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(StatusCode::NO_CONTENT)
}
