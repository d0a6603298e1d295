//! How many appointments there are in each state.

use kalends_domain::appointment::Status;
use kalends_domain::id::{PatientId, TenantId};
use uuid::Uuid;

use super::{AppointmentFilter, Visible, filtered, status};
use crate::error::Result;
use crate::list::Filter;
use crate::tx::Tx;

#[derive(sqlx::FromRow)]
struct PatientCountRow {
    patient_id: Uuid,
    status: String,
    count: i64,
}

/// The same as [`counts`] for each of these patients, of all that the caller may see.
///
/// # Errors
/// What the database refused.
pub async fn counts_of_patients(
    tx: &mut Tx,
    tenant: TenantId,
    visible: &Visible,
    patients: &[PatientId],
) -> Result<Vec<(PatientId, Status, i64)>> {
    if patients.is_empty() {
        return Ok(Vec::new());
    }
    let mut filters = visible.filters();
    filters.push(Filter::one_of("t.patient_id IN ?", patients.to_vec()));
    let select = "SELECT t.patient_id, t.status, count(*) AS count FROM appointments t WHERE t.tenant_id = $1";
    let tail = " GROUP BY t.patient_id, t.status";
    let rows: Vec<PatientCountRow> = filtered(tx, tenant, select, filters, tail).all().await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                PatientId(row.patient_id),
                status(row.patient_id, &row.status)?,
                row.count,
            ))
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct CountRow {
    status: String,
    count: i64,
}

/// How many there are in each state; states without any are left out.
///
/// # Errors
/// What the database refused.
pub async fn counts(tx: &mut Tx, tenant: TenantId, filter: &AppointmentFilter) -> Result<Vec<(Status, i64)>> {
    let select = "SELECT t.status, count(*) AS count FROM appointments t WHERE t.tenant_id = $1";
    let tail = " GROUP BY t.status ORDER BY t.status";
    let rows: Vec<CountRow> = filtered(tx, tenant, select, filter.filters(), tail).all().await?;
    rows.into_iter()
        .map(|row| Ok((status(Uuid::nil(), &row.status)?, row.count)))
        .collect()
}
