//! The rows of a change in the shape that `apply_change` reads: one member for each column, in the database's own names.

use jiff::Timestamp;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::appointment::{Appointment, AppointmentEvent};
use kalends_domain::audit::AuditEntry;
use kalends_domain::hold::MAX_LIVE;
use kalends_domain::id::{TenantId, UserId};
use kalends_domain::job::NewJob;
use kalends_domain::limit::Limit;
use kalends_domain::waitlist::WaitlistOffer;
use serde_json::{Value, json};

use super::{Change, IdempotencyKey, NewBlock, NewHold};

/// A change as JSON: the lists of its rows, and what there is one of at most.
pub struct Document {
    lists: Vec<(&'static str, Vec<Value>)>,
    single: Vec<(&'static str, Value)>,
    only_adds: bool,
}

impl Document {
    /// Everything that the change writes; absent parts have no member.
    pub fn new(tenant: TenantId, now: Timestamp, change: &Change) -> Self {
        let (new, changed): (Vec<_>, Vec<_>) = change.appointments.iter().partition(|it| it.version == 1);
        let rows = |appointments: Vec<&Appointment>| appointments.iter().map(|it| appointment(tenant, it)).collect();
        let only_adds =
            changed.is_empty() && change.released.is_empty() && change.hold.is_none() && change.block.is_none();
        let openings = change.openings.iter().map(|check| {
            json!({
                "id": check.id, "location_id": check.location_id, "starts_at": check.starts_at, "ends_at": check.ends_at,
            })
        });
        let keys = change.idempotency.iter().map(|it| idempotency(tenant, now, it));
        let allocations = change.allocations.iter();
        Self {
            lists: vec![
                ("keys", keys.collect()),
                ("openings", openings.collect()),
                ("tickets", change.tickets.iter().map(|id| json!(id)).collect()),
                ("spent_holds", change.spent_holds.iter().map(|id| json!(id)).collect()),
                ("appointments", rows(new)),
                ("changed", rows(changed)),
                ("released", change.released.iter().map(|id| json!(id)).collect()),
                (
                    "allocations",
                    allocations.map(|it| allocation(tenant, change.holder, it)).collect(),
                ),
                ("offers", change.offers.iter().map(|it| offer(tenant, it)).collect()),
                ("limits", change.limits.iter().map(limit).collect()),
                ("events", change.events.iter().map(|it| event(tenant, it)).collect()),
                ("audit", change.audit.iter().map(|it| audit_entry(tenant, it)).collect()),
                ("jobs", change.jobs.iter().map(|it| job(tenant, now, it)).collect()),
            ],
            single: [
                ("hold", change.hold.as_ref().map(|it| hold(tenant, now, it))),
                ("max_holds", change.hold.as_ref().map(|_| json!(MAX_LIVE))),
                ("block", change.block.as_ref().map(|it| block(tenant, now, it))),
            ]
            .into_iter()
            .filter_map(|(name, part)| Some((name, part?)))
            .collect(),
            only_adds,
        }
    }

    /// Whether it can be written together with others of its kind: it only adds, so that their order does not matter.
    pub fn only_adds(&self) -> bool {
        self.only_adds
    }

    /// Several that only add, as one.
    pub fn together<'d>(documents: impl Iterator<Item = &'d Self>) -> Self {
        let mut lists: Vec<(&'static str, Vec<Value>)> = Vec::new();
        for document in documents {
            for (name, rows) in &document.lists {
                match lists.iter_mut().find(|(known, _)| known == name) {
                    Some((_, all)) => all.extend_from_slice(rows),
                    None => lists.push((name, rows.clone())),
                }
            }
        }
        Self {
            lists,
            single: vec![("together", Value::Bool(true))],
            only_adds: true,
        }
    }

    /// As the function takes it.
    pub fn into_json(self) -> Value {
        let lists = self.lists.into_iter().filter(|(_, rows)| !rows.is_empty());
        lists
            .map(|(name, rows)| (name.to_owned(), Value::Array(rows)))
            .chain(self.single.into_iter().map(|(name, part)| (name.to_owned(), part)))
            .collect()
    }
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
        "provider_id": hold.provider_id, "location_id": hold.location_id,
        "starts_at": hold.starts_at, "ends_at": hold.ends_at, "expires_at": hold.expires_at,
        "created_by": hold.created_by, "created_at": now,
        "appointment_id": hold.proposed.as_ref().map(|it| it.appointment_id),
        "message": hold.proposed.as_ref().and_then(|it| it.message.as_deref()),
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
        "resource_ids": it.resource_ids, "group_id": it.group_id, "series_id": it.series(), "visit_id": it.visit(),
        "starts_at": it.starts_at, "ends_at": it.ends_at, "time_zone": it.time_zone,
        "utc_offset_seconds": it.utc_offset_seconds(), "clock_changed": false,
        "reason": it.reason, "notes": it.notes, "policy": it.policy, "overrides": it.overrides, "booked_by": it.booked_by,
        "ticket_id": it.ticket_id, "answers": it.answers,
        "status_reason": it.status_reason, "forgiven": it.forgiven, "created_at": it.created_at, "updated_at": it.updated_at,
    })
}

/// The row, with whose holds give way to it.
fn allocation(tenant: TenantId, holder: Option<UserId>, it: &Allocation) -> Value {
    let mut row = json!({
        "tenant_id": tenant, "id": it.id, "holder": holder, "group_id": it.group_id, "starts_at": it.starts_at, "ends_at": it.ends_at,
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

fn offer(tenant: TenantId, it: &WaitlistOffer) -> Value {
    json!({
        "tenant_id": tenant, "id": it.id, "entry_id": it.entry_id, "hold_id": it.hold_id, "provider_id": it.provider_id,
        "location_id": it.location_id, "starts_at": it.starts_at, "ends_at": it.ends_at, "by_desk": it.by_desk,
        "offered_at": it.offered_at, "expires_at": it.expires_at,
    })
}

fn limit(it: &Limit) -> Value {
    let counted = &it.counted;
    json!({
        "rule": it.rule, "most": it.most, "lock": it.lock(), "provider_id": counted.provider_id,
        "service_id": counted.service_id, "patient_id": counted.patient_id, "starts_from": counted.from,
        "starts_until": counted.until, "set_aside": counted.set_aside.map(|rule| format!("%\"{rule}\"%")),
        "holds": counted.holds(),
    })
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
