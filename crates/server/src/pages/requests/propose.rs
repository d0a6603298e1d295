//! Another time for a request: a week of the doctor's free times, and a line for the patient.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::idempotency::Once;
use kalends_app::proposals::{self, Proposal};
use kalends_app::slots::{self, MOST_SLOTS, Search as Wanted, Slot};
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::time::Zone;

use super::answers::{back, id};
use super::{Returned, page, zone};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::wanted::Pick;
use crate::pages::kit::{
    DayTimes, Dialog, Field, Frame, Markup, Notice, Part, Refused, Search, Submitted, TimeChoice, Times, Toast, Tone,
    refusal, see_other_saying,
};
use crate::pages::rule;
use crate::pages::session::AsStaff;

/// How many days are offered at once.
const DAYS: i32 = 7;

#[derive(Template)]
#[template(path = "requests/propose.html")]
struct Propose {
    l: Locale,
    text: String,
    notice: Option<Notice>,
    action: String,
    version: i64,
    days: String,
    earlier: String,
    later: String,
    times: Option<Times>,
    message: Field,
    back: String,
}

/// The free times from the day that the address names, else from the request's own.
pub async fn dialog(
    state: &AppState,
    ctx: &Ctx,
    l: Locale,
    search: &Search,
    named: &NamedAppointment,
    returned: Option<&Returned<'_>>,
) -> Result<Dialog> {
    let of = &named.appointment;
    let zone = zone(&of.time_zone)?;
    let today = zone.date_at(ctx.now);
    let own = zone.date_at(of.starts_at);
    let first = search
        .some("on")
        .and_then(|date| date.parse::<Date>().ok())
        .unwrap_or(own)
        .max(today);
    let last = first.saturating_add((DAYS - 1).days());
    let wanted = Wanted {
        service_id: of.service_id,
        provider_id: Some(of.provider_id),
        department_id: None,
        location_id: Some(of.location_id),
        patient_id: None,
        ticket_id: None,
        moving: Some(of.id),
        from: first,
        to: last,
        limit: MOST_SLOTS,
    };
    let mut free = slots::list(&state.app, ctx, &wanted).await?;
    // Both times are kept until the patient answers.
    free.retain(|slot| slot.ends_at <= of.starts_at || slot.starts_at >= of.ends_at);
    let on = |date: Date| search.with(&[("on", &date.to_string())]);
    let earlier = first.checked_sub(DAYS.days()).unwrap_or(first).max(today);
    let message = Field {
        l,
        ..Field::textarea("message", l.t("requests-message")).attribute("maxlength", "1000")
    };
    let back = super::back(search);
    let body = Propose {
        l,
        text: l.tf(
            "requests-propose-text",
            &[
                ("service", named.service_in(l.code()).into()),
                ("when", l.day_time(zone.local(of.starts_at)).into()),
                ("doctor", named.provider_name.as_str().into()),
            ],
        ),
        notice: returned.map(|it| it.notice.clone()),
        action: Search::of(&format!("/requests/{}/propose", of.id)).with(&[("back", &back)]),
        version: of.version,
        days: l.date_range(first, last),
        earlier: if first > today { on(earlier) } else { String::new() },
        later: last.tomorrow().map(on).unwrap_or_default(),
        times: times(l, &zone, today, &free),
        message: match returned {
            Some(it) => message.value(it.submitted.get("message")),
            None => message.hint(l.t("requests-message-hint")),
        },
        back: back.clone(),
    };
    let title = l.tf(
        "requests-propose-title",
        &[("name", named.patient_name.as_str().into())],
    );
    Ok(Dialog::new(l, title, back, Markup::of(&body)).wide())
}

fn times(l: Locale, zone: &Zone, today: Date, free: &[Slot]) -> Option<Times> {
    let mut days: Vec<(Date, DayTimes)> = Vec::new();
    for slot in free {
        let local = zone.local(slot.starts_at);
        let pick = Pick {
            starts_at: slot.starts_at,
            location: slot.location_id,
            provider: Some(slot.provider_id),
        };
        let note = zone
            .is_repeated(slot.starts_at)
            .then(|| slot.local_start.get(19..).unwrap_or_default());
        let choice = TimeChoice::new(pick.to_string(), l.time(local.time()))
            .note(note.unwrap_or_default())
            .summary(l.day_time(local), slot.starts_at.to_string());
        if days.last().is_none_or(|(date, _)| *date != local.date()) {
            let day = DayTimes {
                heading: l.day_long(local.date()),
                hint: l.days_away(today, local.date()),
                parts: Vec::new(),
                none: String::new(),
            };
            days.push((local.date(), day));
        }
        let part = l.t(if local.hour() < 12 {
            "calendar-morning"
        } else {
            "calendar-afternoon"
        });
        let Some((_, day)) = days.last_mut() else { continue };
        match day.parts.last_mut().filter(|last| last.name == part) {
            Some(last) => last.times.push(choice),
            None => day.parts.push(Part {
                name: part,
                times: vec![choice],
            }),
        }
    }
    (!days.is_empty()).then(|| Times::new("slot", days.into_iter().map(|(_, day)| day).collect()))
}

/// `POST /requests/{id}/propose`
pub async fn create(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
    Path(text): Path<String>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let back = back(&search, &submitted);
    let id = id(&text)?;
    let (status, notice) = match submitted.parsed::<Pick>("slot") {
        None => {
            let notice = Notice::new(Tone::Error, l.t("book-no-time-chosen"));
            (
                StatusCode::UNPROCESSABLE_ENTITY,
                notice.text(l.t("book-no-time-chosen-text")),
            )
        }
        Some(pick) => {
            let proposal = Proposal {
                starts_at: pick.starts_at,
                provider_id: pick.provider,
                location_id: Some(pick.location),
                message: submitted.some("message"),
                expected: submitted.parsed("version"),
            };
            match proposals::propose(&state.app, &ctx, id, proposal, &Once::unkeyed()).await {
                Ok(_) => return Ok(see_other_saying(back, &Toast::success(l.t("requests-proposal-sent")))),
                Err(error) => refused(l, error)?,
            }
        }
    };
    let returned = Returned {
        status,
        submitted: &submitted,
        notice,
    };
    let search = Search::of(&Search::of(back).with(&[("propose", &text)]));
    page(&state, &ctx, &frame, &search, Some(&returned)).await
}

/// Why it was not proposed; what nobody can do anything about is for the error page.
fn refused(l: Locale, error: AppError) -> Result<(StatusCode, Notice)> {
    let not = |text| Notice::new(Tone::Error, l.t("requests-not-proposed")).text(text);
    match error {
        AppError::SlotTaken { .. } => Ok((StatusCode::CONFLICT, not(l.t("requests-taken")))),
        AppError::NotBookable { rule, .. } => Ok((StatusCode::UNPROCESSABLE_ENTITY, not(rule::to_staff(l, &rule)))),
        AppError::Stale | AppError::WrongState(_) => Ok((StatusCode::CONFLICT, not(l.t("desk-wrong-state")))),
        AppError::Invalid(errors) => {
            let words: Vec<String> = errors.iter().map(|error| refusal(l, error)).collect();
            Ok((StatusCode::UNPROCESSABLE_ENTITY, not(words.join(" "))))
        }
        error => Err(error),
    }
}
