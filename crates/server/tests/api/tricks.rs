//! Addresses and methods that try to get around a permission: the answer is the plain address's, or there is none.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use super::canary::World;
use super::document::{Document, plain};
use super::raw;

/// The same place, written in another way.
fn spellings(path: &str) -> Vec<String> {
    let last = path.rfind('/').unwrap_or_default();
    let (folder, name) = path.split_at(last);
    let name = name.trim_start_matches('/');
    vec![
        format!("{path}/"),
        format!("{path}//"),
        format!("{folder}//{name}"),
        format!("/{path}"),
        format!("{folder}/./{name}"),
        format!("{folder}/x/../{name}"),
        format!("{folder}/%2e%2e/v1/{name}"),
        format!("{folder}%2f{name}"),
        format!("{folder}/%2F{name}"),
        format!("{folder}\\{name}"),
        format!("{path};x"),
        format!("{path};.css"),
        format!("{path}.json"),
        format!("{path}%00"),
        format!("{path}%20"),
        format!("{path}%0a"),
        path.to_uppercase(),
        path.replacen("/api/v1", "/API/V1", 1),
        path.replacen("/api/v1", "/api/v2", 1),
        path.replacen("/api/v1", "/api/v0", 1),
        path.replacen("/api/v1", "/api/v1.0", 1),
        path.replacen("/api/v1", "/api", 1),
        path.replacen("/api/v1", "/v1", 1),
        path.replacen("/api/v1", "", 1),
        path.replacen("/api", "/api/../api", 1),
        format!("http://evil.example{path}"),
    ]
}

/// Headers that other programs take for the true method or address.
const OVERRIDES: [(&str, &str); 9] = [
    ("x-http-method-override", "DELETE"),
    ("x-http-method", "DELETE"),
    ("x-method-override", "DELETE"),
    ("x-original-url", "/api/v1/services"),
    ("x-rewrite-url", "/api/v1/services"),
    ("x-forwarded-prefix", "/api/v1"),
    ("x-forwarded-user", "admin@example.org"),
    ("x-real-ip", "127.0.0.1"),
    ("forwarded", "for=127.0.0.1;host=default.localhost"),
];

on_both! {
    async fn no_spelling_opens_a_door(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (address, ours) = (world.server.address, &world.ours);
        let document = Document::of(&world.server).await?;
        for operation in document.operations().iter().filter(|it| it.method == Method::GET) {
            let id = ours.id(operation.noun());
            let query = operation.required_query(&document);
            let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let path = format!("/api/v1{}", operation.path(id));
            let plain = raw::send(address, "GET", &format!("{path}?{}", query.join("&")), &[], b"").await?;
            // What everybody may read tells nothing here.
            if plain.status != 401 {
                continue;
            }
            for spelling in spellings(&path) {
                let answer = raw::send(address, "GET", &format!("{spelling}?{}", query.join("&")), &[], b"").await?;
                let status = answer.status.as_u16();
                assert!([400, 401, 404].contains(&status) || answer.headers.contains_key("location"), "{spelling}: {status} {}", answer.text);
                assert!(!ours.shows_in(&answer), "{spelling}: {}", answer.text);
            }
        }
        Ok(())
    }

    async fn no_header_changes_what_is_asked(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let before = world.rows(ours.tenant.id).await?;
        let path = format!("/departments/{}", ours.id("departments"));
        for (name, value) in OVERRIDES {
            let plain = server.get(&path).bearer(ours.token("admin")).send().await?;
            let odd = server.get(&path).bearer(ours.token("admin")).header(name, value).send().await?;
            assert_eq!((odd.status, &odd.body), (plain.status, &plain.body), "{name}");
            let post = server.post(&format!("{path}?_method=DELETE"), json!({"_method": "DELETE"}));
            let refused = post.bearer(ours.token("admin")).header(name, value).send().await?;
            assert_eq!(refused.status, 405, "{name}: {}", refused.text);
            let anonymous = server.get("/users").header(name, value).send().await?;
            assert_eq!(anonymous.status, 401, "{name}");
        }
        assert_eq!(world.rows(ours.tenant.id).await?, before);
        Ok(())
    }

    async fn a_method_that_is_not_there_does_nothing(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let document = Document::of(server).await?;
        let operations = document.operations();
        let before = world.rows(ours.tenant.id).await?;
        let bearer = format!("Bearer {}", ours.token("admin"));
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let mut templates: Vec<&str> = operations.iter().map(|it| it.template.as_str()).collect();
        templates.dedup();
        for template in templates {
            let methods: Vec<&str> = operations.iter().filter(|it| it.template == template).map(|it| it.method.as_str()).collect();
            let path = template.replace("{id}", ours.id(template.split('/').nth(3).unwrap_or_default()));
            for method in ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "POST", "DELETE", "PROPFIND", "get", "TRACK", "CONNECT"] {
                let has = |name: &str| methods.contains(&name);
                if has(method) || (method == "HEAD" && has("GET")) {
                    continue;
                }
                let answer = raw::send(server.address, method, &path, &headers, b"{}").await?;
                let status = answer.status.as_u16();
                assert!([400, 404, 405, 501].contains(&status), "{method} {template}: {status} {}", answer.text);
                // Nothing is sent back that the asker sent.
                assert!(!answer.text.contains("Bearer"), "{method} {template}");
            }
            if methods.contains(&"GET") {
                let head = raw::send(server.address, "HEAD", &path, &[], b"").await?;
                let get = raw::send(server.address, "GET", &path, &[], b"").await?;
                assert_eq!((head.status, head.text.as_str()), (get.status, ""), "HEAD {template}");
            }
        }
        assert_eq!(world.rows(ours.tenant.id).await?, before, "nothing happened");
        Ok(())
    }

    async fn a_parameter_counts_once_and_where_it_belongs(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let document = Document::of(server).await?;
        for operation in document.operations() {
            let id = ours.id(operation.noun());
            let body = operation.sample(&document);
            for parameter in &operation.query {
                let value = plain(&document.sample(&parameter.schema));
                let mut query = operation.required_query(&document);
                query.retain(|(name, _)| *name != parameter.name);
                query.extend([(parameter.name.clone(), value.clone()), (parameter.name.clone(), value)]);
                let call = operation.call(server, id, &query, &Value::Null).bearer(ours.token("admin"));
                let answer = call.send().await?;
                assert_eq!(answer.status, 422, "{} twice {}: {}", operation.name(), parameter.name, answer.text);
            }
            // What a body may carry does not come from the address, and what the query takes not from a body.
            if body.is_object() && operation.noun() != "auth" {
                let query = [("name".to_owned(), "Mallory".to_owned()), ("role".to_owned(), "admin".to_owned())];
                let with = operation.call(server, id, &query, &json!({})).bearer(ours.token("admin")).send().await?;
                assert!(!with.text.contains("Mallory"), "{}: {}", operation.name(), with.text);
            }
        }
        for unknown in ["fields=*", "include=patients", "expand=all", "cancelledBy=1", "tenant=theirs", "tenant_id=1", "debug=1"] {
            for list in ["/services", "/providers", "/departments", "/locations"] {
                let answer = server.get(&format!("{list}?{unknown}")).send().await?;
                assert_eq!(answer.status, 422, "{list}?{unknown}: {}", answer.text);
            }
        }
        Ok(())
    }
}
