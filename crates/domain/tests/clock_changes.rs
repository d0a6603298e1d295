//! Windows and starts on days on which clocks change, against what Python's zoneinfo makes of them.

use std::error::Error;

use jiff::Timestamp;
use kalends_domain::id::{LocationId, OpeningId, ProviderId};
use kalends_domain::opening::{Dates, Pattern, Place, Publication, Window, generate};
use kalends_domain::slot::{Asker, Horizon, Judgement, Own, Site, Standing, Terms};
use kalends_domain::time::{Interval, Minutes, Span, Weekday, Zone};
use uuid::Uuid;

const FIXTURE: &str = include_str!("fixtures/clock_changes.csv");

/// One window on one date, and what it should come to.
struct Row<'a> {
    zone: Zone,
    date: jiff::civil::Date,
    window: Window,
    interval: Interval,
    /// Absent when the clock skips all of it.
    span: Option<Span>,
    slots: Vec<&'a str>,
}

fn read(line: &str) -> Result<Row<'_>, Box<dyn Error>> {
    let fields: Vec<&str> = line.split(',').collect();
    let [zone, date, from, to, interval, starts_at, ends_at, slots] = fields[..] else {
        return Err(format!("{line:?} has not eight fields").into());
    };
    let span = if starts_at.is_empty() {
        None
    } else {
        Some(Span::new(starts_at.parse()?, ends_at.parse()?)?)
    };
    Ok(Row {
        zone: zone.parse()?,
        date: date.parse()?,
        window: Window {
            from: from.parse()?,
            to: to.parse()?,
        },
        interval: Interval::new(interval.parse()?)?,
        span,
        slots: slots.split_whitespace().collect(),
    })
}

/// What a visitor is offered for five minutes in openings made from the row's window.
fn offered(row: &Row<'_>) -> Result<Vec<String>, Box<dyn Error>> {
    let location_id = LocationId(Uuid::from_u128(2));
    let now: Timestamp = "1990-01-01T00:00:00Z".parse()?;
    let place = Place {
        provider_id: ProviderId(Uuid::from_u128(1)),
        location_id,
        zone: &row.zone,
    };
    let pattern = Pattern {
        weekdays: Weekday::ALL.to_vec(),
        windows: vec![row.window],
        slot_minutes: row.interval,
        publication: Publication::default(),
    };
    // As if planned on the day before.
    let eve = row.zone.instant(row.date.yesterday()?, row.window.from).unwrap_or(now);
    let dates = Dates {
        first: row.date,
        last: row.date,
    };
    let plan = generate(&place, dates, &pattern, eve, &[]).map_err(|flaws| format!("{flaws:?}"))?;
    let openings: Vec<_> = plan
        .create
        .into_iter()
        .map(|opening| opening.with_id(OpeningId(Uuid::from_u128(3))))
        .collect();
    let Some(opening) = openings.first() else {
        return Ok(Vec::new());
    };
    let judgement = Judgement {
        now: eve,
        asker: Asker::Public,
        service_id: None,
        terms: Terms {
            horizon: Horizon::DEFAULT,
            ..Terms::plain(Minutes(5))
        },
        needs: &[],
        standing: Standing::GOOD,
        sites: &[Site {
            location_id,
            zone: &row.zone,
            archived: false,
            rooms: &[],
        }],
        openings: &openings,
        busy: &[],
        closings: &[],
        patient_busy: &[],
        held: &[],
        caps: &[],
        own: Own::default(),
        overrides: &[],
    };
    Ok(judgement
        .candidates(opening.span)
        .filter(|candidate| candidate.offered().is_some())
        .map(|candidate| row.zone.stamp(candidate.starts_at))
        .collect())
}

#[test]
fn windows_and_starts_are_those_of_an_independent_source() -> Result<(), Box<dyn Error>> {
    let mut zones = std::collections::BTreeSet::new();
    for line in FIXTURE.lines().skip(1) {
        let row = read(line)?;
        zones.insert(row.zone.name().to_owned());
        let window = row.zone.window(row.date, row.window.from, row.window.to);
        assert_eq!(window, row.span, "window of {line}");
        assert_eq!(offered(&row)?, row.slots, "starts of {line}");
    }
    assert!(zones.len() >= 20, "{} zones", zones.len());
    Ok(())
}
