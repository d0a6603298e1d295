//! A move: the same appointment at another time, perhaps with another provider.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::appointment::{Appointment, Range, Status, Step};
use kalends_domain::id::{AppointmentId, LocationId, ProviderId};
use kalends_domain::permission::{Action, Resource};
use kalends_store::appointments::{self as store, Visible};
use kalends_store::change::Change;
use kalends_store::holds;
use kalends_store::tx::Tx;

use super::access::{self, visible};
use super::for_caller;
use crate::app::App;
use crate::booking::record::{self, Happening};
use crate::booking::{Offer, Overrides, Wish, checked_overrides, whole_minutes};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::validate::Check;

/// How often a move is tried when somebody changes the appointment at the same moment and the caller named no version.
const TRIES: usize = 3;

/// Where to.
#[derive(Clone, Debug)]
pub struct Reschedule {
    pub starts_at: Timestamp,
    /// Absent: the same.
    pub provider_id: Option<ProviderId>,
    /// Absent: wherever the provider is.
    pub location_id: Option<LocationId>,
    pub overrides: Overrides,
    /// The version that the caller saw; absent: whichever it is.
    pub expected: Option<i64>,
    /// Which of those it was booked together with are moved as well: by as many days, to the same time on the wall.
    pub range: Range,
}

/// Moves an appointment. Until the new time is its own it keeps the old one.
///
/// # Errors
/// As booking; the rule `reschedule-cutoff` when it is too late for patients, a missing `override_reason` when it is for staff; [`AppError::Stale`] when it has another version.
pub async fn reschedule(app: &App, ctx: &Ctx, id: AppointmentId, to: Reschedule) -> Result<Appointment> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    let mut check = Check::default();
    whole_minutes(&mut check, to.starts_at);
    let overrides = checked_overrides(ctx, &mut check, &to.overrides)?;
    check.finish()?;
    for tried in 1.. {
        let tx = app.store.read(ctx.tenant_id()).await?;
        let moved = attempt(app, ctx, tx, id, &to, &overrides, &within).await;
        match moved {
            Err(AppError::Stale) if to.expected.is_none() && tried < TRIES => {}
            Ok(mut moved) => {
                for_caller(ctx, &mut moved);
                return Ok(moved);
            }
            Err(error) => return Err(error),
        }
    }
    Err(AppError::Stale)
}

async fn attempt(
    app: &App,
    ctx: &Ctx,
    mut tx: Tx,
    id: AppointmentId,
    to: &Reschedule,
    overrides: &Overrides,
    within: &Visible,
) -> Result<Appointment> {
    let found = store::find(&mut tx, ctx.tenant_id(), within, id).await?;
    let old = access::found(&mut tx, ctx, id, found).await?;
    // What was proposed instead of the old time is given up with it.
    let proposed = holds::find_proposed(&mut tx, ctx.tenant_id(), ctx.now, id)
        .await?
        .map(|hold| hold.id);
    drop(tx);
    if to.expected.is_some_and(|expected| expected != old.version) {
        return Err(AppError::Stale);
    }
    let moves_as_one = !ctx.is_staff() && old.visit().is_some();
    if moves_as_one || (to.range != Range::This && old.together.is_some()) {
        return super::shift::shift(app, ctx, &old, to, overrides, within).await;
    }
    let wish = Wish {
        hold: proposed,
        given_up: vec![id],
        ..wish(ctx, &old, to, overrides, within)?
    };
    let make = |offer: &Offer| {
        let (mut change, moved) = moved(app, ctx, &wish, &old, offer, overrides);
        change
            .jobs
            .push(record::message(app, ctx, "change", std::slice::from_ref(&moved)));
        (change, moved)
    };
    match wish.claim(app, ctx, make).await {
        Ok((_, moved)) => Ok(moved),
        Err(refusal) => Err(wish.with_alternatives(app, ctx, refusal).await?),
    }
}

/// The new time as a wish, where the caller may move the appointment at all.
///
/// # Errors
/// The rule `reschedule-cutoff`, or a missing reason.
pub(super) fn wish(
    ctx: &Ctx,
    old: &Appointment,
    to: &Reschedule,
    overrides: &Overrides,
    within: &Visible,
) -> Result<Wish> {
    old.status.after(Step::Reschedule)?;
    let cutoff = old.policy.reschedule_cutoff_minutes;
    if !ctx.is_staff() && is_past_cutoff(old, cutoff, ctx.now) {
        return Err(AppError::rule("reschedule-cutoff"));
    }
    if needs_reason(ctx, old, cutoff) && overrides.reason.is_none() {
        return Err(AppError::field("override_reason", "required"));
    }
    Ok(Wish {
        service_id: old.service_id,
        starts_at: to.starts_at,
        provider_id: to.provider_id.or(Some(old.provider_id)),
        location_id: to.location_id,
        patient_id: Some(old.patient_id),
        ticket_id: None,
        answers: None,
        hold: None,
        given_up: Vec::new(),
        preferred: None,
        overrides: overrides.rules.clone(),
        within: Visible {
            patients: None,
            ..within.clone()
        },
        moved: Some(old.clone()),
    })
}

/// The appointment where the offer is, and what is written with it but for the message.
pub(super) fn moved(
    app: &App,
    ctx: &Ctx,
    wish: &Wish,
    old: &Appointment,
    offer: &Offer,
    overrides: &Overrides,
) -> (Change, Appointment) {
    // What was agreed to was the old time.
    let asks_again = old.policy.requires_approval && !ctx.is_staff();
    let moved = Appointment {
        version: old.version + 1,
        status: if asks_again { Status::Pending } else { old.status },
        provider_id: offer.provider_id,
        location_id: offer.place.location_id,
        resource_ids: offer.place.resource_ids.clone(),
        group_id: offer.place.seat.map(|seat| seat.group_id),
        starts_at: offer.span.starts_at(),
        ends_at: offer.span.ends_at(),
        time_zone: offer.time_zone.clone(),
        overrides: offer.set_aside.iter().map(|rule| rule.name().to_owned()).collect(),
        updated_at: ctx.now,
        ..old.clone()
    };
    let what = Happening {
        action: Step::Reschedule.name(),
        from: Some(old.status),
        reason: overrides.reason.as_deref(),
        message: None,
    };
    let change = Change {
        openings: offer.openings.clone(),
        limits: [offer.limits.clone(), record::overbooking(ctx, offer)].concat(),
        spent_holds: wish.hold.into_iter().collect(),
        released: vec![old.id],
        allocations: record::allocations(app, &moved),
        ..record::change(app, ctx, &moved, what)
    };
    (change, moved)
}

/// Whether staff change it where patients no longer could, which takes a reason.
pub fn needs_reason(ctx: &Ctx, appointment: &Appointment, cutoff_minutes: i32) -> bool {
    ctx.is_staff()
        && ctx.user_id().is_some()
        && appointment.starts_at > ctx.now
        && is_past_cutoff(appointment, cutoff_minutes, ctx.now)
}

/// Whether it is too late for a patient to change the appointment by themselves.
pub fn is_past_cutoff(appointment: &Appointment, cutoff_minutes: i32, now: Timestamp) -> bool {
    let notice = appointment.starts_at.duration_since(now);
    notice < SignedDuration::from_mins(i64::from(cutoff_minutes)) || !notice.is_positive()
}
