use jiff::SignedDuration;
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::super::Fit;
use super::{Clinic, HERE, Outcome, TODAY, appointment};
use crate::closure::Extent;
use crate::id::LocationId;
use crate::slot::{Candidate, Closing};
use crate::time::{Interval, Minutes};
use jiff::Timestamp;
use uuid::Uuid;

/// The local times of what is offered today, each with its fit.
fn fits(clinic: &Clinic) -> Result<Vec<(String, Fit)>, super::Trouble> {
    let day = clinic.zone.day(TODAY.parse()?).ok_or("no day")?;
    let fits: Vec<(Candidate, Fit)> = clinic.ask(|judgement| {
        let mut fits = judgement.fits();
        judgement.candidates(day).map(|it| (it.clone(), fits.of(&it))).collect()
    });
    let offered = fits.into_iter().filter(|(it, _)| it.offered().is_some());
    Ok(offered
        .map(|(it, fit)| (clinic.zone.local(it.starts_at).strftime("%H:%M").to_string(), fit))
        .collect())
}

fn told(pairs: &[(&str, Fit)]) -> Vec<(String, Fit)> {
    pairs.iter().map(|(time, fit)| ((*time).to_owned(), *fit)).collect()
}

#[test]
fn a_start_fills_a_gap_or_stands_at_an_end_or_cuts() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.busy.push(clinic.taken(appointment(1), "09:30", "10:00")?);
    let expected = [
        ("09:00", Fit::Fills),
        ("10:00", Fit::StandsAtEnd),
        ("10:30", Fit::Cuts),
        ("11:00", Fit::Cuts),
        ("11:30", Fit::StandsAtEnd),
    ];
    assert_eq!(fits(&clinic)?, told(&expected));
    Ok(())
}

#[test]
fn a_piece_too_short_for_anything_is_wasted() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "10:30")])?;
    clinic.terms.start_interval = Some(Interval::new(15)?);
    let expected = [
        ("09:00", Fit::StandsAtEnd),
        ("09:15", Fit::Wastes),
        ("09:30", Fit::Cuts),
        ("09:45", Fit::Wastes),
        ("10:00", Fit::StandsAtEnd),
    ];
    assert_eq!(fits(&clinic)?, told(&expected));
    // Ten minutes before the first start are lost whatever is booked.
    clinic.busy.push(clinic.taken(appointment(1), "09:00", "09:20")?);
    assert_eq!(fits(&clinic)?[0], ("09:30".to_owned(), Fit::StandsAtEnd));
    Ok(())
}

#[test]
fn closures_here_and_what_has_passed_end_a_stretch_and_touching_openings_do_not() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "10:00"), ("10:00", "12:00")])?;
    clinic.now = clinic.at("09:30")?;
    let span = clinic.span("11:00", "12:00")?;
    let elsewhere = Extent::Location(LocationId(Uuid::from_u128(2)));
    clinic.closings.push(Closing {
        span: clinic.span("10:00", "11:00")?,
        extent: elsewhere,
    });
    clinic.closings.push(Closing {
        span,
        extent: Extent::Location(HERE),
    });
    let expected = [
        ("09:30", Fit::StandsAtEnd),
        ("10:00", Fit::Cuts),
        ("10:30", Fit::StandsAtEnd),
    ];
    assert_eq!(fits(&clinic)?, told(&expected));
    Ok(())
}

#[test]
fn buffers_are_part_of_what_fills_a_gap() -> Outcome {
    let mut clinic = Clinic::open(&[("09:00", "12:00")])?;
    clinic.terms.buffer_after = Minutes(30);
    clinic.busy.push(clinic.taken(appointment(1), "10:00", "12:00")?);
    assert_eq!(fits(&clinic)?, told(&[("09:00", Fit::Fills)]));
    Ok(())
}

proptest! {
    #[test]
    fn a_fit_is_the_same_from_either_side_and_cuts_leave_two_useful_pieces(
        length in 1_i64..600, before in 0_i64..600, after in 0_i64..600, interval in 1_i64..60, useful in 1_i64..120,
    ) {
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let minutes = SignedDuration::from_mins;
        let fit = |before: i64, after: i64| {
            let stretch = super::Span::new(at(0), at(before + length + after)).ok()?;
            let block = super::Span::new(at(before), at(before + length)).ok()?;
            Some(Fit::of(stretch, block, minutes(interval), minutes(useful)))
        };
        prop_assert_eq!(fit(before, after), fit(after, before));
        prop_assert_eq!(fit(0, 0), Some(Fit::Fills));
        let at_end = fit(0, after);
        prop_assert!(at_end == Some(Fit::Wastes) || at_end.is_some_and(Fit::is_preferred));
        prop_assert!(fit(before, after) != Some(Fit::Cuts) || before.min(after) >= useful.max(interval));
    }
}
