//! Every link leads to a record of the same tenant. The links are read from the schema itself.

use std::collections::BTreeMap;

use super::{MOST, Violation};
use crate::error::Result;
use crate::tx::Tx;

/// A foreign key: the columns of `table` name a row of `parent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub table: String,
    pub parent: String,
    /// Pairs of the column here and the column there, by name.
    pub columns: Vec<(String, String)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    link_table: String,
    link_key: i64,
    parent: String,
    here: String,
    there: String,
}

/// Every foreign key of the schema, by table.
///
/// # Errors
/// What the database refused.
pub async fn links(tx: &mut Tx) -> Result<Vec<Link>> {
    let sql = if tx.is_postgres() {
        "SELECT c.conrelid::regclass::text AS link_table, c.oid::bigint AS link_key, c.confrelid::regclass::text AS parent,
             here.attname::text AS here, there.attname::text AS there
         FROM pg_constraint c
         CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k (here, there)
         JOIN pg_attribute here ON here.attrelid = c.conrelid AND here.attnum = k.here
         JOIN pg_attribute there ON there.attrelid = c.confrelid AND there.attnum = k.there
         WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
         ORDER BY 1, 2, 4"
    } else {
        "SELECT m.name AS link_table, f.id AS link_key, f.\"table\" AS parent, f.\"from\" AS here, f.\"to\" AS there
         FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1, 2, 4"
    };
    let rows: Vec<Row> = tx.query(sql).all().await?;
    let mut links: BTreeMap<(String, i64), Link> = BTreeMap::new();
    for row in rows {
        let link = links
            .entry((row.link_table.clone(), row.link_key))
            .or_insert_with(|| Link {
                table: row.link_table,
                parent: row.parent,
                columns: Vec::new(),
            });
        link.columns.push((row.here, row.there));
    }
    Ok(links.into_values().collect())
}

/// The rows whose links lead nowhere, or to another tenant.
pub(super) async fn broken(tx: &mut Tx) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for link in links(tx).await? {
        // All names come from the schema.
        let of: Vec<&str> = link.columns.iter().map(|(here, _)| here.as_str()).collect();
        let own = of.iter().find(|column| **column != "tenant_id").unwrap_or(&"tenant_id");
        let same: Vec<String> = link
            .columns
            .iter()
            .map(|(here, there)| format!("parent.{there} = child.{here}"))
            .collect();
        let found: Vec<super::Found> = tx
            .query_built(format!(
                "SELECT child.tenant_id, child.{own} AS id FROM {} child LEFT JOIN {} parent ON {}
                 WHERE child.{own} IS NOT NULL AND parent.{} IS NULL LIMIT {MOST}",
                link.table,
                link.parent,
                same.join(" AND "),
                link.columns[0].1,
            ))
            .all()
            .await?;
        violations.extend(found.into_iter().map(|found| Violation {
            invariant: "links-stay-in-the-tenant",
            tenant_id: found.tenant_id.into(),
            id: found.id,
            detail: format!("{}.{own} names no record of {} in its tenant", link.table, link.parent),
        }));
    }
    Ok(violations)
}
