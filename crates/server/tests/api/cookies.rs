//! The browser's session: set by the sign-in pages, renewed on the way, and worthless in another site's form.

use jiff::SignedDuration;
use kalends_domain::permission::Role;
use kalends_store::on_both;

use super::server::{Answer, Outcome, PASSWORD, Server};

async fn sign_in(server: &Server, door: &str, email: &str) -> Outcome<Answer> {
    let form = [("email", email), ("password", PASSWORD)];
    server
        .call(reqwest::Method::POST, door)
        .form(&form)
        .header("sec-fetch-site", "same-origin")
        .send()
        .await
}

fn location(answer: &Answer) -> &str {
    answer
        .headers
        .get("location")
        .and_then(|to| to.to_str().ok())
        .unwrap_or_default()
}

on_both! {
    async fn a_browser_signs_in_stays_and_leaves(database: TestDatabase) {
        let server = Server::start(&database).await?;
        server.add_user("admin@example.org", Role::Admin).await?;
        // The other door leads to the same place.
        for door in ["//staff/login", "//patient/login"] {
            let answer = sign_in(&server, door, "admin@example.org").await?;
            assert_eq!((answer.status.as_u16(), location(&answer)), (303, "/admin/dashboard"), "{}", answer.text);
        }
        let answer = sign_in(&server, "//staff/login", "admin@example.org").await?;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str()?;
            assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"), "{cookie}");
        }
        let cookies = answer.cookies();
        // Whoever is signed in is led on.
        let door = server.get("//staff/login").cookies(&cookies).send().await?;
        assert_eq!(location(&door), "/admin/dashboard");

        // The access token has run out: the refresh token renews both, once for requests that come together.
        server.app.clock.advance(SignedDuration::from_secs(601));
        let (one, two) = tokio::join!(
            server.get("//staff/login").cookies(&cookies).send(),
            server.get("//staff/login").cookies(&cookies).send(),
        );
        let (one, two) = (one?, two?);
        assert_eq!((location(&one), location(&two)), ("/admin/dashboard", "/admin/dashboard"));
        let refresh = |answer: &Answer| answer.cookies().into_iter().find(|(name, _)| name.ends_with("refresh"));
        assert!(refresh(&one).is_some());
        assert_eq!(refresh(&one), refresh(&two));

        let renewed = one.cookies();
        let left = server.call(reqwest::Method::POST, "//logout").cookies(&renewed).header("sec-fetch-site", "same-origin").send().await?;
        assert_eq!((left.status.as_u16(), location(&left)), (303, "/staff/login"));
        assert!(left.cookies().iter().any(|(name, value)| name == "kalends-access" && value.is_empty()));
        let after = server.get("//staff/login").cookies(&renewed).send().await?;
        assert_eq!(after.status, 200, "signed out, whatever the browser kept");
        Ok(())
    }

    async fn another_sites_form_does_nothing(database: TestDatabase) {
        let server = Server::start(&database).await?;
        server.add_user("admin@example.org", Role::Admin).await?;
        let cookies = sign_in(&server, "//staff/login", "admin@example.org").await?.cookies();
        let host = format!("http://{}", server.address);
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("x-own", "neither"),
        ] {
            for body in [server.call(reqwest::Method::POST, "//logout").form(&[]), server.post("//logout", serde_json::json!({}))] {
                let refused = body.cookies(&cookies).header(name, value).send().await?;
                assert_eq!(refused.status, 403, "{name}: {value}");
            }
            assert_eq!(location(&server.get("//staff/login").cookies(&cookies).send().await?), "/admin/dashboard");
        }
        // Nor does it sign a visitor in under an account of its own.
        let form = [("email", "admin@example.org"), ("password", PASSWORD)];
        let refused = server.call(reqwest::Method::POST, "//staff/login").form(&form).header("sec-fetch-site", "cross-site").send().await?;
        assert!(refused.status == 403 && refused.cookies().iter().all(|(name, _)| !name.starts_with("kalends")));
        let own = server.call(reqwest::Method::POST, "//logout").form(&[]).cookies(&cookies).header("origin", &host).send().await?;
        assert_eq!(own.status, 303);
        Ok(())
    }

    async fn a_wrong_password_and_a_foreign_way_back_are_refused(database: TestDatabase) {
        let server = Server::start(&database).await?;
        server.register("ana@example.org").await?;
        let post = |password: &'static str, next: &'static str| {
            let form = [("email", "ana@example.org"), ("password", password), ("next", next)];
            server.call(reqwest::Method::POST, "//patient/login").form(&form).header("sec-fetch-site", "same-origin").send()
        };
        let wrong = post("wrong password", "").await?;
        assert_eq!(wrong.status, 401);
        assert!(wrong.text.contains("ana@example.org") && !wrong.text.contains("wrong password"));
        for next in ["//evil.example", "/\\evil.example", "https://evil.example", "/admin/users", "javascript:alert(1)"] {
            assert_eq!(location(&post(PASSWORD, next).await?), "/patient/dashboard", "{next}");
        }
        assert_eq!(location(&post(PASSWORD, "/book?service=1").await?), "/book?service=1");
        Ok(())
    }
}
