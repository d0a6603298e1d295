//! Departments: listed by everybody, kept by those who keep the catalogue.

use kalends_domain::department::Department;
use kalends_domain::id::DepartmentId;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_store::departments as store;
use kalends_store::error::StoreError;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::validate::Check;

const NAME_MAX: usize = 120;
const DESCRIPTION_MAX: usize = 2_000;

/// What a new department needs.
#[derive(Clone, Debug)]
pub struct NewDepartment {
    pub name: String,
    pub description: Option<String>,
}

/// What changes: an absent member stays as it is, `Some(None)` clears.
#[derive(Clone, Debug, Default)]
pub struct DepartmentPatch {
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    /// `true` takes it out of use, `false` back into it.
    pub archived: Option<bool>,
}

/// One page of departments.
///
/// # Errors
/// When archived ones are asked for by somebody who does not keep the catalogue, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest) -> Result<Page<Department>> {
    if request.archived {
        ctx.require(Resource::Catalogue, Action::Write)?;
    }
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(store::list(&mut tx, ctx.tenant_id(), request).await?)
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
pub async fn create(app: &App, ctx: &Ctx, input: NewDepartment, once: &Once<'_, Department>) -> Result<Department> {
    ctx.require(Resource::Catalogue, Action::Write)?;
    let mut check = Check::default();
    let department = Department {
        id: app.new_id(),
        name: check.line("name", &input.name, NAME_MAX),
        description: check.optional_lines("description", input.description.as_deref(), DESCRIPTION_MAX),
        created_at: ctx.now,
        updated_at: ctx.now,
        archived_at: None,
        version: 1,
    };
    check.finish()?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    once.begin(&mut tx, ctx).await?;
    store::insert(&mut tx, ctx.tenant_id(), &department)
        .await
        .map_err(name_taken)?;
    let entry = ctx.audit("create", "department", Some(department.id.uuid()));
    kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    once.finish(&mut tx, ctx, &department).await?;
    tx.commit().await?;
    Ok(department)
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
    let action = match patch.archived {
        Some(true) => "archive",
        Some(false) => "restore",
        None => "update",
    };
    change(app, ctx, id, expected, action, |department| {
        let mut check = Check::default();
        if let Some(name) = patch.name {
            department.name = check.line("name", &name, NAME_MAX);
        }
        if let Some(description) = patch.description {
            department.description = check.optional_lines("description", description.as_deref(), DESCRIPTION_MAX);
        }
        if let Some(archived) = patch.archived {
            department.archived_at = archived.then_some(ctx.now);
        }
        check.finish()
    })
    .await
}

/// Reads, changes and writes back one department, with its audit entry.
async fn change(
    app: &App,
    ctx: &Ctx,
    id: DepartmentId,
    expected: Option<i64>,
    action: &str,
    apply: impl FnOnce(&mut Department) -> Result<()>,
) -> Result<Department> {
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let mut department = store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)?;
    let version = department.version;
    if expected.is_some_and(|expected| expected != version) {
        return Err(AppError::Stale);
    }
    apply(&mut department)?;
    department.version = version + 1;
    department.updated_at = ctx.now;
    store::update(&mut tx, ctx.tenant_id(), &department, version)
        .await
        .map_err(name_taken)?;
    let entry = ctx.audit(action, "department", Some(id.uuid()));
    kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(department)
}

fn name_taken(error: StoreError) -> AppError {
    match error {
        StoreError::Unique { .. } => AppError::field("name", "taken"),
        other => other.into(),
    }
}
