//! Guessing passwords: slowed down from one place and from many, without locking the owner out.

use kalends_store::on_both;
use serde_json::json;

use super::server::{PASSWORD, Server};

on_both! {
    async fn one_place_is_slowed_down_whatever_it_claims(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let mut statuses = Vec::new();
        for n in 0..60_u8 {
            let body = json!({"email": format!("user{n}@example.org"), "password": "Winter2027!"});
            let answer = server
                .post("/auth/login", body)
                .header("x-forwarded-for", &format!("203.0.113.{n}"))
                .header("forwarded", &format!("for=203.0.113.{n}"))
                .header("x-real-ip", &format!("203.0.113.{n}"))
                .send()
                .await?;
            if answer.status == 429 {
                assert_eq!(answer.problem(), "rate-limited");
                assert!(answer.headers.contains_key("retry-after"));
            }
            statuses.push(answer.status.as_u16());
        }
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 50);
        assert_eq!(statuses.last(), Some(&429));
        Ok(())
    }

    async fn an_owner_gets_in_while_many_places_guess(database: TestDatabase) {
        let server = Server::start(&database).await?;
        server.register("ana@example.org").await?;
        let guess = json!({"email": "ana@example.org", "password": "Winter2027!"});
        let mut refused = 0;
        for n in 2..50 {
            let answer = server.post("/auth/login", guess.clone()).from([127, 0, 0, n]).send().await?;
            refused += u32::from(answer.status == 429);
        }
        assert!(refused > 10, "{refused} of 48 were slowed down");
        assert_eq!(server.login("ana@example.org", PASSWORD).await?.status, 200);
        Ok(())
    }

    async fn signing_in_often_is_no_guessing(database: TestDatabase) {
        let server = Server::start(&database).await?;
        server.register("ana@example.org").await?;
        for _ in 0..25 {
            assert_eq!(server.login("ana@example.org", PASSWORD).await?.status, 200);
        }
        Ok(())
    }
}
