//! What a tenant has in every table, to be compared with what it has after somebody else's attempt.

use std::collections::BTreeMap;

use kalends_domain::id::TenantId;
use sha2::{Digest as _, Sha256};

use crate::error::Result;
use crate::store::{Access, Store};
use crate::tx::Tx;

/// For each table with rows of tenants: how many this one has, and a hash of all that is in them.
///
/// # Errors
/// What the database refused.
pub async fn rows(url: &str, tenant: TenantId) -> Result<BTreeMap<String, (usize, String)>> {
    let texts = texts(url, tenant).await?.into_iter();
    let summary = |rows: Vec<String>| {
        let mut hash = Sha256::new();
        for row in &rows {
            hash.update(row);
            hash.update([0]);
        }
        let hash = hash.finalize();
        let hex = hash
            .iter()
            .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        (rows.len(), hex)
    };
    Ok(texts.map(|(table, rows)| (table, summary(rows))).collect())
}

/// Every row of a tenant as text, by table.
///
/// # Errors
/// What the database refused.
pub async fn texts(url: &str, tenant: TenantId) -> Result<BTreeMap<String, Vec<String>>> {
    let owner = Store::connect(url, Access::Owner).await?;
    let mut tx = owner.read_untenanted().await?;
    let mut found = BTreeMap::new();
    for (table, columns) in tables(&mut tx).await? {
        let sql = format!("SELECT {columns} FROM {table} t WHERE tenant_id = $1 ORDER BY 1");
        let rows: Vec<String> = tx.query_built(sql).bind(tenant).scalars().await?;
        found.insert(table, rows);
    }
    drop(tx);
    owner.close().await?;
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct Table {
    name: String,
    columns: String,
}

/// Every table of tenants' rows, with an expression for a whole row as text.
async fn tables(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    let sql = if tx.is_postgres() {
        "SELECT table_name::text AS name, 't::text' AS columns FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name = 'tenant_id'"
    } else {
        "SELECT m.name AS name, group_concat('quote(t.' || c.name || ')', ' || ''|'' || ') AS columns
         FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'
         GROUP BY m.name HAVING sum(c.name = 'tenant_id') > 0"
    };
    let tables: Vec<Table> = tx.query(sql).all().await?;
    Ok(tables.into_iter().map(|it| (it.name, it.columns)).collect())
}
