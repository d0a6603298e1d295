//! Checks of the whole database: that what the constraints, the guard and the use cases promise is so. Everything is read in
//! one snapshot, beside a server at work, and as the owner, who sees every tenant's rows.

mod audit;
mod calendar;
mod links;
mod outbox;

use kalends_domain::id::TenantId;
use uuid::Uuid;

use crate::error::Result;
use crate::tx::Tx;

pub use links::{Link, links};

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Its stable name.
    pub invariant: &'static str,
    pub tenant_id: TenantId,
    /// The record that breaks it; a tenant's own id where there is none.
    pub id: Uuid,
    /// What exactly, without anything personal.
    pub detail: String,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Each table with the number of its rows, by name.
    pub tables: Vec<(String, i64)>,
    /// At most [`MOST`] for each invariant.
    pub violations: Vec<Violation>,
}

/// How many violations of one invariant are listed.
pub const MOST: i64 = 100;

/// A query that finds what breaks an invariant: `tenant_id` and `id` of each.
struct Invariant {
    name: &'static str,
    detail: &'static str,
    sql: String,
}

#[derive(sqlx::FromRow)]
struct Found {
    tenant_id: Uuid,
    id: Uuid,
}

/// Checks everything. `tx` is the owner's, from `read_untenanted`.
///
/// # Errors
/// What the database refused.
pub async fn verify(tx: &mut Tx) -> Result<Findings> {
    let mut findings = Findings::default();
    for table in tables(tx).await? {
        // The name comes from the database's own list.
        let rows = tx.query_built(format!("SELECT count(*) FROM {table}")).scalar().await?;
        findings.tables.push((table, rows));
    }
    let mut invariants = calendar::invariants(tx.is_postgres());
    invariants.extend(outbox::invariants(tx.is_postgres()));
    invariants.extend(audit::invariants(tx.is_postgres()));
    for invariant in invariants {
        findings.violations.extend(check(tx, &invariant).await?);
    }
    findings.violations.extend(links::broken(tx).await?);
    findings.violations.extend(audit::broken_chains(tx).await?);
    Ok(findings)
}

/// Whether row-level security leaves the connected role every row: a check of nothing would find nothing wrong.
///
/// # Errors
/// What the database refused.
pub async fn sees_everything(tx: &mut Tx) -> Result<bool> {
    if !tx.is_postgres() {
        return Ok(true);
    }
    tx.query("SELECT NOT row_security_active('allocations')").scalar().await
}

async fn check(tx: &mut Tx, invariant: &Invariant) -> Result<Vec<Violation>> {
    let found: Vec<Found> = tx.query_built(format!("{} LIMIT {MOST}", invariant.sql)).all().await?;
    let violation = |found: Found| Violation {
        invariant: invariant.name,
        tenant_id: found.tenant_id.into(),
        id: found.id,
        detail: invariant.detail.to_owned(),
    };
    Ok(found.into_iter().map(violation).collect())
}

/// The tables of the schema, by name, without the migrations' own.
async fn tables(tx: &mut Tx) -> Result<Vec<String>> {
    let sql = if tx.is_postgres() {
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_sqlx%' ORDER BY table_name"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'
             AND name NOT LIKE 'sqlite%' ORDER BY name"
    };
    tx.query(sql).scalars().await
}

#[cfg(test)]
mod tests;
