//! The guard, by itself and raced, on both databases.

mod limits;
pub(crate) mod made;
mod races;

use jiff::SignedDuration;
use kalends_domain::allocation::{Bookable, Owner, Whose};
use kalends_domain::appointment::Status;

use super::{Applied, Change, StoredAnswer};
use crate::appointments::Visible;
use crate::error::StoreError;
use crate::testing::clinic::{Clinic, NOW, at, id};
use crate::{appointment_events, appointments, holds, on_both};
use made::{allocation, event, key};

on_both! {
    async fn a_booking_writes_everything_and_reads_back(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let mut appointment = clinic.appointment(clinic.add_patient().await?, 0, 30);
        appointment.resource_ids = vec![clinic.room];
        appointment.overrides = vec!["lead-time".into()];
        let applied = clinic.store.apply(clinic.tenant, NOW, &clinic.booking(&appointment)).await?;
        assert_eq!(applied, Applied::Done);
        assert_eq!(clinic.rows().await?, [1, 3, 1, 1, 1]);
        let mut tx = clinic.store.read(clinic.tenant).await?;
        assert_eq!(appointments::find(&mut tx, clinic.tenant, &Visible::default(), appointment.id).await?, Some(appointment.clone()));
        let named = appointments::find_named(&mut tx, clinic.tenant, &Visible::default(), appointment.id).await?;
        let names = named.map(|it| (it.provider_name, it.patient_name, it.service_name, it.resource_names));
        let expected = ("Eve Doctor".into(), "Pat Ient".into(), format!("Service {}", clinic.service), vec![format!("Room {}", clinic.room)]);
        assert_eq!(names, Some(expected));
        assert_eq!(
            appointment_events::list(&mut tx, clinic.tenant, appointment.id).await?,
            vec![event(&appointment, "book")]
        );
        Ok(())
    }

    async fn what_is_refused_leaves_nothing(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let patient = clinic.add_patient().await?;
        let first = clinic.appointment(patient, 0, 30);
        clinic.store.apply(clinic.tenant, NOW, &clinic.booking(&first)).await?;
        let before = clinic.rows().await?;

        let same_time = clinic.appointment(clinic.add_patient().await?, 15, 45);
        let taken = clinic.store.apply(clinic.tenant, NOW, &clinic.booking(&same_time)).await;
        assert!(matches!(taken, Err(StoreError::Taken(Whose::Provider))), "{taken:?}");

        let mut own_overlap = clinic.booking(&clinic.appointment(patient, 15, 45));
        own_overlap.allocations.retain(|it| it.bookable.whose() == Whose::Patient);
        let taken = clinic.store.apply(clinic.tenant, NOW, &own_overlap).await;
        assert!(matches!(taken, Err(StoreError::Taken(Whose::Patient))), "{taken:?}");

        let outside = clinic.appointment(clinic.add_patient().await?, 470, 500);
        let gone = clinic.store.apply(clinic.tenant, NOW, &clinic.booking(&outside)).await;
        assert!(matches!(gone, Err(StoreError::OpeningGone)), "{gone:?}");

        let mut moved = clinic.booking(&clinic.appointment(patient, 60, 90));
        moved.appointments[0].version = 8;
        let stale = clinic.store.apply(clinic.tenant, NOW, &moved).await;
        assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");

        let mut spent = clinic.booking(&clinic.appointment(patient, 60, 90));
        spent.spent_holds = vec![id()];
        let gone = clinic.store.apply(clinic.tenant, NOW, &spent).await;
        assert!(matches!(gone, Err(StoreError::HoldGone)), "{gone:?}");

        assert_eq!(clinic.rows().await?, before);
        Ok(())
    }

    async fn neighbours_touch_and_buffers_do_not_overlap(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        for from in [0, 30, 60] {
            let appointment = clinic.appointment(clinic.add_patient().await?, from, from + 30);
            clinic.store.apply(clinic.tenant, NOW, &clinic.booking(&appointment)).await?;
        }
        let mut buffered = clinic.booking(&clinic.appointment(clinic.add_patient().await?, 95, 125));
        buffered.allocations[0].block_starts_at = at(85);
        let taken = clinic.store.apply(clinic.tenant, NOW, &buffered).await;
        assert!(matches!(taken, Err(StoreError::Taken(Whose::Provider))), "{taken:?}");
        Ok(())
    }

    async fn an_overbooked_appointment_takes_no_time(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let patient = clinic.add_patient().await?;
        clinic.store.apply(clinic.tenant, NOW, &clinic.booking(&clinic.appointment(patient, 0, 30))).await?;
        let mut beside = clinic.booking(&clinic.appointment(clinic.add_patient().await?, 0, 30));
        for allocation in &mut beside.allocations {
            allocation.blocks = false;
        }
        assert_eq!(clinic.store.apply(clinic.tenant, NOW, &beside).await?, Applied::Done);
        assert_eq!(clinic.overlaps().await?, 0);
        Ok(())
    }

    async fn a_hold_keeps_others_out_until_it_expires(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let expires_at = NOW + SignedDuration::from_mins(10);
        let (_, hold) = clinic.hold(0, 30, expires_at);
        clinic.store.apply(clinic.tenant, NOW, &hold).await?;
        let booking = clinic.booking(&clinic.appointment(clinic.add_patient().await?, 0, 30));
        let just_before = expires_at - SignedDuration::from_micros(1);
        let taken = clinic.store.apply(clinic.tenant, just_before, &booking).await;
        assert!(matches!(taken, Err(StoreError::Taken(Whose::Provider))), "{taken:?}");
        assert_eq!(clinic.store.apply(clinic.tenant, expires_at, &booking).await?, Applied::Done);
        assert_eq!(clinic.count("SELECT count(*) FROM holds WHERE tenant_id = $1").await?, 0);
        Ok(())
    }

    async fn a_hold_becomes_its_appointment(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let expires_at = NOW + SignedDuration::from_mins(10);
        let (hold_id, hold) = clinic.hold(0, 30, expires_at);
        clinic.store.apply(clinic.tenant, NOW, &hold).await?;
        let mut booking = clinic.booking(&clinic.appointment(clinic.add_patient().await?, 0, 30));
        booking.spent_holds = vec![hold_id];
        let late = clinic.store.apply(clinic.tenant, expires_at, &booking).await;
        assert!(matches!(late, Err(StoreError::HoldGone)), "{late:?}");
        assert_eq!(clinic.store.apply(clinic.tenant, NOW, &booking).await?, Applied::Done);
        assert_eq!(clinic.rows().await?[..2], [1, 2]);
        Ok(())
    }

    async fn expired_holds_are_swept(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        for (from, expires_in) in [(0, 1), (30, 2), (60, 3)] {
            let (_, hold) = clinic.hold(from, from + 30, NOW + SignedDuration::from_mins(expires_in));
            clinic.store.apply(clinic.tenant, NOW, &hold).await?;
        }
        let later = NOW + SignedDuration::from_mins(2);
        let mut tx = clinic.store.begin(clinic.tenant).await?;
        assert_eq!(holds::list_live(&mut tx, clinic.tenant, later, clinic.user).await?.len(), 1);
        assert_eq!(holds::delete_expired(&mut tx, clinic.tenant, later).await?, 2);
        tx.commit().await?;
        assert_eq!(clinic.count("SELECT count(*) FROM allocations WHERE tenant_id = $1").await?, 1);
        Ok(())
    }

    async fn a_move_releases_and_claims_in_one(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let mut appointment = clinic.appointment(clinic.add_patient().await?, 0, 30);
        clinic.store.apply(clinic.tenant, NOW, &clinic.booking(&appointment)).await?;
        (appointment.version, appointment.starts_at, appointment.ends_at) = (2, at(15), at(45));
        let moved = Change {
            released: vec![appointment.id],
            ..clinic.booking(&appointment)
        };
        assert_eq!(clinic.store.apply(clinic.tenant, NOW, &moved).await?, Applied::Done);
        let stale = clinic.store.apply(clinic.tenant, NOW, &moved).await;
        assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
        assert_eq!(clinic.rows().await?, [1, 2, 2, 2, 2]);
        let mut tx = clinic.store.read(clinic.tenant).await?;
        let stored = appointments::find(&mut tx, clinic.tenant, &Visible::default(), appointment.id).await?;
        assert_eq!(stored, Some(appointment));
        Ok(())
    }

    async fn a_cancelled_time_is_free_again(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let appointment = clinic.appointment(clinic.add_patient().await?, 0, 30);
        clinic.store.apply(clinic.tenant, NOW, &clinic.booking(&appointment)).await?;
        let mut cancelled = appointment.clone();
        (cancelled.version, cancelled.status, cancelled.status_reason) = (2, Status::Cancelled, Some("ill".into()));
        let cancel = Change {
            released: vec![appointment.id],
            events: vec![event(&cancelled, "cancel")],
            appointments: vec![cancelled],
            ..Change::default()
        };
        clinic.store.apply(clinic.tenant, NOW, &cancel).await?;
        let again = clinic.booking(&clinic.appointment(clinic.add_patient().await?, 0, 30));
        assert_eq!(clinic.store.apply(clinic.tenant, NOW, &again).await?, Applied::Done);
        Ok(())
    }

    async fn a_key_answers_once(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let patient = clinic.add_patient().await?;
        let keyed = |from: i64, fingerprint: u8, answer: &str| Change {
            idempotency: Some(key(fingerprint, answer)),
            ..clinic.booking(&clinic.appointment(patient, from, from + 30))
        };
        clinic.store.apply(clinic.tenant, NOW, &keyed(0, 1, "{\"a\": 1}")).await?;
        let before = clinic.rows().await?;
        for fingerprint in [1, 2] {
            let replayed = clinic.store.apply(clinic.tenant, NOW, &keyed(60, fingerprint, "other")).await?;
            let answer = StoredAnswer { fingerprint: vec![1, 0, 255], status: 201, answer: "{\"a\": 1}".into() };
            assert_eq!(replayed, Applied::Replayed(answer));
        }
        assert_eq!(clinic.rows().await?, before);
        let next_day = NOW + SignedDuration::from_hours(24);
        assert_eq!(clinic.store.apply(clinic.tenant, next_day, &keyed(60, 2, "other")).await?, Applied::Done);
        Ok(())
    }

    async fn a_refused_change_leaves_its_key_free(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let patient = clinic.add_patient().await?;
        let mut outside = clinic.booking(&clinic.appointment(patient, 470, 500));
        outside.idempotency = Some(key(1, "never"));
        assert!(clinic.store.apply(clinic.tenant, NOW, &outside).await.is_err());
        assert_eq!(clinic.count("SELECT count(*) FROM idempotency_keys WHERE tenant_id = $1").await?, 0);
        Ok(())
    }

    async fn a_change_serves_as_part_of_a_transaction(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let mut tx = clinic.store.begin(clinic.tenant).await?;
        super::super::apply(&mut tx, clinic.tenant, NOW, &clinic.block(0, 60)).await?;
        tx.commit().await?;
        let taken = clinic.store.apply(clinic.tenant, NOW, &clinic.block(30, 90)).await;
        assert!(matches!(taken, Err(StoreError::Taken(Whose::Provider))), "{taken:?}");
        assert_eq!(clinic.count("SELECT count(*) FROM blocks WHERE tenant_id = $1").await?, 1);
        Ok(())
    }

    async fn another_tenant_is_not_there(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let other = Clinic::open(&database).await?;
        let appointment = clinic.appointment(clinic.add_patient().await?, 0, 30);
        let foreign = other.store.apply(other.tenant, NOW, &clinic.booking(&appointment)).await;
        assert!(matches!(foreign, Err(StoreError::OpeningGone)), "{foreign:?}");
        let mut unchecked = clinic.booking(&appointment);
        unchecked.openings.clear();
        let foreign = other.store.apply(other.tenant, NOW, &unchecked).await;
        assert!(matches!(foreign, Err(StoreError::ForeignKey)), "{foreign:?}");
        let own = allocation(Bookable::Provider(clinic.provider), Owner::External, at(0), at(30));
        let foreign = other.store.apply(other.tenant, NOW, &Change { allocations: vec![own], ..Change::default() }).await;
        assert!(matches!(foreign, Err(StoreError::ForeignKey)), "{foreign:?}");
        Ok(())
    }
}
