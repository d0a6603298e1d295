//! Rules in words: for staff with all there is to say, for a patient politely, without what is nobody's business outside.

use jiff::Timestamp;
use kalends_domain::allocation::Owner;
use kalends_domain::slot::{Missing, Reason};
use kalends_domain::time::{Span, Zone};

use super::calendar::mode_words;
use crate::http::locale::Locale;

/// A refusal by its rule's name, for staff.
pub fn to_staff(l: Locale, rule: &str) -> String {
    words(l, "staff-rule-", rule)
}

/// The same for a patient.
pub fn to_patient(l: Locale, rule: &str) -> String {
    words(l, "rule-", rule)
}

/// What has no words of its own is only not possible.
fn words(l: Locale, prefix: &str, rule: &str) -> String {
    let id = format!("{prefix}{rule}");
    l.t(if Locale::En.has(&id) { &id } else { "rule-other" })
}

/// Why a start is not offered, with the figures, by the clock at the location. For staff: it may tell what others have.
pub fn explained(l: Locale, zone: &Zone, reason: &Reason) -> String {
    let moment = |at: &Timestamp| l.day_time(zone.local(*at));
    let id = format!("reason-{}", reason.rule().name());
    let say = |name: &'static str, value: String| l.tf(&id, &[(name, value.into())]);
    match reason {
        Reason::Archived
        | Reason::ServiceNotOffered
        | Reason::NotAccepting
        | Reason::TicketElsewhere
        | Reason::PhoneOnly
        | Reason::NewPatientsOnly
        | Reason::ReturningPatientsOnly
        | Reason::Past
        | Reason::ServiceNotInOpening => l.t(&id),
        Reason::NoResource { missing } => match missing {
            Missing::Kind(kind) => say("kind", kind.clone()),
            Missing::Named(name) => l.tf("reason-resource-taken", &[("name", name.as_str().into())]),
            Missing::Elsewhere => l.t("reason-resource-elsewhere"),
        },
        Reason::LeadTime { earliest } => say("when", moment(earliest)),
        Reason::BookingHorizon { until } => say("when", moment(until)),
        Reason::OutsideOpenings {
            open_until: Some(until),
        } => say("when", moment(until)),
        Reason::OutsideOpenings { open_until: None } => l.t("reason-not-open"),
        Reason::StartInterval { interval, from } => l.tf(
            &id,
            &[
                ("length", l.minutes(i64::from(interval.minutes().0)).into()),
                ("when", moment(from).into()),
            ],
        ),
        Reason::Cap { most, .. } | Reason::TooManyOpen { most } | Reason::SessionFull { most } => {
            l.tf(&id, &[("most", i64::from(*most).into())])
        }
        Reason::NotPublished { mode } => say("mode", mode_words(l, *mode)),
        Reason::NotReleased { from } => say("when", moment(from)),
        Reason::Closure { span }
        | Reason::TimeOff { span }
        | Reason::Block { span }
        | Reason::PatientOverlap { span } => say("when", stretch(l, zone, span)),
        Reason::Taken { by, span } => {
            let what = l.t(match by {
                Owner::Appointment(_) => "calendar-appointment",
                Owner::Hold { .. } => "calendar-held",
                Owner::Block(_) => "calendar-block",
                Owner::External => "calendar-busy-elsewhere",
            });
            l.tf(&id, &[("what", what.into()), ("when", stretch(l, zone, span).into())])
        }
    }
}

/// `Tue 12 Jan, 09:30–10:00`, or with both dates where it goes on past midnight.
fn stretch(l: Locale, zone: &Zone, span: &Span) -> String {
    let (from, to) = (zone.local(span.starts_at()), zone.local(span.ends_at()));
    if from.date() == to.date() {
        l.day_time_range(from, to)
    } else {
        format!("{} – {}", l.day_time(from), l.day_time(to))
    }
}

#[cfg(test)]
mod tests {
    use kalends_domain::rule::Rule;

    use super::Locale;

    #[test]
    fn every_rule_is_told_to_everybody_in_every_language() {
        let lacking = |l: Locale| {
            let ids = Rule::ALL
                .iter()
                .flat_map(|rule| ["rule", "staff-rule", "reason"].map(|kind| format!("{kind}-{}", rule.name())));
            ids.filter(|id| !l.has(id))
                .map(move |id| format!("{}: {id}", l.code()))
                .collect::<Vec<_>>()
        };
        let wrong: Vec<String> = Locale::OFFERED.into_iter().flat_map(lacking).collect();
        assert_eq!(wrong, [""; 0], "locales/*/{{rule,staff-rule,reason}}.ftl lack these");
    }
}
