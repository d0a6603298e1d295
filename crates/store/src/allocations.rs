//! Allocations: what takes the time of providers, rooms and patients. They are written by `change.rs` alone.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::id::{PatientId, TenantId};
use kalends_domain::time::Span;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::service_needs;
use crate::standings::Among;
use crate::tx::Tx;
use crate::value::Instant;

/// No appointment or hold takes longer, buffers included: the table's own rule, so a reader need not look further back.
const LONGEST_APPOINTMENT: SignedDuration = SignedDuration::from_hours(40);
/// Nor does a block, or something from another calendar.
const LONGEST: SignedDuration = SignedDuration::from_hours(32 * 24);

const COLUMNS: &str =
    "SELECT a.id, a.provider_id, a.resource_id, a.patient_id, a.kind, a.appointment_id, a.hold_id, a.block_id,
    a.group_id, a.starts_at, a.ends_at, a.block_starts_at, a.block_ends_at, a.blocks, a.expires_at";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    provider_id: Option<Uuid>,
    resource_id: Option<Uuid>,
    patient_id: Option<Uuid>,
    kind: String,
    appointment_id: Option<Uuid>,
    hold_id: Option<Uuid>,
    block_id: Option<Uuid>,
    group_id: Option<Uuid>,
    starts_at: Instant,
    ends_at: Instant,
    block_starts_at: Instant,
    block_ends_at: Instant,
    blocks: bool,
    expires_at: Option<Instant>,
}

impl TryFrom<Row> for Allocation {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |column, value: &str| StoreError::Corrupt {
            table: "allocations",
            column,
            row: row.id.to_string(),
            value: value.to_owned(),
        };
        let bookable = match (row.provider_id, row.resource_id, row.patient_id) {
            (Some(id), None, None) => Bookable::Provider(id.into()),
            (None, Some(id), None) => Bookable::Resource(id.into()),
            (None, None, Some(id)) => Bookable::Patient(id.into()),
            _ => return Err(corrupt("bookable_id", "")),
        };
        let owner = match (
            row.kind.as_str(),
            row.appointment_id,
            row.hold_id,
            row.expires_at,
            row.block_id,
        ) {
            ("appointment", Some(id), ..) => Owner::Appointment(id.into()),
            ("hold", _, Some(id), Some(expires_at), _) => Owner::Hold {
                id: id.into(),
                expires_at: expires_at.0,
            },
            ("block", .., Some(id)) => Owner::Block(id.into()),
            ("external", ..) => Owner::External,
            (kind, ..) => return Err(corrupt("kind", kind)),
        };
        Ok(Self {
            id: row.id.into(),
            bookable,
            owner,
            group_id: row.group_id.map(Into::into),
            starts_at: row.starts_at.0,
            ends_at: row.ends_at.0,
            block_starts_at: row.block_starts_at.0,
            block_ends_at: row.block_ends_at.0,
            blocks: row.blocks,
        })
    }
}

/// What takes time of those whose ids `bookables` selects: `$5` to `$6` is the time, `$7` and `$8` are how far back to look for
/// something short and for something long. (SQLite takes the tables of a CROSS JOIN in this order: few bookables, each with
/// its own stretch of the index.)
fn busy(bookables: &str) -> String {
    format!(
        "WITH b (id) AS ({bookables})
         {COLUMNS} FROM b CROSS JOIN allocations a WHERE a.tenant_id = $1 AND a.bookable_id = b.id
             AND a.block_starts_at > $7 AND a.block_starts_at < $6 AND a.block_ends_at > $5
         UNION ALL
         {COLUMNS} FROM b CROSS JOIN allocations a WHERE a.tenant_id = $1 AND a.bookable_id = b.id AND a.kind IN ('block', 'external')
             AND a.block_starts_at > $8 AND a.block_starts_at <= $7 AND a.block_ends_at > $5"
    )
}

fn before(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.saturating_sub(by).unwrap_or(Timestamp::MIN)
}

/// Everything that takes time in `span`, buffers included, of the providers in question, of every room that their service
/// may take, and of the patient; expired holds too.
///
/// # Errors
/// What the database refused, or a row that does not parse. It never means that nothing is busy.
pub async fn list_among(
    tx: &mut Tx,
    tenant: TenantId,
    among: Among,
    patient: Option<PatientId>,
    span: Span,
) -> Result<Vec<Allocation>> {
    let bookables = format!(
        "SELECT $4 AS id UNION ALL {} UNION ALL
         SELECT r.id FROM resources r WHERE r.tenant_id = $1 AND r.archived_at IS NULL AND {}",
        among.providers(),
        service_needs::FITS
    );
    let rows: Vec<Row> = tx
        .query_built(busy(&bookables))
        .bind(tenant)
        .bind(among.service())
        .bind(among.key())
        .bind(patient)
        .bind(span.starts_at())
        .bind(span.ends_at())
        .bind(before(span.starts_at(), LONGEST_APPOINTMENT))
        .bind(before(span.starts_at(), LONGEST))
        .all()
        .await?;
    rows.into_iter().map(Allocation::try_from).collect()
}

/// Everything that takes time of one provider or resource in `span`, buffers included, in order of time; expired holds too.
///
/// # Errors
/// As [`list_among`].
pub async fn list(tx: &mut Tx, tenant: TenantId, bookable: Bookable, span: Span) -> Result<Vec<Allocation>> {
    let rows: Vec<Row> = tx
        .query_built(busy("SELECT $2 AS id"))
        .bind(tenant)
        .bind(bookable.uuid())
        .bind(None::<i64>)
        .bind(None::<i64>)
        .bind(span.starts_at())
        .bind(span.ends_at())
        .bind(before(span.starts_at(), LONGEST_APPOINTMENT))
        .bind(before(span.starts_at(), LONGEST))
        .all()
        .await?;
    let mut allocations: Vec<Allocation> = rows.into_iter().map(Allocation::try_from).collect::<Result<_>>()?;
    allocations.sort_by_key(|it| (it.block_starts_at, it.id));
    Ok(allocations)
}
