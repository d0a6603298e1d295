//! Whose waiting a time ends, and who should hear from somebody.

use jiff::civil::date;
use uuid::Uuid;

use super::*;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn entry() -> WaitlistEntry {
    let id = Uuid::from_u128;
    WaitlistEntry {
        id: WaitlistEntryId(id(1)),
        patient_id: PatientId(id(2)),
        service_id: ServiceId(id(3)),
        provider_ids: Vec::new(),
        location_id: None,
        weekdays: Vec::new(),
        local_from: LocalTime::START_OF_DAY,
        local_to: LocalTime::END_OF_DAY,
        from: date(2027, 1, 11),
        until: date(2027, 1, 31),
        note: None,
        created_by: None,
        created_at: Timestamp::UNIX_EPOCH,
        contacted_at: None,
        left_at: None,
        booked: false,
        offered_at: None,
    }
}

#[test]
fn a_time_suits_by_whom_where_and_when() -> Outcome {
    let zone = Zone::new("Europe/Berlin")?;
    let (doctor, site) = (ProviderId(Uuid::from_u128(7)), LocationId(Uuid::from_u128(8)));
    let suits = |entry: &WaitlistEntry, from: &str, minutes: i64| -> Result<bool, Box<dyn std::error::Error>> {
        let starts_at: Timestamp = from.parse()?;
        let span = Span::new(starts_at, starts_at + SignedDuration::from_mins(minutes))?;
        Ok(entry.suits(doctor, site, &span, &zone))
    };
    // Tuesday, 10:00 in Berlin.
    let tuesday = "2027-01-12T09:00:00Z";
    assert!(suits(&entry(), tuesday, 30)?);
    let refused = [
        WaitlistEntry {
            provider_ids: vec![ProviderId(Uuid::from_u128(9))],
            ..entry()
        },
        WaitlistEntry {
            location_id: Some(LocationId(Uuid::from_u128(9))),
            ..entry()
        },
        WaitlistEntry {
            weekdays: vec![Weekday::Monday, Weekday::Friday],
            ..entry()
        },
        WaitlistEntry {
            local_from: LocalTime::on_the_hour(11),
            ..entry()
        },
        WaitlistEntry {
            local_to: LocalTime::on_the_hour(10),
            ..entry()
        },
        WaitlistEntry {
            from: date(2027, 1, 13),
            ..entry()
        },
        WaitlistEntry {
            until: date(2027, 1, 11),
            ..entry()
        },
    ];
    for entry in refused {
        assert!(!suits(&entry, tuesday, 30)?, "{entry:?}");
    }
    let until_eleven = WaitlistEntry {
        local_to: LocalTime::on_the_hour(11),
        ..entry()
    };
    assert!(suits(&until_eleven, tuesday, 60)? && !suits(&until_eleven, tuesday, 61)?);
    // Until midnight, and beyond it.
    assert!(suits(&entry(), "2027-01-12T22:30:00Z", 30)?);
    let evening = WaitlistEntry {
        local_to: LocalTime::on_the_hour(23),
        ..entry()
    };
    assert!(!suits(&evening, "2027-01-12T21:30:00Z", 180)?);
    Ok(())
}

#[test]
fn nobody_is_forgotten() {
    let day = |days: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days);
    let today = date(2027, 1, 12);
    assert_eq!(entry().attention(day(14), today), None);
    assert_eq!(entry().attention(day(15), today), Some(Attention::Forgotten));
    let called = WaitlistEntry {
        contacted_at: Some(day(10)),
        ..entry()
    };
    assert_eq!(called.attention(day(15), today), None);
    assert_eq!(entry().attention(day(1), date(2027, 1, 28)), Some(Attention::EndsSoon));
    for done in [
        WaitlistEntry {
            booked: true,
            ..entry()
        },
        WaitlistEntry {
            left_at: Some(day(3)),
            ..entry()
        },
        WaitlistEntry {
            until: date(2027, 1, 11),
            ..entry()
        },
    ] {
        assert_eq!(done.attention(day(15), today), None, "{done:?}");
    }
}

#[test]
fn the_desks_share_is_about_that_share() {
    let count = |share| {
        let times = (0..2_000).map(|n| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(n * 15));
        times
            .filter(|at| is_for_desk(ProviderId(Uuid::from_u128(77)), *at, share))
            .count()
    };
    assert_eq!((count(0), count(100)), (0, 2_000));
    assert!((400..600).contains(&count(25)), "{}", count(25));
}
