//! Tenants and their host names: read before the tenant of a request is known, so these functions take no tenant first.

use kalends_domain::id::TenantId;
use kalends_domain::tenant::{Settings, Tenant};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::Instant;

const COLUMNS: &str =
    "SELECT t.id, t.slug, t.name, t.status, t.settings, t.created_at, t.updated_at, t.version FROM tenants t";

/// A row of `tenants`, alone or beside what it was joined with.
#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: Uuid,
    slug: String,
    name: String,
    status: String,
    settings: serde_json::Value,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

impl TryFrom<Row> for Tenant {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |column, value: String| StoreError::Corrupt {
            table: "tenants",
            column,
            row: row.id.to_string(),
            value,
        };
        let status = row.status.parse().map_err(|_| corrupt("status", row.status.clone()))?;
        let settings: Settings =
            serde_json::from_value(row.settings.clone()).map_err(|error| corrupt("settings", error.to_string()))?;
        Ok(Self {
            id: row.id.into(),
            slug: row.slug,
            name: row.name,
            status,
            settings,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: row.version,
        })
    }
}

/// Every tenant, by slug.
///
/// # Errors
/// What the database refused.
pub async fn list(tx: &mut Tx) -> Result<Vec<Tenant>> {
    let rows: Vec<Row> = tx.query_built(format!("{COLUMNS} ORDER BY t.slug")).all().await?;
    rows.into_iter().map(Tenant::try_from).collect()
}

/// The tenant with this id.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, id: TenantId) -> Result<Option<Tenant>> {
    let row: Option<Row> = tx
        .query_built(format!("{COLUMNS} WHERE t.id = $1"))
        .bind(id)
        .optional()
        .await?;
    row.map(Tenant::try_from).transpose()
}

/// The tenant with this slug.
///
/// # Errors
/// What the database refused.
pub async fn find_by_slug(tx: &mut Tx, slug: &str) -> Result<Option<Tenant>> {
    let row: Option<Row> = tx
        .query_built(format!("{COLUMNS} WHERE t.slug = $1"))
        .bind(slug)
        .optional()
        .await?;
    row.map(Tenant::try_from).transpose()
}

/// The tenant that a host name, in lower case and without its port, was registered for.
///
/// # Errors
/// What the database refused.
pub async fn find_by_host(tx: &mut Tx, host: &str) -> Result<Option<Tenant>> {
    let row: Option<Row> = tx
        .query_built(format!(
            "{COLUMNS} JOIN tenant_hosts h ON h.tenant_id = t.id WHERE h.host = $1"
        ))
        .bind(host)
        .optional()
        .await?;
    row.map(Tenant::try_from).transpose()
}

/// Stores a new tenant.
///
/// # Errors
/// [`StoreError::Unique`] when the slug is taken.
pub async fn insert(tx: &mut Tx, it: &Tenant) -> Result<()> {
    tx.query(
        "INSERT INTO tenants (id, slug, name, status, settings, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(it.id)
    .bind(&it.slug)
    .bind(&it.name)
    .bind(it.status.name())
    .bind(settings(it)?)
    .bind(it.created_at)
    .bind(it.updated_at)
    .bind(it.version)
    .execute()
    .await
    .map(drop)
}

/// Stores a changed tenant in place of version `expected`; its slug never changes.
///
/// # Errors
/// [`StoreError::Stale`] when it has another version by now.
pub async fn update(tx: &mut Tx, it: &Tenant, expected: i64) -> Result<()> {
    let changed = tx
        .query(
            "UPDATE tenants SET name = $3, status = $4, settings = $5, updated_at = $6, version = $7
             WHERE id = $1 AND version = $2",
        )
        .bind(it.id)
        .bind(expected)
        .bind(&it.name)
        .bind(it.status.name())
        .bind(settings(it)?)
        .bind(it.updated_at)
        .bind(it.version)
        .execute()
        .await?;
    if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
}

/// Registers a host name for a tenant.
///
/// # Errors
/// [`StoreError::Unique`] when it is registered already.
pub async fn insert_host(tx: &mut Tx, id: TenantId, host: &str) -> Result<()> {
    tx.query("INSERT INTO tenant_hosts (host, tenant_id) VALUES ($1, $2)")
        .bind(host)
        .bind(id)
        .execute()
        .await
        .map(drop)
}

fn settings(it: &Tenant) -> Result<serde_json::Value> {
    serde_json::to_value(&it.settings).map_err(|error| StoreError::Database(sqlx::Error::Encode(error.into())))
}
