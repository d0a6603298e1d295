//! A service's further rules, as callers of the API and an administrator's browser see them.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::browser::Browser;
use crate::api::clinic::Clinic;
use crate::api::server::{Answer, Outcome};

fn codes(answer: &Answer) -> Vec<(&str, &str)> {
    let errors = answer.body["errors"].as_array();
    errors
        .into_iter()
        .flatten()
        .filter_map(|error| Some((error["pointer"].as_str()?, error["code"].as_str()?)))
        .collect()
}

async fn change(clinic: &Clinic, path: &str, body: Value) -> Outcome<Answer> {
    clinic.admin.send(Method::PATCH, path, Some(&body), &[]).await
}

fn wish(clinic: &Clinic, starts_at: &str) -> Value {
    json!({"service_id": clinic.service, "starts_at": starts_at})
}

on_both! {
    async fn caps_are_kept_and_told_by_name(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let service = format!("/services/{}", clinic.service);
        let wrong = json!({"max_per_day": 0, "max_per_week": 10_001, "max_open_per_patient": 1_001});
        let refused = change(&clinic, &service, wrong).await?.expect(422)?;
        assert_eq!(codes(&refused), [
            ("/max_per_day", "out-of-range"), ("/max_per_week", "out-of-range"), ("/max_open_per_patient", "out-of-range"),
        ]);
        let caps = json!({"max_per_day": 1, "clientele": "new", "start_on_hour": true, "max_open_per_patient": 2});
        let kept = change(&clinic, &service, caps.clone()).await?.expect(200)?;
        for (name, value) in caps.as_object().into_iter().flatten() {
            assert_eq!(&kept.body[name], value, "{name}");
        }
        clinic.server.patient().await?.post("/appointments", &wish(&clinic, "2027-01-05T09:00:00Z")).await?.expect(201)?;
        let patient = clinic.server.patient().await?;
        let full = patient.post("/appointments", &wish(&clinic, "2027-01-05T10:00:00Z")).await?.expect(422)?;
        assert_eq!(full.body["rule"], "service-day-cap");
        let slots = format!("/slots?service_id={}&from=2027-01-05&to=2027-01-05", clinic.service);
        assert_eq!(patient.get(&slots).await?.expect(200)?.body["items"], json!([]), "what is full is not offered");
        patient.post("/appointments", &wish(&clinic, "2027-01-06T10:00:00Z")).await?.expect(201)?;
        change(&clinic, &service, json!({"max_per_day": null, "clientele": "returning"})).await?.expect(200)?;
        let stranger = patient.post("/appointments", &wish(&clinic, "2027-01-05T11:00:00Z")).await?.expect(422)?;
        assert_eq!(stranger.body["rule"], "returning-patients-only");
        clinic.server.verify().await
    }

    async fn a_provider_has_their_own_way(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let ways = format!("/services/{}/providers", clinic.service);
        let listed = clinic.admin.get(&ways).await?.expect(200)?;
        let own = listed.body["items"].as_array().into_iter().flatten()
            .find(|it| it["provider_id"] == clinic.provider.as_str()).ok_or("not listed")?;
        assert_eq!(own["duration_minutes"], Value::Null);

        let way = json!({"provider_id": clinic.provider, "duration_minutes": 45, "price_minor": 9900, "requires_approval": true});
        let kept = clinic.admin.send(Method::PUT, &ways, Some(&way), &[]).await?.expect(200)?;
        assert_eq!((&kept.body["duration_minutes"], &kept.body["price_minor"]), (&json!(45), &json!(9900)));
        let wrong = json!({"provider_id": clinic.provider, "duration_minutes": 4});
        let refused = clinic.admin.send(Method::PUT, &ways, Some(&wrong), &[]).await?.expect(422)?;
        assert_eq!(codes(&refused), [("/duration_minutes", "out-of-range")]);
        let nobody = json!({"provider_id": "00000000-0000-7000-8000-000000000000"});
        clinic.admin.send(Method::PUT, &ways, Some(&nobody), &[]).await?.expect(404)?;

        let patient = clinic.server.patient().await?;
        let wanted = json!({"service_id": clinic.service, "provider_id": clinic.provider, "starts_at": "2027-01-05T09:00:00Z"});
        let booked = patient.post("/appointments", &wanted).await?.expect(201)?;
        assert_eq!((&booked.body["ends_at"], &booked.body["status"]), (&json!("2027-01-05T09:45:00Z"), &json!("pending")));
        patient.get(&ways).await?.expect(403)?;
        // Who is no longer among those who give it has no way of their own any more.
        change(&clinic, &format!("/services/{}", clinic.service), json!({"provider_ids": []})).await?.expect(200)?;
        clinic.admin.send(Method::PUT, &ways, Some(&way), &[]).await?.expect(404)?;
        clinic.server.verify().await
    }

    async fn an_administrator_says_what_a_doctor_does_otherwise(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        let ways = format!("/admin/services/{}/providers", clinic.service);
        let one = format!("{ways}/{}", clinic.provider);
        admin.get("/admin/services").await?.expect(200)?.shows(&[&ways])?;
        admin.get(&ways).await?.expect(200)?.shows(&["own rules", &one])?;
        admin.get(&one).await?.expect(200)?.shows(&["Leave a field empty to do as the service says."])?;
        let refused = admin.post(&one, &[("duration_minutes", "3"), ("price_minor", "a lot")]).await?.expect(422)?;
        refused.shows(&["value=\"3\"", "value=\"a lot\"", "Enter a price such as 45 or 45.50."])?;
        let saved = admin.submit(&one, &[("duration_minutes", "50"), ("price_minor", "12,5"), ("requires_approval", "false")]).await?;
        saved.shows(&["Duration: 50", "12.50", "Needs no approval"])?;
        admin.get(&one).await?.expect(200)?.shows(&["value=\"50\"", "value=\"12.50\""])?;
        let service = format!("/admin/services/{}", clinic.service);
        admin.get(&service).await?.expect(200)?.shows(&["At most a day", "Returning patients", "Price to show"])?;
        Ok(())
    }
}
