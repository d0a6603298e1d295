//! Deciding about time off that somebody asked for.

use kalends_domain::closure::ClosureStatus;
use kalends_domain::id::ClosureId;
use kalends_domain::permission::{Action, Resource};
use kalends_store::{closures as store, openings};

use super::{Closed, REASON_MAX, audit, decides, notify};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::validate::Check;

/// What was decided, with what there is to say to whoever asked.
#[derive(Clone, Debug)]
pub enum Decision {
    /// From now on the time is closed.
    Approve {
        note: Option<String>,
    },
    Decline {
        reason: String,
    },
}

/// Decides about a request, and tells whom it strands if it was approved.
///
/// # Errors
/// [`AppError::Forbidden`] for who does not decide, [`AppError::NotFound`], [`AppError::Stale`] when it was decided already,
/// or fields that break a rule.
pub async fn decide(app: &App, ctx: &Ctx, id: ClosureId, decision: Decision) -> Result<Closed> {
    ctx.require(Resource::Closure, Action::Write)?;
    if !decides(ctx) {
        return Err(AppError::Forbidden);
    }
    let mut check = Check::default();
    let (status, said, action, message) = match &decision {
        Decision::Approve { note } => {
            let note = check.optional_line("note", note.as_deref(), REASON_MAX);
            (ClosureStatus::Approved, note, "approve", "time-off-approved")
        }
        Decision::Decline { reason } => {
            let reason = check.line("reason", reason, REASON_MAX);
            (ClosureStatus::Declined, Some(reason), "decline", "time-off-declined")
        }
    };
    check.finish()?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    let mut closure = store::find(&mut tx, tenant, id).await?.ok_or(AppError::NotFound)?;
    if status == ClosureStatus::Approved {
        openings::lock_during(&mut tx, tenant, closure.extent, closure.span).await?;
    }
    closure.status = status;
    closure.decision = said;
    closure.decided_at = Some(ctx.now);
    if !store::decide(&mut tx, tenant, &closure).await? {
        return Err(AppError::Stale);
    }
    let stranded = match status {
        ClosureStatus::Approved => {
            openings::meetings_at(&mut tx, tenant, closure.extent, closure.span, ctx.now).await?
        }
        ClosureStatus::Requested | ClosureStatus::Declined => Vec::new(),
    };
    let closed = Closed {
        closure,
        elsewhere: Vec::new(),
        stranded,
    };
    audit(&mut tx, ctx, action, &closed).await?;
    notify(app, &mut tx, ctx, message, id).await?;
    tx.commit().await?;
    Ok(closed)
}
