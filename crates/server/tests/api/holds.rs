//! Holds: their secret is known to whoever made them alone, and nobody keeps more than their share.

use kalends_domain::hold::MAX_LIVE;
use kalends_store::on_both;
use serde_json::json;

use super::canary::World;
use super::server::PASSWORD;

on_both! {
    async fn a_secret_is_told_again_and_never_stored(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let wish = json!({"service_id": ours.id("services"), "starts_at": "2027-01-05T13:00:00Z"});
        let hold = || {
            let call = server.post("/holds", wish.clone()).bearer(ours.token("patient"));
            call.header("idempotency-key", "one").send()
        };
        let (first, again) = (hold().await?, hold().await?);
        assert_eq!((first.status.as_u16(), &first.text), (201, &again.text));
        assert_eq!(again.status, 201);
        let token = first.text_of("token");
        assert!(token.len() >= 43, "{token}");
        assert_eq!(world.tables_with(ours.tenant.id, token).await?, [""; 0], "no secret is stored");
        let stored = world.tables_with(ours.tenant.id, first.text_of("id")).await?;
        assert!(stored.contains(&"idempotency_keys".to_owned()), "the rest of the answer is: {stored:?}");
        // It is the hold's own: another hold's, and the same of another person, book nothing.
        let mut booking = wish.clone();
        booking["hold_token"] = json!(token);
        let other = server.post("/appointments", booking.clone()).bearer(ours.token("second patient")).send().await?;
        assert_eq!(other.status, 409, "{}", other.text);
        let booked = server.post("/appointments", booking).bearer(ours.token("patient")).send().await?;
        assert_eq!(booked.status, 201, "{}", booked.text);
        Ok(())
    }

    async fn nobody_keeps_more_than_five_at_a_time(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let hold = |half_hour: usize| {
            let starts_at = format!("2027-01-12T{:02}:{:02}:00Z", 8 + half_hour / 2, half_hour % 2 * 30);
            let wish = json!({"service_id": ours.id("services"), "starts_at": starts_at});
            server.post("/holds", wish).bearer(ours.token("patient")).send()
        };
        let (a, b, c, d, e, f, g, h, i, j) = tokio::join!(
            hold(0), hold(1), hold(2), hold(3), hold(4), hold(5), hold(6), hold(7), hold(8), hold(9)
        );
        let mut kept = Vec::new();
        for answer in [a?, b?, c?, d?, e?, f?, g?, h?, i?, j?] {
            if answer.status == 201 {
                kept.push(answer.text_of("id").to_owned());
            } else {
                assert_eq!((answer.status.as_u16(), answer.text_of("rule")), (422, "too-many-holds"), "{}", answer.text);
            }
        }
        assert_eq!(kept.len(), MAX_LIVE);
        let path = format!("/holds/{}", kept[0]);
        assert_eq!(server.call(reqwest::Method::DELETE, &path).bearer(ours.token("patient")).send().await?.status, 204);
        assert_eq!(hold(10).await?.status, 201, "one was given up");
        server.app.clock.advance(kalends_domain::hold::KEPT_FOR);
        let login = server.login(&ours.email("patient"), PASSWORD).await?;
        let wish = json!({"service_id": ours.id("services"), "starts_at": "2027-01-19T09:00:00Z"});
        let answer = server.post("/holds", wish).bearer(login.text_of("access_token")).send().await?;
        assert_eq!(answer.status, 201, "those that expired count no more: {}", answer.text);
        Ok(())
    }
}
