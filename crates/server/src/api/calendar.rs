//! A provider's calendar as staff see it.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::resources;
use kalends_app::slots::{self, Day};
use kalends_domain::allocation::{Allocation, Owner};
use kalends_domain::id::{ProviderId, ResourceId, ServiceId};
use kalends_domain::slot::Cell;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::openings::OpeningView;
use crate::http::caller::Caller;
use crate::http::params::{Id, IsoDate, Params};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// Which part of the calendar.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarParams {
    #[param(value_type = String, format = Date)]
    from: IsoDate,
    /// Included; at most 91 days later.
    #[param(value_type = String, format = Date)]
    to: IsoDate,
    /// Slots as long as this service; absent: as each opening's own.
    service_id: Option<Uuid>,
}

/// A provider's days.
#[derive(Serialize, ToSchema)]
pub struct CalendarView {
    days: Vec<DayView>,
}

/// One date.
#[derive(Serialize, ToSchema)]
pub struct DayView {
    #[schema(value_type = String, format = Date)]
    date: Date,
    openings: Vec<OpeningView>,
    slots: Vec<CellView>,
    /// All that takes time, in openings or outside them.
    busy: Vec<BusyView>,
}

/// One slot with what became of it.
#[derive(Serialize, ToSchema)]
pub struct CellView {
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// `available`, `held`, `booked`, `blocked` or `past`.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    appointment_id: Option<Uuid>,
}

/// Something that takes time, without its buffers.
#[derive(Serialize, ToSchema)]
pub struct BusyView {
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// `appointment`, `hold`, `block` or `external`.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    appointment_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    block_id: Option<Uuid>,
}

impl From<&Day> for DayView {
    fn from(it: &Day) -> Self {
        Self {
            date: it.date,
            openings: it.openings.iter().map(Into::into).collect(),
            slots: it.slots.iter().map(Into::into).collect(),
            busy: it.busy.iter().map(Into::into).collect(),
        }
    }
}

impl From<&Cell> for CellView {
    fn from(it: &Cell) -> Self {
        Self {
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            status: it.status.name(),
            appointment_id: it.appointment_id.map(|id| id.uuid()),
        }
    }
}

impl From<&Allocation> for BusyView {
    fn from(it: &Allocation) -> Self {
        let (appointment_id, block_id) = match it.owner {
            Owner::Appointment(id) => (Some(id.uuid()), None),
            Owner::Block(id) => (None, Some(id.uuid())),
            Owner::Hold { .. } | Owner::External => (None, None),
        };
        Self {
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            kind: it.owner.kind(),
            appointment_id,
            block_id,
        }
    }
}

/// The days of a room or a piece of equipment.
#[derive(Serialize, ToSchema)]
pub struct ResourceCalendarView {
    days: Vec<ResourceDayView>,
}

/// One date.
#[derive(Serialize, ToSchema)]
pub struct ResourceDayView {
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// All that takes its time; which appointment it is, where the caller may see it.
    busy: Vec<BusyView>,
}

impl From<&resources::Day> for ResourceDayView {
    fn from(it: &resources::Day) -> Self {
        let busy = it.taken.iter().map(|taken| BusyView {
            appointment_id: taken.appointment.as_ref().map(|it| it.appointment.id.uuid()),
            ..BusyView::from(&taken.allocation)
        });
        Self {
            date: it.date,
            busy: busy.collect(),
        }
    }
}

/// Which dates.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DatesParams {
    #[param(value_type = String, format = Date)]
    from: IsoDate,
    /// Included; at most 91 days later.
    #[param(value_type = String, format = Date)]
    to: IsoDate,
}

/// The operations on calendars.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(calendar))
        .routes(routes!(resource_calendar))
}

/// A provider's days: openings, slots with what became of them, and all that takes time. Doctors see their own.
#[utoipa::path(get, path = "/providers/{id}/calendar", tag = "calendar", params(("id" = Uuid, Path), CalendarParams),
    security(("bearer" = [])),
    responses((status = 200, body = CalendarView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
async fn calendar(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(provider): Id<ProviderId>,
    Params(params): Params<CalendarParams>,
) -> ApiResult<Json<CalendarView>> {
    let service = params.service_id.map(ServiceId);
    let days = slots::calendar(&state.app, &ctx, provider, params.from.0, params.to.0, service).await?;
    Ok(Json(CalendarView {
        days: days.iter().map(Into::into).collect(),
    }))
}

/// What takes the time of a room or a piece of equipment.
#[utoipa::path(get, path = "/resources/{id}/calendar", tag = "calendar", params(("id" = Uuid, Path), DatesParams),
    security(("bearer" = [])),
    responses((status = 200, body = ResourceCalendarView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
async fn resource_calendar(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(resource): Id<ResourceId>,
    Params(params): Params<DatesParams>,
) -> ApiResult<Json<ResourceCalendarView>> {
    let days = resources::calendar(&state.app, &ctx, resource, params.from.0, params.to.0).await?;
    Ok(Json(ResourceCalendarView {
        days: days.iter().map(Into::into).collect(),
    }))
}
