//! Another site's forms: whatever a page of ours can do, a page of theirs cannot, with the victim's cookies or without.

use std::fs;
use std::path::Path;

use kalends_store::on_both;
use reqwest::Method;

use super::canary::World;
use super::document::Document;
use super::server::{Outcome, PASSWORD};

/// The records that are kept by the pages' shared routes.
const KEPT: [&str; 7] = [
    "/admin/departments",
    "/admin/doctors",
    "/admin/patients",
    "/admin/services",
    "/admin/locations",
    "/admin/rooms",
    "/admin/users",
];

/// Every address of a page that takes a form, as the sources register it.
fn forms() -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages"), &mut found)?;
    for folder in KEPT {
        found.extend(["", "/{id}", "/{id}/archive", "/{id}/restore"].map(|rest| format!("{folder}{rest}")));
    }
    Ok(found)
}

fn collect(folder: &Path, into: &mut Vec<String>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, into)?;
            continue;
        }
        let source = fs::read_to_string(&path)?;
        for route in source.split(".route(").skip(1) {
            let route = route.trim_start();
            // The calendar's addresses are below each of its own.
            let (base, rest) = match route.strip_prefix("&at(") {
                Some(rest) => ("/admin/calendar/", rest),
                None => ("", route.trim_start_matches("&format!(")),
            };
            let address = rest.strip_prefix('"').and_then(|rest| rest.split('"').next());
            let address = address.map(|it| it.replace("{one}", "/patient/appointments/{id}"));
            if route.contains("post(") {
                into.extend(
                    address
                        .filter(|it| !it.contains("{path}"))
                        .map(|it| format!("{base}{it}")),
                );
            }
        }
    }
    Ok(())
}

on_both! {
    async fn no_form_of_another_site_is_taken(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let forms = forms()?;
        assert!(forms.len() > 50 && forms.iter().any(|it| it == "/admin/calendar/book"), "{forms:?}");
        let mut sessions = Vec::new();
        for who in ["admin", "patient"] {
            let email = ours.email(who);
            let form = [("email", email.as_str()), ("password", PASSWORD)];
            let call = server.call(Method::POST, "//staff/login").form(&form).header("sec-fetch-site", "same-origin");
            sessions.push(call.send().await?.cookies());
        }
        let before = world.rows(ours.tenant.id).await?;
        let id = ours.id("departments");
        for address in &forms {
            let path = format!("/{}", address.replace("{id}", id).replace("{step}", "cancel").replace("{slug}", "theirs"));
            for cookies in &sessions {
                for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example"), ("origin", "null")] {
                    let forged = server.call(Method::POST, &path).cookies(cookies).header(name, value);
                    let answer = forged.form(&[("name", "Mallory"), ("archived", "true")]).send().await?;
                    assert_eq!(answer.status, 403, "{address} {name}: {value}");
                }
                for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json"] {
                    let forged = server.call(Method::POST, &path).cookies(cookies).header("sec-fetch-site", "cross-site");
                    let answer = forged.bytes("{\"name\": \"Mallory\"}", kind).send().await?;
                    assert_eq!(answer.status, 403, "{address} as {kind}");
                }
                // A link is no form: it does nothing, whoever follows it.
                let followed = server.get(&path).cookies(cookies).header("sec-fetch-site", "cross-site").send().await?;
                assert!(followed.status.as_u16() < 500, "{address}: {}", followed.status);
            }
        }
        let mut after = world.rows(ours.tenant.id).await?;
        let mut expected = before;
        // Following the links opened patients' pages and sought what is not there: both are on the trail.
        for trail in ["audit_entries", "sessions", "refresh_tokens"] {
            after.remove(trail);
            expected.remove(trail);
        }
        assert_eq!(after, expected, "nothing was done");
        Ok(())
    }

    async fn the_api_does_not_know_cookies(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let document = Document::of(server).await?;
        let email = ours.email("admin");
        let form = [("email", email.as_str()), ("password", PASSWORD)];
        let call = server.call(Method::POST, "//staff/login").form(&form).header("sec-fetch-site", "same-origin");
        let cookies = call.send().await?.cookies();
        let before = world.rows(ours.tenant.id).await?;
        for operation in document.operations().iter().filter(|it| it.noun() != "auth") {
            let query = operation.required_query(&document);
            let body = operation.sample(&document);
            let id = ours.id(operation.noun());
            let plain = operation.call(server, id, &query, &body).send().await?;
            let with = operation.call(server, id, &query, &body).cookies(&cookies).header("sec-fetch-site", "same-origin");
            let with = with.send().await?;
            assert_eq!((with.status, &with.body), (plain.status, &plain.body), "{}", operation.name());
            assert!(operation.method == Method::GET || with.status == 401 || with.status == 404, "{}: {}", operation.name(), with.status);
        }
        assert_eq!(world.rows(ours.tenant.id).await?, before, "nothing was done");
        // Nor does it let another site's script read an answer.
        for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
            let answer = server.get("/services").header("origin", origin).send().await?;
            assert!(!answer.headers.contains_key("access-control-allow-origin"), "{origin}");
        }
        Ok(())
    }
}
