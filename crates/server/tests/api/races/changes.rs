//! Moves, cancellations, approvals and holds against bookings and each other.

use jiff::SignedDuration;
use serde_json::json;
use tokio::task::JoinSet;

use super::{lost, race, statuses, won};
use crate::api::clinic::at;
use crate::api::server::scaled;

races! {
    async fn a_move_and_a_booking_share_the_target(clinic: Clinic) {
        let people = clinic.server.patients(3).await?;
        for round in 0..i64::try_from(scaled(20, 4))?.min(8) {
            let (from, to) = (at(round * 60), at(round * 60 + 30));
            let first = people[0].post("/appointments", &clinic.wish(from)).await?.expect(201)?.id()?;
            let answers = race(vec![
                (people[0].clone(), format!("/appointments/{first}/reschedule"), json!({"starts_at": to})),
                (people[1].clone(), "/appointments".to_owned(), clinic.wish(to)),
            ]).await?;
            assert_eq!((won(&answers), lost(&answers)), (1, 1), "{:?}", statuses(&answers));
        }
        clinic.server.verify().await
    }

    async fn a_swap_loses_nobody(clinic: Clinic) {
        let people = clinic.server.patients(2).await?;
        let (first, second) = (at(0), at(30));
        let ids = [
            people[0].post("/appointments", &clinic.wish(first)).await?.expect(201)?.id()?,
            people[1].post("/appointments", &clinic.wish(second)).await?.expect(201)?.id()?,
        ];
        for round in 0..scaled(20, 2) {
            let answers = race(vec![
                (people[0].clone(), format!("/appointments/{}/reschedule", ids[0]), json!({"starts_at": second})),
                (people[1].clone(), format!("/appointments/{}/reschedule", ids[1]), json!({"starts_at": first})),
            ]).await?;
            assert_eq!(won(&answers) + lost(&answers), 2, "round {round}: {:?}", statuses(&answers));
            for (person, id) in people.iter().zip(&ids) {
                assert_eq!(person.get(&format!("/appointments/{id}")).await?.expect(200)?.body["status"], "booked");
            }
        }
        clinic.server.verify().await
    }

    async fn a_hold_that_expires_at_its_booking_has_one_winner(clinic: Clinic) {
        let people = clinic.server.patients(2).await?;
        let held = people[0].post("/holds", &clinic.wish(at(60))).await?.expect(201)?;
        let mut with_token = clinic.wish(at(60));
        with_token["hold_token"] = held.body["token"].clone();
        let early = people[1].post("/appointments", &clinic.wish(at(60))).await?.expect(409)?;
        assert_eq!(early.problem(), "slot-taken");
        // Access tokens last as long as holds, so everybody signs in anew meanwhile.
        clinic.server.app.clock.advance(SignedDuration::from_mins(5));
        let people = [clinic.server.again(&people[0]).await?, clinic.server.again(&people[1]).await?];
        // Requests read the clock when they arrive: some before the expiry, some at it.
        clinic.server.app.clock.advance(SignedDuration::from_mins(5) - SignedDuration::from_micros(1));
        let clock = clinic.server.app.clock.clone();
        let tick = tokio::spawn(async move { clock.advance(SignedDuration::from_micros(1)) });
        let answers = race(vec![
            (people[0].clone(), "/appointments".to_owned(), with_token.clone()),
            (people[1].clone(), "/appointments".to_owned(), clinic.wish(at(60))),
        ]).await?;
        tick.await?;
        assert_eq!(won(&answers), 1, "{:?}", statuses(&answers));
        let late = people[0].post("/appointments", &with_token).await?.expect(409)?;
        assert_eq!(late.problem(), "hold-expired");
        clinic.server.verify().await
    }

    async fn cancelled_and_booked_again_and_again(clinic: Clinic) {
        let mut racers = JoinSet::new();
        let rounds = scaled(40, 4);
        for patient in clinic.server.patients(4).await? {
            let wish = clinic.wish(at(60));
            racers.spawn(async move {
                for _ in 0..rounds {
                    let answer = patient.post("/appointments", &wish).await.map_err(|error| error.to_string())?;
                    match (answer.status.as_u16(), answer.problem()) {
                        (201, _) => {
                            let id = answer.id().map_err(|error| error.to_string())?;
                            let path = format!("/appointments/{id}/cancel");
                            let cancelled = patient.post(&path, &json!({"reason": "again"})).await;
                            cancelled.and_then(|answer| answer.expect(200)).map_err(|error| error.to_string())?;
                        }
                        (409, "slot-taken") => {}
                        _ => return Err(answer.text),
                    }
                }
                Ok(())
            });
        }
        racers.join_all().await.into_iter().collect::<Result<Vec<()>, String>>()?;
        clinic.server.verify().await
    }

    async fn a_request_is_agreed_to_once(clinic: Clinic) {
        let mut clinic = clinic;
        clinic.service = clinic.add_service(json!({"requires_approval": true, "provider_ids": [clinic.provider]})).await?;
        let people = clinic.server.patients(2).await?;
        let asked = people[0].post("/appointments", &clinic.wish(at(60))).await?.expect(201)?.id()?;
        // A request keeps its time, so that there is never a second one to choose from.
        people[1].post("/appointments", &clinic.wish(at(75))).await?.expect(409)?;
        let path = format!("/appointments/{asked}");
        let answers = race(vec![
            (clinic.admin.clone(), format!("{path}/confirm"), json!({})),
            (clinic.admin.clone(), format!("{path}/confirm"), json!({})),
            (clinic.admin.clone(), format!("{path}/decline"), json!({})),
        ]).await?;
        let refused = answers.iter().filter(|answer| answer.status == 409 && answer.problem() == "wrong-state").count();
        assert_eq!((won(&answers), refused), (1, 2), "{:?}", statuses(&answers));
        clinic.server.verify().await
    }
}
