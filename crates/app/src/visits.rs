//! Visits: several services in one go, one after the other at one location, booked and moved as one.

mod search;

use std::collections::HashSet;

use jiff::Timestamp;
use kalends_domain::appointment::{Range, Together};
use kalends_domain::id::{AppointmentId, LocationId, PatientId, ProviderId, ServiceId, VisitId};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::time::Zone;
use kalends_store::appointments::{self as store, Visible};

use crate::app::App;
use crate::appointments::access::visible;
use crate::appointments::{Moving, Reschedule, for_caller, move_all};
pub use crate::booking::BookedTogether;
use crate::booking::{self, Overrides, Said, Wish, checked_overrides, together, whole_minutes};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::intake::Answers;
use crate::locations::zone_of;
use crate::occurrence::Wanted;
use crate::validate::Check;
use kalends_domain::appointment::Appointment;

pub use search::{Part, VisitSearch, VisitSlot, WantedPart, list};

/// The most services of one visit.
pub const MOST_PARTS: usize = 6;

/// What is to be booked in one go.
#[derive(Clone, Debug)]
pub struct NewVisit {
    /// In the order in which they are to be: each starts after the one before it, on the same day.
    pub parts: Vec<NewPart>,
    pub location_id: LocationId,
    /// Whom it is for: staff must say; patients book for themselves where they do not say for whom they look after.
    pub patient_id: Option<PatientId>,
    /// In the patient's words, for all of it.
    pub reason: Option<String>,
    pub overrides: Overrides,
}

/// One service of a visit.
#[derive(Clone, Debug)]
pub struct NewPart {
    pub service_id: ServiceId,
    pub starts_at: Timestamp,
    /// Absent: anyone who gives the service, whoever gives the one before it first.
    pub provider_id: Option<ProviderId>,
    /// To the service's questions.
    pub answers: Answers,
}

/// Books all parts, or none.
///
/// # Errors
/// [`AppError::NotAll`] with every verdict where one of them cannot be had; `not-in-order` for a part that does not follow the one
/// before it; [`AppError::Replayed`] when the key was used before; else as booking.
pub async fn book(app: &App, ctx: &Ctx, input: NewVisit, once: &Once<'_, BookedTogether>) -> Result<BookedTogether> {
    once.replay(app, ctx).await?;
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    let mut check = Check::default();
    let reason = check.optional_lines("reason", input.reason.as_deref(), booking::REASON_MAX);
    let overrides = checked_overrides(ctx, &mut check, &input.overrides)?;
    if !(2..=MOST_PARTS).contains(&input.parts.len()) {
        check.fail_with(
            "parts",
            "out-of-range",
            vec![("min", "2".into()), ("max", MOST_PARTS.to_string())],
        );
    }
    check.finish()?;
    let patient_id = booking::patient(app, ctx, input.patient_id).await?;
    let zone = zone_of(app, ctx, input.location_id).await?;
    let starts: Vec<Timestamp> = input.parts.iter().map(|part| part.starts_at).collect();
    in_order(&starts, &zone)?;
    let wanted: Vec<Wanted> = input
        .parts
        .iter()
        .zip(1..)
        .map(|(part, number)| Wanted {
            number,
            date: zone.date_at(part.starts_at),
            wish: Some(Wish {
                service_id: part.service_id,
                starts_at: part.starts_at,
                provider_id: part.provider_id.or(within.provider_id),
                location_id: Some(input.location_id),
                patient_id: Some(patient_id),
                ticket_id: None,
                answers: Some(part.answers.clone()),
                hold: None,
                given_up: Vec::new(),
                preferred: None,
                overrides: overrides.rules.clone(),
                within: Visible {
                    patients: None,
                    ..within.clone()
                },
                moved: None,
            }),
            appointment_id: None,
        })
        .collect();
    let said = Said {
        patient_id,
        reason,
        override_reason: overrides.reason,
    };
    let visit = Together::Visit(VisitId(app.new_id()));
    let outcome = together::book(app, ctx, &wanted, &said, visit, false, once).await;
    if outcome.is_err() {
        // An equal request may have booked the very times that this one was refused.
        once.replay(app, ctx).await?;
    }
    outcome
}

/// A new time for one part.
#[derive(Clone, Debug)]
pub struct MovedPart {
    pub appointment_id: AppointmentId,
    pub starts_at: Timestamp,
    /// Absent: the same.
    pub provider_id: Option<ProviderId>,
}

/// Moves all that is still to come of a visit, in one change.
///
/// # Errors
/// As [`book`]; `parts` with `unknown-id` where they are not exactly those that are to come.
pub async fn reschedule(
    app: &App,
    ctx: &Ctx,
    id: VisitId,
    parts: &[MovedPart],
    overrides: &Overrides,
) -> Result<Vec<Appointment>> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    let mut check = Check::default();
    let overrides = checked_overrides(ctx, &mut check, overrides)?;
    check.finish()?;
    let to_come = to_come(app, ctx, &within, id).await?;
    let asked: HashSet<AppointmentId> = parts.iter().map(|part| part.appointment_id).collect();
    if asked.len() != parts.len() || asked != to_come.iter().map(|it| it.id).collect() {
        return Err(AppError::field("parts", "unknown-id"));
    }
    let moving = parts.iter().map(|part| {
        let old = to_come.iter().find(|it| it.id == part.appointment_id);
        let old = old.ok_or(AppError::NotFound)?;
        let zone = Zone::new(&old.time_zone).map_err(|error| AppError::Internal(error.to_string()))?;
        Ok(Moving {
            old: old.clone(),
            date: zone.date_at(part.starts_at),
            to: Some(Reschedule {
                starts_at: part.starts_at,
                provider_id: part.provider_id,
                location_id: Some(old.location_id),
                overrides: overrides.clone(),
                expected: None,
                range: Range::All,
            }),
        })
    });
    let moving: Vec<Moving> = moving.collect::<Result<_>>()?;
    if let Some(first) = moving.first() {
        let zone = Zone::new(&first.old.time_zone).map_err(|error| AppError::Internal(error.to_string()))?;
        let starts: Vec<Timestamp> = parts.iter().map(|part| part.starts_at).collect();
        in_order(&starts, &zone)?;
    }
    let mut moved = move_all(app, ctx, &moving, &overrides, &within).await?;
    for appointment in &mut moved {
        for_caller(ctx, appointment);
    }
    Ok(moved)
}

/// The parts that can still be changed, in order.
///
/// # Errors
/// [`AppError::NotFound`] for a visit of which the caller may change no part.
async fn to_come(app: &App, ctx: &Ctx, within: &Visible, id: VisitId) -> Result<Vec<Appointment>> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let mut found = store::list_together(&mut tx, ctx.tenant_id(), within, Together::Visit(id), false).await?;
    found.retain(|it| it.status.is_open() && it.starts_at > ctx.now);
    if found.is_empty() {
        return Err(AppError::NotFound);
    }
    Ok(found)
}

/// One after the other, on one day, on the minute.
fn in_order(starts: &[Timestamp], zone: &Zone) -> Result<()> {
    let mut check = Check::default();
    for (index, starts_at) in starts.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| starts.get(before));
        let follows =
            before.is_none_or(|before| before < starts_at && zone.date_at(*before) == zone.date_at(*starts_at));
        if !follows {
            check.fail(&format!("parts/{index}/starts_at"), "not-in-order");
        }
        whole_minutes(&mut check, *starts_at);
    }
    check.finish()
}

#[cfg(test)]
mod tests;
