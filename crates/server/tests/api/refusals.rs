//! What people are refused is on the audit trail of their own organisation: who, what, when, where.

use jiff::SignedDuration;
use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use super::canary::{Organisation, World};
use super::server::{Answer, Outcome, PASSWORD, Server};

/// The refused entries of an organisation, newest first.
async fn refused(server: &Server, of: &Organisation) -> Outcome<Vec<Value>> {
    let path = "/audit?outcome=refused&order=desc&sort=at&limit=200";
    let answer = server.get(path).bearer(of.token("admin")).send().await?;
    assert_eq!(answer.status, 200, "{}", answer.text);
    Ok(answer.body["items"].as_array().cloned().unwrap_or_default())
}

async fn browser(server: &Server, email: &str) -> Outcome<Vec<(String, String)>> {
    let form = [("email", email), ("password", PASSWORD)];
    let call = server
        .call(Method::POST, "//staff/login")
        .form(&form)
        .header("sec-fetch-site", "same-origin");
    Ok(call.send().await?.cookies())
}

fn request_id(answer: &Answer) -> Value {
    json!(answer.headers["x-request-id"].to_str().unwrap_or_default())
}

on_both! {
    async fn what_a_role_may_not_do_is_noted(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let body = json!({"name": "Mine", "description": "secret plans"});
        let answer = server.post("/departments", body).bearer(ours.token("patient")).send().await?;
        assert_eq!(answer.status, 403);
        let trail = refused(server, ours).await?;
        let me = server.me(ours.token("patient")).await?;
        assert_eq!(trail.len(), 1, "{trail:?}");
        let entry = &trail[0];
        assert_eq!((&entry["actor_id"], &entry["role"]), (&me.body["id"], &json!("patient")));
        assert_eq!((&entry["action"], &entry["resource"]), (&json!("create"), &json!("department")));
        assert_eq!((&entry["request_id"], &entry["address"]), (&request_id(&answer), &json!("127.0.0.1")));
        assert_eq!(entry["at"], "2027-01-04T09:00:00Z");
        assert_eq!(entry["detail"], json!({"why": "forbidden", "route": "POST /api/v1/departments"}));
        // Nothing that was sent is kept, and what was refused did not happen.
        assert_eq!(world.tables_with(ours.tenant.id, "secret plans").await?, [""; 0]);
        // Somebody without a session is told to sign in: that is no entry of anybody's.
        assert_eq!(server.post("/departments", json!({"name": "x"})).send().await?.status, 401);
        assert_eq!(refused(server, ours).await?.len(), 1);
        Ok(())
    }

    async fn a_foreign_id_is_noted_where_the_asker_is_at_home(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours, theirs) = (&world.server, &world.ours, &world.theirs);
        let path = format!("/patients/{}", ours.id("patients"));
        assert_eq!(server.get(&path).bearer(theirs.token("desk")).send().await?.status, 404);
        let call = server.call(Method::PATCH, &path).json(json!({"given_name": "Mallory"}));
        assert_eq!(call.bearer(theirs.token("admin")).send().await?.status, 404);
        assert_eq!(refused(server, ours).await?, [json!(null); 0]);
        let trail = refused(server, theirs).await?;
        let mut actions: Vec<&str> = trail.iter().filter_map(|it| it["action"].as_str()).collect();
        actions.sort_unstable();
        assert_eq!(actions, ["read", "update"]);
        assert!(trail.iter().all(|it| it["resource_id"] == ours.id("patients") && it["detail"]["why"] == "not-found"));
        // The owner's own look is no refusal.
        assert_eq!(server.get(&path).bearer(ours.token("desk")).send().await?.status, 200);
        assert_eq!(refused(server, ours).await?, [json!(null); 0]);
        Ok(())
    }

    async fn a_page_that_refuses_notes_it_too_and_the_trail_shows_it(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let desk = browser(server, &ours.email("desk")).await?;
        let form = [("given_name", "Mallory"), ("family_name", "M"), ("email", "m@example.org"), ("role", "admin")];
        let call = server.call(Method::POST, "//admin/users").form(&form).cookies(&desk);
        assert_eq!(call.header("sec-fetch-site", "same-origin").send().await?.status, 403);
        let unknown = "//admin/patients/0190a5a0-0000-7000-8000-00000000dead";
        assert_eq!(server.get(unknown).cookies(&desk).send().await?.status, 404);
        let trail = refused(server, ours).await?;
        let whys: Vec<&Value> = trail.iter().map(|it| &it["detail"]["why"]).collect();
        assert!(whys.len() == 2 && whys.contains(&&json!("forbidden")) && whys.contains(&&json!("not-found")), "{trail:?}");
        let admin = browser(server, &ours.email("admin")).await?;
        for (language, words) in [
            ("en", ["Refused: their role may not do that.", "Refused: no such record is there for them."]),
            ("ar", ["مرفوض: دور هذا الشخص لا يسمح بذلك.", "مرفوض: لا يوجد سجل كهذا متاح لهذا الشخص."]),
        ] {
            let page = server.get("//admin/audit?outcome=refused").cookies(&admin).header("accept-language", language);
            let page = page.send().await?;
            assert!(words.iter().all(|words| page.text.contains(words)), "{language}: {}", page.text);
        }
        Ok(())
    }

    async fn nobody_floods_the_trail(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let patient = ours.token("patient");
        for _ in 0..100 {
            assert_eq!(server.get("/users").bearer(patient).send().await?.status, 403);
        }
        assert_eq!(refused(server, ours).await?.len(), 60);
        // Somebody else is heard as if nothing were.
        assert_eq!(server.get("/users").bearer(ours.token("desk")).send().await?.status, 403);
        let trail = refused(server, ours).await?;
        assert_eq!(trail.iter().filter(|it| it["role"] == "receptionist").count(), 1);
        server.app.clock.advance(SignedDuration::from_secs(10));
        assert_eq!(server.get("/users").bearer(patient).send().await?.status, 403);
        let newest = refused(server, ours).await?.remove(0);
        assert_eq!(newest["detail"]["left_out"], 40, "what was left out is counted");
        Ok(())
    }

    async fn an_error_page_speaks_the_readers_language(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let users = server.get("/users?role=receptionist").bearer(ours.token("admin")).send().await?;
        for user in users.body["items"].as_array().ok_or("no users")? {
            let path = format!("/users/{}", user["id"].as_str().unwrap_or_default());
            let call = server.call(Method::PATCH, &path).json(json!({"language": "ar"}));
            assert_eq!(call.bearer(ours.token("admin")).send().await?.status, 200);
        }
        let desk = browser(server, &ours.email("desk")).await?;
        for path in ["//nothing/here", "//admin/patients/0190a5a0-0000-7000-8000-00000000dead"] {
            let page = server.get(path).cookies(&desk).header("accept-language", "en").send().await?;
            assert!(page.status == 404 && page.text.contains("lang=\"ar\""), "{path}: {}", page.text);
            let chosen = server.get(&format!("{path}?lang=en")).cookies(&desk).send().await?;
            assert!(chosen.text.contains("lang=\"en\""), "a choice counts more");
        }
        let nobody = server.get("//nothing/here").header("accept-language", "en").send().await?;
        assert!(nobody.text.contains("lang=\"en\""));
        Ok(())
    }
}
