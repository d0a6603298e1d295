//! Blocks take time as appointments do.

use jiff::{SignedDuration, ToSpan as _};
use kalends_domain::allocation::Owner;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, NOW, at, id};

use super::{Block, BlockInput, create, delete, list};
use crate::booking::tests::people::Practice;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::{Answer, Key, Once};

fn wanted(practice: &Practice, from: i64, to: i64) -> BlockInput {
    BlockInput {
        provider_id: practice.clinic.provider,
        starts_at: at(from),
        ends_at: at(to),
        reason: Some("training".into()),
    }
}

async fn block(practice: &Practice, ctx: &Ctx, input: BlockInput) -> Result<Block> {
    create(&practice.app, ctx, input, &Once::unkeyed()).await
}

fn code<T>(outcome: Result<T>) -> Option<&'static str> {
    match outcome {
        Err(AppError::Invalid(fields)) => fields.first().map(|field| field.code),
        _ => None,
    }
}

on_both! {
    async fn a_block_keeps_the_time_until_it_is_removed(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let staff = practice.receptionist();
        let made = block(&practice, &staff, wanted(&practice, 60, 120)).await?;
        let patient = practice.patient().await?;
        let refused = practice.book(&patient, practice.wish(at(90))).await;
        assert!(matches!(refused, Err(AppError::NotBookable { ref rule, .. }) if rule == "block"), "{refused:?}");
        let page = list(&practice.app, &staff, &Default::default(), practice.clinic.provider, None, None).await?;
        assert_eq!(page.items, std::slice::from_ref(&made));
        delete(&practice.app, &staff, made.id).await?;
        assert!(matches!(delete(&practice.app, &staff, made.id).await, Err(AppError::NotFound)));
        practice.book(&patient, practice.wish(at(90))).await?;
        practice.verify().await
    }

    async fn what_is_in_the_way_is_told(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let staff = practice.receptionist();
        let booked = practice.book(&practice.patient().await?, practice.wish(at(60))).await?;
        block(&practice, &staff, wanted(&practice, 120, 150)).await?;
        let Err(AppError::Occupied { conflicts }) = block(&practice, &staff, wanted(&practice, 0, 480)).await else {
            return Err("the block should have been refused".into());
        };
        assert_eq!(conflicts.len(), 2);
        assert_eq!(conflicts[0].owner, Owner::Appointment(booked.id));
        assert_eq!((conflicts[1].starts_at, conflicts[1].ends_at), (at(120), at(150)));
        Ok(())
    }

    async fn a_block_has_its_bounds(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let staff = practice.receptionist();
        let long = |days: i64| BlockInput { ends_at: at(0) + (days * 24).hours(), ..wanted(&practice, 0, 0) };
        assert_eq!(code(block(&practice, &staff, wanted(&practice, 30, 30)).await), Some("end-not-after-start"));
        assert_eq!(code(block(&practice, &staff, wanted(&practice, -120, -60)).await), Some("past"));
        assert_eq!(code(block(&practice, &staff, long(32)).await), Some("too-long-span"));
        let odd = BlockInput { ends_at: at(30) + SignedDuration::from_nanos(1), ..wanted(&practice, 0, 30) };
        assert_eq!(code(block(&practice, &staff, odd).await), Some("whole-minutes"));
        // Begun already, outside openings, and as long as may be.
        block(&practice, &staff, wanted(&practice, -120, -30)).await?;
        block(&practice, &staff, long(31)).await?;
        Ok(())
    }

    async fn a_block_is_for_those_whose_calendar_it_is(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let made = block(&practice, &practice.doctor(), wanted(&practice, 0, 30)).await?;
        let other = practice.ctx(Role::Doctor, practice.clinic.user, None, Some(id()));
        let patient = practice.patient().await?;
        for ctx in [&other, &patient] {
            assert!(matches!(block(&practice, ctx, wanted(&practice, 60, 90)).await, Err(AppError::Forbidden)));
            assert!(matches!(delete(&practice.app, ctx, made.id).await, Err(AppError::Forbidden)));
        }
        let unknown = BlockInput { provider_id: id(), ..wanted(&practice, 60, 90) };
        assert!(matches!(block(&practice, &practice.receptionist(), unknown).await, Err(AppError::NotFound)));
        let abroad = Practice::new(Clinic::open(&database).await?)?;
        assert!(matches!(delete(&abroad.app, &abroad.receptionist(), made.id).await, Err(AppError::NotFound)));
        Ok(())
    }

    async fn the_same_request_blocks_once(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let staff = practice.receptionist();
        let render = |block: &Block| Answer { status: 201, body: block.id.to_string() };
        let once = || Once::new(
            Some(Key { caller: "desk".into(), operation: "blocks.create", key: "k".into(), fingerprint: vec![1] }),
            &render,
        );
        let made = create(&practice.app, &staff, wanted(&practice, 0, 30), &once()).await?;
        let again = create(&practice.app, &staff, wanted(&practice, 0, 30), &once()).await;
        assert!(matches!(&again, Err(AppError::Replayed(answer)) if answer.body == made.id.to_string()), "{again:?}");
        assert_eq!(practice.clinic.count("SELECT count(*) FROM blocks WHERE tenant_id = $1").await?, 1);
        Ok(())
    }

    async fn blocks_and_bookings_at_once_never_overlap(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let mut blockers = tokio::task::JoinSet::new();
        for index in 0..6 {
            let practice = practice.clone();
            let ctx = Ctx { now: NOW, ..practice.receptionist() };
            blockers.spawn(async move { block(&practice, &ctx, wanted(&practice, index * 20, index * 20 + 45)).await });
        }
        let wishes = practice.patients(6).await?.into_iter().zip(0..).map(|(ctx, index)| (ctx, practice.wish(at(index * 25))));
        practice.race(wishes.collect()).await;
        for outcome in blockers.join_all().await {
            assert!(matches!(outcome, Ok(_) | Err(AppError::Occupied { .. })), "{outcome:?}");
        }
        practice.verify().await
    }
}
