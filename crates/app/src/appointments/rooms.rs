//! The rooms and the equipment of an appointment: others may be chosen for it, at the same time.

use kalends_domain::appointment::{Appointment, Status};
use kalends_domain::id::{AppointmentId, ResourceId};
use kalends_domain::need::{self, Need};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::slot::{Own, Room};
use kalends_domain::time::Span;
use kalends_store::appointments as store;
use kalends_store::change::Change;
use kalends_store::standings::Among;
use kalends_store::tx::Tx;

use super::access::{self, visible};
use crate::app::App;
use crate::booking::record::{self, Happening};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::slots::{For, load};

/// What an appointment needs of rooms and equipment, and what there is for it.
#[derive(Clone, Debug)]
pub struct Rooms {
    /// What its service needs, each with those that would do: its own, and those free for all of its time.
    pub needs: Vec<(Need, Vec<Room>)>,
    /// What it has, in the order of the needs; empty where what it has is not what its service needs by now.
    pub given: Vec<ResourceId>,
}

/// What could be chosen for an appointment. Staff only; nothing for one that takes no time, or shares it with others.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for patients.
pub async fn rooms(app: &App, ctx: &Ctx, id: AppointmentId) -> Result<Rooms> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let it = changeable(&mut tx, ctx, id).await?;
    if !may_change(&it) {
        return Ok(Rooms {
            needs: Vec::new(),
            given: Vec::new(),
        });
    }
    let (needs, free) = free(&mut tx, ctx, &it).await?;
    let own = free.iter().filter(|room| it.resource_ids.contains(&room.id));
    let given = need::allot(&needs, own.map(|room| (room.id, &room.kind[..]))).unwrap_or_default();
    let fitting = |need: &Need| {
        free.iter()
            .filter(|room| need.fits(room.id, &room.kind))
            .cloned()
            .collect()
    };
    let needs = needs.into_iter().map(|need| (need.clone(), fitting(&need))).collect();
    Ok(Rooms { needs, given })
}

/// Gives an appointment these rooms instead of its own. Staff only; nobody is told, as the place stays.
///
/// # Errors
/// As [`rooms`]; fields that break a rule: `not-what-is-needed`, `not-changeable` for one that is over or shares its time;
/// [`AppError::SlotTaken`] when one is taken, [`AppError::Stale`] when it has another version than expected.
pub async fn choose_rooms(
    app: &App,
    ctx: &Ctx,
    id: AppointmentId,
    chosen: &[ResourceId],
    expected: Option<i64>,
) -> Result<Appointment> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let old = changeable(&mut tx, ctx, id).await?;
    if expected.is_some_and(|expected| expected != old.version) {
        return Err(AppError::Stale);
    }
    if !may_change(&old) {
        return Err(AppError::field("resource_ids", "not-changeable"));
    }
    let (needs, mut rooms) = free(&mut tx, ctx, &old).await?;
    drop(tx);
    rooms.retain(|room| chosen.contains(&room.id));
    let fitting = rooms.iter().map(|room| (room.id, &room.kind[..]));
    let mut given = need::allot(&needs, fitting).map_err(|_| AppError::field("resource_ids", "not-what-is-needed"))?;
    if given.len() != chosen.len() {
        return Err(AppError::field("resource_ids", "not-what-is-needed"));
    }
    given.sort_unstable();
    if given == old.resource_ids {
        return Ok(old);
    }
    let new = Appointment {
        version: old.version + 1,
        resource_ids: given,
        updated_at: ctx.now,
        ..old.clone()
    };
    let what = Happening {
        action: "choose_rooms",
        from: Some(old.status),
        reason: None,
        message: None,
    };
    let change = Change {
        released: vec![id],
        allocations: record::allocations(app, &new),
        ..record::change(app, ctx, &new, what)
    };
    app.store.apply(ctx.tenant_id(), ctx.now, &change).await?;
    Ok(new)
}

async fn changeable(tx: &mut Tx, ctx: &Ctx, id: AppointmentId) -> Result<Appointment> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    if !ctx.is_staff() {
        return Err(AppError::Forbidden);
    }
    let found = store::find(tx, ctx.tenant_id(), &within, id).await?;
    access::found(tx, ctx, id, found).await
}

/// Those of a group are in one place.
fn may_change(it: &Appointment) -> bool {
    let is_open = matches!(
        it.status,
        Status::Pending | Status::Booked | Status::Arrived | Status::InProgress
    );
    is_open && it.group_id.is_none()
}

/// What its service needs, and the rooms of its location that would do and that nobody else takes for its time, buffers included.
async fn free(tx: &mut Tx, ctx: &Ctx, it: &Appointment) -> Result<(Vec<Need>, Vec<Room>)> {
    let span = Span::new(it.starts_at, it.ends_at).map_err(|_| AppError::Internal(format!("appointment {}", it.id)))?;
    let among = Among::Provider(it.service_id, it.provider_id);
    let mut grounds = load(tx, &ctx.tenant, ctx.now, among, For::default(), span).await?;
    grounds.keep_terms(it);
    let own = Own {
        hold: None,
        appointments: &[it.id],
    };
    let rooms = grounds.free_rooms(it.provider_id, it.location_id, span, own);
    Ok((grounds.rules.needs.clone(), rooms))
}
