//! Requests are listed with what helps to decide, answered once, and expire.

use jiff::SignedDuration;
use kalends_domain::appointment::Status;
use kalends_domain::page::PageRequest;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, Rules, at};

use super::{EXPIRED, count, expire, list};
use crate::appointments::{self, Stepped, confirm, decline};
use crate::booking::NewBooking;
use crate::booking::tests::people::Practice;
use crate::error::AppError;
use crate::settings::{self, SettingsInput};

async fn practice(
    database: &kalends_store::testing::TestDatabase,
) -> std::result::Result<Practice, Box<dyn std::error::Error>> {
    let mut clinic = Clinic::open(database).await?;
    let rules = Rules {
        requires_approval: true,
        ..Rules::default()
    };
    clinic.service = clinic.add_service(&rules).await?;
    (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
    Ok(Practice::new(clinic)?)
}

on_both! {
    async fn the_inbox_is_in_order_and_only_for_who_answers(database: TestDatabase) {
        let practice = practice(&database).await?;
        let (first, second) = (practice.patient().await?, practice.patient().await?);
        practice.book(&first, practice.wish(at(120))).await?;
        practice.book(&second, practice.wish(at(0))).await?;
        let desk = practice.receptionist();
        let cancelled = practice.book(&first, practice.wish(at(240))).await?;
        appointments::cancel(&practice.app, &first, cancelled.id, Stepped::default()).await?;
        let found = list(&practice.app, &desk, &PageRequest::default()).await?;
        let starts: Vec<_> = found.items.iter().map(|it| it.named.appointment.starts_at).collect();
        assert_eq!(starts, [at(0), at(120)]);
        assert_eq!((found.items[1].numbers.cancelled, found.items[0].numbers.cancelled), (1, 0));
        assert_eq!(found.items[0].expires_at, at(0));
        assert_eq!(count(&practice.app, &desk).await?, 2);
        assert_eq!(count(&practice.app, &practice.doctor()).await?, 2);
        assert!(matches!(list(&practice.app, &first, &PageRequest::default()).await, Err(AppError::Forbidden)));
        Ok(())
    }

    async fn overlapping_requests_and_two_approvals_end_with_one_appointment(database: TestDatabase) {
        let practice = practice(&database).await?;
        let wishes = practice.patients(8).await?.into_iter().enumerate().map(|(index, ctx)| {
            let wish = NewBooking { provider_id: Some(practice.clinic.provider), ..practice.wish(at([0, 15][index % 2])) };
            (ctx, wish)
        });
        let asked: Vec<_> = practice.race(wishes.collect()).await.into_iter().filter_map(Result::ok).collect();
        assert_eq!(asked.len(), 1, "overlapping requests");
        let (app, desk, doctor) = (&practice.app, practice.receptionist(), practice.doctor());
        let mut racers = tokio::task::JoinSet::new();
        for ctx in [desk, doctor].into_iter().cycle().take(8) {
            let (app, id) = (app.clone(), asked[0].id);
            racers.spawn(async move { confirm(&app, &ctx, id, Stepped::default()).await });
        }
        let answers = racers.join_all().await;
        assert_eq!(answers.iter().filter(|it| it.is_ok()).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|it| matches!(it, Ok(_) | Err(AppError::WrongState(_)))), "{answers:?}");
        practice.verify().await
    }

    async fn what_nobody_answers_expires_and_frees_its_time(database: TestDatabase) {
        let practice = practice(&database).await?;
        let patient = practice.patient().await?;
        let asked = practice.book(&patient, practice.wish(at(240))).await?;
        let answered = practice.book(&patient, practice.wish(at(300))).await?;
        confirm(&practice.app, &practice.receptionist(), answered.id, Stepped::default()).await?;
        assert_eq!(expire(&practice.app, practice.clinic.tenant).await?, 0);

        let admin = practice.ctx(Role::Admin, practice.clinic.user, None, None);
        let input = SettingsInput {
            name: "Clinic".into(),
            requests_expire_after_hours: Some(2),
            requests_expire_before_hours: Some(1),
            ..SettingsInput::default()
        };
        settings::update(&practice.app, &admin, None, input).await?;
        practice.app.clock.advance(SignedDuration::from_mins(119));
        assert_eq!(expire(&practice.app, practice.clinic.tenant).await?, 0);
        practice.app.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(expire(&practice.app, practice.clinic.tenant).await?, 1);
        let gone = appointments::get(&practice.app, &patient, asked.id).await?.appointment;
        assert_eq!((gone.status, gone.status_reason.as_deref()), (Status::Declined, Some(EXPIRED)));
        practice.book(&practice.patient().await?, practice.wish(at(240))).await?;
        let late = decline(&practice.app, &practice.receptionist(), asked.id, Stepped::default()).await;
        assert!(matches!(late, Err(AppError::WrongState(_))), "{late:?}");
        practice.verify().await
    }
}
