//! What the program tells everybody about itself: that it works, and what the document says. Nothing about whom it works for.

use kalends_store::on_both;

use super::canary::World;
use super::document::Document;

/// Where other programs have something that this one has not.
const NOWHERE: [&str; 26] = [
    "/.env",
    "/.git/config",
    "/.well-known/openid-configuration",
    "/actuator",
    "/actuator/env",
    "/admin.php",
    "/api",
    "/api/v0/users",
    "/api/v1",
    "/api/v1/metrics",
    "/api/v1/internal",
    "/api/v1/debug",
    "/api/v1/tenants",
    "/api/v2/users",
    "/console",
    "/debug",
    "/debug/pprof",
    "/debug/vars",
    "/graphql",
    "/openapi.yaml",
    "/phpinfo.php",
    "/server-status",
    "/swagger.json",
    "/trace",
    "/assets/../Cargo.toml",
    "/assets/%2e%2e%2fCargo.toml",
];

on_both! {
    async fn what_is_public_names_nobody(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours, theirs) = (&world.server, &world.ours, &world.theirs);
        let document = Document::of(server).await?;
        let port = server.address.port();
        // Traffic of every kind first: what it leaves behind is what might be told.
        for organisation in [ours, theirs] {
            let host = format!("{}.localhost:{port}", organisation.tenant.slug);
            for operation in document.operations().iter().filter(|it| it.method == "GET") {
                let query = operation.required_query(&document);
                let call = operation.call(server, organisation.id(operation.noun()), &query, &serde_json::Value::Null);
                let answer = call.bearer(organisation.token("admin")).header("host", &host).send().await?;
                assert!(answer.status.as_u16() < 500, "{}", operation.name());
            }
            for path in [format!("//{}", organisation.canary), format!("/{}", organisation.canary)] {
                assert_eq!(server.get(&path).header("host", &host).send().await?.status, 404);
            }
        }
        for path in ["//metrics", "//healthz", "//readyz", "//api/openapi.json", "//docs/"] {
            for host in ["127.0.0.1".to_owned(), format!("theirs.localhost:{port}"), "nobody.localhost".to_owned()] {
                let answer = server.get(path).header("host", &host).send().await?;
                assert_eq!(answer.status, 200, "{path} at {host}");
                for organisation in [ours, theirs] {
                    assert!(!organisation.shows_in(&answer), "{path}: {}", answer.text);
                    let id = organisation.tenant.id.uuid().to_string();
                    assert!(!answer.text.contains(&id), "{path} names an organisation");
                }
                assert!(!answer.text.contains("theirs"), "{path} names an organisation");
            }
        }
        let metrics = server.get("//metrics").send().await?.text;
        assert!(metrics.contains("http_requests_total") && metrics.contains("route=\"/api/v1/patients/{id}\""), "{metrics}");
        assert_eq!(server.get("//healthz").send().await?.text, "ok\n");
        assert_eq!(server.get("//readyz").send().await?.text, "ready\n");
        Ok(())
    }

    async fn there_is_nothing_where_nothing_is_documented(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        for path in NOWHERE {
            for token in [None, Some(ours.token("admin"))] {
                let call = server.get(&format!("/{path}"));
                let answer = match token {
                    Some(token) => call.bearer(token).send().await?,
                    None => call.send().await?,
                };
                assert_eq!(answer.status, 404, "{path}: {}", answer.text);
            }
        }
        Ok(())
    }

    async fn every_operation_says_how_it_refuses(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let mut names = Vec::new();
        for (path, item) in document.0["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let name = format!("{method} {path}");
                let answers = operation["responses"].as_object().ok_or("no answers")?;
                let mut expected = vec!["503"];
                if !path.starts_with("/api/v1/auth") {
                    expected.push("401");
                }
                if operation["requestBody"].is_object() {
                    expected.extend(["400", "413", "415", "422"]);
                }
                for status in expected {
                    let form = &answers[status]["content"]["application/problem+json"]["schema"]["$ref"];
                    assert_eq!(form, "#/components/schemas/Problem", "{name}: {status}");
                }
                let described = |answer: &serde_json::Value| answer["description"].as_str().is_some_and(|text| !text.is_empty());
                assert!(answers.values().all(described), "{name} leaves an answer undescribed");
                names.push(operation["operationId"].as_str().unwrap_or_default().to_owned());
            }
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert!(names.len() == count && count > 70, "{count} operations, {} names", names.len());
        Ok(())
    }
}
