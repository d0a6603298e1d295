//! Departments.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use kalends_app::departments::{self, DepartmentPatch};
use kalends_app::idempotency::Once;
use kalends_domain::department::Department;
use kalends_domain::id::DepartmentId;
use kalends_domain::texts::Texts;
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

/// A specialty unit.
#[derive(Serialize, ToSchema)]
pub struct DepartmentView {
    id: Uuid,
    name: String,
    /// Its translations, by language: `{"ar": "…"}`.
    names: BTreeMap<String, String>,
    description: Option<String>,
    descriptions: BTreeMap<String, String>,
    archived: bool,
    version: i64,
}

impl From<&Department> for DepartmentView {
    fn from(it: &Department) -> Self {
        Self {
            id: it.id.uuid(),
            name: it.name.clone(),
            names: it.names.0.clone(),
            description: it.description.clone(),
            descriptions: it.descriptions.0.clone(),
            archived: it.stamp.is_archived(),
            version: it.stamp.version,
        }
    }
}

/// What a new department needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentBody {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    description: Option<String>,
    /// Translations of the name, by language: `{"ar": "…"}`.
    names: Option<BTreeMap<String, String>>,
    descriptions: Option<BTreeMap<String, String>>,
}

impl From<DepartmentBody> for DepartmentPatch {
    fn from(body: DepartmentBody) -> Self {
        Self {
            name: Some(body.name),
            names: body.names.map(Texts),
            description: Some(body.description),
            descriptions: body.descriptions.map(Texts),
            archived: None,
        }
    }
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentPatchBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    /// `true` archives, `false` restores.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    archived: Option<bool>,
    /// All translations of the name, by language.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = BTreeMap<String, String>)]
    names: Option<BTreeMap<String, String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = BTreeMap<String, String>)]
    descriptions: Option<BTreeMap<String, String>>,
}

impl From<DepartmentPatchBody> for DepartmentPatch {
    fn from(body: DepartmentPatchBody) -> Self {
        Self {
            name: body.name,
            names: body.names.map(Texts),
            description: body.description,
            descriptions: body.descriptions.map(Texts),
            archived: body.archived,
        }
    }
}

/// The operations on departments.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, archive))
}

/// The departments, by name.
#[utoipa::path(get, path = "/departments", tag = "departments", params(ListParams),
    responses((status = 200, body = ListAnswer<DepartmentView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<NoFilters>,
) -> ApiResult<axum::Json<ListAnswer<DepartmentView>>> {
    let page = departments::list(&state.app, &ctx, &listing.page).await?;
    Ok(axum::Json(ListAnswer::new(page, |it| DepartmentView::from(&it))))
}

/// One department.
#[utoipa::path(get, path = "/departments/{id}", tag = "departments", params(("id" = Uuid, Path)),
    responses((status = 200, body = DepartmentView), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<DepartmentId>,
) -> ApiResult<Versioned<DepartmentView>> {
    let it = departments::get(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Makes a department.
#[utoipa::path(post, path = "/departments", tag = "departments", request_body = DepartmentBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = DepartmentView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<DepartmentBody>,
) -> ApiResult<Versioned<DepartmentView>> {
    let render = |it: &Department| created(&DepartmentView::from(it));
    let once = Once::new(key.of(&ctx, "departments.create", body.fingerprint), &render);
    let it = departments::create(&state.app, &ctx, body.value.into(), &once).await?;
    Ok(Versioned::created(it.stamp.version, (&it).into()))
}

/// Changes a department.
#[utoipa::path(patch, path = "/departments/{id}", tag = "departments", request_body = DepartmentPatchBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = DepartmentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<DepartmentId>,
    IfMatch(expected): IfMatch,
    Body { value: patch, .. }: Body<DepartmentPatchBody>,
) -> ApiResult<Versioned<DepartmentView>> {
    let it = departments::update(&state.app, &ctx, id, expected, patch.into()).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Archives a department.
#[utoipa::path(delete, path = "/departments/{id}", tag = "departments", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem)))]
async fn archive(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<DepartmentId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    let patch = DepartmentPatch {
        archived: Some(true),
        ..DepartmentPatch::default()
    };
    departments::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(StatusCode::NO_CONTENT)
}
