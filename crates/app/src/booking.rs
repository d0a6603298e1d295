//! Booking: a wish becomes an appointment, once, or the caller learns why not and what is free instead.
//!
//! The rules are `domain/slot.rs`'s, what they look at is loaded by `slots.rs`, and the database's guard has the last word.

mod alternatives;
mod look;
pub(crate) mod record;
pub(crate) mod together;
mod wish;

use jiff::Timestamp;
use kalends_domain::appointment::{Appointment, Status, Together};
use kalends_domain::hold::Hold;
use kalends_domain::id::{LocationId, PatientId, ProviderId, ServiceId, TicketId};
use kalends_domain::permission::{Action, Resource, Role};
use kalends_domain::rule::Rule;
use kalends_store::appointments as store;
use kalends_store::change::{Applied, Change};

use crate::app::App;
use crate::appointments::access::visible;
use crate::appointments::for_caller;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::holds;
use crate::idempotency::Once;
use crate::intake::Answers;
use crate::validate::Check;
use crate::waitlist;

pub use together::BookedTogether;
pub(crate) use wish::{Offer, Wish};

/// The longest reason, in characters.
pub(crate) const REASON_MAX: usize = 1_000;

/// What is to be booked.
#[derive(Clone, Debug)]
pub struct NewBooking {
    pub service_id: ServiceId,
    pub starts_at: Timestamp,
    /// Absent: anyone who gives the service.
    pub provider_id: Option<ProviderId>,
    /// Absent: wherever the provider is.
    pub location_id: Option<LocationId>,
    /// Whom it is for: staff must say; patients book for themselves where they do not say for whom they look after.
    pub patient_id: Option<PatientId>,
    /// A ticket of the patient's, which is spent.
    pub ticket_id: Option<TicketId>,
    /// The secret of the caller's hold, which becomes the appointment.
    pub hold_token: Option<String>,
    /// In the patient's words.
    pub reason: Option<String>,
    /// To the service's questions.
    pub answers: Answers,
    pub overrides: Overrides,
}

/// Rules that staff set aside for one booking, and why.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub rules: Vec<Rule>,
    pub reason: Option<String>,
}

/// Books.
///
/// # Errors
/// [`AppError::NotBookable`] with the rule, [`AppError::SlotTaken`] and [`AppError::HoldExpired`] with alternatives,
/// [`AppError::Replayed`] when the key was used before.
pub async fn book(app: &App, ctx: &Ctx, input: NewBooking, once: &Once<'_, Appointment>) -> Result<Appointment> {
    let outcome = attempt(app, ctx, input, once).await;
    if outcome.is_err() {
        // An equal request may have booked the very time that this one was refused.
        once.replay(app, ctx).await?;
    }
    outcome
}

async fn attempt(app: &App, ctx: &Ctx, input: NewBooking, once: &Once<'_, Appointment>) -> Result<Appointment> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    let (reason, overrides) = checked(ctx, &input)?;
    let patient_id = patient(app, ctx, input.patient_id).await?;
    let hold = match &input.hold_token {
        Some(token) => Some(holds::find(app, ctx, token).await?),
        None => None,
    };
    let live: Option<Hold> = hold.clone().flatten().filter(|hold| hold.expires_at > ctx.now);
    // A time that was offered to several who wait: the others learn with this booking that it is gone.
    let gone = match &live {
        Some(hold) if hold.created_by.is_none() => waitlist::offers::rivals(app, ctx, hold.id, patient_id).await?,
        _ => Vec::new(),
    };
    let wish = Wish {
        service_id: input.service_id,
        starts_at: input.starts_at,
        provider_id: input.provider_id.or(within.provider_id),
        location_id: input.location_id,
        patient_id: Some(patient_id),
        ticket_id: input.ticket_id,
        answers: Some(input.answers.clone()),
        hold: live.as_ref().map(|hold| hold.id),
        given_up: Vec::new(),
        preferred: live.as_ref().map(|hold| hold.provider_id),
        overrides: overrides.rules,
        within: store::Visible {
            patients: None,
            ..within
        },
        moved: None,
    };
    let booked = if hold.is_some() && live.is_none() {
        Err(AppError::HoldExpired {
            alternatives: Vec::new(),
        })
    } else {
        let said = Said {
            patient_id,
            reason,
            override_reason: overrides.reason,
        };
        let make = |offer: &Offer| {
            let (mut change, mut told) = written(app, ctx, &wish, offer, &said, None);
            for_caller(ctx, &mut told);
            change.idempotency = once.row(&told);
            change.jobs.push(record::message(
                app,
                ctx,
                record::booked(&told),
                std::slice::from_ref(&told),
            ));
            change.jobs.extend(gone.iter().cloned());
            (change, told)
        };
        wish.claim(app, ctx, make).await
    };
    match booked {
        Ok((Applied::Done, appointment)) => Ok(appointment),
        Ok((Applied::Replayed(stored), appointment)) => once.replayed(stored).map(|()| appointment),
        Err(refusal) => Err(wish.with_alternatives(app, ctx, refusal).await?),
    }
}

/// What was said with a booking.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// Whom it is for.
    pub patient_id: PatientId,
    /// In the patient's words.
    pub reason: Option<String>,
    /// Why staff set rules aside.
    pub override_reason: Option<String>,
}

/// The appointment that the offer makes, and all that is written with it but for the message.
pub(crate) fn written(
    app: &App,
    ctx: &Ctx,
    wish: &Wish,
    offer: &Offer,
    said: &Said,
    together: Option<Together>,
) -> (Change, Appointment) {
    let appointment = Appointment {
        together,
        ticket_id: wish.ticket_id,
        answers: offer.answers.clone(),
        ..appointment(app, ctx, wish.service_id, offer, said)
    };
    let what = record::Happening {
        action: "book",
        from: None,
        reason: said.override_reason.as_deref(),
        message: None,
    };
    let change = Change {
        openings: offer.openings.clone(),
        limits: [offer.limits.clone(), record::overbooking(ctx, offer)].concat(),
        tickets: wish.ticket_id.into_iter().collect(),
        spent_holds: wish.hold.into_iter().collect(),
        allocations: record::allocations(app, &appointment),
        ..record::change(app, ctx, &appointment, what)
    };
    (change, appointment)
}

/// The fields that have rules of their own.
fn checked(ctx: &Ctx, input: &NewBooking) -> Result<(Option<String>, Overrides)> {
    let mut check = Check::default();
    let reason = check.optional_lines("reason", input.reason.as_deref(), REASON_MAX);
    whole_minutes(&mut check, input.starts_at);
    let overrides = checked_overrides(ctx, &mut check, &input.overrides)?;
    check.finish()?;
    Ok((reason, overrides))
}

/// Appointments start on the minute.
pub(crate) fn whole_minutes(check: &mut Check, starts_at: Timestamp) {
    if starts_at.as_nanosecond() % 60_000_000_000 != 0 {
        check.fail("starts_at", "whole-minutes");
    }
}

/// What staff set aside, which takes the privilege and a reason.
pub(crate) fn checked_overrides(ctx: &Ctx, check: &mut Check, asked: &Overrides) -> Result<Overrides> {
    let reason = check.optional_lines("override_reason", asked.reason.as_deref(), REASON_MAX);
    if !asked.rules.is_empty() {
        ctx.require(Resource::Appointment, Action::Override)?;
        if reason.is_none() {
            check.fail("override_reason", "required");
        }
        if !asked.rules.iter().all(|rule| rule.may_be_set_aside()) {
            check.fail("overrides", "may-not-be-set-aside");
        }
    }
    Ok(Overrides {
        rules: asked.rules.clone(),
        reason,
    })
}

/// Whom it is for.
///
/// # Errors
/// [`AppError::NotFound`] for a patient whom the caller may not book for.
pub(crate) async fn patient(app: &App, ctx: &Ctx, asked: Option<PatientId>) -> Result<PatientId> {
    let user = ctx.signed_in().ok();
    if let Some(patient) = user.filter(|user| user.role == Role::Patient) {
        let whom = asked.or(patient.patient_id).ok_or(AppError::Forbidden)?;
        return ctx
            .require_patient(whom, Resource::Appointment, Action::Write)
            .map(|()| whom);
    }
    let asked = asked.ok_or_else(|| AppError::field("patient_id", "required"))?;
    // Booking shows the patient's record to the doctor, so it takes one whom they have seen or will see.
    let doctor = user
        .filter(|user| user.role == Role::Doctor)
        .and_then(|user| user.provider_id);
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    if store::is_bookable_patient(&mut tx, ctx.tenant_id(), asked, doctor).await? {
        Ok(asked)
    } else {
        Err(AppError::NotFound)
    }
}

/// The appointment that the offer makes.
fn appointment(app: &App, ctx: &Ctx, service_id: ServiceId, offer: &Offer, said: &Said) -> Appointment {
    let needs_approval = offer.giving.policy.requires_approval && !ctx.is_staff();
    Appointment {
        id: app.new_id(),
        version: 1,
        status: if needs_approval {
            Status::Pending
        } else {
            Status::Booked
        },
        service_id,
        provider_id: offer.provider_id,
        patient_id: said.patient_id,
        location_id: offer.place.location_id,
        resource_ids: offer.place.resource_ids.clone(),
        group_id: offer.place.seat.map(|seat| seat.group_id),
        together: None,
        starts_at: offer.span.starts_at(),
        ends_at: offer.span.ends_at(),
        time_zone: offer.time_zone.clone(),
        reason: said.reason.clone(),
        notes: None,
        policy: offer.giving.policy.clone(),
        overrides: offer.set_aside.iter().map(|rule| rule.name().to_owned()).collect(),
        booked_by: ctx.user_id(),
        ticket_id: None,
        answers: Vec::new(),
        status_reason: None,
        forgiven: false,
        created_at: ctx.now,
        updated_at: ctx.now,
    }
}

#[cfg(test)]
pub(crate) mod tests;
