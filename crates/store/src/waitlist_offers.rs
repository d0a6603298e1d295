//! What those who wait were offered. Offers are made with their hold, as part of a [`Change`](crate::change::Change).

use jiff::Timestamp;
use kalends_domain::id::{HoldId, TenantId, WaitlistEntryId, WaitlistOfferId};
use kalends_domain::waitlist::WaitlistOffer;
use uuid::Uuid;

use crate::error::Result;
use crate::list::Filter;
use crate::tx::Tx;
use crate::value::Instant;

const COLUMNS: &str =
    "SELECT o.id, o.entry_id, o.hold_id, o.provider_id, o.location_id, o.starts_at, o.ends_at, o.by_desk,
        o.offered_at, o.expires_at, o.declined_at, h.id IS NOT NULL AS held
     FROM waitlist_offers o LEFT JOIN holds h ON h.tenant_id = o.tenant_id AND h.id = o.hold_id
     WHERE o.tenant_id = $1";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    entry_id: Uuid,
    hold_id: Uuid,
    provider_id: Uuid,
    location_id: Uuid,
    starts_at: Instant,
    ends_at: Instant,
    by_desk: bool,
    offered_at: Instant,
    expires_at: Instant,
    declined_at: Option<Instant>,
    held: bool,
}

impl From<Row> for WaitlistOffer {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            entry_id: row.entry_id.into(),
            hold_id: row.hold_id.into(),
            provider_id: row.provider_id.into(),
            location_id: row.location_id.into(),
            starts_at: row.starts_at.0,
            ends_at: row.ends_at.0,
            by_desk: row.by_desk,
            offered_at: row.offered_at.0,
            expires_at: row.expires_at.0,
            declined_at: row.declined_at.map(Into::into),
            held: row.held,
        }
    }
}

/// What these were offered, the latest first.
///
/// # Errors
/// What the database refused.
pub async fn list(tx: &mut Tx, tenant: TenantId, entries: &[WaitlistEntryId]) -> Result<Vec<WaitlistOffer>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter::one_of("o.entry_id IN ?", entries.to_vec());
    let sql = format!("{COLUMNS} AND {} ORDER BY o.offered_at DESC, o.id DESC", filter.sql(2));
    let query = tx.query_built(sql).bind(tenant);
    let rows: Vec<Row> = filter.bind(query).all().await?;
    Ok(rows.into_iter().map(WaitlistOffer::from).collect())
}

/// All offers of one hold: those who may take the time.
///
/// # Errors
/// What the database refused.
pub async fn list_of_hold(tx: &mut Tx, tenant: TenantId, hold: HoldId) -> Result<Vec<WaitlistOffer>> {
    let query = tx
        .query_built(format!("{COLUMNS} AND o.hold_id = $2 ORDER BY o.id"))
        .bind(tenant);
    let rows: Vec<Row> = query.bind(hold).all().await?;
    Ok(rows.into_iter().map(WaitlistOffer::from).collect())
}

/// The offer, whatever became of it.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: WaitlistOfferId) -> Result<Option<WaitlistOffer>> {
    let query = tx.query_built(format!("{COLUMNS} AND o.id = $2")).bind(tenant);
    let row: Option<Row> = query.bind(id).optional().await?;
    Ok(row.map(WaitlistOffer::from))
}

/// Whether somebody could take another offer now that was made for this entry.
///
/// # Errors
/// What the database refused.
pub(crate) async fn has_open(tx: &mut Tx, tenant: TenantId, entry: WaitlistEntryId, now: Timestamp) -> Result<bool> {
    let open: i64 = tx
        .query(
            "SELECT count(*) FROM waitlist_offers o JOIN holds h ON h.tenant_id = o.tenant_id AND h.id = o.hold_id
             WHERE o.tenant_id = $1 AND o.entry_id = $2 AND o.declined_at IS NULL AND o.expires_at > $3",
        )
        .bind(tenant)
        .bind(entry)
        .bind(now)
        .scalar()
        .await?;
    Ok(open > 0)
}

/// Stores an offer, in the writer's turn.
///
/// # Errors
/// What the database refused.
pub(crate) async fn insert(tx: &mut Tx, tenant: TenantId, it: &WaitlistOffer) -> Result<()> {
    tx.query(
        "INSERT INTO waitlist_offers (tenant_id, id, entry_id, hold_id, provider_id, location_id, starts_at, ends_at, by_desk,
             offered_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.entry_id)
    .bind(it.hold_id)
    .bind(it.provider_id)
    .bind(it.location_id)
    .bind(it.starts_at)
    .bind(it.ends_at)
    .bind(it.by_desk)
    .bind(it.offered_at)
    .bind(it.expires_at)
    .execute()
    .await
    .map(drop)
}

/// Notes that it is not wanted, and gives the time up once nobody may take it any more. `false` when it was declined before.
///
/// # Errors
/// What the database refused.
pub async fn decline(tx: &mut Tx, tenant: TenantId, it: &WaitlistOffer, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE waitlist_offers SET declined_at = $3 WHERE tenant_id = $1 AND id = $2 AND declined_at IS NULL";
    if tx.query(sql).bind(tenant).bind(it.id).bind(now).execute().await? == 0 {
        return Ok(false);
    }
    tx.query(
        "DELETE FROM holds WHERE tenant_id = $1 AND id = $2 AND NOT EXISTS (
             SELECT 1 FROM waitlist_offers o
             WHERE o.tenant_id = $1 AND o.hold_id = $2 AND o.declined_at IS NULL)",
    )
    .bind(tenant)
    .bind(it.hold_id)
    .execute()
    .await?;
    Ok(true)
}
