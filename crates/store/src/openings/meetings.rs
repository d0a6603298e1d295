//! The appointments that rely on openings.

use jiff::Timestamp;
use kalends_domain::closure::Extent;
use kalends_domain::id::{LocationId, ProviderId, TenantId};
use kalends_domain::opening::Meeting;
use kalends_domain::time::Span;
use uuid::Uuid;

use super::looked_back;
use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::Instant;

/// Appointments that are still to come, or under way, and reach into a span.
const COLUMNS: &str = "SELECT a.id, a.location_id, a.starts_at, a.ends_at FROM appointments a
    WHERE a.tenant_id = $1 AND a.starts_at > $3 AND a.starts_at < $4 AND a.ends_at > $5 AND a.ends_at > $6
      AND a.status IN ('pending', 'booked', 'arrived', 'in_progress')";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    location_id: Uuid,
    starts_at: Instant,
    ends_at: Instant,
}

impl TryFrom<Row> for Meeting {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            appointment_id: row.id.into(),
            location_id: row.location_id.into(),
            span: Span::new(row.starts_at.0, row.ends_at.0).map_err(|_| StoreError::Corrupt {
                table: "appointments",
                column: "ends_at",
                row: row.id.to_string(),
                value: row.ends_at.0.to_string(),
            })?,
        })
    }
}

/// A provider's appointments in `span` that are not over at `now`, in order of time.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn meetings_of(
    tx: &mut Tx,
    tenant: TenantId,
    provider: ProviderId,
    span: Span,
    now: Timestamp,
) -> Result<Vec<Meeting>> {
    list(tx, "AND a.provider_id = $2", tenant, Some(provider.uuid()), span, now).await
}

/// The appointments in these calendars, in `span`, that are not over at `now`, in order of time.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn meetings_at(
    tx: &mut Tx,
    tenant: TenantId,
    extent: Extent,
    span: Span,
    now: Timestamp,
) -> Result<Vec<Meeting>> {
    if let Extent::Provider(provider) = extent {
        return meetings_of(tx, tenant, provider, span, now).await;
    }
    let condition = "AND ($2 IS NULL OR a.location_id = $2)";
    list(
        tx,
        condition,
        tenant,
        extent.location_id().map(LocationId::uuid),
        span,
        now,
    )
    .await
}

async fn list(
    tx: &mut Tx,
    condition: &str,
    tenant: TenantId,
    of: Option<Uuid>,
    span: Span,
    now: Timestamp,
) -> Result<Vec<Meeting>> {
    let rows: Vec<Row> = tx
        .query_built(format!("{COLUMNS} {condition} ORDER BY a.starts_at, a.id"))
        .bind(tenant)
        .bind(of)
        .bind(looked_back(span))
        .bind(span.ends_at())
        .bind(span.starts_at())
        .bind(now)
        .all()
        .await?;
    rows.into_iter().map(Meeting::try_from).collect()
}
