//! The rows of a change in the shape that `apply_change` reads: one member for each column, in the database's own names.

use jiff::Timestamp;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::appointment::{Appointment, AppointmentEvent};
use kalends_domain::audit::AuditEntry;
use kalends_domain::hold::MAX_LIVE;
use kalends_domain::id::TenantId;
use kalends_domain::job::NewJob;
use serde_json::{Value, json};

use super::{Change, IdempotencyKey, NewBlock, NewHold};

/// The whole change as one JSON document; absent parts have no member.
pub fn document(tenant: TenantId, now: Timestamp, change: &Change) -> Value {
    let mut document = json!({
        "openings": change.openings.iter().map(|check| json!({
            "id": check.id, "location_id": check.location_id, "starts_at": check.starts_at, "ends_at": check.ends_at,
        })).collect::<Vec<_>>(),
        "allocations": change.allocations.iter().map(|it| allocation(tenant, it)).collect::<Vec<_>>(),
        "events": change.events.iter().map(|it| event(tenant, it)).collect::<Vec<_>>(),
        "audit": change.audit.iter().map(|it| audit_entry(tenant, it)).collect::<Vec<_>>(),
        "jobs": change.jobs.iter().map(|it| job(tenant, now, it)).collect::<Vec<_>>(),
    });
    let parts = [
        (
            "idempotency",
            change.idempotency.as_ref().map(|it| idempotency(tenant, now, it)),
        ),
        ("spend_hold", change.spend_hold.map(|id| json!(id))),
        ("holder", change.holder.map(|id| json!(id))),
        ("release_appointment", change.release_appointment.map(|id| json!(id))),
        ("hold", change.hold.as_ref().map(|it| hold(tenant, now, it))),
        ("max_holds", change.hold.as_ref().map(|_| json!(MAX_LIVE))),
        ("block", change.block.as_ref().map(|it| block(tenant, now, it))),
        (
            "appointment",
            change.appointment.as_ref().map(|it| appointment(tenant, it)),
        ),
        (
            "expected_version",
            change.expected_version.map(|version| json!(version)),
        ),
    ];
    for (name, part) in parts {
        if let Some(part) = part {
            document[name] = part;
        }
    }
    document
}

/// Bytes as PostgreSQL reads them in text.
fn bytes(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::from("\\x"), |hex, byte| hex + &format!("{byte:02x}"))
}

fn idempotency(tenant: TenantId, now: Timestamp, key: &IdempotencyKey) -> Value {
    json!({
        "tenant_id": tenant, "caller": key.caller, "operation": key.operation, "key": key.key,
        "fingerprint": bytes(&key.fingerprint), "status": key.status, "answer": key.answer, "created_at": now,
    })
}

fn hold(tenant: TenantId, now: Timestamp, hold: &NewHold) -> Value {
    json!({
        "tenant_id": tenant, "id": hold.id, "token_hash": bytes(&hold.token_hash), "service_id": hold.service_id,
        "provider_id": hold.provider_id, "location_id": hold.location_id, "resource_id": hold.resource_id,
        "starts_at": hold.starts_at, "ends_at": hold.ends_at, "expires_at": hold.expires_at,
        "created_by": hold.created_by, "created_at": now,
    })
}

fn block(tenant: TenantId, now: Timestamp, block: &NewBlock) -> Value {
    json!({
        "tenant_id": tenant, "id": block.id, "provider_id": block.provider_id, "starts_at": block.starts_at,
        "ends_at": block.ends_at, "reason": block.reason, "created_by": block.created_by, "created_at": now,
    })
}

fn appointment(tenant: TenantId, it: &Appointment) -> Value {
    json!({
        "tenant_id": tenant, "id": it.id, "version": it.version, "status": it.status, "service_id": it.service_id,
        "provider_id": it.provider_id, "patient_id": it.patient_id, "location_id": it.location_id,
        "resource_id": it.resource_id, "starts_at": it.starts_at, "ends_at": it.ends_at, "time_zone": it.time_zone,
        "reason": it.reason, "notes": it.notes, "policy": it.policy, "overrides": it.overrides, "booked_by": it.booked_by,
        "status_reason": it.status_reason, "created_at": it.created_at, "updated_at": it.updated_at,
    })
}

fn allocation(tenant: TenantId, it: &Allocation) -> Value {
    let mut row = json!({
        "tenant_id": tenant, "id": it.id, "starts_at": it.starts_at, "ends_at": it.ends_at,
        "block_starts_at": it.block_starts_at, "block_ends_at": it.block_ends_at, "blocks": it.blocks,
    });
    match it.bookable {
        Bookable::Provider(id) => row["provider_id"] = json!(id),
        Bookable::Resource(id) => row["resource_id"] = json!(id),
        Bookable::Patient(id) => row["patient_id"] = json!(id),
    }
    match it.owner {
        Owner::Appointment(id) => row["appointment_id"] = json!(id),
        Owner::Hold { id, expires_at } => {
            row["hold_id"] = json!(id);
            row["expires_at"] = json!(expires_at);
        }
        Owner::Block(id) => row["block_id"] = json!(id),
        Owner::External => {}
    }
    row["kind"] = json!(it.owner.kind());
    row
}

fn event(tenant: TenantId, it: &AppointmentEvent) -> Value {
    json!({
        "tenant_id": tenant, "appointment_id": it.appointment_id, "version": it.version, "at": it.at,
        "actor_id": it.actor_id, "action": it.action, "from_status": it.from_status, "to_status": it.to_status,
        "starts_at": it.starts_at, "provider_id": it.provider_id, "reason": it.reason,
    })
}

fn audit_entry(tenant: TenantId, it: &AuditEntry) -> Value {
    json!({
        "tenant_id": tenant, "id": it.id, "at": it.at, "actor_kind": it.actor_kind, "actor_id": it.actor_id,
        "role": it.role, "action": it.action, "outcome": it.outcome, "resource": it.resource,
        "resource_id": it.resource_id, "patient_id": it.patient_id, "detail": it.detail,
        "request_id": it.request_id, "address": it.address,
    })
}

fn job(tenant: TenantId, now: Timestamp, it: &NewJob) -> Value {
    json!({
        "tenant_id": tenant, "id": it.id, "kind": it.kind, "payload": it.payload, "run_at": it.run_at,
        "attempts": 0, "created_at": now,
    })
}
