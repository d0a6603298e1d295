//! Another time is proposed, kept, and answered, whoever else wants it.

use jiff::Timestamp;
use kalends_domain::appointment::{Appointment, Status};
use kalends_domain::hold::Hold;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, Rules, at};

use super::{Proposal, accept, find, propose, refuse, withdraw};
use crate::appointments::{self, Stepped, confirm, decline};
use crate::booking::tests::people::{Practice, later};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::holds::delete_expired;
use crate::idempotency::Once;

type Outcome<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A practice whose only service takes approval, and a patient who asked for [`at`]`(0)`.
async fn requested(database: &kalends_store::testing::TestDatabase) -> Outcome<(Practice, Ctx, Appointment)> {
    let mut clinic = Clinic::open(database).await?;
    let rules = Rules {
        requires_approval: true,
        ..Rules::default()
    };
    clinic.service = clinic.add_service(&rules).await?;
    (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
    let practice = Practice::new(clinic)?;
    let patient = practice.patient().await?;
    let asked = practice.book(&patient, practice.wish(at(0))).await?;
    assert_eq!(asked.status, Status::Pending);
    Ok((practice, patient, asked))
}

fn to(starts_at: Timestamp) -> Proposal {
    Proposal {
        starts_at,
        provider_id: None,
        location_id: None,
        message: Some("Fasting".into()),
        expected: None,
    }
}

async fn proposed(practice: &Practice, asked: &Appointment, starts_at: Timestamp) -> Result<Hold> {
    propose(
        &practice.app,
        &practice.receptionist(),
        asked.id,
        to(starts_at),
        &Once::unkeyed(),
    )
    .await
}

on_both! {
    async fn both_times_are_kept_until_the_patient_accepts(database: TestDatabase) {
        let (practice, patient, asked) = requested(&database).await?;
        let hold = proposed(&practice, &asked, at(120)).await?;
        assert_eq!(hold.expires_at, hold.expires_at.min(asked.starts_at));
        let other = practice.patient().await?;
        for minutes in [0, 120] {
            let taken = practice.book(&other, practice.wish(at(minutes))).await;
            assert!(matches!(taken, Err(AppError::SlotTaken { .. })), "{minutes}: {taken:?}");
        }
        let shown = find(&practice.app, &patient, asked.id).await?.ok_or("no proposal")?;
        assert_eq!(shown.proposed.and_then(|it| it.message).as_deref(), Some("Fasting"));
        assert!(matches!(find(&practice.app, &other, asked.id).await, Err(AppError::NotFound)));
        assert!(matches!(accept(&practice.app, &other, asked.id).await, Err(AppError::NotFound)));
        assert!(matches!(propose(&practice.app, &patient, asked.id, to(at(60)), &Once::unkeyed()).await, Err(AppError::Forbidden)));

        let moved = accept(&practice.app, &patient, asked.id).await?;
        assert_eq!((moved.status, moved.starts_at, moved.id), (Status::Booked, at(120), asked.id));
        practice.book(&other, practice.wish(at(0))).await?;
        assert!(matches!(accept(&practice.app, &patient, asked.id).await, Err(AppError::NotFound)));
        practice.verify().await
    }

    async fn what_is_refused_or_withdrawn_is_free_again(database: TestDatabase) {
        let (practice, patient, asked) = requested(&database).await?;
        for minutes in [60, 120, 180] {
            proposed(&practice, &asked, at(minutes)).await?;
        }
        let other = practice.patient().await?;
        // A proposal takes the place of the one before.
        practice.book(&other, practice.wish(at(120))).await?;
        let left = refuse(&practice.app, &patient, asked.id).await?;
        assert_eq!((left.status, left.starts_at), (Status::Pending, at(0)));
        practice.book(&practice.patient().await?, practice.wish(at(180))).await?;
        proposed(&practice, &asked, at(240)).await?;
        assert!(matches!(withdraw(&practice.app, &patient, asked.id).await, Err(AppError::Forbidden)));
        withdraw(&practice.app, &practice.receptionist(), asked.id).await?;
        assert!(matches!(accept(&practice.app, &patient, asked.id).await, Err(AppError::NotFound)));
        proposed(&practice, &asked, at(240)).await?;
        // Whatever is decided, the other time is given up with it.
        confirm(&practice.app, &practice.receptionist(), asked.id, Stepped::default()).await?;
        practice.book(&practice.patient().await?, practice.wish(at(240))).await?;
        practice.verify().await
    }

    async fn an_answer_that_comes_too_late_finds_nothing(database: TestDatabase) {
        let (practice, patient, asked) = requested(&database).await?;
        let hold = proposed(&practice, &asked, at(120)).await?;
        let late = later(&patient, hold.expires_at);
        assert!(matches!(accept(&practice.app, &late, asked.id).await, Err(AppError::NotFound)));
        let other = later(&practice.patient().await?, hold.expires_at);
        practice.book(&other, practice.wish(at(120))).await?;
        delete_expired(&practice.app, practice.clinic.tenant).await?;
        practice.verify().await
    }

    async fn one_answer_counts_when_several_come_at_once(database: TestDatabase) {
        for _ in 0..4 {
            let (practice, patient, asked) = requested(&database).await?;
            proposed(&practice, &asked, at(120)).await?;
            let (app, desk) = (&practice.app, practice.receptionist());
            let (accepted, declined, confirmed) = tokio::join!(
                accept(app, &patient, asked.id),
                decline(app, &desk, asked.id, Stepped::default()),
                confirm(app, &desk, asked.id, Stepped::default()),
            );
            let won = [accepted.is_ok(), declined.is_ok(), confirmed.is_ok()];
            assert_eq!(won.iter().filter(|won| **won).count(), 1, "{accepted:?} {declined:?} {confirmed:?}");
            let now = appointments::get(app, &desk, asked.id).await?.appointment;
            let expected = if won[1] { Status::Declined } else { Status::Booked };
            assert_eq!(now.status, expected);
            assert_eq!(now.starts_at, if won[0] { at(120) } else { at(0) });
            practice.verify().await?;
        }
        Ok(())
    }
}
