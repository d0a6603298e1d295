//! Appointments that patients missed.

use jiff::Timestamp;
use kalends_domain::id::{PatientId, TenantId};

use crate::error::Result;
use crate::tx::Tx;

/// How often the patient did not come since then, without what was forgiven.
///
/// # Errors
/// What the database refused.
pub async fn count(tx: &mut Tx, tenant: TenantId, patient: PatientId, since: Timestamp) -> Result<i64> {
    tx.query(
        "SELECT count(*) FROM appointments t
         WHERE t.tenant_id = $1 AND t.patient_id = $2 AND t.starts_at >= $3 AND t.status = 'no_show' AND NOT t.forgiven",
    )
    .bind(tenant)
    .bind(patient)
    .bind(since)
    .scalar()
    .await
}
