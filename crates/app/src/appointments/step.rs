//! The steps of an appointment's life that do not move it.

use jiff::Timestamp;
use kalends_domain::appointment::{Appointment, Range, Step};
use kalends_domain::id::AppointmentId;
use kalends_domain::permission::{Action, Resource};
use kalends_domain::time::Zone;
use kalends_store::appointments as store;
use kalends_store::change::{self, Change};
use kalends_store::holds;

use super::access::{self, visible};
use super::for_caller;
use super::reschedule::{is_past_cutoff, needs_reason};
use super::together::covered;
use crate::app::App;
use crate::booking::REASON_MAX;
use crate::booking::record::{self, Happening};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::validate::Check;

/// What a caller says with a step.
#[derive(Clone, Debug, Default)]
pub struct Stepped {
    pub reason: Option<String>,
    /// The version that the caller saw; absent: whichever it is.
    pub expected: Option<i64>,
    /// Which of those it was booked together with are meant as well, where it is called off.
    pub range: Range,
}

/// Agrees to an appointment that was asked for. Staff only.
///
/// # Errors
/// As every step: [`AppError::NotFound`], [`AppError::WrongState`] when it does not fit, [`AppError::Stale`] when the
/// appointment has another version than expected.
pub async fn confirm(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    take(app, ctx, id, Step::Confirm, with).await
}

/// Refuses an appointment that was asked for, which frees its time. Staff only.
///
/// # Errors
/// As [`confirm`].
pub async fn decline(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    take(app, ctx, id, Step::Decline, with).await
}

/// Calls an appointment off, which frees its time.
///
/// # Errors
/// As [`confirm`]; the rule `cancel-cutoff` when it is too late for patients, a missing `reason` when it is for staff.
pub async fn cancel(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    take(app, ctx, id, Step::Cancel, with).await
}

/// The patient is there: from the beginning of the appointment's day at the location.
///
/// # Errors
/// As [`confirm`]; the rule `too-early`.
pub async fn check_in(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    take(app, ctx, id, Step::CheckIn, with).await
}

/// The visit begins: from the beginning of the appointment's day at the location.
///
/// # Errors
/// As [`confirm`]; the rule `too-early`.
pub async fn start(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    take(app, ctx, id, Step::Start, with).await
}

/// The visit is over.
///
/// # Errors
/// As [`confirm`].
pub async fn fulfil(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    take(app, ctx, id, Step::Fulfil, with).await
}

/// The patient did not come: from the appointment's start.
///
/// # Errors
/// As [`confirm`]; the rule `too-early`.
pub async fn mark_no_show(app: &App, ctx: &Ctx, id: AppointmentId, with: Stepped) -> Result<Appointment> {
    take(app, ctx, id, Step::MarkNoShow, with).await
}

async fn take(app: &App, ctx: &Ctx, id: AppointmentId, step: Step, with: Stepped) -> Result<Appointment> {
    let resource = match step {
        Step::Confirm | Step::Decline | Step::Reschedule | Step::Cancel => Resource::Appointment,
        Step::CheckIn | Step::Start | Step::Fulfil | Step::MarkNoShow | Step::Undo => Resource::Visit,
    };
    let visible = visible(ctx, resource, Action::Write)?;
    if matches!(step, Step::Confirm | Step::Decline) && !ctx.is_staff() {
        return Err(AppError::Forbidden);
    }
    let mut check = Check::default();
    let reason = check.optional_lines("reason", with.reason.as_deref(), REASON_MAX);
    check.finish()?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let old = store::find(&mut tx, ctx.tenant_id(), &visible, id).await?;
    let old = access::found(&mut tx, ctx, id, old).await?;
    let asked = if step == Step::Cancel { with.range } else { Range::This };
    // Locked only now: of several, in the order of their ids, whichever of them was asked for.
    let all = covered(&mut tx, ctx, &visible, &old, asked, true).await?;
    if !all
        .iter()
        .any(|it| it.id == id && with.expected.unwrap_or(it.version) == it.version)
    {
        return Err(AppError::Stale);
    }
    let mut change = Change::default();
    let mut changed = Vec::new();
    for each in &all {
        let (one, new) = stepped(app, ctx, each, step, reason.as_deref())?;
        change = change.and(one);
        changed.push(new);
    }
    change
        .jobs
        .extend(message(step).map(|kind| record::message(app, ctx, kind, &changed)));
    let new = changed.into_iter().find(|new| new.id == id);
    let mut new = new.ok_or(AppError::NotFound)?;
    change::apply(&mut tx, ctx.tenant_id(), ctx.now, &change).await?;
    for each in all.iter().filter(|each| each.status.is_open()) {
        // Whatever was decided, nobody waits for an answer to another time any more.
        holds::withdraw(&mut tx, ctx.tenant_id(), each.id).await?;
    }
    tx.commit().await?;
    for_caller(ctx, &mut new);
    Ok(new)
}

/// The appointment after the step, and what is written with it but for the message.
fn stepped(app: &App, ctx: &Ctx, old: &Appointment, step: Step, reason: Option<&str>) -> Result<(Change, Appointment)> {
    let status = old.status.after(step)?;
    in_time(ctx, old, step)?;
    if step == Step::Cancel && reason.is_none() && needs_reason(ctx, old, old.policy.cancel_cutoff_minutes) {
        return Err(AppError::field("reason", "required"));
    }
    let frees = !status.holds_time();
    let new = Appointment {
        version: old.version + 1,
        status,
        status_reason: if frees {
            reason.map(str::to_owned)
        } else {
            old.status_reason.clone()
        },
        updated_at: ctx.now,
        ..old.clone()
    };
    let what = Happening {
        action: step.name(),
        from: Some(old.status),
        reason,
        message: None,
    };
    let change = Change {
        released: frees.then_some(old.id).into_iter().collect(),
        ..record::change(app, ctx, &new, what)
    };
    Ok((change, new))
}

/// The kind of message that follows, if one does.
const fn message(step: Step) -> Option<&'static str> {
    match step {
        Step::Confirm => Some("confirmation"),
        Step::Decline => Some("decline"),
        Step::Cancel => Some("cancellation"),
        Step::Reschedule => Some("change"),
        Step::CheckIn | Step::Start | Step::Fulfil | Step::MarkNoShow | Step::Undo => None,
    }
}

/// Whether it is the time for this step.
fn in_time(ctx: &Ctx, appointment: &Appointment, step: Step) -> Result<()> {
    let rule = match step {
        Step::Cancel
            if !ctx.is_staff() && is_past_cutoff(appointment, appointment.policy.cancel_cutoff_minutes, ctx.now) =>
        {
            "cancel-cutoff"
        }
        Step::CheckIn | Step::Start if ctx.now < day_begins(appointment)? => "too-early",
        Step::MarkNoShow if ctx.now < appointment.starts_at => "too-early",
        _ => return Ok(()),
    };
    Err(AppError::NotBookable {
        rule: rule.into(),
        detail: None,
    })
}

/// When the appointment's day begins at its location.
fn day_begins(appointment: &Appointment) -> Result<Timestamp> {
    let corrupt = |error: String| AppError::Internal(format!("appointment {}: {error}", appointment.id));
    let zone = Zone::new(&appointment.time_zone).map_err(|error| corrupt(error.to_string()))?;
    let midnight = zone.zoned(appointment.starts_at).start_of_day();
    Ok(midnight.map_err(|error| corrupt(error.to_string()))?.timestamp())
}
