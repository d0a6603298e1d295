//! The person on the phone or at the desk: found or added, with what they have coming, and booking for them.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::appointments::{self, Query};
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, FieldError, Result};
use kalends_app::idempotency::Once;
use kalends_app::patients::{self, PatientPatch};
use kalends_domain::appointment::{NamedAppointment, Status as Life};
use kalends_domain::id::PatientId;
use kalends_domain::page::PageRequest;
use kalends_domain::patient::Patient;
use kalends_domain::tenant::NoShowConsequence;
use kalends_domain::time::Zone;

use super::walk_in::{self, WalkIn};
use super::{Returned, Today, choose, steps};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, Badge, Blank, Cell, Facts, Field, Form, Frame, Icon, Notice, Refused, Search, Status, Submitted, Toast,
    Tone, phone, render, see_other, see_other_saying,
};
use crate::pages::session::AsDesk;
use crate::pages::{series, visit};

/// As many matches are shown: whoever has more types another letter.
const MATCHES: u32 = 8;
/// As many coming appointments stand on the card.
const COMING: u32 = 5;

/// The column: the search box, and what was found with it.
#[derive(Template)]
#[template(path = "desk/person.html")]
pub struct Person {
    l: Locale,
    location: String,
    q: String,
    found: Found,
}

impl HtmlSafe for Person {}

impl Person {
    /// Whether the page is about somebody: then they come first.
    pub fn is_open(&self) -> bool {
        !matches!(self.found, Found::Nobody(_))
    }
}

enum Found {
    /// Nobody was looked for.
    Nobody(Blank),
    /// Who matches, and the way to add somebody.
    Matches {
        matches: Matches,
        add: Box<Form>,
        walk_in: Box<WalkIn>,
        is_open: bool,
        notice: Option<Notice>,
    },
    /// One patient.
    Card(Box<Card>),
}

/// Who matches what was typed, each a link to their card.
#[derive(Template)]
#[template(path = "desk/matches.html")]
pub struct Matches {
    l: Locale,
    people: Vec<Match>,
    /// Whether the page is about them: then the focus goes to the first.
    autofocus: bool,
}

impl HtmlSafe for Matches {}

struct Match {
    name: String,
    href: String,
    /// `12/03/1980 · +49 30 1234567`
    known_by: Vec<String>,
}

/// A patient, what they have coming, and booking for them.
struct Card {
    name: String,
    facts: Facts,
    /// The full record.
    open: String,
    /// Who acts for them.
    proxies: String,
    /// What they were granted to book.
    tickets: String,
    /// Booking again and again for them.
    series: String,
    /// Several services in one go.
    visit: String,
    /// Where they wait for a time.
    waitlist: String,
    close: String,
    coming: Vec<Coming>,
    notice: Option<Notice>,
    booking: choose::Booking,
    walk_in: WalkIn,
}

struct Coming {
    when: String,
    /// In the calendar, where it is moved and cancelled.
    href: String,
    what: String,
    badge: Badge,
    steps: Vec<Action>,
}

/// Reads what the address asks for: `patient`, else `q`.
///
/// # Errors
/// [`AppError::NotFound`] for a patient who is unknown or out of reach.
pub async fn read(today: &Today<'_>, returned: Option<&Returned<'_>>) -> Result<Person> {
    let (l, search) = (today.l, today.search);
    let found = if let Some(id) = search.some("patient").and_then(|id| id.parse::<PatientId>().ok()) {
        Found::Card(Box::new(card(today, id, returned).await?))
    } else if search.some("q").is_some() || returned.is_some() {
        let matches = find(today.state, today.ctx, l, search).await?;
        if let ([only], None) = (matches.people.as_slice(), returned) {
            let id = Search::of(&only.href)
                .get("patient")
                .parse()
                .map_err(|_| AppError::NotFound)?;
            Found::Card(Box::new(card(today, id, None).await?))
        } else {
            let add = add_form(l, &today.place(), search.q());
            let walked_in = returned.filter(|it| walk_in::is_of(it));
            let added = returned.filter(|it| !walk_in::is_of(it));
            Found::Matches {
                is_open: (matches.people.is_empty() && returned.is_none()) || added.is_some(),
                matches,
                walk_in: Box::new(walk_in::read(today, None, search.q(), walked_in).await?),
                add: Box::new(match added {
                    Some(it) => add.keep(it.submitted).refused(&it.errors),
                    None => add,
                }),
                notice: added.map(|it| it.notice.clone()),
            }
        }
    } else {
        Found::Nobody(Blank::new(Icon("search"), l.t("desk-nobody"), l.t("desk-nobody-text")))
    };
    Ok(Person {
        l,
        location: today.place(),
        q: search.q().to_owned(),
        found,
    })
}

async fn find(state: &AppState, ctx: &Ctx, l: Locale, search: &Search) -> Result<Matches> {
    let request = PageRequest {
        limit: MATCHES,
        search: search.some("q").map(str::to_owned),
        ..PageRequest::default()
    };
    let people = match &request.search {
        Some(_) => patients::list(&state.app, ctx, &request).await?.items,
        None => Vec::new(),
    };
    let people = people.iter().map(|it| Match {
        name: it.full_name(),
        href: Search::of("/desk").with(&[("location", search.get("location")), ("patient", &it.id.to_string())]),
        known_by: it
            .birth_date
            .map(|date| l.date_plain(date))
            .into_iter()
            .chain(it.phone.as_deref().map(phone))
            .collect(),
    });
    Ok(Matches {
        l,
        people: people.collect(),
        autofocus: true,
    })
}

/// `GET /desk/patients`: the matches alone, for the search box while somebody types.
pub async fn matches(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    headers: HeaderMap,
    search: Search,
) -> std::result::Result<Response, Refused> {
    if !headers.contains_key("hx-request") {
        return Ok(see_other(&search.with(&[]).replacen("/desk/patients", "/desk", 1)));
    }
    let matches = find(&state, &ctx, frame.l, &search).await?;
    Ok(render(&Matches {
        autofocus: false,
        ..matches
    }))
}

/// The name that was looked for, if it was one.
pub fn names(words: &str) -> (&str, &str) {
    let named = !words.chars().any(|c| c.is_ascii_digit());
    words
        .split_once(' ')
        .filter(|_| named)
        .unwrap_or(("", if named { words } else { "" }))
}

/// The name is taken from what was looked for.
fn add_form(l: Locale, location: &str, words: &str) -> Form {
    let (given, family) = names(words);
    Form::post(l, "/desk/patients", l.t("patients-add"))
        .row([
            Field::text("given_name", l.t("records-given-name"))
                .required()
                .value(given),
            Field::text("family_name", l.t("records-family-name"))
                .required()
                .value(family),
        ])
        .row([
            Field::date("birth_date", l.t("records-birth-date")),
            Field::tel("phone", l.t("records-phone")).autocomplete("off"),
        ])
        .hidden("location", location)
}

async fn card(today: &Today<'_>, id: PatientId, returned: Option<&Returned<'_>>) -> Result<Card> {
    let l = today.l;
    let it: Patient = patients::get(&today.state.app, today.ctx, id).await?;
    let facts = Facts::new(l)
        .row(
            l.t("records-birth-date"),
            Cell::maybe(it.birth_date.map(|date| l.date_plain(date))),
        )
        .row(l.t("records-phone"), Cell::phone(it.phone.as_deref()));
    let facts = match it.email.as_deref() {
        Some(email) => facts.row(l.t("records-email"), Cell::code(email)),
        None => facts,
    };
    let query = Query {
        from: Some(today.ctx.now),
        patient_id: Some(it.id),
        statuses: vec![Life::Pending, Life::Booked, Life::Arrived, Life::InProgress],
        ..Query::default()
    };
    let request = PageRequest {
        limit: COMING,
        ..PageRequest::default()
    };
    let found = appointments::list(&today.state.app, today.ctx, &request, query).await?;
    let missed = appointments::no_shows(&today.state.app, today.ctx, it.id).await?;
    let id = it.id.to_string();
    let facts = match missed.count {
        0 => facts,
        count => {
            let past = [("patient", id.as_str()), ("status", "no_show"), ("when", "past")];
            let text = l.tf(
                "desk-missed",
                &[("n", count.into()), ("since", date_of(today, missed.since).into())],
            );
            let follows = match missed.consequence {
                NoShowConsequence::None => String::new(),
                NoShowConsequence::Approval => l.t("desk-missed-approval"),
                NoShowConsequence::PhoneOnly => l.t("desk-missed-phone"),
            };
            let list = Search::of("/admin/appointments").with(&past);
            facts.row(l.t("desk-missed-term"), Cell::link(text, list).second(follows))
        }
    };
    Ok(Card {
        name: it.full_name(),
        facts: facts.maybe(l.t("patients-notes"), it.notes.as_deref()),
        open: format!("/admin/patients/{id}"),
        proxies: format!("/admin/patients/{id}/proxies"),
        tickets: format!("/patients/{id}/tickets"),
        series: series::of_patient(&id),
        visit: visit::of_patient(&id),
        waitlist: format!("/waitlist/join?patient={id}"),
        close: today.at(&[]),
        coming: found.items.iter().map(|named| coming(today, named)).collect(),
        notice: returned.map(|it| it.notice.clone()),
        booking: choose::read(today, it.id, returned.filter(|it| !walk_in::is_of(it))).await?,
        walk_in: walk_in::read(today, Some(it.id), "", returned.filter(|it| walk_in::is_of(it))).await?,
    })
}

fn date_of(today: &Today<'_>, at: Timestamp) -> String {
    today.l.date_plain(today.zone.date_at(at))
}

fn coming(today: &Today<'_>, named: &NamedAppointment) -> Coming {
    let (l, of) = (today.l, &named.appointment);
    let zone = Zone::new(&of.time_zone).unwrap_or_else(|_| today.zone.clone());
    let local = zone.local(of.starts_at);
    let steps = if today.visits.iter().any(|it| it.appointment.id == of.id) {
        steps(l, named, &today.search.with(&[]))
    } else {
        Vec::new()
    };
    Coming {
        when: l.day_time(local),
        href: format!(
            "/admin/calendar?provider={}&view=day&date={}&appointment={}",
            of.provider_id,
            local.date(),
            of.id
        ),
        what: format!("{} · {}", named.service_in(l.code()), named.provider_name),
        badge: Status::from(of.status).badge(l),
        steps: steps
            .into_iter()
            .filter(|step| !step.href.ends_with("/no-show"))
            .map(Action::small)
            .collect(),
    }
}

/// `POST /desk/patients`: adds the person on the phone and opens their card.
pub async fn create(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let location = submitted.get("location");
    let typed_date = submitted.some("birth_date");
    let birth_date = submitted.parsed::<Date>("birth_date");
    let refused = if typed_date.is_some() && birth_date.is_none() {
        vec![FieldError {
            pointer: "/birth_date".into(),
            code: "malformed",
            params: Vec::new(),
        }]
    } else {
        let patch = PatientPatch {
            given_name: Some(submitted.get("given_name").to_owned()),
            family_name: Some(submitted.get("family_name").to_owned()),
            phone: Some(submitted.some("phone")),
            birth_date: Some(birth_date),
            ..PatientPatch::default()
        };
        match patients::create(&state.app, &ctx, patch, &Once::unkeyed()).await {
            Ok(it) => {
                let card = [("location", location), ("patient", &it.id.to_string())];
                return Ok(see_other_saying(
                    &Search::of("/desk").with(&card),
                    &Toast::success(l.t("desk-added")),
                ));
            }
            Err(AppError::Invalid(errors)) => errors,
            Err(error) => return Err(error.into()),
        }
    };
    let search = Search::of(&Search::of("/desk").with(&[("location", location)]));
    let returned = Returned {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        submitted: &submitted,
        notice: Notice::new(Tone::Error, l.t("desk-not-added")),
        errors: refused,
        nearest: None,
    };
    super::page(&state, &ctx, &frame, &search, Some(returned)).await
}
