//! How much the providers in question have to do, for choosing one of them.

use std::collections::HashMap;

use jiff::Timestamp;
use kalends_domain::assignment::Load;
use kalends_domain::id::{PatientId, ProviderId, ServiceId, TenantId};
use kalends_domain::time::Span;
use uuid::Uuid;

use crate::error::Result;
use crate::tx::Tx;
use crate::value::Instant;

#[derive(sqlx::FromRow)]
struct Given {
    provider_id: Uuid,
    weight: Option<i32>,
    given: i64,
    last_given: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct Busy {
    provider_id: Uuid,
    starts_at: Instant,
    ends_at: Instant,
}

/// The load of everybody who gives the service: on `day`, and of the service from `since` on.
///
/// # Errors
/// What the database refused.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    service: ServiceId,
    patient: Option<PatientId>,
    day: Span,
    since: Timestamp,
) -> Result<HashMap<ProviderId, Load>> {
    let given: Vec<Given> = tx
        .query(
            "SELECT o.provider_id, o.weight, count(a.id) AS given, max(a.created_at) AS last_given
             FROM provider_services o
             LEFT JOIN appointments a ON a.tenant_id = $1 AND a.service_id = $2 AND a.provider_id = o.provider_id
                 AND a.starts_at >= $3 AND a.status NOT IN ('cancelled', 'declined')
             WHERE o.tenant_id = $1 AND o.service_id = $2 GROUP BY o.provider_id, o.weight",
        )
        .bind(tenant)
        .bind(service)
        .bind(since)
        .all()
        .await?;
    let busy: Vec<Busy> = tx
        .query(
            "SELECT a.provider_id, a.starts_at, a.ends_at FROM appointments a
             WHERE a.tenant_id = $1 AND a.starts_at >= $3 AND a.starts_at < $4 AND a.status NOT IN ('cancelled', 'declined')
               AND a.provider_id IN (SELECT o.provider_id FROM provider_services o WHERE o.tenant_id = $1 AND o.service_id = $2)",
        )
        .bind(tenant)
        .bind(service)
        .bind(day.starts_at())
        .bind(day.ends_at())
        .all()
        .await?;
    let usual: Option<Uuid> = tx
        .query(
            "SELECT a.provider_id FROM appointments a
             WHERE a.tenant_id = $1 AND a.patient_id = $2 AND a.status NOT IN ('cancelled', 'declined', 'no_show')
             ORDER BY a.starts_at DESC LIMIT 1",
        )
        .bind(tenant)
        .bind(patient)
        .scalars()
        .await?
        .into_iter()
        .next();
    let mut loads: HashMap<ProviderId, Load> = given
        .into_iter()
        .map(|row| {
            let load = Load {
                busy_minutes: 0,
                given: u32::try_from(row.given).unwrap_or(u32::MAX),
                last_given: row.last_given.map(|at| at.0),
                weight: row.weight.and_then(|weight| u32::try_from(weight).ok()).unwrap_or(1),
                usual: usual == Some(row.provider_id),
            };
            (row.provider_id.into(), load)
        })
        .collect();
    for row in busy {
        if let Some(load) = loads.get_mut(&row.provider_id.into()) {
            load.busy_minutes += row.ends_at.0.duration_since(row.starts_at.0).as_mins();
        }
    }
    Ok(loads)
}
