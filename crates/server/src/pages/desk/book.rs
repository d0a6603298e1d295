//! Booking the time that was chosen for a patient, or saying who or what stands in the way.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::booking::{self, NewBooking, Overrides};
use kalends_app::ctx::Ctx;
use kalends_app::error::{Alternative, AppError, Result};
use kalends_app::idempotency::Once;
use kalends_app::intake::Answers;
use kalends_app::locations;
use kalends_domain::time::Zone;

use super::Returned;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::wanted::Pick;
use crate::pages::kit::{Action, Frame, Notice, Refused, Search, Submitted, Toast, Tone, refusal, see_other_saying};
use crate::pages::rule;
use crate::pages::session::AsDesk;

/// `POST /desk/book`
pub async fn create(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    search: Search,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let back = Search::of(&search.with(&[]).replacen("/desk/book", "/desk", 1));
    let Some(pick) = submitted.parsed::<Pick>("slot") else {
        let returned = Returned {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            submitted: &submitted,
            notice: Notice::new(Tone::Error, l.t("book-no-time-chosen")).text(l.t("book-no-time-chosen-text")),
            errors: Vec::new(),
            nearest: None,
        };
        return super::page(&state, &ctx, &frame, &back, Some(returned)).await;
    };
    let input = NewBooking {
        service_id: submitted.parsed("service").ok_or(AppError::NotFound)?,
        starts_at: pick.starts_at,
        provider_id: pick.provider,
        location_id: Some(pick.location),
        patient_id: Some(submitted.parsed("patient").ok_or(AppError::NotFound)?),
        ticket_id: None,
        answers: Answers::default(),
        hold_token: None,
        reason: submitted.some("reason"),
        overrides: Overrides::default(),
    };
    let error = match booking::book(&state.app, &ctx, input, &Once::unkeyed()).await {
        Ok(booked) => {
            let at = clock(&booked.time_zone)?.local(booked.starts_at);
            let card = [("service", ""), ("doctor", ""), ("on", ""), ("book", "")];
            let said = l.tf("desk-booked", &[("time", l.day_time(at).into())]);
            return Ok(see_other_saying(&back.with(&card), &Toast::success(said)));
        }
        Err(error) => error,
    };
    let zone = zone_of(&state, &ctx, pick).await?;
    let (status, notice, nearest) = match error {
        AppError::SlotTaken { alternatives, .. } => {
            let time = l.time(zone.local(pick.starts_at).time());
            let title = l.tf("book-just-taken", &[("time", time.into())]);
            let nearest = alternatives.first().map(picked);
            let notice = Notice::new(Tone::Error, title).text(told(l, &zone, pick, &alternatives)?);
            let over = anyway(l, &zone, pick, submitted.get("patient"));
            let notice = over.into_iter().fold(notice, Notice::action);
            (StatusCode::CONFLICT, notice, nearest)
        }
        AppError::NotBookable { rule, .. } => {
            let notice = Notice::new(Tone::Error, l.t("desk-not-booked")).text(rule::to_staff(l, &rule));
            (StatusCode::UNPROCESSABLE_ENTITY, notice, None)
        }
        AppError::Invalid(errors) => {
            let words: Vec<String> = errors.iter().map(|error| refusal(l, error)).collect();
            let notice = Notice::new(Tone::Error, l.t("desk-not-booked")).text(words.join(" "));
            (StatusCode::UNPROCESSABLE_ENTITY, notice, Some(pick))
        }
        error => return Err(error.into()),
    };
    let returned = Returned {
        status,
        submitted: &submitted,
        notice,
        errors: Vec::new(),
        nearest,
    };
    super::page(&state, &ctx, &frame, &back, Some(returned)).await
}

/// The nearest free times, each with its day.
pub fn nearest(l: Locale, alternatives: &[Alternative]) -> Result<String> {
    let mut times: Vec<String> = Vec::new();
    for alternative in alternatives {
        let time = l.day_time(clock(&alternative.time_zone)?.local(alternative.starts_at));
        if !times.contains(&time) {
            times.push(time);
        }
    }
    if times.is_empty() {
        return Ok(l.t("book-just-taken-none"));
    }
    Ok(l.tf("desk-nearest", &[("times", times.join(" · ").into())]))
}

/// Where a time is booked all the same, with a reason.
fn anyway(l: Locale, zone: &Zone, pick: Pick, patient: &str) -> Option<Action> {
    let provider = pick.provider?.to_string();
    let date = zone.date_at(pick.starts_at).to_string();
    let slot = pick.starts_at.to_string();
    let href = Search::of("/admin/calendar").with(&[
        ("provider", &provider),
        ("location", &pick.location.to_string()),
        ("view", "day"),
        ("date", &date),
        ("slot", &slot),
        ("over", "1"),
        ("patient", patient),
    ]);
    Some(Action::link(l.t("desk-book-over"), href))
}

fn picked(alternative: &Alternative) -> Pick {
    Pick {
        starts_at: alternative.starts_at,
        location: alternative.location_id,
        provider: Some(alternative.provider_id),
    }
}

/// `Nearest: 10:15 · 10:45 · Wed 9 Jan, 09:00`: the day only where it is another.
fn told(l: Locale, zone: &Zone, wanted: Pick, alternatives: &[Alternative]) -> Result<String> {
    if alternatives.is_empty() {
        return Ok(l.t("book-just-taken-none"));
    }
    let day = zone.date_at(wanted.starts_at);
    let mut times: Vec<String> = Vec::new();
    for alternative in alternatives {
        let at = clock(&alternative.time_zone)?.local(alternative.starts_at);
        let time = if at.date() == day {
            l.time(at.time())
        } else {
            l.day_time(at)
        };
        if !times.contains(&time) {
            times.push(time);
        }
    }
    Ok(l.tf("desk-nearest", &[("times", times.join(" · ").into())]))
}

pub fn clock(name: &str) -> Result<Zone> {
    Zone::new(name).map_err(|error| AppError::Internal(error.to_string()))
}

/// The clock of the place where the time was wanted.
async fn zone_of(state: &AppState, ctx: &Ctx, pick: Pick) -> Result<Zone> {
    clock(&locations::get(&state.app, ctx, pick.location).await?.time_zone)
}
