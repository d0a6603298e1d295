//! Taking back a wrong status: a slip at the desk, a cancellation of the wrong appointment.

use kalends_domain::appointment::{Appointment, AppointmentEvent, Status, Step, WrongState};
use kalends_domain::id::AppointmentId;
use kalends_domain::permission::{Action, Resource};
use kalends_store::appointment_events as events;
use kalends_store::appointments::{self as store, Visible};
use kalends_store::change::{self, Change};

use super::access::visible;
use super::step::Stepped;
use crate::app::App;
use crate::booking::record::{self, Happening};
use crate::booking::{REASON_MAX, Wish};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::validate::Check;

/// Returns an appointment to the state before its present one. One that was cancelled claims its time anew, whatever became of
/// the opening: it was agreed on once.
///
/// # Errors
/// [`AppError::WrongState`] when there is nothing to take back, [`AppError::SlotTaken`] with alternatives when somebody else
/// has the time.
pub async fn undo(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    let visible = visible(ctx, Resource::Visit, Action::Override)?;
    let mut check = Check::default();
    let reason = check.optional_lines("reason", with.reason.as_deref(), REASON_MAX);
    check.finish()?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let found = store::find_locked(&mut tx, ctx.tenant_id(), &visible, id).await?;
    let old = found.ok_or(AppError::NotFound)?;
    let history = events::list(&mut tx, ctx.tenant_id(), id).await?;
    if with.expected.is_some_and(|expected| expected != old.version) {
        return Err(AppError::Stale);
    }
    let status = before(&history, old.status).ok_or(WrongState {
        from: old.status,
        step: Step::Undo,
    })?;
    let reclaims = status.holds_time() && !old.status.holds_time();
    let new = Appointment {
        version: old.version + 1,
        status,
        status_reason: old.status_reason.clone().filter(|_| !reclaims),
        forgiven: false,
        updated_at: ctx.now,
        ..old.clone()
    };
    let what = Happening {
        action: Step::Undo.name(),
        from: Some(old.status),
        reason: reason.as_deref(),
        message: reclaims.then_some("confirmation"),
    };
    let (allocations, limits) = if reclaims {
        (record::allocations(app, &new), new.seats().into_iter().collect())
    } else {
        Default::default()
    };
    let change = Change {
        allocations,
        limits,
        ..record::change(app, ctx, &new, what)
    };
    if let Err(refusal) = change::apply(&mut tx, ctx.tenant_id(), ctx.now, &change).await {
        tx.undo().await?;
        return Err(old_time(&old, visible)
            .with_alternatives(app, ctx, refusal.into())
            .await?);
    }
    tx.commit().await?;
    Ok(new)
}

/// The time that the appointment had, as a wish: whoever has it now, others are free.
fn old_time(old: &Appointment, within: Visible) -> Wish {
    Wish {
        service_id: old.service_id,
        starts_at: old.starts_at,
        provider_id: Some(old.provider_id),
        location_id: None,
        patient_id: Some(old.patient_id),
        ticket_id: None,
        answers: None,
        hold: None,
        given_up: Vec::new(),
        preferred: None,
        overrides: Vec::new(),
        within,
        moved: Some(old.clone()),
    }
}

/// The state from which the present one was reached by a step that can be taken back.
fn before(history: &[AppointmentEvent], present: Status) -> Option<Status> {
    use Status as S;
    if !matches!(
        present,
        S::Arrived | S::InProgress | S::Fulfilled | S::NoShow | S::Cancelled | S::Declined
    ) {
        return None;
    }
    history
        .iter()
        .rfind(|event| {
            event.to_status == present && event.from_status != Some(present) && event.action != Step::Undo.name()
        })
        .and_then(|event| event.from_status)
}
