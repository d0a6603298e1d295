//! Tickets: what staff grant a patient to book.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use kalends_app::idempotency::Once;
use kalends_app::tickets::{self, NewTicket};
use kalends_domain::id::{DepartmentId, PatientId, ProviderId, ServiceId, TicketId};
use kalends_domain::ticket::{NamedTicket, TicketState};
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

/// One booking of a service that was granted to a patient.
#[derive(Serialize, ToSchema)]
pub struct TicketView {
    id: Uuid,
    patient_id: Uuid,
    service_id: Uuid,
    service_name: String,
    /// With whom; null: anyone, or anyone of the department.
    provider_id: Option<Uuid>,
    department_id: Option<Uuid>,
    /// From when it books nothing more; null: until it is revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Timestamp>,
    note: Option<String>,
    /// `good`, `spent`, `expired` or `revoked`.
    #[schema(value_type = String)]
    state: TicketState,
    /// What it was spent on.
    appointment_id: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl TicketView {
    fn new(it: &NamedTicket, now: Timestamp) -> Self {
        let ticket = &it.ticket;
        Self {
            id: ticket.id.uuid(),
            patient_id: ticket.patient_id.uuid(),
            service_id: ticket.service_id.uuid(),
            service_name: it.service_name.clone(),
            provider_id: ticket.provider_id.map(Into::into),
            department_id: ticket.department_id.map(Into::into),
            valid_until: ticket.valid_until,
            note: ticket.note.clone(),
            state: ticket.state(now),
            appointment_id: ticket.spent_by.map(Into::into),
            created_at: ticket.created_at,
        }
    }
}

/// A patient's tickets.
#[derive(Serialize, ToSchema)]
pub struct TicketsAnswer {
    /// The latest first; the last hundred.
    items: Vec<TicketView>,
}

/// What is granted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketBody {
    service_id: Uuid,
    /// With whom; absent: anyone who gives the service.
    provider_id: Option<Uuid>,
    /// With anyone of this department; not beside `provider_id`.
    department_id: Option<Uuid>,
    /// From when it books nothing more.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Timestamp>,
    /// For the patient.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// The operations on tickets.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
}

/// A patient's tickets, for staff who may grant them one, the patient, and those who act for them.
#[utoipa::path(get, path = "/patients/{id}/tickets", tag = "patients", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = TicketsAnswer), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<PatientId>,
) -> ApiResult<Json<TicketsAnswer>> {
    let found = tickets::list(&state.app, &ctx, id).await?;
    Ok(Json(TicketsAnswer {
        items: found.iter().map(|it| TicketView::new(it, ctx.now)).collect(),
    }))
}

/// Grants a patient one booking of a service, public or not. Sent as `ticket_id` when booking, it sets aside that the service or the
/// provider is not public, and that they take no new patients.
#[utoipa::path(post, path = "/patients/{id}/tickets", tag = "patients", request_body = TicketBody,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = TicketView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<PatientId>,
    key: IdempotencyKey,
    body: Body<TicketBody>,
) -> ApiResult<(StatusCode, Json<TicketView>)> {
    let render = |it: &NamedTicket| created(&TicketView::new(it, ctx.now));
    let once = Once::new(key.of(&ctx, "tickets.create", body.fingerprint), &render);
    let body = body.value;
    let input = NewTicket {
        patient_id: id,
        service_id: ServiceId(body.service_id),
        provider_id: body.provider_id.map(ProviderId),
        department_id: body.department_id.map(DepartmentId),
        valid_until: body.valid_until,
        note: body.note,
    };
    let made = tickets::create(&state.app, &ctx, input, &once).await?;
    Ok((StatusCode::CREATED, Json(TicketView::new(&made, ctx.now))))
}

/// Takes a ticket back; an appointment that was booked with it stays.
#[utoipa::path(delete, path = "/tickets/{id}", tag = "patients", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn revoke(State(state): State<AppState>, Caller(ctx): Caller, Id(id): Id<TicketId>) -> ApiResult<StatusCode> {
    tickets::revoke(&state.app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
