//! One day's openings, changed by hand. Whoever takes time away locks the opening first, so that a booking under way is
//! either seen and told as stranded, or finds the time gone.

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_domain::id::{LocationId, OpeningId, ProviderId};
use kalends_domain::opening::{
    Dates, Meeting, Opening, Pattern, Place, Publication, PublishMode, Window, generate as plan,
};
use kalends_domain::permission::Action;
use kalends_domain::time::{Interval, LocalTime, Span, Weekday};
use kalends_store::error::StoreError;
use kalends_store::openings as store;
use kalends_store::sites::Site;
use kalends_store::tx::Tx;
use serde_json::json;

use super::{calendar_of, outside, refuse, requirement, site};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;

/// An opening to add.
#[derive(Clone, Debug)]
pub struct NewHours {
    pub provider_id: ProviderId,
    /// Absent: the provider's first.
    pub location_id: Option<LocationId>,
    pub date: Date,
    pub window: Window,
    pub slot_minutes: Interval,
    pub publish_mode: PublishMode,
}

/// What changes; absent members stay as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpeningPatch {
    pub from: Option<LocalTime>,
    pub to: Option<LocalTime>,
    pub slot_minutes: Option<Interval>,
    pub publish_mode: Option<PublishMode>,
    /// Only say whom it would strand.
    pub dry_run: bool,
}

/// A changed opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    pub opening: Opening,
    /// The appointments that lay in the opening and now lie in none. They are kept.
    pub stranded: Vec<Meeting>,
}

/// Adds an opening.
///
/// # Errors
/// As [`super::generate`]; `from` with `overlaps-opening` when the provider is open then already, `date` with `past`, or with
/// `not-a-time` when the clock skips the hours.
pub async fn create(app: &App, ctx: &Ctx, input: NewHours, once: &Once<'_, Opening>) -> Result<Opening> {
    let scope = requirement(ctx, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    once.begin(&mut tx, ctx).await?;
    let provider = calendar_of(&mut tx, ctx, scope, input.provider_id).await?;
    if provider.stamp.is_archived() {
        return Err(AppError::field("provider_id", "archived"));
    }
    let site = site(&mut tx, ctx, input.location_id, &provider.location_ids).await?;
    let hours = Hours {
        date: input.date,
        window: input.window,
        slot_minutes: input.slot_minutes,
        publication: Publication::new(input.publish_mode),
    };
    let opening = hours.at(app.new_id(), provider.id, &site, ctx.now)?;
    store::insert(&mut tx, tenant, ctx.now, &opening)
        .await
        .map_err(overlaps)?;
    audit(&mut tx, ctx, "create", &opening, &[]).await?;
    once.finish(&mut tx, ctx, &opening).await?;
    tx.commit().await?;
    Ok(opening)
}

/// Changes an opening's hours, spacing or publication.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], or fields as in [`create`].
pub async fn update(app: &App, ctx: &Ctx, id: OpeningId, patch: OpeningPatch) -> Result<Edited> {
    let scope = requirement(ctx, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    let old = lock(&mut tx, ctx, id).await?;
    let provider = calendar_of(&mut tx, ctx, scope, old.provider_id).await?;
    let site = site(&mut tx, ctx, Some(old.location_id), &provider.location_ids).await?;
    let hours = Hours {
        date: old.local_date,
        window: Window {
            from: patch.from.unwrap_or(old.local_from),
            to: patch.to.unwrap_or(old.local_to),
        },
        slot_minutes: patch.slot_minutes.unwrap_or(old.slot_minutes),
        publication: Publication {
            mode: patch.publish_mode.unwrap_or(old.publication.mode),
            ..old.publication.clone()
        },
    };
    let opening = hours.at(id, old.provider_id, &site, ctx.now)?;
    let before = outside(&mut tx, tenant, old.provider_id, old.span, ctx.now, &[]).await?;
    store::update(&mut tx, tenant, &opening).await.map_err(overlaps)?;
    let stranded = newly_outside(&mut tx, ctx, &old, old.span, &before).await?;
    let edited = Edited { opening, stranded };
    if !patch.dry_run {
        audit(&mut tx, ctx, "update", &edited.opening, &edited.stranded).await?;
        tx.commit().await?;
    }
    Ok(edited)
}

/// Removes an opening, or with `dry_run` only says what that would strand. Returns it with the stranded appointments.
///
/// # Errors
/// [`AppError::NotFound`] or [`AppError::Forbidden`].
pub async fn delete(app: &App, ctx: &Ctx, id: OpeningId, dry_run: bool) -> Result<Edited> {
    let scope = requirement(ctx, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    let opening = lock(&mut tx, ctx, id).await?;
    calendar_of(&mut tx, ctx, scope, opening.provider_id).await?;
    let before = outside(&mut tx, tenant, opening.provider_id, opening.span, ctx.now, &[]).await?;
    store::delete(&mut tx, tenant, id).await?;
    let stranded = newly_outside(&mut tx, ctx, &opening, opening.span, &before).await?;
    if !dry_run {
        audit(&mut tx, ctx, "delete", &opening, &stranded).await?;
        tx.commit().await?;
    }
    Ok(Edited { opening, stranded })
}

/// The opening, locked against bookings. Hours that are over are history: reports count them.
async fn lock(tx: &mut Tx, ctx: &Ctx, id: OpeningId) -> Result<Opening> {
    let opening = store::lock(tx, ctx.tenant_id(), id).await?.ok_or(AppError::NotFound)?;
    if opening.span.ends_at() <= ctx.now {
        return Err(AppError::field("date", "past"));
    }
    Ok(opening)
}

/// Who is outside now and was not before.
async fn newly_outside(tx: &mut Tx, ctx: &Ctx, of: &Opening, span: Span, before: &[Meeting]) -> Result<Vec<Meeting>> {
    let mut after = outside(tx, ctx.tenant_id(), of.provider_id, span, ctx.now, &[]).await?;
    after.retain(|meeting| !before.contains(meeting));
    Ok(after)
}

async fn audit(tx: &mut Tx, ctx: &Ctx, action: &str, opening: &Opening, stranded: &[Meeting]) -> Result<()> {
    let mut entry = ctx.audit(action, "opening", Some(opening.id.uuid()));
    entry.detail = json!({
        "provider_id": opening.provider_id, "starts_at": opening.span.starts_at(), "ends_at": opening.span.ends_at(),
        "stranded": stranded.iter().map(|meeting| meeting.appointment_id).collect::<Vec<_>>(),
    });
    Ok(kalends_store::audit::insert(tx, ctx.tenant_id(), &[entry]).await?)
}

/// The hours of one date.
struct Hours {
    date: Date,
    window: Window,
    slot_minutes: Interval,
    publication: Publication,
}

impl Hours {
    /// The opening that they make at a location, by the rules for a month's.
    fn at(self, id: OpeningId, provider_id: ProviderId, site: &Site, now: Timestamp) -> Result<Opening> {
        let place = Place {
            provider_id,
            location_id: site.location_id,
            zone: &site.zone,
        };
        let pattern = Pattern {
            weekdays: vec![Weekday::of(self.date)],
            windows: vec![self.window],
            slot_minutes: self.slot_minutes,
            publication: self.publication,
        };
        let dates = Dates {
            first: self.date,
            last: self.date,
        };
        let mut plan = plan(&place, dates, &pattern, now, &[]).map_err(|flaws| refuse(&flaws))?;
        let Some(new) = plan.create.pop() else {
            let exists = site.zone.window(self.date, self.window.from, self.window.to).is_some();
            return Err(AppError::field("date", if exists { "past" } else { "not-a-time" }));
        };
        Ok(new.with_id(id))
    }
}

fn overlaps(error: StoreError) -> AppError {
    match error {
        StoreError::Overlap => AppError::field("from", "overlaps-opening"),
        other => other.into(),
    }
}
