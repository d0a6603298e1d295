//! Slots: what is offered, and why something is not.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use kalends_app::slots::{self, MOST_SLOTS, Search, Slot};
use kalends_domain::id::{AppointmentId, DepartmentId, LocationId, PatientId, ProviderId, ServiceId, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::params::{IsoDate, Params};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SlotParams {
    service_id: Uuid,
    /// Absent: anyone who gives the service.
    provider_id: Option<Uuid>,
    department_id: Option<Uuid>,
    location_id: Option<Uuid>,
    /// For whom staff look; patients look for themselves.
    patient_id: Option<Uuid>,
    /// The appointment that is to be moved: it is not in its own way.
    appointment_id: Option<Uuid>,
    /// The first date, at each location.
    #[param(value_type = String, format = Date)]
    from: IsoDate,
    /// The last date, at most 91 days later.
    #[param(value_type = String, format = Date)]
    to: IsoDate,
    /// A ticket of the patient's.
    ticket_id: Option<Uuid>,
    /// 1 to 200; 200 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// A start that can be booked.
#[derive(Serialize, ToSchema)]
pub struct SlotView {
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// On the wall at the location, with its offset.
    #[schema(format = DateTime)]
    local_start: String,
    time_zone: String,
    provider_id: Uuid,
    service_id: Uuid,
    location_id: Uuid,
    /// How many more can book it, where patients share a time; null where one has it alone.
    seats_left: Option<u32>,
    /// The organisation recommends it: it fills a gap. Always false where the organisation has no preference (`fill_gaps`).
    preferred: bool,
}

impl From<Slot> for SlotView {
    fn from(it: Slot) -> Self {
        Self {
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            local_start: it.local_start,
            time_zone: it.time_zone,
            provider_id: it.provider_id.uuid(),
            service_id: it.service_id.uuid(),
            location_id: it.location_id.uuid(),
            seats_left: it.seats_left,
            preferred: it.preferred,
        }
    }
}

/// The earliest slots.
#[derive(Serialize, ToSchema)]
pub struct SlotsView {
    /// By their start.
    items: Vec<SlotView>,
}

/// A time to explain.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExplainParams {
    service_id: Uuid,
    provider_id: Uuid,
    /// For this patient, with what they have already; absent: for anybody.
    patient_id: Option<Uuid>,
    #[param(value_type = String, format = DateTime)]
    starts_at: Timestamp,
}

/// Whether a time is offered to patients, and if not, why.
#[derive(Serialize, ToSchema)]
pub struct ExplanationView {
    offered: bool,
    /// Whether staff could book it without setting a rule aside.
    bookable_by_staff: bool,
    /// Every rule that refuses it; empty when it is offered.
    reasons: Vec<ReasonView>,
}

/// A rule that refuses a time.
#[derive(Serialize, ToSchema)]
pub struct ReasonView {
    /// Its stable name, such as `lead-time`.
    rule: &'static str,
    detail: String,
    /// Whether it binds staff too.
    binds_staff: bool,
    /// Whether staff may set it aside, with a reason.
    may_be_set_aside: bool,
}

/// The operations on slots.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(explain))
}

/// The free slots of a service, by their start: of one provider, or of everybody who gives it.
#[utoipa::path(get, path = "/slots", tag = "slots", params(SlotParams), security((), ("bearer" = [])),
    responses((status = 200, body = SlotsView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Params(params): Params<SlotParams>,
) -> ApiResult<Json<SlotsView>> {
    let search = Search {
        service_id: ServiceId(params.service_id),
        provider_id: params.provider_id.map(ProviderId),
        department_id: params.department_id.map(DepartmentId),
        location_id: params.location_id.map(LocationId),
        patient_id: params.patient_id.map(PatientId),
        moving: params.appointment_id.map(AppointmentId),
        ticket_id: params.ticket_id.map(TicketId),
        from: params.from.0,
        to: params.to.0,
        limit: params.limit.unwrap_or(MOST_SLOTS),
    };
    let slots = slots::list(&state.app, &ctx, &search).await?;
    Ok(Json(SlotsView {
        items: slots.into_iter().map(Into::into).collect(),
    }))
}

/// Why a time is not offered to patients: every rule that refuses it, by name.
#[utoipa::path(get, path = "/slots/explain", tag = "slots", params(ExplainParams), security(("bearer" = [])),
    responses((status = 200, body = ExplanationView), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn explain(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Params(params): Params<ExplainParams>,
) -> ApiResult<Json<ExplanationView>> {
    let (service, provider) = (ServiceId(params.service_id), ProviderId(params.provider_id));
    let patient = params.patient_id.map(PatientId);
    let found = slots::explain(&state.app, &ctx, service, provider, patient, params.starts_at).await?;
    let reasons = found.patients.reasons().iter().map(|reason| ReasonView {
        rule: reason.rule().name(),
        detail: reason.to_string(),
        binds_staff: found.staff.reasons().contains(reason),
        may_be_set_aside: reason.rule().may_be_set_aside(),
    });
    Ok(Json(ExplanationView {
        offered: found.patients.offered().is_some(),
        bookable_by_staff: found.staff.offered().is_some(),
        reasons: reasons.collect(),
    }))
}
