//! A month of openings from weekdays and hours.

use kalends_domain::id::{LocationId, ProviderId};
use kalends_domain::opening::{
    Dates, Meeting, Opening, Pattern, Place, Publication, PublishMode, Window, generate as plan, slots_left,
};
use kalends_domain::permission::Action;
use kalends_domain::time::{Interval, LocalTime, Month, Weekday};
use kalends_store::openings as store;
use serde_json::json;

use super::{calendar_of, outside, refuse, requirement, site, wide};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;

/// What to make.
#[derive(Clone, Debug)]
pub struct Generate {
    pub provider_id: ProviderId,
    pub month: Month,
    /// Absent: the provider's first.
    pub location_id: Option<LocationId>,
    pub weekdays: Vec<Weekday>,
    /// Several a day, with breaks between them.
    pub windows: Vec<Window>,
    pub slot_minutes: Interval,
    pub publish_mode: PublishMode,
    /// Only say what would be done.
    pub dry_run: bool,
}

impl Generate {
    /// What the calendar's dialog begins with.
    pub const WEEKDAYS: [Weekday; 5] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
    ];
    pub const HOURS: Window = Window {
        from: LocalTime::on_the_hour(9),
        to: LocalTime::on_the_hour(17),
    };
    pub const SLOT_MINUTES: Interval = Interval::HALF_HOUR;
}

/// What was made, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    pub openings_created: usize,
    /// The starts in them that are not past, for appointments as long as the slots.
    pub slots: usize,
    /// Openings in the way of the new ones; they stay as they are.
    pub kept: usize,
    /// Appointments of the month that lie in no opening.
    pub stranded: Vec<Meeting>,
}

/// Makes the openings of a month that are not there yet; doing it again adds nothing.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown provider, [`AppError::Forbidden`] for a calendar out of reach, or fields that break a rule.
pub async fn generate(app: &App, ctx: &Ctx, input: Generate, once: &Once<'_, Generated>) -> Result<Generated> {
    let scope = requirement(ctx, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut tx = if input.dry_run {
        app.store.read(tenant).await?
    } else {
        app.store.begin(tenant).await?
    };
    if !input.dry_run {
        once.begin(&mut tx, ctx).await?;
    }
    let provider = calendar_of(&mut tx, ctx, scope, input.provider_id).await?;
    if provider.stamp.is_archived() {
        return Err(AppError::field("provider_id", "archived"));
    }
    let site = site(&mut tx, ctx, input.location_id, &provider.location_ids).await?;
    let place = Place {
        provider_id: provider.id,
        location_id: site.location_id,
        zone: &site.zone,
    };
    let pattern = Pattern {
        weekdays: input.weekdays,
        windows: input.windows,
        slot_minutes: input.slot_minutes,
        publication: Publication::new(input.publish_mode),
    };
    let month = wide(input.month.first_day(), input.month.last_day());
    let month = month.ok_or_else(|| AppError::field("month", "out-of-range"))?;
    let existing = store::list(&mut tx, tenant, provider.id, month).await?;
    let plan = plan(&place, Dates::month(input.month), &pattern, ctx.now, &existing).map_err(|flaws| refuse(&flaws))?;
    let kept = plan.kept.len();
    let mut openings: Vec<Opening> = plan.create.into_iter().map(|new| new.with_id(app.new_id())).collect();

    if input.dry_run {
        let stranded = outside(&mut tx, tenant, provider.id, month, ctx.now, &openings).await?;
        return Ok(Generated {
            openings_created: openings.len(),
            slots: plan.slots,
            kept,
            stranded,
        });
    }
    let planned = openings.len();
    let made = store::insert_where_free(&mut tx, tenant, ctx.now, &openings).await?;
    openings.retain(|opening| made.contains(&opening.id));
    let generated = Generated {
        openings_created: openings.len(),
        slots: openings
            .iter()
            .map(|opening| slots_left(opening.span, opening.slot_minutes, ctx.now))
            .sum(),
        // Somebody who made openings at the same moment was faster with these.
        kept: kept + planned - openings.len(),
        stranded: outside(&mut tx, tenant, provider.id, month, ctx.now, &[]).await?,
    };
    let mut entry = ctx.audit("generate", "opening", Some(provider.id.uuid()));
    entry.detail = json!({
        "month": input.month, "location_id": site.location_id, "openings_created": generated.openings_created,
        "kept": generated.kept, "stranded": generated.stranded.len(),
    });
    kalends_store::audit::insert(&mut tx, tenant, &[entry]).await?;
    once.finish(&mut tx, ctx, &generated).await?;
    tx.commit().await?;
    Ok(generated)
}
