//! Appointments: booked, listed, read.

mod rooms;
mod steps;
mod stranded;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use kalends_app::appointments::{self, Query};
use kalends_app::booking::{self, NewBooking, Overrides};
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::intake::Answers;
use kalends_domain::appointment::{Appointment, NamedEvent, Status};
use kalends_domain::id::{AppointmentId, GroupId, LocationId, PatientId, ProviderId, QuestionId, ServiceId, TicketId};
use kalends_domain::rule::Rule;
use kalends_domain::time::Zone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::intake::AnswerView;
use crate::http::caller::Caller;
use crate::http::conditional::Versioned;
use crate::http::json::Body;
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::{Id, Since};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// An agreed meeting, or one that was asked for.
#[derive(Serialize, ToSchema)]
pub struct AppointmentView {
    id: Uuid,
    /// 1 when it is made, one more with every change; also the `ETag`.
    version: i64,
    /// `pending`, `booked`, `arrived`, `in_progress`, `fulfilled`, `cancelled`, `declined` or `no_show`.
    #[schema(value_type = String)]
    status: Status,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// The start on the clock at the location, with its offset.
    #[schema(format = DateTime)]
    local_start: String,
    time_zone: String,
    service_id: Uuid,
    provider_id: Uuid,
    patient_id: Uuid,
    /// The user who booked it, who need not be the patient. Patients are told when it was the caller.
    booked_by: Option<Uuid>,
    /// The ticket that it was booked with.
    ticket_id: Option<Uuid>,
    location_id: Uuid,
    /// The rooms and the equipment that it was given.
    resource_ids: Vec<Uuid>,
    /// The same for all who share its time, where the service is for several; for staff.
    group_id: Option<Uuid>,
    /// The series that it was booked with.
    series_id: Option<Uuid>,
    /// The visit that it is a part of.
    visit_id: Option<Uuid>,
    /// In the patient's words.
    reason: Option<String>,
    /// To the service's questions, as they were asked.
    answers: Vec<AnswerView>,
    /// For staff; null for patients.
    notes: Option<String>,
    /// Why it was cancelled or declined.
    status_reason: Option<String>,
    /// A no-show that is not held against the patient.
    forgiven: bool,
    /// The rules that staff set aside; empty for patients. `taken`: it is booked over another.
    overrides: Vec<String>,
    /// Until when a patient can cancel by themselves.
    #[schema(value_type = String, format = DateTime)]
    cancel_until: Timestamp,
    /// Until when a patient can move it by themselves.
    #[schema(value_type = String, format = DateTime)]
    reschedule_until: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<&Appointment> for AppointmentView {
    fn from(it: &Appointment) -> Self {
        let until = |minutes: i32| {
            let notice = SignedDuration::from_mins(i64::from(minutes));
            it.starts_at.saturating_sub(notice).unwrap_or(Timestamp::MIN)
        };
        Self {
            id: it.id.uuid(),
            version: it.version,
            status: it.status,
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            // The zone was checked when it was booked; an instant in UTC is true even if it is unknown by now.
            local_start: Zone::new(&it.time_zone)
                .map_or_else(|_| it.starts_at.to_string(), |zone| zone.stamp(it.starts_at)),
            time_zone: it.time_zone.clone(),
            service_id: it.service_id.uuid(),
            provider_id: it.provider_id.uuid(),
            patient_id: it.patient_id.uuid(),
            booked_by: it.booked_by.map(|id| id.uuid()),
            ticket_id: it.ticket_id.map(|id| id.uuid()),
            location_id: it.location_id.uuid(),
            resource_ids: it.resource_ids.iter().map(|id| id.uuid()).collect(),
            group_id: it.group_id.map(|id| id.uuid()),
            series_id: it.series().map(|id| id.uuid()),
            visit_id: it.visit().map(|id| id.uuid()),
            reason: it.reason.clone(),
            answers: it.answers.iter().map(AnswerView::from).collect(),
            notes: it.notes.clone(),
            status_reason: it.status_reason.clone(),
            forgiven: it.forgiven,
            overrides: it.overrides.clone(),
            cancel_until: until(it.policy.cancel_cutoff_minutes),
            reschedule_until: until(it.policy.reschedule_cutoff_minutes),
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// One change in the life of an appointment.
#[derive(Serialize, ToSchema)]
pub struct EventView {
    /// The version that it made.
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who of the staff did it is for staff.
    actor_id: Option<Uuid>,
    /// Patients are told of themselves and of those who act for them, not who of the staff it was.
    actor_name: Option<String>,
    /// `book`, `confirm`, `decline`, `reschedule`, `cancel`, `check_in`, `start`, `fulfil`, `mark_no_show`, `undo`;
    /// `propose` and what became of it: `accept`, `refuse` or `withdraw`.
    action: String,
    #[schema(value_type = Option<String>)]
    from_status: Option<Status>,
    #[schema(value_type = String)]
    to_status: Status,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    provider_id: Uuid,
    reason: Option<String>,
}

impl From<NamedEvent> for EventView {
    fn from(named: NamedEvent) -> Self {
        let it = named.event;
        Self {
            actor_name: named.actor_name,
            version: it.version,
            at: it.at,
            actor_id: it.actor_id.map(|id| id.uuid()),
            action: it.action,
            from_status: it.from_status,
            to_status: it.to_status,
            starts_at: it.starts_at,
            provider_id: it.provider_id.uuid(),
            reason: it.reason,
        }
    }
}

/// The history of an appointment.
#[derive(Serialize, ToSchema)]
pub struct HistoryAnswer {
    /// Oldest first.
    items: Vec<EventView>,
}

/// What is to be booked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingBody {
    service_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Absent: anyone who gives the service.
    provider_id: Option<Uuid>,
    location_id: Option<Uuid>,
    /// Whom it is for: staff must say; patients may name somebody whom they look after, else it is for themselves.
    patient_id: Option<Uuid>,
    /// A ticket of the patient's, which is spent.
    ticket_id: Option<Uuid>,
    /// Of the caller's hold, which becomes the appointment.
    hold_token: Option<String>,
    #[schema(max_length = 1000)]
    reason: Option<String>,
    /// The rules that staff set aside, by name; takes `override_reason`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    overrides: Vec<Rule>,
    #[schema(max_length = 1000)]
    override_reason: Option<String>,
    /// To the service's questions, by their id: a text, the value of a choice, a number, a date, or whether yes.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: BTreeMap<Uuid, Value>,
    /// Not yet: booking without an account.
    contact: Option<serde_json::Value>,
}

/// Which appointments.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AppointmentFilters {
    /// Those that are not over at this instant; or a date, at the location.
    #[param(value_type = Option<String>)]
    from: Option<Since>,
    /// Those that start before this instant; or a date, included.
    #[param(value_type = Option<String>)]
    to: Option<Since>,
    provider_id: Option<Uuid>,
    patient_id: Option<Uuid>,
    service_id: Option<Uuid>,
    location_id: Option<Uuid>,
    /// Those who share one time.
    group_id: Option<Uuid>,
    /// Those of one series.
    series_id: Option<Uuid>,
    /// The parts of one visit.
    visit_id: Option<Uuid>,
    /// Those that take time of this resource.
    resource_id: Option<Uuid>,
    #[param(value_type = Option<String>)]
    status: Option<Status>,
    /// Only those to come that lie in no opening any more, or in a closure or time off.
    #[serde(default)]
    #[param(required = false)]
    stranded: bool,
}

/// The operations on appointments.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, book))
        .routes(routes!(get))
        .routes(routes!(history))
        .merge(rooms::router())
        .merge(steps::router())
        .merge(stranded::router())
}

/// The appointments that the caller may see, by their start.
#[utoipa::path(get, path = "/appointments", tag = "appointments", params(ListParams, AppointmentFilters),
    security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<AppointmentView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<AppointmentFilters>,
) -> ApiResult<Json<ListAnswer<AppointmentView>>> {
    let filters = listing.filters;
    let query = Query {
        from: filters.from.as_ref().and_then(Since::instant),
        to: filters.to.as_ref().and_then(Since::instant),
        from_date: filters.from.as_ref().and_then(Since::date),
        to_date: filters.to.as_ref().and_then(Since::date),
        provider_id: filters.provider_id.map(ProviderId),
        patient_id: filters.patient_id.map(PatientId),
        service_id: filters.service_id.map(ServiceId),
        location_id: filters.location_id.map(LocationId),
        group_id: filters.group_id.map(GroupId),
        series_id: filters.series_id.map(Into::into),
        visit_id: filters.visit_id.map(Into::into),
        resource_id: filters.resource_id.map(Into::into),
        statuses: filters.status.into_iter().collect(),
        stranded: filters.stranded,
    };
    let page = appointments::list(&state.app, &ctx, &listing.page, query).await?;
    Ok(Json(ListAnswer::new(page, |it| AppointmentView::from(&it.appointment))))
}

/// One appointment.
#[utoipa::path(get, path = "/appointments/{id}", tag = "appointments", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = AppointmentView), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
) -> ApiResult<Versioned<AppointmentView>> {
    let it = appointments::get(&state.app, &ctx, id).await?.appointment;
    Ok(Versioned::ok(it.version, (&it).into()))
}

/// What happened to an appointment.
#[utoipa::path(get, path = "/appointments/{id}/history", tag = "appointments", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = HistoryAnswer), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn history(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
) -> ApiResult<Json<HistoryAnswer>> {
    let events = appointments::history(&state.app, &ctx, id).await?;
    Ok(Json(HistoryAnswer {
        items: events.into_iter().map(EventView::from).collect(),
    }))
}

/// What is answered to a service's questions.
pub fn given(answers: BTreeMap<Uuid, Value>) -> Answers {
    Answers {
        given: answers.into_iter().map(|(id, value)| (QuestionId(id), value)).collect(),
        language: None,
    }
}

/// Books. A time that somebody else has is 409 with the nearest free ones; a rule that says no is 422 with its name.
#[utoipa::path(post, path = "/appointments", tag = "appointments", request_body = BookingBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = AppointmentView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn book(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<BookingBody>,
) -> ApiResult<Versioned<AppointmentView>> {
    let render = |it: &Appointment| created(&AppointmentView::from(it));
    let once = Once::new(key.of(&ctx, "appointments.book", body.fingerprint), &render);
    let body = body.value;
    ctx.signed_in()?;
    if body.contact.is_some() {
        return Err(AppError::field("contact", "not-yet").into());
    }
    let wish = NewBooking {
        service_id: ServiceId(body.service_id),
        starts_at: body.starts_at,
        provider_id: body.provider_id.map(ProviderId),
        location_id: body.location_id.map(LocationId),
        patient_id: body.patient_id.map(PatientId),
        ticket_id: body.ticket_id.map(TicketId),
        hold_token: body.hold_token,
        reason: body.reason,
        answers: given(body.answers),
        overrides: Overrides {
            rules: body.overrides,
            reason: body.override_reason,
        },
    };
    let it = booking::book(&state.app, &ctx, wish, &once).await?;
    Ok(Versioned::created(it.version, (&it).into()))
}
