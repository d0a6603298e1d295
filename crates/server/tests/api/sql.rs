//! SQL where a value belongs: it stays a value, in every parameter, path and header of every operation.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kalends_store::on_both;
use serde_json::{Value, json};

use super::canary::World;
use super::document::{Document, kind};
use super::strangers::UNKNOWN;

const SIGNS: [&str; 12] = [
    "'",
    "\"",
    "' OR '1'='1",
    "' OR 1=1 --",
    "'; DROP TABLE patients; --",
    "1) UNION SELECT password_hash FROM users --",
    "name; SELECT pg_sleep(10)",
    "$1",
    "%' OR '%'='",
    "\\",
    "/**/name",
    "{{7*7}}${7*7}",
];

on_both! {
    async fn no_parameter_is_sql(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let (ours, theirs) = (&world.ours, &world.theirs);
        let before = (world.rows(ours.tenant.id).await?, world.rows(theirs.tenant.id).await?);
        for operation in document.operations() {
            let id = theirs.id(operation.noun());
            for parameter in operation.query.iter().filter(|_| operation.method == "GET") {
                for sign in SIGNS {
                    let mut query = operation.required_query(&document);
                    for (name, value) in &mut query {
                        if let Some(own) = theirs.id_for(name) {
                            own.clone_into(value);
                        }
                    }
                    query.retain(|(name, _)| *name != parameter.name);
                    query.push((parameter.name.clone(), sign.to_owned()));
                    let call = operation.call(&world.server, id, &query, &Value::Null);
                    let answer = call.bearer(theirs.token("admin")).send().await?;
                    let name = format!("{}?{}={sign}", operation.name(), parameter.name);
                    assert!(answer.status.as_u16() < 500 && !ours.shows_in(&answer), "{name}: {}", answer.text);
                    if answer.status == 200 {
                        // A filter that nothing meets: a condition that came true would show something.
                        let found = answer.body["items"].as_array().map_or(0, Vec::len);
                        assert!(found == 0, "{name} found {found}");
                    }
                }
            }
            if operation.takes_id() {
                for sign in SIGNS {
                    let encoded: String = sign.bytes().map(|byte| format!("%{byte:02X}")).collect();
                    for odd in [encoded.clone(), format!("{id}{encoded}")] {
                        let body = operation.sample(&document);
                        let call = operation.call(&world.server, &odd, &[], &body);
                        let answer = call.bearer(theirs.token("admin")).send().await?;
                        assert_eq!(answer.status, 404, "{} {odd}: {}", operation.name(), answer.text);
                    }
                }
            }
        }
        let mut after = (world.rows(ours.tenant.id).await?, world.rows(theirs.tenant.id).await?);
        let mut expected = before;
        after.1.remove("audit_entries");
        expected.1.remove("audit_entries");
        assert_eq!(after, expected, "nothing changed");
        Ok(())
    }

    async fn no_text_in_a_body_or_a_header_is_sql(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let theirs = &world.theirs;
        let ours_before = world.rows(world.ours.tenant.id).await?;
        for operation in document.operations().iter().filter(|it| it.noun() != "auth") {
            for (member, schema) in operation.members() {
                if kind(schema) != "string" || member.ends_with("password") {
                    continue;
                }
                for sign in [SIGNS[3], SIGNS[4]] {
                    let mut body = operation.sample(&document);
                    body[member] = json!(sign);
                    let call = operation.call(&world.server, theirs.id(operation.noun()), &[], &body);
                    let answer = call.bearer(theirs.token("admin")).send().await?;
                    assert!(answer.status.as_u16() < 500, "{} {member}: {}", operation.name(), answer.text);
                }
            }
            for header in ["if-match", "idempotency-key", "hold-token", "user-agent", "x-request-id", "accept-language"] {
                let query = operation.required_query(&document);
                let body = if operation.body.is_null() { Value::Null } else { json!({"surprise": 1}) };
                let call = operation.call(&world.server, UNKNOWN, &query, &body).header(header, SIGNS[3]);
                let answer = call.bearer(theirs.token("desk")).send().await?;
                assert!(answer.status.as_u16() < 500, "{} {header}: {}", operation.name(), answer.text);
            }
        }
        // A cursor is not to be believed either.
        for list in ["/departments", "/services", "/patients", "/users", "/appointments", "/audit"] {
            for value in [json!({"t": SIGNS[3]}), json!({"n": i64::MAX}), json!({"n": i64::MIN}), json!({"t": "\u{0}"}), json!(null)] {
                for id in ["0190a5a0-0000-7000-8000-00000000dead", "' OR 1=1 --"] {
                    let cursor = BASE64_URL_SAFE_NO_PAD.encode(json!({"v": value, "i": id}).to_string());
                    let call = world.server.get(&format!("{list}?cursor={cursor}")).bearer(theirs.token("admin"));
                    let answer = call.send().await?;
                    assert!([200, 422].contains(&answer.status.as_u16()), "{list} {value} {id}: {}", answer.text);
                    assert!(!world.ours.shows_in(&answer), "{list}");
                }
            }
        }
        assert_eq!(world.rows(world.ours.tenant.id).await?, ours_before, "the other organisation is untouched");
        assert!(world.rows(theirs.tenant.id).await?.contains_key("patients"), "every table is still there");
        Ok(())
    }
}
