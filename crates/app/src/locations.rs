//! Locations: listed by everybody, kept by those who keep the catalogue.

use kalends_domain::id::LocationId;
use kalends_domain::location::Location;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::stamp::Stamp;
use kalends_domain::time::Zone;
use kalends_store::locations as store;

use crate::app::App;
use crate::catalogue::{self, Change};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::validate::Check;

const ADDRESS_MAX: usize = 500;

/// What changes, or what a new location has (`name` and `time_zone` at least): an absent member stays as it is,
/// `Some(None)` clears.
#[derive(Clone, Debug, Default)]
pub struct LocationPatch {
    pub name: Option<String>,
    pub time_zone: Option<String>,
    pub address: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    /// `true` takes it out of use, `false` back into it.
    pub archived: Option<bool>,
}

/// One page of locations.
///
/// # Errors
/// When archived ones are asked for by somebody who does not keep the catalogue, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest) -> Result<Page<Location>> {
    catalogue::may_list(ctx, request)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(kalends_store::stored::list(&mut tx, ctx.tenant_id(), request, Vec::new()).await?)
}

/// One location, archived or not.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn get(app: &App, ctx: &Ctx, id: LocationId) -> Result<Location> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)
}

/// The clock of a location.
///
/// # Errors
/// As [`get`].
pub(crate) async fn zone_of(app: &App, ctx: &Ctx, id: LocationId) -> Result<Zone> {
    let location = get(app, ctx, id).await?;
    Zone::new(&location.time_zone).map_err(|error| AppError::Internal(format!("location {id}: {error}")))
}

/// Makes a location.
///
/// # Errors
/// Fields that break a rule, `name` with `taken` among them; [`AppError::Replayed`] when the key was used before.
pub async fn create(app: &App, ctx: &Ctx, input: LocationPatch, once: &Once<'_, Location>) -> Result<Location> {
    ctx.require(Resource::Catalogue, Action::Write)?;
    let blank = Location {
        id: app.new_id(),
        name: String::new(),
        address: None,
        phone: None,
        time_zone: String::new(),
        stamp: Stamp::new(ctx.now),
    };
    let mut change = catalogue::make(app, ctx, blank, once).await?;
    apply(ctx, &mut change, input).await?;
    change.save_once(ctx, None, once).await
}

/// Changes a location. Openings and appointments that exist keep their instants when the zone changes.
///
/// # Errors
/// [`AppError::Stale`] when `expected` is not its version, [`AppError::InUse`] when an appointment keeps it from being
/// archived, or fields that break a rule.
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: LocationId,
    expected: Option<i64>,
    patch: LocationPatch,
) -> Result<Location> {
    ctx.require(Resource::Catalogue, Action::Write)?;
    let mut change = catalogue::open(app, ctx, id, expected).await?;
    apply(ctx, &mut change, patch).await?;
    change.save(ctx, None).await
}

async fn apply(ctx: &Ctx, change: &mut Change<Location>, patch: LocationPatch) -> Result<()> {
    let mut check = Check::default();
    let it = &mut change.it;
    check.name("name", patch.name, &mut it.name);
    if patch.time_zone.is_some() || it.time_zone.is_empty() {
        it.time_zone = check.time_zone("time_zone", patch.time_zone.as_deref().unwrap_or_default());
    }
    if let Some(address) = patch.address {
        it.address = check.optional_lines("address", address.as_deref(), ADDRESS_MAX);
    }
    if let Some(phone) = patch.phone {
        it.phone = check.optional_phone("phone", phone.as_deref());
    }
    check.finish()?;
    change.archive(ctx, patch.archived).await
}
