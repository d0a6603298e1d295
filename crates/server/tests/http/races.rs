//! Many callers at once: exactly as many appointments as there is time for, an honest answer for everybody else, and a
//! database that `verify` finds whole.

use jiff::SignedDuration;
use kalends_store::on_both;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::clinic::{Clinic, at};
use crate::harness::{Answer, Caller, Harness, Outcome, scaled};

/// Sends all at once.
async fn race(requests: Vec<(Caller, String, Value)>) -> Outcome<Vec<Answer>> {
    let mut racers = JoinSet::new();
    for (caller, path, body) in requests {
        racers.spawn(async move { caller.post(&path, &body).await.map_err(|error| error.to_string()) });
    }
    let answers: Result<Vec<_>, String> = racers.join_all().await.into_iter().collect();
    Ok(answers?)
}

/// Everybody books what `wish` says for them.
async fn all_book(callers: Vec<Caller>, wish: impl Fn(usize) -> Value) -> Outcome<Vec<Answer>> {
    let numbered = callers.into_iter().enumerate();
    race(
        numbered
            .map(|(index, caller)| (caller, "/appointments".to_owned(), wish(index)))
            .collect(),
    )
    .await
}

fn won(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == 201 || answer.status == 200)
        .count()
}

/// Those who were told that somebody was faster, and what is free instead.
fn lost(answers: &[Answer]) -> usize {
    let told = |answer: &&Answer| {
        answer.status == 409
            && answer.problem() == "slot-taken"
            && answer.body["alternatives"]
                .as_array()
                .is_some_and(|free| !free.is_empty())
    };
    answers.iter().filter(told).count()
}

fn statuses(answers: &[Answer]) -> Vec<(u16, String)> {
    answers
        .iter()
        .map(|answer| (answer.status.as_u16(), answer.problem().to_owned()))
        .collect()
}

on_both! {
    async fn one_slot_goes_to_one(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let count = scaled(50, 10);
        let answers = all_book(clinic.harness.patients(count).await?, |_| clinic.wish(at(60))).await?;
        assert_eq!((won(&answers), lost(&answers)), (1, count - 1), "{:?}", statuses(&answers));
        clinic.harness.verify().await
    }

    async fn shifted_starts_never_overlap(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let count = scaled(50, 12);
        let shifts = [0, 5, 15];
        let answers = all_book(clinic.harness.patients(count).await?, |index| clinic.wish(at(60 + shifts[index % 3]))).await?;
        assert_eq!((won(&answers), lost(&answers)), (1, count - 1), "{:?}", statuses(&answers));
        clinic.harness.verify().await
    }

    async fn two_lengths_of_one_provider_never_overlap(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let long = clinic.add_service(json!({"duration_minutes": 60, "provider_ids": [clinic.provider]})).await?;
        let count = scaled(50, 12);
        let services = [&clinic.service, &long];
        let answers = all_book(clinic.harness.patients(count).await?, |index| json!({
            "service_id": services[index % 2], "starts_at": at(60 + 30 * (index as i64 / 2 % 2)),
        })).await?;
        assert_eq!(won(&answers) + lost(&answers), count, "{:?}", statuses(&answers));
        assert!((1..=2).contains(&won(&answers)), "{:?}", statuses(&answers));
        clinic.harness.verify().await
    }

    async fn one_room_serves_one_at_a_time(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let body = json!({"name": "Scanner", "kind": "scanner", "location_id": clinic.location});
        clinic.admin.post("/resources", &body).await?.expect(201)?;
        let services = [
            clinic.add_service(json!({"resource_kind": "scanner"})).await?,
            clinic.add_service(json!({"resource_kind": "scanner"})).await?,
        ];
        clinic.add_provider(&[&services[0]]).await?;
        clinic.add_provider(&[&services[1]]).await?;
        let count = scaled(50, 10);
        let answers = all_book(clinic.harness.patients(count).await?, |index| json!({
            "service_id": services[index % 2], "starts_at": at(60),
        })).await?;
        assert_eq!((won(&answers), lost(&answers)), (1, count - 1), "{:?}", statuses(&answers));
        clinic.harness.verify().await
    }

    async fn anyone_is_everyone_who_is_free(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        for _ in 0..3 {
            clinic.add_provider(&[&clinic.service]).await?;
        }
        let count = scaled(50, 12);
        let answers = all_book(clinic.harness.patients(count).await?, |_| clinic.wish(at(60))).await?;
        assert_eq!((won(&answers), lost(&answers)), (4, count - 4), "{:?}", statuses(&answers));
        clinic.harness.verify().await
    }

    async fn a_move_and_a_booking_share_the_target(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let people = clinic.harness.patients(3).await?;
        for round in 0..i64::try_from(scaled(20, 4))?.min(8) {
            let (from, to) = (at(round * 60), at(round * 60 + 30));
            let first = people[0].post("/appointments", &clinic.wish(from)).await?.expect(201)?.id()?;
            let answers = race(vec![
                (people[0].clone(), format!("/appointments/{first}/reschedule"), json!({"starts_at": to})),
                (people[1].clone(), "/appointments".to_owned(), clinic.wish(to)),
            ]).await?;
            assert_eq!((won(&answers), lost(&answers)), (1, 1), "{:?}", statuses(&answers));
        }
        clinic.harness.verify().await
    }

    async fn a_swap_loses_nobody(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let people = clinic.harness.patients(2).await?;
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
        clinic.harness.verify().await
    }

    async fn a_hold_that_expires_at_its_booking_has_one_winner(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let people = clinic.harness.patients(2).await?;
        let held = people[0].post("/holds", &clinic.wish(at(60))).await?.expect(201)?;
        let mut with_token = clinic.wish(at(60));
        with_token["hold_token"] = held.body["token"].clone();
        let early = people[1].post("/appointments", &clinic.wish(at(60))).await?.expect(409)?;
        assert_eq!(early.problem(), "slot-taken");
        // Access tokens last as long as holds, so everybody signs in anew meanwhile.
        clinic.harness.app.clock.advance(SignedDuration::from_mins(5));
        let people = [clinic.harness.again(&people[0]).await?, clinic.harness.again(&people[1]).await?];
        // Requests read the clock when they arrive: some before the expiry, some at it.
        clinic.harness.app.clock.advance(SignedDuration::from_mins(5) - SignedDuration::from_micros(1));
        let clock = clinic.harness.app.clock.clone();
        let tick = tokio::spawn(async move { clock.advance(SignedDuration::from_micros(1)) });
        let answers = race(vec![
            (people[0].clone(), "/appointments".to_owned(), with_token.clone()),
            (people[1].clone(), "/appointments".to_owned(), clinic.wish(at(60))),
        ]).await?;
        tick.await?;
        assert_eq!(won(&answers), 1, "{:?}", statuses(&answers));
        let late = people[0].post("/appointments", &with_token).await?.expect(409)?;
        assert_eq!(late.problem(), "hold-expired");
        clinic.harness.verify().await
    }

    async fn one_key_is_one_booking(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let patient = clinic.harness.patient().await?;
        let mut racers = JoinSet::new();
        for _ in 0..20 {
            let (patient, wish) = (patient.clone(), clinic.wish(at(60)));
            racers.spawn(async move { patient.post_once("/appointments", &wish, "k1").await.map_err(|error| error.to_string()) });
        }
        let answers: Result<Vec<Answer>, String> = racers.join_all().await.into_iter().collect();
        let answers = answers?;
        assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body), "{:?}", statuses(&answers));
        let listed = patient.get("/appointments").await?.expect(200)?;
        assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(1));
        let reused = patient.post_once("/appointments", &clinic.wish(at(120)), "k1").await?.expect(422)?;
        assert_eq!(reused.problem(), "idempotency-key-reused");
        clinic.harness.verify().await
    }

    async fn cancelled_and_booked_again_and_again(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let mut racers = JoinSet::new();
        let rounds = scaled(40, 4);
        for patient in clinic.harness.patients(4).await? {
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
        clinic.harness.verify().await
    }

    async fn neighbours_do_not_race_across_a_buffer(database: TestDatabase) {
        let mut clinic = Clinic::open(Harness::start(database).await?).await?;
        clinic.service = clinic.add_service(json!({"buffer_before_minutes": 5, "buffer_after_minutes": 10})).await?;
        clinic.provider = clinic.add_provider(&[&clinic.service]).await?;
        let count = scaled(50, 12);
        // Neighbours by their own times, and by the buffers: 60 and 105 fit beside each other, nothing else does.
        let starts = [60, 90, 95, 100, 105];
        let answers = all_book(clinic.harness.patients(count).await?, |index| clinic.wish(at(starts[index % 5]))).await?;
        assert_eq!(won(&answers) + lost(&answers), count, "{:?}", statuses(&answers));
        assert!((1..=2).contains(&won(&answers)), "{:?}", statuses(&answers));
        clinic.harness.verify().await
    }

    async fn a_blocked_or_closed_time_refuses_or_is_told(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let patients = clinic.harness.patients(4).await?;
        for (index, patient) in patients.iter().enumerate() {
            let starts_at = at(60 * i64::try_from(index)?);
            let block = json!({
                "provider_id": clinic.provider, "starts_at": starts_at, "ends_at": starts_at + SignedDuration::from_mins(45),
            });
            let answers = race(vec![
                (clinic.admin.clone(), "/blocks".to_owned(), block),
                (patient.clone(), "/appointments".to_owned(), clinic.wish(starts_at)),
            ]).await?;
            assert_eq!(won(&answers), 1, "{:?}", statuses(&answers));
        }
        let closure = json!({"location_id": clinic.location, "starts_at": at(0), "ends_at": at(480), "reason": "strike"});
        let wish = clinic.wish(at(300));
        let (closed, booked) = tokio::join!(
            clinic.admin.post("/closures", &closure),
            patients[0].post("/appointments", &wish),
        );
        let (closed, booked) = (closed?.expect(201)?, booked?);
        match booked.status.as_u16() {
            201 => assert!(closed.text.contains(&booked.id()?), "told what is stranded: {}", closed.text),
            422 => assert_eq!(booked.rule(), "closure"),
            _ => unreachable!("{}", booked.text),
        }
        clinic.harness.verify().await
    }

    async fn two_servers_share_one_database(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let other = clinic.harness.start_another().await?;
        let count = scaled(50, 12);
        let people = clinic.harness.patients(count).await?.into_iter().enumerate();
        let divided = people.map(|(index, person)| if index % 2 == 0 { person.at(other) } else { person }).collect();
        let answers = all_book(divided, |index| clinic.wish(at(60 + 5 * (index as i64 / 2 % 3)))).await?;
        assert_eq!((won(&answers), lost(&answers)), (1, count - 1), "{:?}", statuses(&answers));
        let patient = clinic.harness.patient().await?;
        let mut racers = JoinSet::new();
        for index in 0..20 {
            let (patient, wish) = (if index % 2 == 0 { patient.at(other) } else { patient.clone() }, clinic.wish(at(120)));
            racers.spawn(async move { patient.post_once("/appointments", &wish, "k").await.map_err(|error| error.to_string()) });
        }
        let answers = racers.join_all().await.into_iter().collect::<Result<Vec<Answer>, String>>()?;
        assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body), "{:?}", statuses(&answers));
        clinic.harness.verify().await
    }

    async fn a_request_is_agreed_to_once(database: TestDatabase) {
        let mut clinic = Clinic::open(Harness::start(database).await?).await?;
        clinic.service = clinic.add_service(json!({"requires_approval": true, "provider_ids": [clinic.provider]})).await?;
        let people = clinic.harness.patients(2).await?;
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
        clinic.harness.verify().await
    }

    async fn every_slot_of_a_clock_change_goes_to_one(database: TestDatabase) {
        let clinic = Clinic::open(Harness::start(database).await?).await?;
        let people = clinic.harness.patients(2).await?;
        // Forward at two; back by half an hour; back at midnight.
        for (zone, month, day, open_minutes) in [
            ("Europe/Berlin", "2027-03", "2027-03-28", 180),
            ("Australia/Lord_Howe", "2027-04", "2027-04-04", 270),
            ("America/Santiago", "2027-04", "2027-04-04", 240),
        ] {
            let body = json!({"name": zone, "time_zone": zone});
            let location = clinic.admin.post("/locations", &body).await?.expect(201)?.id()?;
            let body = json!({
                "email": clinic.harness.address_of("provider"), "given_name": "Eve", "family_name": zone,
                "location_ids": [location], "service_ids": [clinic.service],
            });
            let provider = clinic.admin.post("/providers", &body).await?.expect(201)?.id()?;
            let body = json!({"month": month, "weekdays": ["sun"], "from": "00:00", "to": "04:00", "slot_minutes": 30});
            clinic.admin.post(&format!("/providers/{provider}/openings/generate"), &body).await?.expect(200)?;
            let query = format!("/slots?service_id={}&provider_id={provider}&from={day}&to={day}", clinic.service);
            let slots = people[0].get(&query).await?.expect(200)?.body["items"].as_array().cloned().unwrap_or_default();
            let whole: Vec<_> = slots.iter().step_by(6).map(|slot| slot["starts_at"].clone()).collect();
            assert_eq!(whole.len(), open_minutes / 30, "{zone}: {slots:?}");
            for starts_at in whole {
                let wish = json!({"service_id": clinic.service, "provider_id": provider, "starts_at": starts_at});
                let answers = all_book(people.clone(), |_| wish.clone()).await?;
                assert_eq!(won(&answers), 1, "{zone} {starts_at}: {:?}", statuses(&answers));
            }
        }
        clinic.harness.verify().await
    }
}
