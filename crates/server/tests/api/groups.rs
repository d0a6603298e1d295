//! Services that several patients have at one time, through the API and as the people on both sides see them.

use kalends_store::on_both;
use kalends_store::testing::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::browser::Browser;
use crate::api::clinic::{Clinic, at};
use crate::api::server::Outcome;

/// A class of three that the clinic's provider gives.
async fn class(database: &TestDatabase) -> Outcome<(Clinic, String)> {
    let clinic = Clinic::start(database).await?;
    let class = clinic
        .add_service(json!({"name": "Back school", "capacity": 3, "provider_ids": [clinic.provider]}))
        .await?;
    Ok((clinic, class))
}

fn seats(slots: &Value, starts_at: &str) -> Value {
    let mut items = slots["items"].as_array().into_iter().flatten();
    let found = items.find(|it| it["starts_at"] == starts_at);
    found.map_or(Value::Null, |it| it["seats_left"].clone())
}

on_both! {
    async fn the_seats_that_are_left_are_told_and_who_has_them_is_not(database: TestDatabase) {
        let (clinic, class) = class(&database).await?;
        let slots = format!("/slots?service_id={class}&from=2027-01-05&to=2027-01-05");
        let patients = clinic.server.patients(4).await?;
        let start = at(60).to_string();
        assert_eq!(seats(&patients[0].get(&slots).await?.expect(200)?.body, &start), json!(3));
        let wish = json!({"service_id": class, "starts_at": start});
        let mut booked = Vec::new();
        for patient in &patients[..2] {
            booked.push(patient.post("/appointments", &wish).await?.expect(201)?);
        }
        assert_eq!(seats(&patients[2].get(&slots).await?.expect(200)?.body, &start), json!(1));
        assert_eq!(seats(&patients[0].get(&slots).await?.expect(200)?.body, &start), Value::Null, "they have a seat already");
        assert_eq!(booked[0].body["group_id"], Value::Null, "who is in a group is the staff's to know");

        let id = booked[0].id()?;
        let seen = clinic.admin.get(&format!("/appointments/{id}")).await?.expect(200)?;
        let group = seen.body["group_id"].as_str().ok_or("no group")?.to_owned();
        let members = clinic.admin.get(&format!("/appointments?group_id={group}")).await?.expect(200)?;
        assert_eq!(members.body["items"].as_array().map(Vec::len), Some(2));
        let own = patients[0].get(&format!("/appointments?group_id={group}")).await?.expect(200)?;
        assert_eq!(own.body["items"].as_array().map(Vec::len), Some(1), "a patient sees themselves");

        patients[2].post("/appointments", &wish).await?.expect(201)?;
        let full = patients[3].post("/appointments", &wish).await?.expect(409)?;
        assert_eq!(full.problem(), "slot-taken");
        let why = format!("/slots/explain?service_id={class}&provider_id={}&starts_at={start}", clinic.provider);
        let why = clinic.admin.get(&why).await?.expect(200)?;
        assert_eq!(why.body["reasons"][0]["rule"], "session-full");

        // The service becomes one for two: nobody loses the seat they have.
        let fewer = json!({"capacity": 2});
        clinic.admin.send(Method::PATCH, &format!("/services/{class}"), Some(&fewer), &[]).await?.expect(200)?;
        clinic.server.verify().await?;
        patients[0].post(&format!("/appointments/{id}/cancel"), &json!({})).await?.expect(200)?;
        patients[3].post("/appointments", &wish).await?.expect(409)?;
        clinic.server.verify().await
    }

    async fn a_group_is_one_time_on_the_calendar_with_everybody_in_it(database: TestDatabase) {
        let (clinic, class) = class(&database).await?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        let mut people = Vec::new();
        for name in ["Abara", "Bianchi", "Castro"] {
            let body = json!({"given_name": "Zoë", "family_name": name});
            people.push(clinic.admin.post("/patients", &body).await?.expect(201)?.id()?);
        }
        let start = at(60).to_string();
        for id in &people[..2] {
            let body = json!({"service_id": class, "starts_at": start, "patient_id": id});
            clinic.admin.post("/appointments", &body).await?.expect(201)?;
        }
        let day = format!("/admin/calendar?provider={}&view=day&date=2027-01-05", clinic.provider);
        let page = admin.get(&day).await?.expect(200)?;
        page.shows(&["Back school", "2 of 3 seats"])?;
        let details = admin.get(&format!("{day}&slot={start}")).await?.expect(200)?;
        details.shows(&["Who is coming", "Zoë Abara", "Zoë Bianchi", "Book a seat"])?;
        assert!(!details.has("Zoë Castro"));

        let seat = format!("{day}&slot={start}&do=seat&service={class}&patient={}", people[2]);
        admin.get(&seat).await?.expect(200)?.shows(&["Zoë Castro", &format!("value=\"{class}\" selected")])?;
        let form = seat.replacen("/admin/calendar", "/admin/calendar/book", 1);
        let fields = [("starts_at", start.as_str()), ("patient_id", &people[2]), ("service_id", &class), ("reason", "")];
        admin.submit(&form, &fields).await?.shows(&["3 of 3 seats"])?;
        clinic.server.verify().await
    }

    async fn a_patient_sees_how_many_seats_are_left(database: TestDatabase) {
        let (clinic, class) = class(&database).await?;
        let wish = json!({"service_id": class, "starts_at": at(60)});
        for patient in clinic.server.patients(2).await? {
            patient.post("/appointments", &wish).await?.expect(201)?;
        }
        let mut visitor = Browser::of_visitor(&clinic.server)?;
        let page = visitor.get(&format!("/book?service={class}&from=2027-01-05")).await?.expect(200)?;
        page.shows(&["1 seat left", "3 seats left"])?;
        Ok(())
    }
}
