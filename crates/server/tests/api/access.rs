//! Who may call what: every operation of the document and every page, as everybody. One that is not in the table fails.

use std::collections::BTreeMap;

use kalends_domain::permission::Role;
use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::server::{Outcome, PASSWORD, Server};

/// The letters of the table: anonymous, patient, doctor, receptionist, admin, operator; a dot for nobody.
const CALLERS: [(char, Option<Role>); 6] = [
    ('-', None),
    ('p', Some(Role::Patient)),
    ('d', Some(Role::Doctor)),
    ('r', Some(Role::Receptionist)),
    ('a', Some(Role::Admin)),
    ('o', Some(Role::Operator)),
];

/// Who gets past the permission, one line for each operation. Whether the record is theirs to see is another question: that of
/// `strangers_find_nothing` and of each noun's own tests.
const OPERATIONS: &str = include_str!("access.txt");

/// The document as one line for each operation, with a body and a query that its schema allows.
fn operations(document: &Value) -> BTreeMap<String, (Method, String, Value)> {
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Ok(verb) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            let query: Vec<String> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|it| it["in"] == "query" && it["required"] == true)
                .map(|it| {
                    format!(
                        "{}={}",
                        it["name"].as_str().unwrap_or_default(),
                        plain(&sample(document, &it["schema"]))
                    )
                })
                .collect();
            let id = Uuid::nil().to_string().replace('0', "1");
            let concrete = path.replace("{id}", &id);
            assert!(!concrete.contains('{'), "{path} has another parameter");
            let concrete = if query.is_empty() {
                concrete
            } else {
                format!("{concrete}?{}", query.join("&"))
            };
            all.insert(format!("{verb} {path}"), (verb, concrete, sample(document, body)));
        }
    }
    all
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value that a schema allows: the required members only.
fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return sample(document, document.pointer(pointer).unwrap_or(&Value::Null));
    }
    if let Some(first) = schema["enum"].get(0).or(schema["examples"].get(0)) {
        return first.clone();
    }
    if let Some(any) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        return any
            .iter()
            .find(|it| it["type"] != "null")
            .map_or(Value::Null, |it| sample(document, it));
    }
    let kind = schema["type"]
        .as_str()
        .or_else(|| schema["type"].get(0)?.as_str())
        .unwrap_or_default();
    match (kind, schema["format"].as_str().unwrap_or_default()) {
        ("object", _) => {
            let required = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            let members: Map<String, Value> = required
                .map(|name| (name.to_owned(), member(document, name, &schema["properties"][name])))
                .collect();
            Value::Object(members)
        }
        ("array", _) => json!([]),
        ("integer" | "number", _) => schema["minimum"].as_i64().map_or(json!(30), |least| json!(least)),
        ("boolean", _) => json!(false),
        (_, "uuid") => json!(Uuid::nil()),
        (_, "date-time") => json!("2027-01-05T10:00:00Z"),
        (_, "date") => json!("2027-01-05"),
        ("string", _) => json!("something@example.org"),
        _ => Value::Null,
    }
}

/// A member that its name says more about than its schema does.
fn member(document: &Value, name: &str, schema: &Value) -> Value {
    match (name, schema["format"].as_str()) {
        ("month", _) => json!("2027-01"),
        ("role", _) => json!("doctor"),
        ("time_zone", _) => json!("Europe/Berlin"),
        ("weekdays", _) => json!(["mon"]),
        ("from", None) => json!("09:00"),
        ("to", None) => json!("17:00"),
        _ => sample(document, schema),
    }
}

/// The table's line for an operation: the letters of who is let through.
fn listed() -> BTreeMap<&'static str, &'static str> {
    let lines = OPERATIONS
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' ').map(|(who, operation)| (operation.trim(), who)))
        .collect()
}

async fn tokens(server: &Server) -> Outcome<BTreeMap<char, String>> {
    let mut tokens = BTreeMap::new();
    for (letter, email) in people(server).await? {
        tokens.insert(letter, server.token(&email).await?);
    }
    Ok(tokens)
}

/// One person of each role, by their letter; the doctor is a provider, the patient has a record.
async fn people(server: &Server) -> Outcome<Vec<(char, String)>> {
    server.add_user("admin@example.org", Role::Admin).await?;
    let admin = server.token("admin@example.org").await?;
    let doctor =
        json!({"email": "doctor@example.org", "password": PASSWORD, "given_name": "Amara", "family_name": "Okafor"});
    let made = server.post("/providers", doctor).bearer(&admin).send().await?;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = server.register("patient@example.org").await?;
    assert_eq!(made.status, 201, "{}", made.text);
    server.add_user("receptionist@example.org", Role::Receptionist).await?;
    server.add_user("operator@example.org", Role::Operator).await?;
    let people = CALLERS
        .into_iter()
        .filter_map(|(letter, role)| Some((letter, format!("{}@example.org", role?))));
    Ok(people.collect())
}

on_both! {
    async fn every_operation_lets_through_whom_the_table_names(database: TestDatabase) {
        let server = Server::start_with(&database, false).await?;
        let tokens = tokens(&server).await?;
        let document = serde_json::to_value(kalends_server::api::router().split_for_parts().1)?;
        let listed = listed();
        let mut wrong = Vec::new();
        let operations = operations(&document);
        for (name, (method, path, body)) in &operations {
            let mut who = String::new();
            for (letter, _) in CALLERS {
                // A session of one's own each time: signing out is among the operations.
                let call = server.call(method.clone(), path.trim_start_matches("/api/v1"));
                let call = if body.is_null() { call } else { call.json(body.clone()) };
                let call = match tokens.get(&letter) {
                    Some(token) if !path.contains("sign-out") => call.bearer(token),
                    Some(_) => continue,
                    None => call,
                };
                let answer = call.send().await?;
                assert!(answer.status.as_u16() < 500, "{name} as {letter}: {} {}", answer.status, answer.text);
                if ![401, 403].contains(&answer.status.as_u16()) {
                    who.push(letter);
                }
            }
            let who = if who.is_empty() { ".".to_owned() } else { who };
            if listed.get(name.as_str()) != Some(&who.as_str()) {
                wrong.push(format!("{who} {name}"));
            }
        }
        let gone: Vec<_> = listed.keys().filter(|name| !operations.contains_key(**name)).collect();
        assert!(gone.is_empty(), "the table names operations that do not exist: {gone:?}");
        assert!(wrong.is_empty(), "not as the table says:\n{}", wrong.join("\n"));
        Ok(())
    }

    async fn strangers_find_nothing(database: TestDatabase) {
        let server = Server::start_with(&database, false).await?;
        server.add_user("admin@example.org", Role::Admin).await?;
        let own = server.token("admin@example.org").await?;
        let other = server.add_tenant("other").await?;
        server.add_user_to(&other, "admin@other.example", Role::Admin).await?;
        let login = json!({"email": "admin@other.example", "password": PASSWORD, "tenant": "other"});
        let stranger = server.post("/auth/login", login).send().await?.text_of("access_token").to_owned();

        let location = json!({"name": "CANARY-T1 Main St", "time_zone": "Europe/Berlin"});
        let location = server.post("/locations", location).bearer(&own).send().await?.text_of("id").to_owned();
        let service = json!({"name": "CANARY-T1 Check", "duration_minutes": 30});
        let provider = json!({"given_name": "CANARY-T1", "family_name": "Doctor", "location_ids": [location]});
        for (path, body) in [
            ("/departments", json!({"name": "CANARY-T1 Skin"})),
            ("/resources", json!({"name": "CANARY-T1 Room", "kind": "room", "location_id": location})),
            ("/services", service),
            ("/providers", provider),
            ("/patients", json!({"given_name": "CANARY-T1", "family_name": "Patient"})),
            ("/users", json!({"email": "canary-t1@example.org", "given_name": "CANARY-T1", "family_name": "U", "role": "doctor"})),
        ] {
            let made = server.post(path, body).bearer(&own).send().await?;
            assert_eq!(made.status, 201, "{path} {}", made.text);
            let record = format!("{path}/{}", made.text_of("id"));
            let unknown = format!("{path}/{}", Uuid::nil());
            for method in [Method::GET, Method::PATCH, Method::DELETE] {
                let ask = |path: &str| {
                    let call = server.call(method.clone(), path).bearer(&stranger);
                    if method == Method::PATCH { call.json(json!({})) } else { call }
                };
                let (theirs, nobodys) = (ask(&record).send().await?, ask(&unknown).send().await?);
                assert_eq!(theirs.status, 404, "{method} {record}: {}", theirs.text);
                assert_eq!(theirs.body, nobodys.body, "{method} {record}");
            }
            let list = server.get(path).bearer(&stranger).send().await?;
            assert!(!list.text.to_lowercase().contains("canary-t1"), "{path} shows {}", list.text);
            assert_eq!(server.get(&record).bearer(&own).send().await?.status, 200, "it is still there");
        }
        Ok(())
    }

    async fn every_page_opens_for_its_role_and_leads_others_away(database: TestDatabase) {
        let server = Server::start_with(&database, false).await?;
        let mut sessions = BTreeMap::new();
        for (letter, email) in people(&server).await? {
            let form = [("email", email.as_str()), ("password", PASSWORD)];
            let answer = server.call(Method::POST, "//staff/login").header("sec-fetch-site", "same-origin").form(&form).send().await?;
            assert_eq!(answer.status, 303, "{}", answer.text);
            sessions.insert(letter, answer.cookies());
        }
        let mut wrong = Vec::new();
        for (who, path) in PAGES {
            for (letter, role) in CALLERS {
                let call = server.call(Method::GET, &format!("/{path}"));
                let call = sessions.get(&letter).into_iter().fold(call, |call, cookies| call.cookies(cookies));
                let answer = call.send().await?;
                let to = answer.headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
                let expected = if who.contains(letter) {
                    answer.status == 200
                } else if role.is_none() {
                    answer.status == 303 && to.contains("/login?next=")
                } else {
                    answer.status == 303 && !to.contains("login")
                };
                if !expected {
                    wrong.push(format!("{path} as {letter}: {} {to}", answer.status));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    }
}

/// Whose each page is. Somebody who is not signed in is led to a sign-in page, another role to its own dashboard.
const PAGES: &[(&str, &str)] = &[
    ("-pdrao", "/"),
    ("a", "/admin/dashboard"),
    ("a", "/admin/departments"),
    ("a", "/admin/departments/new"),
    ("a", "/admin/doctors"),
    ("a", "/admin/doctors/new"),
    ("ra", "/admin/patients"),
    ("ra", "/admin/patients/new"),
    ("ra", "/admin/appointments"),
    ("a", "/admin/services"),
    ("a", "/admin/services/new"),
    ("a", "/admin/locations"),
    ("a", "/admin/rooms"),
    ("a", "/admin/users"),
    ("a", "/admin/reports"),
    ("a", "/admin/settings"),
    ("a", "/admin/audit"),
    ("ra", "/admin/calendar"),
    ("o", "/platform"),
    ("p", "/patient/dashboard"),
    ("p", "/patient/appointments"),
    ("p", "/patient/profile"),
    ("d", "/doctor/dashboard"),
    ("d", "/doctor/calendar"),
    ("d", "/doctor/profile"),
    ("ra", "/desk"),
];

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how `make openapi` asks for the file to be written"
)]
fn the_document_is_the_one_that_is_checked_in() -> Outcome<()> {
    let document = kalends_server::api::router().split_for_parts().1;
    let made = format!("{}\n", serde_json::to_string_pretty(&document)?);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
    if std::env::var_os("KALENDS_WRITE_OPENAPI").is_some() {
        std::fs::write(path, &made)?;
    }
    let kept = std::fs::read_to_string(path)?;
    assert!(
        kept == made,
        "the API changed: write openapi.json anew with `make openapi` and review the difference"
    );
    assert_eq!(
        serde_json::to_value(&document)?["openapi"]
            .as_str()
            .map(|version| &version[..3]),
        Some("3.1")
    );
    Ok(())
}
