//! Making, changing and removing openings. Who takes time away locks it first: a booking under way either comes before, and
//! is then seen, or waits, and then finds it gone.

use jiff::Timestamp;
use kalends_domain::closure::Extent;
use kalends_domain::id::{OpeningId, ProviderId, TenantId};
use kalends_domain::opening::Opening;
use kalends_domain::time::Span;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{looked_back, services};
use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value;

/// Stores those that overlap no other opening of their provider, and returns their ids. Two who make the same ones at once
/// wait for each other, and the second one finds them made.
///
/// # Errors
/// What the database refused.
pub async fn insert_where_free(
    tx: &mut Tx,
    tenant: TenantId,
    now: Timestamp,
    openings: &[Opening],
) -> Result<Vec<OpeningId>> {
    if tx.is_postgres() {
        let rows: Vec<Value> = openings.iter().map(|opening| row(tenant, now, opening)).collect();
        let made: Vec<Uuid> = tx
            .query(
                "INSERT INTO openings SELECT * FROM jsonb_populate_recordset(NULL::openings, $1)
                 ON CONFLICT DO NOTHING RETURNING id",
            )
            .bind(Value::Array(rows))
            .scalars()
            .await?;
        let made: Vec<OpeningId> = made.into_iter().map(OpeningId).collect();
        let limited: Vec<&Opening> = openings
            .iter()
            .filter(|it| is_limited(it) && made.contains(&it.id))
            .collect();
        services::insert(tx, tenant, &limited).await?;
        return Ok(made);
    }
    let mut made = Vec::with_capacity(openings.len());
    for opening in openings {
        match insert(tx, tenant, now, opening).await {
            Ok(()) => made.push(opening.id),
            Err(StoreError::Overlap) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(made)
}

fn row(tenant: TenantId, now: Timestamp, it: &Opening) -> Value {
    json!({
        "tenant_id": tenant, "id": it.id, "provider_id": it.provider_id, "location_id": it.location_id,
        "local_date": it.local_date, "local_from": it.local_from, "local_to": it.local_to,
        "starts_at": it.span.starts_at(), "ends_at": it.span.ends_at(), "slot_minutes": it.slot_minutes,
        "publish_mode": it.publication.mode, "release_minutes": it.publication.release, "limited": is_limited(it),
        "template_id": it.template_id, "created_at": now,
    })
}

fn is_limited(it: &Opening) -> bool {
    !it.publication.services.is_empty()
}

/// Stores an opening.
///
/// # Errors
/// [`StoreError::Overlap`] when the provider is open then already.
pub async fn insert(tx: &mut Tx, tenant: TenantId, now: Timestamp, it: &Opening) -> Result<()> {
    tx.query(
        "INSERT INTO openings (tenant_id, id, provider_id, location_id, local_date, local_from, local_to, starts_at, ends_at,
             slot_minutes, publish_mode, created_at, release_minutes, limited, template_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.provider_id)
    .bind(it.location_id)
    .bind(it.local_date)
    .bind(it.local_from.to_string())
    .bind(it.local_to.to_string())
    .bind(it.span.starts_at())
    .bind(it.span.ends_at())
    .bind(value::stored(u32::from(it.slot_minutes)))
    .bind(it.publication.mode.name())
    .bind(now)
    .bind(it.publication.release.map(|release| value::stored(release.0)))
    .bind(is_limited(it))
    .bind(it.template_id)
    .execute()
    .await?;
    services::insert(tx, tenant, &[it]).await
}

/// Stores an opening's changed hours, mode and origin; [`lock`] it first.
///
/// # Errors
/// [`StoreError::Overlap`] when the provider is open then already.
pub async fn update(tx: &mut Tx, tenant: TenantId, it: &Opening) -> Result<()> {
    tx.query(
        "UPDATE openings SET local_from = $3, local_to = $4, starts_at = $5, ends_at = $6, slot_minutes = $7, publish_mode = $8,
             release_minutes = $9, template_id = $10
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.local_from.to_string())
    .bind(it.local_to.to_string())
    .bind(it.span.starts_at())
    .bind(it.span.ends_at())
    .bind(value::stored(u32::from(it.slot_minutes)))
    .bind(it.publication.mode.name())
    .bind(it.publication.release.map(|release| value::stored(release.0)))
    .bind(it.template_id)
    .execute()
    .await
    .map(drop)
}

/// Removes an opening; [`lock`] it first.
///
/// # Errors
/// What the database refused.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: OpeningId) -> Result<()> {
    tx.query("DELETE FROM openings WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .execute()
        .await
        .map(drop)
}

/// Waits for bookings that use the openings which overlap `span` in these calendars, and keeps later ones waiting until
/// this transaction ends. The embedded database has one writer at a time, which comes to the same.
///
/// # Errors
/// What the database refused.
pub async fn lock_during(tx: &mut Tx, tenant: TenantId, extent: Extent, span: Span) -> Result<()> {
    if let Extent::Provider(provider) = extent {
        return lock_of(tx, tenant, provider, span).await;
    }
    if !tx.is_postgres() {
        return Ok(());
    }
    let _locked: Vec<Uuid> = tx
        .query(
            "SELECT o.id FROM openings o
             WHERE o.tenant_id = $1 AND ($2 IS NULL OR o.location_id = $2) AND o.starts_at > $3 AND o.starts_at < $4
               AND o.ends_at > $5
             ORDER BY o.starts_at, o.id FOR UPDATE",
        )
        .bind(tenant)
        .bind(extent.location_id())
        .bind(looked_back(span))
        .bind(span.ends_at())
        .bind(span.starts_at())
        .scalars()
        .await?;
    Ok(())
}

/// The same for all openings of one provider that overlap `span`.
///
/// # Errors
/// What the database refused.
pub async fn lock_of(tx: &mut Tx, tenant: TenantId, provider: ProviderId, span: Span) -> Result<()> {
    if !tx.is_postgres() {
        return Ok(());
    }
    let _locked: Vec<Uuid> = tx
        .query(
            "SELECT o.id FROM openings o
             WHERE o.tenant_id = $1 AND o.provider_id = $2 AND o.starts_at > $3 AND o.starts_at < $4 AND o.ends_at > $5
             ORDER BY o.starts_at, o.id FOR UPDATE",
        )
        .bind(tenant)
        .bind(provider)
        .bind(looked_back(span))
        .bind(span.ends_at())
        .bind(span.starts_at())
        .scalars()
        .await?;
    Ok(())
}

/// The same for one opening; absent when it is gone by then.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn lock(tx: &mut Tx, tenant: TenantId, id: OpeningId) -> Result<Option<Opening>> {
    if tx.is_postgres() {
        let _locked: Vec<Uuid> = tx
            .query("SELECT o.id FROM openings o WHERE o.tenant_id = $1 AND o.id = $2 FOR UPDATE")
            .bind(tenant)
            .bind(id)
            .scalars()
            .await?;
    }
    super::find(tx, tenant, id).await
}
