//! What a database must have before anybody is served: a key to sign with, and the tenant `default`.

use jiff::Timestamp;
use kalends_store::store::Store;
use kalends_store::tenants as store;

use crate::error::{AppError, Result};
use crate::{signing_keys, tenants};

/// Makes what is missing. Needs the owner's connection: `migrate` calls it.
///
/// # Errors
/// What the database refused.
pub async fn complete(owner: &Store, now: Timestamp) -> Result<()> {
    signing_keys::ensure(owner, now)
        .await
        .map_err(|error| AppError::Internal(error.to_string()))?;
    tenants::ensure_default(owner, now).await.map(drop)
}

/// Makes it in a database that nobody has used yet. In one with tenants nothing is made: a signing key that is missing there
/// was lost or taken away, and the server is not to start as if nothing had happened.
///
/// # Errors
/// What the database refused.
pub async fn complete_new(owner: &Store, now: Timestamp) -> Result<()> {
    let mut tx = owner.read_untenanted().await?;
    let is_new = store::list(&mut tx).await?.is_empty();
    drop(tx);
    if is_new { complete(owner, now).await } else { Ok(()) }
}
