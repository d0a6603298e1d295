//! What is offered can be booked, what is booked is gone, and what is not offered is refused by a name, or booked by staff who
//! set that name aside: random calendars under random rules in random zones around changes of the clock, through the use cases
//! and the database.

mod caller;
mod moves;
mod rules;
mod scene;
mod stage;
mod together;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use kalends_domain::id::ProviderId;
use kalends_domain::rule::Rule;
use kalends_domain::time::Zone;
use kalends_store::on_both;
use kalends_store::testing::clinic::Clinic;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime::Handle;

use self::caller::Caller;
use self::scene::{Scene, scene};
use self::stage::Stage;
use super::Outcome;
use crate::booking::tests::people::Practice;
use crate::error::AppError;
use crate::slots::Slot;

/// As many scenes as `KALENDS_SOAK=1` asks for, others in every run; or a few, the same in every run, so that what they have seen is no matter of
/// luck.
#[expect(clippy::disallowed_methods, reason = "the length of a run is the runner's to choose")]
fn runner() -> TestRunner {
    let config = |cases| Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    };
    if std::env::var_os("KALENDS_SOAK").is_some() {
        TestRunner::new(config(400))
    } else {
        TestRunner::new_with_rng(config(12), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
    }
}

/// What a run has seen, so that it does not pass for want of anything to see.
#[derive(Default)]
struct Seen {
    booked: AtomicUsize,
    refused: AtomicUsize,
    together: AtomicUsize,
    moved: AtomicUsize,
    over: AtomicUsize,
}

fn one_more(of: &AtomicUsize, n: usize) {
    of.fetch_add(n, Ordering::SeqCst);
}

/// The caller's attempt, which goes as what they are offered says.
async fn attempt(stage: &Stage<'_>, caller: &Caller, provider: ProviderId, starts_at: Timestamp) -> Outcome<bool> {
    let offered = stage.offers(caller, provider, starts_at).await?;
    // Nothing but a booking reads a ticket.
    if caller.ticket.is_none() {
        let explained = stage.explained(caller, provider, starts_at).await?;
        assert_eq!(explained.offered().is_some(), offered, "{starts_at}: {explained:?}");
        assert!(offered || !explained.reasons().is_empty(), "{starts_at}");
    }
    match stage.book(caller, provider, starts_at).await? {
        Ok(booked) if offered => {
            assert_eq!((booked.provider_id, booked.starts_at), (provider, starts_at));
            assert!(booked.overrides.is_empty());
            Ok(true)
        }
        Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) if !offered => Ok(false),
        other => Err(format!("{starts_at}, offered: {offered}, but {other:?} for {caller:?}").into()),
    }
}

async fn book_offered(stage: &Stage<'_>, caller: &Caller, slot: &Slot) -> Outcome<()> {
    let booked = stage.book(caller, slot.provider_id, slot.starts_at).await?;
    let booked = booked.map_err(|error| format!("{slot:?} is offered, but not booked: {error:?}"))?;
    let place = (booked.starts_at, booked.ends_at, booked.provider_id, booked.location_id);
    assert_eq!(
        place,
        (slot.starts_at, slot.ends_at, slot.provider_id, slot.location_id)
    );
    assert_eq!(Zone::new(&booked.time_zone)?.stamp(booked.starts_at), slot.local_start);
    assert_eq!(booked.resource_ids.len(), stage.scene.rules.rooms.needs.len());
    // Another patient, and the desk for as many more as there are seats, unless a rule that binds the desk too ends it before; then nobody.
    attempt(stage, &stage.stranger().await?, slot.provider_id, slot.starts_at).await?;
    let capacity = stage.scene.service.capacity.unwrap_or(1);
    let mut got = true;
    for _ in 1..=capacity {
        got = attempt(stage, &stage.desk().await?, slot.provider_id, slot.starts_at).await?;
    }
    assert!(!got, "{slot:?} has more than {capacity}");
    let next = stage.caller().await?;
    assert!(!stage.offers(&next, slot.provider_id, slot.starts_at).await?);
    Ok(())
}

/// Books some of what is offered.
async fn offered_is_bookable(stage: &Stage<'_>, seen: &Seen) -> Outcome<()> {
    for (round, pick) in stage.scene.picks.iter().enumerate() {
        let caller = stage.caller().await?;
        let offered = stage.offered(&caller).await?;
        let Some(slot) = (!offered.is_empty()).then(|| &offered[pick % offered.len()]) else {
            break;
        };
        if round == 0 && stage.scene.rules.held {
            let stranger = stage.stranger().await?;
            let free = stage.offers(&stranger, slot.provider_id, slot.starts_at).await?;
            let held = stage.hold(&stranger, slot.provider_id, slot.starts_at).await;
            assert_eq!(held.is_ok(), free, "{held:?}");
            attempt(stage, &caller, slot.provider_id, slot.starts_at).await?;
        } else {
            book_offered(stage, &caller, slot).await?;
            one_more(&seen.booked, 1);
        }
    }
    Ok(())
}

/// Tries any starts: each is booked exactly when it is offered, and otherwise staff book it exactly when all that refuses it may be
/// set aside.
async fn nothing_else_is(stage: &Stage<'_>, provider: ProviderId, seen: &Seen) -> Outcome<()> {
    for minutes in &stage.scene.tries {
        let starts_at = stage.scene.at(*minutes);
        if !attempt(stage, &stage.caller().await?, provider, starts_at).await? {
            one_more(&seen.refused, 1);
            book_over(stage, provider, starts_at, seen).await?;
        }
    }
    Ok(())
}

async fn book_over(stage: &Stage<'_>, provider: ProviderId, starts_at: Timestamp, seen: &Seen) -> Outcome<()> {
    let desk = stage.desk().await?;
    let told = stage.explained(&desk, provider, starts_at).await?;
    let rules = told.reasons().iter().map(|reason| reason.rule());
    let (aside, firm): (BTreeSet<Rule>, BTreeSet<Rule>) = rules.partition(|rule| rule.may_be_set_aside());
    let outcome = stage
        .book_over(&desk, provider, starts_at, aside.iter().copied().collect())
        .await?;
    match outcome {
        Ok(booked) if firm.is_empty() => {
            let marked: BTreeSet<&str> = booked.overrides.iter().map(String::as_str).collect();
            assert_eq!(marked, aside.iter().map(|rule| rule.name()).collect());
            one_more(&seen.over, usize::from(!aside.is_empty()));
            Ok(())
        }
        Err(AppError::NotBookable { rule, .. }) if rule == "overbooking-limit" && aside.contains(&Rule::Taken) => {
            Ok(())
        }
        Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) if !firm.is_empty() => Ok(()),
        other => Err(format!("{starts_at}: {aside:?} aside, {firm:?} not, but {other:?}").into()),
    }
}

async fn play(practice: &Practice, scene: &Scene, seen: &Seen) -> Outcome<()> {
    let stage = Stage::set(practice, scene).await?;
    offered_is_bookable(&stage, seen).await?;
    if let Some(slot) = stage.offered(&stage.desk().await?).await?.first() {
        one_more(&seen.together, stage.series(slot).await?);
    }
    one_more(&seen.together, stage.visit().await?);
    one_more(&seen.moved, stage.moves().await?);
    nothing_else_is(&stage, stage.providers[0], seen).await
}

on_both! {
    async fn offered_is_bookable_and_nothing_else(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let seen = Seen::default();
        tokio::task::block_in_place(|| {
            let outcome = runner().run(&scene(), |scene| {
                let played = Handle::current().block_on(play(&practice, &scene, &seen));
                played.map_err(|error| TestCaseError::fail(format!("{error:?}")))
            });
            outcome.map_err(|error| error.to_string())
        })?;
        for (what, count) in [("booked", seen.booked), ("refused", seen.refused), ("together", seen.together), ("moved", seen.moved), ("over", seen.over)] {
            assert!(count.into_inner() > 3, "next to nothing is {what}");
        }
        practice.verify().await
    }
}
