//! Two organisations with everything that one can have, each marked by a word of its own, so that whatever shows up where it
//! does not belong is seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use kalends_app::clock::random_bytes;
use kalends_app::sweep::Sweep;
use kalends_domain::id::TenantId;
use kalends_domain::permission::Role;
use kalends_domain::tenant::Tenant;
use kalends_store::testing::TestDatabase;
use kalends_store::testing::rows::{rows, texts};
use serde_json::{Value, json};
use uuid::Uuid;

use super::logs;
use super::server::{Answer, Outcome, PASSWORD, Server};

/// Both of them behind one program.
pub struct World {
    pub server: Server,
    url: String,
    /// The tenant `default`.
    pub ours: Organisation,
    /// Another one.
    pub theirs: Organisation,
}

/// One organisation with its people and records.
pub struct Organisation {
    pub tenant: Arc<Tenant>,
    /// What stands in every text of it.
    pub canary: String,
    /// What stands in every text about the second patient.
    pub second: String,
    /// `admin`, `desk`, `doctor`, `second doctor`, `patient`, `second patient`.
    tokens: BTreeMap<&'static str, String>,
    /// One record of each kind by the first part of its address; patients, appointments and holds are the second patient's.
    ids: BTreeMap<&'static str, String>,
}

/// Everybody who signs in to an organisation.
pub const PEOPLE: [&str; 6] = ["admin", "desk", "doctor", "second doctor", "patient", "second patient"];

impl World {
    pub async fn new(database: &TestDatabase) -> Outcome<Self> {
        logs::capture();
        let server = Server::start_with(database, false).await?;
        let other = server.add_tenant("theirs").await?;
        let ours = Organisation::new(&server, Arc::clone(&server.tenant), "t1").await?;
        let theirs = Organisation::new(&server, other, "t2").await?;
        Ok(Self {
            server,
            url: database.url.clone(),
            ours,
            theirs,
        })
    }

    /// All that an organisation has, by table. The program writes what it knows before it answers.
    pub async fn rows(&self, tenant: TenantId) -> Outcome<BTreeMap<String, (usize, String)>> {
        Ok(rows(&self.url, tenant).await?)
    }

    /// The tables in which a word of an organisation stands.
    pub async fn tables_with(&self, tenant: TenantId, word: &str) -> Outcome<Vec<String>> {
        let tables = texts(&self.url, tenant).await?.into_iter();
        let with = tables.filter(|(_, rows)| rows.iter().any(|row| row.contains(word)));
        Ok(with.map(|(table, _)| table).collect())
    }
}

impl Organisation {
    async fn new(server: &Server, tenant: Arc<Tenant>, name: &str) -> Outcome<Self> {
        let mark = Uuid::from_bytes(random_bytes()).simple().to_string();
        let mut it = Self {
            canary: format!("canary-{name}-{mark}"),
            second: format!("canary-{name}-second-{mark}"),
            tenant,
            tokens: BTreeMap::new(),
            ids: BTreeMap::new(),
        };
        for (who, role) in [("admin", Role::Admin), ("desk", Role::Receptionist)] {
            let email = it.email(who);
            server.add_user_to(&it.tenant, &email, role).await?;
            it.sign_in(server, who).await?;
        }
        it.keep_catalogue(server).await?;
        for (who, names) in [("patient", it.canary.clone()), ("second patient", it.second.clone())] {
            let body = json!({
                "email": it.email(who), "password": PASSWORD, "given_name": names, "family_name": names,
                "tenant": it.tenant.slug,
            });
            let made = server.post("/auth/register", body).send().await?;
            assert_eq!(made.status, 201, "{}", made.text);
            it.ids.insert(
                "patients",
                made.body["user"]["patient_id"].as_str().unwrap_or_default().to_owned(),
            );
            it.tokens.insert(who, made.text_of("access_token").to_owned());
        }
        it.add_carer(server).await?;
        it.fill_calendar(server).await?;
        Ok(it)
    }

    /// Departments, locations, rooms, services, doctors, users.
    async fn keep_catalogue(&mut self, server: &Server) -> Outcome<()> {
        let name = &self.canary.clone();
        self.make(server, "departments", json!({"name": name, "description": name}))
            .await?;
        self.make(
            server,
            "locations",
            json!({"name": name, "time_zone": "Europe/Berlin", "address": name}),
        )
        .await?;
        let location = self.id("locations").to_owned();
        self.make(
            server,
            "resources",
            json!({"name": name, "kind": "room", "location_id": location}),
        )
        .await?;
        self.make(
            server,
            "services",
            json!({"name": name, "description": name, "duration_minutes": 30}),
        )
        .await?;
        let service = self.id("services").to_owned();
        for who in ["second doctor", "doctor"] {
            let body = json!({
                "email": self.email(who), "password": PASSWORD, "given_name": name, "family_name": who, "bio": name,
                "location_ids": [location], "service_ids": [service],
            });
            self.make(server, "providers", body).await?;
            self.sign_in(server, who).await?;
        }
        let user =
            json!({"email": self.email("user"), "given_name": name, "family_name": name, "role": "receptionist"});
        self.make(server, "users", user).await
    }

    /// Somebody who acts for the second patient, and what the patient may book.
    async fn add_carer(&mut self, server: &Server) -> Outcome<()> {
        let email = format!("carer.{}@example.org", self.second);
        let body = json!({
            "email": email, "password": PASSWORD, "given_name": self.second, "family_name": self.second,
            "tenant": self.tenant.slug,
        });
        let made = server.post("/auth/register", body).send().await?;
        assert_eq!(made.status, 201, "{}", made.text);
        let path = format!("/patients/{}/proxies", self.id("patients"));
        let proxy = json!({"email": email, "relationship": "carer", "scope": "book"});
        let linked = server.post(&path, proxy).bearer(self.token("admin")).send().await?;
        self.keep("proxies", &linked)?;
        let path = format!("/patients/{}/tickets", self.id("patients"));
        let ticket = json!({"service_id": self.id("services"), "note": self.second});
        let granted = server.post(&path, ticket).bearer(self.token("admin")).send().await?;
        self.keep("tickets", &granted)
    }

    /// Hours of the doctor, an appointment and a hold of the second patient, a block, a closure.
    async fn fill_calendar(&mut self, server: &Server) -> Outcome<()> {
        let (provider, service) = (self.id("providers").to_owned(), self.id("services").to_owned());
        let generate =
            json!({"month": "2027-01", "weekdays": ["tue"], "from": "09:00", "to": "17:00", "slot_minutes": 30});
        let path = format!("/providers/{provider}/openings/generate");
        let made = server.post(&path, generate).bearer(self.token("admin")).send().await?;
        assert_eq!(made.status, 200, "{}", made.text);
        let path = format!("/providers/{provider}/openings?from=2027-01-05&to=2027-01-05");
        let found = server.get(&path).bearer(self.token("admin")).send().await?;
        let opening = found.body["items"][0]["id"].as_str().ok_or("no opening")?.to_owned();
        self.ids.insert("openings", opening);

        let hours = json!({"windows": [{"weekday": "wed", "from": "09:00", "to": "10:00", "service_ids": [service]}]});
        let path = format!("/providers/{provider}/templates");
        let made = server.post(&path, hours).bearer(self.token("admin")).send().await?;
        assert_eq!(made.status, 201, "{}", made.text);
        let template = made.body["template"]["id"].as_str().ok_or("no template")?.to_owned();
        self.ids.insert("templates", template);

        let second = self.token("second patient").to_owned();
        let wish = json!({"service_id": service, "starts_at": "2027-01-05T09:00:00Z", "reason": self.second});
        let booked = server.post("/appointments", wish).bearer(&second).send().await?;
        self.keep("appointments", &booked)?;
        let path = format!("/appointments/{}/proposal", self.id("appointments"));
        let other = json!({"starts_at": "2027-01-05T15:30:00Z", "message": self.second});
        let proposed = server.post(&path, other).bearer(self.token("admin")).send().await?;
        assert_eq!(proposed.status, 201, "{}", proposed.text);
        let wish = json!({"service_id": service, "starts_at": "2027-01-05T10:00:00Z"});
        let held = server.post("/holds", wish).bearer(&second).send().await?;
        self.keep("holds", &held)?;
        let waits = json!({"service_id": service, "until": "2027-01-31", "note": self.second});
        let joined = server.post("/waitlist", waits).bearer(&second).send().await?;
        self.keep("waitlist", &joined)?;
        Sweep::WaitlistOffers.run(&server.app).await?;
        let entry = server
            .get(&format!("/waitlist/{}", self.id("waitlist")))
            .bearer(&second)
            .send()
            .await?;
        let offer = entry.body["offers"][0]["id"].as_str().ok_or("no offer")?.to_owned();
        self.ids.insert("offers", offer);
        // A visit of the second patient, in two parts.
        let location = self.id("locations").to_owned();
        let part = |starts_at: &str| json!({"service_id": service, "starts_at": starts_at, "provider_id": provider});
        let parts = json!({
            "parts": [part("2027-01-26T12:00:00Z"), part("2027-01-26T12:30:00Z")], "location_id": location, "reason": self.second,
        });
        let visit = server.post("/visits", parts).bearer(&second).send().await?;
        self.keep("visits", &visit)?;
        let reason = self.canary.clone();
        let block = json!({
            "provider_id": provider, "starts_at": "2027-01-05T11:00:00Z", "ends_at": "2027-01-05T12:00:00Z", "reason": reason,
        });
        self.make(server, "blocks", block).await?;
        let closure = json!({
            "starts_at": "2027-02-01T00:00:00Z", "ends_at": "2027-02-02T00:00:00Z", "reason": reason,
        });
        self.make(server, "closures", closure).await
    }

    async fn make(&mut self, server: &Server, noun: &'static str, body: Value) -> Outcome<()> {
        let made = server
            .post(&format!("/{noun}"), body)
            .bearer(self.token("admin"))
            .send()
            .await?;
        self.keep(noun, &made)
    }

    fn keep(&mut self, noun: &'static str, made: &Answer) -> Outcome<()> {
        assert_eq!(made.status, 201, "{noun}: {}", made.text);
        self.ids.insert(noun, made.text_of("id").to_owned());
        Ok(())
    }

    async fn sign_in(&mut self, server: &Server, who: &'static str) -> Outcome<()> {
        let body = json!({"email": self.email(who), "password": PASSWORD, "tenant": self.tenant.slug});
        let answer = server.post("/auth/login", body).send().await?;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.tokens.insert(who, answer.text_of("access_token").to_owned());
        Ok(())
    }

    pub fn email(&self, who: &str) -> String {
        let mark = if who == "second patient" {
            &self.second
        } else {
            &self.canary
        };
        format!("{}.{mark}@example.org", who.replace(' ', "-"))
    }

    /// Somebody's access token.
    pub fn token(&self, who: &str) -> &str {
        self.tokens.get(who).map_or("", String::as_str)
    }

    /// The id of a record.
    pub fn id(&self, noun: &str) -> &str {
        self.ids.get(noun).map_or("", String::as_str)
    }

    /// The id that a member or parameter called `patient_id` or `provider_ids` may carry.
    pub fn id_for(&self, member: &str) -> Option<&str> {
        let noun = member.strip_suffix("_ids").or(member.strip_suffix("_id"))?;
        self.ids.get(format!("{noun}s").as_str()).map(String::as_str)
    }

    /// Whether an answer shows anything of this organisation.
    pub fn shows_in(&self, answer: &Answer) -> bool {
        seen(answer, &self.canary) || seen(answer, &self.second)
    }

    /// Whether an answer shows anything of its second patient.
    pub fn second_shows_in(&self, answer: &Answer) -> bool {
        seen(answer, &self.second)
    }
}

fn seen(answer: &Answer, word: &str) -> bool {
    let in_headers = answer
        .headers
        .values()
        .any(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase().contains(word));
    in_headers || answer.text.to_lowercase().contains(word)
}
