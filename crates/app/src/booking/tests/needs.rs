//! What a service needs of rooms and equipment: all at once or nothing, and other rooms chosen later.

use kalends_domain::allocation::Whose;
use kalends_domain::appointment::Range;
use kalends_domain::id::{ResourceId, ServiceId};
use kalends_domain::need::Need;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, Rules, at};
use kalends_store::testing::{TestDatabase, TestResult};

use super::people::Practice;
use crate::appointments::{Reschedule, Stepped, cancel, choose_rooms, reschedule, rooms, undo};
use crate::booking::{NewBooking, Overrides, book};
use crate::error::{AppError, Result};
use crate::idempotency::Once;

/// Two services that need a scanner and the one ECG, each with a provider; two scanners.
struct Lab {
    practice: Practice,
    services: [ServiceId; 2],
    scanners: [ResourceId; 2],
    ecg: ResourceId,
}

impl Lab {
    async fn open(database: &TestDatabase) -> TestResult<Self> {
        let mut clinic = Clinic::open(database).await?;
        let scanners = [clinic.add_room("scanner").await?, clinic.add_room("scanner").await?];
        let ecg = clinic.add_room("device").await?;
        let rules = Rules {
            buffer_after_minutes: 10,
            ..Rules::default()
        };
        let services = [clinic.add_service(&rules).await?, clinic.add_service(&rules).await?];
        for service in services {
            let needs = [Need::Kind("scanner".into()), Need::Resource(ecg)];
            clinic.set_needs(service, &needs).await?;
            (clinic.provider, clinic.opening) = clinic.add_provider(&[service]).await?;
        }
        Ok(Self {
            practice: Practice::new(clinic)?,
            services,
            scanners,
            ecg,
        })
    }

    fn wish(&self, service: usize, minutes: i64) -> NewBooking {
        NewBooking {
            service_id: self.services[service],
            ..self.practice.wish(at(minutes))
        }
    }
}

fn sorted(mut ids: Vec<ResourceId>) -> Vec<ResourceId> {
    ids.sort_unstable();
    ids
}

fn refused_with<T>(outcome: &Result<T>, code: &str) -> bool {
    matches!(outcome, Err(AppError::Invalid(errors)) if errors.iter().any(|error| error.code == code))
}

on_both! {
    async fn all_of_it_is_taken_and_the_missing_is_named(database: TestDatabase) {
        let lab = Lab::open(&database).await?;
        let practice = &lab.practice;
        let first = book(&practice.app, &practice.patient().await?, lab.wish(0, 60), &Once::unkeyed()).await?;
        assert_eq!(first.resource_ids.len(), 2);
        assert!(first.resource_ids.contains(&lab.ecg));
        // A scanner is left, and another provider, but not the ECG: also within the buffer.
        for minutes in [60, 95] {
            let second = book(&practice.app, &practice.patient().await?, lab.wish(1, minutes), &Once::unkeyed()).await;
            assert!(matches!(second, Err(AppError::SlotTaken { whose: Whose::Resource, .. })), "{second:?}");
        }
        book(&practice.app, &practice.patient().await?, lab.wish(1, 100), &Once::unkeyed()).await?;
        practice.verify().await
    }

    async fn rooms_go_with_a_move_and_come_back_with_an_undo(database: TestDatabase) {
        let lab = Lab::open(&database).await?;
        let practice = &lab.practice;
        let admin = practice.ctx(Role::Admin, practice.clinic.user, None, None);
        let booked = book(&practice.app, &practice.patient().await?, lab.wish(0, 60), &Once::unkeyed()).await?;
        let to = Reschedule { starts_at: at(75), provider_id: None, location_id: None, overrides: Overrides::default(), expected: None, range: Range::This };
        let moved = reschedule(&practice.app, &admin, booked.id, to).await?;
        assert_eq!(moved.resource_ids, booked.resource_ids);
        practice.verify().await?;
        let cancelled = cancel(&practice.app, &admin, booked.id, Stepped::default()).await?;
        assert_eq!(cancelled.resource_ids, booked.resource_ids);
        practice.verify().await?;
        let other = book(&practice.app, &practice.patient().await?, lab.wish(1, 75), &Once::unkeyed()).await?;
        let back = undo(&practice.app, &admin, booked.id, Stepped::default()).await;
        assert!(matches!(back, Err(AppError::SlotTaken { whose: Whose::Resource, .. })), "{back:?}");
        cancel(&practice.app, &admin, other.id, Stepped::default()).await?;
        undo(&practice.app, &admin, booked.id, Stepped::default()).await?;
        practice.verify().await
    }

    async fn staff_choose_another_room_that_is_free(database: TestDatabase) {
        let lab = Lab::open(&database).await?;
        let practice = &lab.practice;
        let (app, desk, patient) = (&practice.app, practice.receptionist(), practice.patient().await?);
        let booked = book(app, &patient, lab.wish(0, 60), &Once::unkeyed()).await?;
        let offered = rooms(app, &desk, booked.id).await?;
        let choices: Vec<Vec<ResourceId>> = offered.needs.iter().map(|(_, rooms)| rooms.iter().map(|room| room.id).collect()).collect();
        assert_eq!(choices.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(sorted(offered.given.clone()), booked.resource_ids);
        let other = choices[0].iter().copied().find(|id| !offered.given.contains(id)).ok_or("no other scanner")?;

        assert!(matches!(choose_rooms(app, &patient, booked.id, &[other, lab.ecg], None).await, Err(AppError::Forbidden)));
        for wrong in [vec![other], vec![lab.ecg], lab.scanners.to_vec(), vec![other, lab.ecg, lab.scanners[0]], vec![]] {
            let refused = choose_rooms(app, &desk, booked.id, &wrong, None).await;
            assert!(refused_with(&refused, "not-what-is-needed"), "{wrong:?}: {refused:?}");
        }
        assert!(matches!(choose_rooms(app, &desk, booked.id, &[other, lab.ecg], Some(7)).await, Err(AppError::Stale)));
        let changed = choose_rooms(app, &desk, booked.id, &[other, lab.ecg], Some(1)).await?;
        assert_eq!((changed.version, changed.resource_ids), (2, sorted(vec![other, lab.ecg])));
        practice.verify().await?;

        cancel(app, &desk, booked.id, Stepped::default()).await?;
        let refused = choose_rooms(app, &desk, booked.id, &[lab.scanners[0], lab.ecg], None).await;
        assert!(refused_with(&refused, "not-changeable"), "{refused:?}");
        Ok(())
    }
}
