//! Series: the same service again and again, every time with its verdict before anything is booked, and all of them booked in one
//! change.

use jiff::Timestamp;
use kalends_domain::appointment::Together;
use kalends_domain::id::{LocationId, PatientId, ProviderId, SeriesId, ServiceId};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::recurrence::{End, MOST_OCCURRENCES, MOST_STEP, Recurrence, Unit};
use kalends_store::appointments::Visible;

use crate::app::App;
use crate::appointments::access::visible;
pub use crate::booking::BookedTogether;
use crate::booking::{self, Overrides, Said, Wish, checked_overrides, together, whole_minutes};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::intake::Answers;
use crate::locations::zone_of;
use crate::occurrence::{Occurrence, Wanted, verdicts};
use crate::validate::Check;

/// What is to be booked again and again.
#[derive(Clone, Debug)]
pub struct NewSeries {
    pub service_id: ServiceId,
    /// The first of them; the others have its time on the wall at the location.
    pub starts_at: Timestamp,
    /// Absent: anyone who gives the service, and the same person for all of them where that can be.
    pub provider_id: Option<ProviderId>,
    pub location_id: LocationId,
    pub patient_id: PatientId,
    pub recurrence: Recurrence,
    /// Times that were chosen for some of them, whatever the rule says.
    pub instead: Vec<Instead>,
    /// Whether those that cannot be had are left out; else nothing is booked where one of them cannot.
    pub skip_conflicts: bool,
    /// In the patient's words, for all of them.
    pub reason: Option<String>,
    /// To the service's questions, for all of them.
    pub answers: Answers,
    pub overrides: Overrides,
}

/// A time for one of them.
#[derive(Clone, Debug)]
pub struct Instead {
    /// Of the occurrence, from 1.
    pub number: usize,
    pub starts_at: Timestamp,
    /// Absent: as the series.
    pub provider_id: Option<ProviderId>,
}

/// Whether the caller books series at all: staff who book.
///
/// # Errors
/// [`AppError::Unauthenticated`] or [`AppError::Forbidden`].
pub fn permitted(ctx: &Ctx) -> Result<Visible> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    if ctx.is_staff() {
        Ok(within)
    } else {
        Err(AppError::Forbidden)
    }
}

/// Every occurrence with its verdict. Nothing is booked or kept. Staff only, as booking them.
///
/// # Errors
/// Fields that break a rule, or unknown ids, as [`book`].
pub async fn plan(app: &App, ctx: &Ctx, input: &NewSeries) -> Result<Vec<Occurrence>> {
    let asked = checked(app, ctx, input).await?;
    let wishes: Vec<Wish> = asked.wanted.iter().filter_map(|each| each.wish.clone()).collect();
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let placed = together::place(app, ctx, &mut tx, &wishes).await?;
    drop(tx);
    verdicts(app, ctx, &asked.wanted, &placed).await
}

/// Books all of them, or, where that is allowed, those that can be had: in one change, so that no part of a series is ever there
/// without the rest.
///
/// # Errors
/// [`AppError::NotAll`] with every verdict where one cannot be had, or none can; [`AppError::Replayed`] when the key was used before;
/// else as booking.
pub async fn book(app: &App, ctx: &Ctx, input: NewSeries, once: &Once<'_, BookedTogether>) -> Result<BookedTogether> {
    once.replay(app, ctx).await?;
    let asked = checked(app, ctx, &input).await?;
    let series = Together::Series(SeriesId(app.new_id()));
    let outcome = together::book(app, ctx, &asked.wanted, &asked.said, series, input.skip_conflicts, once).await;
    if outcome.is_err() {
        // An equal request may have booked the very times that this one was refused.
        once.replay(app, ctx).await?;
    }
    outcome
}

/// A series as it is looked at.
struct Asked {
    wanted: Vec<Wanted>,
    said: Said,
}

async fn checked(app: &App, ctx: &Ctx, input: &NewSeries) -> Result<Asked> {
    let within = permitted(ctx)?;
    let mut check = Check::default();
    let reason = check.optional_lines("reason", input.reason.as_deref(), booking::REASON_MAX);
    whole_minutes(&mut check, input.starts_at);
    let overrides = checked_overrides(ctx, &mut check, &input.overrides)?;
    let rule = &input.recurrence;
    if !(1..=MOST_STEP).contains(&rule.every) {
        check.fail_with(
            "every",
            "out-of-range",
            vec![("min", "1".into()), ("max", MOST_STEP.to_string())],
        );
    }
    if !rule.weekdays.is_empty() && rule.unit != Unit::Weeks {
        check.fail("weekdays", "not-with-this-kind");
    }
    check.finish()?;
    let patient_id = booking::patient(app, ctx, Some(input.patient_id)).await?;
    let zone = zone_of(app, ctx, input.location_id).await?;
    let first = zone.local(input.starts_at);
    let dates = rule.dates(first.date());
    let mut check = Check::default();
    if !(2..=MOST_OCCURRENCES).contains(&dates.len()) {
        let field = match rule.end {
            End::Count(_) => "count",
            End::Until(_) => "until",
        };
        check.fail_with(
            field,
            "out-of-range",
            vec![("min", "2".into()), ("max", MOST_OCCURRENCES.to_string())],
        );
    }
    for (index, instead) in input.instead.iter().enumerate() {
        if !(1..=dates.len()).contains(&instead.number) {
            check.fail_with(
                &format!("instead/{index}/number"),
                "out-of-range",
                vec![("min", "1".into()), ("max", dates.len().to_string())],
            );
        }
        whole_minutes(&mut check, instead.starts_at);
    }
    check.finish()?;
    let wish = |starts_at, provider_id: Option<ProviderId>| Wish {
        service_id: input.service_id,
        starts_at,
        provider_id: provider_id.or(input.provider_id).or(within.provider_id),
        location_id: Some(input.location_id),
        patient_id: Some(patient_id),
        ticket_id: None,
        answers: Some(input.answers.clone()),
        hold: None,
        given_up: Vec::new(),
        preferred: None,
        overrides: overrides.rules.clone(),
        within: Visible {
            patients: None,
            ..within.clone()
        },
        moved: None,
    };
    let wanted = dates.into_iter().zip(1..).map(|(date, number)| {
        let chosen = input.instead.iter().rfind(|it| it.number == number);
        let starts_at = match chosen {
            Some(chosen) => Some(chosen.starts_at),
            // The very instant that was asked for, also where the clock shows its time twice.
            None if number == 1 => Some(input.starts_at),
            None => zone.shown(date, first.time()),
        };
        Wanted {
            number,
            date: starts_at.map_or(date, |instant| zone.date_at(instant)),
            wish: starts_at.map(|instant| wish(instant, chosen.and_then(|it| it.provider_id))),
            appointment_id: None,
        }
    });
    Ok(Asked {
        wanted: wanted.collect(),
        said: Said {
            patient_id,
            reason,
            override_reason: overrides.reason,
        },
    })
}

#[cfg(test)]
mod tests;
