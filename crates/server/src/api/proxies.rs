//! Proxies: who may act for a patient.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use kalends_app::idempotency::Once;
use kalends_app::patients::PatientPatch;
use kalends_app::proxies::{self, NewDependant, NewProxy, ProxyPatch};
use kalends_domain::id::{PatientId, ProxyId};
use kalends_domain::proxy::{ActsFor, NamedProxy, ProxyScope, Relationship};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::{Body, given, present};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::{Id, IsoDate};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// That a user may act for a patient.
#[derive(Serialize, ToSchema)]
pub struct ProxyView {
    id: Uuid,
    /// 1 when it is made, one more with every change; also the `ETag`.
    version: i64,
    patient_id: Uuid,
    patient_name: String,
    user_id: Uuid,
    user_name: String,
    user_email: String,
    /// What the user is to the patient: `parent`, `guardian`, `child`, `partner`, `sibling`, `carer` or `other`.
    #[schema(value_type = String)]
    relationship: Relationship,
    /// `view`: sees the appointments; `book`: books, moves and cancels them too; `full`: the patient's details too.
    #[schema(value_type = String)]
    scope: ProxyScope,
    /// From when it counts no more; null: not until it is revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<&NamedProxy> for ProxyView {
    fn from(it: &NamedProxy) -> Self {
        let NamedProxy { proxy, .. } = it;
        Self {
            id: proxy.id.uuid(),
            version: proxy.version,
            patient_id: proxy.patient_id.uuid(),
            patient_name: it.patient_name.clone(),
            user_id: proxy.user_id.uuid(),
            user_name: it.user_name.clone(),
            user_email: it.user_email.clone(),
            relationship: proxy.relationship,
            scope: proxy.scope,
            expires_at: proxy.expires_at,
            created_at: proxy.created_at,
        }
    }
}

/// A patient whom somebody may act for at present.
#[derive(Serialize, ToSchema)]
pub struct ActsForView {
    proxy_id: Uuid,
    patient_id: Uuid,
    given_name: String,
    family_name: String,
    /// What the caller is to them.
    #[schema(value_type = String)]
    relationship: Relationship,
    #[schema(value_type = String)]
    scope: ProxyScope,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

impl From<&ActsFor> for ActsForView {
    fn from(it: &ActsFor) -> Self {
        Self {
            proxy_id: it.proxy_id.uuid(),
            patient_id: it.patient_id.uuid(),
            given_name: it.given_name.clone(),
            family_name: it.family_name.clone(),
            relationship: it.relationship,
            scope: it.scope,
            expires_at: it.expires_at,
        }
    }
}

/// Those who act for a patient.
#[derive(Serialize, ToSchema)]
pub struct ProxiesAnswer {
    items: Vec<ProxyView>,
}

/// Who shall act for a patient.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyBody {
    /// The address with which they sign in as a patient.
    email: String,
    #[schema(value_type = String, examples("parent"))]
    relationship: Relationship,
    #[schema(value_type = String, examples("book"))]
    scope: ProxyScope,
    /// In the future; absent: until it is revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyPatchBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    relationship: Option<Relationship>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    scope: Option<ProxyScope>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<Timestamp>>,
}

/// Somebody whom the caller looks after and who has no record yet.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DependantBody {
    /// What the caller is to them.
    #[schema(value_type = String, examples("parent"))]
    relationship: Relationship,
    #[schema(min_length = 1, max_length = 120)]
    given_name: String,
    #[schema(min_length = 1, max_length = 120)]
    family_name: String,
    /// International (`+49 30 901820`) or national.
    phone: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<IsoDate>,
    language: Option<String>,
}

/// The operations on proxies.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, revoke))
        .routes(routes!(add_dependant))
}

/// Who acts for a patient, for staff, the patient, and those who fully act for them; it is noted on the patient's audit trail.
#[utoipa::path(get, path = "/patients/{id}/proxies", tag = "patients", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = ProxiesAnswer), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<PatientId>,
) -> ApiResult<Json<ProxiesAnswer>> {
    let found = proxies::list(&state.app, &ctx, id).await?;
    Ok(Json(ProxiesAnswer {
        items: found.iter().map(ProxyView::from).collect(),
    }))
}

/// Lets a user act for a patient.
#[utoipa::path(post, path = "/patients/{id}/proxies", tag = "patients", request_body = ProxyBody,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = ProxyView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<PatientId>,
    key: IdempotencyKey,
    body: Body<ProxyBody>,
) -> ApiResult<Versioned<ProxyView>> {
    let render = |it: &NamedProxy| created(&ProxyView::from(it));
    let once = Once::new(key.of(&ctx, "proxies.create", body.fingerprint), &render);
    let input = NewProxy {
        patient_id: id,
        email: body.value.email,
        relationship: body.value.relationship,
        scope: body.value.scope,
        expires_at: body.value.expires_at,
    };
    let made = proxies::create(&state.app, &ctx, input, &once).await?;
    Ok(Versioned::created(made.proxy.version, (&made).into()))
}

/// Changes what a user may do for a patient, and until when.
#[utoipa::path(patch, path = "/proxies/{id}", tag = "patients", request_body = ProxyPatchBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = ProxyView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ProxyId>,
    IfMatch(expected): IfMatch,
    Body { value: body, .. }: Body<ProxyPatchBody>,
) -> ApiResult<Versioned<ProxyView>> {
    let patch = ProxyPatch {
        relationship: body.relationship,
        scope: body.scope,
        expires_at: body.expires_at,
    };
    let it = proxies::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(Versioned::ok(it.proxy.version, (&it).into()))
}

/// Stops somebody from acting for a patient: staff, the patient, or the one who acts.
#[utoipa::path(delete, path = "/proxies/{id}", tag = "patients", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn revoke(State(state): State<AppState>, Caller(ctx): Caller, Id(id): Id<ProxyId>) -> ApiResult<StatusCode> {
    proxies::revoke(&state.app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a record for somebody whom the caller looks after, and lets the caller fully act for them. Ten at most; 403 where the
/// organisation leaves it to the desk.
#[utoipa::path(post, path = "/me/dependants", tag = "me", request_body = DependantBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = ProxyView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn add_dependant(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<DependantBody>,
) -> ApiResult<Versioned<ProxyView>> {
    let render = |it: &NamedProxy| created(&ProxyView::from(it));
    let once = Once::new(key.of(&ctx, "me.dependants.create", body.fingerprint), &render);
    let body = body.value;
    let input = NewDependant {
        relationship: body.relationship,
        details: PatientPatch {
            given_name: Some(body.given_name),
            family_name: Some(body.family_name),
            phone: Some(body.phone),
            birth_date: Some(body.birth_date.map(Into::into)),
            language: Some(body.language),
            ..PatientPatch::default()
        },
    };
    let made = proxies::add_dependant(&state.app, &ctx, input, &once).await?;
    Ok(Versioned::created(made.proxy.version, (&made).into()))
}
