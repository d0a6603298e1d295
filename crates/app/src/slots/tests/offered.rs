//! What is offered can be booked, what is booked is gone, and what is not offered is refused by a name: random calendars in
//! random zones around changes of the clock, through the use cases and the database.

mod scene;
mod stage;

use std::sync::atomic::{AtomicUsize, Ordering};

use kalends_domain::id::ProviderId;
use kalends_domain::time::Zone;
use kalends_store::on_both;
use kalends_store::testing::clinic::Clinic;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Handle;

use self::scene::{Scene, scene};
use self::stage::Stage;
use super::Outcome;
use crate::booking::tests::people::Practice;
use crate::error::AppError;

/// As many scenes as `KALENDS_SOAK=1` asks for, or a few.
#[expect(clippy::disallowed_methods, reason = "the length of a run is the runner's to choose")]
fn cases() -> u32 {
    if std::env::var_os("KALENDS_SOAK").is_some() {
        400
    } else {
        12
    }
}

/// Books some of what is offered; how many.
async fn offered_is_bookable(stage: &Stage<'_>) -> Outcome<usize> {
    let mut count = 0;
    for pick in &stage.scene.picks {
        let offered = stage.offered().await?;
        let Some(slot) = (!offered.is_empty()).then(|| &offered[pick % offered.len()]) else {
            break;
        };
        let explained = stage.explained(slot.provider_id, slot.starts_at).await?;
        if explained.offered().is_none() {
            return Err(format!("{slot:?} is offered, and explained as {explained:?}").into());
        }
        let booked = stage.book(slot.provider_id, slot.starts_at).await?;
        let booked = booked.map_err(|error| format!("{slot:?} is offered, but not booked: {error}"))?;
        let place = (booked.starts_at, booked.ends_at, booked.provider_id, booked.location_id);
        assert_eq!(
            place,
            (slot.starts_at, slot.ends_at, slot.provider_id, slot.location_id)
        );
        assert_eq!(Zone::new(&booked.time_zone)?.stamp(booked.starts_at), slot.local_start);
        for _ in 1..stage.scene.service.capacity.unwrap_or(1) {
            let beside = stage.book(slot.provider_id, slot.starts_at).await?;
            assert_eq!(beside?.resource_ids, booked.resource_ids);
        }
        let again = stage.book(slot.provider_id, slot.starts_at).await?;
        assert!(matches!(again, Err(AppError::SlotTaken { .. })), "{again:?}");
        assert!(!stage.offered().await?.contains(slot), "{slot:?} is still offered");
        count += 1;
    }
    Ok(count)
}

/// Tries any starts: each is booked exactly when it is offered, and otherwise refused for a reason that can be asked for.
async fn nothing_else_is(stage: &Stage<'_>, provider: ProviderId) -> Outcome<()> {
    for minutes in &stage.scene.tries {
        let starts_at = stage.scene.at(*minutes);
        let mut offered = stage.offered().await?.into_iter();
        let offered = offered.any(|slot| (slot.provider_id, slot.starts_at) == (provider, starts_at));
        let explained = stage.explained(provider, starts_at).await?;
        assert_eq!(explained.offered().is_some(), offered, "{starts_at}: {explained:?}");
        match stage.book(provider, starts_at).await? {
            Ok(_) if offered => {}
            Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) if !offered => {
                assert!(!explained.reasons().is_empty(), "{starts_at}");
            }
            other => return Err(format!("{starts_at}, offered: {offered}, but {other:?}").into()),
        }
    }
    Ok(())
}

/// Plays the scene; how much was booked.
async fn play(practice: &Practice, scene: &Scene) -> Outcome<usize> {
    let stage = Stage::set(practice, scene).await?;
    let booked = offered_is_bookable(&stage).await?;
    nothing_else_is(&stage, stage.providers[0]).await?;
    Ok(booked)
}

on_both! {
    async fn offered_is_bookable_and_nothing_else(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let config = Config { cases: cases(), failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
        let booked = AtomicUsize::new(0);
        tokio::task::block_in_place(|| {
            let outcome = TestRunner::new(config).run(&scene(), |scene| {
                let played = Handle::current().block_on(play(&practice, &scene));
                let count = played.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
                booked.fetch_add(count, Ordering::SeqCst);
                Ok(())
            });
            outcome.map_err(|error| error.to_string())
        })?;
        assert!(booked.into_inner() > 10, "the scenes offer next to nothing");
        practice.verify().await
    }
}
