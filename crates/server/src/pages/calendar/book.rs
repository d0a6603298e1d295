//! Booking a slot for a patient: find them, choose the service, book.

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use kalends_app::booking::{self, NewBooking, Overrides};
use kalends_app::error::{Alternative, Result};
use kalends_app::idempotency::Once;
use kalends_app::intake::Answers;
use kalends_app::slots::Slot;
use kalends_app::{patients, providers, services};
use kalends_domain::id::{LocationId, PatientId, ProviderId, ServiceId};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::patient::Patient;
use kalends_domain::rule::Rule;
use kalends_domain::service::Service;
use kalends_store::services::ServiceFilter;

use super::board::Board;
use super::refusal::Refusal;
use super::slot;
use crate::http::locale::Locale;
use crate::pages::kit::{Choice, Field, Form, Markup, Refused, Submitted, phone};

/// As many patients as are shown for some words; more words find fewer.
const PATIENTS: u32 = 6;

/// The search for a patient, and what follows once some are found.
#[derive(Template)]
#[template(path = "calendar/book.html")]
struct Booking {
    l: Locale,
    action: &'static str,
    kept: Vec<(String, String)>,
    q: String,
    searched: bool,
    found: usize,
    form: Option<Form>,
    /// Where a patient is made who is not found; empty for who may not.
    patients: &'static str,
}

/// Booking as it starts.
pub async fn start(board: &Board, starts_at: Timestamp) -> Result<Markup> {
    part(board, starts_at, None).await
}

async fn part(board: &Board, starts_at: Timestamp, refused: Option<(&Submitted, &Refusal)>) -> Result<Markup> {
    let l = board.l;
    let patients = found(board).await?;
    let form = if patients.is_empty() {
        None
    } else {
        let services = given(board).await?;
        let form = form(board, starts_at, &patients, &services);
        Some(match refused {
            Some((submitted, refusal)) => again(board, form, submitted, refusal).await?,
            None if slot::is_over(board) => over(l, form),
            None => form,
        })
    };
    let kept = board.at.kept(&["q", "patient"]);
    Ok(Markup::of(&Booking {
        l,
        action: board.at.base(),
        kept: kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        q: board.at.get("q").to_owned(),
        searched: !board.at.get("q").is_empty(),
        found: patients.len(),
        form,
        patients: if board.at.is_own() { "" } else { "/admin/patients" },
    }))
}

/// Who was searched for, or is named in the address.
async fn found(board: &Board) -> Result<Vec<Patient>> {
    if let Some(id) = board.at.parsed::<PatientId>("patient") {
        return Ok(vec![patients::get(&board.app, &board.ctx, id).await?]);
    }
    let words = board.at.get("q").trim();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let request = PageRequest {
        limit: PATIENTS,
        search: Some(words.to_owned()),
        ..PageRequest::default()
    };
    Ok(patients::list(&board.app, &board.ctx, &request).await?.items)
}

/// What the provider gives, in order of name.
pub async fn given(board: &Board) -> Result<Vec<Service>> {
    let request = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let filter = ServiceFilter {
        provider_id: Some(board.provider_id()),
        ..ServiceFilter::default()
    };
    Ok(services::list(&board.app, &board.ctx, &request, filter).await?.items)
}

/// The services to choose from; the only one is chosen.
pub fn service_field(l: Locale, services: &[Service]) -> Field {
    let mut choices: Vec<Choice> = services
        .iter()
        .map(|service| {
            let length = l.minutes(i64::from(service.duration_minutes));
            Choice::new(
                service.id.to_string(),
                format!("{} · {length}", service.name_in(l.code())),
            )
        })
        .collect();
    let only = choices
        .first()
        .filter(|_| choices.len() == 1)
        .map(|choice| choice.value.clone());
    if only.is_none() {
        choices.insert(0, Choice::new("", l.t("calendar-choose")));
    }
    Field::select("service_id", l.t("calendar-service"), choices)
        .maybe(only)
        .required()
}

fn form(board: &Board, starts_at: Timestamp, patients: &[Patient], services: &[Service]) -> Form {
    let l = board.l;
    let people = patients
        .iter()
        .map(|patient| Choice::new(patient.id.to_string(), patient.full_name()).hint(about(l, patient)));
    let only = patients.first().filter(|_| patients.len() == 1);
    let when = l.day_time(board.zone.local(starts_at));
    Form::post(
        l,
        board.at.post("book"),
        l.tf("calendar-book-at", &[("when", when.into())]),
    )
    .hidden("starts_at", starts_at.to_string())
    .field(
        Field::radios("patient_id", l.t("calendar-patient"), people.collect())
            .maybe(only.map(|patient| patient.id.to_string()))
            .required()
            .autofocus(),
    )
    .field(match board.at.get("service") {
        "" => service_field(l, services),
        chosen => service_field(l, services).value(chosen),
    })
    .field(Field::textarea("reason", l.t("calendar-reason")))
}

/// The form that books over whoever has the time: with a reason.
fn over(l: Locale, form: Form) -> Form {
    let mut form = form.field(
        Field::textarea("override_reason", l.t("calendar-over-reason"))
            .hint(l.t("calendar-over-hint"))
            .required(),
    );
    form.submit = l.t("calendar-over-book");
    form.hidden("aside", Rule::Taken.name())
}

/// What tells people of one name apart.
fn about(l: Locale, patient: &Patient) -> String {
    let born = patient.birth_date.map(|date| l.date_plain(date));
    let reach = patient.phone.as_deref().map(phone).or_else(|| patient.email.clone());
    // Marks around a number keep its plus sign in front of it in a right-to-left line.
    let reach = reach.map(|text| {
        if l.is_rtl() {
            format!("\u{2066}{text}\u{2069}")
        } else {
            text
        }
    });
    let parts: Vec<String> = born.into_iter().chain(reach).collect();
    parts.join(" · ")
}

/// The form after a refusal: with other times as buttons, or with the reason for setting a rule aside.
async fn again(board: &Board, form: Form, submitted: &Submitted, refusal: &Refusal) -> Result<Form> {
    let l = board.l;
    let mut form = form;
    let mut aside = submitted.all("aside");
    if let Some(rule) = refusal
        .rule
        .filter(|rule| !aside.iter().any(|name| name == rule.name()))
    {
        aside.push(rule.name().to_owned());
    }
    if !aside.is_empty() {
        form = form.field(Field::textarea("override_reason", l.t("calendar-override-reason")).required());
        form.submit = l.t("calendar-book-anyway");
        form.hidden
            .extend(aside.into_iter().map(|rule| ("aside".to_owned(), rule)));
    }
    let mut form = refusal.onto(form, submitted);
    let others = alternatives(board, &refusal.alternatives).await?;
    let head = Markup::joined([refusal.head(), others]);
    form.entries.insert(0, crate::pages::kit::Entry::Markup(head));
    Ok(form)
}

#[derive(Template)]
#[template(path = "calendar/alternatives.html")]
struct Alternatives {
    label: String,
    /// What each sends, and what it reads.
    times: Vec<(String, String)>,
}

/// Times that are free instead, as buttons of the form that they stand in.
pub async fn alternatives(board: &Board, free: &[Alternative]) -> Result<Markup> {
    if free.is_empty() {
        return Ok(Markup::default());
    }
    let mut times = Vec::new();
    for slot in free {
        let value = value(slot.starts_at, slot.provider_id, slot.location_id);
        let zone = kalends_domain::time::Zone::new(&slot.time_zone);
        let zone = zone.unwrap_or_else(|_| board.zone.clone());
        let mut label = board.l.day_time(zone.local(slot.starts_at));
        if slot.provider_id != board.provider_id() {
            let other = providers::get(&board.app, &board.ctx, slot.provider_id).await?;
            label = format!("{label} · {}", other.full_name());
        }
        times.push((value, label));
    }
    Ok(Markup::of(&Alternatives {
        label: board.l.t("calendar-free-instead"),
        times,
    }))
}

/// A slot as a form names it.
pub fn wanted(slot: &Slot) -> String {
    value(slot.starts_at, slot.provider_id, slot.location_id)
}

fn value(starts_at: Timestamp, provider_id: ProviderId, location_id: LocationId) -> String {
    format!("{starts_at} {provider_id} {location_id}")
}

/// Where and when a form asks for: the button of another time, else the time that it is about.
pub struct Wanted {
    pub starts_at: Timestamp,
    pub provider_id: Option<ProviderId>,
    pub location_id: Option<LocationId>,
}

impl Wanted {
    /// None when the form does not say.
    pub fn of(submitted: &Submitted) -> Option<Self> {
        let other = submitted.get("at");
        let mut parts = other.split(' ');
        if let Some(starts_at) = parts.next().and_then(|text| text.parse().ok()) {
            return Some(Self {
                starts_at,
                provider_id: parts.next().and_then(|id| id.parse().ok()),
                location_id: parts.next().and_then(|id| id.parse().ok()),
            });
        }
        Some(Self {
            starts_at: submitted.parsed("starts_at")?,
            provider_id: None,
            location_id: None,
        })
    }
}

/// The rules that a form sets aside, and why.
fn overrides(submitted: &Submitted) -> Overrides {
    Overrides {
        rules: submitted
            .all("aside")
            .iter()
            .filter_map(|name| name.parse::<Rule>().ok())
            .collect(),
        reason: submitted.some("override_reason"),
    }
}

/// `POST …/book`
pub async fn create(board: Board, submitted: Submitted) -> std::result::Result<Response, Refused> {
    let l = board.l;
    let Some(wanted) = Wanted::of(&submitted) else {
        return Err(Refused(crate::pages::kit::ErrorKind::NotFound));
    };
    let mut answers = super::answers::Answers::of(&submitted);
    let patient_id = submitted.parsed::<PatientId>("patient_id");
    if patient_id.is_none() {
        answers.fail("patient_id", "required", Vec::new());
    }
    let service_id = submitted.parsed::<ServiceId>("service_id");
    if service_id.is_none() {
        answers.fail("service_id", "required", Vec::new());
    }
    let refusal = match (patient_id, service_id) {
        (Some(patient_id), Some(service_id)) => {
            let input = NewBooking {
                service_id,
                starts_at: wanted.starts_at,
                provider_id: Some(wanted.provider_id.unwrap_or(board.provider_id())),
                location_id: Some(wanted.location_id.unwrap_or(board.location.id)),
                patient_id: Some(patient_id),
                ticket_id: None,
                answers: Answers::default(),
                hold_token: None,
                reason: submitted.some("reason"),
                overrides: overrides(&submitted),
            };
            match booking::book(&board.app, &board.ctx, input, &Once::unkeyed()).await {
                Ok(booked) => {
                    let when = l.day_time(board.zone.local(booked.starts_at));
                    return Ok(board.done(l.tf("calendar-booked", &[("when", when.into())])));
                }
                Err(error) => Refusal::of(&board, error, Some(wanted.starts_at))?,
            }
        }
        _ => Refusal::fields(answers.errors()),
    };
    let starts_at = submitted.parsed("starts_at").unwrap_or(wanted.starts_at);
    let part = part(&board, starts_at, Some((&submitted, &refusal))).await?;
    let dialog = slot::refused(&board, starts_at, part).await?;
    board.show(refusal.status, Some(dialog)).await
}
