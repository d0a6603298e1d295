//! Resources, rooms and equipment, and what takes their time: read by staff, kept by those who keep the catalogue.

mod calendar;

use kalends_domain::id::{LocationId, ResourceId};
use kalends_domain::location::Location;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{self, Action};
use kalends_domain::resource::Resource;
use kalends_domain::stamp::Stamp;
use kalends_store::resources as store;
use uuid::Uuid;

pub use calendar::{Day, Taken, calendar};
pub use kalends_store::resources::ResourceFilter;

use crate::app::App;
use crate::catalogue::{self, Change};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::validate::{Check, KIND_MAX};

/// What changes, or what a new resource has (all three at least): an absent member stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ResourcePatch {
    pub name: Option<String>,
    pub kind: Option<String>,
    pub location_id: Option<LocationId>,
    /// `true` takes it out of use, `false` back into it.
    pub archived: Option<bool>,
}

/// One page of resources.
///
/// # Errors
/// When the caller is not staff, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest, filter: ResourceFilter) -> Result<Page<Resource>> {
    require_staff(ctx)?;
    catalogue::may_list(ctx, request)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(store::list(&mut tx, ctx.tenant_id(), request, filter).await?)
}

/// One resource, archived or not.
///
/// # Errors
/// [`AppError::NotFound`], or when the caller is not staff.
pub async fn get(app: &App, ctx: &Ctx, id: ResourceId) -> Result<Resource> {
    require_staff(ctx)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)
}

/// Makes a resource.
///
/// # Errors
/// Fields that break a rule, `name` with `taken` among them; [`AppError::Replayed`] when the key was used before.
pub async fn create(app: &App, ctx: &Ctx, input: ResourcePatch, once: &Once<'_, Resource>) -> Result<Resource> {
    ctx.require(permission::Resource::Catalogue, Action::Write)?;
    let blank = Resource {
        id: app.new_id(),
        location_id: Uuid::nil().into(),
        name: String::new(),
        kind: String::new(),
        stamp: Stamp::new(ctx.now),
    };
    let mut change = catalogue::make(app, ctx, blank, once).await?;
    apply(ctx, &mut change, input).await?;
    change.save_once(ctx, None, once).await
}

/// Changes a resource.
///
/// # Errors
/// [`AppError::Stale`] when `expected` is not its version, [`AppError::InUse`] when an appointment keeps it from being
/// archived or moved to another location, or fields that break a rule.
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: ResourceId,
    expected: Option<i64>,
    patch: ResourcePatch,
) -> Result<Resource> {
    ctx.require(permission::Resource::Catalogue, Action::Write)?;
    let mut change = catalogue::open(app, ctx, id, expected).await?;
    apply(ctx, &mut change, patch).await?;
    let moved = change
        .before
        .as_ref()
        .is_some_and(|it| it.location_id != change.it.location_id);
    if moved {
        change.require_unbooked(ctx).await?;
    }
    change.save(ctx, None).await
}

async fn apply(ctx: &Ctx, change: &mut Change<Resource>, patch: ResourcePatch) -> Result<()> {
    let mut check = Check::default();
    let it = &mut change.it;
    check.name("name", patch.name, &mut it.name);
    if patch.kind.is_some() || it.kind.is_empty() {
        it.kind = check.line("kind", patch.kind.as_deref().unwrap_or_default(), KIND_MAX);
    }
    let already = change.before.as_ref().map(|it| it.location_id);
    match patch.location_id {
        Some(location) => {
            change
                .check_link::<Location>(ctx, &mut check, "location_id", location, already)
                .await?;
            change.it.location_id = location;
        }
        None if already.is_none() => check.fail("location_id", "required"),
        None => {}
    }
    check.finish()?;
    change.archive(ctx, patch.archived).await
}

fn require_staff(ctx: &Ctx) -> Result<()> {
    ctx.require(permission::Resource::Catalogue, Action::Read)?;
    if ctx.is_staff() {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}
