//! The history of appointments.

use kalends_domain::appointment::{AppointmentEvent, NamedEvent, Status};
use kalends_domain::id::{AppointmentId, TenantId};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::Instant;

#[derive(sqlx::FromRow)]
struct Row {
    appointment_id: Uuid,
    version: i64,
    at: Instant,
    actor_id: Option<Uuid>,
    action: String,
    from_status: Option<String>,
    to_status: String,
    starts_at: Instant,
    provider_id: Uuid,
    reason: Option<String>,
}

impl TryFrom<Row> for AppointmentEvent {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let status = |column, name: &str| {
            name.parse::<Status>().map_err(|_| StoreError::Corrupt {
                table: "appointment_events",
                column,
                row: format!("{} version {}", row.appointment_id, row.version),
                value: name.to_owned(),
            })
        };
        Ok(Self {
            appointment_id: row.appointment_id.into(),
            version: row.version,
            at: row.at.0,
            actor_id: row.actor_id.map(Into::into),
            from_status: row
                .from_status
                .as_deref()
                .map(|name| status("from_status", name))
                .transpose()?,
            to_status: status("to_status", &row.to_status)?,
            action: row.action,
            starts_at: row.starts_at.0,
            provider_id: row.provider_id.into(),
            reason: row.reason,
        })
    }
}

/// The history of one appointment, oldest first.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list(tx: &mut Tx, tenant: TenantId, appointment: AppointmentId) -> Result<Vec<AppointmentEvent>> {
    let rows: Vec<Row> = tx
        .query(
            "SELECT appointment_id, version, at, actor_id, action, from_status, to_status, starts_at, provider_id, reason
             FROM appointment_events WHERE tenant_id = $1 AND appointment_id = $2 ORDER BY version",
        )
        .bind(tenant)
        .bind(appointment)
        .all()
        .await?;
    rows.into_iter().map(AppointmentEvent::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct NamedRow {
    #[sqlx(flatten)]
    row: Row,
    actor_name: Option<String>,
    by_family: bool,
}

/// The history of one appointment with who made it, oldest first.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list_named(tx: &mut Tx, tenant: TenantId, appointment: AppointmentId) -> Result<Vec<NamedEvent>> {
    let rows: Vec<NamedRow> = tx
        .query(
            "SELECT e.appointment_id, e.version, e.at, e.actor_id, e.action, e.from_status, e.to_status, e.starts_at,
                 e.provider_id, e.reason, u.given_name || ' ' || u.family_name AS actor_name,
                 COALESCE(e.actor_id = p.user_id, false) OR EXISTS (SELECT 1 FROM proxies x
                     WHERE x.tenant_id = $1 AND x.patient_id = a.patient_id AND x.user_id = e.actor_id) AS by_family
             FROM appointment_events e
             JOIN appointments a ON a.tenant_id = $1 AND a.id = e.appointment_id
             JOIN patients p ON p.tenant_id = $1 AND p.id = a.patient_id
             LEFT JOIN users u ON u.tenant_id = $1 AND u.id = e.actor_id
             WHERE e.tenant_id = $1 AND e.appointment_id = $2 ORDER BY e.version",
        )
        .bind(tenant)
        .bind(appointment)
        .all()
        .await?;
    let named = rows.into_iter().map(|row| {
        Ok(NamedEvent {
            event: row.row.try_into()?,
            actor_name: row.actor_name,
            by_family: row.by_family,
        })
    });
    named.collect()
}

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
