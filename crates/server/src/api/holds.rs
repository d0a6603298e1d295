//! Holds: a slot kept for minutes while somebody fills in the form.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use kalends_app::error::AppError;
use kalends_app::holds::{self, Held, HoldRequest};
use kalends_app::idempotency::{Answer, Once};
use kalends_domain::hold::Hold;
use kalends_domain::id::{HoldId, LocationId, PatientId, ProviderId, ServiceId, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::json::Body;
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A slot that is kept.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct HoldView {
    id: Uuid,
    /// Send it as `hold_token` when booking. It is told this once, or again to the same request with the same key.
    token: String,
    service_id: Uuid,
    provider_id: Uuid,
    location_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl HoldView {
    fn new(hold: &Hold, token: String) -> Self {
        Self {
            id: hold.id.uuid(),
            token,
            service_id: hold.service_id.uuid(),
            provider_id: hold.provider_id.uuid(),
            location_id: hold.location_id.uuid(),
            starts_at: hold.starts_at,
            ends_at: hold.ends_at,
            expires_at: hold.expires_at,
        }
    }
}

/// The slot to keep.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldBody {
    service_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Absent: anyone who gives the service.
    provider_id: Option<Uuid>,
    location_id: Option<Uuid>,
    /// Whom it is for: their other appointments must not be in the way.
    patient_id: Option<Uuid>,
    /// A ticket of the patient's, with which it will be booked.
    ticket_id: Option<Uuid>,
}

/// The operations on holds.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(hold)).routes(routes!(release))
}

/// Keeps a slot for ten minutes; one that the caller keeps already is kept anew, under a new token. At most five at a time.
#[utoipa::path(post, path = "/holds", tag = "appointments", request_body = HoldBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = HoldView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn hold(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<HoldBody>,
) -> ApiResult<(StatusCode, Json<HoldView>)> {
    // No secret is stored, in no answer either.
    let render = |it: &Held| created(&HoldView::new(&it.hold, String::new()));
    let once = Once::new(key.of(&ctx, "holds.create", body.fingerprint), &render);
    let request = HoldRequest {
        service_id: ServiceId(body.value.service_id),
        starts_at: body.value.starts_at,
        provider_id: body.value.provider_id.map(ProviderId),
        location_id: body.value.location_id.map(LocationId),
        patient_id: body.value.patient_id.map(PatientId),
        ticket_id: body.value.ticket_id.map(TicketId),
    };
    let view = match holds::hold(&state.app, &ctx, request, &once).await {
        Ok(Held { hold, token }) => HoldView::new(&hold, token),
        Err(AppError::Replayed(answer)) => completed(&state, &answer)?,
        Err(error) => return Err(error.into()),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// A stored answer with the secret that it lacks.
fn completed(state: &AppState, answer: &Answer) -> Result<HoldView, AppError> {
    let mut view: HoldView = serde_json::from_str(&answer.body)
        .map_err(|error| AppError::Internal(format!("a stored answer is not readable: {error}")))?;
    view.token = holds::secret(&state.app, HoldId(view.id));
    Ok(view)
}

/// Gives a slot up: whoever made the hold, or whoever sends its token as `Hold-Token`.
#[utoipa::path(delete, path = "/holds/{id}", tag = "appointments",
    params(("id" = Uuid, Path), ("hold-token" = Option<String>, Header)), security((), ("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn release(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<HoldId>,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let token = headers.get("hold-token").and_then(|value| value.to_str().ok());
    holds::release(&state.app, &ctx, id, token).await?;
    Ok(StatusCode::NO_CONTENT)
}
