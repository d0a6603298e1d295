//! Changes as use cases write them, for the clinic of the tests.

use jiff::Timestamp;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::appointment::{Appointment, AppointmentEvent, Policy, Status};
use kalends_domain::audit::{ActorKind, AuditEntry, Outcome};
use kalends_domain::id::{BlockId, HoldId, PatientId, UserId};
use kalends_domain::job::NewJob;
use serde_json::json;
use uuid::Uuid;

use crate::change::{Change, IdempotencyKey, NewBlock, NewHold, OpeningCheck};
use crate::error::Result;
use crate::testing::clinic::{Clinic, NOW, at, id};

impl Clinic {
    /// An appointment of the clinic's provider, in no room.
    pub fn appointment(&self, patient: PatientId, from: i64, to: i64) -> Appointment {
        Appointment {
            id: id(),
            version: 1,
            status: Status::Booked,
            service_id: self.service,
            provider_id: self.provider,
            patient_id: patient,
            location_id: self.location,
            resource_ids: Vec::new(),
            group_id: None,
            starts_at: at(from),
            ends_at: at(to),
            time_zone: "Europe/Berlin".into(),
            reason: Some("sore \"throat\"\n\u{1f637}".into()),
            notes: None,
            policy: Policy {
                buffer_before_minutes: 0,
                buffer_after_minutes: 0,
                cancel_cutoff_minutes: 0,
                reschedule_cutoff_minutes: 0,
                requires_approval: false,
                capacity: 1,
            },
            overrides: vec![],
            together: None,
            ticket_id: None,
            answers: Vec::new(),
            booked_by: Some(self.user),
            status_reason: None,
            forgiven: false,
            created_at: NOW,
            updated_at: NOW,
        }
    }

    /// What books it: everything that must be written with it.
    pub fn booking(&self, appointment: &Appointment) -> Change {
        let owner = Owner::Appointment(appointment.id);
        let mut bookables = vec![
            Bookable::Provider(appointment.provider_id),
            Bookable::Patient(appointment.patient_id),
        ];
        bookables.extend(appointment.resource_ids.iter().copied().map(Bookable::Resource));
        Change {
            openings: vec![OpeningCheck {
                id: self.opening,
                location_id: self.location,
                starts_at: appointment.starts_at,
                ends_at: appointment.ends_at,
            }],
            allocations: bookables
                .into_iter()
                .map(|bookable| allocation(bookable, owner, appointment.starts_at, appointment.ends_at))
                .collect(),
            events: vec![event(appointment, "book")],
            audit: vec![audit_entry(self.user, appointment)],
            jobs: vec![NewJob {
                id: id(),
                kind: "notify".into(),
                payload: json!({"appointment_id": appointment.id}),
                run_at: NOW,
            }],
            appointments: vec![appointment.clone()],
            ..Change::default()
        }
    }

    /// What holds the provider's time until `expires_at`.
    pub fn hold(&self, from: i64, to: i64, expires_at: Timestamp) -> (HoldId, Change) {
        let hold = NewHold {
            id: id(),
            token_hash: id::<Uuid>().as_bytes().to_vec(),
            service_id: self.service,
            provider_id: self.provider,
            location_id: self.location,
            starts_at: at(from),
            ends_at: at(to),
            expires_at,
            proposed: None,
            created_by: Some(self.user),
        };
        let owner = Owner::Hold {
            id: hold.id,
            expires_at,
        };
        let change = Change {
            allocations: vec![allocation(
                Bookable::Provider(self.provider),
                owner,
                hold.starts_at,
                hold.ends_at,
            )],
            hold: Some(hold.clone()),
            ..Change::default()
        };
        (hold.id, change)
    }

    /// What blocks the provider's time.
    pub fn block(&self, from: i64, to: i64) -> Change {
        let block = NewBlock {
            id: id::<BlockId>(),
            provider_id: self.provider,
            starts_at: at(from),
            ends_at: at(to),
            reason: None,
            created_by: Some(self.user),
        };
        Change {
            allocations: vec![allocation(
                Bookable::Provider(self.provider),
                Owner::Block(block.id),
                block.starts_at,
                block.ends_at,
            )],
            block: Some(block),
            ..Change::default()
        }
    }

    /// Appointments, allocations, events, audit entries and jobs, in this order.
    pub async fn rows(&self) -> Result<[i64; 5]> {
        Ok([
            self.count("SELECT count(*) FROM appointments WHERE tenant_id = $1")
                .await?,
            self.count("SELECT count(*) FROM allocations WHERE tenant_id = $1")
                .await?,
            self.count("SELECT count(*) FROM appointment_events WHERE tenant_id = $1")
                .await?,
            self.count("SELECT count(*) FROM audit_entries WHERE tenant_id = $1")
                .await?,
            self.count("SELECT count(*) FROM jobs WHERE tenant_id = $1").await?,
        ])
    }
}

pub fn allocation(bookable: Bookable, owner: Owner, starts_at: Timestamp, ends_at: Timestamp) -> Allocation {
    Allocation {
        id: id(),
        bookable,
        owner,
        group_id: None,
        starts_at,
        ends_at,
        block_starts_at: starts_at,
        block_ends_at: ends_at,
        blocks: true,
    }
}

pub fn event(appointment: &Appointment, action: &str) -> AppointmentEvent {
    AppointmentEvent {
        appointment_id: appointment.id,
        version: appointment.version,
        at: NOW,
        actor_id: appointment.booked_by,
        action: action.into(),
        from_status: None,
        to_status: appointment.status,
        starts_at: appointment.starts_at,
        provider_id: appointment.provider_id,
        reason: None,
    }
}

fn audit_entry(user: UserId, appointment: &Appointment) -> AuditEntry {
    AuditEntry {
        id: id(),
        at: NOW,
        actor_kind: ActorKind::User,
        actor_id: Some(user),
        role: None,
        action: "book".into(),
        outcome: Outcome::Done,
        resource: "appointment".into(),
        resource_id: Some(appointment.id.uuid()),
        patient_id: Some(appointment.patient_id),
        detail: json!({}),
        request_id: None,
        address: None,
    }
}

pub fn key(fingerprint: u8, answer: &str) -> IdempotencyKey {
    IdempotencyKey {
        caller: "somebody".into(),
        operation: "appointments.book".into(),
        key: "once".into(),
        fingerprint: vec![fingerprint, 0, 255],
        status: 201,
        answer: answer.into(),
    }
}
