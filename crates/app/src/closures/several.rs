//! Several days to close at once, as the public holidays of a year: first looked at, then all of them closed, or none.

use kalends_domain::closure::{ClosureStatus, Extent};
use kalends_domain::opening::Meeting;
use kalends_domain::permission::{Action, Resource, Scope};
use kalends_domain::time::{Span, Zone};
use kalends_store::tx::Tx;
use kalends_store::{closures as store, openings};

use super::{Closed, NewClosure, audit, store_new, wanted};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;

/// What closing a day would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// It is over.
    Past,
    /// Everybody whom it would close is closed then already.
    Closed,
    /// The appointments that would lie in it.
    Open(Vec<Meeting>),
}

/// What each of these closures would do, without doing it.
///
/// # Errors
/// [`AppError::Forbidden`] for who does not decide about everybody's calendars, or fields that break a rule.
pub async fn look(app: &App, ctx: &Ctx, inputs: &[NewClosure]) -> Result<Vec<Day>> {
    permitted(ctx)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let mut days = Vec::new();
    for input in inputs {
        let Some(spans) = to_come(&mut tx, ctx, input).await? else {
            days.push(Day::Past);
            continue;
        };
        let open = still_open(&mut tx, ctx, spans).await?;
        if open.is_empty() {
            days.push(Day::Closed);
            continue;
        }
        let mut stranded = Vec::new();
        for (extent, _, span) in open {
            stranded.extend(openings::meetings_at(&mut tx, ctx.tenant_id(), extent, span, ctx.now).await?);
        }
        days.push(Day::Open(stranded));
    }
    Ok(days)
}

/// Closes what of these is not over and not closed already, all of it or nothing. Sent again, it closes nothing twice.
///
/// # Errors
/// [`AppError::Forbidden`] for who does not decide about everybody's calendars, or fields that break a rule.
pub async fn create_missing(
    app: &App,
    ctx: &Ctx,
    inputs: &[NewClosure],
    once: &Once<'_, Vec<Closed>>,
) -> Result<Vec<Closed>> {
    permitted(ctx)?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    once.begin(&mut tx, ctx).await?;
    let mut closed = Vec::new();
    for input in inputs {
        let spans = to_come(&mut tx, ctx, input).await?.unwrap_or_default();
        let open = still_open(&mut tx, ctx, spans).await?;
        if open.is_empty() {
            continue;
        }
        let made = store_new(app, ctx, &mut tx, input, ClosureStatus::Approved, open).await?;
        audit(&mut tx, ctx, "create", &made).await?;
        closed.push(made);
    }
    once.finish(&mut tx, ctx, &closed).await?;
    tx.commit().await?;
    Ok(closed)
}

/// Whether the caller may close everybody's calendars.
///
/// # Errors
/// [`AppError::Forbidden`] otherwise.
pub fn permitted(ctx: &Ctx) -> Result<()> {
    match ctx.require(Resource::Closure, Action::Write)? {
        Scope::Organisation => Ok(()),
        _ => Err(AppError::Forbidden),
    }
}

/// Where and when it closes; nothing, when that is over.
async fn to_come(tx: &mut Tx, ctx: &Ctx, input: &NewClosure) -> Result<Option<Vec<(Extent, Zone, Span)>>> {
    match wanted(tx, ctx, input).await {
        Ok(spans) => Ok(Some(spans)),
        Err(AppError::Invalid(errors)) if errors.iter().all(|it| it.code == "past") => Ok(None),
        Err(error) => Err(error),
    }
}

/// Those of the spans in which not everybody of the extent is closed yet.
async fn still_open(tx: &mut Tx, ctx: &Ctx, spans: Vec<(Extent, Zone, Span)>) -> Result<Vec<(Extent, Zone, Span)>> {
    let mut open = Vec::new();
    for (extent, zone, span) in spans {
        let closings = store::closings(tx, ctx.tenant_id(), span).await?;
        let is_closed = closings
            .iter()
            .any(|it| (it.extent == Extent::Organisation || it.extent == extent) && it.span.encloses(&span));
        if !is_closed {
            open.push((extent, zone, span));
        }
    }
    Ok(open)
}
