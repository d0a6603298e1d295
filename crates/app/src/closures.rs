//! Closures: a holiday of one location or of all of them, and providers' time off. Appointments in it stay, and are told.

mod decision;
mod place;
mod repeat;
mod several;

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_domain::closure::{Closure, ClosureStatus, Extent};
use kalends_domain::id::{ClosureId, LocationId, ProviderId};
use kalends_domain::job::NewJob;
use kalends_domain::opening::Meeting;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource, Scope};
use kalends_domain::time::{LocalTime, Span, Zone};
use kalends_store::tx::Tx;
use kalends_store::{closures as store, jobs, openings};
use serde_json::json;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::validate::Check;

pub use decision::{Decision, decide};
pub use repeat::repeat_due;
pub use several::{Day, create_missing, look, permitted};

const REASON_MAX: usize = 200;
/// The longest closure; a longer one is several.
const MOST_DAYS: i64 = 366;

/// What a new closure needs: two instants or two dates.
#[derive(Clone, Debug, Default)]
pub struct NewClosure {
    /// One location; with no provider either, all of them.
    pub location_id: Option<LocationId>,
    /// One provider's time off.
    pub provider_id: Option<ProviderId>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    /// All of this date, on the clock of the location, or of the provider's first one.
    pub first_date: Option<Date>,
    /// And of those up to this one; absent: of the first alone.
    pub last_date: Option<Date>,
    /// From this time of the first date on; absent: from its beginning.
    pub from_time: Option<LocalTime>,
    /// Until this time of the last date; absent: until its end.
    pub to_time: Option<LocalTime>,
    /// On the same dates of every year; takes dates.
    pub repeats_yearly: bool,
    pub reason: Option<String>,
    /// Only say whom it would strand.
    pub dry_run: bool,
}

/// A closure that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    pub closure: Closure,
    /// The same dates at the other locations, where everybody is closed by date and the clocks differ, and those of the years to come,
    /// where it repeats.
    pub elsewhere: Vec<Closure>,
    /// The appointments in it that are still to come. They are kept.
    pub stranded: Vec<Meeting>,
}

/// Which closures. What is absent does not restrict.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Those that are not over then.
    pub from: Option<Timestamp>,
    /// Those that begin before.
    pub to: Option<Timestamp>,
    /// One provider's time off.
    pub provider_id: Option<ProviderId>,
    pub location_id: Option<LocationId>,
    pub status: Option<ClosureStatus>,
}

/// One page of the closures, by their start (`starts_at`) or when they were made (`created_at`). Requests are seen by whoever
/// asked and whoever decides; why a colleague is away, by them too.
///
/// # Errors
/// When the caller is no staff, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest, query: Query) -> Result<Page<Closure>> {
    ctx.require(Resource::Closure, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let query = store::Query {
        from: query.from,
        to: query.to,
        provider_id: query.provider_id,
        location_id: query.location_id,
        status: query.status,
        asked_by: (!decides(ctx)).then(|| own_provider(ctx)),
    };
    let mut page = store::list(&mut tx, ctx.tenant_id(), request, &query).await?;
    page.items = page.items.into_iter().map(|it| as_seen(ctx, it)).collect();
    Ok(page)
}

/// A closure, and whom it strands: would strand, as long as it is only asked for.
///
/// # Errors
/// When the caller is no staff, or [`AppError::NotFound`], also for a request of somebody else.
pub async fn get(app: &App, ctx: &Ctx, id: ClosureId) -> Result<Closed> {
    ctx.require(Resource::Closure, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let found = store::find(&mut tx, ctx.tenant_id(), id).await?;
    let closure = found.ok_or(AppError::NotFound)?;
    if closure.status != ClosureStatus::Approved && !decides(ctx) && !is_own(ctx, &closure) {
        return Err(AppError::NotFound);
    }
    Ok(Closed {
        stranded: openings::meetings_at(&mut tx, ctx.tenant_id(), closure.extent, closure.span, ctx.now).await?,
        closure: as_seen(ctx, closure),
        elsewhere: Vec::new(),
    })
}

/// Closes calendars. From then on no booking is made in it; one under way is either refused or told here. Time off that a
/// provider takes is asked for only, where the organisation wants it approved.
///
/// # Errors
/// [`AppError::Forbidden`] for what is not the caller's own and they may not close, or fields that break a rule.
pub async fn create(app: &App, ctx: &Ctx, input: NewClosure, once: &Once<'_, Closed>) -> Result<Closed> {
    let scope = ctx.require(Resource::Closure, Action::Write)?;
    let status = status_of_new(ctx, scope, extent_of(&input)?)?;
    let dry_run = input.dry_run;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    once.begin(&mut tx, ctx).await?;
    let spans = wanted(&mut tx, ctx, &input).await?;
    let closed = store_new(app, ctx, &mut tx, &input, status, spans).await?;
    if dry_run {
        return Ok(closed);
    }
    let action = if status == ClosureStatus::Requested {
        "request"
    } else {
        "create"
    };
    audit(&mut tx, ctx, action, &closed).await?;
    if status == ClosureStatus::Requested {
        notify(app, &mut tx, ctx, "time-off-requested", closed.closure.id).await?;
    }
    once.finish(&mut tx, ctx, &closed).await?;
    tx.commit().await?;
    Ok(closed)
}

fn extent_of(input: &NewClosure) -> Result<Extent> {
    let extent = Extent::of(input.location_id, input.provider_id);
    extent.ok_or_else(|| AppError::field("provider_id", "not-both"))
}

/// Where and when it would close.
async fn wanted(tx: &mut Tx, ctx: &Ctx, input: &NewClosure) -> Result<Vec<(Extent, Zone, Span)>> {
    place::spans(tx, ctx, extent_of(input)?, place::when(input)?).await
}

/// Stores the closures of one input, and its repetitions.
async fn store_new(
    app: &App,
    ctx: &Ctx,
    tx: &mut Tx,
    input: &NewClosure,
    status: ClosureStatus,
    spans: Vec<(Extent, Zone, Span)>,
) -> Result<Closed> {
    let mut check = Check::default();
    let reason = check.optional_line("reason", input.reason.as_deref(), REASON_MAX);
    check.finish()?;
    let (mut closures, mut stranded) = (Vec::new(), Vec::new());
    for (extent, zone, span) in spans {
        let closure = Closure {
            id: app.new_id(),
            extent,
            span,
            status,
            reason: reason.clone(),
            created_by: ctx.user_id(),
            created_at: ctx.now,
            decision: None,
            decided_at: None,
            yearly_until: input.repeats_yearly.then(|| zone.date_at(span.starts_at())),
        };
        stranded.extend(close(tx, ctx, &closure).await?);
        closures.push(closure.clone());
        if status == ClosureStatus::Approved {
            let (repeated, more) = repeat::repeat(app, ctx, tx, &closure, &zone).await?;
            closures.extend(repeated);
            stranded.extend(more);
        }
    }
    let mut closures = closures.into_iter();
    Ok(Closed {
        closure: closures
            .next()
            .ok_or_else(|| AppError::field("location_id", "required"))?,
        elsewhere: closures.collect(),
        stranded,
    })
}

/// Opens again, or takes a request back.
///
/// # Errors
/// [`AppError::NotFound`], or [`AppError::Forbidden`] for what is not the caller's own and they may not open.
pub async fn delete(app: &App, ctx: &Ctx, id: ClosureId) -> Result<()> {
    ctx.require(Resource::Closure, Action::Write)?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let found = store::find(&mut tx, ctx.tenant_id(), id).await?;
    let closure = found.ok_or(AppError::NotFound)?;
    if !decides(ctx) && !is_own(ctx, &closure) {
        return Err(AppError::Forbidden);
    }
    if !store::delete(&mut tx, ctx.tenant_id(), id).await? {
        return Err(AppError::NotFound);
    }
    let entry = ctx.audit("delete", "closure", Some(id.uuid()));
    kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(())
}

/// Stores a closure and tells whom it strands. Bookings under way come before, and are then seen, or wait, and are then refused.
async fn close(tx: &mut Tx, ctx: &Ctx, closure: &Closure) -> Result<Vec<Meeting>> {
    let tenant = ctx.tenant_id();
    if closure.status == ClosureStatus::Approved {
        openings::lock_during(tx, tenant, closure.extent, closure.span).await?;
    }
    store::insert(tx, tenant, closure).await?;
    Ok(openings::meetings_at(tx, tenant, closure.extent, closure.span, ctx.now).await?)
}

/// What becomes of a closure that the caller makes: who only has a calendar of their own may take time off, or ask for it.
fn status_of_new(ctx: &Ctx, scope: Scope, extent: Extent) -> Result<ClosureStatus> {
    if scope == Scope::Organisation {
        return Ok(ClosureStatus::Approved);
    }
    if extent.provider_id().is_none() || extent.provider_id() != own_provider(ctx) {
        return Err(AppError::Forbidden);
    }
    Ok(if ctx.tenant.settings.time_off_needs_approval {
        ClosureStatus::Requested
    } else {
        ClosureStatus::Approved
    })
}

/// Whether the caller decides about everybody's closures and time off.
pub fn decides(ctx: &Ctx) -> bool {
    ctx.require(Resource::Closure, Action::Write)
        .is_ok_and(|scope| scope == Scope::Organisation)
}

fn own_provider(ctx: &Ctx) -> Option<ProviderId> {
    ctx.signed_in().ok()?.provider_id
}

fn is_own(ctx: &Ctx, closure: &Closure) -> bool {
    let provider = closure.extent.provider_id();
    provider.is_some() && provider == own_provider(ctx)
}

/// Why somebody is away is for them and for who decides.
fn as_seen(ctx: &Ctx, mut closure: Closure) -> Closure {
    if closure.extent.provider_id().is_some() && !is_own(ctx, &closure) && !decides(ctx) {
        closure.reason = None;
        closure.decision = None;
    }
    closure
}

async fn audit(tx: &mut Tx, ctx: &Ctx, action: &str, closed: &Closed) -> Result<()> {
    let stranded: Vec<_> = closed.stranded.iter().map(|meeting| meeting.appointment_id).collect();
    let entries = std::iter::once(&closed.closure).chain(&closed.elsewhere).map(|it| {
        let mut entry = ctx.audit(action, "closure", Some(it.id.uuid()));
        entry.detail = json!({
            "location_id": it.extent.location_id(), "provider_id": it.extent.provider_id(),
            "starts_at": it.span.starts_at(), "ends_at": it.span.ends_at(), "stranded": stranded,
        });
        entry
    });
    let entries: Vec<_> = entries.collect();
    Ok(kalends_store::audit::insert(tx, ctx.tenant_id(), &entries).await?)
}

/// The message that follows. It holds the closure's id alone: whom it concerns is read when it is sent.
async fn notify(app: &App, tx: &mut Tx, ctx: &Ctx, what: &str, id: ClosureId) -> Result<()> {
    let job = NewJob {
        id: app.new_id(),
        kind: "notify".into(),
        payload: json!({"notification": what, "closure_id": id}),
        run_at: ctx.now,
    };
    Ok(jobs::enqueue(tx, ctx.tenant_id(), ctx.now, &[job]).await?)
}

/// The span, if it can be closed.
fn checked(ctx: &Ctx, span: Span, end: &str) -> Result<Span> {
    let mut check = Check::default();
    if span.ends_at() <= ctx.now {
        check.fail(end, "past");
    } else if span.duration().as_hours() > MOST_DAYS * 24 + 1 {
        check.fail_with(end, "too-long-span", vec![("max_days", MOST_DAYS.to_string())]);
    }
    check.finish()?;
    Ok(span)
}

#[cfg(test)]
mod tests;
