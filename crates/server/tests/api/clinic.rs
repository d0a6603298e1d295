//! A clinic that is made through the API.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::permission::Role;
use kalends_store::testing::TestDatabase;
use serde_json::{Value, json};

use crate::api::caller::Caller;
use crate::api::server::{Outcome, PASSWORD, Server};

/// The present of a clinic: Monday, 4 January 2027, 08:00 in Berlin.
pub const NOW: Timestamp = Timestamp::constant(1_799_046_000, 0);

/// One location in Berlin with a service of 30 minutes and one provider, open on Mondays to Fridays of January 2027, nine to
/// five, with a start every five minutes.
pub struct Clinic {
    pub server: Server,
    pub admin: Caller,
    pub location: String,
    pub service: String,
    pub provider: String,
}

/// Minutes after nine o'clock on Tuesday, 5 January 2027.
pub fn at(minutes: i64) -> Timestamp {
    NOW + SignedDuration::from_hours(25) + SignedDuration::from_mins(minutes)
}

impl Clinic {
    /// Behind a server of its own, without request limits.
    pub async fn start(database: &TestDatabase) -> Outcome<Self> {
        Self::start_behind(database, 1).await
    }

    /// Behind so many servers that share the database.
    pub async fn start_behind(database: &TestDatabase, servers: usize) -> Outcome<Self> {
        let server = Server::start_several(database, NOW, false, servers).await?;
        let admin = server.staff(Role::Admin).await?;
        let body = json!({"name": "Mitte", "time_zone": "Europe/Berlin"});
        let location = admin.post("/locations", &body).await?.expect(201)?.id()?;
        let mut clinic = Self {
            server,
            admin,
            location,
            service: String::new(),
            provider: String::new(),
        };
        clinic.service = clinic.add_service(json!({})).await?;
        clinic.provider = clinic.add_provider(&[&clinic.service]).await?;
        Ok(clinic)
    }

    /// A service of 30 minutes, with these rules.
    pub async fn add_service(&self, rules: Value) -> Outcome<String> {
        let mut body = json!({
            "name": self.server.address_of("service"), "duration_minutes": 30, "start_interval_minutes": 5,
        });
        if let (Some(body), Some(rules)) = (body.as_object_mut(), rules.as_object()) {
            body.extend(rules.clone());
        }
        self.admin.post("/services", &body).await?.expect(201)?.id()
    }

    /// A provider who gives these services, with their openings.
    pub async fn add_provider(&self, services: &[&str]) -> Outcome<String> {
        let body = json!({
            "email": self.server.address_of("provider"), "given_name": "Eve", "family_name": "Doctor",
            "location_ids": [self.location], "service_ids": services, "password": PASSWORD,
        });
        let provider = self.admin.post("/providers", &body).await?.expect(201)?.id()?;
        let body = json!({"month": "2027-01", "from": "09:00", "to": "17:00", "slot_minutes": 30});
        let path = format!("/providers/{provider}/openings/generate");
        self.admin.post(&path, &body).await?.expect(200)?;
        Ok(provider)
    }

    /// A provider who gives one service at a new location in that zone, open all day on one date.
    pub async fn open_all_day(&self, zone: &str, date: &str, service: &str) -> Outcome<String> {
        let location = json!({"name": self.server.address_of(zone), "time_zone": zone});
        let location = self.admin.post("/locations", &location).await?.expect(201)?.id()?;
        let provider = json!({
            "email": self.server.address_of("provider"), "given_name": "Noor", "family_name": "Doctor",
            "location_ids": [location], "service_ids": [service], "password": PASSWORD,
        });
        let provider = self.admin.post("/providers", &provider).await?.expect(201)?.id()?;
        let day = json!({"date": date, "from": "00:00", "to": "24:00", "slot_minutes": 30});
        let path = format!("/providers/{provider}/openings");
        self.admin.post(&path, &day).await?.expect(201)?;
        Ok(provider)
    }

    /// The body that books the clinic's service, with anyone.
    pub fn wish(&self, starts_at: Timestamp) -> Value {
        json!({"service_id": self.service, "starts_at": starts_at})
    }
}
