//! Members that nobody may set: added to every body, they are refused by name and never applied.

use kalends_store::on_both;
use serde_json::{Value, json};

use super::canary::World;
use super::document::Document;
use super::server::PASSWORD;

/// What attackers add, each with a value that would mean something.
fn extras() -> Vec<(&'static str, Value)> {
    vec![
        ("role", json!("admin")),
        ("roles", json!(["admin", "operator"])),
        ("tenant_id", json!("0190a5a0-0000-7000-8000-000000000001")),
        ("user_id", json!("0190a5a0-0000-7000-8000-000000000001")),
        ("id", json!("0190a5a0-0000-7000-8000-000000000001")),
        ("sub", json!("0190a5a0-0000-7000-8000-000000000001")),
        ("email", json!("mine@example.org")),
        ("is_admin", json!(true)),
        ("email_verified", json!(true)),
        (
            "password_hash",
            json!("$argon2id$v=19$m=19456,t=2,p=1$YWFhYWFhYWE$YWFhYWFhYWE"),
        ),
        ("status", json!("fulfilled")),
        ("price", json!(0)),
        ("created_at", json!("2000-01-01T00:00:00Z")),
        ("provider_id", json!("0190a5a0-0000-7000-8000-000000000001")),
        ("type", json!("admin")),
        ("version", json!(99)),
        ("__proto__", json!({"role": "admin"})),
    ]
}

on_both! {
    async fn no_body_takes_more_than_it_says(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let ours = &world.ours;
        let before = world.rows(ours.tenant.id).await?;
        let mut tried = 0;
        for operation in document.operations().iter().filter(|it| !it.body.is_null()) {
            for (name, value) in extras() {
                if operation.members().any(|(member, _)| member == name) {
                    continue;
                }
                let mut body = operation.sample(&document);
                body[name] = value;
                let call = operation.call(&world.server, ours.id(operation.noun()), &[], &body);
                let answer = call.bearer(ours.token("admin")).send().await?;
                let refusal = answer.body["errors"][0]["detail"].as_str().unwrap_or_default();
                let said = format!("unknown field `{name}`");
                assert!(answer.status == 422 && refusal.contains(&said), "{} with {name}: {}", operation.name(), answer.text);
                tried += 1;
            }
        }
        assert!(tried > 400, "only {tried} were tried");
        assert_eq!(world.rows(ours.tenant.id).await?, before, "nothing was applied");
        Ok(())
    }

    async fn nobody_becomes_somebody_else(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let me = server.me(ours.token("patient")).await?;
        let mine = me.body["patient_id"].as_str().ok_or("no patient")?.to_owned();
        // One's own record may name another address: it signs nobody in, and does not change who one is.
        let patch = json!({"email": ours.email("second patient")});
        let path = format!("/patients/{mine}");
        let changed = server.call(reqwest::Method::PATCH, &path).json(patch).bearer(ours.token("patient")).send().await?;
        assert!([200, 422].contains(&changed.status.as_u16()), "{}", changed.text);
        let after = server.me(ours.token("patient")).await?;
        assert_eq!(after.body, me.body, "who they are is the account's");
        let theirs = server.me(ours.token("second patient")).await?;
        assert_ne!(theirs.body["patient_id"], after.body["patient_id"]);
        // A session is renewed for whom it was made.
        let login = json!({"email": ours.email("patient"), "password": PASSWORD});
        let grant = server.post("/auth/login", login).send().await?;
        for extra in ["user_id", "sub", "email", "tenant", "role", "patient_id"] {
            let body = json!({"refresh_token": grant.text_of("refresh_token"), extra: ours.id("patients")});
            assert_eq!(server.post("/auth/refresh", body).send().await?.status, 422, "{extra}");
        }
        let renewed = server.refresh(grant.text_of("refresh_token")).await?;
        assert_eq!(renewed.body["user"], grant.body["user"]);
        Ok(())
    }

    async fn an_address_that_exists_leads_to_nobody(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let kept = json!({"given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.org", "notes": "kept by the desk"});
        let kept = server.post("/patients", kept).bearer(ours.token("desk")).send().await?;
        assert_eq!(kept.status, 201, "{}", kept.text);
        let register = |email: &str, tenant: &str| {
            let body = json!({"email": email, "password": PASSWORD, "given_name": "Mallory", "family_name": "M", "tenant": tenant});
            server.post("/auth/register", body).send()
        };
        // A record that the desk keeps is not taken over by whoever writes its address.
        let made = register("ada@example.org", "default").await?;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_ne!(made.body["user"]["patient_id"], kept.body["id"]);
        let path = format!("/patients/{}", kept.text_of("id"));
        assert_eq!(server.get(&path).bearer(made.text_of("access_token")).send().await?.status, 404);
        let unchanged = server.get(&path).bearer(ours.token("desk")).send().await?;
        assert_eq!(unchanged.body["given_name"], "Ada");
        // The same address is taken here, however it is written, and free elsewhere.
        for same in ["ada@example.org", "ADA@EXAMPLE.ORG", " ada@example.org "] {
            let taken = register(same, "default").await?;
            assert_eq!((taken.status.as_u16(), taken.problem()), (422, "email-taken"), "{same}");
        }
        let elsewhere = register("ada@example.org", "theirs").await?;
        assert_eq!(elsewhere.status, 201, "{}", elsewhere.text);
        assert_ne!(elsewhere.body["user"]["id"], made.body["user"]["id"]);
        // One that only looks like it is another's, or no address at all.
        for other in ["ada+1@example.org", "\u{430}da@example.org", "ada@ex\u{430}mple.org", "ad\u{200b}a@example.org"] {
            let answer = register(other, "default").await?;
            assert!([201, 422].contains(&answer.status.as_u16()), "{other}: {}", answer.text);
            assert_ne!(answer.body["user"]["id"], made.body["user"]["id"], "{other}");
        }
        let still = server.me(made.text_of("access_token")).await?;
        assert_eq!(still.body, made.body["user"], "nobody was overwritten");
        Ok(())
    }
}
