//! Patients.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::civil::Date;
use kalends_app::idempotency::Once;
use kalends_app::patients::{self, PatientPatch};
use kalends_domain::id::PatientId;
use kalends_domain::patient::Patient;
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
use crate::http::params::{Id, IsoDate};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// Who receives a service.
#[derive(Serialize, ToSchema)]
pub struct PatientView {
    id: Uuid,
    given_name: String,
    family_name: String,
    email: Option<String>,
    phone: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Date>,
    /// A language tag, for what is sent to them.
    language: Option<String>,
    /// For staff only; null for the patient.
    notes: Option<String>,
    archived: bool,
    version: i64,
}

impl From<&Patient> for PatientView {
    fn from(it: &Patient) -> Self {
        Self {
            id: it.id.uuid(),
            given_name: it.given_name.clone(),
            family_name: it.family_name.clone(),
            email: it.email.clone(),
            phone: it.phone.clone(),
            birth_date: it.birth_date,
            language: it.language.clone(),
            notes: it.notes.clone(),
            archived: it.stamp.is_archived(),
            version: it.stamp.version,
        }
    }
}

/// What a new patient needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatientBody {
    #[schema(min_length = 1, max_length = 120)]
    given_name: String,
    #[schema(min_length = 1, max_length = 120)]
    family_name: String,
    email: Option<String>,
    /// International (`+49 30 901820`) or national.
    phone: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<IsoDate>,
    language: Option<String>,
    #[schema(max_length = 10000)]
    notes: Option<String>,
}

impl From<PatientBody> for PatientPatch {
    fn from(body: PatientBody) -> Self {
        Self {
            given_name: Some(body.given_name),
            family_name: Some(body.family_name),
            email: Some(body.email),
            phone: Some(body.phone),
            birth_date: Some(body.birth_date.map(Into::into)),
            language: Some(body.language),
            notes: Some(body.notes),
            archived: None,
        }
    }
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatientPatchBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    given_name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    family_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Option<IsoDate>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    notes: Option<Option<String>>,
    /// `true` archives, `false` restores.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    archived: Option<bool>,
}

impl From<PatientPatchBody> for PatientPatch {
    fn from(body: PatientPatchBody) -> Self {
        Self {
            given_name: body.given_name,
            family_name: body.family_name,
            email: body.email,
            phone: body.phone,
            birth_date: body.birth_date.map(|date| date.map(Into::into)),
            language: body.language,
            notes: body.notes,
            archived: body.archived,
        }
    }
}

/// The operations on patients.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, archive))
}

/// The patients, by family name; `q` finds them by names, e-mail, telephone and birth date. Doctors see those who come to them.
#[utoipa::path(get, path = "/patients", tag = "patients", params(ListParams), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<PatientView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<NoFilters>,
) -> ApiResult<axum::Json<ListAnswer<PatientView>>> {
    let page = patients::list(&state.app, &ctx, &listing.page).await?;
    Ok(axum::Json(ListAnswer::new(page, |it| PatientView::from(&it))))
}

/// One patient, for staff, their doctor or themselves; it is noted on their audit trail.
#[utoipa::path(get, path = "/patients/{id}", tag = "patients", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = PatientView), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<PatientId>,
) -> ApiResult<Versioned<PatientView>> {
    let it = patients::get(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Makes a patient who has no account.
#[utoipa::path(post, path = "/patients", tag = "patients", request_body = PatientBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = PatientView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<PatientBody>,
) -> ApiResult<Versioned<PatientView>> {
    let render = |it: &Patient| created(&PatientView::from(it));
    let once = Once::new(key.of(&ctx, "patients.create", body.fingerprint), &render);
    let it = patients::create(&state.app, &ctx, body.value.into(), &once).await?;
    Ok(Versioned::created(it.stamp.version, (&it).into()))
}

/// Changes a patient; patients may change their own name, telephone, birth date and language.
#[utoipa::path(patch, path = "/patients/{id}", tag = "patients", request_body = PatientPatchBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = PatientView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<PatientId>,
    IfMatch(expected): IfMatch,
    Body { value: patch, .. }: Body<PatientPatchBody>,
) -> ApiResult<Versioned<PatientView>> {
    let it = patients::update(&state.app, &ctx, id, expected, patch.into()).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Archives a patient; refused while an appointment that is still to come needs it.
#[utoipa::path(delete, path = "/patients/{id}", tag = "patients", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
async fn archive(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<PatientId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    let patch = PatientPatch {
        archived: Some(true),
        ..PatientPatch::default()
    };
    patients::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(StatusCode::NO_CONTENT)
}
