//! The change as statements in the writer's turn, in the order of `apply_change`.

use jiff::Timestamp;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::appointment::Appointment;
use kalends_domain::hold::MAX_LIVE;
use kalends_domain::id::{TenantId, UserId};
use kalends_domain::limit::Limit;
use serde_json::json;

use super::{Applied, Change, NewBlock, NewHold, OpeningCheck};
use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::{appointment_events, audit, idempotency_keys, jobs, tickets, waitlist_offers};

pub async fn apply(tx: &mut Tx, tenant: TenantId, now: Timestamp, change: &Change) -> Result<Applied> {
    if let Some(key) = &change.idempotency
        && let Some(stored) = idempotency_keys::claim(tx, tenant, now, key).await?
    {
        return Ok(Applied::Replayed(stored));
    }
    for check in &change.openings {
        require_opening(tx, tenant, check).await?;
    }
    for id in &change.tickets {
        if !tickets::is_valid(tx, tenant, *id, now).await? {
            return Err(StoreError::TicketGone);
        }
    }
    for id in &change.spent_holds {
        let sql = "DELETE FROM holds WHERE tenant_id = $1 AND id = $2 AND expires_at > $3";
        if tx.query(sql).bind(tenant).bind(*id).bind(now).execute().await? == 0 {
            return Err(StoreError::HoldGone);
        }
    }
    for allocation in &change.allocations {
        delete_yielding_holds(tx, tenant, now, change.holder, allocation).await?;
    }
    if let Some(hold) = &change.hold {
        require_room_for(tx, tenant, now, hold).await?;
        insert_hold(tx, tenant, now, hold).await?;
    }
    if let Some(block) = &change.block {
        insert_block(tx, tenant, now, block).await?;
    }
    for appointment in &change.appointments {
        match appointment.version {
            1 => insert_appointment(tx, tenant, appointment).await?,
            _ => update_appointment(tx, tenant, appointment).await?,
        }
    }
    for id in &change.released {
        let sql = "DELETE FROM allocations WHERE tenant_id = $1 AND appointment_id = $2";
        tx.query(sql).bind(tenant).bind(*id).execute().await?;
    }
    let mut lost = Vec::new();
    for allocation in &change.allocations {
        if !insert_allocation(tx, tenant, allocation).await? {
            lost.push(allocation.bookable.whose());
        }
    }
    // A provider's or a room's time lost outweighs the patient's own.
    if let Some(whose) = lost.into_iter().min() {
        return Err(StoreError::Taken(whose));
    }
    for offer in &change.offers {
        if waitlist_offers::has_open(tx, tenant, offer.entry_id, now).await? {
            return Err(StoreError::Stale);
        }
        waitlist_offers::insert(tx, tenant, offer).await?;
    }
    for limit in &change.limits {
        require_within(tx, tenant, now, limit).await?;
    }
    appointment_events::insert(tx, tenant, &change.events).await?;
    audit::insert(tx, tenant, &change.audit).await?;
    jobs::enqueue(tx, tenant, now, &change.jobs).await?;
    Ok(Applied::Done)
}

async fn require_opening(tx: &mut Tx, tenant: TenantId, check: &OpeningCheck) -> Result<()> {
    let open: i64 = tx
        .query(
            "SELECT count(*) FROM openings o
             WHERE o.tenant_id = $1 AND o.id = $2 AND o.starts_at <= $3 AND o.ends_at >= $4
               AND NOT EXISTS (SELECT 1 FROM closures c
                   WHERE c.tenant_id = $1 AND c.status = 'approved'
                     AND (c.location_id IS NULL OR c.location_id = $5)
                     AND (c.provider_id IS NULL OR c.provider_id = o.provider_id)
                     AND c.starts_at < $4 AND c.ends_at > $3)",
        )
        .bind(tenant)
        .bind(check.id)
        .bind(check.starts_at)
        .bind(check.ends_at)
        .bind(check.location_id)
        .scalar()
        .await?;
    if open == 0 {
        Err(StoreError::OpeningGone)
    } else {
        Ok(())
    }
}

/// Those in the way that have expired, or are the caller's own.
async fn delete_yielding_holds(
    tx: &mut Tx,
    tenant: TenantId,
    now: Timestamp,
    holder: Option<UserId>,
    allocation: &Allocation,
) -> Result<()> {
    tx.query(
        "DELETE FROM holds WHERE tenant_id = $1 AND (expires_at <= $2 OR created_by = $6) AND id IN (
             SELECT a.hold_id FROM allocations a
             WHERE a.tenant_id = $1 AND a.bookable_id = $3 AND a.kind = 'hold'
               AND a.block_starts_at < $4 AND a.block_ends_at > $5)",
    )
    .bind(tenant)
    .bind(now)
    .bind(allocation.bookable.uuid())
    .bind(allocation.block_ends_at)
    .bind(allocation.block_starts_at)
    .bind(holder)
    .execute()
    .await
    .map(drop)
}

/// Refuses a hold of somebody who keeps as many as they may.
async fn require_room_for(tx: &mut Tx, tenant: TenantId, now: Timestamp, hold: &NewHold) -> Result<()> {
    let live: i64 = tx
        .query("SELECT count(*) FROM holds WHERE tenant_id = $1 AND created_by = $2 AND expires_at > $3")
        .bind(tenant)
        .bind(hold.created_by)
        .bind(now)
        .scalar()
        .await?;
    if usize::try_from(live).is_ok_and(|live| live < MAX_LIVE) {
        Ok(())
    } else {
        Err(StoreError::TooManyHolds)
    }
}

/// Refuses what exceeds a limit, once everything is written.
async fn require_within(tx: &mut Tx, tenant: TenantId, now: Timestamp, limit: &Limit) -> Result<()> {
    let counted = &limit.counted;
    let count: i64 = tx
        .query(
            "SELECT (
                 SELECT count(*) FROM appointments a
                 WHERE a.tenant_id = $1 AND a.starts_at >= $2 AND ($3 IS NULL OR a.starts_at < $3)
                   AND a.status NOT IN ('cancelled', 'declined')
                   AND ($4 IS NULL OR a.provider_id = $4) AND ($5 IS NULL OR a.service_id = $5)
                   AND ($6 IS NULL OR a.patient_id = $6) AND ($7 IS NULL OR a.overrides LIKE $7)
             ) + (
                 SELECT count(*) FROM holds h
                 WHERE $8 AND h.tenant_id = $1 AND h.expires_at > $9
                   AND h.starts_at >= $2 AND ($3 IS NULL OR h.starts_at < $3)
                   AND ($4 IS NULL OR h.provider_id = $4) AND ($5 IS NULL OR h.service_id = $5)
             )",
        )
        .bind(tenant)
        .bind(counted.from)
        .bind(counted.until)
        .bind(counted.provider_id)
        .bind(counted.service_id)
        .bind(counted.patient_id)
        .bind(counted.set_aside.map(|rule| format!("%\"{rule}\"%")))
        .bind(counted.holds())
        .bind(now)
        .scalar()
        .await?;
    if count > i64::from(limit.most) {
        Err(StoreError::LimitReached(limit.rule))
    } else {
        Ok(())
    }
}

async fn insert_hold(tx: &mut Tx, tenant: TenantId, now: Timestamp, hold: &NewHold) -> Result<()> {
    tx.query(
        "INSERT INTO holds (tenant_id, id, token_hash, service_id, provider_id, location_id, starts_at,
                            ends_at, expires_at, created_by, created_at, appointment_id, message)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(tenant)
    .bind(hold.id)
    .bind(&hold.token_hash[..])
    .bind(hold.service_id)
    .bind(hold.provider_id)
    .bind(hold.location_id)
    .bind(hold.starts_at)
    .bind(hold.ends_at)
    .bind(hold.expires_at)
    .bind(hold.created_by)
    .bind(now)
    .bind(hold.proposed.as_ref().map(|it| it.appointment_id))
    .bind(hold.proposed.as_ref().and_then(|it| it.message.as_deref()))
    .execute()
    .await
    .map(drop)
}

async fn insert_block(tx: &mut Tx, tenant: TenantId, now: Timestamp, block: &NewBlock) -> Result<()> {
    tx.query(
        "INSERT INTO blocks (tenant_id, id, provider_id, starts_at, ends_at, reason, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tenant)
    .bind(block.id)
    .bind(block.provider_id)
    .bind(block.starts_at)
    .bind(block.ends_at)
    .bind(block.reason.as_deref())
    .bind(block.created_by)
    .bind(now)
    .execute()
    .await
    .map(drop)
}

async fn insert_appointment(tx: &mut Tx, tenant: TenantId, it: &Appointment) -> Result<()> {
    tx.query(
        "INSERT INTO appointments (tenant_id, id, version, status, service_id, provider_id, patient_id, location_id,
             resource_ids, starts_at, ends_at, time_zone, reason, notes, policy, overrides, booked_by, status_reason,
             forgiven, created_at, updated_at, ticket_id, answers, group_id, series_id, visit_id, utc_offset_seconds)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
             $25, $26, $27)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.version)
    .bind(it.status.name())
    .bind(it.service_id)
    .bind(it.provider_id)
    .bind(it.patient_id)
    .bind(it.location_id)
    .bind(json!(it.resource_ids))
    .bind(it.starts_at)
    .bind(it.ends_at)
    .bind(&it.time_zone)
    .bind(it.reason.as_deref())
    .bind(it.notes.as_deref())
    .bind(json!(it.policy))
    .bind(json!(it.overrides))
    .bind(it.booked_by)
    .bind(it.status_reason.as_deref())
    .bind(it.forgiven)
    .bind(it.created_at)
    .bind(it.updated_at)
    .bind(it.ticket_id)
    .bind(json!(it.answers))
    .bind(it.group_id)
    .bind(it.series())
    .bind(it.visit())
    .bind(it.utc_offset_seconds())
    .execute()
    .await
    .map(drop)
}

async fn update_appointment(tx: &mut Tx, tenant: TenantId, it: &Appointment) -> Result<()> {
    let changed = tx
        .query(
            "UPDATE appointments
             SET version = $4, status = $5, provider_id = $6, location_id = $7, resource_ids = $8, starts_at = $9,
                 ends_at = $10, time_zone = $11, notes = $12, overrides = $13, status_reason = $14, forgiven = $15,
                 updated_at = $16, group_id = $17,
                 utc_offset_seconds = CASE WHEN starts_at = $9 THEN utc_offset_seconds ELSE $18 END,
                 clock_changed = clock_changed AND starts_at = $9
             WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(tenant)
        .bind(it.id)
        .bind(it.version - 1)
        .bind(it.version)
        .bind(it.status.name())
        .bind(it.provider_id)
        .bind(it.location_id)
        .bind(json!(it.resource_ids))
        .bind(it.starts_at)
        .bind(it.ends_at)
        .bind(&it.time_zone)
        .bind(it.notes.as_deref())
        .bind(json!(it.overrides))
        .bind(it.status_reason.as_deref())
        .bind(it.forgiven)
        .bind(it.updated_at)
        .bind(it.group_id)
        .bind(it.utc_offset_seconds())
        .execute()
        .await?;
    if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
}

/// Inserts the allocation; `false` when the time is taken.
async fn insert_allocation(tx: &mut Tx, tenant: TenantId, it: &Allocation) -> Result<bool> {
    let (provider, resource, patient) = match it.bookable {
        Bookable::Provider(id) => (Some(id), None, None),
        Bookable::Resource(id) => (None, Some(id), None),
        Bookable::Patient(id) => (None, None, Some(id)),
    };
    let (appointment, hold, block, expires_at) = match it.owner {
        Owner::Appointment(id) => (Some(id), None, None, None),
        Owner::Hold { id, expires_at } => (None, Some(id), None, Some(expires_at)),
        Owner::Block(id) => (None, None, Some(id), None),
        Owner::External => (None, None, None, None),
    };
    let inserted = tx
        .query(
            "INSERT INTO allocations (tenant_id, id, provider_id, resource_id, patient_id, kind, appointment_id, hold_id,
                 block_id, starts_at, ends_at, block_starts_at, block_ends_at, blocks, expires_at, group_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        )
        .bind(tenant)
        .bind(it.id)
        .bind(provider)
        .bind(resource)
        .bind(patient)
        .bind(it.owner.kind())
        .bind(appointment)
        .bind(hold)
        .bind(block)
        .bind(it.starts_at)
        .bind(it.ends_at)
        .bind(it.block_starts_at)
        .bind(it.block_ends_at)
        .bind(it.blocks)
        .bind(expires_at)
        .bind(it.group_id)
        .execute()
        .await;
    match inserted {
        Ok(_) => Ok(true),
        Err(StoreError::Database(sqlx::Error::Database(cause)))
            if cause.message().contains("allocations_no_overlap") =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
