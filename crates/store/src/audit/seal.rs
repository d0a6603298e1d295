//! The chain over the audit trail: each seal is a hash of the one before and of everything that the entry says, so that an
//! entry changed, added or taken out afterwards no longer fits. (Entries cut off at the very end leave no trace in the chain
//! itself; they show in a comparison with a backup's last seal.)

use kalends_domain::id::TenantId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::row::{COLUMNS, Row};
use crate::error::Result;
use crate::tx::Tx;

/// Entries sealed in one transaction, so that nobody waits long for the embedded database's writer.
const BATCH: usize = 200;
/// Entries read at once by [`breaks`].
const PAGE: usize = 2_000;

/// An entry that does not fit into its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    pub seal_number: i64,
    /// The entry at that place; absent when there is none.
    pub entry: Option<uuid::Uuid>,
}

/// Seals the oldest unsealed entries of one tenant, in the order in which they happened, and returns how many; a full batch
/// means that there may be more. Does nothing while another node is sealing.
///
/// # Errors
/// What the database refused.
pub async fn seal(tx: &mut Tx, tenant: TenantId) -> Result<usize> {
    if tx.is_postgres() {
        let alone: bool = tx
            .query("SELECT pg_try_advisory_xact_lock(hashtextextended('seal ' || $1::text, 0))")
            .bind(tenant)
            .scalar()
            .await?;
        if !alone {
            return Ok(0);
        }
    }
    let rows: Vec<Row> = tx
        .query_built(format!(
            "SELECT {COLUMNS} FROM audit_entries WHERE tenant_id = $1 AND seal IS NULL ORDER BY at, id LIMIT {BATCH}"
        ))
        .bind(tenant)
        .all()
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let last: Option<Row> = tx
        .query_built(format!(
            "SELECT {COLUMNS} FROM audit_entries WHERE tenant_id = $1 AND seal_number IS NOT NULL
             ORDER BY seal_number DESC LIMIT 1"
        ))
        .bind(tenant)
        .optional()
        .await?;
    let mut number = last.as_ref().and_then(|row| row.seal_number).unwrap_or_default();
    let mut seal = last.and_then(|row| row.seal).unwrap_or_default();
    let mut sealed = Vec::with_capacity(rows.len());
    for row in &rows {
        number += 1;
        seal = next(&seal, number, row);
        sealed.push((row.id, number, seal.clone()));
    }
    write(tx, tenant, &sealed).await?;
    Ok(sealed.len())
}

async fn write(tx: &mut Tx, tenant: TenantId, sealed: &[(uuid::Uuid, i64, Vec<u8>)]) -> Result<()> {
    if tx.is_postgres() {
        let rows: Vec<Value> = sealed
            .iter()
            .map(|(id, number, seal)| json!({"id": id, "seal_number": number, "seal": hex(seal)}))
            .collect();
        tx.query(
            "UPDATE audit_entries a SET seal_number = s.seal_number, seal = s.seal
             FROM jsonb_to_recordset($2) AS s (id uuid, seal_number bigint, seal bytea)
             WHERE a.tenant_id = $1 AND a.id = s.id",
        )
        .bind(tenant)
        .bind(Value::Array(rows))
        .execute()
        .await?;
        return Ok(());
    }
    for (id, number, seal) in sealed {
        tx.query("UPDATE audit_entries SET seal_number = $3, seal = $4 WHERE tenant_id = $1 AND id = $2")
            .bind(tenant)
            .bind(*id)
            .bind(*number)
            .bind(&seal[..])
            .execute()
            .await?;
    }
    Ok(())
}

/// Where the chain of one tenant breaks: an entry whose seal is not the hash that it should be, or a number that is missing.
/// The chain is taken up again after each break, so that one changed entry is one break.
///
/// # Errors
/// What the database refused.
pub async fn breaks(tx: &mut Tx, tenant: TenantId) -> Result<Vec<Break>> {
    let mut breaks = Vec::new();
    let (mut number, mut seal) = (0, Vec::new());
    loop {
        let rows: Vec<Row> = tx
            .query_built(format!(
                "SELECT {COLUMNS} FROM audit_entries WHERE tenant_id = $1 AND seal_number > $2
                 ORDER BY seal_number LIMIT {PAGE}"
            ))
            .bind(tenant)
            .bind(number)
            .all()
            .await?;
        for row in &rows {
            let (Some(found), Some(stored)) = (row.seal_number, &row.seal) else {
                continue;
            };
            if found != number + 1 {
                breaks.push(Break {
                    seal_number: number + 1,
                    entry: None,
                });
            } else if *stored != next(&seal, found, row) {
                breaks.push(Break {
                    seal_number: found,
                    entry: Some(row.id),
                });
            }
            (number, seal) = (found, stored.clone());
        }
        if rows.len() < PAGE {
            return Ok(breaks);
        }
    }
}

/// The seal of an entry that follows `previous`.
fn next(previous: &[u8], number: i64, row: &Row) -> Vec<u8> {
    let content = json!([
        number,
        row.tenant_id,
        row.id,
        row.at.0.as_microsecond(),
        row.actor_kind,
        row.actor_id,
        row.role,
        row.action,
        row.outcome,
        row.resource,
        row.resource_id,
        row.patient_id,
        canonical(&row.detail.0),
        row.request_id,
        row.address,
    ]);
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(content.to_string());
    hasher.finalize().to_vec()
}

/// The same text for the same value, whatever order a database keeps the members of an object in.
fn canonical(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members: Vec<String> = members
                .into_iter()
                .map(|(name, value)| format!("{}:{}", json!(name), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// Bytes as PostgreSQL reads them in text.
fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::from("\\x"), |hex, byte| hex + &format!("{byte:02x}"))
}
