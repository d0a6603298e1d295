use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use uuid::Uuid;

use super::{Dates, Flaw, Meeting, Opening, Pattern, Place, Plan, Publication, Window, generate, stranded};
use crate::id::{AppointmentId, LocationId, OpeningId, ProviderId};
use crate::time::{Interval, LocalTime, Span, Weekday, Zone};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const WORKDAYS: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

fn window(from: &str, to: &str) -> Result<Window, Box<dyn std::error::Error>> {
    Ok(Window {
        from: from.parse()?,
        to: to.parse()?,
    })
}

/// The pattern that the calendar's dialog opens with.
fn office_hours() -> Result<Pattern, Box<dyn std::error::Error>> {
    Ok(Pattern {
        weekdays: WORKDAYS.to_vec(),
        windows: vec![window("09:00", "17:00")?],
        slot_minutes: Interval::new(30)?,
        publication: Publication::default(),
    })
}

struct Clinic {
    zone: Zone,
    now: Timestamp,
}

impl Clinic {
    fn in_berlin(now: &str) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self {
            zone: Zone::new("Europe/Berlin")?,
            now: now.parse()?,
        })
    }

    fn place(&self) -> Place<'_> {
        Place {
            provider_id: ProviderId(Uuid::from_u128(1)),
            location_id: LocationId(Uuid::from_u128(2)),
            zone: &self.zone,
        }
    }

    fn plan(&self, month: &str, pattern: &Pattern, existing: &[Opening]) -> Result<Plan, Box<dyn std::error::Error>> {
        let dates = Dates::month(month.parse()?);
        generate(&self.place(), dates, pattern, self.now, existing).map_err(|flaws| format!("{flaws:?}").into())
    }
}

fn made(plan: Plan) -> Vec<Opening> {
    let ids = (1_000u128..).map(|number| OpeningId(Uuid::from_u128(number)));
    plan.create
        .into_iter()
        .zip(ids)
        .map(|(opening, id)| opening.with_id(id))
        .collect()
}

#[test]
fn a_month_of_office_hours() -> Outcome {
    let clinic = Clinic::in_berlin("2026-11-22T19:00:00Z")?;
    let plan = clinic.plan("2027-01", &office_hours()?, &[])?;
    assert_eq!((plan.create.len(), plan.slots), (21, 21 * 16));
    let first = &plan.create[0];
    assert_eq!(first.local_date.to_string(), "2027-01-01");
    assert_eq!(first.span.starts_at().to_string(), "2027-01-01T08:00:00Z");
    assert_eq!(first.span.ends_at().to_string(), "2027-01-01T16:00:00Z");
    Ok(())
}

#[test]
fn planning_twice_adds_nothing() -> Outcome {
    let clinic = Clinic::in_berlin("2026-11-22T19:00:00Z")?;
    let existing = made(clinic.plan("2027-03", &office_hours()?, &[])?);
    let again = clinic.plan("2027-03", &office_hours()?, &existing)?;
    assert_eq!((again.create.len(), again.slots), (0, 0));
    assert_eq!(
        again.kept,
        existing.iter().map(|opening| opening.id).collect::<Vec<_>>()
    );
    Ok(())
}

#[test]
fn a_day_changed_by_hand_stays_changed() -> Outcome {
    let clinic = Clinic::in_berlin("2026-11-22T19:00:00Z")?;
    let mut morning = office_hours()?;
    morning.windows = vec![window("09:00", "12:00")?];
    morning.weekdays = vec![Weekday::Monday];
    let existing = made(clinic.plan("2027-01", &morning, &[])?);
    let plan = clinic.plan("2027-01", &office_hours()?, &existing)?;
    assert_eq!((plan.create.len(), plan.kept.len()), (17, 4));

    let mut afternoon = morning.clone();
    afternoon.windows = vec![window("12:00", "17:00")?];
    let plan = clinic.plan("2027-01", &afternoon, &existing)?;
    assert_eq!(
        (plan.create.len(), plan.kept.len()),
        (4, 0),
        "neighbours do not overlap"
    );
    Ok(())
}

#[test]
fn one_long_opening_under_two_windows_is_kept_once() -> Outcome {
    let clinic = Clinic::in_berlin("2026-11-22T19:00:00Z")?;
    let existing = made(clinic.plan("2027-01", &office_hours()?, &[])?);
    let mut split = office_hours()?;
    split.windows = vec![window("13:00", "18:00")?, window("08:00", "12:00")?];
    let plan = clinic.plan("2027-01", &split, &existing)?;
    assert_eq!((plan.create.len(), plan.kept.len()), (0, 21));
    Ok(())
}

#[test]
fn the_past_is_left_alone_and_today_counts_from_now() -> Outcome {
    // Wednesday 13:10 in Berlin.
    let clinic = Clinic::in_berlin("2027-01-20T12:10:00Z")?;
    let mut pattern = office_hours()?;
    pattern.windows = vec![window("09:00", "12:00")?, window("13:00", "17:00")?];
    let plan = clinic.plan("2027-01", &pattern, &[])?;
    let today = &plan.create[0];
    assert_eq!(
        (today.local_date.to_string(), today.local_from.to_string()),
        ("2027-01-20".to_owned(), "13:00".to_owned())
    );
    assert_eq!(plan.create.len(), 1 + 7 * 2);
    assert_eq!(plan.slots, 7 + 7 * 14, "13:00 has gone by");
    assert_eq!(clinic.plan("2026-12", &pattern, &[])?, Plan::default());
    Ok(())
}

#[test]
fn a_window_up_to_midnight_meets_the_next_day() -> Outcome {
    let clinic = Clinic::in_berlin("2026-11-22T19:00:00Z")?;
    let mut pattern = office_hours()?;
    pattern.windows = vec![window("00:00", "24:00")?];
    pattern.weekdays = Weekday::ALL.to_vec();
    let plan = clinic.plan("2027-03", &pattern, &[])?;
    assert_eq!(plan.create.len(), 31);
    assert!(
        plan.create
            .windows(2)
            .all(|pair| pair[0].span.ends_at() == pair[1].span.starts_at())
    );
    assert_eq!(plan.slots, 31 * 48 - 2, "the clocks go forward on the 28th");
    Ok(())
}

#[test]
fn every_flaw_is_named() -> Outcome {
    let clinic = Clinic::in_berlin("2026-11-22T19:00:00Z")?;
    let judged = |pattern: &Pattern, first: &str, last: &str| -> Result<Vec<Flaw>, Box<dyn std::error::Error>> {
        let dates = Dates {
            first: first.parse()?,
            last: last.parse()?,
        };
        Ok(generate(&clinic.place(), dates, pattern, clinic.now, &[])
            .err()
            .unwrap_or_default())
    };
    let good = office_hours()?;
    let with = |windows: Vec<Window>| Pattern {
        windows,
        ..good.clone()
    };
    let (first, last) = ("2027-01-01", "2027-01-31");

    assert_eq!(judged(&good, first, last)?, []);
    let empty = Pattern {
        weekdays: vec![],
        ..with(vec![])
    };
    assert_eq!(judged(&empty, first, last)?, [Flaw::NoWeekday, Flaw::NoWindow]);
    for (from, to, flaw) in [
        ("17:00", "09:00", Flaw::EndNotAfterStart),
        ("09:00", "09:00", Flaw::EndNotAfterStart),
        ("09:00", "09:29", Flaw::ShorterThanSlot),
    ] {
        assert_eq!(
            judged(&with(vec![window(from, to)?]), first, last)?,
            [flaw],
            "{from}-{to}"
        );
    }
    let overlapping = with(vec![window("11:59", "17:00")?, window("09:00", "12:00")?]);
    assert_eq!(judged(&overlapping, first, last)?, [Flaw::WindowsOverlap]);
    let hours: Vec<Window> = (0..13)
        .map(|hour| {
            Ok(Window {
                from: LocalTime::new(hour, 0)?,
                to: LocalTime::new(hour + 1, 0)?,
            })
        })
        .collect::<Result<_, Box<dyn std::error::Error>>>()?;
    assert_eq!(judged(&with(hours), first, last)?, [Flaw::TooManyWindows]);
    assert_eq!(judged(&good, last, first)?, [Flaw::DatesReversed]);
    assert_eq!(judged(&good, first, "2027-12-31")?, []);
    assert_eq!(judged(&good, first, "2028-01-02")?, [Flaw::TooManyDays]);
    assert_eq!(judged(&good, "9998-12-01", "9998-12-31")?, [Flaw::TooFarAhead]);
    assert_eq!(
        judged(&good, "-009999-01-01", "9999-12-31")?,
        [Flaw::TooManyDays, Flaw::TooFarAhead]
    );
    Ok(())
}

#[test]
fn appointments_without_an_opening_are_stranded() -> Outcome {
    let clinic = Clinic::in_berlin("2026-11-22T19:00:00Z")?;
    let mut pattern = office_hours()?;
    pattern.windows = vec![window("09:00", "12:00")?, window("12:00", "17:00")?];
    let mut openings = made(clinic.plan("2027-01", &pattern, &[])?);
    let meeting = |number, location_id, from: &str, to: &str| -> Result<Meeting, Box<dyn std::error::Error>> {
        let span = clinic.zone.window("2027-01-04".parse()?, from.parse()?, to.parse()?);
        Ok(Meeting {
            appointment_id: AppointmentId(Uuid::from_u128(number)),
            location_id,
            span: span.ok_or("skipped")?,
        })
    };
    let here = clinic.place().location_id;
    let meetings = [
        meeting(1, here, "09:00", "09:30")?,
        meeting(2, here, "11:45", "12:15")?,
        meeting(3, here, "16:45", "17:15")?,
        meeting(4, LocationId(Uuid::from_u128(9)), "10:00", "10:30")?,
    ];
    let numbers = |openings: &[Opening]| -> Vec<u128> {
        stranded(openings, &meetings)
            .iter()
            .map(|id| id.uuid().as_u128())
            .collect()
    };
    assert_eq!(numbers(&openings), [3, 4]);
    openings.retain(|opening| opening.local_from == pattern.windows[0].from);
    assert_eq!(numbers(&openings), [2, 3, 4]);
    Ok(())
}

#[test]
fn intervals_are_5_to_480_minutes() {
    for (minutes, good) in [
        (0, false),
        (4, false),
        (5, true),
        (480, true),
        (481, false),
        (u32::MAX, false),
    ] {
        assert_eq!(Interval::new(minutes).is_ok(), good, "{minutes}");
    }
}

/// An opening made by today's rules.
fn opened(zone: &Zone, on: Date, from: &str, to: &str) -> Result<Option<Opening>, Box<dyn std::error::Error>> {
    let (local_from, local_to) = (from.parse()?, to.parse()?);
    let opening = |span| Opening {
        id: OpeningId(Uuid::from_u128(3)),
        provider_id: ProviderId(Uuid::from_u128(1)),
        location_id: LocationId(Uuid::from_u128(2)),
        local_date: on,
        local_from,
        local_to,
        span,
        slot_minutes: Interval::HALF_HOUR,
        publication: Publication::default(),
        template_id: None,
    };
    Ok(zone.window(on, local_from, local_to).map(opening))
}

#[test]
fn an_opening_made_by_todays_rules_stays_as_it_is() -> Outcome {
    for name in [
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "Asia/Kolkata",
    ] {
        let zone = Zone::new(name)?;
        for on in date(2026, 1, 1).series(1.day()).take(730) {
            for (from, to) in [
                ("00:00", "24:00"),
                ("02:30", "10:00"),
                ("01:30", "02:30"),
                ("00:00", "02:00"),
            ] {
                if let Some(opening) = opened(&zone, on, from, to)? {
                    assert_eq!(opening.span_today(&zone), Some(opening.span), "{name} {on} {from}");
                }
            }
        }
    }
    Ok(())
}

#[test]
fn an_opening_made_by_other_rules_comes_back_to_its_hours() -> Outcome {
    let zone = Zone::new("Europe/Berlin")?;
    let winter = opened(&zone, date(2027, 1, 15), "09:00", "17:00")?.ok_or("no opening")?;
    // A release before it thought that the country would stay on summer time.
    let hour = SignedDuration::from_hours(1);
    let span = Span::new(winter.span.starts_at() - hour, winter.span.ends_at() - hour)?;
    let by_other_rules = Opening { span, ..winter.clone() };
    assert_eq!(by_other_rules.span_today(&zone), Some(winter.span));
    // Only its end: it was to reach over a change that is not to be.
    let span = Span::new(winter.span.starts_at(), winter.span.ends_at() - hour)?;
    let by_other_rules = Opening { span, ..winter.clone() };
    assert_eq!(by_other_rules.span_today(&zone), Some(winter.span));
    // By today's rules the clock skips all of it.
    let skipped = Opening {
        local_date: date(2027, 3, 28),
        local_from: "02:00".parse()?,
        local_to: "03:00".parse()?,
        ..winter
    };
    assert_eq!(skipped.span_today(&zone), None);
    Ok(())
}
