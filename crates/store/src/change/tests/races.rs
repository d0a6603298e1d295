//! Many at once: exactly one has the time, and nobody waits for a deadlock.

use kalends_domain::allocation::Whose;
use kalends_domain::id::PatientId;
use tokio::task::JoinSet;

use super::made::{event, key};
use crate::change::{Applied, Change};
use crate::error::StoreError;
use crate::on_both;
use crate::testing::clinic::{Clinic, NOW, at};

const RACERS: usize = 64;

/// Applies all at once and collects what became of each.
pub(super) async fn race(clinic: &Clinic, changes: Vec<Change>) -> Vec<crate::error::Result<Applied>> {
    let mut racers = JoinSet::new();
    for change in changes {
        let clinic = clinic.clone();
        racers.spawn(async move { clinic.store.apply(clinic.tenant, NOW, &change).await });
    }
    racers.join_all().await
}

async fn patients(clinic: &Clinic, count: usize) -> crate::error::Result<Vec<PatientId>> {
    let mut patients = Vec::new();
    for _ in 0..count {
        patients.push(clinic.add_patient().await?);
    }
    Ok(patients)
}

pub(super) fn done(outcomes: &[crate::error::Result<Applied>]) -> usize {
    outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(Applied::Done)))
        .count()
}

fn refused(outcomes: &[crate::error::Result<Applied>]) -> usize {
    outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(StoreError::Taken(Whose::Provider))))
        .count()
}

on_both! {
    async fn one_slot_goes_to_one(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let bookings = patients(&clinic, RACERS).await?.into_iter()
            .map(|patient| clinic.booking(&clinic.appointment(patient, 0, 30)))
            .collect();
        let outcomes = race(&clinic, bookings).await;
        assert_eq!((done(&outcomes), refused(&outcomes)), (1, RACERS - 1), "{outcomes:?}");
        assert_eq!(clinic.rows().await?, [1, 2, 1, 1, 1]);
        Ok(())
    }

    async fn shifted_times_never_overlap(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let bookings = patients(&clinic, RACERS).await?.into_iter().zip((0..).step_by(5))
            .map(|(patient, from)| clinic.booking(&clinic.appointment(patient, from % 240, from % 240 + 30)))
            .collect();
        let outcomes = race(&clinic, bookings).await;
        assert_eq!(done(&outcomes) + refused(&outcomes), RACERS, "{outcomes:?}");
        assert!(done(&outcomes) >= 4, "{outcomes:?}");
        assert_eq!(clinic.overlaps().await?, 0);
        Ok(())
    }

    async fn twenty_of_one_key_are_one(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let patient = clinic.add_patient().await?;
        let bookings = (0..20)
            .map(|_| Change { idempotency: Some(key(1, "first")), ..clinic.booking(&clinic.appointment(patient, 0, 30)) })
            .collect();
        let outcomes = race(&clinic, bookings).await;
        let replayed = outcomes.iter()
            .filter(|outcome| matches!(outcome, Ok(Applied::Replayed(stored)) if stored.answer == "first"))
            .count();
        assert_eq!((done(&outcomes), replayed), (1, 19), "{outcomes:?}");
        assert_eq!(clinic.rows().await?[0], 1);
        Ok(())
    }

    async fn a_swap_keeps_both(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let people = patients(&clinic, 2).await?;
        let mut moves = Vec::new();
        for (patient, from, to) in [(people[0], 0, 30), (people[1], 30, 0)] {
            let mut appointment = clinic.appointment(patient, from, from + 30);
            clinic.store.apply(clinic.tenant, NOW, &clinic.booking(&appointment)).await?;
            (appointment.version, appointment.starts_at, appointment.ends_at) = (2, at(to), at(to + 30));
            moves.push(Change {
                released: vec![appointment.id],
                events: vec![event(&appointment, "reschedule")],
                ..clinic.booking(&appointment)
            });
        }
        let outcomes = race(&clinic, moves).await;
        for outcome in &outcomes {
            assert!(matches!(outcome, Ok(Applied::Done) | Err(StoreError::Taken(_) | StoreError::Conflict)), "{outcomes:?}");
        }
        assert_eq!(clinic.rows().await?[..2], [2, 4]);
        assert_eq!(clinic.overlaps().await?, 0);
        Ok(())
    }

    async fn holds_blocks_and_bookings_share_one_guard(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let expires_at = NOW + jiff::SignedDuration::from_mins(10);
        let mut changes = Vec::new();
        for patient in patients(&clinic, RACERS / 3).await? {
            changes.push(clinic.booking(&clinic.appointment(patient, 0, 30)));
            changes.push(clinic.block(15, 45));
            changes.push(clinic.hold(10, 40, expires_at).1);
        }
        let count = changes.len();
        let outcomes = race(&clinic, changes).await;
        assert_eq!((done(&outcomes), refused(&outcomes)), (1, count - 1), "{outcomes:?}");
        Ok(())
    }

    async fn an_expired_hold_goes_to_one(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let (_, hold) = clinic.hold(0, 30, NOW);
        clinic.store.apply(clinic.tenant, NOW - jiff::SignedDuration::from_mins(10), &hold).await?;
        let bookings = patients(&clinic, RACERS).await?.into_iter()
            .map(|patient| clinic.booking(&clinic.appointment(patient, 0, 30)))
            .collect();
        let outcomes = race(&clinic, bookings).await;
        assert_eq!((done(&outcomes), refused(&outcomes)), (1, RACERS - 1), "{outcomes:?}");
        Ok(())
    }

    async fn a_removed_opening_refuses_or_keeps(database: TestDatabase) {
        for _ in 0..4 {
            let clinic = Clinic::open(&database).await?;
            let booking = clinic.booking(&clinic.appointment(clinic.add_patient().await?, 0, 30));
            let remover = clinic.clone();
            let removal = tokio::spawn(async move {
                let mut tx = remover.store.begin(remover.tenant).await?;
                let gone = tx.query("DELETE FROM openings WHERE tenant_id = $1 AND id = $2")
                    .bind(remover.tenant).bind(remover.opening).execute().await?;
                let stranded: i64 = tx.query("SELECT count(*) FROM appointments WHERE tenant_id = $1")
                    .bind(remover.tenant).scalar().await?;
                tx.commit().await?;
                Ok::<_, StoreError>((gone, stranded))
            });
            let booked = clinic.store.apply(clinic.tenant, NOW, &booking).await;
            let (gone, stranded) = removal.await??;
            assert_eq!(gone, 1);
            match booked {
                Ok(Applied::Done) => assert_eq!(stranded, 1, "whoever removes must see what it strands"),
                Err(StoreError::OpeningGone) => assert_eq!(stranded, 0),
                other => unreachable!("{other:?}"),
            }
        }
        Ok(())
    }
}
