//! An audit entry as it is stored.

use kalends_domain::audit::AuditEntry;
use kalends_domain::id::{PatientId, UserId};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::value::Instant;

/// Every column.
#[derive(sqlx::FromRow)]
pub struct Row {
    pub tenant_id: Uuid,
    pub id: Uuid,
    pub at: Instant,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub role: Option<String>,
    pub action: String,
    pub outcome: String,
    pub resource: String,
    pub resource_id: Option<Uuid>,
    pub patient_id: Option<Uuid>,
    pub detail: Json<Value>,
    pub request_id: Option<Uuid>,
    pub address: Option<String>,
    pub seal_number: Option<i64>,
    pub seal: Option<Vec<u8>>,
}

/// The columns of [`Row`], for a query's own `FROM audit_entries`.
pub const COLUMNS: &str =
    "tenant_id, id, at, actor_kind, actor_id, role, action, outcome, resource, resource_id, patient_id,
    detail, request_id, address, seal_number, seal";

impl TryFrom<Row> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |column, value: &str| StoreError::Corrupt {
            table: "audit_entries",
            column,
            row: row.id.to_string(),
            value: value.to_owned(),
        };
        let role = row
            .role
            .as_deref()
            .map(|role| role.parse().map_err(|_| corrupt("role", role)));
        Ok(Self {
            id: row.id.into(),
            at: row.at.0,
            actor_kind: row
                .actor_kind
                .parse()
                .map_err(|_| corrupt("actor_kind", &row.actor_kind))?,
            actor_id: row.actor_id.map(UserId),
            role: role.transpose()?,
            outcome: row.outcome.parse().map_err(|_| corrupt("outcome", &row.outcome))?,
            action: row.action,
            resource: row.resource,
            resource_id: row.resource_id,
            patient_id: row.patient_id.map(PatientId),
            detail: row.detail.0,
            request_id: row.request_id,
            address: row.address,
        })
    }
}
