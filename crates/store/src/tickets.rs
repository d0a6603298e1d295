//! Tickets: what staff granted patients to book.

use jiff::Timestamp;
use kalends_domain::id::{PatientId, ServiceId, TenantId, TicketId};
use kalends_domain::texts::Texts;
use kalends_domain::ticket::{NamedTicket, Ticket};
use sqlx::types::Json;
use uuid::Uuid;

use crate::error::Result;
use crate::list::Filter;
use crate::tx::Tx;
use crate::value::Instant;

const NAMED: &str =
    "SELECT t.id, t.patient_id, t.service_id, t.provider_id, t.department_id, t.valid_until, t.note, t.created_by,
        t.created_at, t.revoked_at, a.id AS spent_by,
        p.given_name || ' ' || p.family_name AS patient_name, s.name AS service_name, s.names AS service_names,
        COALESCE(d.title || ' ', '') || d.given_name || ' ' || d.family_name AS provider_name, u.name AS department_name
     FROM tickets t
     JOIN patients p ON p.tenant_id = t.tenant_id AND p.id = t.patient_id
     JOIN services s ON s.tenant_id = t.tenant_id AND s.id = t.service_id
     LEFT JOIN providers d ON d.tenant_id = t.tenant_id AND d.id = t.provider_id
     LEFT JOIN departments u ON u.tenant_id = t.tenant_id AND u.id = t.department_id
     LEFT JOIN appointments a ON a.tenant_id = t.tenant_id AND a.ticket_id = t.id
         AND a.status NOT IN ('cancelled', 'declined')
     WHERE t.tenant_id = $1";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    patient_id: Uuid,
    service_id: Uuid,
    provider_id: Option<Uuid>,
    department_id: Option<Uuid>,
    valid_until: Option<Instant>,
    note: Option<String>,
    created_by: Option<Uuid>,
    created_at: Instant,
    revoked_at: Option<Instant>,
    spent_by: Option<Uuid>,
    patient_name: String,
    service_name: String,
    service_names: Json<Texts>,
    provider_name: Option<String>,
    department_name: Option<String>,
}

impl From<Row> for NamedTicket {
    fn from(row: Row) -> Self {
        Self {
            ticket: Ticket {
                id: row.id.into(),
                patient_id: row.patient_id.into(),
                service_id: row.service_id.into(),
                provider_id: row.provider_id.map(Into::into),
                department_id: row.department_id.map(Into::into),
                valid_until: row.valid_until.map(Into::into),
                note: row.note,
                created_by: row.created_by.map(Into::into),
                created_at: row.created_at.0,
                revoked_at: row.revoked_at.map(Into::into),
                spent_by: row.spent_by.map(Into::into),
            },
            patient_name: row.patient_name,
            service_name: row.service_name,
            service_names: row.service_names.0,
            provider_name: row.provider_name,
            department_name: row.department_name,
        }
    }
}

/// The tickets of these patients, the latest first; the last hundred.
///
/// # Errors
/// What the database refused.
pub async fn list(tx: &mut Tx, tenant: TenantId, patients: &[PatientId]) -> Result<Vec<NamedTicket>> {
    let filter = Filter::one_of("t.patient_id IN ?", patients.to_vec());
    let sql = format!(
        "{NAMED} AND {} ORDER BY t.created_at DESC, t.id DESC LIMIT 100",
        filter.sql(2)
    );
    let query = tx.query_built(sql).bind(tenant);
    let rows: Vec<Row> = filter.bind(query).all().await?;
    Ok(rows.into_iter().map(NamedTicket::from).collect())
}

/// The ticket, whatever it is worth.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: TicketId) -> Result<Option<NamedTicket>> {
    let row: Option<Row> = tx
        .query_built(format!("{NAMED} AND t.id = $2"))
        .bind(tenant)
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(NamedTicket::from))
}

/// Stores a new one.
///
/// # Errors
/// What the database refused.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &Ticket) -> Result<()> {
    tx.query(
        "INSERT INTO tickets (tenant_id, id, patient_id, service_id, provider_id, department_id, valid_until, note, created_by,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.patient_id)
    .bind(it.service_id)
    .bind(it.provider_id)
    .bind(it.department_id)
    .bind(it.valid_until)
    .bind(it.note.as_deref())
    .bind(it.created_by)
    .bind(it.created_at)
    .execute()
    .await
    .map(drop)
}

/// Takes it back; `false` when it was taken back before.
///
/// # Errors
/// What the database refused.
pub async fn revoke(tx: &mut Tx, tenant: TenantId, id: TicketId, now: Timestamp) -> Result<bool> {
    let revoked = tx
        .query("UPDATE tickets SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL")
        .bind(tenant)
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    Ok(revoked == 1)
}

/// Whether the ticket books at `now`, as far as it was neither revoked nor has expired: the writer's look, in its turn.
///
/// # Errors
/// What the database refused.
pub(crate) async fn is_valid(tx: &mut Tx, tenant: TenantId, id: TicketId, now: Timestamp) -> Result<bool> {
    let valid: i64 = tx
        .query(
            "SELECT count(*) FROM tickets
             WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND (valid_until IS NULL OR valid_until > $3)",
        )
        .bind(tenant)
        .bind(id)
        .bind(now)
        .scalar()
        .await?;
    Ok(valid == 1)
}

/// The providers who give the service and whom the ticket is for, public or not, not archived.
///
/// # Errors
/// What the database refused.
pub async fn providers(tx: &mut Tx, tenant: TenantId, it: &Ticket) -> Result<Vec<kalends_domain::id::ProviderId>> {
    let service: ServiceId = it.service_id;
    let ids: Vec<Uuid> = tx
        .query(
            "SELECT g.provider_id FROM provider_services g JOIN providers p ON p.tenant_id = $1 AND p.id = g.provider_id
             WHERE g.tenant_id = $1 AND g.service_id = $2 AND p.archived_at IS NULL AND ($3 IS NULL OR g.provider_id = $3)
               AND ($4 IS NULL OR EXISTS (SELECT 1 FROM provider_departments d
                   WHERE d.tenant_id = $1 AND d.provider_id = g.provider_id AND d.department_id = $4))",
        )
        .bind(tenant)
        .bind(service)
        .bind(it.provider_id)
        .bind(it.department_id)
        .scalars()
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}
