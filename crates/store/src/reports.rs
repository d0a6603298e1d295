//! Sums over the calendar: how much was open, how much was booked, and what became of it.

use jiff::Timestamp;
use kalends_domain::id::{LocationId, ProviderId, TenantId};
use kalends_domain::report::{ProviderUse, StatusCount};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::Tx;

/// Whose appointments are counted; absent members mean everybody's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    pub provider_id: Option<ProviderId>,
    pub location_id: Option<LocationId>,
}

#[derive(sqlx::FromRow)]
struct UseRow {
    provider_id: Uuid,
    title: Option<String>,
    given_name: String,
    family_name: String,
    open_minutes: i64,
    booked_minutes: i64,
    appointments: i64,
    no_shows: i64,
    cancelled: i64,
}

/// Open and booked time of every current provider between two instants.
///
/// # Errors
/// What the database refused.
pub async fn provider_use(
    tx: &mut Tx,
    tenant: TenantId,
    from: Timestamp,
    to: Timestamp,
    counted: Counted,
) -> Result<Vec<ProviderUse>> {
    let minutes = if tx.is_postgres() {
        "CAST(EXTRACT(EPOCH FROM t.ends_at - t.starts_at) / 60 AS bigint)"
    } else {
        "(t.ends_at - t.starts_at) / 60000000"
    };
    let sql = format!(
        "SELECT p.id AS provider_id, p.title, p.given_name, p.family_name,
                CAST(COALESCE(o.minutes, 0) AS bigint) AS open_minutes,
                CAST(COALESCE(a.minutes, 0) AS bigint) AS booked_minutes,
                CAST(COALESCE(a.appointments, 0) AS bigint) AS appointments,
                CAST(COALESCE(a.no_shows, 0) AS bigint) AS no_shows,
                CAST(COALESCE(a.cancelled, 0) AS bigint) AS cancelled
         FROM providers p
         LEFT JOIN (SELECT t.provider_id, SUM({minutes}) AS minutes FROM openings t
                    WHERE t.tenant_id = $1 AND t.starts_at >= $2 AND t.starts_at < $3
                      AND ($5 IS NULL OR t.location_id = $5)
                    GROUP BY t.provider_id) o ON o.provider_id = p.id
         LEFT JOIN (SELECT t.provider_id,
                           SUM(CASE WHEN t.status IN ('cancelled', 'declined') THEN 0 ELSE {minutes} END) AS minutes,
                           SUM(CASE WHEN t.status IN ('cancelled', 'declined') THEN 0 ELSE 1 END) AS appointments,
                           SUM(CASE WHEN t.status = 'no_show' THEN 1 ELSE 0 END) AS no_shows,
                           SUM(CASE WHEN t.status = 'cancelled' THEN 1 ELSE 0 END) AS cancelled
                    FROM appointments t
                    WHERE t.tenant_id = $1 AND t.starts_at >= $2 AND t.starts_at < $3
                      AND ($5 IS NULL OR t.location_id = $5)
                    GROUP BY t.provider_id) a ON a.provider_id = p.id
         WHERE p.tenant_id = $1 AND p.archived_at IS NULL AND ($4 IS NULL OR p.id = $4)
         ORDER BY p.family_name, p.given_name, p.id"
    );
    let sql = if tx.is_postgres() {
        sql.replace("$4", "$4::uuid").replace("$5", "$5::uuid")
    } else {
        sql
    };
    let rows: Vec<UseRow> = tx
        .query_built(sql)
        .bind(tenant)
        .bind(from)
        .bind(to)
        .bind(counted.provider_id)
        .bind(counted.location_id)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ProviderUse {
            provider_id: row.provider_id.into(),
            title: row.title,
            given_name: row.given_name,
            family_name: row.family_name,
            open_minutes: row.open_minutes,
            booked_minutes: row.booked_minutes,
            appointments: row.appointments,
            no_shows: row.no_shows,
            cancelled: row.cancelled,
        })
        .collect())
}

/// How many appointments there are in each state between two instants.
///
/// # Errors
/// What the database refused, or a status that does not parse.
pub async fn status_counts(
    tx: &mut Tx,
    tenant: TenantId,
    from: Timestamp,
    to: Timestamp,
    counted: Counted,
) -> Result<Vec<StatusCount>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        status: String,
        appointments: i64,
    }
    let sql = "SELECT t.status, COUNT(*) AS appointments FROM appointments t
         WHERE t.tenant_id = $1 AND t.starts_at >= $2 AND t.starts_at < $3
           AND ($4 IS NULL OR t.provider_id = $4) AND ($5 IS NULL OR t.location_id = $5)
         GROUP BY t.status ORDER BY t.status";
    let sql = if tx.is_postgres() {
        sql.replace("$4", "$4::uuid").replace("$5", "$5::uuid")
    } else {
        sql.to_owned()
    };
    let rows: Vec<Row> = tx
        .query_built(sql)
        .bind(tenant)
        .bind(from)
        .bind(to)
        .bind(counted.provider_id)
        .bind(counted.location_id)
        .all()
        .await?;
    rows.into_iter()
        .map(|row| {
            let status = row.status.parse().map_err(|_| StoreError::Corrupt {
                table: "appointments",
                column: "status",
                row: String::new(),
                value: row.status.clone(),
            })?;
            Ok(StatusCount {
                status,
                appointments: row.appointments,
            })
        })
        .collect()
}
