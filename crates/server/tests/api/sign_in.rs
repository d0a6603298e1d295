//! Registering, signing in, renewing and signing out.

use jiff::SignedDuration;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use serde_json::{Value, json};

use super::server::{PASSWORD, Server};

on_both! {
    async fn a_patient_registers_reads_themselves_and_leaves(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let made = server.register("Ana@Example.org").await?;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!((&made.body["token_type"], &made.body["expires_in"]), (&json!("Bearer"), &json!(600)));
        let user = &made.body["user"];
        assert_eq!((&user["email"], &user["role"]), (&json!("Ana@Example.org"), &json!("patient")));
        assert!(user["id"].is_string() && user["tenant_id"].is_string() && user["patient_id"].is_string());
        assert_eq!(user["memberships"].as_array().map(Vec::len), Some(1));
        assert_eq!(made.headers["cache-control"], "no-store");

        let me = server.me(made.text_of("access_token")).await?;
        assert_eq!((me.status.as_u16(), &me.body), (200, user));
        let body = json!({"refresh_token": made.text_of("refresh_token")});
        let left = server.post("/auth/logout", body).send().await?;
        assert_eq!((left.status.as_u16(), left.text.as_str()), (204, ""));
        assert_eq!(server.me(made.text_of("access_token")).await?.problem(), "unauthenticated");
        assert_eq!(server.refresh(made.text_of("refresh_token")).await?.status, 401);
        Ok(())
    }

    async fn a_taken_address_and_bad_fields_are_told(database: TestDatabase) {
        let server = Server::start(&database).await?;
        server.register("ana@example.org").await?;
        let taken = server.register(" ANA@example.org").await?;
        assert_eq!((taken.status.as_u16(), taken.problem()), (422, "email-taken"));
        let good = json!({"email": "ben@example.org", "password": PASSWORD, "given_name": "Ben", "family_name": "B"});
        for (name, value, code) in [
            ("password", json!("1234567"), "password-too-short"),
            ("password", json!("x".repeat(1_025)), "password-too-long"),
            ("email", json!("nobody"), "not-an-email"),
            ("email", json!(""), "required"),
            ("given_name", json!(" "), "required"),
            ("family_name", json!("x".repeat(121)), "too-long"),
            ("given_name", json!("a\u{0}b"), "control-characters"),
            ("birth_date", json!("2999-01-01"), "in-the-future"),
            ("birth_date", json!("yesterday"), "malformed"),
            ("email", json!(7), "malformed"),
            ("role", json!("admin"), "malformed"),
            ("tenant_id", json!("x"), "malformed"),
        ] {
            let mut body = good.clone();
            body[name] = value;
            let refused = server.post("/auth/register", body).send().await?;
            assert_eq!((refused.status.as_u16(), &refused.body["errors"][0]["code"]), (422, &json!(code)), "{name}: {}", refused.text);
        }
        assert_eq!(server.post("/auth/register", good).send().await?.status, 201);
        Ok(())
    }

    async fn every_refused_sign_in_is_the_same(database: TestDatabase) {
        let server = Server::start(&database).await?;
        server.register("ana@example.org").await?;
        let suspended = server.add_tenant("closed").await?;
        server.add_user_to(&suspended, "ana@example.org", Role::Admin).await?;
        let status = kalends_domain::tenant::TenantStatus::Suspended;
        kalends_app::tenants::set_status(&server.app, &server.system(), "closed", status).await?;
        let mut bodies = Vec::new();
        for body in [
            json!({"email": "ana@example.org", "password": "wrong password"}),
            json!({"email": "nobody@example.org", "password": PASSWORD}),
            json!({"email": "", "password": ""}),
            json!({"email": "not an address", "password": "x".repeat(5_000)}),
            json!({"email": "ana\u{0}@example.org", "password": PASSWORD}),
            json!({"email": "ana@example.org", "password": PASSWORD, "tenant": "default\u{0}"}),
            json!({"email": "ana@example.org", "password": PASSWORD, "tenant": "closed"}),
            json!({"email": "ana@example.org", "password": PASSWORD, "tenant": "nobodys"}),
            json!({"email": "ana@example.org", "password": PASSWORD, "tenant": "' OR 1=1"}),
        ] {
            let refused = server.post("/auth/login", body).send().await?;
            assert_eq!((refused.status.as_u16(), refused.problem()), (401, "invalid-credentials"));
            bodies.push(refused.text);
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1);
        assert_eq!(server.login("ANA@example.org ", PASSWORD).await?.status, 200);
        Ok(())
    }

    async fn odd_passwords_are_taken_as_they_are(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let long = "p".repeat(72);
        let passwords = [
            "p".repeat(64),
            long.clone(),
            format!("{long}X"),
            "p".repeat(1_024),
            "nul\0inside".to_owned(),
            " spaces around ".to_owned(),
            "cafe\u{301} au lait".to_owned(),
            "🐎🔋📎".to_owned(),
        ];
        for (n, password) in passwords.iter().enumerate() {
            let email = format!("user{n}@example.org");
            let body = json!({"email": email, "password": password, "given_name": "A", "family_name": "B"});
            assert_eq!(server.post("/auth/register", body).send().await?.status, 201, "{password:?}");
            assert_eq!(server.login(&email, password).await?.status, 200, "{password:?}");
            let others = [password.trim_matches(' ').to_owned() + "Y", password.chars().skip(1).collect()];
            for other in others {
                assert_eq!(server.login(&email, &other).await?.status, 401, "{other:?}");
            }
        }
        assert_eq!(server.login("user2@example.org", &format!("{long}Y")).await?.status, 401);
        assert_eq!(server.login("user2@example.org", &long).await?.status, 401);
        assert_eq!(server.login("user5@example.org", "spaces around").await?.status, 401);
        Ok(())
    }

    async fn a_spent_refresh_token_ends_the_session(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let first = server.register("ana@example.org").await?;
        let second = server.refresh(first.text_of("refresh_token")).await?;
        assert_eq!(second.status, 200);
        assert_eq!(second.body["user"], first.body["user"]);
        // The same client at once: it is given what it was given.
        let again = server.refresh(first.text_of("refresh_token")).await?;
        assert_eq!(again.text_of("refresh_token"), second.text_of("refresh_token"));
        server.app.clock.advance(SignedDuration::from_secs(11));
        assert_eq!(server.refresh(first.text_of("refresh_token")).await?.status, 401);
        for answer in [&first, &second, &again] {
            assert_eq!(server.me(answer.text_of("access_token")).await?.status, 401);
            assert_eq!(server.refresh(answer.text_of("refresh_token")).await?.status, 401);
        }
        Ok(())
    }

    async fn a_spent_refresh_token_of_another_client_ends_the_session(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let first = server.register("ana@example.org").await?;
        let second = server.refresh(first.text_of("refresh_token")).await?;
        let body = json!({"refresh_token": first.text_of("refresh_token")});
        let thief = server.post("/auth/refresh", body).header("user-agent", "thief").send().await?;
        assert_eq!(thief.status, 401);
        assert_eq!(server.me(second.text_of("access_token")).await?.status, 401);
        Ok(())
    }

    async fn an_access_token_runs_out(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let made = server.register("ana@example.org").await?;
        server.app.clock.advance(SignedDuration::from_secs(599));
        assert_eq!(server.me(made.text_of("access_token")).await?.status, 200);
        server.app.clock.advance(SignedDuration::from_secs(1));
        let expired = server.me(made.text_of("access_token")).await?;
        assert_eq!((expired.status.as_u16(), &expired.headers["www-authenticate"]), (401, &"Bearer".parse()?));
        assert_eq!(server.refresh(made.text_of("refresh_token")).await?.status, 200);
        Ok(())
    }

    async fn only_a_bearer_token_of_ours_identifies(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let made = server.register("ana@example.org").await?;
        let (access, refresh) = (made.text_of("access_token"), made.text_of("refresh_token"));
        for value in [
            String::new(),
            "Bearer".into(),
            "Bearer ".into(),
            format!("Basic {access}"),
            format!("Bearer {refresh}"),
            format!("Bearer {access}="),
            format!("Bearer {access}A"),
            format!("Bearer {}", &access[..access.len() - 3]),
            format!("Bearer {access}, Bearer {access}"),
            access.to_owned(),
        ] {
            let refused = server.get("/me").header("authorization", &value).send().await?;
            assert_eq!(refused.status, 401, "{value}");
            // Where nobody needs to be signed in, a wrong token is refused all the same.
            let refused = server.get("/departments").header("authorization", &value).send().await?;
            assert_eq!(refused.status, 401, "{value}");
        }
        assert_eq!(server.get("/me").bearer(access).bearer(access).send().await?.status, 401);
        assert_eq!(server.get("/me").header("authorization", &format!("bEARER {access}")).send().await?.status, 200);
        assert_eq!(server.get("/me").send().await?.problem(), "unauthenticated");
        // A token in a query or a cookie is none.
        assert_eq!(server.get(&format!("/me?access_token={access}")).send().await?.status, 401);
        let cookie = format!("kalends-access={access}; kalends-refresh={refresh}");
        assert_eq!(server.get("/me").header("cookie", &cookie).send().await?.status, 401);
        Ok(())
    }

    async fn leaving_everywhere_and_a_new_password_end_sessions(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let one = server.register("ana@example.org").await?;
        let two = server.token("ana@example.org").await?;
        let wrong = json!({"current_password": "wrong password", "new_password": "a better password"});
        let refused = server.post("/me/password", wrong).bearer(&two).send().await?;
        assert_eq!(refused.body["errors"][0]["code"], "wrong-password");
        let right = json!({"current_password": PASSWORD, "new_password": "a better password"});
        assert_eq!(server.post("/me/password", right).bearer(&two).send().await?.status, 204);
        assert_eq!(server.me(one.text_of("access_token")).await?.status, 401);
        assert_eq!(server.me(&two).await?.status, 200);
        assert_eq!(server.login("ana@example.org", PASSWORD).await?.status, 401);
        assert_eq!(server.login("ana@example.org", "a better password").await?.status, 200);
        let left = server.call(reqwest::Method::POST, "/me/sign-out-everywhere").bearer(&two).send().await?;
        assert_eq!(left.status, 204);
        assert_eq!(server.me(&two).await?.status, 401);
        Ok(())
    }

    async fn sign_in_bodies_that_are_none_are_refused(database: TestDatabase) {
        let server = Server::start(&database).await?;
        for (body, status) in [
            (json!({}), 422),
            (json!([]), 422),
            (json!({"email": null, "password": null}), 422),
            (json!({"email": "a@b.example", "password": "x", "extra": 1}), 422),
            (json!({"email": {"$ne": ""}, "password": "x"}), 422),
        ] {
            assert_eq!(server.post("/auth/login", body.clone()).send().await?.status, status, "{body}");
        }
        let twice = server
            .post("/auth/login", Value::Null)
            .header("idempotency-key", "k");
        assert_eq!(twice.send().await?.status, 422);
        Ok(())
    }
}
