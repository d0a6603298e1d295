//! The next appointment of the patient whose card is open: a service by its letters, then a time by the arrow keys.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_app::error::{AppError, Result};
use kalends_app::providers::{self, ProviderFilter};
use kalends_app::services::{self, ServiceFilter};
use kalends_app::slots::{self, MOST_SLOTS, Slot};
use kalends_domain::id::{PatientId, ProviderId, ServiceId};
use kalends_domain::provider::Provider;
use kalends_domain::service::Service;
use kalends_domain::time::Zone;

use super::{Returned, Today, all};
use crate::http::locale::Locale;
use crate::pages::book::wanted::Pick;
use crate::pages::kit::{Action, Choice, DayTimes, Field, Icon, Kind, Part, TimeChoice, Times};
use crate::pages::why;

/// As many times are shown at once: no more than the eye takes in while somebody waits on the phone.
const TIMES: usize = 30;
/// How far ahead they are looked for.
const DAYS: i32 = 60;

/// How far the booking is.
#[derive(Template)]
#[template(path = "desk/booking.html")]
pub enum Booking {
    /// Not begun: how to begin stands at the head of the card.
    Closed { book: Action },
    /// Which service.
    Services { l: Locale, services: Vec<Offer> },
    /// Which time.
    Times(Box<Choosing>),
}

impl HtmlSafe for Booking {}

/// A service to choose.
pub struct Offer {
    name: String,
    minutes: String,
    href: String,
}

/// The times of a service.
pub struct Choosing {
    l: Locale,
    /// `Consultation · 20 min`, and the way back to the others.
    service: String,
    change: String,
    /// The form that narrows the times.
    kept: Vec<(&'static str, String)>,
    doctors: Vec<Choice>,
    doctor: String,
    on: Date,
    today: Date,
    /// The form that books.
    action: String,
    hidden: Vec<(&'static str, String)>,
    times: Option<Times>,
    none: String,
    later: String,
    reason: Field,
    /// Why another time is not among them.
    why: Action,
}

/// Reads what the address asks for: `book`, `service`, `doctor`, `on`.
///
/// # Errors
/// What the database refused.
pub async fn read(today: &Today<'_>, patient: PatientId, returned: Option<&Returned<'_>>) -> Result<Booking> {
    let (l, search) = (today.l, today.search);
    let at = |more: &[(&str, &str)]| today.at(&[&[("patient", patient.to_string().as_str())], more].concat());
    let chosen = search.some("service").and_then(|id| id.parse::<ServiceId>().ok());
    if chosen.is_none() && search.some("book").is_none() {
        let mut book = Action::link(l.t("desk-book-for"), at(&[("book", "1")]))
            .primary()
            .small()
            .icon(Icon("calendar-plus"));
        book.key = "b".to_owned();
        return Ok(Booking::Closed { book });
    }
    let mut offered = services::list(&today.state.app, today.ctx, &all(), ServiceFilter::default())
        .await?
        .items;
    l.sort_by_name(&mut offered, |service| service.name_in(l.code()));
    let service = chosen.and_then(|id| offered.iter().find(|service| service.id == id));
    let Some(service) = service else {
        let services = offered.iter().map(|service| Offer {
            name: service.name_in(l.code()).to_owned(),
            minutes: l.minutes(service.duration_minutes),
            href: at(&[("service", &service.id.to_string())]),
        });
        return Ok(Booking::Services {
            l,
            services: services.collect(),
        });
    };
    choosing(today, patient, service, at(&[("book", "1")]), returned)
        .await
        .map(|choosing| Booking::Times(Box::new(choosing)))
}

async fn choosing(
    today: &Today<'_>,
    patient: PatientId,
    service: &Service,
    change: String,
    returned: Option<&Returned<'_>>,
) -> Result<Choosing> {
    let (app, ctx, l, search) = (&today.state.app, today.ctx, today.l, today.search);
    let giving = ProviderFilter {
        service_id: Some(service.id),
        location_id: today.location.as_ref().map(|it| it.id),
        ..ProviderFilter::default()
    };
    let doctors = providers::list(app, ctx, &all(), giving).await?.items;
    let doctor = search.some("doctor").and_then(|id| id.parse::<ProviderId>().ok());
    let on = search.some("on").and_then(|date| date.parse::<Date>().ok());
    let on = on.unwrap_or(today.date).max(today.date);
    let wanted = slots::Search {
        service_id: service.id,
        provider_id: doctor,
        department_id: None,
        location_id: today.location.as_ref().map(|it| it.id),
        patient_id: Some(patient),
        ticket_id: None,
        moving: None,
        from: on,
        to: on.checked_add(DAYS.days()).unwrap_or(on),
        limit: MOST_SLOTS,
    };
    let free = slots::list(app, ctx, &wanted).await?;
    let nearest = returned.and_then(|it| it.nearest);
    let (times, last) = times(today, &doctors, &free, nearest)?;
    let reason = Field {
        l,
        ..Field::text("reason", l.t("desk-reason")).attribute("maxlength", "1000")
    };
    let reason = match returned {
        Some(it) => reason.value(it.submitted.get("reason")),
        None => reason,
    };
    let more = last.and_then(|date| date.tomorrow().ok());
    let kept = [("location", search.get("location").to_owned())];
    let of_patient = [("patient", patient.to_string()), ("service", service.id.to_string())];
    let kept: Vec<_> = kept
        .into_iter()
        .chain(of_patient)
        .filter(|(_, value)| !value.is_empty())
        .collect();
    Ok(Choosing {
        l,
        service: format!(
            "{} · {}",
            service.name_in(l.code()),
            l.minutes(service.duration_minutes)
        ),
        change,
        hidden: kept.clone(),
        kept,
        doctors: doctors
            .iter()
            .map(|it| Choice::new(it.id.to_string(), it.full_name()))
            .collect(),
        doctor: doctor.map(|id| id.to_string()).unwrap_or_default(),
        on,
        today: today.date,
        action: search.with(&[]).replacen("/desk", "/desk/book", 1),
        none: l.tf("desk-no-times", &[("days", i64::from(DAYS).into())]),
        later: more
            .map(|date| search.with(&[("on", &date.to_string())]))
            .unwrap_or_default(),
        times,
        reason,
        why: why(today, patient, service.id, doctor, on),
    })
}

/// The question about a time that is not among those.
fn why(today: &Today<'_>, patient: PatientId, service: ServiceId, doctor: Option<ProviderId>, on: Date) -> Action {
    let href = why::address(&[
        ("service", &service.to_string()),
        ("provider", &doctor.map(|id| id.to_string()).unwrap_or_default()),
        ("on", &on.to_string()),
        ("patient", &patient.to_string()),
        ("back", &today.search.with(&[])),
    ]);
    Action::link(today.l.t("why-ask"), href)
        .kind(Kind::Plain)
        .small()
        .icon(Icon("circle-help"))
}

/// The earliest times, a day at a time; with anyone, the same time with several is one. And the last date that is shown.
fn times(
    today: &Today<'_>,
    doctors: &[Provider],
    free: &[Slot],
    nearest: Option<Pick>,
) -> Result<(Option<Times>, Option<Date>)> {
    let l = today.l;
    let mut starts: BTreeMap<_, Vec<&Slot>> = BTreeMap::new();
    for slot in free {
        starts.entry((slot.starts_at, slot.location_id)).or_default().push(slot);
    }
    let at_nearest =
        |slot: &Slot| nearest.is_some_and(|it| (it.starts_at, it.location) == (slot.starts_at, slot.location_id));
    let shown = || starts.values().take(TIMES).filter_map(|slots| slots.split_first());
    let is_shown = shown().any(|(slot, _)| at_nearest(slot));
    let mut days: Vec<(Date, DayTimes)> = Vec::new();
    for (index, (slot, others)) in shown().enumerate() {
        let zone = Zone::new(&slot.time_zone).map_err(|error| AppError::Internal(error.to_string()))?;
        let local = zone.local(slot.starts_at);
        let name = doctors.iter().find(|it| it.id == slot.provider_id);
        let only = name.filter(|_| others.is_empty());
        let pick = Pick {
            starts_at: slot.starts_at,
            location: slot.location_id,
            provider: others.is_empty().then_some(slot.provider_id),
        };
        let when = l.day_time(local);
        let summary = match only {
            Some(it) => l.tf(
                "book-alternative",
                &[("time", when.into()), ("name", it.full_name().into())],
            ),
            None => when,
        };
        let offset = zone
            .is_repeated(slot.starts_at)
            .then(|| slot.local_start.get(19..).unwrap_or_default());
        let choice = TimeChoice::new(pick.to_string(), l.time(local.time()))
            .note(offset.or(only.map(|it| it.family_name.as_str())).unwrap_or_default())
            .summary(summary, slot.starts_at.to_string())
            .chosen(if is_shown { at_nearest(slot) } else { index == 0 });
        match days.last_mut().filter(|(date, _)| *date == local.date()) {
            Some((_, day)) => day.parts.iter_mut().for_each(|part| part.times.push(choice.clone())),
            None => {
                let part = Part {
                    name: String::new(),
                    times: vec![choice],
                };
                let day = DayTimes {
                    heading: l.day_long(local.date()),
                    hint: l.days_away(today.date, local.date()),
                    parts: vec![part],
                    none: String::new(),
                };
                days.push((local.date(), day));
            }
        }
    }
    let last = days.last().map(|(date, _)| *date);
    let days: Vec<DayTimes> = days.into_iter().map(|(_, day)| day).collect();
    Ok(((!days.is_empty()).then(|| Times::new("slot", days).autofocus()), last))
}
