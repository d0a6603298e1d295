//! A clinic in the database, as far as the guard needs one, and changes for it.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::appointment::{Appointment, AppointmentEvent, Policy, Status};
use kalends_domain::audit::{ActorKind, AuditEntry, Outcome};
use kalends_domain::id::{
    BlockId, HoldId, LocationId, OpeningId, PatientId, ProviderId, ResourceId, ServiceId, TenantId, UserId,
};
use kalends_domain::job::NewJob;
use serde_json::json;
use uuid::Uuid;

use crate::change::{Change, IdempotencyKey, NewBlock, NewHold, OpeningCheck};
use crate::error::Result;
use crate::store::{Access, Store};
use crate::testing::TestDatabase;

/// The present of every test.
pub const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// Minutes after the opening starts.
pub fn at(minutes: i64) -> Timestamp {
    NOW + SignedDuration::from_mins(60 + minutes)
}

#[expect(clippy::disallowed_methods, reason = "a test needs ids that differ")]
pub fn id<T: From<Uuid>>() -> T {
    Uuid::now_v7().into()
}

#[derive(Clone)]
pub struct Clinic {
    pub store: Store,
    pub tenant: TenantId,
    pub user: UserId,
    pub location: LocationId,
    pub service: ServiceId,
    pub provider: ProviderId,
    pub room: ResourceId,
    pub opening: OpeningId,
}

impl Clinic {
    /// One provider with one room, open for eight hours.
    pub async fn open(database: &TestDatabase) -> Result<Self> {
        let owner = Store::connect(&database.url, Access::Owner).await?;
        let tenant: TenantId = id();
        let mut tx = owner.begin_untenanted().await?;
        tx.query("INSERT INTO tenants (id, slug, name, settings, created_at, updated_at) VALUES ($1, $2, 'Clinic', $4, $3, $3)")
            .bind(tenant)
            .bind(tenant.to_string())
            .bind(NOW)
            .bind(json!({}))
            .execute()
            .await?;
        tx.commit().await?;
        let clinic = Self {
            store: database.store().await?,
            tenant,
            user: id(),
            location: id(),
            service: id(),
            provider: id(),
            room: id(),
            opening: id(),
        };
        clinic.furnish().await?;
        Ok(clinic)
    }

    async fn furnish(&self) -> Result<()> {
        let mut tx = self.store.begin(self.tenant).await?;
        tx.query(
            "INSERT INTO users (tenant_id, id, email, email_key, given_name, family_name, name_key, search_key,
                 created_at, updated_at)
             VALUES ($1, $2, 'a@b.test', 'a@b.test', 'Ann', 'Example', '', '', $3, $3)",
        )
        .bind(self.tenant)
        .bind(self.user)
        .bind(NOW)
        .execute()
        .await?;
        tx.query(
            "INSERT INTO locations (tenant_id, id, name, time_zone, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, 'Here', 'Europe/Berlin', '', '', $3, $3)",
        )
        .bind(self.tenant)
        .bind(self.location)
        .bind(NOW)
        .execute()
        .await?;
        tx.query(
            "INSERT INTO resources (tenant_id, id, location_id, name, kind, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, $3, 'Room 1', 'room', '', '', $4, $4)",
        )
        .bind(self.tenant)
        .bind(self.room)
        .bind(self.location)
        .bind(NOW)
        .execute()
        .await?;
        tx.query(
            "INSERT INTO services (tenant_id, id, name, duration_minutes, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, 'Check-up', 30, '', '', $3, $3)",
        )
        .bind(self.tenant)
        .bind(self.service)
        .bind(NOW)
        .execute()
        .await?;
        tx.query(
            "INSERT INTO providers (tenant_id, id, given_name, family_name, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, 'Eve', 'Doctor', '', '', $3, $3)",
        )
        .bind(self.tenant)
        .bind(self.provider)
        .bind(NOW)
        .execute()
        .await?;
        tx.query(
            "INSERT INTO openings (tenant_id, id, provider_id, location_id, local_date, local_from, local_to, starts_at, ends_at,
                 slot_minutes, created_at)
             VALUES ($1, $2, $3, $4, $5, '09:00', '17:00', $6, $7, 30, $8)",
        )
        .bind(self.tenant)
        .bind(self.opening)
        .bind(self.provider)
        .bind(self.location)
        .bind(jiff::civil::date(2027, 1, 15))
        .bind(at(0))
        .bind(at(480))
        .bind(NOW)
        .execute()
        .await?;
        tx.commit().await
    }

    /// A new patient.
    pub async fn patient(&self) -> Result<PatientId> {
        let patient: PatientId = id();
        let mut tx = self.store.begin(self.tenant).await?;
        tx.query(
            "INSERT INTO patients (tenant_id, id, given_name, family_name, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, 'Pat', 'Ient', 'ient pat', 'ient pat', $3, $3)",
        )
        .bind(self.tenant)
        .bind(patient)
        .bind(NOW)
        .execute()
        .await?;
        tx.commit().await?;
        Ok(patient)
    }

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
            resource_id: None,
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
                resource_kind: None,
                requires_approval: false,
            },
            overrides: vec![],
            booked_by: Some(self.user),
            status_reason: None,
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
        bookables.extend(appointment.resource_id.map(Bookable::Resource));
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
            appointment: Some(appointment.clone()),
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
            resource_id: None,
            starts_at: at(from),
            ends_at: at(to),
            expires_at,
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

    /// How many rows of this tenant a table has.
    pub async fn count(&self, sql: &'static str) -> Result<i64> {
        let mut tx = self.store.read(self.tenant).await?;
        tx.query(sql).bind(self.tenant).scalar().await
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

    /// How many pairs of blocking allocations overlap.
    pub async fn overlaps(&self) -> Result<i64> {
        self.count(
            "SELECT count(*) FROM allocations a JOIN allocations b ON b.bookable_id = a.bookable_id AND b.id > a.id
                 AND b.block_starts_at < a.block_ends_at AND b.block_ends_at > a.block_starts_at
             WHERE a.tenant_id = $1 AND a.blocks AND b.blocks",
        )
        .await
    }
}

pub fn allocation(bookable: Bookable, owner: Owner, starts_at: Timestamp, ends_at: Timestamp) -> Allocation {
    Allocation {
        id: id(),
        bookable,
        owner,
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
