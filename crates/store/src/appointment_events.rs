//! The history of appointments.

use kalends_domain::appointment::AppointmentEvent;
use kalends_domain::id::TenantId;

use crate::error::Result;
use crate::tx::Tx;

/// Writes changes as they happened.
///
/// # Errors
/// What the database refused.
pub async fn insert(tx: &mut Tx, tenant: TenantId, events: &[AppointmentEvent]) -> Result<()> {
    for event in events {
        tx.query(
            "INSERT INTO appointment_events (tenant_id, appointment_id, version, at, actor_id, action, from_status, to_status,
                 starts_at, provider_id, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(tenant)
        .bind(event.appointment_id)
        .bind(event.version)
        .bind(event.at)
        .bind(event.actor_id)
        .bind(&event.action)
        .bind(event.from_status.map(|status| status.name()))
        .bind(event.to_status.name())
        .bind(event.starts_at)
        .bind(event.provider_id)
        .bind(event.reason.as_deref())
        .execute()
        .await?;
    }
    Ok(())
}
