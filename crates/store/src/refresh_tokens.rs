//! Refresh tokens, by the hash of what the client holds.

use jiff::Timestamp;
use kalends_domain::id::{SessionId, TenantId};
use kalends_domain::session::RefreshToken;
use uuid::Uuid;

use crate::error::Result;
use crate::tx::Tx;
use crate::value::Instant;

#[derive(sqlx::FromRow)]
struct Row {
    token_hash: Vec<u8>,
    session_id: Uuid,
    generation: i32,
    issued_at: Instant,
    expires_at: Instant,
    spent_at: Option<Instant>,
}

impl From<Row> for RefreshToken {
    fn from(row: Row) -> Self {
        Self {
            token_hash: row.token_hash,
            session_id: SessionId(row.session_id),
            generation: row.generation,
            issued_at: row.issued_at.0,
            expires_at: row.expires_at.0,
            spent_at: row.spent_at.map(Into::into),
        }
    }
}

/// The token with this hash, spent or not.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, hash: &[u8]) -> Result<Option<RefreshToken>> {
    let row: Option<Row> = tx
        .query(
            "SELECT token_hash, session_id, generation, issued_at, expires_at, spent_at FROM refresh_tokens
             WHERE tenant_id = $1 AND token_hash = $2",
        )
        .bind(tenant)
        .bind(hash)
        .optional()
        .await?;
    Ok(row.map(RefreshToken::from))
}

/// Stores a new token.
///
/// # Errors
/// [`Unique`](crate::error::StoreError::Unique) when the session has one of this generation.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &RefreshToken) -> Result<()> {
    tx.query(
        "INSERT INTO refresh_tokens (tenant_id, token_hash, session_id, generation, issued_at, expires_at, spent_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant)
    .bind(&it.token_hash[..])
    .bind(it.session_id)
    .bind(it.generation)
    .bind(it.issued_at)
    .bind(it.expires_at)
    .bind(it.spent_at)
    .execute()
    .await
    .map(drop)
}

/// Spends a token: true for the one caller whose transaction does. Another waits here until that one has ended.
///
/// # Errors
/// What the database refused.
pub async fn spend(tx: &mut Tx, tenant: TenantId, hash: &[u8], now: Timestamp) -> Result<bool> {
    let spent = tx
        .query("UPDATE refresh_tokens SET spent_at = $3 WHERE tenant_id = $1 AND token_hash = $2 AND spent_at IS NULL")
        .bind(tenant)
        .bind(hash)
        .bind(now)
        .execute()
        .await?;
    Ok(spent == 1)
}
