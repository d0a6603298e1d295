//! Whoever walks in is booked for now and has arrived, or is told when somebody is free.

use jiff::SignedDuration;
use kalends_domain::appointment::Status;
use kalends_domain::rule::Rule;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, at};

use super::{WalkIn, Who, receive};
use crate::booking::Overrides;
use crate::booking::tests::people::{Practice, later};
use crate::error::AppError;
use crate::idempotency::Once;

fn walk_in(practice: &Practice, who: Who) -> WalkIn {
    WalkIn {
        who,
        service_id: practice.clinic.service,
        location_id: practice.clinic.location,
        provider_id: None,
        reason: None,
        overrides: Overrides::default(),
    }
}

fn nia() -> Who {
    Who::New {
        given_name: "Nia".into(),
        family_name: "Okoye".into(),
    }
}

on_both! {
    async fn whoever_is_there_is_booked_for_now_and_has_arrived(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (app, desk) = (&practice.app, practice.receptionist());
        let now = at(61) + SignedDuration::from_secs(20);
        let seen = receive(app, &later(&desk, now), walk_in(&practice, nia()), &Once::unkeyed()).await?;
        assert_eq!((seen.status, seen.starts_at), (Status::Arrived, at(62)));
        assert_eq!(seen.overrides, [Rule::StartInterval.name()]);

        // Nobody else is free: the next is seen as soon as somebody is, on the grid.
        let next = receive(app, &later(&desk, now), walk_in(&practice, nia()), &Once::unkeyed()).await?;
        assert_eq!(next.status, Status::Arrived);
        assert!(next.starts_at > seen.starts_at && next.overrides.is_empty(), "{next:?}");

        let over = WalkIn {
            overrides: Overrides { rules: vec![Rule::Taken], reason: Some("In pain".into()) },
            ..walk_in(&practice, nia())
        };
        let squeezed = receive(app, &later(&desk, now), over, &Once::unkeyed()).await?;
        assert_eq!(squeezed.starts_at, seen.starts_at);
        practice.verify().await
    }

    async fn where_there_is_no_time_today_nobody_is_made(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let evening = later(&practice.receptionist(), at(9 * 60));
        let patients = "SELECT count(*) FROM patients WHERE tenant_id = $1";
        let before = practice.clinic.count(patients).await?;
        let refused = receive(&practice.app, &evening, walk_in(&practice, nia()), &Once::unkeyed()).await;
        assert!(matches!(&refused, Err(AppError::NotBookable { .. })), "{refused:?}");
        assert_eq!(practice.clinic.count(patients).await?, before);
        Ok(())
    }

    async fn two_who_walk_in_at_once_get_a_time_each(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let desk = later(&practice.receptionist(), at(60));
        let (app, once) = (&practice.app, Once::unkeyed());
        let (one, other) = tokio::join!(
            receive(app, &desk, walk_in(&practice, nia()), &once),
            receive(app, &desk, walk_in(&practice, nia()), &once),
        );
        assert_ne!(one?.starts_at, other?.starts_at);
        practice.verify().await
    }

    async fn patients_do_not_walk_in_by_themselves(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let patient = later(&practice.patient().await?, at(0));
        let refused = receive(&practice.app, &patient, walk_in(&practice, nia()), &Once::unkeyed()).await;
        assert!(matches!(refused, Err(AppError::Forbidden)), "{refused:?}");
        Ok(())
    }
}
