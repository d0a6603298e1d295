//! The change as one call of `apply_change`.

use jiff::Timestamp;
use kalends_domain::id::TenantId;
use serde::Deserialize;
use sqlx::PgPool;
use sqlx::types::Json;

use super::row::document;
use super::{Applied, Change, StoredAnswer};
use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::Instant;

const APPLY: &str = "SELECT apply_change($1, $2, $3)";

/// The stored answer as `apply_change` returns it.
#[derive(Deserialize)]
struct Replay {
    fingerprint: String,
    status: i32,
    answer: String,
}

/// Applies the change in a transaction of its own, which is this one statement.
pub async fn apply(pool: &PgPool, tenant: TenantId, now: Timestamp, change: &Change) -> Result<Applied> {
    let replay: Option<Json<Replay>> = sqlx::query_scalar(APPLY)
        .bind(tenant.uuid())
        .bind(Instant(now))
        .bind(Json(document(tenant, now, change)))
        .fetch_one(pool)
        .await?;
    applied(replay)
}

/// Applies the change as part of `tx`.
pub async fn apply_in(tx: &mut Tx, tenant: TenantId, now: Timestamp, change: &Change) -> Result<Applied> {
    let document = document(tenant, now, change);
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
