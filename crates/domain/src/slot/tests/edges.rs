//! Who asks, how soon and how far ahead, and what staff may set aside.

use super::{Clinic, HERE, Outcome, Rule, SERVICE, appointment};
use crate::id::ServiceId;
use crate::opening::PublishMode;
use crate::slot::{Asker, Horizon, Reason, Refusal, Standing};
use crate::time::{Minutes, Zone};
use jiff::Timestamp;
use uuid::Uuid;

#[test]
fn the_past_begins_now() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.now = clinic.at("10:00")?;
    assert_eq!(clinic.offered()?, ["10:00", "10:30", "11:00", "11:30"]);
    clinic.asker = Asker::Staff;
    clinic.terms.lead_time = Minutes(45);
    assert_eq!(clinic.rules("09:30")?, [Rule::Past]);
    assert_eq!(clinic.rules("10:00")?, [], "staff need no notice");
    clinic.asker = Asker::Public;
    assert_eq!(clinic.rules("09:30")?, [Rule::Past], "past says enough");
    let earliest = clinic.at("10:45")?;
    assert_eq!(clinic.judge("10:30")?.reasons(), [Reason::LeadTime { earliest }]);
    assert_eq!(clinic.offered()?, ["11:00", "11:30"]);
    Ok(())
}

#[test]
fn six_calendar_months_from_today_at_the_location() -> Outcome {
    let until = |zone: &str, now: &str| -> Result<String, super::Trouble> {
        let zone = Zone::new(zone)?;
        Ok(zone.stamp(Horizon::DEFAULT.ends_at(now.parse()?, &zone)))
    };
    assert_eq!(
        until("Europe/Berlin", "2027-01-13T05:00:00Z")?,
        "2027-07-14T00:00:00+02:00"
    );
    assert_eq!(
        until("Europe/Berlin", "2027-08-31T10:00:00Z")?,
        "2028-03-01T00:00:00+01:00",
        "to 29 February"
    );
    assert_eq!(
        until("Europe/Berlin", "2026-08-31T10:00:00Z")?,
        "2027-03-01T00:00:00+01:00"
    );
    let now = "2027-01-13T11:00:00Z";
    assert_eq!(
        until("Pacific/Auckland", now)?,
        "2027-07-15T00:00:00+12:00",
        "tomorrow already"
    );
    assert_eq!(
        until("Pacific/Pago_Pago", "2027-01-13T10:59:00Z")?,
        "2027-07-13T00:00:00-11:00",
        "still yesterday"
    );
    let zone = Zone::new("UTC")?;
    assert_eq!(
        zone.stamp(Horizon::Days(1).ends_at(now.parse()?, &zone)),
        "2027-01-15T00:00:00+00:00"
    );
    assert_eq!(Horizon::Days(u16::MAX).ends_at(Timestamp::MAX, &zone), Timestamp::MAX);
    Ok(())
}

#[test]
fn too_far_ahead_is_told_even_where_nothing_is_open() -> Outcome {
    let mut clinic = Clinic::open(&[])?;
    clinic.add_opening("2027-07-13", "09:00", "10:00", HERE)?;
    clinic.add_opening("2027-07-14", "00:00", "10:00", HERE)?;
    let spans: Vec<_> = clinic.openings.iter().map(|opening| opening.span.starts_at()).collect();
    let judged: Vec<_> = spans
        .iter()
        .map(|start| clinic.ask(|judgement| judgement.judge(*start)))
        .collect();
    assert_eq!(judged[0].refusal(), None);
    assert_eq!(judged[1].refusal(), Some(Refusal::Rule(Rule::BookingHorizon)));
    let later: Timestamp = "2030-01-01T09:00:00Z".parse()?;
    let refused = clinic.ask(|judgement| judgement.judge(later));
    assert_eq!(refused.refusal(), Some(Refusal::Rule(Rule::BookingHorizon)));
    for brink in [Timestamp::MIN, Timestamp::MAX] {
        assert!(!clinic.ask(|judgement| judgement.judge(brink)).reasons().is_empty());
    }
    Ok(())
}

#[test]
fn nothing_is_offered_for_no_time_at_all() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.terms.duration = Minutes(0);
    assert_eq!(clinic.offered()?.len(), 0);
    assert_eq!(clinic.rules("09:00")?, [Rule::OutsideOpenings]);
    Ok(())
}

#[test]
fn only_staff_book_what_is_not_published() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "10:00"), ("10:00", "11:00")])?;
    clinic.openings[1].publication.mode = PublishMode::Contact;
    assert_eq!(clinic.offered()?, ["09:00", "09:30"]);
    clinic.terms.duration = Minutes(60);
    assert_eq!(clinic.offered()?, ["09:00"], "9:30 would end in the other opening");
    let mode = PublishMode::Contact;
    assert_eq!(clinic.judge("09:30")?.reasons(), [Reason::NotPublished { mode }]);
    clinic.asker = Asker::Staff;
    assert_eq!(clinic.offered()?, ["09:00", "09:30", "10:00"]);
    Ok(())
}

#[test]
fn the_public_waits_for_the_release_of_an_opening() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "10:00"), ("10:00", "11:00")])?;
    clinic.openings[1].publication.release = Some(Minutes(4 * 60 - 1));
    assert_eq!(
        clinic.offered()?,
        ["09:00", "09:30"],
        "06:00 is a minute too early for 10:00"
    );
    let from = clinic.at("06:01")?;
    assert_eq!(clinic.judge("10:30")?.reasons(), [Reason::NotReleased { from }]);
    clinic.asker = Asker::Staff;
    assert_eq!(clinic.offered()?.len(), 4);
    clinic.asker = Asker::Patient;
    clinic.now = from;
    assert_eq!(clinic.offered()?.len(), 4);
    Ok(())
}

#[test]
fn an_opening_kept_for_a_service_is_for_no_other() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "10:00"), ("10:00", "11:00")])?;
    clinic.openings[1].publication.services = vec![ServiceId(Uuid::from_u128(77))];
    clinic.asker = Asker::Staff;
    assert_eq!(clinic.offered()?, ["09:00", "09:30"]);
    assert_eq!(clinic.judge("10:00")?.reasons(), [Reason::ServiceNotInOpening]);
    clinic.terms.duration = Minutes(60);
    assert_eq!(clinic.offered()?, ["09:00"], "9:30 would end in the other opening");
    clinic.openings[1].publication.services.push(SERVICE);
    assert_eq!(clinic.offered()?, ["09:00", "09:30", "10:00"]);
    Ok(())
}

#[test]
fn how_things_stand_decides_at_any_time() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "10:00")])?;
    let standings = [
        (
            Standing {
                archived: true,
                ..Standing::GOOD
            },
            Rule::Archived,
            false,
        ),
        (
            Standing {
                gives_service: false,
                ..Standing::GOOD
            },
            Rule::ServiceNotOffered,
            false,
        ),
        (
            Standing {
                accepts: false,
                ..Standing::GOOD
            },
            Rule::NotAccepting,
            true,
        ),
        (
            Standing {
                public: false,
                ..Standing::GOOD
            },
            Rule::NotPublished,
            true,
        ),
    ];
    for (standing, rule, staff_may) in standings {
        clinic.standing = standing;
        clinic.asker = Asker::Patient;
        assert_eq!(clinic.rules("09:00")?, [rule]);
        clinic.asker = Asker::Staff;
        assert_eq!(clinic.rules("09:00")?.is_empty(), staff_may, "{rule}");
    }
    clinic.standing = Standing::GOOD;
    clinic.archived = true;
    assert_eq!(clinic.rules("09:00")?, [Rule::Archived], "the location");
    Ok(())
}

#[test]
fn staff_may_set_some_rules_aside() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.patient_busy = vec![clinic.taken(appointment(9), "09:00", "09:30")?];
    clinic.busy = vec![clinic.taken(appointment(8), "10:00", "10:30")?];
    clinic.overrides = vec![Rule::PatientOverlap, Rule::Taken, Rule::Past, Rule::OutsideOpenings];
    assert_eq!(clinic.rules("09:00")?, [Rule::PatientOverlap], "patients may not");
    assert_eq!(clinic.rules("10:00")?, [Rule::Taken], "nor over others");
    clinic.asker = Asker::Staff;
    let candidate = clinic.judge("09:00")?;
    assert!(candidate.offered().is_some());
    assert_eq!(candidate.set_aside, [Rule::PatientOverlap]);
    assert_eq!(clinic.judge("09:30")?.set_aside, [], "nothing was in the way");
    assert_eq!(clinic.judge("10:00")?.set_aside, [Rule::Taken]);
    assert_eq!(clinic.rules("05:00")?, [Rule::Past, Rule::OutsideOpenings]);
    Ok(())
}

#[test]
fn every_rule_has_its_name_and_every_reason_its_text() -> Outcome {
    for rule in Rule::ALL {
        assert_eq!(rule.name().parse::<Rule>()?, *rule);
        assert!(
            rule.name()
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        );
        // A chair can be added to a group, and a patient be squeezed in; a room has no more space than it has.
        assert_eq!(
            rule.may_be_set_aside() && rule.is_conflict(),
            matches!(rule, Rule::SessionFull | Rule::Taken)
        );
    }
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.busy = vec![clinic.taken(appointment(9), "09:00", "09:30")?];
    let reasons = clinic.judge("09:00")?;
    assert_eq!(
        reasons.reasons()[0].to_string(),
        "the provider has an appointment from 2027-01-13T08:00:00Z to 2027-01-13T08:30:00Z, buffers aside"
    );
    assert_eq!(
        clinic.judge("08:00")?.reasons()[0].to_string(),
        "the provider is not open then"
    );
    Ok(())
}
