//! Who may act for which patient.

use std::str::FromStr;

use kalends_domain::id::{PatientId, ProxyId, TenantId, UserId};
use kalends_domain::proxy::{NamedProxy, Proxy};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::Instant;

const NAMED: &str =
    "SELECT t.id, t.user_id, t.patient_id, t.relationship, t.scope, t.expires_at, t.created_by, t.created_at,
        t.updated_at, t.revoked_at, t.version, u.given_name || ' ' || u.family_name AS user_name, u.email AS user_email,
        p.given_name || ' ' || p.family_name AS patient_name
     FROM proxies t
     JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.user_id
     JOIN patients p ON p.tenant_id = t.tenant_id AND p.id = t.patient_id
     WHERE t.tenant_id = $1";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    patient_id: Uuid,
    relationship: String,
    scope: String,
    expires_at: Option<Instant>,
    created_by: Option<Uuid>,
    created_at: Instant,
    updated_at: Instant,
    revoked_at: Option<Instant>,
    version: i64,
    user_name: String,
    user_email: String,
    patient_name: String,
}

/// A stored name of a proxy's relationship or scope.
pub(crate) fn named<T: FromStr>(row: Uuid, column: &'static str, name: &str) -> Result<T> {
    name.parse().map_err(|_| StoreError::Corrupt {
        table: "proxies",
        column,
        row: row.to_string(),
        value: name.to_owned(),
    })
}

impl TryFrom<Row> for NamedProxy {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            proxy: Proxy {
                id: row.id.into(),
                user_id: row.user_id.into(),
                patient_id: row.patient_id.into(),
                relationship: named(row.id, "relationship", &row.relationship)?,
                scope: named(row.id, "scope", &row.scope)?,
                expires_at: row.expires_at.map(Into::into),
                created_by: row.created_by.map(Into::into),
                created_at: row.created_at.0,
                updated_at: row.updated_at.0,
                revoked_at: row.revoked_at.map(Into::into),
                version: row.version,
            },
            user_name: row.user_name,
            user_email: row.user_email,
            patient_name: row.patient_name,
        })
    }
}

/// Those who may act for a patient, or could until it expired; not those who were stopped.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list_of_patient(tx: &mut Tx, tenant: TenantId, patient: PatientId) -> Result<Vec<NamedProxy>> {
    let rows: Vec<Row> = tx
        .query_built(format!(
            "{NAMED} AND t.patient_id = $2 AND t.revoked_at IS NULL ORDER BY u.name_key, t.id"
        ))
        .bind(tenant)
        .bind(patient)
        .all()
        .await?;
    rows.into_iter().map(NamedProxy::try_from).collect()
}

/// The proxy, whether it still counts or not; in a writing transaction nobody else changes it until that ends.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: ProxyId) -> Result<Option<NamedProxy>> {
    let row: Option<Row> = tx
        .query_built(format!("{NAMED} AND t.id = $2"))
        .bind(tenant)
        .bind(id)
        .optional()
        .await?;
    row.map(NamedProxy::try_from).transpose()
}

/// The proxy of this user for this patient that was not revoked, expired or not.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn find_between(
    tx: &mut Tx,
    tenant: TenantId,
    user: UserId,
    patient: PatientId,
) -> Result<Option<NamedProxy>> {
    let row: Option<Row> = tx
        .query_built(format!(
            "{NAMED} AND t.user_id = $2 AND t.patient_id = $3 AND t.revoked_at IS NULL"
        ))
        .bind(tenant)
        .bind(user)
        .bind(patient)
        .optional()
        .await?;
    row.map(NamedProxy::try_from).transpose()
}

/// How many patients the user added themselves and may still act for.
///
/// # Errors
/// What the database refused.
pub async fn count_added(tx: &mut Tx, tenant: TenantId, user: UserId) -> Result<i64> {
    // Taken first, so that two requests of one person are counted one after the other.
    if tx.is_postgres() {
        tx.query("SELECT u.id FROM users u WHERE u.tenant_id = $1 AND u.id = $2 FOR NO KEY UPDATE")
            .bind(tenant)
            .bind(user)
            .execute()
            .await?;
    }
    tx.query(
        "SELECT count(*) FROM proxies WHERE tenant_id = $1 AND user_id = $2 AND created_by = $2 AND revoked_at IS NULL",
    )
    .bind(tenant)
    .bind(user)
    .scalar()
    .await
}

/// Stores a new one.
///
/// # Errors
/// [`StoreError::Unique`] when the user may act for the patient already.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &Proxy) -> Result<()> {
    tx.query(
        "INSERT INTO proxies (tenant_id, id, user_id, patient_id, relationship, scope, expires_at, created_by, created_at,
             updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.user_id)
    .bind(it.patient_id)
    .bind(it.relationship.name())
    .bind(it.scope.name())
    .bind(it.expires_at)
    .bind(it.created_by)
    .bind(it.created_at)
    .bind(it.updated_at)
    .bind(it.version)
    .execute()
    .await
    .map(drop)
}

/// Stores what changed: the version before must still be the stored one.
///
/// # Errors
/// [`StoreError::Stale`].
pub async fn update(tx: &mut Tx, tenant: TenantId, it: &Proxy) -> Result<()> {
    let changed = tx
        .query(
            "UPDATE proxies SET relationship = $4, scope = $5, expires_at = $6, updated_at = $7, revoked_at = $8, version = $9
             WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(tenant)
        .bind(it.id)
        .bind(it.version - 1)
        .bind(it.relationship.name())
        .bind(it.scope.name())
        .bind(it.expires_at)
        .bind(it.updated_at)
        .bind(it.revoked_at)
        .bind(it.version)
        .execute()
        .await?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}
