//! What providers do otherwise than a service says: more columns of the links between them.

use kalends_domain::id::{ProviderId, ServiceId, TenantId};
use kalends_domain::provider_service::ProviderService;
use uuid::Uuid;

use crate::error::Result;
use crate::tx::Tx;

#[derive(sqlx::FromRow)]
struct Row {
    provider_id: Uuid,
    service_id: Uuid,
    duration_minutes: Option<i32>,
    buffer_before_minutes: Option<i32>,
    buffer_after_minutes: Option<i32>,
    start_interval_minutes: Option<i32>,
    lead_time_minutes: Option<i32>,
    booking_horizon_days: Option<i32>,
    cancel_cutoff_minutes: Option<i32>,
    reschedule_cutoff_minutes: Option<i32>,
    price_minor: Option<i64>,
    requires_approval: Option<bool>,
    max_per_day: Option<i32>,
    max_per_week: Option<i32>,
    weight: Option<i32>,
}

impl From<Row> for ProviderService {
    fn from(row: Row) -> Self {
        Self {
            provider_id: row.provider_id.into(),
            service_id: row.service_id.into(),
            duration_minutes: row.duration_minutes,
            buffer_before_minutes: row.buffer_before_minutes,
            buffer_after_minutes: row.buffer_after_minutes,
            start_interval_minutes: row.start_interval_minutes,
            lead_time_minutes: row.lead_time_minutes,
            booking_horizon_days: row.booking_horizon_days,
            cancel_cutoff_minutes: row.cancel_cutoff_minutes,
            reschedule_cutoff_minutes: row.reschedule_cutoff_minutes,
            price_minor: row.price_minor,
            requires_approval: row.requires_approval,
            max_per_day: row.max_per_day,
            max_per_week: row.max_per_week,
            weight: row.weight,
        }
    }
}

const SELECT: &str =
    "SELECT o.provider_id, o.service_id, o.duration_minutes, o.buffer_before_minutes, o.buffer_after_minutes,
         o.start_interval_minutes, o.lead_time_minutes, o.booking_horizon_days, o.cancel_cutoff_minutes,
         o.reschedule_cutoff_minutes, o.price_minor, o.requires_approval, o.max_per_day, o.max_per_week, o.weight
     FROM provider_services o JOIN providers p ON p.tenant_id = $1 AND p.id = o.provider_id
     WHERE o.tenant_id = $1 AND p.archived_at IS NULL AND o.service_id = $2";

/// How each current provider gives the service, by their names.
///
/// # Errors
/// What the database refused.
pub async fn list(tx: &mut Tx, tenant: TenantId, service: ServiceId) -> Result<Vec<ProviderService>> {
    let query = tx.query_built(format!("{SELECT} ORDER BY p.name_key, p.id"));
    let rows: Vec<Row> = query.bind(tenant).bind(service).all().await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// How this provider gives the service; absent when they do not.
///
/// # Errors
/// What the database refused.
pub async fn find(
    tx: &mut Tx,
    tenant: TenantId,
    service: ServiceId,
    provider: ProviderId,
) -> Result<Option<ProviderService>> {
    let query = tx.query_built(format!("{SELECT} AND o.provider_id = $3"));
    let row: Option<Row> = query.bind(tenant).bind(service).bind(provider).optional().await?;
    Ok(row.map(Into::into))
}

/// Replaces what the provider does otherwise; `false` when a current provider does not give the service.
///
/// # Errors
/// What the database refused.
pub async fn update(tx: &mut Tx, tenant: TenantId, it: &ProviderService) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE provider_services
             SET duration_minutes = $4, buffer_before_minutes = $5, buffer_after_minutes = $6, start_interval_minutes = $7,
                 lead_time_minutes = $8, booking_horizon_days = $9, cancel_cutoff_minutes = $10, reschedule_cutoff_minutes = $11,
                 price_minor = $12, requires_approval = $13, max_per_day = $14, max_per_week = $15, weight = $16
             WHERE tenant_id = $1 AND service_id = $2 AND provider_id = $3
               AND provider_id IN (SELECT p.id FROM providers p WHERE p.tenant_id = $1 AND p.archived_at IS NULL)",
        )
        .bind(tenant)
        .bind(it.service_id)
        .bind(it.provider_id)
        .bind(it.duration_minutes)
        .bind(it.buffer_before_minutes)
        .bind(it.buffer_after_minutes)
        .bind(it.start_interval_minutes)
        .bind(it.lead_time_minutes)
        .bind(it.booking_horizon_days)
        .bind(it.cancel_cutoff_minutes)
        .bind(it.reschedule_cutoff_minutes)
        .bind(it.price_minor)
        .bind(it.requires_approval)
        .bind(it.max_per_day)
        .bind(it.max_per_week)
        .bind(it.weight)
        .execute()
        .await?;
    Ok(changed > 0)
}
