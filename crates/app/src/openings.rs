//! A provider's openings: made for a month at a time, or changed one by one. What is done here never touches an appointment;
//! those that it leaves without an opening are told.

mod edit;
mod generate;
mod scope;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use kalends_domain::id::{LocationId, OpeningId, ProviderId, TenantId};
use kalends_domain::opening::{Flaw, Meeting, Opening, stranded};
use kalends_domain::permission::Action;
use kalends_domain::time::Span;
use kalends_store::openings as store;
use kalends_store::sites::{self, Site};
use kalends_store::tx::Tx;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::validate::Check;

pub use edit::{Edited, NewHours, OpeningPatch, create, delete, update};
pub use generate::{Generate, Generated, generate};
pub(crate) use scope::{calendar_of, requirement};

/// The longest range that one answer covers.
pub const MOST_DAYS: i32 = 92;

/// A provider's openings on the dates from `first` to `last` at their locations, in order of time.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown provider, [`AppError::Forbidden`] for somebody else's calendar, or a range that is
/// reversed or longer than [`MOST_DAYS`].
pub async fn list(app: &App, ctx: &Ctx, provider: ProviderId, first: Date, last: Date) -> Result<Vec<Opening>> {
    let scope = requirement(ctx, Action::Read)?;
    let span = checked_dates(first, last)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    calendar_of(&mut tx, ctx, scope, provider).await?;
    let mut openings = store::list(&mut tx, ctx.tenant_id(), provider, span).await?;
    openings.retain(|opening| (first..=last).contains(&opening.local_date));
    Ok(openings)
}

/// One opening.
///
/// # Errors
/// [`AppError::NotFound`], or [`AppError::Forbidden`] for somebody else's calendar.
pub async fn get(app: &App, ctx: &Ctx, id: OpeningId) -> Result<Opening> {
    let scope = requirement(ctx, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let opening = store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)?;
    calendar_of(&mut tx, ctx, scope, opening.provider_id).await?;
    Ok(opening)
}

/// The span of all these dates, whatever the zone.
///
/// # Errors
/// When they are reversed, too many or not representable.
pub(crate) fn checked_dates(first: Date, last: Date) -> Result<Span> {
    if last < first {
        return Err(AppError::field("to", "dates-reversed"));
    }
    if last.duration_since(first).as_hours() >= i64::from(MOST_DAYS) * 24 {
        let mut check = Check::default();
        check.fail_with("to", "too-many-days", vec![("max", MOST_DAYS.to_string())]);
        check.finish()?;
    }
    wide(first, last).ok_or_else(|| AppError::field("from", "out-of-range"))
}

/// From the first date's beginning in the east to the last one's end in the west.
pub(crate) fn wide(first: Date, last: Date) -> Option<Span> {
    let utc = jiff::tz::TimeZone::UTC;
    let starts_at = first.checked_sub(1.day()).ok()?.to_zoned(utc.clone()).ok()?.timestamp();
    let ends_at = last.checked_add(2.days()).ok()?.to_zoned(utc).ok()?.timestamp();
    Span::new(starts_at, ends_at).ok()
}

/// The location to make openings at: the one that was asked for, or the provider's first, or the only one there is.
pub(crate) async fn site(
    tx: &mut Tx,
    ctx: &Ctx,
    asked: Option<LocationId>,
    of_provider: &[LocationId],
) -> Result<Site> {
    let sites = sites::list(tx, ctx.tenant_id(), None).await?;
    let mut current = sites.iter().filter(|site| !site.archived);
    let found = match (asked, of_provider.first()) {
        (Some(wanted), _) => current.find(|site| site.location_id == wanted),
        (None, Some(_)) => of_provider
            .iter()
            .find_map(|id| current.clone().find(|site| site.location_id == *id)),
        (None, None) => current.next().filter(|_| current.next().is_none()),
    };
    let code = if asked.is_some() { "unknown" } else { "required" };
    found.cloned().ok_or_else(|| AppError::field("location_id", code))
}

/// The provider's appointments in `span` that lie in no opening at their location.
pub(crate) async fn outside(
    tx: &mut Tx,
    tenant: TenantId,
    provider: ProviderId,
    span: Span,
    now: Timestamp,
    planned: &[Opening],
) -> Result<Vec<Meeting>> {
    let meetings = store::meetings_of(tx, tenant, provider, span, now).await?;
    let mut openings = store::list(tx, tenant, provider, around(&meetings, span)).await?;
    openings.extend_from_slice(planned);
    let lost = stranded(&openings, &meetings);
    let is_lost = |meeting: &Meeting| lost.contains(&meeting.appointment_id);
    Ok(meetings.into_iter().filter(is_lost).collect())
}

/// `span` as far as the appointments that reach into it go.
fn around(meetings: &[Meeting], span: Span) -> Span {
    let starts_at = meetings.iter().map(|meeting| meeting.span.starts_at());
    let ends_at = meetings.iter().map(|meeting| meeting.span.ends_at());
    let starts_at = starts_at
        .min()
        .map_or(span.starts_at(), |first| first.min(span.starts_at()));
    let ends_at = ends_at.max().map_or(span.ends_at(), |last| last.max(span.ends_at()));
    Span::new(starts_at, ends_at).unwrap_or(span)
}

/// What is wrong with the hours, by the fields in which they were given.
fn refuse(flaws: &[Flaw]) -> AppError {
    let mut check = Check::default();
    for flaw in flaws {
        let field = match flaw {
            Flaw::NoWeekday => "weekdays",
            Flaw::NoWindow | Flaw::TooManyWindows | Flaw::WindowsOverlap => "windows",
            Flaw::EndNotAfterStart | Flaw::ShorterThanSlot => "to",
            Flaw::DatesReversed | Flaw::TooManyDays | Flaw::TooFarAhead | Flaw::WeeksOutOfRange => "month",
        };
        check.fail(field, flaw.name());
    }
    check.finish().err().unwrap_or(AppError::Forbidden)
}

#[cfg(test)]
mod tests;
