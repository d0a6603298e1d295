//! A service's own rules: how often, for whom, and how a provider gives it otherwise.

use std::sync::Arc;

use kalends_domain::appointment::{Range, Status};
use kalends_domain::rule::Rule;
use kalends_domain::tenant::{Settings, Tenant};
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, at};
use kalends_store::testing::{TestDatabase, TestResult};

use super::people::Practice;
use super::rule;
use crate::appointments::{Reschedule, Stepped, cancel, fulfil, reschedule, start};
use crate::booking::{NewBooking, Overrides};
use crate::error::{AppError, Result};

const RACERS: usize = 24;

async fn with(database: &TestDatabase, sql: &'static str) -> TestResult<Practice> {
    let clinic = Clinic::open(database).await?;
    clinic.add_provider(&[clinic.service]).await?;
    clinic.change(sql).await?;
    Ok(Practice::new(clinic)?)
}

fn to(minutes: i64) -> Reschedule {
    Reschedule {
        starts_at: at(minutes),
        provider_id: None,
        location_id: None,
        overrides: Overrides::default(),
        expected: None,
        range: Range::This,
    }
}

on_both! {
    async fn of_many_at_once_as_many_as_a_day_takes(database: TestDatabase) {
        let practice = with(&database, "UPDATE services SET max_per_day = 5 WHERE tenant_id = $1").await?;
        let callers = practice.patients(RACERS).await?.into_iter().zip((0..).step_by(30));
        let wishes = callers.map(|(ctx, from)| (ctx, practice.wish(at(from % 480)))).collect();
        let outcomes = practice.race(wishes).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5, "{outcomes:?}");
        for refused in outcomes.into_iter().filter(Result::is_err) {
            assert_eq!(rule(refused).as_deref(), Some("service-day-cap"));
        }
        practice.verify().await
    }

    async fn a_doctor_has_a_cap_and_the_other_one_none(database: TestDatabase) {
        let practice = with(&database, "UPDATE services SET max_per_week = 3 WHERE tenant_id = $1").await?;
        practice.clinic.change("UPDATE providers SET max_per_day = 1 WHERE tenant_id = $1").await?;
        let ctx = practice.patient().await?;
        let own = NewBooking { provider_id: Some(practice.clinic.provider), ..practice.wish(at(0)) };
        let first = practice.book(&ctx, own.clone()).await?;
        let second = NewBooking { starts_at: at(60), ..own };
        assert_eq!(rule(practice.book(&ctx, second.clone()).await).as_deref(), Some("provider-day-cap"));
        // Anyone: the other doctor's day is not full; then both are.
        practice.book(&ctx, practice.wish(at(60))).await?;
        assert_eq!(rule(practice.book(&ctx, practice.wish(at(120))).await).as_deref(), Some("provider-day-cap"));
        // Moving does not make one more; cancelling makes one less.
        reschedule(&practice.app, &ctx, first.id, to(240)).await?;
        cancel(&practice.app, &ctx, first.id, Stepped::default()).await?;
        practice.book(&ctx, NewBooking { starts_at: at(180), ..second }).await?;

        let desk = practice.receptionist();
        let patient_id = ctx.signed_in()?.patient_id;
        let over = NewBooking {
            patient_id,
            overrides: Overrides { rules: vec![Rule::ProviderDayCap], reason: Some("urgent".into()) },
            provider_id: Some(practice.clinic.provider),
            ..practice.wish(at(300))
        };
        let booked = practice.book(&desk, over.clone()).await?;
        assert_eq!(booked.overrides, ["provider-day-cap"]);
        // By now the service's week is full as well, and that was not set aside.
        let again = practice.book(&desk, NewBooking { starts_at: at(360), ..over }).await;
        assert_eq!(rule(again).as_deref(), Some("service-week-cap"));
        practice.verify().await
    }

    async fn a_patient_has_so_many_to_come(database: TestDatabase) {
        let practice = with(&database, "UPDATE services SET max_open_per_patient = 2 WHERE tenant_id = $1").await?;
        let ctx = practice.patient().await?;
        let mut racers = tokio::task::JoinSet::new();
        for from in (0..240).step_by(30) {
            let (practice, ctx) = (practice.clone(), ctx.clone());
            racers.spawn(async move { practice.book(&ctx, practice.wish(at(from))).await });
        }
        let outcomes = racers.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 2, "{outcomes:?}");
        let first = outcomes.into_iter().find_map(Result::ok).ok_or(AppError::NotFound)?;
        let refused = practice.book(&ctx, practice.wish(at(300))).await;
        assert_eq!(rule(refused).as_deref(), Some("too-many-open"));
        // Others are not concerned, and theirs can be moved.
        practice.book(&practice.patient().await?, practice.wish(at(300))).await?;
        reschedule(&practice.app, &ctx, first.id, to(420)).await?;
        cancel(&practice.app, &ctx, first.id, Stepped::default()).await?;
        practice.book(&ctx, practice.wish(at(420))).await?;
        practice.verify().await
    }

    async fn the_organisation_limits_a_patient_over_all_services(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let mut ctx = practice.patient().await?;
        let settings = Settings { max_open_per_patient: Some(1), ..Settings::default() };
        ctx.tenant = Arc::new(Tenant { settings, ..(*ctx.tenant).clone() });
        practice.book(&ctx, practice.wish(at(0))).await?;
        assert_eq!(rule(practice.book(&ctx, practice.wish(at(60))).await).as_deref(), Some("too-many-open"));
        practice.verify().await
    }

    async fn new_patients_come_once_and_returning_ones_again(database: TestDatabase) {
        let practice = with(&database, "UPDATE services SET clientele = 'new' WHERE tenant_id = $1").await?;
        let (ctx, desk) = (practice.patient().await?, practice.receptionist());
        let first = practice.book(&ctx, practice.wish(at(0))).await?;
        start(&practice.app, &desk, first.id, Stepped::default()).await?;
        fulfil(&practice.app, &desk, first.id, Stepped::default()).await?;
        assert_eq!(rule(practice.book(&ctx, practice.wish(at(60))).await).as_deref(), Some("new-patients-only"));
        practice.clinic.change("UPDATE services SET clientele = 'returning' WHERE tenant_id = $1").await?;
        practice.book(&ctx, practice.wish(at(60))).await?;
        let stranger = practice.patient().await?;
        let refused = practice.book(&stranger, practice.wish(at(120))).await;
        assert_eq!(rule(refused).as_deref(), Some("returning-patients-only"));
        Ok(())
    }

    async fn a_provider_gives_it_their_own_way(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let otherwise = "UPDATE provider_services SET duration_minutes = 60, buffer_after_minutes = 15, requires_approval = TRUE
             WHERE tenant_id = $1";
        clinic.change(otherwise).await?;
        let (slow, quick) = (clinic.provider, clinic.add_provider(&[clinic.service]).await?.0);
        let practice = Practice::new(clinic)?;
        let ctx = practice.patient().await?;
        let with = |provider_id, from| NewBooking { provider_id: Some(provider_id), ..practice.wish(at(from)) };
        let long = practice.book(&ctx, with(slow, 0)).await?;
        assert_eq!((long.ends_at, long.policy.buffer_after_minutes), (at(60), 15));
        assert_eq!(long.status, Status::Pending);
        let other = practice.patient().await?;
        // The hour and its quarter after are guarded.
        let taken = practice.book(&other, with(slow, 60)).await;
        assert!(matches!(taken, Err(AppError::SlotTaken { .. })), "{taken:?}");
        let short = practice.book(&other, with(quick, 60)).await?;
        assert_eq!((short.ends_at, short.policy.buffer_after_minutes), (at(90), 0));
        practice.verify().await
    }
}
