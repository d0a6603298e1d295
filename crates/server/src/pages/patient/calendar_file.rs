//! An appointment as a file for the patient's own calendar (RFC 5545).

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus};
use jiff::Timestamp;
use kalends_app::{appointments, locations};
use kalends_domain::appointment::{NamedAppointment, Status};
use kalends_domain::location::Location;

use super::appointment::id;
use super::whose::is_own;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Frame, Refused};
use crate::pages::session::AsPatient;

/// `GET /patient/appointments/{id}/calendar.ics`
pub async fn show(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
) -> Result<Response, Refused> {
    let named = appointments::get(&state.app, &ctx, id(&text)?).await?;
    let place = locations::get(&state.app, &ctx, named.appointment.location_id).await?;
    let url = format!(
        "{}/patient/appointments/{}",
        state.config.public_url, named.appointment.id
    );
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"appointment.ics\""),
        (CACHE_CONTROL, "no-store"),
    ];
    let whose = (!is_own(&ctx, named.appointment.patient_id)).then_some(named.patient_name.as_str());
    Ok((headers, file(frame.l, &named, whose, &place, &ctx.tenant.name, &url)).into_response())
}

/// The same file for the same version: a calendar that has an older one replaces it, by the id and the sequence.
fn file(
    l: Locale,
    named: &NamedAppointment,
    whose: Option<&str>,
    place: &Location,
    organisation: &str,
    url: &str,
) -> String {
    let appointment = &named.appointment;
    let status = match appointment.status {
        Status::Pending => EventStatus::Tentative,
        Status::Cancelled | Status::Declined => EventStatus::Cancelled,
        _ => EventStatus::Confirmed,
    };
    let address = [Some(place.name.as_str()), place.address.as_deref()];
    let address: Vec<&str> = address.into_iter().flatten().collect();
    let parts = [
        whose,
        Some(named.service_in(l.code())),
        Some(named.provider_name.as_str()),
    ];
    let summary = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let event = Event::new()
        .uid(&format!("urn:uuid:{}", appointment.id))
        .sequence(u32::try_from(appointment.version).unwrap_or(u32::MAX))
        .add_property("DTSTAMP", utc(appointment.updated_at))
        .add_property("DTSTART", utc(appointment.starts_at))
        .add_property("DTEND", utc(appointment.ends_at))
        .summary(&summary)
        .location(&address.join(", ").replace("\r\n", "\n").replace('\n', ", "))
        .description(organisation)
        .url(url)
        .status(status)
        .done();
    Calendar::new().push(event).done().to_string()
}

/// `20270112T090000Z`
fn utc(instant: Timestamp) -> String {
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}
