//! The keys that access tokens are signed with: of the installation, not of a tenant.

use jiff::Timestamp;

use crate::error::Result;
use crate::tx::Tx;

/// A key as it is stored.
pub struct SigningKey {
    /// The name that a token's header carries.
    pub kid: String,
    /// PKCS #8.
    pub private_key: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    kid: String,
    private_key: Vec<u8>,
}

/// The keys in use, newest first: the first one signs, all of them verify.
///
/// # Errors
/// What the database refused.
pub async fn list(tx: &mut Tx) -> Result<Vec<SigningKey>> {
    let rows: Vec<Row> = tx
        .query("SELECT kid, private_key FROM signing_keys WHERE retired_at IS NULL ORDER BY created_at DESC, kid")
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|Row { kid, private_key }| SigningKey { kid, private_key })
        .collect())
}

/// Stores a new key. Only the owner of the database may.
///
/// # Errors
/// What the database refused.
pub async fn insert(tx: &mut Tx, key: &SigningKey, now: Timestamp) -> Result<()> {
    tx.query("INSERT INTO signing_keys (kid, algorithm, private_key, created_at) VALUES ($1, 'EdDSA', $2, $3)")
        .bind(&key.kid)
        .bind(&key.private_key[..])
        .bind(now)
        .execute()
        .await
        .map(drop)
}
