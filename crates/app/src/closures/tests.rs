//! A closed location is not booked, and whoever had an appointment there is told of.

use std::sync::Arc;

use jiff::SignedDuration;
use kalends_domain::closure::{ClosureStatus, Extent};
use kalends_domain::page::PageRequest;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, at, id};

use super::{Decision, NewClosure, Query, create, decide, delete, get, list, repeat_due};
use crate::booking::tests::people::Practice;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;

fn admin(practice: &Practice) -> Ctx {
    practice.ctx(Role::Admin, practice.clinic.user, None, None)
}

fn closing(extent: Extent, from: i64, to: i64) -> NewClosure {
    NewClosure {
        location_id: extent.location_id(),
        provider_id: extent.provider_id(),
        starts_at: Some(at(from)),
        ends_at: Some(at(to)),
        ..NewClosure::default()
    }
}

/// The same person, where time off needs approval.
fn strict(mut ctx: Ctx) -> Ctx {
    Arc::make_mut(&mut ctx.tenant).settings.time_off_needs_approval = true;
    ctx
}

fn approval() -> Decision {
    Decision::Approve { note: None }
}

fn refused_by_closure<T>(outcome: &Result<T>) -> bool {
    // By the rule as it was read, or by the guard when the closure came in between.
    matches!(outcome, Err(AppError::NotBookable { rule, .. }) if matches!(rule.as_str(), "closure" | "time-off" | "outside-openings"))
}

on_both! {
    async fn a_closure_tells_whom_it_strands(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let admin = admin(&practice);
        let booked = practice.book(&practice.patient().await?, practice.wish(at(60))).await?;
        let here = Extent::Location(practice.clinic.location);
        let dry = NewClosure { dry_run: true, ..closing(here, 0, 480) };
        let told = create(&practice.app, &admin, dry, &Once::unkeyed()).await?;
        assert_eq!(told.stranded.iter().map(|it| it.appointment_id).collect::<Vec<_>>(), [booked.id]);
        assert_eq!(list(&practice.app, &admin, &Default::default(), Query::default()).await?.items, []);

        let closed = create(&practice.app, &admin, closing(here, 0, 480), &Once::unkeyed()).await?;
        assert_eq!(closed.stranded, told.stranded);
        let patient = practice.patient().await?;
        assert!(refused_by_closure(&practice.book(&patient, practice.wish(at(120))).await));
        assert_eq!(list(&practice.app, &admin, &Default::default(), Query::default()).await?.items, std::slice::from_ref(&closed.closure));
        delete(&practice.app, &admin, closed.closure.id).await?;
        practice.book(&patient, practice.wish(at(120))).await?;
        practice.verify().await
    }

    async fn only_admins_close(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        for ctx in [practice.receptionist(), practice.doctor(), practice.patient().await?] {
            let refused = create(&practice.app, &ctx, closing(Extent::Organisation, 0, 480), &Once::unkeyed()).await;
            assert!(matches!(refused, Err(AppError::Forbidden)));
        }
        let elsewhere = create(&practice.app, &admin(&practice), closing(Extent::Location(id()), 0, 480), &Once::unkeyed()).await;
        assert!(matches!(elsewhere, Err(AppError::Invalid(_))));
        let over = create(&practice.app, &admin(&practice), closing(Extent::Organisation, -200, -100), &Once::unkeyed()).await;
        assert!(matches!(over, Err(AppError::Invalid(_))));
        Ok(())
    }

    async fn a_booking_and_a_closure_at_once_are_both_told_the_truth(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let mut hour = 0;
        for round in 0..7 {
            let extent = match round % 2 {
                0 => Extent::Organisation,
                _ => Extent::Provider(practice.clinic.provider),
            };
            let mut bookers = tokio::task::JoinSet::new();
            for half in 0..2 {
                let (practice, ctx) = (practice.clone(), practice.patient().await?);
                let wish = practice.wish(at(hour + half * 30));
                bookers.spawn(async move { practice.book(&ctx, wish).await });
            }
            let closer = practice.clone();
            let closure = tokio::spawn(async move {
                create(&closer.app, &admin(&closer), closing(extent, hour, hour + 60), &Once::unkeyed()).await
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

    async fn time_off_closes_one_calendar_and_keeps_what_is_in_it(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let booked = practice.book(&practice.patient().await?, practice.wish(at(60))).await?;
        let doctor = practice.doctor();
        let mine = Extent::Provider(practice.clinic.provider);
        let off = create(&practice.app, &doctor, closing(mine, 0, 480), &Once::unkeyed()).await?;
        assert_eq!(off.closure.status, ClosureStatus::Approved);
        assert_eq!(off.stranded.iter().map(|it| it.appointment_id).collect::<Vec<_>>(), [booked.id]);
        let patient = practice.patient().await?;
        let refused = practice.book(&patient, practice.wish(at(120))).await;
        assert!(matches!(&refused, Err(AppError::NotBookable { rule, .. }) if rule == "time-off"), "{refused:?}");
        // A colleague's is not theirs to take or to end, nor is the clinic's.
        for not_theirs in [Extent::Provider(id()), Extent::Location(practice.clinic.location), Extent::Organisation] {
            let refused = create(&practice.app, &doctor, closing(not_theirs, 0, 480), &Once::unkeyed()).await;
            assert!(matches!(refused, Err(AppError::Forbidden)));
        }
        let holiday = create(&practice.app, &admin(&practice), closing(Extent::Organisation, 600, 660), &Once::unkeyed()).await?;
        assert!(matches!(delete(&practice.app, &doctor, holiday.closure.id).await, Err(AppError::Forbidden)));
        delete(&practice.app, &doctor, off.closure.id).await?;
        practice.book(&patient, practice.wish(at(120))).await?;
        practice.verify().await
    }

    async fn time_off_waits_for_approval_where_the_clinic_wants_it(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (admin, doctor) = (admin(&practice), strict(practice.doctor()));
        let mine = Extent::Provider(practice.clinic.provider);
        let asked = create(&practice.app, &doctor, closing(mine, 0, 60), &Once::unkeyed()).await?.closure;
        assert_eq!(asked.status, ClosureStatus::Requested);
        // It closes nothing yet.
        let booked = practice.book(&practice.patient().await?, practice.wish(at(0))).await?;
        assert_eq!(get(&practice.app, &admin, asked.id).await?.stranded.len(), 1);
        let desk = practice.receptionist();
        assert_eq!(list(&practice.app, &desk, &Default::default(), Query::default()).await?.items, []);
        assert!(matches!(get(&practice.app, &desk, asked.id).await, Err(AppError::NotFound)));
        assert!(matches!(decide(&practice.app, &doctor, asked.id, approval()).await, Err(AppError::Forbidden)));

        let blank = Decision::Decline { reason: "  ".into() };
        assert!(matches!(decide(&practice.app, &admin, asked.id, blank).await, Err(AppError::Invalid(_))));
        let approved = decide(&practice.app, &admin, asked.id, approval()).await?;
        assert_eq!(approved.stranded.iter().map(|it| it.appointment_id).collect::<Vec<_>>(), [booked.id]);
        assert!(refused_by_closure(&practice.book(&practice.patient().await?, practice.wish(at(30))).await));
        assert!(matches!(decide(&practice.app, &admin, asked.id, approval()).await, Err(AppError::Stale)));

        let second = create(&practice.app, &doctor, closing(mine, 60, 120), &Once::unkeyed()).await?.closure;
        let declined = decide(&practice.app, &admin, second.id, Decision::Decline { reason: "Too many away".into() }).await?;
        assert_eq!(declined.closure.decision.as_deref(), Some("Too many away"));
        practice.book(&practice.patient().await?, practice.wish(at(60))).await?;
        let seen = list(&practice.app, &desk, &Default::default(), Query::default()).await?.items;
        assert_eq!(seen.iter().map(|it| it.id).collect::<Vec<_>>(), [asked.id], "only what is closed");
        practice.verify().await
    }

    async fn whole_days_are_those_of_the_clock_there(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let clocks: jiff::civil::Date = "2027-03-28".parse()?;
        let day = NewClosure {
            location_id: Some(practice.clinic.location),
            first_date: Some(clocks),
            dry_run: true,
            ..NewClosure::default()
        };
        let closed = create(&practice.app, &admin(&practice), day.clone(), &Once::unkeyed()).await?;
        assert_eq!(closed.closure.span.duration().as_hours(), 23);
        let reversed = NewClosure { last_date: Some(clocks.yesterday()?), ..day };
        assert!(matches!(create(&practice.app, &admin(&practice), reversed, &Once::unkeyed()).await, Err(AppError::Invalid(_))));
        Ok(())
    }

    async fn a_yearly_closure_is_made_years_ahead_once(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let admin = admin(&practice);
        let eve = NewClosure { first_date: Some("2027-12-24".parse()?), repeats_yearly: true, ..NewClosure::default() };
        let closed = create(&practice.app, &admin, eve, &Once::unkeyed()).await?;
        assert_eq!(closed.elsewhere.len(), 4, "until the beginning of 2032");
        let request = PageRequest::default();
        let all = || list(&practice.app, &admin, &request, Query::default());
        assert_eq!(all().await?.items.len(), 5);
        // What was removed stays so, and a round too many does no harm.
        delete(&practice.app, &admin, closed.elsewhere[0].id).await?;
        assert_eq!(repeat_due(&practice.app, practice.clinic.tenant).await?, 0);
        practice.app.clock.advance(SignedDuration::from_hours(24 * 366));
        assert_eq!(repeat_due(&practice.app, practice.clinic.tenant).await?, 1);
        assert_eq!(repeat_due(&practice.app, practice.clinic.tenant).await?, 0);
        assert_eq!(all().await?.items.len(), 5);
        let instants = NewClosure { repeats_yearly: true, ..closing(Extent::Organisation, 0, 60) };
        assert!(matches!(create(&practice.app, &admin, instants, &Once::unkeyed()).await, Err(AppError::Invalid(_))));
        Ok(())
    }
}
