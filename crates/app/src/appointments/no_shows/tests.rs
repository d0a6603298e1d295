//! Missed appointments count for a while, have the consequence that the organisation wants, and can be forgiven.

use std::sync::Arc;

use jiff::SignedDuration;
use kalends_domain::appointment::{Appointment, Range, Status};
use kalends_domain::tenant::{NoShowConsequence, Settings, Tenant};
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, at};

use super::{consequence, count_again, forgive, no_shows};
use crate::appointments::{Stepped, mark_no_show, undo};
use crate::booking::NewBooking;
use crate::booking::tests::people::{Practice, later};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};

/// The same caller where two missed appointments have this consequence.
fn under(ctx: &Ctx, no_show_consequence: NoShowConsequence) -> Ctx {
    let settings = Settings {
        no_show_consequence,
        no_show_threshold: Some(2),
        no_show_window_days: Some(30),
        ..Settings::default()
    };
    let tenant = Tenant {
        settings,
        ..(*ctx.tenant).clone()
    };
    Ctx {
        tenant: Arc::new(tenant),
        ..ctx.clone()
    }
}

fn because(reason: &str) -> Stepped {
    Stepped {
        reason: Some(reason.into()),
        expected: None,
        range: Range::This,
    }
}

/// Books and misses an appointment.
async fn missed(practice: &Practice, patient: &Ctx, minutes: i64) -> Result<Appointment> {
    let booked = practice.book(patient, practice.wish(at(minutes))).await?;
    let desk = later(&practice.receptionist(), at(minutes));
    mark_no_show(&practice.app, &desk, booked.id, Stepped::default()).await
}

on_both! {
    async fn who_missed_too_many_asks_or_calls(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let patient = practice.patient().await?;
        let id = patient.signed_in()?.patient_id.ok_or("no patient")?;
        missed(&practice, &patient, 0).await?;
        let asks = under(&patient, NoShowConsequence::Approval);
        assert_eq!(practice.book(&asks, practice.wish(at(60))).await?.status, Status::Booked, "one is not too many");
        missed(&practice, &patient, 120).await?;
        assert_eq!(practice.book(&asks, practice.wish(at(180))).await?.status, Status::Pending);
        let calls = under(&patient, NoShowConsequence::PhoneOnly);
        let refused = practice.book(&calls, practice.wish(at(240))).await;
        assert!(matches!(&refused, Err(AppError::NotBookable { rule, .. }) if rule == "phone-only"), "{refused:?}");
        assert_eq!(consequence(&practice.app, &calls, Some(id)).await?, NoShowConsequence::PhoneOnly);
        // Staff book for them all the same, and other patients for themselves.
        let desk = under(&practice.receptionist(), NoShowConsequence::PhoneOnly);
        let wish = NewBooking { patient_id: Some(id), ..practice.wish(at(240)) };
        assert_eq!(practice.book(&desk, wish).await?.status, Status::Booked);
        let other = under(&practice.patient().await?, NoShowConsequence::PhoneOnly);
        practice.book(&other, practice.wish(at(300))).await?;
        // What is long ago does not count.
        let year_on = later(&desk, at(0) + SignedDuration::from_hours(24 * 31));
        assert_eq!(no_shows(&practice.app, &year_on, id).await?.count, 0);
        practice.verify().await
    }

    async fn what_is_forgiven_does_not_count_until_it_is_counted_again(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (patient, desk) = (practice.patient().await?, practice.receptionist());
        let id = patient.signed_in()?.patient_id.ok_or("no patient")?;
        let first = missed(&practice, &patient, 0).await?;
        missed(&practice, &patient, 60).await?;
        let count = async || no_shows(&practice.app, &desk, id).await.map(|it| it.count);
        assert_eq!(count().await?, 2);
        let app = &practice.app;
        assert!(matches!(forgive(app, &desk, first.id, Stepped::default()).await, Err(AppError::Invalid(_))));
        assert!(matches!(forgive(app, &patient, first.id, because("Ill")).await, Err(AppError::Forbidden)));
        forgive(app, &desk, first.id, because("In hospital")).await?;
        assert_eq!(count().await?, 1);
        assert!(matches!(forgive(app, &desk, first.id, because("Twice")).await, Err(AppError::WrongState(_))));
        count_again(app, &desk, first.id, Stepped::default()).await?;
        assert_eq!(count().await?, 2);
        forgive(app, &desk, first.id, because("In hospital")).await?;
        // Whoever came after all has nothing to be forgiven, and a new no-show counts.
        let back = undo(app, &desk, first.id, Stepped::default()).await?;
        assert_eq!((back.status, back.forgiven), (Status::Booked, false));
        mark_no_show(app, &later(&desk, at(0)), first.id, Stepped::default()).await?;
        assert_eq!(count().await?, 2);
        practice.verify().await
    }
}
