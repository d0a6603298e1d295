//! What becomes of a proposal: accepted, refused or withdrawn.

use kalends_domain::appointment::{Appointment, Status};
use kalends_domain::id::AppointmentId;
use kalends_domain::permission::{Action, Resource};
use kalends_store::appointments as store;
use kalends_store::change::{self, Change};
use kalends_store::holds as held;

use super::wish;
use crate::app::App;
use crate::appointments::access::{self, visible};
use crate::appointments::for_caller;
use crate::booking::Offer;
use crate::booking::record::{self, Happening};
use crate::ctx::{Actor, Ctx};
use crate::error::{AppError, Result};

/// Takes the proposed time: the appointment moves there, and is agreed on, since staff proposed it. By the patient, or by staff
/// whom the patient told.
///
/// # Errors
/// [`AppError::NotFound`] when nothing is proposed (any more); as booking, when something came between, such as a closure.
pub async fn accept(app: &App, ctx: &Ctx, id: AppointmentId) -> Result<Appointment> {
    for _ in 1..super::TRIES {
        match take(app, ctx, id).await {
            Err(AppError::Stale) => {}
            answered => return answered,
        }
    }
    take(app, ctx, id).await
}

async fn take(app: &App, ctx: &Ctx, id: AppointmentId) -> Result<Appointment> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let found = store::find(&mut tx, ctx.tenant_id(), &within, id).await?;
    let old = access::found(&mut tx, ctx, id, found).await?;
    let hold = held::find_proposed(&mut tx, ctx.tenant_id(), ctx.now, id).await?;
    drop(tx);
    let hold = hold.ok_or(AppError::NotFound)?;
    let wish = super::Wish {
        provider_id: Some(hold.provider_id),
        location_id: Some(hold.location_id),
        ..wish(&old, hold.starts_at, Some(hold.id), store::Visible::default())
    };
    let make = |offer: &Offer| {
        let moved = Appointment {
            version: old.version + 1,
            status: Status::Booked,
            provider_id: offer.provider_id,
            location_id: offer.place.location_id,
            resource_ids: offer.place.resource_ids.clone(),
            group_id: offer.place.seat.map(|seat| seat.group_id),
            starts_at: offer.span.starts_at(),
            ends_at: offer.span.ends_at(),
            time_zone: offer.time_zone.clone(),
            overrides: Vec::new(),
            updated_at: ctx.now,
            ..old.clone()
        };
        let what = Happening {
            action: "accept",
            from: Some(old.status),
            reason: None,
            message: Some("confirmation"),
        };
        let change = Change {
            openings: offer.openings.clone(),
            limits: offer.limits.clone(),
            spent_holds: vec![hold.id],
            released: vec![id],
            allocations: record::allocations(app, &moved),
            ..record::change(app, ctx, &moved, what)
        };
        (change, moved)
    };
    // Staff chose the time, by the rules that bind them.
    let as_staff = Ctx {
        actor: Actor::System,
        ..ctx.clone()
    };
    let (_, mut moved) = wish.claim(app, &as_staff, make).await?;
    for_caller(ctx, &mut moved);
    Ok(moved)
}

/// Leaves the proposed time: the appointment stays as it is. By the patient, or by staff whom the patient told.
///
/// # Errors
/// [`AppError::NotFound`] when nothing is proposed (any more).
pub async fn refuse(app: &App, ctx: &Ctx, id: AppointmentId) -> Result<Appointment> {
    give_up(app, ctx, id, "refuse", Some("proposal_refused")).await
}

/// Takes a proposal back before it is answered. Staff only.
///
/// # Errors
/// As [`refuse`].
pub async fn withdraw(app: &App, ctx: &Ctx, id: AppointmentId) -> Result<Appointment> {
    ctx.require(Resource::Appointment, Action::Write)?;
    if !ctx.is_staff() {
        return Err(AppError::Forbidden);
    }
    give_up(app, ctx, id, "withdraw", Some("proposal_withdrawn")).await
}

async fn give_up(
    app: &App,
    ctx: &Ctx,
    id: AppointmentId,
    action: &'static str,
    message: Option<&'static str>,
) -> Result<Appointment> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let found = store::find_locked(&mut tx, ctx.tenant_id(), &within, id).await?;
    let old = access::found(&mut tx, ctx, id, found).await?;
    let live = held::find_proposed(&mut tx, ctx.tenant_id(), ctx.now, id).await?;
    live.ok_or(AppError::NotFound)?;
    let mut new = Appointment {
        version: old.version + 1,
        updated_at: ctx.now,
        ..old.clone()
    };
    let what = Happening {
        action,
        from: Some(old.status),
        reason: None,
        message,
    };
    held::withdraw(&mut tx, ctx.tenant_id(), id).await?;
    let change = record::change(app, ctx, &new, what);
    change::apply(&mut tx, ctx.tenant_id(), ctx.now, &change).await?;
    tx.commit().await?;
    for_caller(ctx, &mut new);
    Ok(new)
}
