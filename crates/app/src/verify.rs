//! `kalends verify`: every promise of the database, checked.

use kalends_store::store::{Access, Store};
use kalends_store::verify as store;

use crate::error::{AppError, Result};

pub use kalends_store::verify::{Findings, Violation};

/// Checks the whole database at `url`, all tenants, as of one moment, beside a server at work.
///
/// # Errors
/// When the database is out of reach, or `url` does not belong to its owner.
pub async fn verify(url: &str) -> Result<Findings> {
    let owner = Store::connect(url, Access::Owner).await?;
    let mut tx = owner.read_untenanted().await?;
    if !store::sees_everything(&mut tx).await? {
        return Err(AppError::Internal(
            "verify must connect as the owner of the database".into(),
        ));
    }
    let findings = store::verify(&mut tx).await?;
    drop(tx);
    owner.close().await?;
    let rows: i64 = findings.tables.iter().map(|(_, rows)| rows).sum();
    tracing::info!(rows, violations = findings.violations.len(), "verified the database");
    Ok(findings)
}
