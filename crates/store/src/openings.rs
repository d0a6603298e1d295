//! Openings: when providers can be booked.

mod meetings;
mod services;
mod write;

use jiff::{SignedDuration, Timestamp};
use kalends_domain::id::{OpeningId, ProviderId, TemplateId, TenantId};
use kalends_domain::opening::{Opening, Publication};
use kalends_domain::time::Span;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::standings::Among;
use crate::tx::Tx;
use crate::value::{self, Day, Instant};

pub use meetings::{meetings_at, meetings_of};
pub use write::{delete, insert, insert_where_free, lock, lock_during, lock_of, update};

/// No opening is longer: the table's own rule, so a reader need not look further back than this.
const LONGEST: SignedDuration = SignedDuration::from_hours(48);

const COLUMNS: &str =
    "SELECT o.id, o.provider_id, o.location_id, o.local_date, o.local_from, o.local_to, o.starts_at, o.ends_at,
    o.slot_minutes, o.publish_mode, o.release_minutes, o.limited, o.template_id FROM openings o";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    provider_id: Uuid,
    location_id: Uuid,
    local_date: Day,
    local_from: String,
    local_to: String,
    starts_at: Instant,
    ends_at: Instant,
    slot_minutes: i32,
    publish_mode: String,
    release_minutes: Option<i32>,
    limited: bool,
    template_id: Option<Uuid>,
}

impl TryFrom<Row> for Opening {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |column, value: String| StoreError::Corrupt {
            table: "openings",
            column,
            row: row.id.to_string(),
            value,
        };
        let time = |column, text: &str| text.parse().map_err(|_| corrupt(column, text.to_owned()));
        let interval = u32::try_from(row.slot_minutes)
            .ok()
            .and_then(|minutes| minutes.try_into().ok());
        Ok(Self {
            id: row.id.into(),
            provider_id: row.provider_id.into(),
            location_id: row.location_id.into(),
            local_date: row.local_date.0,
            local_from: time("local_from", &row.local_from)?,
            local_to: time("local_to", &row.local_to)?,
            span: Span::new(row.starts_at.0, row.ends_at.0)
                .map_err(|_| corrupt("ends_at", row.ends_at.0.to_string()))?,
            slot_minutes: interval.ok_or_else(|| corrupt("slot_minutes", row.slot_minutes.to_string()))?,
            publication: Publication {
                mode: row
                    .publish_mode
                    .parse()
                    .map_err(|_| corrupt("publish_mode", row.publish_mode.clone()))?,
                release: value::minutes(row.release_minutes).map_err(|value| corrupt("release_minutes", value))?,
                services: Vec::new(),
            },
            template_id: row.template_id.map(TemplateId),
        })
    }
}

/// The openings with the services that they are limited to, which is another question only where some are.
async fn parsed(tx: &mut Tx, tenant: TenantId, rows: Vec<Row>) -> Result<Vec<Opening>> {
    let limited: Vec<Uuid> = rows.iter().filter(|row| row.limited).map(|row| row.id).collect();
    let mut openings: Vec<Opening> = rows.into_iter().map(Opening::try_from).collect::<Result<_>>()?;
    if !limited.is_empty() {
        services::read(tx, tenant, &limited, &mut openings).await?;
    }
    Ok(openings)
}

/// The earliest start of an opening that reaches into `span`.
fn looked_back(span: Span) -> Timestamp {
    span.starts_at().saturating_sub(LONGEST).unwrap_or(Timestamp::MIN)
}

/// The openings of all these providers that overlap `span`, in order of time.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list_among(tx: &mut Tx, tenant: TenantId, among: Among, span: Span) -> Result<Vec<Opening>> {
    let rows: Vec<Row> = tx
        .query_built(format!(
            "{COLUMNS} WHERE o.tenant_id = $1 AND o.provider_id IN ({}) AND o.starts_at > $4 AND o.starts_at < $5
             AND o.ends_at > $6 ORDER BY o.starts_at, o.id",
            among.providers()
        ))
        .bind(tenant)
        .bind(among.service())
        .bind(among.key())
        .bind(looked_back(span))
        .bind(span.ends_at())
        .bind(span.starts_at())
        .all()
        .await?;
    parsed(tx, tenant, rows).await
}

/// A provider's openings that overlap `span`, in order of time.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list(tx: &mut Tx, tenant: TenantId, provider: ProviderId, span: Span) -> Result<Vec<Opening>> {
    let rows: Vec<Row> = tx
        .query_built(format!(
            "{COLUMNS} WHERE o.tenant_id = $1 AND o.provider_id = $2 AND o.starts_at > $3 AND o.starts_at < $4
             AND o.ends_at > $5 ORDER BY o.starts_at, o.id"
        ))
        .bind(tenant)
        .bind(provider)
        .bind(looked_back(span))
        .bind(span.ends_at())
        .bind(span.starts_at())
        .all()
        .await?;
    parsed(tx, tenant, rows).await
}

/// Every opening that begins after `after`, in order of time.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list_after(tx: &mut Tx, tenant: TenantId, after: Timestamp) -> Result<Vec<Opening>> {
    let rows: Vec<Row> = tx
        .query_built(format!(
            "{COLUMNS} WHERE o.tenant_id = $1 AND o.starts_at > $2 ORDER BY o.starts_at, o.id"
        ))
        .bind(tenant)
        .bind(after)
        .all()
        .await?;
    parsed(tx, tenant, rows).await
}

/// The opening.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: OpeningId) -> Result<Option<Opening>> {
    let row: Option<Row> = tx
        .query_built(format!("{COLUMNS} WHERE o.tenant_id = $1 AND o.id = $2"))
        .bind(tenant)
        .bind(id)
        .optional()
        .await?;
    Ok(parsed(tx, tenant, row.into_iter().collect()).await?.pop())
}
