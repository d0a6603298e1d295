//! Who may call what: every operation of the document and every page, as everybody. One that is not in the table fails.

use std::collections::{BTreeMap, BTreeSet};

use kalends_domain::permission::Role;
use kalends_store::on_both;
use reqwest::Method;
use serde_json::json;

use super::document::Document;
use super::server::{Answer, Outcome, PASSWORD, Server};

/// The letters of the table: anonymous, patient, doctor, receptionist, admin, operator; a dot for nobody.
const CALLERS: [(char, Option<Role>); 6] = [
    ('-', None),
    ('p', Some(Role::Patient)),
    ('d', Some(Role::Doctor)),
    ('r', Some(Role::Receptionist)),
    ('a', Some(Role::Admin)),
    ('o', Some(Role::Operator)),
];

/// An id that nothing has.
const UNKNOWN: &str = "11111111-1111-1111-1111-111111111111";

/// Who gets past the permission, one line for each operation. Whether the record is theirs to see is another question: that of
/// `strangers.rs` and of each noun's own tests.
const OPERATIONS: &str = include_str!("access.txt");
/// The same for every address of a page, and for every form.
const PAGES: &str = include_str!("pages.txt");
/// Where people are led who may not see a page.
const HOMES: [&str; 5] = [
    "/patient/dashboard",
    "/doctor/dashboard",
    "/desk",
    "/admin/dashboard",
    "/platform",
];

/// A table's line for an operation or a page: the letters of who is let through.
fn listed(table: &'static str) -> BTreeMap<&'static str, &'static str> {
    let lines = table
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' ').map(|(who, operation)| (operation.trim(), who)))
        .collect()
}

/// Every path that the pages' router knows. It tells them only as text for developers.
fn page_paths() -> BTreeSet<String> {
    let told = format!("{:?}", kalends_server::pages::router());
    let paths = told.split("RouteId(").filter_map(|part| {
        let (_, rest) = part.split_once("): \"")?;
        rest.split('"').next().map(str::to_owned)
    });
    paths
        .filter(|path| path.starts_with('/') && !path.contains("__private__"))
        .collect()
}

/// The path with something in place of its parameters.
fn address(path: &str) -> String {
    let part = |part: &str| match part {
        "{slug}" => "nobody".to_owned(),
        "{step}" => "cancel".to_owned(),
        "{change}" => "suspend".to_owned(),
        part if part.starts_with('{') => UNKNOWN.to_owned(),
        part => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The cookies of one person of each role.
async fn sessions(server: &Server, people: &[(char, String)]) -> Outcome<BTreeMap<char, Vec<(String, String)>>> {
    let mut sessions = BTreeMap::new();
    for (letter, email) in people {
        let form = [("email", email.as_str()), ("password", PASSWORD)];
        let call = server
            .call(Method::POST, "//staff/login")
            .header("sec-fetch-site", "same-origin");
        let answer = call.form(&form).send().await?;
        assert_eq!(answer.status, 303, "{}", answer.text);
        sessions.insert(*letter, answer.cookies());
    }
    Ok(sessions)
}

/// Whether somebody was let through: not refused, not led to a sign-in page or home.
fn is_let_in(answer: &Answer) -> bool {
    let to = answer
        .headers
        .get("location")
        .and_then(|to| to.to_str().ok())
        .unwrap_or_default();
    let is_led_away = answer.status == 303 && (to.contains("/login") || HOMES.contains(&to));
    !is_led_away && ![401, 403].contains(&answer.status.as_u16())
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
        let document = Document::of(&server).await?;
        let listed = listed(OPERATIONS);
        let mut wrong = Vec::new();
        let operations = document.operations();
        for operation in &operations {
            let name = &operation.name();
            let mut who = String::new();
            for (letter, _) in CALLERS {
                // A session of one's own each time: signing out is among the operations.
                let query = operation.required_query(&document);
                let call = operation.call(&server, UNKNOWN, &query, &operation.sample(&document));
                let call = match tokens.get(&letter) {
                    Some(token) if !name.contains("sign-out") => call.bearer(token),
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
        let gone: Vec<_> = listed.keys().filter(|name| !operations.iter().any(|it| it.name() == **name)).collect();
        assert!(gone.is_empty(), "the table names operations that do not exist: {gone:?}");
        assert!(wrong.is_empty(), "not as the table says:\n{}", wrong.join("\n"));
        Ok(())
    }

    async fn every_page_and_form_lets_in_whom_the_table_names(database: TestDatabase) {
        let server = Server::start_with(&database, false).await?;
        let people = people(&server).await?;
        let mut cookies = sessions(&server, &people).await?;
        let listed = listed(PAGES);
        let (mut known, mut wrong) = (BTreeSet::new(), Vec::new());
        for path in page_paths() {
            for method in [Method::GET, Method::POST] {
                let name = format!("{method} {path}");
                let mut who = String::new();
                for (letter, _) in CALLERS {
                    let call = server.call(method.clone(), &format!("/{}", address(&path)));
                    let call = call.header("sec-fetch-site", "same-origin");
                    let call = cookies.get(&letter).into_iter().fold(call, |call, own| call.cookies(own));
                    let call = if method == Method::POST { call.form(&[("none", "")]) } else { call };
                    let answer = call.send().await?;
                    assert!(answer.status.as_u16() < 500, "{name} as {letter}: {} {}", answer.status, answer.text);
                    if answer.status == 405 {
                        break;
                    }
                    known.insert(name.clone());
                    if is_let_in(&answer) {
                        who.push(letter);
                    }
                }
                if path.contains("out") {
                    cookies = sessions(&server, &people).await?;
                }
                let who = if who.is_empty() { ".".to_owned() } else { who };
                if known.contains(&name) && listed.get(name.as_str()) != Some(&who.as_str()) {
                    wrong.push(format!("{who} {name}"));
                }
            }
        }
        let gone: Vec<_> = listed.keys().filter(|name| !known.contains(**name)).collect();
        assert!(known.len() > 80, "the router told of {} only", known.len());
        assert!(gone.is_empty(), "the table names pages that do not exist: {gone:?}");
        assert!(wrong.is_empty(), "not as the table says:\n{}", wrong.join("\n"));
        Ok(())
    }
}

#[test]
fn the_document_has_whatever_it_refers_to() -> Outcome<()> {
    let document = serde_json::to_value(kalends_server::api::router().split_for_parts().1)?;
    let text = document.to_string();
    let mut named = text
        .split("\"$ref\":\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let missing = named.find(|pointer| document.pointer(pointer).is_none());
    assert_eq!(missing, None);
    Ok(())
}

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
