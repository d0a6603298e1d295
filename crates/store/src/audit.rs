//! The audit trail: entries are inserted, sealed by a sweep, and never changed.

use kalends_domain::audit::AuditEntry;
use kalends_domain::id::TenantId;

use crate::error::Result;
use crate::tx::Tx;

/// Writes entries, unsealed.
///
/// # Errors
/// What the database refused.
pub async fn insert(tx: &mut Tx, tenant: TenantId, entries: &[AuditEntry]) -> Result<()> {
    for entry in entries {
        tx.query(
            "INSERT INTO audit_entries (tenant_id, id, at, actor_kind, actor_id, role, action, outcome, resource,
                 resource_id, patient_id, detail, request_id, address)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(tenant)
        .bind(entry.id)
        .bind(entry.at)
        .bind(entry.actor_kind.name())
        .bind(entry.actor_id)
        .bind(entry.role.map(|role| role.name()))
        .bind(&entry.action)
        .bind(entry.outcome.name())
        .bind(&entry.resource)
        .bind(entry.resource_id)
        .bind(entry.patient_id)
        .bind(&entry.detail)
        .bind(entry.request_id)
        .bind(entry.address.as_deref())
        .execute()
        .await?;
    }
    Ok(())
}
