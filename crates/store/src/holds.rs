//! Holds: found and given up here; made and spent as part of a [`Change`](crate::change::Change) only.

use jiff::Timestamp;
use kalends_domain::hold::{Hold, Proposed};
use kalends_domain::id::{AppointmentId, HoldId, TenantId, UserId};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::Tx;
use crate::value::Instant;

const COLUMNS: &str = "SELECT id, service_id, provider_id, location_id, starts_at, ends_at, expires_at, created_by,
         appointment_id, message
     FROM holds WHERE tenant_id = $1";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    service_id: Uuid,
    provider_id: Uuid,
    location_id: Uuid,
    starts_at: Instant,
    ends_at: Instant,
    expires_at: Instant,
    created_by: Option<Uuid>,
    appointment_id: Option<Uuid>,
    message: Option<String>,
}

impl From<Row> for Hold {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            service_id: row.service_id.into(),
            provider_id: row.provider_id.into(),
            location_id: row.location_id.into(),
            starts_at: row.starts_at.0,
            ends_at: row.ends_at.0,
            expires_at: row.expires_at.0,
            created_by: row.created_by.map(Into::into),
            proposed: row.appointment_id.map(|id| Proposed {
                appointment_id: id.into(),
                message: row.message,
            }),
        }
    }
}

/// The hold with this secret, expired or not; only the secret's hash is stored.
///
/// # Errors
/// What the database refused.
pub async fn find_by_token(tx: &mut Tx, tenant: TenantId, token_hash: &[u8]) -> Result<Option<Hold>> {
    let row: Option<Row> = tx
        .query_built(format!("{COLUMNS} AND token_hash = $2"))
        .bind(tenant)
        .bind(token_hash)
        .optional()
        .await?;
    Ok(row.map(Hold::from))
}

/// The holds of this person that have not expired.
///
/// # Errors
/// What the database refused.
pub async fn list_live(tx: &mut Tx, tenant: TenantId, now: Timestamp, created_by: UserId) -> Result<Vec<Hold>> {
    let rows: Vec<Row> = tx
        .query_built(format!("{COLUMNS} AND created_by = $2 AND expires_at > $3"))
        .bind(tenant)
        .bind(created_by)
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(Hold::from).collect())
}

/// The time that is proposed for this appointment, unless that has expired.
///
/// # Errors
/// What the database refused.
pub async fn find_proposed(
    tx: &mut Tx,
    tenant: TenantId,
    now: Timestamp,
    appointment: AppointmentId,
) -> Result<Option<Hold>> {
    let row: Option<Row> = tx
        .query_built(format!("{COLUMNS} AND appointment_id = $2 AND expires_at > $3"))
        .bind(tenant)
        .bind(appointment)
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(Hold::from))
}

/// All proposals that have not expired.
///
/// # Errors
/// What the database refused.
pub async fn list_proposed(tx: &mut Tx, tenant: TenantId, now: Timestamp) -> Result<Vec<Hold>> {
    let rows: Vec<Row> = tx
        .query_built(format!("{COLUMNS} AND appointment_id IS NOT NULL AND expires_at > $2"))
        .bind(tenant)
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(Hold::from).collect())
}

/// Gives up what is proposed for this appointment, expired or not, and says whether there was anything.
///
/// # Errors
/// What the database refused.
pub async fn withdraw(tx: &mut Tx, tenant: TenantId, appointment: AppointmentId) -> Result<bool> {
    let sql = "DELETE FROM holds WHERE tenant_id = $1 AND appointment_id = $2";
    Ok(tx.query(sql).bind(tenant).bind(appointment).execute().await? > 0)
}

/// Who may give up a hold.
#[derive(Clone, Debug)]
pub enum Holder {
    /// Whoever has its secret.
    Token(Vec<u8>),
    /// Whoever made it.
    User(UserId),
}

/// Gives up a hold, with its allocations; `false` when this caller has no such hold.
///
/// # Errors
/// What the database refused.
pub async fn release(tx: &mut Tx, tenant: TenantId, id: HoldId, holder: &Holder) -> Result<bool> {
    let query = match holder {
        // What the organisation keeps for somebody is not theirs to give up by leaving a page.
        Holder::Token(hash) => tx
            .query("DELETE FROM holds WHERE tenant_id = $1 AND id = $2 AND token_hash = $3 AND created_by IS NOT NULL")
            .bind(tenant)
            .bind(id)
            .bind(&hash[..]),
        Holder::User(user) => tx
            .query("DELETE FROM holds WHERE tenant_id = $1 AND id = $2 AND created_by = $3")
            .bind(tenant)
            .bind(id)
            .bind(*user),
    };
    Ok(query.execute().await? == 1)
}

/// Deletes what has expired, with its allocations, and says how many. Holds that a booking is deleting are left to it.
///
/// # Errors
/// What the database refused.
pub async fn delete_expired(tx: &mut Tx, tenant: TenantId, now: Timestamp) -> Result<u64> {
    let sql = if tx.is_postgres() {
        "DELETE FROM holds WHERE tenant_id = $1 AND id IN (
             SELECT id FROM holds WHERE tenant_id = $1 AND expires_at <= $2 ORDER BY id FOR UPDATE SKIP LOCKED)"
    } else {
        "DELETE FROM holds WHERE tenant_id = $1 AND expires_at <= $2"
    };
    tx.query(sql).bind(tenant).bind(now).execute().await
}
