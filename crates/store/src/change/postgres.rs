//! The change as one call of `apply_change`; bookings that wait at the same moment share one.

mod rush;

use jiff::Timestamp;
use kalends_domain::id::TenantId;
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;

use super::row::Document;
use super::{Applied, Change, StoredAnswer};
use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::Instant;

pub(crate) use rush::Rush;

const APPLY: &str = "SELECT apply_change($1, $2, $3)";

/// The stored answer as `apply_change` returns it.
#[derive(Deserialize)]
struct Replay {
    fingerprint: String,
    status: i32,
    answer: String,
}

/// Applies the document in a transaction of its own, which is this one statement. Two changes that met are tried again once.
async fn apply(pool: &PgPool, tenant: TenantId, now: Timestamp, document: Value) -> Result<Applied> {
    let document = Json(document);
    match apply_once(pool, tenant, now, &document).await {
        Err(StoreError::Conflict) => apply_once(pool, tenant, now, &document).await,
        outcome => outcome,
    }
}

async fn apply_once(pool: &PgPool, tenant: TenantId, now: Timestamp, document: &Json<Value>) -> Result<Applied> {
    let replay: Option<Json<Replay>> = sqlx::query_scalar(APPLY)
        .bind(tenant.uuid())
        .bind(Instant(now))
        .bind(document)
        .fetch_one(pool)
        .await?;
    applied(replay)
}

/// Applies the change as part of `tx`.
pub async fn apply_in(tx: &mut Tx, tenant: TenantId, now: Timestamp, change: &Change) -> Result<Applied> {
    let document = Document::new(tenant, now, change).into_json();
    let replay = tx
        .query(APPLY)
        .bind(tenant)
        .bind(now)
        .bind(document)
        .scalar::<Option<Json<Replay>>>()
        .await?;
    applied(replay)
}

fn applied(replay: Option<Json<Replay>>) -> Result<Applied> {
    let Some(Json(Replay {
        fingerprint,
        status,
        answer,
    })) = replay
    else {
        return Ok(Applied::Done);
    };
    let corrupt = || StoreError::Corrupt {
        table: "idempotency_keys",
        column: "fingerprint",
        row: String::new(),
        value: fingerprint.clone(),
    };
    let fingerprint = (0..fingerprint.len())
        .step_by(2)
        .map(|at| {
            fingerprint
                .get(at..at + 2)
                .and_then(|byte| u8::from_str_radix(byte, 16).ok())
                .ok_or_else(corrupt)
        })
        .collect::<Result<Vec<u8>>>()?;
    Ok(Applied::Replayed(StoredAnswer {
        fingerprint,
        status,
        answer,
    }))
}
