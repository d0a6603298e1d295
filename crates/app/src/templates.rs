//! Providers' weekly hours, and the openings that are made from them. A change of the hours is a change of the calendar too: it
//! can be looked at before it is made, and says whom it would strand.

mod renewal;
mod sweep;

use std::collections::HashSet;

use jiff::civil::Date;
use kalends_domain::id::{LocationId, ProviderId, ServiceId, TemplateId};
use kalends_domain::opening::{Dates, Flaw, Meeting, Publication};
use kalends_domain::permission::Action;
use kalends_domain::stamp::Stamp;
use kalends_domain::template::{Template, WeeklyWindow};
use kalends_domain::time::days_between;
use kalends_store::sites::{self, Site};
use kalends_store::tx::Tx;
use kalends_store::{services, templates as store};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::openings::{calendar_of, requirement, site};
use crate::validate::Check;

pub use sweep::publish_due;

/// Hours to be kept from now on.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    pub provider_id: ProviderId,
    /// Absent: the provider's first.
    pub location_id: Option<LocationId>,
    /// Absent: today at the location.
    pub effective_from: Option<Date>,
    pub effective_until: Option<Date>,
    pub every_weeks: u8,
    pub windows: Vec<WeeklyWindow>,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// What changes; absent members stay as they are.
#[derive(Clone, Debug, Default)]
pub struct TemplatePatch {
    pub effective_from: Option<Date>,
    /// `Some(None)`: until further notice.
    pub effective_until: Option<Option<Date>>,
    pub every_weeks: Option<u8>,
    pub windows: Option<Vec<WeeklyWindow>>,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// A template with what making its openings did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    pub template: Template,
    pub openings_created: usize,
    pub openings_removed: usize,
    /// Openings of other origin in the way of the new ones; they stay as they are.
    pub kept: usize,
    /// The starts in the new openings, for appointments as long as the slots.
    pub slots: usize,
    /// Appointments that lay in an opening and now lie in none. They are kept.
    pub stranded: Vec<Meeting>,
}

/// A provider's templates that are in use, in the order in which they take effect.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown provider, [`AppError::Forbidden`] for somebody else's calendar.
pub async fn list(app: &App, ctx: &Ctx, provider: ProviderId) -> Result<Vec<Template>> {
    let scope = requirement(ctx, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    calendar_of(&mut tx, ctx, scope, provider).await?;
    Ok(store::list(&mut tx, ctx.tenant_id(), provider).await?)
}

/// One template, in use or archived.
///
/// # Errors
/// [`AppError::NotFound`], or [`AppError::Forbidden`] for somebody else's calendar.
pub async fn get(app: &App, ctx: &Ctx, id: TemplateId) -> Result<Template> {
    let scope = requirement(ctx, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let template = store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)?;
    calendar_of(&mut tx, ctx, scope, template.provider_id).await?;
    Ok(template)
}

/// Makes a template, and its openings up to the horizon.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown provider, [`AppError::Forbidden`] for a calendar out of reach, or fields that break a rule.
pub async fn create(app: &App, ctx: &Ctx, input: NewTemplate, once: &Once<'_, Applied>) -> Result<Applied> {
    let scope = requirement(ctx, Action::Write)?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    if !input.dry_run {
        once.begin(&mut tx, ctx).await?;
    }
    let provider = calendar_of(&mut tx, ctx, scope, input.provider_id).await?;
    if provider.stamp.is_archived() {
        return Err(AppError::field("provider_id", "archived"));
    }
    let site = site(&mut tx, ctx, input.location_id, &provider.location_ids).await?;
    let template = Template {
        id: app.new_id(),
        provider_id: provider.id,
        location_id: site.location_id,
        effective_from: input.effective_from.unwrap_or_else(|| site.zone.date_at(ctx.now)),
        effective_until: input.effective_until,
        every_weeks: input.every_weeks,
        windows: input.windows,
        published_until: None,
        stamp: Stamp::new(ctx.now),
    };
    require_good(&mut tx, ctx, &template).await?;
    store::insert(&mut tx, ctx.tenant_id(), &template).await?;
    let applied = renewal::apply(app, ctx, &mut tx, &site, template, None).await?;
    if !input.dry_run {
        renewal::audit(&mut tx, ctx, "create", &applied).await?;
        once.finish(&mut tx, ctx, &applied).await?;
        tx.commit().await?;
    }
    Ok(applied)
}

/// Changes a template, and the openings that were made from it and have not begun. What was changed by hand stays.
///
/// # Errors
/// [`AppError::Stale`] when `expected` is not its version, otherwise as [`create`].
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: TemplateId,
    expected: Option<i64>,
    patch: TemplatePatch,
) -> Result<Applied> {
    let change = |template: &mut Template| {
        template.effective_from = patch.effective_from.unwrap_or(template.effective_from);
        template.effective_until = patch.effective_until.unwrap_or(template.effective_until);
        template.every_weeks = patch.every_weeks.unwrap_or(template.every_weeks);
        if let Some(windows) = patch.windows {
            template.windows = windows;
        }
    };
    changed(app, ctx, id, expected, patch.dry_run, "update", change).await
}

/// Takes a template out of use, with the openings that were made from it and have not begun.
///
/// # Errors
/// As [`update`].
pub async fn archive(app: &App, ctx: &Ctx, id: TemplateId, expected: Option<i64>, dry_run: bool) -> Result<Applied> {
    let change = |template: &mut Template| template.stamp.archived_at = Some(ctx.now);
    changed(app, ctx, id, expected, dry_run, "archive", change).await
}

async fn changed(
    app: &App,
    ctx: &Ctx,
    id: TemplateId,
    expected: Option<i64>,
    dry_run: bool,
    action: &str,
    change: impl FnOnce(&mut Template),
) -> Result<Applied> {
    let scope = requirement(ctx, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    let mut template = store::lock(&mut tx, tenant, id)
        .await?
        .filter(|template| !template.stamp.is_archived())
        .ok_or(AppError::NotFound)?;
    calendar_of(&mut tx, ctx, scope, template.provider_id).await?;
    if expected.is_some_and(|expected| expected != template.stamp.version) {
        return Err(AppError::Stale);
    }
    // Also of a location that is out of use by now: its hours can still be taken back.
    let sites = sites::list(&mut tx, tenant, None).await?;
    let is_its = |site: &&Site| site.location_id == template.location_id;
    let site = sites.iter().find(is_its).ok_or(AppError::NotFound)?;
    change(&mut template);
    template.stamp.version += 1;
    template.stamp.updated_at = ctx.now;
    require_good(&mut tx, ctx, &template).await?;
    store::update(&mut tx, tenant, &template).await?;
    let applied = renewal::apply(app, ctx, &mut tx, site, template, None).await?;
    if !dry_run {
        renewal::audit(&mut tx, ctx, action, &applied).await?;
        tx.commit().await?;
    }
    Ok(applied)
}

/// Every field that breaks a rule.
async fn require_good(tx: &mut Tx, ctx: &Ctx, template: &Template) -> Result<()> {
    let mut check = Check::default();
    for (flaw, window) in template.flaws() {
        let field = match (flaw, window) {
            (Flaw::DatesReversed, _) => "effective_until".to_owned(),
            (Flaw::WeeksOutOfRange, _) => "every_weeks".to_owned(),
            (Flaw::WindowsOverlap, Some(index)) => format!("windows/{index}/from"),
            (_, Some(index)) => format!("windows/{index}/to"),
            (_, None) => "windows".to_owned(),
        };
        check.fail(&field, flaw.name());
    }
    let today = jiff::tz::TimeZone::UTC.to_datetime(ctx.now).date();
    let dates = [
        ("effective_from", Some(template.effective_from)),
        ("effective_until", template.effective_until),
    ];
    for (field, date) in dates {
        let is_far = |date: Date| days_between(today, date).abs() > Dates::FURTHEST_DAYS;
        if date.is_some_and(is_far) {
            check.fail(field, "out-of-range");
        }
    }
    let mut known: HashSet<ServiceId> = HashSet::new();
    for (index, window) in template.windows.iter().enumerate() {
        let publication = &window.publication;
        if publication.services.len() > Publication::MOST_SERVICES {
            let most = Publication::MOST_SERVICES.to_string();
            check.fail_with(&format!("windows/{index}/service_ids"), "too-many", vec![("max", most)]);
            continue;
        }
        if let Some(release) = publication.release {
            let most = i64::from(Publication::LONGEST_RELEASE.0);
            check.number(
                &format!("windows/{index}/release_minutes"),
                i64::from(release.0),
                0,
                most,
            );
        }
        for service in &publication.services {
            if !known.contains(service) {
                match services::find(tx, ctx.tenant_id(), *service).await? {
                    Some(found) if !found.stamp.is_archived() => drop(known.insert(*service)),
                    _ => check.fail(&format!("windows/{index}/service_ids"), "unknown"),
                }
            }
        }
    }
    check.finish()
}

#[cfg(test)]
mod tests;
