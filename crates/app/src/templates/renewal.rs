//! What a changed template does to the calendar.

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_domain::opening::{Dates, Opening, Place, renew, slots_left};
use kalends_domain::template::Template;
use kalends_store::sites::Site;
use kalends_store::tx::Tx;
use kalends_store::{openings, templates as store};
use serde_json::json;

use super::Applied;
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::openings::{outside, wide};

/// The last date for which openings are made at a site now.
pub(super) fn horizon(ctx: &Ctx, site: &Site) -> Result<Date> {
    let weeks = ctx.tenant.settings.published_weeks();
    let last = site.zone.date_at(ctx.now).checked_add(weeks.weeks());
    last.map_err(|_| AppError::field("effective_from", "out-of-range"))
}

/// Makes the calendar as the template wants it, from `first` (of days to come) as far as it was made before or is to be made now.
/// An archived template wants nothing.
pub(super) async fn apply(
    app: &App,
    ctx: &Ctx,
    tx: &mut Tx,
    site: &Site,
    mut template: Template,
    first: Option<Date>,
) -> Result<Applied> {
    let tenant = ctx.tenant_id();
    let today = site.zone.date_at(ctx.now);
    let horizon = horizon(ctx, site)?;
    let dates = Dates {
        first: first.map_or(today, |first| first.max(today)),
        last: template.published_until.map_or(horizon, |until| until.max(horizon)),
    };
    let span = wide(dates.first, dates.last).ok_or_else(|| AppError::field("effective_from", "out-of-range"))?;
    let place = Place {
        provider_id: template.provider_id,
        location_id: site.location_id,
        zone: &site.zone,
    };
    // Bookings under way come before, and are then seen, or wait, and then find their opening gone.
    openings::lock_of(tx, tenant, template.provider_id, span).await?;
    let existing = openings::list(tx, tenant, template.provider_id, span).await?;
    let wanted = if template.stamp.is_archived() {
        &Template {
            windows: Vec::new(),
            ..template.clone()
        }
    } else {
        &template
    };
    let renewal = renew(&place, dates, wanted, ctx.now, &existing);
    let before = outside(tx, tenant, template.provider_id, span, ctx.now, &[]).await?;
    for id in &renewal.remove {
        openings::delete(tx, tenant, *id).await?;
    }
    let planned = renewal.plan.create.len();
    let mut made: Vec<Opening> = renewal
        .plan
        .create
        .into_iter()
        .map(|new| new.with_id(app.new_id()))
        .collect();
    let stored = openings::insert_where_free(tx, tenant, ctx.now, &made).await?;
    made.retain(|opening| stored.contains(&opening.id));
    let mut stranded = outside(tx, tenant, template.provider_id, span, ctx.now, &[]).await?;
    stranded.retain(|meeting| !before.contains(meeting));
    template.published_until = Some(dates.last);
    store::publish(tx, tenant, template.id, dates.last).await?;
    Ok(Applied {
        openings_created: made.len(),
        openings_removed: renewal.remove.len(),
        // Somebody who made openings at the same moment was faster with these.
        kept: renewal.plan.kept.len() + planned - made.len(),
        slots: made
            .iter()
            .map(|opening| slots_left(opening.span, opening.slot_minutes, ctx.now))
            .sum(),
        stranded,
        template,
    })
}

/// Notes what was done.
pub(super) async fn audit(tx: &mut Tx, ctx: &Ctx, action: &str, applied: &Applied) -> Result<()> {
    let mut entry = ctx.audit(action, "template", Some(applied.template.id.uuid()));
    entry.detail = json!({
        "provider_id": applied.template.provider_id, "location_id": applied.template.location_id,
        "openings_created": applied.openings_created, "openings_removed": applied.openings_removed, "kept": applied.kept,
        "stranded": applied.stranded.iter().map(|meeting| meeting.appointment_id).collect::<Vec<_>>(),
    });
    Ok(kalends_store::audit::insert(tx, ctx.tenant_id(), &[entry]).await?)
}
