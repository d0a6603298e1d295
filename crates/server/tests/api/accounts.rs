//! Accounts: who keeps them, and what takes effect with the next request.

use kalends_domain::permission::Role;
use kalends_store::on_both;
use reqwest::Method;
use serde_json::json;

use super::server::{PASSWORD, Server};

on_both! {
    async fn an_admin_keeps_accounts(database: TestDatabase) {
        let server = Server::start(&database).await?;
        server.add_user("admin@example.org", Role::Admin).await?;
        let admin = server.token("admin@example.org").await?;
        let new = json!({"email": "doc@example.org", "given_name": "Grace", "family_name": "Hopper", "role": "doctor", "password": PASSWORD});
        let made = server.post("/users", new.clone()).bearer(&admin).header("idempotency-key", "one").send().await?;
        assert_eq!((made.status.as_u16(), made.text_of("role")), (201, "doctor"), "{}", made.text);
        let again = server.post("/users", new.clone()).bearer(&admin).header("idempotency-key", "one").send().await?;
        assert_eq!((again.status.as_u16(), &again.body["id"]), (201, &made.body["id"]));
        let taken = server.post("/users", new).bearer(&admin).send().await?;
        assert_eq!((taken.status.as_u16(), taken.problem()), (422, "email-taken"));
        assert!(!made.text.contains("hash") && !made.text.contains("argon"));

        let path = format!("/users/{}", made.text_of("id"));
        let doctor = server.token("doc@example.org").await?;
        let patch = json!({"role": "receptionist"});
        let changed = server.call(Method::PATCH, &path).json(patch).bearer(&admin).header("if-match", "\"1\"").send().await?;
        assert_eq!((changed.status.as_u16(), changed.text_of("role")), (200, "receptionist"));
        assert_eq!(server.me(&doctor).await?.status, 401, "the old role");
        let stale = server.call(Method::PATCH, &path).json(json!({"given_name": "G"})).bearer(&admin).header("if-match", "\"1\"");
        assert_eq!(stale.send().await?.status, 412);

        let desk = server.token("doc@example.org").await?;
        assert_eq!(server.call(Method::DELETE, &path).bearer(&admin).send().await?.status, 204);
        assert_eq!(server.me(&desk).await?.status, 401, "archived");
        let found = server.get("/users?archived=true&q=hopp").bearer(&admin).send().await?;
        assert_eq!(found.body["items"][0]["id"], made.body["id"]);
        let admins = server.get("/users?role=admin").bearer(&admin).send().await?;
        assert_eq!(admins.body["items"].as_array().map(Vec::len), Some(1));
        Ok(())
    }

    async fn a_doctor_among_the_users_is_a_provider(database: TestDatabase) {
        let server = Server::start(&database).await?;
        server.add_user("admin@example.org", Role::Admin).await?;
        let admin = server.token("admin@example.org").await?;
        let new = json!({"email": "doc@example.org", "given_name": "Grace", "family_name": "Hopper", "role": "doctor", "password": PASSWORD});
        assert_eq!(server.post("/users", new).bearer(&admin).send().await?.status, 201);
        let me = server.me(&server.token("doc@example.org").await?).await?;
        let own = me.text_of("provider_id");
        let provider = server.get(&format!("/providers/{own}")).bearer(&admin).send().await?;
        assert_eq!((provider.status.as_u16(), provider.text_of("email")), (200, "doc@example.org"), "{}", provider.text);
        // Who becomes a doctor later gets theirs then, and keeps it.
        let desk = json!({"email": "desk@example.org", "given_name": "Ada", "family_name": "L", "role": "receptionist", "password": PASSWORD});
        let made = server.post("/users", desk).bearer(&admin).send().await?;
        let path = format!("/users/{}", made.text_of("id"));
        let mut seen = Vec::new();
        for role in ["doctor", "receptionist", "doctor"] {
            let changed = server.call(Method::PATCH, &path).json(json!({"role": role})).bearer(&admin).send().await?;
            assert_eq!(changed.status, 200, "{}", changed.text);
            seen.push(server.me(&server.token("desk@example.org").await?).await?.body["provider_id"].clone());
        }
        assert!(seen[0].is_string() && seen[1].is_null() && seen[2] == seen[0], "{seen:?}");
        Ok(())
    }

    async fn nobodys_own_password_changes_without_the_present_one(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let own = server.add_user("admin@example.org", Role::Admin).await?;
        let other = server.add_user("other@example.org", Role::Admin).await?;
        let admin = server.token("admin@example.org").await?;
        let patch = json!({"password": "mine, all mine"});
        let path = format!("/users/{}", own.id);
        let refused = server.call(Method::PATCH, &path).json(patch.clone()).bearer(&admin).send().await?;
        assert_eq!((refused.status.as_u16(), &refused.body["errors"][0]["code"]), (422, &json!("own-password")));
        assert_eq!(server.login("admin@example.org", PASSWORD).await?.status, 200, "it is what it was");
        let path = format!("/users/{}", other.id);
        assert_eq!(server.call(Method::PATCH, &path).json(patch).bearer(&admin).send().await?.status, 200);
        assert_eq!(server.login("other@example.org", "mine, all mine").await?.status, 200);
        Ok(())
    }

    async fn nobody_below_keeps_accounts(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let admin = server.add_user("admin@example.org", Role::Admin).await?;
        server.register("patient@example.org").await?;
        server.add_user("doctor@example.org", Role::Doctor).await?;
        server.add_user("desk@example.org", Role::Receptionist).await?;
        server.add_user("operator@example.org", Role::Operator).await?;
        let path = format!("/users/{}", admin.id);
        for who in ["patient", "doctor", "desk", "operator"] {
            let token = server.token(&format!("{who}@example.org")).await?;
            let takeover = json!({"email": "mine@example.org", "password": "mine, all mine"});
            for (method, path, body) in [
                (Method::GET, "/users", None),
                (Method::GET, path.as_str(), None),
                (Method::PATCH, path.as_str(), Some(takeover.clone())),
                (Method::DELETE, path.as_str(), None),
                (Method::POST, "/users", Some(json!({"email": "x@example.org", "given_name": "X", "family_name": "Y", "role": "admin"}))),
            ] {
                let mut call = server.call(method.clone(), path).bearer(&token);
                if let Some(body) = body {
                    call = call.json(body);
                }
                let refused = call.send().await?;
                assert_eq!(refused.status, 403, "{who} {method} {path}");
            }
        }
        assert_eq!(server.get("/users").send().await?.status, 401);
        Ok(())
    }

    async fn an_admin_neither_leaves_nor_climbs(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let own = server.add_user("admin@example.org", Role::Admin).await?;
        let operator = server.add_user("operator@example.org", Role::Operator).await?;
        let admin = server.token("admin@example.org").await?;
        let own = format!("/users/{}", own.id);
        let refused = server.call(Method::DELETE, &own).bearer(&admin).send().await?;
        assert_eq!((refused.status.as_u16(), &refused.body["errors"][0]["code"]), (422, &json!("own-account")));
        for role in ["operator", "doctor"] {
            let status = server.call(Method::PATCH, &own).json(json!({"role": role})).bearer(&admin).send().await?.status;
            assert!(status == 403 || status == 422, "{role}");
        }
        let operator = format!("/users/{}", operator.id);
        let takeover = json!({"password": "mine, all mine"});
        assert_eq!(server.call(Method::PATCH, &operator).json(takeover).bearer(&admin).send().await?.status, 403);
        for extra in [
            json!({"id": own}),
            json!({"tenant_id": "x"}),
            json!({"password_hash": "x"}),
            json!({"is_admin": true}),
            json!({"created_at": "2020-01-01T00:00:00Z"}),
            json!({"role": "king"}),
        ] {
            let refused = server.call(Method::PATCH, &own).json(extra.clone()).bearer(&admin).send().await?;
            assert_eq!(refused.status, 422, "{extra}");
        }
        assert_eq!(server.me(&admin).await?.text_of("role"), "admin");
        Ok(())
    }
}
