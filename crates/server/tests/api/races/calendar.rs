//! Bookings while the calendar under them changes, and on days on which the clock does.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{all_book, race, statuses, won};
use crate::api::caller::Caller;
use crate::api::clinic::{Clinic, at};
use crate::api::clock_changes::DAYS;
use crate::api::server::{Answer, Outcome, scaled};

/// The clinic's openings on a Tuesday of January 2027.
async fn openings(clinic: &Clinic, week: i64) -> Outcome<Vec<Value>> {
    let day = format!("2027-01-{:02}", 5 + 7 * week);
    let path = format!("/providers/{}/openings?from={day}&to={day}", clinic.provider);
    let listed = clinic.admin.get(&path).await?.expect(200)?;
    Ok(listed.body["items"].as_array().cloned().unwrap_or_default())
}

/// Everybody books at their own time of one Tuesday, from noon.
async fn afternoon(clinic: &Clinic, people: &[Caller], week: i64) -> Outcome<Vec<Answer>> {
    let wishes = people.iter().zip(3..).map(|(person, hour)| {
        let starts_at = at(60 * hour) + SignedDuration::from_hours(7 * 24 * week);
        (person.clone(), "/appointments".to_owned(), clinic.wish(starts_at))
    });
    race(wishes.collect()).await
}

/// Fails unless everybody was refused because the provider is not open, or is among those who are told to be stranded.
fn told(answers: &[Answer], stranded: &Value) -> Outcome<()> {
    let mut booked = Vec::new();
    for answer in answers {
        match (answer.status.as_u16(), answer.rule()) {
            (201, _) => booked.push(answer.id()?),
            (422, "outside-openings") => {}
            _ => return Err(answer.text.clone().into()),
        }
    }
    let listed = stranded.as_array().ok_or("no list of the stranded")?;
    let mut listed: Vec<_> = listed.iter().filter_map(|it| it["appointment_id"].as_str()).collect();
    booked.sort_unstable();
    listed.sort_unstable();
    if booked == listed {
        Ok(())
    } else {
        Err(format!("booked are {booked:?}, stranded {listed:?}").into())
    }
}

races! {
    async fn a_blocked_or_closed_time_refuses_or_is_told(clinic: Clinic) {
        let patients = clinic.server.patients(4).await?;
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
        clinic.server.verify().await
    }

    async fn an_opening_that_goes_strands_or_refuses(clinic: Clinic) {
        let people = clinic.server.patients(4).await?;
        for week in 0..4 {
            let path = format!("/openings/{}", openings(&clinic, week).await?[0]["id"].as_str().unwrap_or_default());
            // By turns removed, and shortened to the morning.
            let shorter = json!({"to": "12:00"});
            let change = async {
                if week % 2 == 0 {
                    clinic.admin.delete(&path).await
                } else {
                    clinic.admin.send(Method::PATCH, &path, Some(&shorter), &[]).await
                }
            };
            let (changed, answers) = tokio::join!(change, afternoon(&clinic, &people, week));
            told(&answers?, &changed?.expect(200)?.body["stranded"])?;
        }
        clinic.server.verify().await
    }

    async fn an_opening_that_is_made_again_is_made_once(clinic: Clinic) {
        let people = clinic.server.patients(4).await?;
        for week in 0..4 {
            let path = format!("/openings/{}", openings(&clinic, week).await?[0]["id"].as_str().unwrap_or_default());
            clinic.admin.delete(&path).await?.expect(200)?;
            let path = format!("/providers/{}/openings/generate", clinic.provider);
            let body = json!({"month": "2027-01"});
            let (one, other, answers) = tokio::join!(
                clinic.admin.post(&path, &body),
                clinic.admin.post(&path, &body),
                afternoon(&clinic, &people, week),
            );
            let mut made = [one?.expect(200)?, other?.expect(200)?].map(|answer| answer.body["openings_created"].clone());
            made.sort_by_key(Value::to_string);
            assert_eq!(made, [json!(0), json!(1)]);
            assert_eq!(openings(&clinic, week).await?.len(), 1);
            // Either before it was there, or in it: nobody is stranded.
            for answer in answers? {
                assert!(answer.status == 201 || answer.rule() == "outside-openings", "{}", answer.text);
            }
            let again = clinic.admin.post(&path, &body).await?.expect(200)?;
            assert_eq!((&again.body["openings_created"], &again.body["stranded"]), (&json!(0), &json!([])));
        }
        clinic.server.verify().await
    }

    async fn every_slot_of_a_clock_change_goes_to_one(clinic: Clinic) {
        let service = clinic.add_service(json!({"start_interval_minutes": null, "booking_horizon_days": 400})).await?;
        for (zone, date, count, ..) in DAYS.into_iter().take(scaled(DAYS.len(), 6)) {
            let provider = clinic.open_all_day(zone, date, &service).await?;
            let query = format!("/slots?service_id={service}&provider_id={provider}&from={date}&to={date}");
            let slots = clinic.server.visitor().get(&query).await?.expect(200)?.body["items"].as_array().cloned().unwrap_or_default();
            assert_eq!(slots.len(), count, "{zone} {date}");
            let people = clinic.server.patients(2).await?;
            // Those around the change: in the night, or at the end of a day that ends twice.
            for slot in slots[..9].iter().chain(&slots[count - 4..]) {
                let wish = json!({"service_id": service, "provider_id": provider, "starts_at": slot["starts_at"]});
                let answers = all_book(people.clone(), |_| wish.clone()).await?;
                assert_eq!(won(&answers), 1, "{zone} {slot}: {:?}", statuses(&answers));
                assert!(answers.iter().all(|answer| answer.status == 201 || answer.status == 409), "{:?}", statuses(&answers));
            }
        }
        clinic.server.verify().await
    }
}
