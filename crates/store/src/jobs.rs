//! The outbox: work that follows a change, written with it.

use jiff::Timestamp;
use kalends_domain::id::TenantId;
use kalends_domain::job::NewJob;

use crate::error::Result;
use crate::tx::Tx;

/// Writes jobs that become due at their `run_at`.
///
/// # Errors
/// What the database refused.
pub async fn enqueue(tx: &mut Tx, tenant: TenantId, now: Timestamp, jobs: &[NewJob]) -> Result<()> {
    for job in jobs {
        tx.query(
            "INSERT INTO jobs (tenant_id, id, kind, payload, run_at, attempts, created_at) VALUES ($1, $2, $3, $4, $5, 0, $6)",
        )
        .bind(tenant)
        .bind(job.id)
        .bind(&job.kind)
        .bind(&job.payload)
        .bind(job.run_at)
        .bind(now)
        .execute()
        .await?;
    }
    Ok(())
}
