//! Somebody else's ids, in every place where an operation takes one: another organisation's, and another patient's. They are
//! answered like ids that nothing has, they change nothing, and nothing of theirs is shown, not even in the log.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use super::canary::{Organisation, PEOPLE, World};
use super::document::{Document, Operation, kind};
use super::logs;
use super::server::{Answer, Outcome, Server};

/// An id that nothing has.
pub const UNKNOWN: &str = "0190a5a0-0000-7000-8000-00000000dead";

/// Another, which no refusal on the trail names.
const NEVER: &str = "0190a5a0-0000-7000-8000-00000000beef";

/// The ids of an organisation that one of its own, or one of another, may try.
struct Attempt<'w> {
    server: &'w Server,
    document: &'w Document,
    /// Whose token.
    token: &'w str,
    /// Whose records stand where the attempt does not need the victim's.
    own: &'w Organisation,
    victim: &'w Organisation,
}

/// An answer without what differs with every request.
fn shape(answer: &Answer) -> (u16, Value) {
    (answer.status.as_u16(), answer.body.clone())
}

impl Attempt<'_> {
    /// The operation with ids of the caller's own, as far as it needs any.
    fn query(&self, operation: &Operation) -> Vec<(String, String)> {
        let mut query = operation.required_query(self.document);
        for (name, value) in &mut query {
            if let Some(own) = self.own.id_for(name) {
                own.clone_into(value);
            }
        }
        query
    }

    fn body(&self, operation: &Operation) -> Value {
        let mut body = operation.sample(self.document);
        if let Some(members) = body.as_object_mut() {
            for (name, value) in members.iter_mut() {
                if let Some(own) = self.own.id_for(name) {
                    *value = json!(own);
                }
            }
        }
        body
    }

    /// Sends it, and looks whether anything of the victim's came back.
    async fn send(&self, operation: &Operation, id: &str, query: &[(String, String)], body: &Value) -> Outcome<Answer> {
        let call = operation.call(self.server, id, query, body);
        let answer = call.bearer(self.token).send().await?;
        let name = operation.name();
        assert!(answer.status.as_u16() < 500, "{name}: {}", answer.text);
        assert!(!self.victim.second_shows_in(&answer), "{name} shows {}", answer.text);
        if self.own.canary != self.victim.canary {
            assert!(!self.victim.shows_in(&answer), "{name} shows {}", answer.text);
        }
        Ok(answer)
    }

    /// The id in the address.
    async fn by_path(&self, operation: &Operation) -> Outcome<()> {
        let victims = self.victim.id(operation.noun());
        let (query, body) = (self.query(operation), self.body(operation));
        let foreign = self.send(operation, victims, &query, &body).await?;
        let unknown = self.send(operation, UNKNOWN, &query, &body).await?;
        let name = operation.name();
        assert_eq!(shape(&foreign), shape(&unknown), "{name}");
        assert!(
            [403, 404, 422].contains(&foreign.status.as_u16()),
            "{name}: {}",
            foreign.status
        );
        Ok(())
    }

    /// Each id in the query, one at a time; `only` one, if it is named.
    async fn by_query(&self, operation: &Operation, only: Option<&str>) -> Outcome<()> {
        let own = self.own.id(operation.noun());
        for parameter in operation
            .query
            .iter()
            .filter(|it| only.is_none_or(|name| it.name == name))
        {
            let Some(victims) = self.victim.id_for(&parameter.name) else {
                continue;
            };
            let with = |id: &str| {
                let mut query = self.query(operation);
                query.retain(|(name, _)| *name != parameter.name);
                query.push((parameter.name.clone(), id.to_owned()));
                query
            };
            let foreign = self.send(operation, own, &with(victims), &Value::Null).await?;
            let unknown = self.send(operation, own, &with(NEVER), &Value::Null).await?;
            let name = format!("{}?{}", operation.name(), parameter.name);
            assert_eq!(shape(&foreign), shape(&unknown), "{name}");
        }
        Ok(())
    }

    /// Each id in the body, one at a time.
    async fn by_body(&self, operation: &Operation) -> Outcome<()> {
        let own = self.own.id(operation.noun());
        for (member, schema) in operation.members() {
            let Some(victims) = self.victim.id_for(member) else {
                continue;
            };
            let is_list = kind(schema) == "array";
            let with = |id: &str| {
                let mut body = self.body(operation);
                body[member] = if is_list { json!([id]) } else { json!(id) };
                body
            };
            let query = self.query(operation);
            let foreign = self.send(operation, own, &query, &with(victims)).await?;
            let unknown = self.send(operation, own, &query, &with(UNKNOWN)).await?;
            let name = format!("{} with {member}", operation.name());
            assert_eq!(shape(&foreign), shape(&unknown), "{name}");
            assert!(
                foreign.status.is_client_error(),
                "{name}: {} {}",
                foreign.status,
                foreign.text
            );
        }
        Ok(())
    }
}

on_both! {
    async fn another_organisations_ids_are_unknown(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let before = world.rows(world.ours.tenant.id).await?;
        for who in PEOPLE {
            let attempt = Attempt {
                server: &world.server,
                document: &document,
                token: world.theirs.token(who),
                own: &world.theirs,
                victim: &world.ours,
            };
            for operation in document.operations().iter().filter(|it| it.noun() != "auth") {
                if operation.takes_id() {
                    attempt.by_path(operation).await?;
                }
                attempt.by_query(operation, None).await?;
                attempt.by_body(operation).await?;
            }
        }
        assert_eq!(world.rows(world.ours.tenant.id).await?, before, "what they have is untouched");
        let log = logs::written().to_lowercase();
        assert!(log.contains("answered"), "the log was kept");
        for organisation in [&world.ours, &world.theirs] {
            assert!(!log.contains(&organisation.canary) && !log.contains(&organisation.second), "the log names somebody");
        }
        Ok(())
    }

    async fn another_patients_records_are_unknown(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let ours = &world.ours;
        let before = world.rows(ours.tenant.id).await?;
        // Another doctor's patients are strangers too.
        for who in ["patient", "second doctor"] {
            let attempt = Attempt {
                server: &world.server,
                document: &document,
                token: ours.token(who),
                own: ours,
                victim: ours,
            };
            for operation in document.operations() {
                let is_records = ["appointments", "patients", "holds", "proxies", "tickets", "waitlist", "offers"].contains(&operation.noun());
                if operation.takes_id() && is_records {
                    attempt.by_path(&operation).await?;
                }
                let is_list = operation.method == Method::GET && !operation.takes_id();
                if is_list {
                    attempt.by_query(&operation, Some("patient_id")).await?;
                }
                // Whatever else they may read shows nothing of the second patient: `send` looks.
                if operation.method == Method::GET {
                    let query = attempt.query(&operation);
                    attempt.send(&operation, ours.id(operation.noun()), &query, &Value::Null).await?;
                }
            }
            let service = ours.id("services");
            let wish = json!({"service_id": service, "starts_at": "2027-01-05T13:00:00Z", "patient_id": ours.id("patients")});
            let refused = world.server.post("/appointments", wish).bearer(ours.token(who)).send().await?;
            assert_eq!(refused.status, 404, "{who}: {}", refused.text);
        }
        let mut after = world.rows(ours.tenant.id).await?;
        let mut expected = before;
        // Looks that are allowed and refusals are on the trail; nothing else is new.
        after.remove("audit_entries");
        expected.remove("audit_entries");
        assert_eq!(after, expected);
        Ok(())
    }

    async fn what_everybody_may_read_is_their_own_organisations(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        for who in PEOPLE {
            for operation in document.operations().iter().filter(|it| it.method == Method::GET) {
                let attempt = Attempt {
                    server: &world.server,
                    document: &document,
                    token: world.theirs.token(who),
                    own: &world.theirs,
                    victim: &world.ours,
                };
                let id = world.theirs.id(operation.noun());
                let mut wide = attempt.query(operation);
                if operation.query.iter().any(|it| it.name == "q") {
                    wide.push(("q".to_owned(), "canary".to_owned()));
                }
                for query in [attempt.query(operation), wide] {
                    attempt.send(operation, id, &query, &Value::Null).await?;
                }
            }
            // A token decides, whatever else names an organisation.
            for (name, value) in [("x-tenant-id", "default"), ("x-tenant", "default"), ("x-forwarded-host", "default.localhost")] {
                let call = world.server.get("/services").bearer(world.theirs.token(who)).header(name, value);
                let answer = call.send().await?;
                assert!(answer.status == 200 && !world.ours.shows_in(&answer), "{name}: {}", answer.text);
            }
            let host = format!("default.localhost:{}", world.server.address.port());
            let refused = world.server.get("/services").bearer(world.theirs.token(who)).header("host", &host).send().await?;
            assert_eq!(refused.status, 401, "{}", refused.text);
        }
        Ok(())
    }
}
