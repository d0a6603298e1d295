//! The waitlist: who waits for which times, what they were offered, and their answers.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use kalends_app::idempotency::Once;
use kalends_app::waitlist::offers::{self, Accepted};
use kalends_app::waitlist::{self, NewEntry, Query, Waiting};
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{LocationId, PatientId, ProviderId, ServiceId, WaitlistEntryId, WaitlistOfferId};
use kalends_domain::time::{LocalTime, Weekday};
use kalends_domain::waitlist::{Attention, EntryState, OfferState, WaitlistOffer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::appointments::{AppointmentView, given};
use crate::http::caller::Caller;
use crate::http::json::Body;
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::{Id, IsoDate};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A time that is kept for somebody who waits, as for others: the first who takes it has it.
#[derive(Serialize, ToSchema)]
pub struct WaitlistOfferView {
    id: Uuid,
    /// `open`, `declined`, `expired` or `taken`.
    #[schema(value_type = String)]
    state: OfferState,
    provider_id: Uuid,
    location_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Whether staff make it by telephone; such offers are for staff.
    by_desk: bool,
}

impl WaitlistOfferView {
    fn new(it: &WaitlistOffer, now: Timestamp) -> Self {
        Self {
            id: it.id.uuid(),
            state: it.state(now),
            provider_id: it.provider_id.uuid(),
            location_id: it.location_id.uuid(),
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            expires_at: it.expires_at,
            by_desk: it.by_desk,
        }
    }
}

/// Somebody's wish for a time that is not free.
#[derive(Serialize, ToSchema)]
pub struct WaitlistEntryView {
    id: Uuid,
    patient_id: Uuid,
    service_id: Uuid,
    provider_ids: Vec<Uuid>,
    location_id: Option<Uuid>,
    #[schema(value_type = Vec<String>)]
    weekdays: Vec<Weekday>,
    #[schema(value_type = String)]
    local_from: LocalTime,
    #[schema(value_type = String)]
    local_to: LocalTime,
    #[schema(value_type = String, format = Date)]
    from: jiff::civil::Date,
    #[schema(value_type = String, format = Date)]
    until: jiff::civil::Date,
    note: Option<String>,
    /// `waiting`, `booked`, `left` or `ended`.
    #[schema(value_type = String)]
    state: EntryState,
    /// Why somebody should call them: `ends-soon` or `forgotten`.
    #[schema(value_type = Option<String>)]
    attention: Option<Attention>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When staff were last in touch about it.
    #[schema(value_type = Option<String>, format = DateTime)]
    contacted_at: Option<Timestamp>,
    /// The latest first.
    offers: Vec<WaitlistOfferView>,
}

impl WaitlistEntryView {
    fn new(waiting: &Waiting, now: Timestamp) -> Self {
        let it = &waiting.named.entry;
        Self {
            id: it.id.uuid(),
            patient_id: it.patient_id.uuid(),
            service_id: it.service_id.uuid(),
            provider_ids: it.provider_ids.iter().map(|id| id.uuid()).collect(),
            location_id: it.location_id.map(Into::into),
            weekdays: it.weekdays.clone(),
            local_from: it.local_from,
            local_to: it.local_to,
            from: it.from,
            until: it.until,
            note: it.note.clone(),
            state: waiting.state,
            attention: it.attention(now, waitlist::today(now)),
            created_at: it.created_at,
            contacted_at: it.contacted_at,
            offers: waiting
                .offers
                .iter()
                .map(|it| WaitlistOfferView::new(it, now))
                .collect(),
        }
    }
}

/// What somebody waits for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitlistBody {
    service_id: Uuid,
    /// Whom it is for: staff must say; patients for whom they look after.
    patient_id: Option<Uuid>,
    /// With one of these; absent or empty: with anyone who gives the service.
    #[serde(default)]
    provider_ids: Vec<Uuid>,
    /// Absent: at any.
    location_id: Option<Uuid>,
    /// On one of these (`mon` to `sun`); absent or empty: on any.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    weekdays: Vec<Weekday>,
    /// `HH:MM` on the clock at the location, in which all of the appointment must lie; absent: all day.
    #[schema(value_type = Option<String>)]
    local_from: Option<LocalTime>,
    #[schema(value_type = Option<String>)]
    local_to: Option<LocalTime>,
    /// The first day that suits; absent: today.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<IsoDate>,
    /// The last day that suits, at most a year ahead.
    #[schema(value_type = String, format = Date)]
    until: IsoDate,
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// What whoever takes an offer says with it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// In the patient's words.
    reason: Option<String>,
    /// To the service's questions, by their id.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: BTreeMap<Uuid, Value>,
}

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WaitlistFilters {
    patient_id: Option<Uuid>,
    service_id: Option<Uuid>,
    /// Also those whose waiting is over.
    #[serde(default)]
    #[param(required = false)]
    all: bool,
}

/// The operations on the waitlist.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, join))
        .routes(routes!(get, leave))
        .routes(routes!(contact))
        .routes(routes!(accept))
        .routes(routes!(decline))
}

/// Those who wait, the longest first; for patients their own wishes.
#[utoipa::path(get, path = "/waitlist", tag = "waitlist", params(ListParams, WaitlistFilters),
    security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<WaitlistEntryView>), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<WaitlistFilters>,
) -> ApiResult<Json<ListAnswer<WaitlistEntryView>>> {
    let filters = listing.filters;
    let query = Query {
        patient_id: filters.patient_id.map(PatientId),
        service_id: filters.service_id.map(ServiceId),
        all: filters.all,
    };
    let page = waitlist::list(&state.app, &ctx, &listing.page, query).await?;
    Ok(Json(ListAnswer::new(page, |it| WaitlistEntryView::new(&it, ctx.now))))
}

/// Joins the waitlist. What frees up is offered to those who wait, a few at a time, and kept for them.
#[utoipa::path(post, path = "/waitlist", tag = "waitlist", request_body = WaitlistBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = WaitlistEntryView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
async fn join(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<WaitlistBody>,
) -> ApiResult<(StatusCode, Json<WaitlistEntryView>)> {
    let render = |it: &Waiting| created(&WaitlistEntryView::new(it, ctx.now));
    let once = Once::new(key.of(&ctx, "waitlist.join", body.fingerprint), &render);
    let body = body.value;
    let input = NewEntry {
        patient_id: body.patient_id.map(PatientId),
        service_id: ServiceId(body.service_id),
        provider_ids: body.provider_ids.into_iter().map(ProviderId).collect(),
        location_id: body.location_id.map(LocationId),
        weekdays: body.weekdays,
        local_from: body.local_from,
        local_to: body.local_to,
        from: body.from.map(|date| date.0),
        until: body.until.0,
        note: body.note,
    };
    let made = waitlist::join(&state.app, &ctx, input, &once).await?;
    Ok((StatusCode::CREATED, Json(WaitlistEntryView::new(&made, ctx.now))))
}

/// One wish.
#[utoipa::path(get, path = "/waitlist/{id}", tag = "waitlist", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = WaitlistEntryView), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<WaitlistEntryId>,
) -> ApiResult<Json<WaitlistEntryView>> {
    let found = waitlist::get(&state.app, &ctx, id).await?;
    Ok(Json(WaitlistEntryView::new(&found, ctx.now)))
}

/// Gives up waiting.
#[utoipa::path(delete, path = "/waitlist/{id}", tag = "waitlist", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn leave(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<WaitlistEntryId>,
) -> ApiResult<StatusCode> {
    waitlist::leave(&state.app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes that staff were in touch with whoever waits, so that they are not forgotten.
#[utoipa::path(post, path = "/waitlist/{id}/contact", tag = "waitlist", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn contact(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<WaitlistEntryId>,
) -> ApiResult<StatusCode> {
    waitlist::contact(&state.app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an offered time: it is booked. Who comes second learns that it is gone, with other times.
#[utoipa::path(post, path = "/offers/{id}/accept", tag = "waitlist", request_body = AcceptBody,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = AppointmentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn accept(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<WaitlistOfferId>,
    key: IdempotencyKey,
    body: Body<AcceptBody>,
) -> ApiResult<(StatusCode, Json<AppointmentView>)> {
    let render = |it: &Appointment| created(&AppointmentView::from(it));
    let once = Once::new(key.of(&ctx, "offers.accept", body.fingerprint), &render);
    let with = Accepted {
        reason: body.value.reason,
        answers: given(body.value.answers),
    };
    let booked = offers::accept(&state.app, &ctx, id, with, &once).await?;
    Ok((StatusCode::CREATED, Json(AppointmentView::from(&booked))))
}

/// Says no to an offered time.
#[utoipa::path(post, path = "/offers/{id}/decline", tag = "waitlist", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn decline(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<WaitlistOfferId>,
) -> ApiResult<StatusCode> {
    offers::decline(&state.app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
