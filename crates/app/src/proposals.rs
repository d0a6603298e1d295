//! Another time for an appointment: staff propose it, a hold keeps it, the patient accepts or refuses it. Until then the
//! appointment keeps its own.

mod answer;

use jiff::Timestamp;
use kalends_domain::appointment::{Appointment, Step, WrongState};
use kalends_domain::hold::{Hold, PROPOSED_FOR, Proposed};
use kalends_domain::id::{AppointmentId, HoldId, LocationId, ProviderId};
use kalends_domain::permission::{Action, Resource};
use kalends_store::appointments::{self as store, Visible};
use kalends_store::change::{Applied, Change};
use kalends_store::holds as held;

use crate::app::App;
use crate::appointments::access::{self, visible};
use crate::booking::record::{self, Happening};
use crate::booking::{Offer, REASON_MAX, Wish, whole_minutes};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::holds::{Held, allocations, new_hold, secret};
use crate::idempotency::Once;
use crate::validate::Check;

pub use answer::{accept, refuse, withdraw};

/// How often it is tried when somebody changes the appointment at the same moment.
const TRIES: usize = 3;

/// The other time.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub starts_at: Timestamp,
    /// Absent: the same.
    pub provider_id: Option<ProviderId>,
    /// Absent: wherever the provider is.
    pub location_id: Option<LocationId>,
    /// What the patient reads with it.
    pub message: Option<String>,
    /// The version of the appointment that the caller saw; absent: whichever it is.
    pub expected: Option<i64>,
}

/// Proposes another time, which is kept for the patient for two days, or until one of the two times comes. What was proposed
/// before is given up for it. The two times cannot overlap, since both are kept. Staff only.
///
/// # Errors
/// As booking; [`AppError::WrongState`] when the appointment is not to come any more, [`AppError::Stale`] when it has another
/// version than expected.
pub async fn propose(app: &App, ctx: &Ctx, id: AppointmentId, input: Proposal, once: &Once<'_, Hold>) -> Result<Hold> {
    let mut outcome = Err(AppError::Stale);
    for _ in 0..TRIES {
        outcome = attempt(app, ctx, id, &input, once).await;
        // Somebody changed the appointment at the same moment: to a caller who named no version that is all the same.
        if !matches!(outcome, Err(AppError::Stale)) || input.expected.is_some() {
            break;
        }
    }
    if outcome.is_err() {
        once.replay(app, ctx).await?;
    }
    outcome
}

async fn attempt(app: &App, ctx: &Ctx, id: AppointmentId, input: &Proposal, once: &Once<'_, Hold>) -> Result<Hold> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    if !ctx.is_staff() {
        return Err(AppError::Forbidden);
    }
    let mut check = Check::default();
    whole_minutes(&mut check, input.starts_at);
    let message = check.optional_lines("message", input.message.as_deref(), REASON_MAX);
    check.finish()?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let found = store::find(&mut tx, ctx.tenant_id(), &within, id).await?;
    let old = access::found(&mut tx, ctx, id, found).await?;
    let before = held::find_proposed(&mut tx, ctx.tenant_id(), ctx.now, id).await?;
    drop(tx);
    if input.expected.is_some_and(|expected| expected != old.version) {
        return Err(AppError::Stale);
    }
    old.status.after(Step::Reschedule)?;
    if old.starts_at <= ctx.now {
        return Err(WrongState {
            from: old.status,
            step: Step::Reschedule,
        }
        .into());
    }
    let before = before.map(|hold| hold.id);
    let wish = Wish {
        provider_id: input.provider_id.or(Some(old.provider_id)),
        location_id: input.location_id,
        ..wish(&old, input.starts_at, before, within)
    };
    let make = |offer: &Offer| {
        let hold = hold(app, ctx, &old, offer, message.clone());
        let next = Appointment {
            version: old.version + 1,
            updated_at: ctx.now,
            ..old.clone()
        };
        let what = Happening {
            action: "propose",
            from: Some(old.status),
            reason: message.as_deref(),
            message: Some("proposal"),
        };
        let token = secret(app, hold.id);
        let held = Held { hold, token };
        let change = Change {
            idempotency: once.row(&held.hold),
            openings: offer.openings.clone(),
            limits: offer.limits.clone(),
            spent_holds: before.into_iter().collect(),
            allocations: allocations(app, offer, &held.hold),
            hold: Some(new_hold(&held)),
            ..record::change(app, ctx, &next, what)
        };
        (change, held.hold)
    };
    match wish.claim(app, ctx, make).await {
        Ok((Applied::Done, hold)) => Ok(hold),
        Ok((Applied::Replayed(stored), hold)) => once.replayed(stored).map(|()| hold),
        Err(refusal) => Err(wish.with_alternatives(app, ctx, refusal).await?),
    }
}

/// The appointment at another time, as a wish.
fn wish(old: &Appointment, starts_at: Timestamp, hold: Option<HoldId>, within: Visible) -> Wish {
    Wish {
        service_id: old.service_id,
        starts_at,
        provider_id: Some(old.provider_id),
        location_id: None,
        patient_id: Some(old.patient_id),
        ticket_id: None,
        answers: None,
        hold,
        given_up: vec![old.id],
        preferred: None,
        overrides: Vec::new(),
        within: Visible {
            patients: None,
            ..within
        },
        moved: Some(old.clone()),
    }
}

fn hold(app: &App, ctx: &Ctx, old: &Appointment, offer: &Offer, message: Option<String>) -> Hold {
    Hold {
        id: app.new_id(),
        service_id: old.service_id,
        provider_id: offer.provider_id,
        location_id: offer.place.location_id,
        starts_at: offer.span.starts_at(),
        ends_at: offer.span.ends_at(),
        expires_at: (ctx.now + PROPOSED_FOR).min(old.starts_at).min(offer.span.starts_at()),
        created_by: None,
        proposed: Some(Proposed {
            appointment_id: old.id,
            message,
        }),
    }
}

/// What is proposed for this appointment, if anything is and has not expired.
///
/// # Errors
/// [`AppError::NotFound`] for an appointment that the caller may not know of.
pub async fn find(app: &App, ctx: &Ctx, id: AppointmentId) -> Result<Option<Hold>> {
    let within = visible(ctx, Resource::Appointment, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let found = store::find(&mut tx, ctx.tenant_id(), &within, id).await?;
    found.ok_or(AppError::NotFound)?;
    Ok(held::find_proposed(&mut tx, ctx.tenant_id(), ctx.now, id).await?)
}

#[cfg(test)]
mod tests;
