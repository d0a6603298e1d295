//! The answer to "why is this time not offered?", for the page and for the calendar's dialog.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kalends_app::app::App;
use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::slots::{self, Explanation};
use kalends_domain::id::{PatientId, ProviderId, ServiceId};
use kalends_domain::slot::{Candidate, Reason};
use kalends_domain::time::{LocalTime, Zone};

use crate::http::locale::Locale;
use crate::pages::kit::Tone;
use crate::pages::rule;

/// Which time is asked about.
pub struct Question {
    pub service: ServiceId,
    pub provider: ProviderId,
    pub patient: Option<PatientId>,
    /// By the clock at the location.
    pub on: Date,
    pub time: LocalTime,
}

/// About one start; a time that the clock shows twice has two.
#[derive(Template)]
#[template(path = "why/answer.html")]
pub struct Answer {
    tone: Tone,
    title: String,
    reasons: Vec<Told>,
    /// What staff can do all the same; empty where nothing is to be said.
    staff: String,
}

impl HtmlSafe for Answer {}

/// A rule that refuses it.
struct Told {
    text: String,
    /// Whom it binds.
    note: String,
}

/// What the rules say of that time.
///
/// # Errors
/// As [`slots::explain`].
pub async fn answers(app: &App, ctx: &Ctx, l: Locale, zone: &Zone, asked: &Question) -> Result<Vec<Answer>> {
    let mut answers = Vec::new();
    for starts_at in instants(zone, asked.on, asked.time) {
        let found = slots::explain(app, ctx, asked.service, asked.provider, asked.patient, starts_at).await?;
        answers.push(answer(l, zone, &found));
    }
    Ok(answers)
}

/// The instants at which the clock shows this time on this date: two where it is turned back over it.
fn instants(zone: &Zone, date: Date, time: LocalTime) -> Vec<Timestamp> {
    let Some(first) = zone.instant(date, time) else {
        return Vec::new();
    };
    let again = (1..=6)
        .filter_map(|halves| first.checked_add(SignedDuration::from_mins(30 * halves)).ok())
        .find(|later| zone.local(*later) == zone.local(first));
    std::iter::once(first).chain(again).collect()
}

fn answer(l: Locale, zone: &Zone, found: &Explanation) -> Answer {
    let (patients, staff) = (&found.patients, &found.staff);
    let stamp = zone.stamp(patients.starts_at);
    let offset = stamp.get(19..).filter(|_| zone.is_repeated(patients.starts_at));
    let local = l.day_time(zone.local(patients.starts_at));
    let when = offset.map_or_else(|| local.clone(), |offset| format!("{local} ({offset})"));
    let (tone, title) = if patients.offered().is_some() {
        (Tone::Success, "why-offered")
    } else {
        (Tone::Warning, "why-not-offered")
    };
    let reasons = patients.reasons().iter().map(|reason| Told {
        text: rule::explained(l, zone, reason),
        note: note(l, staff, reason),
    });
    Answer {
        tone,
        title: l.tf(title, &[("when", when.into())]),
        reasons: reasons.collect(),
        staff: match (patients.offered(), staff.offered()) {
            (None, Some(_)) => l.t("why-staff-can"),
            (None, None) if staff.reasons().iter().all(|reason| reason.rule().may_be_set_aside()) => {
                l.t("why-staff-may")
            }
            _ => String::new(),
        },
    }
}

fn note(l: Locale, staff: &Candidate, reason: &Reason) -> String {
    if !staff.reasons().contains(reason) {
        l.t("why-patients-only")
    } else if reason.rule().may_be_set_aside() {
        l.t("why-can-be-set-aside")
    } else {
        String::new()
    }
}
