//! Another time for an appointment, which staff propose and the patient accepts or refuses.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::proposals::{self, Proposal};
use kalends_domain::hold::Hold;
use kalends_domain::id::{AppointmentId, LocationId, ProviderId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::appointments::AppointmentView;
use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::Body;
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A time that is kept for the patient until they answer.
#[derive(Serialize, ToSchema)]
pub struct ProposalView {
    appointment_id: Uuid,
    provider_id: Uuid,
    location_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// What staff say with it.
    message: Option<String>,
    /// Until when the patient can answer.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl ProposalView {
    fn new(id: Uuid, it: &Hold) -> Self {
        Self {
            appointment_id: id,
            provider_id: it.provider_id.uuid(),
            location_id: it.location_id.uuid(),
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            message: it.proposed.as_ref().and_then(|it| it.message.clone()),
            expires_at: it.expires_at,
        }
    }
}

/// The other time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalBody {
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Absent: the same.
    provider_id: Option<Uuid>,
    location_id: Option<Uuid>,
    /// What the patient reads with it.
    #[schema(max_length = 1000)]
    message: Option<String>,
}

/// The operations on proposals.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(propose, get, withdraw))
        .routes(routes!(accept))
        .routes(routes!(refuse))
}

/// Proposes another time, in place of one proposed before. It is kept for two days, or until one of the two times comes; until
/// the patient accepts, the appointment keeps its own.
#[utoipa::path(post, path = "/appointments/{id}/proposal", tag = "appointments", request_body = ProposalBody,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header), ("if-match" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 201, body = ProposalView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn propose(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
    IfMatch(expected): IfMatch,
    key: IdempotencyKey,
    body: Body<ProposalBody>,
) -> ApiResult<(StatusCode, Json<ProposalView>)> {
    let render = |it: &Hold| created(&ProposalView::new(id.uuid(), it));
    let once = Once::new(key.of(&ctx, "proposals.create", body.fingerprint), &render);
    let input = Proposal {
        starts_at: body.value.starts_at,
        provider_id: body.value.provider_id.map(ProviderId),
        location_id: body.value.location_id.map(LocationId),
        message: body.value.message,
        expected,
    };
    let hold = proposals::propose(&state.app, &ctx, id, input, &once).await?;
    Ok((StatusCode::CREATED, Json(ProposalView::new(id.uuid(), &hold))))
}

/// The time that is proposed; 404 when none is, or not any more.
#[utoipa::path(get, path = "/appointments/{id}/proposal", tag = "appointments", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = ProposalView), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
) -> ApiResult<Json<ProposalView>> {
    let hold = proposals::find(&state.app, &ctx, id).await?.ok_or(AppError::NotFound)?;
    Ok(Json(ProposalView::new(id.uuid(), &hold)))
}

/// Takes a proposal back.
#[utoipa::path(delete, path = "/appointments/{id}/proposal", tag = "appointments", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn withdraw(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
) -> ApiResult<StatusCode> {
    proposals::withdraw(&state.app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the proposed time: the appointment moves there and is booked.
#[utoipa::path(post, path = "/appointments/{id}/proposal/accept", tag = "appointments", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = AppointmentView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn accept(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
) -> ApiResult<Versioned<AppointmentView>> {
    let it = proposals::accept(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(it.version, (&it).into()))
}

/// Leaves the proposed time: the appointment stays as it is.
#[utoipa::path(post, path = "/appointments/{id}/proposal/refuse", tag = "appointments", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = AppointmentView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn refuse(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
) -> ApiResult<Versioned<AppointmentView>> {
    let it = proposals::refuse(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(it.version, (&it).into()))
}
