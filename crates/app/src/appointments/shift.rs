//! A move of several that were booked together: as one, or not at all.

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_domain::appointment::Appointment;
use kalends_domain::time::{Zone, days_between};
use kalends_store::appointments::Visible;
use kalends_store::change::Change;
use kalends_store::holds;

use super::reschedule::{Reschedule, moved, wish};
use super::together::covered;
use crate::app::App;
use crate::booking::together::{self, Seen};
use crate::booking::{Overrides, Wish, record};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::occurrence::Wanted;

/// One of several that are moved together.
pub struct Moving {
    pub old: Appointment,
    /// On the calendar at its location.
    pub date: Date,
    /// Absent where the clock skips the time on that date.
    pub to: Option<Reschedule>,
}

/// Moves `of` and those of its series or visit that the range covers. What repeats is moved by as many days and to the same time
/// on the wall at its location; the parts of a visit keep their distance. Each stays with whom it was, but for those who were with
/// the same as `of`.
///
/// # Errors
/// As [`move_all`].
pub async fn shift(
    app: &App,
    ctx: &Ctx,
    of: &Appointment,
    to: &Reschedule,
    overrides: &Overrides,
    within: &Visible,
) -> Result<Appointment> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let all = covered(&mut tx, ctx, within, of, to.range, false).await?;
    drop(tx);
    let own = zone(of)?;
    let days = days_between(own.date_at(of.starts_at), own.date_at(to.starts_at));
    let time = own.local(to.starts_at).time();
    let elapsed = to.starts_at.duration_since(of.starts_at);
    let mut moving = Vec::new();
    for each in all {
        let there = zone(&each)?;
        let date = there.date_at(each.starts_at);
        let date = date.checked_add(days.days()).unwrap_or(date);
        let starts_at = match each.visit() {
            _ if each.id == of.id => Some(to.starts_at),
            Some(_) => each.starts_at.checked_add(elapsed).ok(),
            None => there.shown(date, time),
        };
        let to = starts_at.map(|starts_at| Reschedule {
            starts_at,
            provider_id: to.provider_id.filter(|_| each.provider_id == of.provider_id),
            ..to.clone()
        });
        moving.push(Moving { old: each, date, to });
    }
    let moved = move_all(app, ctx, &moving, overrides, within).await?;
    moved.into_iter().find(|it| it.id == of.id).ok_or(AppError::NotFound)
}

/// Moves all of them in one change.
///
/// # Errors
/// [`AppError::NotAll`] with every verdict where one of them cannot be moved so; else as the move of one.
pub async fn move_all(
    app: &App,
    ctx: &Ctx,
    moving: &[Moving],
    overrides: &Overrides,
    within: &Visible,
) -> Result<Vec<Appointment>> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let given_up: Vec<_> = moving.iter().map(|it| it.old.id).collect();
    let mut wanted = Vec::new();
    for (Moving { old, date, to }, number) in moving.iter().zip(1..) {
        let proposed = holds::find_proposed(&mut tx, ctx.tenant_id(), ctx.now, old.id).await?;
        let wish = to.as_ref().map(|to| {
            Ok::<_, AppError>(Wish {
                hold: proposed.map(|hold| hold.id),
                given_up: given_up.clone(),
                ..wish(ctx, old, to, overrides, within)?
            })
        });
        wanted.push(Wanted {
            number,
            date: *date,
            wish: wish.transpose()?,
            appointment_id: Some(old.id),
        });
    }
    drop(tx);
    let make = |seen: Seen<'_>| {
        if !seen.is_whole() {
            return Err(seen.refusal());
        }
        let mut change = Change::default();
        let mut after = Vec::new();
        for (each, (wish, offer)) in moving.iter().zip(seen.offers()) {
            let (one, new) = moved(app, ctx, wish, &each.old, offer, overrides);
            change = change.and(one);
            after.push(new);
        }
        change.jobs.push(record::message(app, ctx, "change", &after));
        Ok((change, after))
    };
    together::claim(app, ctx, &wanted, make).await.map(|(_, after)| after)
}

fn zone(of: &Appointment) -> Result<Zone> {
    Zone::new(&of.time_zone).map_err(|error| AppError::Internal(format!("appointment {}: {error}", of.id)))
}
