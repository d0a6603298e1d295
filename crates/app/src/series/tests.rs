//! Series: judged before they are booked, booked whole, changed in part.

mod clock_changes;

use jiff::SignedDuration;
use kalends_domain::appointment::{Appointment, Range, Status};
use kalends_domain::opening::PublishMode;
use kalends_domain::recurrence::{End, Recurrence, Unit};
use kalends_domain::rule::Rule;
use kalends_domain::time::{Month, Weekday};
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, NOW, at};
use kalends_store::testing::{TestDatabase, TestResult};

use super::{BookedTogether, Instead, NewSeries, book, plan};
use crate::appointments::{Reschedule, Stepped, cancel, get, reschedule};
use crate::booking::Overrides;
use crate::booking::tests::people::{Practice, key, later};
use crate::error::{AppError, Result};
use crate::idempotency::{Answer, Once};
use crate::intake::Answers;
use crate::occurrence::{NOT_A_TIME, Occurrence, Verdict};
use crate::openings::{Generate, generate};

const WEEK: i64 = 7 * 24 * 60;

/// The provider is open every day, from nine to five, for so many months.
async fn practice(database: &TestDatabase, months: usize) -> TestResult<Practice> {
    let practice = Practice::new(Clinic::open(database).await?)?;
    let mut month = Month::of(jiff::civil::date(2027, 1, 1))?;
    for _ in 0..months {
        let order = Generate {
            provider_id: practice.clinic.provider,
            month,
            location_id: None,
            weekdays: Weekday::ALL.to_vec(),
            windows: vec![Generate::HOURS],
            slot_minutes: Generate::SLOT_MINUTES,
            publish_mode: PublishMode::Online,
            dry_run: false,
        };
        generate(&practice.app, &practice.admin(), order, &Once::unkeyed()).await?;
        month = month.next().ok_or("no next month")?;
    }
    Ok(practice)
}

/// For a new patient: from an hour after the opening, at eleven o'clock of a Friday.
async fn weekly(practice: &Practice, count: u32) -> TestResult<NewSeries> {
    Ok(NewSeries {
        service_id: practice.clinic.service,
        starts_at: at(60),
        provider_id: None,
        location_id: practice.clinic.location,
        patient_id: practice.clinic.add_patient().await?,
        recurrence: Recurrence {
            every: 1,
            unit: Unit::Weeks,
            weekdays: Vec::new(),
            end: End::Count(count),
        },
        instead: Vec::new(),
        skip_conflicts: false,
        reason: None,
        answers: Answers::default(),
        overrides: Overrides::default(),
    })
}

fn daily(series: NewSeries) -> NewSeries {
    let recurrence = Recurrence {
        unit: Unit::Days,
        ..series.recurrence.clone()
    };
    NewSeries { recurrence, ..series }
}

async fn booked(practice: &Practice, series: NewSeries) -> Result<BookedTogether> {
    book(&practice.app, &practice.receptionist(), series, &Once::unkeyed()).await
}

/// Somebody else has this time.
async fn take(practice: &Practice, minutes: i64) -> TestResult<Appointment> {
    let other = practice.patient().await?;
    Ok(practice.book(&other, practice.wish(at(minutes))).await?)
}

/// The numbers of those that cannot be had, with the rule.
fn refused(occurrences: &[Occurrence]) -> Vec<(usize, &str)> {
    let rules = occurrences.iter().filter_map(|it| match &it.verdict {
        Verdict::Refused { rule, .. } => Some((it.number, &rule[..])),
        Verdict::Free { .. } => None,
    });
    rules.collect()
}

fn not_all(outcome: Result<BookedTogether>) -> Vec<Occurrence> {
    match outcome {
        Err(AppError::NotAll { occurrences }) => occurrences,
        _ => Vec::new(),
    }
}

async fn appointments(practice: &Practice) -> TestResult<i64> {
    let taking = "SELECT count(*) FROM appointments WHERE tenant_id = $1 AND status NOT IN ('cancelled', 'declined')";
    Ok(practice.clinic.count(taking).await?)
}

fn to(starts_at: jiff::Timestamp, range: Range) -> Reschedule {
    Reschedule {
        starts_at,
        provider_id: None,
        location_id: None,
        overrides: Overrides::default(),
        expected: None,
        range,
    }
}

fn of(range: Range) -> Stepped {
    Stepped {
        range,
        ..Stepped::default()
    }
}

on_both! {
    async fn every_time_has_its_verdict_before_anything_is_booked(database: TestDatabase) {
        let practice = practice(&database, 5).await?;
        take(&practice, 60 + 2 * WEEK).await?;
        let series = weekly(&practice, 12).await?;
        let staff = practice.receptionist();
        let occurrences = plan(&practice.app, &staff, &series).await?;
        assert_eq!(refused(&occurrences), [(3, "taken")]);
        let Verdict::Refused { alternatives, .. } = &occurrences[2].verdict else { return Err("free".into()) };
        assert!(alternatives.iter().all(|it| it.provider_id == practice.clinic.provider));
        assert!(!alternatives.is_empty());
        // Eleven o'clock on the wall, in summer time too.
        let hour = SignedDuration::from_hours(1);
        let last = at(60 + 11 * WEEK) - hour;
        assert_eq!(occurrences.last().and_then(|it| it.starts_at), Some(last));
        assert_eq!(appointments(&practice).await?, 1, "only the other one's");

        let lost = not_all(booked(&practice, series.clone()).await);
        assert_eq!(lost, occurrences, "nothing, with the same verdicts");
        assert_eq!(appointments(&practice).await?, 1);

        let instead = Instead { number: 3, starts_at: alternatives[0].starts_at, provider_id: None };
        let chosen = booked(&practice, NewSeries { instead: vec![instead], ..series.clone() }).await?;
        assert_eq!((chosen.appointments.len(), chosen.left_out.len()), (12, 0));
        assert_eq!(practice.clinic.count("SELECT count(*) FROM jobs WHERE tenant_id = $1").await?, 2, "one message for all");

        let other = NewSeries { starts_at: at(65 + 30), skip_conflicts: true, ..weekly(&practice, 12).await? };
        take(&practice, 65 + 30).await?;
        let rest = booked(&practice, other).await?;
        assert_eq!((rest.appointments.len(), refused(&rest.left_out)), (11, vec![(1, "taken")]));
        practice.verify().await
    }

    async fn times_that_the_clock_skips_are_not_booked(database: TestDatabase) {
        let practice = practice(&database, 1).await?;
        // Half past two in the night of a Sunday, two weeks before the clocks change.
        let starts_at = "2027-03-14T01:30:00Z".parse()?;
        let series = NewSeries { starts_at, ..weekly(&practice, 4).await? };
        let occurrences = plan(&practice.app, &practice.receptionist(), &series).await?;
        assert_eq!(occurrences[2].starts_at, None);
        assert!(refused(&occurrences).contains(&(3, NOT_A_TIME)));
        assert_eq!(occurrences[3].starts_at, Some("2027-04-04T00:30:00Z".parse()?));
        Ok(())
    }

    async fn what_a_series_takes_counts_for_the_rest_of_it(database: TestDatabase) {
        let practice = practice(&database, 2).await?;
        practice.clinic.change("UPDATE services SET max_open_per_patient = 3 WHERE tenant_id = $1").await?;
        let series = daily(weekly(&practice, 5).await?);
        let occurrences = plan(&practice.app, &practice.receptionist(), &series).await?;
        assert_eq!(refused(&occurrences), [(4, "too-many-open"), (5, "too-many-open")]);
        practice.clinic.change("UPDATE services SET max_open_per_patient = NULL, max_per_week = 2 WHERE tenant_id = $1").await?;
        // From a Friday: two of this week, two of the next.
        let occurrences = plan(&practice.app, &practice.receptionist(), &daily(weekly(&practice, 7).await?)).await?;
        let caps: Vec<usize> = refused(&occurrences).into_iter().map(|(number, _)| number).collect();
        assert_eq!(caps, [3, 6, 7]);
        let series = NewSeries { skip_conflicts: true, ..daily(weekly(&practice, 7).await?) };
        assert_eq!(booked(&practice, series).await?.appointments.len(), 4);
        practice.verify().await
    }

    async fn only_staff_book_series_and_within_bounds(database: TestDatabase) {
        let practice = practice(&database, 1).await?;
        let series = weekly(&practice, 3).await?;
        let patient = practice.patient().await?;
        let by_patient = plan(&practice.app, &patient, &series).await;
        assert!(matches!(by_patient, Err(AppError::Forbidden)), "{by_patient:?}");
        for (count, every, field) in [(1, 1, "/count"), (501, 1, "/count"), (3, 0, "/every"), (3, 53, "/every")] {
            let recurrence = Recurrence { every, end: End::Count(count), ..series.recurrence.clone() };
            let outcome = booked(&practice, NewSeries { recurrence, ..series.clone() }).await;
            let Err(AppError::Invalid(fields)) = outcome else { return Err(format!("{outcome:?}").into()) };
            assert_eq!(fields[0].pointer, field);
        }
        let instead = vec![Instead { number: 4, starts_at: at(90), provider_id: None }];
        let outcome = booked(&practice, NewSeries { instead, ..series }).await;
        assert!(matches!(outcome, Err(AppError::Invalid(_))), "{outcome:?}");
        Ok(())
    }

    async fn those_after_it_are_called_off_and_moved_with_it(database: TestDatabase) {
        let practice = practice(&database, 3).await?;
        let staff = practice.receptionist();
        let series = booked(&practice, daily(weekly(&practice, 6).await?)).await?.appointments;
        // Each onto the time of the next: they make way for each other.
        let day = SignedDuration::from_hours(24);
        let moved = reschedule(&practice.app, &staff, series[2].id, to(series[3].starts_at, Range::Following)).await?;
        assert_eq!((moved.version, moved.starts_at), (2, series[3].starts_at));
        let mut starts = Vec::new();
        for it in &series {
            starts.push(get(&practice.app, &staff, it.id).await?.appointment.starts_at);
        }
        let expected: Vec<_> = series.iter().zip(0..).map(|(it, number)| if number < 2 { it.starts_at } else { it.starts_at + day }).collect();
        assert_eq!(starts, expected);

        // One of them cannot be moved: none is.
        let in_the_way = practice.patient().await?;
        practice.book(&in_the_way, practice.wish(series[4].starts_at + SignedDuration::from_hours(2))).await?;
        let outcome = reschedule(&practice.app, &staff, series[0].id, to(at(60 + 120), Range::All)).await;
        let Err(AppError::NotAll { occurrences }) = outcome else { return Err(format!("{outcome:?}").into()) };
        assert_eq!(refused(&occurrences), [(4, "taken")]);
        assert_eq!(get(&practice.app, &staff, series[0].id).await?.appointment.starts_at, series[0].starts_at);

        // The first is over: it stays as it was.
        let tomorrow = later(&staff, NOW + day);
        cancel(&practice.app, &tomorrow, series[2].id, Stepped { reason: Some("holiday".into()), ..of(Range::All) }).await?;
        let mut statuses = Vec::new();
        for it in &series {
            statuses.push(get(&practice.app, &staff, it.id).await?.appointment.status);
        }
        assert_eq!(statuses[0], Status::Booked);
        assert!(statuses[1..].iter().all(|status| *status == Status::Cancelled), "{statuses:?}");
        practice.verify().await
    }

    async fn the_same_request_books_one_series(database: TestDatabase) {
        let practice = practice(&database, 3).await?;
        let staff = practice.receptionist();
        let series = weekly(&practice, 5).await?;
        let mut racers = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (practice, staff, series) = (practice.clone(), staff.clone(), series.clone());
            racers.spawn(async move {
                let render = |booked: &BookedTogether| Answer { status: 201, body: format!("{:?}", booked.together) };
                let once = Once::new(Some(key(&staff, 1)), &render);
                match book(&practice.app, &staff, series, &once).await {
                    Ok(booked) => Ok(render(&booked)),
                    Err(AppError::Replayed(answer)) => Ok(answer),
                    Err(error) => Err(error),
                }
            });
        }
        let answers: Vec<Answer> = racers.join_all().await.into_iter().collect::<Result<_>>()?;
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(appointments(&practice).await?, 5);
        practice.verify().await
    }

    async fn a_series_against_single_bookings_is_whole_or_not_there(database: TestDatabase) {
        let practice = practice(&database, 3).await?;
        let mut series = tokio::task::JoinSet::new();
        for number in 0..6 {
            let practice = practice.clone();
            let wanted = NewSeries { skip_conflicts: number % 2 == 1, ..weekly(&practice, 4).await? };
            series.spawn(async move { booked(&practice, wanted).await });
        }
        let mut singles = Vec::new();
        for week in 0..4 {
            for ctx in practice.patients(4).await? {
                singles.push((ctx, practice.wish(at(60 + week * WEEK))));
            }
        }
        let singles: Vec<Result<Appointment>> = practice.race(singles).await;
        let mut taken = singles.iter().filter(|outcome| outcome.is_ok()).count();
        for outcome in series.join_all().await {
            match outcome {
                Ok(booked) => {
                    assert_eq!(booked.appointments.len() + booked.left_out.len(), 4);
                    taken += booked.appointments.len();
                }
                Err(AppError::NotAll { .. } | AppError::SlotTaken { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        assert!(taken <= 4, "{taken} for four times");
        assert_eq!(i64::try_from(taken)?, appointments(&practice).await?);
        let broken = "SELECT count(*) FROM (SELECT series_id FROM appointments WHERE tenant_id = $1 AND series_id IS NOT NULL
            GROUP BY series_id HAVING count(DISTINCT patient_id) > 1) AS mixed";
        assert_eq!(practice.clinic.count(broken).await?, 0);
        practice.verify().await
    }

    async fn of_five_hundred_three_are_in_the_way(database: TestDatabase) {
        let practice = practice(&database, 18).await?;
        for day in [10, 20, 30] {
            take(&practice, 60 + day * 24 * 60).await?;
        }
        let overrides = Overrides { rules: vec![Rule::BookingHorizon], reason: Some("dialysis".into()) };
        let series = NewSeries { overrides, ..daily(weekly(&practice, 500).await?) };
        let numbers = vec![(11, "taken"), (21, "taken"), (31, "taken")];
        assert_eq!(refused(&not_all(booked(&practice, series.clone()).await)), numbers);
        assert_eq!(appointments(&practice).await?, 3, "no orphan");
        let rest = booked(&practice, NewSeries { skip_conflicts: true, ..series }).await?;
        assert_eq!((rest.appointments.len(), refused(&rest.left_out)), (497, numbers));
        assert_eq!(appointments(&practice).await?, 500);
        practice.verify().await
    }
}
