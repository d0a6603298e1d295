//! Two processes over one database, on the machine's clock.

use kalends_domain::tenant::DEFAULT_SLUG;
use kalends_store::on_both;
use serde_json::json;

use super::{all_book, lost, race, statuses, won};
use crate::api::practice::Practice;
use crate::api::processes::Installation;
use crate::api::server::scaled;

const ADMIN: &str = "admin@example.test";

on_both! {
    async fn two_processes_sell_a_time_once(database: TestDatabase) {
        let installation = Installation::new(database)?;
        installation.create_admin(ADMIN)?;
        let servers = [installation.serve()?, installation.serve()?];
        let visitor = installation.visitor(&[&servers[0], &servers[1]]);
        let admin = visitor.sign_in(ADMIN, DEFAULT_SLUG).await?;
        let practice = Practice::open(&admin).await?;
        let day = practice.day(0)?;
        let starts = practice.starts(&visitor, day).await?;
        let count = scaled(50, 10);
        let mut people = Vec::new();
        for number in 0..count {
            people.push(visitor.register(&format!("patient-{number}@example.test"), DEFAULT_SLUG).await?);
        }
        let wish = |start: usize| json!({
            "service_id": practice.service, "provider_id": practice.providers[0], "starts_at": starts[start],
        });
        // The same start; then neighbours, all of which fit; then anyone.
        let answers = all_book(people.clone(), |_| wish(0)).await?;
        assert_eq!((won(&answers), lost(&answers)), (1, count - 1), "{:?}", statuses(&answers));
        let answers = all_book(people.clone(), |index| wish(1 + index % 40)).await?;
        assert_eq!((won(&answers), lost(&answers)), (count.min(40), count - count.min(40)), "{:?}", statuses(&answers));
        let anyone = json!({"service_id": practice.service, "starts_at": starts[45]});
        let answers = all_book(people.clone(), |_| anyone.clone()).await?;
        assert_eq!((won(&answers), lost(&answers)), (2, count - 2), "{:?}", statuses(&answers));

        // One request twenty times, by turns to either.
        let mut answers = Vec::new();
        let again = wish(47);
        for answer in futures_util::future::join_all((0..20).map(|_| people[0].post_once("/appointments", &again, "k"))).await {
            answers.push(answer?);
        }
        assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body), "{:?}", statuses(&answers));

        // Everybody moves to the one time that is left.
        let free = wish(46);
        let moves = practice.stored(&admin, day).await?.into_iter().filter(|it| it["starts_at"] != starts[47]).map(|it| {
            (admin.clone(), format!("/appointments/{}/reschedule", it["id"].as_str().unwrap_or_default()), json!({
                "starts_at": free["starts_at"], "provider_id": practice.providers[0],
            }))
        });
        let answers = race(moves.take(count).collect()).await?;
        assert_eq!(won(&answers), 1, "{:?}", statuses(&answers));
        assert!(answers.iter().all(|answer| answer.status.as_u16() < 500), "{:?}", statuses(&answers));
        installation.verify()?;
        for server in servers {
            server.stop()?;
        }
        Ok(())
    }
}
