//! Caps, starts on the full hour, and whom a service is for, by example.

use super::*;
use crate::limit::Counted;
use crate::service::Clientele;
use crate::slot::{OpenLimit, PatientStanding, Period, Taken};

fn appointment(number: u128) -> Owner {
    Owner::Appointment(AppointmentId(Uuid::from_u128(number)))
}

fn cap(clinic: &Clinic, rule: Rule, period: Period, most: u32, starts: &[&str]) -> Result<Cap, Trouble> {
    let taken = |(start, number): (&&str, u128)| {
        Ok(Taken {
            owner: appointment(number),
            starts_at: clinic.at(start)?,
        })
    };
    let counted: Result<Vec<Taken>, Trouble> = starts.iter().zip(1..).map(taken).collect();
    Ok(Cap {
        rule,
        period,
        most,
        provider_id: None,
        service_id: Some(SERVICE),
        counted: counted?,
    })
}

#[test]
fn a_day_takes_as_many_as_its_cap() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.add_opening("2027-01-14", "09:00", "10:00", HERE)?;
    clinic.caps = vec![cap(&clinic, Rule::ServiceDayCap, Period::Day, 2, &["09:00", "10:00"])?];
    assert_eq!(clinic.rules("11:00")?, [Rule::ServiceDayCap]);
    let tomorrow = clinic
        .zone
        .instant("2027-01-14".parse()?, "09:00".parse()?)
        .ok_or("no instant")?;
    assert!(clinic.ask(|judgement| judgement.judge(tomorrow)).offered().is_some());

    // Whoever moves one of them does not count themselves.
    clinic.own.appointments = const { &[AppointmentId(Uuid::from_u128(2))] };
    assert_eq!(clinic.rules("11:00")?, []);
    Ok(())
}

#[test]
fn a_week_is_from_monday_and_staff_may_exceed_it() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.caps = vec![cap(&clinic, Rule::ProviderWeekCap, Period::Week, 1, &["09:00"])?];
    // From Wednesday: the week's last day, and the first of the next.
    for (date, expected) in [("2027-01-17", vec![Rule::ProviderWeekCap]), ("2027-01-18", vec![])] {
        clinic.add_opening(date, "09:00", "10:00", HERE)?;
        let start = clinic
            .zone
            .instant(date.parse()?, "09:00".parse()?)
            .ok_or("no instant")?;
        let judged = clinic.ask(|judgement| judgement.judge(start));
        let rules: Vec<Rule> = judged.reasons().iter().map(Reason::rule).collect();
        assert_eq!(rules, expected, "{date}");
    }
    clinic.asker = Asker::Staff;
    clinic.overrides = vec![Rule::ProviderWeekCap];
    let start = clinic.at("11:00")?;
    let (judged, limits) = clinic.ask(|judgement| {
        let judged = judgement.judge(start);
        let limits = judgement.limits(&judged, HERE);
        (judged, limits)
    });
    assert_eq!((judged.set_aside, limits), (vec![Rule::ProviderWeekCap], vec![]));
    Ok(())
}

#[test]
fn the_guard_counts_what_the_judgement_counted() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.caps = vec![cap(&clinic, Rule::ServiceDayCap, Period::Day, 2, &[])?];
    let start = clinic.at("11:00")?;
    let limits = clinic.ask(|judgement| judgement.limits(&judgement.judge(start), HERE));
    let day = clinic.zone.day(TODAY.parse()?).ok_or("no day")?;
    let counted = Counted {
        provider_id: None,
        service_id: Some(SERVICE),
        patient_id: None,
        from: day.starts_at(),
        until: Some(day.ends_at()),
        set_aside: None,
    };
    assert_eq!(limits.iter().map(|limit| limit.counted).collect::<Vec<_>>(), [counted]);
    Ok(())
}

#[test]
fn starts_on_the_hour_do_not_depend_on_when_the_opening_begins() -> Outcome {
    let mut clinic = Clinic::open(&[("09:20", "11:10")])?;
    clinic.terms.start_on_hour = true;
    assert_eq!(clinic.rules("09:30")?, []);
    assert_eq!(clinic.rules("09:20")?, [Rule::StartInterval]);
    let day = clinic.zone.day(TODAY.parse()?).ok_or("no day")?;
    let starts: Vec<_> = clinic.ask(|judgement| judgement.candidates(day).collect());
    let local: Vec<String> = starts
        .iter()
        .map(|it| clinic.zone.local(it.starts_at).time().to_string())
        .collect();
    assert_eq!(local, ["09:30:00", "10:00:00", "10:30:00", "11:00:00"]);
    Ok(())
}

#[test]
fn a_service_may_be_for_new_or_returning_patients() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    for (for_others, rule) in [
        (Clientele::New, Rule::NewPatientsOnly),
        (Clientele::Returning, Rule::ReturningPatientsOnly),
    ] {
        clinic.standing.patient = PatientStanding {
            for_others: Some(for_others),
            ..PatientStanding::default()
        };
        assert_eq!(clinic.rules("09:00")?, [rule]);
    }
    clinic.standing.patient = PatientStanding {
        open_of_any: Some(OpenLimit { most: 3, open: 3 }),
        ..PatientStanding::default()
    };
    assert_eq!(clinic.rules("09:00")?, [Rule::TooManyOpen]);
    clinic.standing.patient = PatientStanding {
        phone_only: true,
        ..PatientStanding::default()
    };
    assert_eq!(clinic.rules("09:00")?, [Rule::PhoneOnly]);
    clinic.asker = Asker::Staff;
    assert_eq!(
        clinic.offered()?.first().map(String::as_str),
        Some("09:00"),
        "the desk books for them"
    );
    Ok(())
}
