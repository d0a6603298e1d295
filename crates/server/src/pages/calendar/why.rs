//! "Why is this time not offered?": the rules that decide about a start, in words.

use askama::Template;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kalends_app::error::Result;
use kalends_app::slots;
use kalends_domain::allocation::Owner;
use kalends_domain::id::ServiceId;
use kalends_domain::slot::{Candidate, Reason};
use kalends_domain::time::{LocalTime, Span};

use super::board::Board;
use super::book;
use super::generate::mode_words;
use super::refusal::rule_words;
use super::sheet::{clock, clock_range, dated};
use crate::pages::kit::{Dialog, Field, Form, Markup, Tone};

#[derive(Template)]
#[template(path = "calendar/why.html")]
struct Why {
    lead: String,
    form: Form,
    answers: Vec<Answer>,
}

/// About one start; a time that the clock shows twice has two.
struct Answer {
    tone: Tone,
    title: String,
    /// Why not: each rule, and what there is to say about it.
    reasons: Vec<(String, String)>,
}

/// The question, and its answer once it is asked.
pub async fn dialog(board: &Board) -> Result<Dialog> {
    let l = board.l;
    let services = book::given(board).await?;
    let on = board.at.parsed::<Date>("on").unwrap_or(board.today);
    let time = board.at.get("time");
    let mut field = book::service_field(l, &services);
    let service = board
        .at
        .parsed::<ServiceId>("service")
        .or_else(|| services.first().map(|service| service.id));
    field.name = "service".to_owned();
    let form = Form::get(l, board.at.base(), l.t("calendar-why-ask"))
        .field(field.maybe(service.map(|id| id.to_string())))
        .row([
            Field::date("on", l.t("calendar-date")).value(on.to_string()).required(),
            Field::time("time", l.t("calendar-time")).value(time).required(),
        ]);
    let form = Form {
        hidden: board
            .at
            .kept(&["service", "on", "time"])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        ..form
    };
    let mut answers = Vec::new();
    if let (Some(service), Ok(time)) = (service, time.parse::<LocalTime>()) {
        for starts_at in instants(board, on, time) {
            let found = slots::explain(&board.app, &board.ctx, service, board.provider_id(), starts_at).await?;
            answers.push(answer(board, &found));
        }
    }
    let body = Why {
        lead: l.tf("calendar-why-lead", &[("name", board.provider_name().into())]),
        form,
        answers,
    };
    Ok(Dialog::new(l, l.t("calendar-why"), board.at.back(), Markup::of(&body)))
}

/// The instants at which the clock shows this time on this date: two where it is turned back over it.
fn instants(board: &Board, date: Date, time: LocalTime) -> Vec<Timestamp> {
    let Some(first) = board.zone.instant(date, time) else {
        return Vec::new();
    };
    let again = (1..=6)
        .filter_map(|halves| first.checked_add(SignedDuration::from_mins(30 * halves)).ok())
        .find(|later| board.zone.local(*later) == board.zone.local(first));
    std::iter::once(first).chain(again).collect()
}

fn answer(board: &Board, found: &Candidate) -> Answer {
    let l = board.l;
    let when = dated(
        l,
        l.day(board.zone.date_at(found.starts_at)),
        clock(l, &board.zone, found.starts_at),
    );
    let (tone, title) = if found.offered().is_some() {
        (Tone::Success, "calendar-why-offered")
    } else {
        (Tone::Warning, "calendar-why-not-offered")
    };
    let reasons = found.reasons().iter().map(|reason| {
        let rule = rule_words(l, reason.rule().name());
        (rule, more(board, reason).unwrap_or_default())
    });
    Answer {
        tone,
        title: l.tf(title, &[("when", when.into())]),
        reasons: reasons.collect(),
    }
}

/// What there is to say about a reason beyond its rule.
fn more(board: &Board, reason: &Reason) -> Option<String> {
    let l = board.l;
    let moment = |at: &Timestamp| l.day_time(board.zone.local(*at));
    let stretch = |span: &Span| {
        let day = l.day(board.zone.date_at(span.starts_at()));
        if board.zone.date_at(span.starts_at()) == board.zone.date_at(span.ends_at()) {
            format!("{day}, {}", clock_range(l, &board.zone, span))
        } else {
            format!("{} – {}", moment(&span.starts_at()), moment(&span.ends_at()))
        }
    };
    match reason {
        Reason::LeadTime { earliest } => Some(l.tf("calendar-reason-earliest", &[("when", moment(earliest).into())])),
        Reason::BookingHorizon { until } => Some(l.tf("calendar-reason-before", &[("when", moment(until).into())])),
        Reason::OutsideOpenings {
            open_until: Some(until),
        } => Some(l.tf("calendar-reason-open-until", &[("when", moment(until).into())])),
        Reason::StartInterval { interval, from } => Some(l.tf(
            "calendar-reason-interval",
            &[
                ("length", l.minutes(i64::from(interval.minutes().0)).into()),
                ("when", moment(from).into()),
            ],
        )),
        Reason::Cap { most, .. } | Reason::TooManyOpen { most } => {
            Some(l.tf("calendar-reason-most", &[("most", i64::from(*most).into())]))
        }
        Reason::NotPublished { mode } => Some(mode_words(l, *mode)),
        Reason::NotReleased { from } => Some(l.tf("calendar-reason-released", &[("when", moment(from).into())])),
        Reason::Closure { span }
        | Reason::TimeOff { span }
        | Reason::Block { span }
        | Reason::PatientOverlap { span } => Some(stretch(span)),
        Reason::Taken { by, span } => {
            let what = l.t(match by {
                Owner::Appointment(_) => "calendar-appointment",
                Owner::Hold { .. } => "calendar-held",
                Owner::Block(_) => "calendar-block",
                Owner::External => "calendar-busy-elsewhere",
            });
            Some(format!("{what}: {}", stretch(span)))
        }
        _ => None,
    }
}
