//! Locations.

use axum::extract::State;
use axum::http::StatusCode;
use kalends_app::idempotency::Once;
use kalends_app::locations::{self, LocationPatch};
use kalends_domain::id::LocationId;
use kalends_domain::location::Location;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::{Body, given, present};
use crate::http::list::{ListAnswer, ListParams, Listing, NoFilters};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A site with an address and a time zone.
#[derive(Serialize, ToSchema)]
pub struct LocationView {
    id: Uuid,
    name: String,
    address: Option<String>,
    phone: Option<String>,
    /// An IANA zone.
    time_zone: String,
    archived: bool,
    version: i64,
}

impl From<&Location> for LocationView {
    fn from(it: &Location) -> Self {
        Self {
            id: it.id.uuid(),
            name: it.name.clone(),
            address: it.address.clone(),
            phone: it.phone.clone(),
            time_zone: it.time_zone.clone(),
            archived: it.stamp.is_archived(),
            version: it.stamp.version,
        }
    }
}

/// What a new location needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationBody {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// An IANA zone, such as `Europe/Berlin`.
    time_zone: String,
    #[schema(max_length = 500)]
    address: Option<String>,
    phone: Option<String>,
}

impl From<LocationBody> for LocationPatch {
    fn from(body: LocationBody) -> Self {
        Self {
            name: Some(body.name),
            time_zone: Some(body.time_zone),
            address: Some(body.address),
            phone: Some(body.phone),
            archived: None,
        }
    }
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationPatchBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    time_zone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    address: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    /// `true` archives, `false` restores.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    archived: Option<bool>,
}

impl From<LocationPatchBody> for LocationPatch {
    fn from(body: LocationPatchBody) -> Self {
        Self {
            name: body.name,
            time_zone: body.time_zone,
            address: body.address,
            phone: body.phone,
            archived: body.archived,
        }
    }
}

/// The operations on locations.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, archive))
}

/// The locations, by name.
#[utoipa::path(get, path = "/locations", tag = "locations", params(ListParams),
    responses((status = 200, body = ListAnswer<LocationView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<NoFilters>,
) -> ApiResult<axum::Json<ListAnswer<LocationView>>> {
    let page = locations::list(&state.app, &ctx, &listing.page).await?;
    Ok(axum::Json(ListAnswer::new(page, |it| LocationView::from(&it))))
}

/// One location.
#[utoipa::path(get, path = "/locations/{id}", tag = "locations", params(("id" = Uuid, Path)),
    responses((status = 200, body = LocationView), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<LocationId>,
) -> ApiResult<Versioned<LocationView>> {
    let it = locations::get(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Makes a location.
#[utoipa::path(post, path = "/locations", tag = "locations", request_body = LocationBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = LocationView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<LocationBody>,
) -> ApiResult<Versioned<LocationView>> {
    let render = |it: &Location| created(&LocationView::from(it));
    let once = Once::new(key.of(&ctx, "locations.create", body.fingerprint), &render);
    let it = locations::create(&state.app, &ctx, body.value.into(), &once).await?;
    Ok(Versioned::created(it.stamp.version, (&it).into()))
}

/// Changes a location.
#[utoipa::path(patch, path = "/locations/{id}", tag = "locations", request_body = LocationPatchBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = LocationView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<LocationId>,
    IfMatch(expected): IfMatch,
    Body { value: patch, .. }: Body<LocationPatchBody>,
) -> ApiResult<Versioned<LocationView>> {
    let it = locations::update(&state.app, &ctx, id, expected, patch.into()).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Archives a location; refused while an appointment that is still to come needs it.
#[utoipa::path(delete, path = "/locations/{id}", tag = "locations", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
async fn archive(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<LocationId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    let patch = LocationPatch {
        archived: Some(true),
        ..LocationPatch::default()
    };
    locations::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(StatusCode::NO_CONTENT)
}
