//! Organisations: made, suspended and resumed by the operator, and found by the host name of a request.

use std::net::IpAddr;

use kalends_domain::permission::{Action, Resource};
use kalends_domain::tenant::{DEFAULT_SLUG, Settings, Tenant, TenantStatus, is_slug};
use kalends_store::error::StoreError;
use kalends_store::store::Store;
use kalends_store::{audit, tenants as store};

use crate::app::App;
use crate::clock;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::validate::Check;

const NAME_MAX: usize = 120;

/// What a host name says about the tenant.
#[derive(Debug, PartialEq, Eq)]
pub enum Named {
    /// It names this one.
    Tenant(Box<Tenant>),
    /// It names none: the base domain itself, an address, an unknown host.
    Nothing,
    /// It is a name under the base domain that nobody has.
    Unknown,
}

/// Every tenant, by slug.
///
/// # Errors
/// [`AppError::Forbidden`] for anybody but the operator.
pub async fn list(app: &App, ctx: &Ctx) -> Result<Vec<Tenant>> {
    ctx.require(Resource::Tenant, Action::Read)?;
    let mut tx = app.store.read_untenanted().await?;
    Ok(store::list(&mut tx).await?)
}

/// One tenant by its slug.
///
/// # Errors
/// [`AppError::NotFound`], or [`AppError::Forbidden`] for anybody but the operator.
pub async fn get(app: &App, ctx: &Ctx, slug: &str) -> Result<Tenant> {
    ctx.require(Resource::Tenant, Action::Read)?;
    find(app, slug).await?.ok_or(AppError::NotFound)
}

/// Makes a tenant; without a name it is called by its slug.
///
/// # Errors
/// `slug` that is no host label, is reserved or taken.
pub async fn create(app: &App, ctx: &Ctx, slug: &str, name: Option<&str>) -> Result<Tenant> {
    ctx.require(Resource::Tenant, Action::Write)?;
    let mut check = Check::default();
    if !is_slug(slug) {
        check.fail("slug", "not-a-slug");
    }
    let name = check.optional_line("name", name, NAME_MAX);
    check.finish()?;
    let tenant = Tenant {
        id: app.new_id(),
        slug: slug.to_owned(),
        name: name.unwrap_or_else(|| slug.to_owned()),
        status: TenantStatus::Active,
        settings: Settings::default(),
        created_at: ctx.now,
        updated_at: ctx.now,
        version: 1,
    };
    let mut tx = app.store.begin(tenant.id).await?;
    store::insert(&mut tx, &tenant).await.map_err(|error| match error {
        StoreError::Unique { .. } => AppError::field("slug", "taken"),
        other => other.into(),
    })?;
    audit::insert(
        &mut tx,
        tenant.id,
        &[ctx.audit("create", "tenant", Some(tenant.id.uuid()))],
    )
    .await?;
    tx.commit().await?;
    Ok(tenant)
}

/// Closes a tenant's doors, or opens them again. While they are closed no session is good.
///
/// # Errors
/// [`AppError::NotFound`], or [`AppError::Forbidden`] for anybody but the operator.
pub async fn set_status(app: &App, ctx: &Ctx, slug: &str, status: TenantStatus) -> Result<Tenant> {
    ctx.require(Resource::Tenant, Action::Write)?;
    let mut tenant = find(app, slug).await?.ok_or(AppError::NotFound)?;
    let version = tenant.version;
    tenant.status = status;
    tenant.version += 1;
    tenant.updated_at = ctx.now;
    let mut tx = app.store.begin(tenant.id).await?;
    store::update(&mut tx, &tenant, version).await?;
    let action = match status {
        TenantStatus::Active => "resume",
        TenantStatus::Suspended => "suspend",
    };
    audit::insert(
        &mut tx,
        tenant.id,
        &[ctx.audit(action, "tenant", Some(tenant.id.uuid()))],
    )
    .await?;
    tx.commit().await?;
    Ok(tenant)
}

/// Makes the tenant `default` if it is missing; `migrate` and a first `serve` call it.
///
/// # Errors
/// What the database refused.
pub async fn ensure_default(store_: &Store, now: jiff::Timestamp) -> Result<Tenant> {
    let mut tx = store_.begin_untenanted().await?;
    if let Some(tenant) = store::find_by_slug(&mut tx, DEFAULT_SLUG).await? {
        return Ok(tenant);
    }
    let tenant = Tenant {
        id: clock::new_id(now),
        slug: DEFAULT_SLUG.to_owned(),
        name: "Kalends".to_owned(),
        status: TenantStatus::Active,
        settings: Settings::default(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    store::insert(&mut tx, &tenant).await?;
    tx.commit().await?;
    Ok(tenant)
}

/// The tenant with this slug; anybody may know that it exists, since its front page is public.
///
/// # Errors
/// What the database refused.
pub async fn find(app: &App, slug: &str) -> Result<Option<Tenant>> {
    if slug != DEFAULT_SLUG && !is_slug(slug) {
        return Ok(None);
    }
    let mut tx = app.store.read_untenanted().await?;
    Ok(store::find_by_slug(&mut tx, slug).await?)
}

/// The tenant that a request's `Host` header names.
///
/// # Errors
/// What the database refused.
pub async fn find_by_host(app: &App, host: &str, base_domain: &str) -> Result<Named> {
    let host = without_port(host).trim_end_matches('.').to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host == base_domain || address.parse::<IpAddr>().is_ok() {
        return Ok(Named::Nothing);
    }
    let under_base = host.strip_suffix(base_domain).and_then(|rest| rest.strip_suffix('.'));
    if let Some(slug) = under_base {
        let tenant = find(app, slug).await?;
        return Ok(tenant.map_or(Named::Unknown, |tenant| Named::Tenant(Box::new(tenant))));
    }
    let mut tx = app.store.read_untenanted().await?;
    let tenant = store::find_by_host(&mut tx, &host).await?;
    Ok(tenant.map_or(Named::Nothing, |tenant| Named::Tenant(Box::new(tenant))))
}

/// `example.org:3000` and `[::1]:3000` without their ports.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|c| c.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::without_port;

    #[test]
    fn a_port_is_no_part_of_the_name() {
        for (host, name) in [
            ("a.localhost:3000", "a.localhost"),
            ("a.localhost", "a.localhost"),
            ("[::1]:3000", "[::1]"),
            ("[::1]", "[::1]"),
            ("127.0.0.1:80", "127.0.0.1"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }
}
