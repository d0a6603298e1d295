//! Departments: listed by everybody, kept by those who keep the catalogue.

use kalends_domain::department::Department;
use kalends_domain::id::DepartmentId;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::stamp::Stamp;
use kalends_domain::texts::Texts;
use kalends_store::departments as store;

use crate::app::App;
use crate::catalogue::{self, Change};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::validate::{Check, DESCRIPTION_MAX, NAME_MAX};

/// What changes, or what a new department has: an absent member stays as it is, `Some(None)` clears.
#[derive(Clone, Debug, Default)]
pub struct DepartmentPatch {
    pub name: Option<String>,
    /// The translations of the name, all of them.
    pub names: Option<Texts>,
    pub description: Option<Option<String>>,
    pub descriptions: Option<Texts>,
    /// `true` takes it out of use, `false` back into it.
    pub archived: Option<bool>,
}

/// One page of departments.
///
/// # Errors
/// When archived ones are asked for by somebody who does not keep the catalogue, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest) -> Result<Page<Department>> {
    catalogue::may_list(ctx, request)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(kalends_store::stored::list(&mut tx, ctx.tenant_id(), request, Vec::new()).await?)
}

/// One department, archived or not.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn get(app: &App, ctx: &Ctx, id: DepartmentId) -> Result<Department> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)
}

/// Makes a department.
///
/// # Errors
/// Fields that break a rule, `name` with `taken` among them; [`AppError::Replayed`] when the key was used before.
pub async fn create(app: &App, ctx: &Ctx, input: DepartmentPatch, once: &Once<'_, Department>) -> Result<Department> {
    ctx.require(Resource::Catalogue, Action::Write)?;
    let blank = Department {
        id: app.new_id(),
        name: String::new(),
        names: Texts::default(),
        description: None,
        descriptions: Texts::default(),
        stamp: Stamp::new(ctx.now),
    };
    let mut change = catalogue::make(app, ctx, blank, once).await?;
    apply(ctx, &mut change, input).await?;
    change.save_once(ctx, None, once).await
}

/// Changes a department.
///
/// # Errors
/// [`AppError::Stale`] when `expected` is not its version, or fields that break a rule.
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: DepartmentId,
    expected: Option<i64>,
    patch: DepartmentPatch,
) -> Result<Department> {
    ctx.require(Resource::Catalogue, Action::Write)?;
    let mut change = catalogue::open(app, ctx, id, expected).await?;
    apply(ctx, &mut change, patch).await?;
    change.save(ctx, None).await
}

async fn apply(ctx: &Ctx, change: &mut Change<Department>, patch: DepartmentPatch) -> Result<()> {
    let mut check = Check::default();
    let it = &mut change.it;
    check.name("name", patch.name, &mut it.name);
    if let Some(names) = patch.names {
        it.names = check.translations("names", names, NAME_MAX, Check::optional_line);
    }
    if let Some(descriptions) = patch.descriptions {
        it.descriptions = check.translations("descriptions", descriptions, DESCRIPTION_MAX, Check::optional_lines);
    }
    if let Some(description) = patch.description {
        it.description = check.optional_lines("description", description.as_deref(), DESCRIPTION_MAX);
    }
    check.finish()?;
    change.archive(ctx, patch.archived).await
}
