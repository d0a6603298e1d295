//! Requests that may be sent again, and what was answered.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::id::TenantId;

use crate::change::{IdempotencyKey, StoredAnswer};
use crate::error::Result;
use crate::tx::Tx;

/// How long a key is remembered.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

#[derive(sqlx::FromRow)]
struct Row {
    fingerprint: Vec<u8>,
    status: i32,
    answer: String,
}

/// What was answered to this key.
///
/// # Errors
/// What the database refused.
pub async fn find(
    tx: &mut Tx,
    tenant: TenantId,
    now: Timestamp,
    caller: &str,
    operation: &str,
    key: &str,
) -> Result<Option<StoredAnswer>> {
    let row: Option<Row> = tx
        .query(
            "SELECT fingerprint, status, answer FROM idempotency_keys
             WHERE tenant_id = $1 AND caller = $2 AND operation = $3 AND key = $4 AND created_at > $5",
        )
        .bind(tenant)
        .bind(caller)
        .bind(operation)
        .bind(key)
        .bind(now - KEPT_FOR)
        .optional()
        .await?;
    Ok(row.map(
        |Row {
             fingerprint,
             status,
             answer,
         }| StoredAnswer {
            fingerprint,
            status,
            answer,
        },
    ))
}

/// Takes a key that is free or too old; otherwise returns what was answered to it. A second taker waits for the first.
///
/// # Errors
/// What the database refused.
pub async fn claim(
    tx: &mut Tx,
    tenant: TenantId,
    now: Timestamp,
    key: &IdempotencyKey,
) -> Result<Option<StoredAnswer>> {
    tx.query(
        "DELETE FROM idempotency_keys
         WHERE tenant_id = $1 AND caller = $2 AND operation = $3 AND key = $4 AND created_at <= $5",
    )
    .bind(tenant)
    .bind(&key.caller)
    .bind(&key.operation)
    .bind(&key.key)
    .bind(now - KEPT_FOR)
    .execute()
    .await?;
    let taken = tx
        .query(
            "INSERT INTO idempotency_keys (tenant_id, caller, operation, key, fingerprint, status, answer, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(&key.caller)
        .bind(&key.operation)
        .bind(&key.key)
        .bind(&key.fingerprint[..])
        .bind(key.status)
        .bind(&key.answer)
        .bind(now)
        .execute()
        .await?;
    if taken == 1 {
        return Ok(None);
    }
    find(tx, tenant, now, &key.caller, &key.operation, &key.key).await
}

/// Stores the answer of a key that this transaction took.
///
/// # Errors
/// What the database refused.
pub async fn complete(tx: &mut Tx, tenant: TenantId, key: &IdempotencyKey) -> Result<()> {
    tx.query(
        "UPDATE idempotency_keys SET status = $5, answer = $6
         WHERE tenant_id = $1 AND caller = $2 AND operation = $3 AND key = $4",
    )
    .bind(tenant)
    .bind(&key.caller)
    .bind(&key.operation)
    .bind(&key.key)
    .bind(key.status)
    .bind(&key.answer)
    .execute()
    .await
    .map(drop)
}

/// Deletes the keys that are too old to be replayed, and says how many.
///
/// # Errors
/// What the database refused.
pub async fn delete_old(tx: &mut Tx, tenant: TenantId, now: Timestamp) -> Result<u64> {
    tx.query("DELETE FROM idempotency_keys WHERE tenant_id = $1 AND created_at <= $2")
        .bind(tenant)
        .bind(now - KEPT_FOR)
        .execute()
        .await
}
