use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

use super::{LocalTime, Minutes, Month, Span, Weekday, Zone};

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[test]
fn an_unknown_zone_is_an_error() {
    for name in [
        "",
        " ",
        "Etc/Unknown",
        "etc/unknown",
        "Mars/Olympus",
        "Europe/Berlin ",
        "+02:00",
        "CET-1CEST",
        "../etc/localtime",
    ] {
        assert!(Zone::new(name).is_err(), "{name:?}");
    }
}

#[test]
fn a_zone_keeps_its_name() -> Outcome {
    assert_eq!(Zone::new("europe/BERLIN")?.name(), "Europe/Berlin");
    assert_eq!(Zone::new("UTC")?.name(), "UTC");
    assert_eq!(
        String::from(Zone::try_from("asia/kathmandu".to_owned())?),
        "Asia/Kathmandu"
    );
    for name in Zone::names().filter(|name| name != "Etc/Unknown") {
        assert_eq!(Zone::new(&name)?.name(), name);
    }
    Ok(())
}

#[test]
fn local_times_run_from_0_to_24() -> Outcome {
    for text in ["00:00", "09:05", "23:59", "24:00"] {
        assert_eq!(text.parse::<LocalTime>()?.to_string(), text);
    }
    for text in [
        "",
        "9:00",
        "09:60",
        "24:01",
        "25:00",
        "-1:00",
        "+9:00",
        "09:00:00",
        "0900",
        "09:00 ",
        "٠٩:٠٠",
    ] {
        assert!(text.parse::<LocalTime>().is_err(), "{text:?}");
    }
    assert!(LocalTime::new(u16::MAX, 59).is_err());
    assert_eq!(
        LocalTime::END_OF_DAY.on("2026-12-31".parse()?),
        Some("2027-01-01T00:00".parse()?)
    );
    assert_eq!(LocalTime::END_OF_DAY.on(Date::MAX), None);
    Ok(())
}

#[test]
fn months_follow_each_other() -> Outcome {
    let february: Month = "2028-02".parse()?;
    assert_eq!(february.last_day().to_string(), "2028-02-29");
    assert_eq!(
        february.previous().map(|month| month.to_string()).as_deref(),
        Some("2028-01")
    );
    let december: Month = "2027-12".parse()?;
    assert_eq!(
        december.next().map(|month| month.to_string()).as_deref(),
        Some("2028-01")
    );
    for text in [
        "",
        "2027",
        "2027-1",
        "2027-13",
        "2027-00",
        "0000-01",
        "9999-01",
        "-001-01",
        "2027-01-01",
        "+027-01",
    ] {
        assert!(text.parse::<Month>().is_err(), "{text:?}");
    }
    assert_eq!("9998-12".parse::<Month>()?.next(), None);
    assert_eq!("0001-01".parse::<Month>()?.previous(), None);
    Ok(())
}

#[test]
fn weekdays_have_their_api_names() -> Outcome {
    let monday: Date = "2027-01-04".parse()?;
    for (day, name) in (0..).zip(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]) {
        let weekday = Weekday::of(monday.checked_add(day.days())?);
        assert_eq!((weekday.name(), name.parse()?), (name, weekday));
    }
    Ok(())
}

#[test]
fn spans_are_half_open_and_never_empty() -> Outcome {
    let at = |minute| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
    assert!(Span::new(at(1), at(1)).is_err() && Span::new(at(2), at(1)).is_err());
    let (first, second) = (Span::new(at(0), at(30))?, Span::new(at(30), at(60))?);
    assert!(!first.overlaps(&second) && !second.overlaps(&first));
    assert!(first.contains(at(0)) && !first.contains(at(30)));
    assert_eq!(first.intersection(&second), None);
    let wide = second.widened(Minutes(5), Minutes(10));
    assert!(wide.overlaps(&first) && wide.encloses(&second) && !second.encloses(&wide));
    assert_eq!((wide.starts_at(), wide.ends_at()), (at(25), at(70)));
    let brink = Span::new(Timestamp::MIN, Timestamp::MAX)?;
    assert_eq!(brink.widened(Minutes(u32::MAX), Minutes(u32::MAX)), brink);
    Ok(())
}

#[test]
fn a_repeated_time_is_told_by_its_offset() -> Outcome {
    let berlin = Zone::new("Europe/Berlin")?;
    let (first, second): (Timestamp, Timestamp) = ("2026-10-25T00:30:00Z".parse()?, "2026-10-25T01:30:00Z".parse()?);
    assert_eq!(berlin.local(first), berlin.local(second));
    assert_eq!(berlin.stamp(first), "2026-10-25T02:30:00+02:00");
    assert_eq!(berlin.stamp(second), "2026-10-25T02:30:00+01:00");
    assert!(berlin.is_repeated(first) && berlin.is_repeated(second));
    assert!(!berlin.is_repeated("2026-10-25T02:30:00Z".parse()?));
    Ok(())
}

#[test]
fn the_ends_of_time_are_absent_not_a_panic() -> Outcome {
    for name in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"] {
        let zone = Zone::new(name)?;
        for date in [Date::MIN, Date::MAX] {
            let _ = zone.day(date);
            let _ = zone.window(date, LocalTime::START_OF_DAY, LocalTime::END_OF_DAY);
        }
        assert_eq!(zone.instant(Date::MAX, LocalTime::END_OF_DAY), None);
    }
    Ok(())
}

/// A zone, and a local date and time within a day of one of its changes between 1970 and 2090, if it has any.
fn near_a_change() -> impl Strategy<Value = (Zone, Date, LocalTime)> {
    let names: Vec<String> = Zone::names().filter(|name| name != "Etc/Unknown").collect();
    (
        proptest::sample::select(names),
        0..3_786_912_000_i64,
        -2..=2_i64,
        0..=24_u16,
        0..60_u16,
    )
        .prop_filter_map("a change of the clock", |(name, second, days, hour, minute)| {
            let zone = Zone::new(&name).ok()?;
            let around = Timestamp::from_second(second).ok()?;
            let rules = TimeZoneDatabase::bundled().get(&name).ok()?;
            let change = rules
                .following(around)
                .next()
                .map_or(around, |change| change.timestamp());
            let date = zone.date_at(change).checked_add(days.days()).ok()?;
            let time = LocalTime::new(hour, if hour == 24 { 0 } else { minute }).ok()?;
            Some((zone, date, time))
        })
}

proptest! {
    /// A bound is the first instant at which the wall shows the time or a later one.
    #[test]
    fn a_bound_is_the_first_showing((zone, date, time) in near_a_change(), earlier in 1..180_i64) {
        let wanted = time.on(date).ok_or_else(|| proptest::test_runner::TestCaseError::reject("no such time"))?;
        let found = zone.instant(date, time).ok_or_else(|| proptest::test_runner::TestCaseError::fail("no instant"))?;
        prop_assert!(zone.local(found) >= wanted);
        prop_assert!(zone.local(found - SignedDuration::from_nanos(1)) < wanted);
        prop_assert!(zone.local(found - SignedDuration::from_mins(earlier)) < wanted);
    }

    /// Later bounds are never earlier instants, so windows that follow each other never overlap.
    #[test]
    fn bounds_keep_their_order((zone, date, time) in near_a_change(), other in 0..=24_u16) {
        let other = LocalTime::new(other, 0).map_err(|wrong| proptest::test_runner::TestCaseError::fail(wrong.to_string()))?;
        let (first, second) = (time.min(other), time.max(other));
        prop_assert!(zone.instant(date, first) <= zone.instant(date, second));
    }

    /// Days follow each other without gap or overlap, and a month is the sum of its days.
    #[test]
    fn days_are_seamless((zone, date, _) in near_a_change()) {
        let next = date.tomorrow().map_err(|wrong| proptest::test_runner::TestCaseError::fail(wrong.to_string()))?;
        prop_assert_eq!(
            zone.instant(date, LocalTime::END_OF_DAY),
            zone.instant(next, LocalTime::START_OF_DAY)
        );
        if let Some(day) = zone.day(date) {
            prop_assert!(day.duration() <= SignedDuration::from_hours(48));
            prop_assert_eq!(zone.date_at(day.starts_at()), date);
        }
    }

    /// Text that is no time, month or zone is refused, and never a panic.
    #[test]
    fn junk_is_refused(text in any::<String>()) {
        if let Ok(time) = text.parse::<LocalTime>() {
            prop_assert_eq!(time.to_string(), text.clone());
        }
        if let Ok(month) = text.parse::<Month>() {
            prop_assert_eq!(month.to_string(), text.clone());
        }
        if let Ok(zone) = Zone::new(&text) {
            prop_assert!(zone.name().eq_ignore_ascii_case(&text));
        }
    }
}
