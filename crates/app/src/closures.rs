//! Closures: a holiday of one location or of all of them. Appointments in it stay, and are told.

use jiff::Timestamp;
use kalends_domain::closure::Closure;
use kalends_domain::id::{ClosureId, LocationId};
use kalends_domain::opening::Meeting;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::time::Span;
use kalends_store::{closures as store, openings, sites};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::validate::Check;

const REASON_MAX: usize = 200;
/// The longest closure; a longer one is several.
const MOST_DAYS: i64 = 366;

/// What a new closure needs.
#[derive(Clone, Debug)]
pub struct NewClosure {
    /// Absent: every location.
    pub location_id: Option<LocationId>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub reason: Option<String>,
    /// Only say whom it would strand.
    pub dry_run: bool,
}

/// A closure that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    pub closure: Closure,
    /// The appointments in it that are still to come. They are kept.
    pub stranded: Vec<Meeting>,
}

/// One page of the closures that are not over at `from` and begin before `to`, by their start.
///
/// # Errors
/// When the caller is no staff, or the list cannot be sorted so.
pub async fn list(
    app: &App,
    ctx: &Ctx,
    request: &PageRequest,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Page<Closure>> {
    ctx.require(Resource::Closure, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(store::list(&mut tx, ctx.tenant_id(), request, from, to).await?)
}

/// Closes a location, or all of them. From then on no booking is made in it; one under way is either refused or told here.
///
/// # Errors
/// Fields that break a rule.
pub async fn create(app: &App, ctx: &Ctx, input: NewClosure, once: &Once<'_, Closed>) -> Result<Closed> {
    ctx.require(Resource::Closure, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut check = Check::default();
    let reason = check.optional_line("reason", input.reason.as_deref(), REASON_MAX);
    for (field, instant) in [("starts_at", input.starts_at), ("ends_at", input.ends_at)] {
        check.whole_minutes(field, instant);
    }
    let span = Span::new(input.starts_at, input.ends_at);
    match &span {
        Err(_) => check.fail("ends_at", "end-not-after-start"),
        Ok(span) if span.ends_at() <= ctx.now => check.fail("ends_at", "past"),
        Ok(span) if span.duration().as_hours() > MOST_DAYS * 24 => {
            check.fail_with("ends_at", "too-long-span", vec![("max_days", MOST_DAYS.to_string())]);
        }
        Ok(_) => {}
    }
    check.finish()?;
    let span = span.map_err(|_| AppError::field("ends_at", "end-not-after-start"))?;

    let mut tx = app.store.begin(tenant).await?;
    once.begin(&mut tx, ctx).await?;
    if let Some(location) = input.location_id {
        let sites = sites::list(&mut tx, tenant, None).await?;
        if !sites.iter().any(|site| site.location_id == location && !site.archived) {
            return Err(AppError::field("location_id", "unknown"));
        }
    }
    let closure = Closure {
        id: app.new_id(),
        location_id: input.location_id,
        span,
        reason,
        created_at: ctx.now,
    };
    openings::lock_during(&mut tx, tenant, closure.location_id, span).await?;
    store::insert(&mut tx, tenant, &closure).await?;
    let stranded = openings::meetings_at(&mut tx, tenant, closure.location_id, span, ctx.now).await?;
    let closed = Closed { closure, stranded };
    if input.dry_run {
        return Ok(closed);
    }
    let mut entry = ctx.audit("create", "closure", Some(closed.closure.id.uuid()));
    entry.detail = serde_json::json!({
        "location_id": input.location_id, "starts_at": span.starts_at(), "ends_at": span.ends_at(),
        "stranded": closed.stranded.iter().map(|meeting| meeting.appointment_id).collect::<Vec<_>>(),
    });
    kalends_store::audit::insert(&mut tx, tenant, &[entry]).await?;
    once.finish(&mut tx, ctx, &closed).await?;
    tx.commit().await?;
    Ok(closed)
}

/// Opens again.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn delete(app: &App, ctx: &Ctx, id: ClosureId) -> Result<()> {
    ctx.require(Resource::Closure, Action::Write)?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    if !store::delete(&mut tx, ctx.tenant_id(), id).await? {
        return Err(AppError::NotFound);
    }
    let entry = ctx.audit("delete", "closure", Some(id.uuid()));
    kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests;
