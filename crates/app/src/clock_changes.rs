//! A country changes its clocks, and a newer release of the program knows it: what was agreed for ten o'clock stays at ten o'clock on
//! the wall, which is another instant by now. Appointments move through the guard like any other move, and those whose agreed time is
//! not free stay where they are and are listed ([`crate::stranded`]).

use jiff::Timestamp;
use kalends_domain::appointment::{Appointment, Step};
use kalends_domain::id::TenantId;
use kalends_domain::opening::Opening;
use kalends_domain::time::Span;
use kalends_store::appointments::{self as store, Clock, Visible};
use kalends_store::change::Change;
use kalends_store::error::StoreError;
use kalends_store::{audit, openings, sites, tenants};
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::booking::record::{self, Happening};
use crate::ctx::Ctx;
use crate::error::Result;

/// Why the program itself moved an appointment: stands as the reason in its history.
pub const CLOCK_CHANGED: &str = "clock-changed";

/// The kind of message that tells of it: the time on the wall is the same, another calendar may show another.
const MESSAGE: &str = "clock_change";

/// Brings a tenant's openings and appointments to come back to the time on the wall that they were made for, and counts those that
/// it moved or listed: a sweep.
///
/// # Errors
/// What the database refused.
pub async fn follow(app: &App, tenant: TenantId) -> Result<u64> {
    let now = app.now();
    let mut tx = app.store.read(tenant).await?;
    let Some(tenant) = tenants::find(&mut tx, tenant).await? else {
        return Ok(0);
    };
    let ctx = Ctx::system(tenant, now);
    let sites = sites::list(&mut tx, ctx.tenant_id(), None).await?;
    let span_today = |opening: &Opening| {
        let site = sites.iter().find(|site| site.location_id == opening.location_id)?;
        opening.span_today(&site.zone)
    };
    let mut wrong = openings::list_after(&mut tx, ctx.tenant_id(), now).await?;
    wrong.retain(|opening| span_today(opening) != Some(opening.span));
    let mut moves: Vec<Clock> = store::clocks(&mut tx, ctx.tenant_id(), now, None).await?;
    moves.retain(|it| it.agreed().is_some());
    drop(tx);
    // First what appointments lie in: whoever books meanwhile is judged by it.
    let moved = move_openings(app, &ctx, &wrong, span_today).await?;
    Ok(moved + keep_appointments(app, &ctx, moves).await?)
}

/// Moves these openings to their hours. Where a provider would be in two places at once the first one stays.
async fn move_openings(
    app: &App,
    ctx: &Ctx,
    wrong: &[Opening],
    span_today: impl Fn(&Opening) -> Option<Span>,
) -> Result<u64> {
    if wrong.is_empty() {
        return Ok(0);
    }
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let mut again = Vec::new();
    let mut taken_up = 0;
    for opening in wrong {
        // Another node may have come first.
        let found = openings::lock(&mut tx, ctx.tenant_id(), opening.id).await?;
        let Some(opening) = found.filter(|it| span_today(it) != Some(it.span)) else {
            continue;
        };
        openings::delete(&mut tx, ctx.tenant_id(), opening.id).await?;
        taken_up += 1;
        again.extend(span_today(&opening).map(|span| Opening { span, ..opening }));
    }
    if taken_up == 0 {
        return Ok(0);
    }
    let kept = openings::insert_where_free(&mut tx, ctx.tenant_id(), ctx.now, &again).await?;
    let mut entry = ctx.audit(CLOCK_CHANGED, "opening", None);
    entry.detail = json!({"moved": kept.len(), "lost": taken_up - kept.len()});
    audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(taken_up as u64)
}

/// Moves whole days at once, since all of a zone shifts together, and a refused day in its parts for as long as one makes room for
/// another. What is left is marked.
async fn keep_appointments(app: &App, ctx: &Ctx, moves: Vec<Clock>) -> Result<u64> {
    let mut parts = together(moves, |it| (it.zone.name().to_owned(), it.zone.date_at(it.starts_at)));
    let mut touched = 0;
    loop {
        let mut left = Vec::new();
        let mut has_progress = false;
        for part in parts {
            if let Some(moved) = attempt(app, ctx, &part).await? {
                touched += moved;
                has_progress = true;
            } else {
                let units = together(part, unit);
                has_progress |= units.len() > 1;
                left.extend(units);
            }
        }
        if !has_progress {
            return Ok(touched + mark(app, ctx, left.concat()).await?);
        }
        parts = left;
    }
}

/// What is moved as one or not at all: a visit, those who share a time, or one by itself.
fn unit(it: &Clock) -> Uuid {
    let visit = it.visit_id.map(|id| id.uuid());
    visit
        .or(it.group_id.map(|id| id.uuid()))
        .unwrap_or_else(|| it.id.uuid())
}

/// Those of one key each, in the order in which the keys come up.
fn together<K: PartialEq>(all: Vec<Clock>, key: impl Fn(&Clock) -> K) -> Vec<Vec<Clock>> {
    let mut parts: Vec<(K, Vec<Clock>)> = Vec::new();
    for it in all {
        let key = key(&it);
        match parts.iter_mut().find(|(known, _)| *known == key) {
            Some((_, part)) => part.push(it),
            None => parts.push((key, vec![it])),
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// Moves all of them to what the clock was to show, and says how many they were. Absent when something is in the way of one of them, or
/// the clock skips its time by now.
async fn attempt(app: &App, ctx: &Ctx, part: &[Clock]) -> Result<Option<u64>> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let mut changes = Vec::new();
    for it in part {
        let Some(starts_at) = it.kept() else {
            return Ok(None);
        };
        let found = store::find(&mut tx, ctx.tenant_id(), &Visible::default(), it.id).await?;
        // Who moved it or called it off meanwhile knew the new clock.
        let still = found.filter(|found| found.starts_at == it.starts_at && found.status.is_open());
        changes.extend(still.map(|old| moved(app, ctx, &old, starts_at)));
    }
    drop(tx);
    let count = changes.len() as u64;
    let Some(change) = changes.into_iter().reduce(Change::and) else {
        return Ok(Some(0));
    };
    match app.store.apply(ctx.tenant_id(), ctx.now, &change).await {
        Ok(_) => Ok(Some(count)),
        Err(StoreError::Taken(_) | StoreError::Stale | StoreError::Conflict) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The appointment at another instant, with all that is written with it. No rule of booking is asked: the time was agreed.
fn moved(app: &App, ctx: &Ctx, old: &Appointment, starts_at: Timestamp) -> Change {
    let length = old.ends_at.duration_since(old.starts_at);
    let moved = Appointment {
        version: old.version + 1,
        starts_at,
        ends_at: starts_at.saturating_add(length).unwrap_or(Timestamp::MAX),
        updated_at: ctx.now,
        ..old.clone()
    };
    let what = Happening {
        action: Step::Reschedule.name(),
        from: Some(old.status),
        reason: Some(CLOCK_CHANGED),
        message: Some(MESSAGE),
    };
    Change {
        released: vec![old.id],
        allocations: record::allocations(app, &moved),
        ..record::change(app, ctx, &moved, what)
    }
}

/// Notes that the agreed times of these were not free, and counts those of which it was not known yet.
async fn mark(app: &App, ctx: &Ctx, left: Vec<Clock>) -> Result<u64> {
    if left.iter().all(|it| it.changed) {
        return Ok(0);
    }
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let mut entries = Vec::new();
    for it in left {
        if store::mark_clock_changed(&mut tx, ctx.tenant_id(), &it).await? {
            let mut entry = ctx.audit(CLOCK_CHANGED, "appointment", Some(it.id.uuid()));
            entry.patient_id = Some(it.patient_id);
            entries.push(entry);
        }
    }
    audit::insert(&mut tx, ctx.tenant_id(), &entries).await?;
    tx.commit().await?;
    Ok(entries.len() as u64)
}

#[cfg(test)]
mod tests;
