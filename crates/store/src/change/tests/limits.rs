//! Limits are counted when everything is written, one booking after the other.

use kalends_domain::allocation::Bookable;
use kalends_domain::id::PatientId;
use kalends_domain::limit::{Counted, Limit};
use kalends_domain::rule::Rule;

use super::races::{done, race};
use crate::change::{Applied, Change, apply};
use crate::error::StoreError;
use crate::on_both;
use crate::testing::clinic::{Clinic, NOW, at};
use crate::testing::{Kind, TestDatabase, TestResult};

const RACERS: usize = 16;

fn limit(clinic: &Clinic, most: u32) -> Limit {
    Limit {
        rule: Rule::LeadTime,
        counted: Counted {
            provider_id: None,
            service_id: Some(clinic.service),
            patient_id: None,
            from: at(0),
            until: Some(at(480)),
            set_aside: None,
        },
        most,
    }
}

/// A booking that takes the patient's time alone, so that nothing but the limit refuses it.
fn booking(clinic: &Clinic, patient: PatientId, from: i64, limit: Limit) -> Change {
    let appointment = clinic.appointment(patient, from, from + 30);
    let mut booking = clinic.booking(&appointment);
    booking
        .allocations
        .retain(|it| matches!(it.bookable, Bookable::Patient(_)));
    booking.limits = vec![limit];
    booking
}

on_both! {
    async fn of_many_at_once_as_many_as_may_are_booked(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let mut bookings = Vec::new();
        for from in (0..).step_by(5).take(RACERS) {
            bookings.push(booking(&clinic, clinic.add_patient().await?, from, limit(&clinic, 5)));
        }
        let outcomes = race(&clinic, bookings).await;
        assert_eq!(done(&outcomes), 5, "{outcomes:?}");
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::LimitReached(Rule::LeadTime))));
        assert_eq!(refused.count(), RACERS - 5, "{outcomes:?}");
        assert_eq!(clinic.rows().await?, [5, 5, 5, 5, 5]);
        Ok(())
    }

    async fn what_counts_is_what_is_named(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let (one, other) = (clinic.add_patient().await?, clinic.add_patient().await?);
        let own = |patient| Limit {
            counted: Counted { patient_id: Some(patient), until: None, ..limit(&clinic, 1).counted },
            ..limit(&clinic, 1)
        };
        let apply = async |change: Change| clinic.store.apply(clinic.tenant, NOW, &change).await;
        assert_eq!(apply(booking(&clinic, one, 0, own(one))).await?, Applied::Done);
        let second = apply(booking(&clinic, one, 60, own(one))).await;
        assert!(matches!(second, Err(StoreError::LimitReached(_))), "{second:?}");
        assert_eq!(apply(booking(&clinic, other, 60, own(other))).await?, Applied::Done);

        // Neither is before the span, nor did staff set a rule aside for them.
        let mut later = limit(&clinic, 1);
        later.counted.from = at(120);
        assert_eq!(apply(booking(&clinic, one, 150, later)).await?, Applied::Done);
        let mut aside = limit(&clinic, 0);
        aside.counted.set_aside = Some(Rule::Taken);
        assert_eq!(apply(booking(&clinic, other, 150, aside)).await?, Applied::Done);
        let mut over = booking(&clinic, other, 210, aside);
        over.appointments[0].overrides = vec!["taken".into()];
        let refused = apply(over).await;
        assert!(matches!(refused, Err(StoreError::LimitReached(_))), "{refused:?}");
        Ok(())
    }

    async fn a_time_on_hold_counts_until_it_expires(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let expires_at = NOW + jiff::SignedDuration::from_mins(5);
        let (_, hold) = clinic.hold(0, 30, expires_at);
        clinic.store.apply(clinic.tenant, NOW, &hold).await?;
        let patient = clinic.add_patient().await?;
        let one = booking(&clinic, patient, 60, limit(&clinic, 1));
        let refused = clinic.store.apply(clinic.tenant, NOW, &one).await;
        assert!(matches!(refused, Err(StoreError::LimitReached(_))), "{refused:?}");
        assert_eq!(clinic.store.apply(clinic.tenant, expires_at, &one).await?, Applied::Done);
        Ok(())
    }
}

#[tokio::test]
async fn whoever_counts_waits_for_the_one_before() -> TestResult {
    let database = TestDatabase::create(Kind::Postgres).await?;
    let clinic = Clinic::open(&database).await?;
    let bookings = [
        booking(&clinic, clinic.add_patient().await?, 0, limit(&clinic, 1)),
        booking(&clinic, clinic.add_patient().await?, 60, limit(&clinic, 1)),
    ];
    let mut first = clinic.store.begin(clinic.tenant).await?;
    apply(&mut first, clinic.tenant, NOW, &bookings[0]).await?;

    let mut impatient = clinic.store.begin(clinic.tenant).await?;
    impatient.query("SET LOCAL lock_timeout = '100ms'").execute().await?;
    let waited = apply(&mut impatient, clinic.tenant, NOW, &bookings[1]).await;
    assert!(
        matches!(&waited, Err(StoreError::Database(cause)) if cause.to_string().contains("lock timeout")),
        "{waited:?}"
    );
    drop(impatient);
    first.commit().await?;
    let refused = clinic.store.apply(clinic.tenant, NOW, &bookings[1]).await;
    assert!(matches!(refused, Err(StoreError::LimitReached(_))), "{refused:?}");
    Ok(())
}
