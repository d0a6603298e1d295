//! A closed location is not booked, and whoever had an appointment there is told of.

use kalends_domain::id::LocationId;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, at, id};

use super::{NewClosure, create, delete, list};
use crate::booking::tests::people::Practice;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;

fn admin(practice: &Practice) -> Ctx {
    practice.ctx(Role::Admin, practice.clinic.user, None, None)
}

fn closing(location_id: Option<LocationId>, from: i64, to: i64) -> NewClosure {
    NewClosure {
        location_id,
        starts_at: at(from),
        ends_at: at(to),
        reason: None,
        dry_run: false,
    }
}

fn refused_by_closure<T>(outcome: &Result<T>) -> bool {
    // By the rule as it was read, or by the guard when the closure came in between.
    matches!(outcome, Err(AppError::NotBookable { rule, .. }) if rule == "closure" || rule == "outside-openings")
}

on_both! {
    async fn a_closure_tells_whom_it_strands(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let admin = admin(&practice);
        let booked = practice.book(&practice.patient().await?, practice.wish(at(60))).await?;
        let here = Some(practice.clinic.location);
        let dry = NewClosure { dry_run: true, ..closing(here, 0, 480) };
        let told = create(&practice.app, &admin, dry, &Once::unkeyed()).await?;
        assert_eq!(told.stranded.iter().map(|it| it.appointment_id).collect::<Vec<_>>(), [booked.id]);
        assert_eq!(list(&practice.app, &admin, &Default::default(), None, None).await?.items, []);

        let closed = create(&practice.app, &admin, closing(here, 0, 480), &Once::unkeyed()).await?;
        assert_eq!(closed.stranded, told.stranded);
        let patient = practice.patient().await?;
        assert!(refused_by_closure(&practice.book(&patient, practice.wish(at(120))).await));
        assert_eq!(list(&practice.app, &admin, &Default::default(), None, None).await?.items, std::slice::from_ref(&closed.closure));
        delete(&practice.app, &admin, closed.closure.id).await?;
        practice.book(&patient, practice.wish(at(120))).await?;
        practice.verify().await
    }

    async fn only_admins_close(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        for ctx in [practice.receptionist(), practice.doctor(), practice.patient().await?] {
            let refused = create(&practice.app, &ctx, closing(None, 0, 480), &Once::unkeyed()).await;
            assert!(matches!(refused, Err(AppError::Forbidden)));
        }
        let elsewhere = create(&practice.app, &admin(&practice), closing(Some(id()), 0, 480), &Once::unkeyed()).await;
        assert!(matches!(elsewhere, Err(AppError::Invalid(_))));
        let over = create(&practice.app, &admin(&practice), closing(None, -200, -100), &Once::unkeyed()).await;
        assert!(matches!(over, Err(AppError::Invalid(_))));
        Ok(())
    }

    async fn a_booking_and_a_closure_at_once_are_both_told_the_truth(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let mut hour = 0;
        for _ in 0..7 {
            let mut bookers = tokio::task::JoinSet::new();
            for half in 0..2 {
                let (practice, ctx) = (practice.clone(), practice.patient().await?);
                let wish = practice.wish(at(hour + half * 30));
                bookers.spawn(async move { practice.book(&ctx, wish).await });
            }
            let closer = practice.clone();
            let closure = tokio::spawn(async move {
                create(&closer.app, &admin(&closer), closing(None, hour, hour + 60), &Once::unkeyed()).await
            });
            let mut stranded: Vec<_> = closure.await??.stranded.iter().map(|it| it.appointment_id).collect();
            let outcomes = bookers.join_all().await;
            let refused = outcomes.iter().filter(|it| refused_by_closure(it)).count();
            let mut booked: Vec<_> = outcomes.iter().flatten().map(|it| it.id).collect();
            assert_eq!(booked.len() + refused, 2, "{outcomes:?}");
            booked.sort_unstable();
            stranded.sort_unstable();
            assert_eq!(booked, stranded);
            hour += 60;
        }
        practice.verify().await
    }
}
