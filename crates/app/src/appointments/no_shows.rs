//! Appointments that patients missed: how many count, what follows, and forgiving one.

use jiff::Timestamp;
use kalends_domain::appointment::{Appointment, Status, Step, WrongState};
use kalends_domain::id::{AppointmentId, PatientId};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::tenant::NoShowConsequence;
use kalends_store::appointments as store;
use kalends_store::change;
use kalends_store::no_shows as missed;

use super::access::visible;
use super::step::Stepped;
use crate::app::App;
use crate::booking::REASON_MAX;
use crate::booking::record::{self, Happening};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::patients;
use crate::validate::Check;

/// How a patient stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoShows {
    /// Since then, without what was forgiven.
    pub count: i64,
    pub since: Timestamp,
    pub consequence: NoShowConsequence,
}

/// How often the patient did not come, and what follows for them. For staff who may see the patient.
///
/// # Errors
/// [`AppError::NotFound`] or [`AppError::Forbidden`].
pub async fn no_shows(app: &App, ctx: &Ctx, id: PatientId) -> Result<NoShows> {
    ctx.require(Resource::Visit, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    patients::require_within(&mut tx, ctx, id, Action::Read).await?;
    let known = kalends_store::patients::find(&mut tx, ctx.tenant_id(), id).await?;
    known.ok_or(AppError::NotFound)?;
    standing(&mut tx, ctx, id).await
}

/// What follows for the patient who asks: nothing for everybody else.
///
/// # Errors
/// What the database refused.
pub async fn consequence(app: &App, ctx: &Ctx, patient: Option<PatientId>) -> Result<NoShowConsequence> {
    let Some(patient) = patient.filter(|_| !ctx.is_staff()) else {
        return Ok(NoShowConsequence::None);
    };
    if ctx.tenant.settings.no_show_consequence == NoShowConsequence::None {
        return Ok(NoShowConsequence::None);
    }
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(standing(&mut tx, ctx, patient).await?.consequence)
}

async fn standing(tx: &mut kalends_store::tx::Tx, ctx: &Ctx, id: PatientId) -> Result<NoShows> {
    let settings = &ctx.tenant.settings;
    let since = settings.no_shows_since(ctx.now);
    let count = missed::count(tx, ctx.tenant_id(), id, since).await?;
    Ok(NoShows {
        count,
        since,
        consequence: settings.consequence_of(count),
    })
}

/// Does not hold a missed appointment against the patient any more; takes a reason.
///
/// # Errors
/// [`AppError::WrongState`] for one that was not missed, or is forgiven already; else as every step.
pub async fn forgive(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    set(app, ctx, id, true, with).await
}

/// Counts it again after all.
///
/// # Errors
/// [`AppError::WrongState`] for one that was not forgiven; else as every step.
pub async fn count_again(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    set(app, ctx, id, false, with).await
}

async fn set(app: &App, ctx: &Ctx, id: AppointmentId, forgiven: bool, with: Stepped) -> Result<Appointment> {
    let visible = visible(ctx, Resource::Visit, Action::Override)?;
    let mut check = Check::default();
    let reason = check.optional_lines("reason", with.reason.as_deref(), REASON_MAX);
    if forgiven && reason.is_none() {
        check.fail("reason", "required");
    }
    check.finish()?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let found = store::find_locked(&mut tx, ctx.tenant_id(), &visible, id).await?;
    let old = found.ok_or(AppError::NotFound)?;
    if with.expected.is_some_and(|expected| expected != old.version) {
        return Err(AppError::Stale);
    }
    if old.status != Status::NoShow || old.forgiven == forgiven {
        return Err(WrongState {
            from: old.status,
            step: Step::MarkNoShow,
        }
        .into());
    }
    let new = Appointment {
        version: old.version + 1,
        forgiven,
        updated_at: ctx.now,
        ..old.clone()
    };
    let what = Happening {
        action: if forgiven { "forgive" } else { "count_again" },
        from: Some(old.status),
        reason: reason.as_deref(),
        message: None,
    };
    let change = record::change(app, ctx, &new, what);
    change::apply(&mut tx, ctx.tenant_id(), ctx.now, &change).await?;
    tx.commit().await?;
    Ok(new)
}

#[cfg(test)]
mod tests;
