//! A small clinic in a test's database, written without use cases: what the guard and the booking need, and no more.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::id::{LocationId, OpeningId, PatientId, ProviderId, ResourceId, ServiceId, TenantId, UserId};
use kalends_domain::need::Need;
use serde_json::json;
use uuid::Uuid;

use super::TestDatabase;
use crate::error::Result;
use crate::service_needs;
use crate::store::{Access, Store};

/// The present of every test: a Friday, 09:00 in Berlin.
pub const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// Minutes after the openings start, which is at 10:00 in Berlin, for eight hours.
pub fn at(minutes: i64) -> Timestamp {
    NOW + SignedDuration::from_mins(60 + minutes)
}

/// An id that differs from every other.
#[expect(clippy::disallowed_methods, reason = "a test needs ids that differ")]
pub fn id<T: From<Uuid>>() -> T {
    Uuid::now_v7().into()
}

/// One provider who gives one service at one location, with a room that nothing needs.
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

/// A service's rules, as far as tests vary them.
#[derive(Clone, Debug)]
pub struct Rules {
    pub duration_minutes: i32,
    pub buffer_before_minutes: i32,
    pub buffer_after_minutes: i32,
    pub cutoff_minutes: i32,
    pub lead_time_minutes: i32,
    pub start_interval_minutes: Option<i32>,
    pub resource_kind: Option<&'static str>,
    pub requires_approval: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            duration_minutes: 30,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            cutoff_minutes: 0,
            lead_time_minutes: 0,
            start_interval_minutes: Some(5),
            resource_kind: None,
            requires_approval: false,
        }
    }
}

impl Clinic {
    /// One provider, open for eight hours from an hour after [`NOW`].
    pub async fn open(database: &TestDatabase) -> Result<Self> {
        let owner = Store::connect(&database.url, Access::Owner).await?;
        let tenant: TenantId = id();
        let mut tx = owner.begin_untenanted().await?;
        tx.query(
            "INSERT INTO tenants (id, slug, name, settings, created_at, updated_at) VALUES ($1, $2, 'Clinic', $4, $3, $3)",
        )
        .bind(tenant)
        .bind(tenant.to_string())
        .bind(NOW)
        .bind(json!({}))
        .execute()
        .await?;
        tx.commit().await?;
        let mut clinic = Self {
            store: database.store().await?,
            tenant,
            user: id(),
            location: id(),
            service: id(),
            provider: id(),
            room: id(),
            opening: id(),
        };
        clinic.user = clinic.add_user().await?;
        let sql = "INSERT INTO locations (tenant_id, id, name, time_zone, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, 'Here', 'Europe/Berlin', '', '', $3, $3)";
        let mut tx = clinic.store.begin(tenant).await?;
        tx.query(sql)
            .bind(tenant)
            .bind(clinic.location)
            .bind(NOW)
            .execute()
            .await?;
        tx.commit().await?;
        clinic.room = clinic.add_room("room").await?;
        clinic.service = clinic.add_service(&Rules::default()).await?;
        (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
        Ok(clinic)
    }

    /// Somebody who can sign in.
    pub async fn add_user(&self) -> Result<UserId> {
        let user: UserId = id();
        let sql = "INSERT INTO users (tenant_id, id, email, email_key, given_name, family_name, name_key, search_key,
                 created_at, updated_at)
             VALUES ($1, $2, $3, $3, 'Ann', 'Example', '', '', $4, $4)";
        let mut tx = self.store.begin(self.tenant).await?;
        let email = format!("{user}@example.test");
        tx.query(sql)
            .bind(self.tenant)
            .bind(user)
            .bind(email)
            .bind(NOW)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(user)
    }

    /// A room, or a piece of equipment.
    pub async fn add_room(&self, kind: &str) -> Result<ResourceId> {
        let room: ResourceId = id();
        let sql = "INSERT INTO resources (tenant_id, id, location_id, name, kind, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $4, '', $6, $6)";
        let mut tx = self.store.begin(self.tenant).await?;
        let query = tx.query(sql).bind(self.tenant).bind(room).bind(self.location);
        query
            .bind(format!("Room {room}"))
            .bind(kind)
            .bind(NOW)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(room)
    }

    /// A service that nobody gives yet.
    pub async fn add_service(&self, rules: &Rules) -> Result<ServiceId> {
        let service: ServiceId = id();
        let mut tx = self.store.begin(self.tenant).await?;
        tx.query(
            "INSERT INTO services (tenant_id, id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes,
                 cancel_cutoff_minutes, reschedule_cutoff_minutes, lead_time_minutes, start_interval_minutes,
                 requires_approval, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $3, '', $11, $11)",
        )
        .bind(self.tenant)
        .bind(service)
        .bind(format!("Service {service}"))
        .bind(rules.duration_minutes)
        .bind(rules.buffer_before_minutes)
        .bind(rules.buffer_after_minutes)
        .bind(rules.cutoff_minutes)
        .bind(rules.lead_time_minutes)
        .bind(rules.start_interval_minutes)
        .bind(rules.requires_approval)
        .bind(NOW)
        .execute()
        .await?;
        let needs: Vec<Need> = rules
            .resource_kind
            .map(|kind| Need::Kind(kind.into()))
            .into_iter()
            .collect();
        service_needs::write(&mut tx, self.tenant, service, &needs).await?;
        tx.commit().await?;
        Ok(service)
    }

    /// Makes the service need these.
    pub async fn set_needs(&self, service: ServiceId, needs: &[Need]) -> Result<()> {
        let mut tx = self.store.begin(self.tenant).await?;
        service_needs::write(&mut tx, self.tenant, service, needs).await?;
        tx.commit().await
    }

    /// A provider who gives these services, open for eight hours from an hour after [`NOW`].
    pub async fn add_provider(&self, services: &[ServiceId]) -> Result<(ProviderId, OpeningId)> {
        let (provider, opening): (ProviderId, OpeningId) = (id(), id());
        let mut tx = self.store.begin(self.tenant).await?;
        tx.query(
            "INSERT INTO providers (tenant_id, id, given_name, family_name, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, 'Eve', 'Doctor', 'doctor eve', '', $3, $3)",
        )
        .bind(self.tenant)
        .bind(provider)
        .bind(NOW)
        .execute()
        .await?;
        for service in services {
            let sql = "INSERT INTO provider_services (tenant_id, provider_id, service_id) VALUES ($1, $2, $3)";
            tx.query(sql)
                .bind(self.tenant)
                .bind(provider)
                .bind(*service)
                .execute()
                .await?;
        }
        tx.query(
            "INSERT INTO openings (tenant_id, id, provider_id, location_id, local_date, local_from, local_to, starts_at, ends_at,
                 slot_minutes, created_at)
             VALUES ($1, $2, $3, $4, $5, '10:00', '18:00', $6, $7, 30, $8)",
        )
        .bind(self.tenant)
        .bind(opening)
        .bind(provider)
        .bind(self.location)
        .bind(jiff::civil::date(2027, 1, 15))
        .bind(at(0))
        .bind(at(480))
        .bind(NOW)
        .execute()
        .await?;
        tx.commit().await?;
        Ok((provider, opening))
    }

    /// A new patient.
    pub async fn add_patient(&self) -> Result<PatientId> {
        let patient: PatientId = id();
        let sql = "INSERT INTO patients (tenant_id, id, given_name, family_name, name_key, search_key, created_at, updated_at)
             VALUES ($1, $2, 'Pat', 'Ient', 'ient pat', 'pat ient', $3, $3)";
        let mut tx = self.store.begin(self.tenant).await?;
        tx.query(sql)
            .bind(self.tenant)
            .bind(patient)
            .bind(NOW)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(patient)
    }

    /// Changes rows of this tenant, whose id is `$1`.
    pub async fn change(&self, sql: &'static str) -> Result<()> {
        let mut tx = self.store.begin(self.tenant).await?;
        tx.query(sql).bind(self.tenant).execute().await?;
        tx.commit().await
    }

    /// A number about this tenant, whose id is `$1`.
    pub async fn count(&self, sql: &'static str) -> Result<i64> {
        let mut tx = self.store.read(self.tenant).await?;
        tx.query(sql).bind(self.tenant).scalar().await
    }

    /// How many pairs of blocking allocations overlap without being of one group: never any.
    pub async fn overlaps(&self) -> Result<i64> {
        self.count(
            "SELECT count(*) FROM allocations a JOIN allocations b ON b.bookable_id = a.bookable_id AND b.id > a.id
                 AND b.block_starts_at < a.block_ends_at AND b.block_ends_at > a.block_starts_at
             WHERE a.tenant_id = $1 AND a.blocks AND b.blocks AND COALESCE(a.group_id, a.id) <> COALESCE(b.group_id, b.id)",
        )
        .await
    }

    /// How many appointments do not have exactly the allocations that their state asks for, or not as many events as
    /// versions: never any.
    pub async fn inconsistencies(&self) -> Result<i64> {
        self.count(
            "SELECT count(*) FROM appointments a WHERE a.tenant_id = $1 AND (
                 (SELECT count(*) FROM allocations l WHERE l.tenant_id = $1 AND l.appointment_id = a.id
                      AND l.starts_at = a.starts_at AND l.ends_at = a.ends_at)
                 <> CASE WHEN a.status IN ('cancelled', 'declined') THEN 0 ELSE 2 + (LENGTH(CAST(a.resource_ids AS text)) - LENGTH(REPLACE(CAST(a.resource_ids AS text), '\"', ''))) / 2 END
                 OR (SELECT count(*) FROM allocations l WHERE l.tenant_id = $1 AND l.appointment_id = a.id)
                 <> CASE WHEN a.status IN ('cancelled', 'declined') THEN 0 ELSE 2 + (LENGTH(CAST(a.resource_ids AS text)) - LENGTH(REPLACE(CAST(a.resource_ids AS text), '\"', ''))) / 2 END
                 OR (SELECT count(*) FROM appointment_events e WHERE e.tenant_id = $1 AND e.appointment_id = a.id) <> a.version)",
        )
        .await
    }
}
