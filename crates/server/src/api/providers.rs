//! Providers.

use axum::extract::State;
use axum::http::StatusCode;
use kalends_app::idempotency::Once;
use kalends_app::providers::{self, NewProvider, ProviderPatch};
use kalends_domain::id::ProviderId;
use kalends_domain::provider::Provider;
use kalends_store::providers::ProviderFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::{Body, given, present};
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A person who gives services.
#[derive(Serialize, ToSchema)]
pub struct ProviderView {
    id: Uuid,
    /// What they sign in with; shown to those who work here.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    title: Option<String>,
    given_name: String,
    family_name: String,
    bio: Option<String>,
    /// Language tags.
    languages: Vec<String>,
    public: bool,
    /// Whether they take new patients.
    accepting: bool,
    /// How many appointments they may have in a day and in a week (from Monday); null: without limit.
    max_per_day: Option<i32>,
    max_per_week: Option<i32>,
    department_ids: Vec<Uuid>,
    /// The first one is where their calendar opens.
    location_ids: Vec<Uuid>,
    service_ids: Vec<Uuid>,
    archived: bool,
    version: i64,
}

impl From<&Provider> for ProviderView {
    fn from(it: &Provider) -> Self {
        Self {
            id: it.id.uuid(),
            email: it.email.clone(),
            title: it.title.clone(),
            given_name: it.given_name.clone(),
            family_name: it.family_name.clone(),
            bio: it.bio.clone(),
            languages: it.languages.clone(),
            public: it.public,
            accepting: it.accepting,
            max_per_day: it.max_per_day,
            max_per_week: it.max_per_week,
            department_ids: it.department_ids.iter().map(|id| id.uuid()).collect(),
            location_ids: it.location_ids.iter().map(|id| id.uuid()).collect(),
            service_ids: it.service_ids.iter().map(|id| id.uuid()).collect(),
            archived: it.stamp.is_archived(),
            version: it.stamp.version,
        }
    }
}

/// What a new provider needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderBody {
    /// What they sign in with; absent: they do not.
    email: Option<String>,
    /// 8 to 1,024 bytes; absent: they cannot sign in yet.
    password: Option<String>,
    #[schema(min_length = 1, max_length = 120)]
    given_name: String,
    #[schema(min_length = 1, max_length = 120)]
    family_name: String,
    #[schema(max_length = 60)]
    title: Option<String>,
    #[schema(max_length = 2000)]
    bio: Option<String>,
    /// Language tags (BCP 47).
    languages: Option<Vec<String>>,
    /// `true` when absent.
    public: Option<bool>,
    /// `true` when absent.
    accepting: Option<bool>,
    /// How many appointments they may have in a day and in a week (from Monday); null: without limit.
    #[schema(minimum = 1, maximum = 10000)]
    max_per_day: Option<i64>,
    #[schema(minimum = 1, maximum = 10000)]
    max_per_week: Option<i64>,
    department_ids: Option<Vec<Uuid>>,
    /// The first one is where their calendar opens.
    location_ids: Option<Vec<Uuid>>,
    service_ids: Option<Vec<Uuid>>,
}

impl From<ProviderBody> for NewProvider {
    fn from(body: ProviderBody) -> Self {
        Self {
            email: body.email,
            password: body.password,
            profile: ProviderPatch {
                given_name: Some(body.given_name),
                family_name: Some(body.family_name),
                title: Some(body.title),
                bio: Some(body.bio),
                languages: body.languages,
                public: body.public,
                accepting: body.accepting,
                max_per_day: Some(body.max_per_day),
                max_per_week: Some(body.max_per_week),
                department_ids: body.department_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
                location_ids: body.location_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
                service_ids: body.service_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
                archived: None,
            },
        }
    }
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderPatchBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    given_name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    family_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    title: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    bio: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<String>)]
    languages: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    public: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    accepting: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    max_per_day: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    max_per_week: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<Uuid>)]
    department_ids: Option<Vec<Uuid>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<Uuid>)]
    location_ids: Option<Vec<Uuid>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<Uuid>)]
    service_ids: Option<Vec<Uuid>>,
    /// `true` archives, `false` restores.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    archived: Option<bool>,
}

impl From<ProviderPatchBody> for ProviderPatch {
    fn from(body: ProviderPatchBody) -> Self {
        Self {
            given_name: body.given_name,
            family_name: body.family_name,
            title: body.title,
            bio: body.bio,
            languages: body.languages,
            public: body.public,
            accepting: body.accepting,
            max_per_day: body.max_per_day,
            max_per_week: body.max_per_week,
            department_ids: body.department_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
            location_ids: body.location_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
            service_ids: body.service_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
            archived: body.archived,
        }
    }
}

/// Which providers.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProviderFilters {
    department_id: Option<Uuid>,
    location_id: Option<Uuid>,
    service_id: Option<Uuid>,
    /// Those who take new patients, or do not.
    accepting: Option<bool>,
    public: Option<bool>,
}

impl From<ProviderFilters> for ProviderFilter {
    fn from(filters: ProviderFilters) -> Self {
        Self {
            department_id: filters.department_id.map(Into::into),
            location_id: filters.location_id.map(Into::into),
            service_id: filters.service_id.map(Into::into),
            accepting: filters.accepting,
            public: filters.public,
        }
    }
}

/// The operations on providers.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, archive))
}

/// The providers, by name.
#[utoipa::path(get, path = "/providers", tag = "providers", params(ListParams, ProviderFilters),
    responses((status = 200, body = ListAnswer<ProviderView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<ProviderFilters>,
) -> ApiResult<axum::Json<ListAnswer<ProviderView>>> {
    let page = providers::list(&state.app, &ctx, &listing.page, listing.filters.into()).await?;
    Ok(axum::Json(ListAnswer::new(page, |it| ProviderView::from(&it))))
}

/// One provider.
#[utoipa::path(get, path = "/providers/{id}", tag = "providers", params(("id" = Uuid, Path)),
    responses((status = 200, body = ProviderView), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ProviderId>,
) -> ApiResult<Versioned<ProviderView>> {
    let it = providers::get(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Makes a provider, with the account they sign in with if there is an address for it.
#[utoipa::path(post, path = "/providers", tag = "providers", request_body = ProviderBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = ProviderView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<ProviderBody>,
) -> ApiResult<Versioned<ProviderView>> {
    let render = |it: &Provider| created(&ProviderView::from(it));
    let once = Once::new(key.of(&ctx, "providers.create", body.fingerprint), &render);
    let it = providers::create(&state.app, &ctx, body.value.into(), &once).await?;
    Ok(Versioned::created(it.stamp.version, (&it).into()))
}

/// Changes a provider; doctors may change their own title, bio, languages and whether they take new patients.
#[utoipa::path(patch, path = "/providers/{id}", tag = "providers", request_body = ProviderPatchBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = ProviderView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ProviderId>,
    IfMatch(expected): IfMatch,
    Body { value: patch, .. }: Body<ProviderPatchBody>,
) -> ApiResult<Versioned<ProviderView>> {
    let it = providers::update(&state.app, &ctx, id, expected, patch.into()).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Archives a provider; refused while an appointment that is still to come needs it.
#[utoipa::path(delete, path = "/providers/{id}", tag = "providers", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
async fn archive(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ProviderId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    let patch = ProviderPatch {
        archived: Some(true),
        ..ProviderPatch::default()
    };
    providers::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(StatusCode::NO_CONTENT)
}
