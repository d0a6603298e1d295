//! What is offered can be booked, and what is refused says why: random calendars in random zones around changes of the clock.

#[path = "offered/oracle.rs"]
mod oracle;
#[path = "offered/scene.rs"]
mod scene;

use jiff::{SignedDuration, Timestamp};
use kalends_domain::slot::{Candidate, Judgement, Verdict};
use kalends_domain::time::Span;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::TestCaseError;

use scene::{Scene, scene};

/// The days around the change of the clock.
fn all(scene: &Scene) -> Result<Span, TestCaseError> {
    let far = SignedDuration::from_hours(24 * 8);
    Span::new(scene.change - far, scene.change + far).map_err(|wrong| TestCaseError::fail(wrong.to_string()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Each start is offered exactly when a plain reading of the rules says so, and judged alone it gets the same verdict.
    #[test]
    fn offers_are_right(scene in scene()) {
        let range = all(&scene)?;
        scene.ask(|judgement| {
            let candidates: Vec<Candidate> = judgement.candidates(range).collect();
            let starts: Vec<Timestamp> = candidates.iter().map(|candidate| candidate.starts_at).collect();
            prop_assert_eq!(&starts, &oracle::grid(judgement));
            for candidate in &candidates {
                prop_assert_eq!(candidate, &judgement.judge(candidate.starts_at));
                let rooms = candidate.offered().map(|place| &place.resource_ids[..]).unwrap_or_default();
                prop_assert_eq!(candidate.offered().is_some(), oracle::bookable(judgement, candidate.starts_at), "{:?}", candidate);
                prop_assert!(oracle::reasons_are_true(judgement, candidate), "{:?}", candidate);
                prop_assert!(oracle::rooms_are_free(judgement, candidate, rooms));
                if let Verdict::Refused(reasons) = &candidate.verdict {
                    prop_assert!(!reasons.is_empty());
                    prop_assert!(candidate.refusal().is_some());
                }
            }
            Ok(())
        })?;
    }

    /// Any instant that is judged bookable is among those offered; any other has its reason.
    #[test]
    fn nothing_else_is_bookable(scene in scene(), minutes in proptest::collection::vec(-2_500..2_500_i64, 40), second in 0..2_i64) {
        let range = all(&scene)?;
        scene.ask(|judgement| {
            let candidates: Vec<Candidate> = judgement.candidates(range).collect();
            for minute in &minutes {
                let starts_at = scene.change + SignedDuration::from_secs(minute * 60 + second);
                let judged = judgement.judge(starts_at);
                prop_assert_eq!(judged.offered().is_some(), oracle::bookable(judgement, starts_at), "{:?}", judged);
                match candidates.iter().find(|candidate| candidate.starts_at == starts_at) {
                    Some(candidate) => prop_assert_eq!(candidate, &judged),
                    None => prop_assert!(!judged.reasons().is_empty()),
                }
            }
            Ok(())
        })?;
    }

    /// A part of the range is that part of the answer.
    #[test]
    fn ranges_only_cut(scene in scene(), from in -2_500..2_500_i64, length in 1..1_000_i64) {
        let range = all(&scene)?;
        let starts_at = scene.change + SignedDuration::from_mins(from);
        let part = Span::new(starts_at, starts_at + SignedDuration::from_mins(length));
        let part = part.map_err(|wrong| TestCaseError::fail(wrong.to_string()))?;
        scene.ask(|judgement| {
            let expected = judgement.candidates(range).filter(|candidate| part.contains(candidate.starts_at));
            prop_assert!(judgement.candidates(part).eq(expected));
            Ok(())
        })?;
    }

    /// Booking what is offered, by as many as may share it, and asking again: neither it nor anything that would meet it within the
    /// buffers is offered, and nothing else that would meet it ever was.
    #[test]
    fn what_is_booked_is_gone(mut scene in scene(), pick in proptest::sample::select((0..64_usize).collect::<Vec<_>>())) {
        let range = all(&scene)?;
        let booked = scene.ask(|judgement| {
            let offered: Vec<_> = judgement.candidates(range).filter(|candidate| candidate.offered().is_some()).collect();
            offered.get(pick % offered.len().max(1)).cloned()
        });
        if let Some(booked) = booked {
            for number in 0..scene.capacity() {
                let left = scene.capacity() - number;
                let again = scene.ask(|judgement| judgement.judge(booked.starts_at));
                let place = again.offered();
                prop_assert_eq!(place.map(|it| &it.resource_ids), booked.offered().map(|it| &it.resource_ids));
                let seats = place.and_then(|it| it.seat).map_or(1, |seat| seat.left);
                prop_assert_eq!(seats, left);
                let guarded = scene.book(&again, number);
                scene.ask(|judgement| nothing_meets(judgement, range, guarded, booked.starts_at))?;
            }
            scene.ask(|judgement| {
                prop_assert!(judgement.judge(booked.starts_at).offered().is_none());
                Ok(())
            })?;
        }
    }
}

/// Nothing that is offered meets what is guarded, but the time itself.
fn nothing_meets(
    judgement: &Judgement<'_>,
    range: Span,
    guarded: Span,
    booked: Timestamp,
) -> Result<(), TestCaseError> {
    for candidate in judgement.candidates(range) {
        if candidate.offered().is_some() && candidate.starts_at != booked {
            let time = Span::new(candidate.starts_at, candidate.ends_at).map(|time| judgement.terms.guarded(&time));
            prop_assert!(time.is_ok_and(|time| !time.overlaps(&guarded)));
        }
    }
    Ok(())
}
