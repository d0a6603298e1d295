//! Many callers at once: exactly as many appointments as there is time for, and an honest answer for everybody else.

use jiff::SignedDuration;
use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::need::Need;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, NOW, Rules, at};

use super::people::{Practice, key, later, rendered};
use crate::appointments::{Reschedule, Stepped, cancel, reschedule};
use crate::booking::{NewBooking, Overrides, book};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::holds::{HoldRequest, hold};
use crate::idempotency::Once;

const RACERS: usize = 24;

fn won(outcomes: &[Result<Appointment>]) -> usize {
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

/// Those who were told that somebody was faster, and what is free instead.
fn lost(outcomes: &[Result<Appointment>]) -> usize {
    let told = |outcome: &&Result<Appointment>| matches!(outcome, Err(AppError::SlotTaken { alternatives, .. }) if !alternatives.is_empty());
    outcomes.iter().filter(told).count()
}

fn move_to(starts_at: jiff::Timestamp) -> Reschedule {
    Reschedule {
        starts_at,
        provider_id: None,
        location_id: None,
        overrides: Overrides::default(),
        expected: None,
        range: Range::This,
    }
}

on_both! {
    async fn one_slot_goes_to_one(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let callers = practice.patients(RACERS).await?;
        let outcomes = practice.race(callers.into_iter().map(|ctx| (ctx, practice.wish(at(60)))).collect()).await;
        assert_eq!((won(&outcomes), lost(&outcomes)), (1, RACERS - 1), "{outcomes:?}");
        practice.verify().await
    }

    async fn shifted_starts_and_other_lengths_never_overlap(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let long = clinic.add_service(&Rules { duration_minutes: 60, ..Rules::default() }).await?;
        (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service, long]).await?;
        let practice = Practice::new(clinic)?;
        let wishes = practice.patients(RACERS).await?.into_iter().enumerate().map(|(index, ctx)| {
            let service_id = if index % 2 == 0 { practice.clinic.service } else { long };
            let starts_at = at([0, 5, 15, 30][index % 4]);
            let provider_id = Some(practice.clinic.provider);
            (ctx, NewBooking { service_id, provider_id, ..practice.wish(starts_at) })
        }).collect();
        let outcomes = practice.race(wishes).await;
        assert_eq!(won(&outcomes) + lost(&outcomes), RACERS, "{outcomes:?}");
        practice.verify().await
    }

    async fn one_room_serves_one_at_a_time(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let rules = Rules { resource_kind: Some("scanner"), ..Rules::default() };
        let services = [clinic.add_service(&rules).await?, clinic.add_service(&rules).await?];
        clinic.add_room("scanner").await?;
        clinic.add_room("scanner").await?;
        for service in services {
            for _ in 0..3 {
                (clinic.provider, clinic.opening) = clinic.add_provider(&[service]).await?;
            }
        }
        let practice = Practice::new(clinic)?;
        let wishes = practice.patients(RACERS).await?.into_iter().enumerate()
            .map(|(index, ctx)| (ctx, NewBooking { service_id: services[index % 2], ..practice.wish(at(60)) }))
            .collect();
        let outcomes = practice.race(wishes).await;
        assert_eq!((won(&outcomes), lost(&outcomes)), (2, RACERS - 2), "{outcomes:?}");
        practice.verify().await
    }

    async fn all_that_is_needed_or_nothing_is_taken(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let ecg = clinic.add_room("device").await?;
        clinic.add_room("device").await?;
        for _ in 0..3 {
            clinic.add_room("scanner").await?;
        }
        let needs = [
            vec![Need::Kind("scanner".into()), Need::Resource(ecg)],
            vec![Need::Kind("device".into()), Need::Kind("scanner".into())],
        ];
        let mut services = Vec::new();
        for needs in &needs {
            let service = clinic.add_service(&Rules::default()).await?;
            clinic.set_needs(service, needs).await?;
            for _ in 0..3 {
                (clinic.provider, clinic.opening) = clinic.add_provider(&[service]).await?;
            }
            services.push(service);
        }
        let practice = Practice::new(clinic)?;
        let wishes = practice.patients(RACERS).await?.into_iter().enumerate()
            .map(|(index, ctx)| (ctx, NewBooking { service_id: services[index % 2], ..practice.wish(at(60)) }))
            .collect();
        let outcomes = practice.race(wishes).await;
        // There are two devices.
        assert_eq!((won(&outcomes), lost(&outcomes)), (2, RACERS - 2), "{outcomes:?}");
        practice.verify().await
    }

    async fn anyone_is_everyone_who_is_free(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        for _ in 0..4 {
            clinic.add_provider(&[clinic.service]).await?;
        }
        let practice = Practice::new(clinic)?;
        let callers = practice.patients(RACERS).await?;
        let outcomes = practice.race(callers.into_iter().map(|ctx| (ctx, practice.wish(at(60)))).collect()).await;
        assert_eq!((won(&outcomes), lost(&outcomes)), (5, RACERS - 5), "{outcomes:?}");
        practice.verify().await
    }

    async fn one_key_is_one_booking(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let ctx = practice.patient().await?;
        let mut racers = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (practice, ctx) = (practice.clone(), ctx.clone());
            racers.spawn(async move {
                let once = Once::new(Some(key(&ctx, 1)), &rendered);
                match book(&practice.app, &ctx, practice.wish(at(60)), &once).await {
                    Ok(appointment) => Ok(appointment.id.to_string()),
                    Err(AppError::Replayed(answer)) => Ok(answer.body),
                    Err(error) => Err(error),
                }
            });
        }
        let answers = racers.join_all().await.into_iter().collect::<Result<Vec<String>>>()?;
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(practice.clinic.count("SELECT count(*) FROM appointments WHERE tenant_id = $1").await?, 1);
        let other = book(&practice.app, &ctx, practice.wish(at(120)), &Once::new(Some(key(&ctx, 2)), &rendered)).await;
        assert!(matches!(other, Err(AppError::KeyReused)), "{other:?}");
        practice.verify().await
    }

    async fn a_patient_is_in_one_place(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        for _ in 0..4 {
            clinic.add_provider(&[clinic.service]).await?;
        }
        let practice = Practice::new(clinic)?;
        let ctx = practice.patient().await?;
        let outcomes = practice.race((0..8).map(|_| (ctx.clone(), practice.wish(at(60)))).collect()).await;
        let overlaps = outcomes.iter()
            .filter(|outcome| matches!(outcome, Err(AppError::NotBookable { rule, .. }) if rule == "patient-overlap")
                || matches!(outcome, Err(AppError::SlotTaken { whose: kalends_domain::allocation::Whose::Patient, .. })))
            .count();
        assert_eq!((won(&outcomes), overlaps), (1, 7), "{outcomes:?}");
        practice.verify().await
    }

    async fn a_swap_and_a_rival_lose_nobody(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let callers = practice.patients(3).await?;
        let first = practice.book(&callers[0], practice.wish(at(0))).await?;
        let second = practice.book(&callers[1], practice.wish(at(30))).await?;
        let (to_second, to_first, rival) = tokio::join!(
            reschedule(&practice.app, &callers[0], first.id, move_to(at(30))),
            reschedule(&practice.app, &callers[1], second.id, move_to(at(0))),
            practice.book(&callers[2], practice.wish(at(0))),
        );
        for outcome in [&to_second, &to_first, &rival] {
            assert!(matches!(outcome, Ok(_) | Err(AppError::SlotTaken { .. })), "{outcome:?}");
        }
        let booked = 2 + i64::from(rival.is_ok());
        assert_eq!(practice.clinic.count("SELECT count(*) FROM appointments WHERE tenant_id = $1").await?, booked);
        practice.verify().await
    }

    async fn a_move_and_a_booking_share_the_target(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let callers = practice.patients(2).await?;
        for round in 0..4 {
            let from = at(round * 120);
            let moving = practice.book(&callers[0], practice.wish(from)).await?;
            let target = from + SignedDuration::from_mins(60);
            let (moved, booked) = tokio::join!(
                reschedule(&practice.app, &callers[0], moving.id, move_to(target)),
                practice.book(&callers[1], practice.wish(target)),
            );
            assert_eq!(usize::from(moved.is_ok()) + usize::from(booked.is_ok()), 1, "{moved:?} {booked:?}");
        }
        practice.verify().await
    }

    async fn a_hold_that_expires_at_its_booking_has_one_winner(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let callers = practice.patients(2).await?;
        let request = HoldRequest {
            service_id: practice.clinic.service, starts_at: at(60), provider_id: None, location_id: None, patient_id: None, ticket_id: None,
        };
        let held = hold(&practice.app, &callers[0], request, &Once::unkeyed()).await?;
        let early = practice.book(&callers[1], practice.wish(at(60))).await;
        assert!(matches!(early, Err(AppError::SlotTaken { .. })), "{early:?}");
        let expiry = held.hold.expires_at;
        let (holder, rival) = (later(&callers[0], expiry - SignedDuration::from_micros(1)), later(&callers[1], expiry));
        let with_token = NewBooking { hold_token: Some(held.token.clone()), ..practice.wish(at(60)) };
        let (kept, taken) = tokio::join!(
            practice.book(&holder, with_token.clone()),
            practice.book(&rival, practice.wish(at(60))),
        );
        assert_eq!(usize::from(kept.is_ok()) + usize::from(taken.is_ok()), 1, "{kept:?} {taken:?}");
        let expired = practice.book(&later(&callers[0], expiry), with_token).await;
        assert!(matches!(expired, Err(AppError::HoldExpired { .. })), "{expired:?}");
        practice.verify().await
    }

    async fn cancelled_and_booked_again_and_again(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let mut racers = tokio::task::JoinSet::new();
        for ctx in practice.patients(4).await? {
            let practice = practice.clone();
            racers.spawn(async move {
                let mut had = 0;
                for _ in 0..6 {
                    match practice.book(&ctx, practice.wish(at(60))).await {
                        Ok(appointment) => {
                            had += 1;
                            cancel(&practice.app, &ctx, appointment.id, Stepped::default()).await?;
                        }
                        Err(AppError::SlotTaken { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(had)
            });
        }
        let had: i64 = racers.join_all().await.into_iter().sum::<Result<i64>>()?;
        assert!(had >= 1);
        assert_eq!(practice.clinic.count("SELECT count(*) FROM appointments WHERE tenant_id = $1").await?, had);
        practice.verify().await
    }

    async fn neighbours_do_not_race_across_a_buffer(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let rules = Rules { buffer_after_minutes: 10, buffer_before_minutes: 5, ..Rules::default() };
        clinic.service = clinic.add_service(&rules).await?;
        (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        let callers: Vec<Ctx> = practice.patients(12).await?;
        let starts = [60, 90, 100, 105];
        let wishes = callers.into_iter().enumerate().map(|(index, ctx)| (ctx, practice.wish(at(starts[index % 4])))).collect();
        let outcomes = practice.race(wishes).await;
        assert_eq!(won(&outcomes) + lost(&outcomes), 12, "{outcomes:?}");
        let ends: Vec<_> = outcomes.iter().flatten().map(|it| it.starts_at).collect();
        assert!(ends.contains(&at(60)) || ends.len() == 1, "{ends:?}");
        practice.verify().await
    }

    async fn a_closed_opening_refuses_truthfully(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let ctx = practice.patient().await?;
        let clinic = practice.clinic.clone();
        let removal = tokio::spawn(async move {
            let mut tx = clinic.store.begin(clinic.tenant).await?;
            let sql = "DELETE FROM openings WHERE tenant_id = $1 AND id = $2";
            tx.query(sql).bind(clinic.tenant).bind(clinic.opening).execute().await?;
            tx.commit().await
        });
        let outcome = practice.book(&ctx, practice.wish(at(60))).await;
        removal.await??;
        match outcome {
            Ok(_) => {}
            Err(AppError::NotBookable { rule, .. }) => assert_eq!(rule, "outside-openings"),
            Err(other) => return Err(other.into()),
        }
        let after = practice.book(&later(&ctx, NOW), practice.wish(at(120))).await;
        assert!(matches!(after, Err(AppError::NotBookable { .. })), "{after:?}");
        practice.verify().await
    }
}
