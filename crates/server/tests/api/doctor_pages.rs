//! A doctor's day and profile, in a browser without scripts.

use jiff::SignedDuration;
use kalends_store::on_both;
use kalends_store::testing::TestDatabase;
use serde_json::json;

use crate::api::browser::Browser;
use crate::api::clinic::{Clinic, at};
use crate::api::server::Outcome;

fn today(minutes: i64) -> jiff::Timestamp {
    at(minutes - 24 * 60)
}

async fn opened(database: &TestDatabase) -> Outcome<(Clinic, Browser)> {
    let clinic = Clinic::start(database).await?;
    let provider = clinic
        .admin
        .get(&format!("/providers/{}", clinic.provider))
        .await?
        .expect(200)?;
    let email = provider.body["email"].as_str().ok_or("no address")?;
    let doctor = Browser::sign_in(&clinic.server, email).await?;
    Ok((clinic, doctor))
}

async fn booked(clinic: &Clinic, name: &str, minutes: i64) -> Outcome<String> {
    let body = json!({"given_name": name, "family_name": "Zimmer"});
    let patient = clinic.admin.post("/patients", &body).await?.expect(201)?.id()?;
    let mut wish = clinic.wish(today(minutes));
    wish["patient_id"] = json!(patient);
    wish["reason"] = json!(format!("{name}'s knee"));
    clinic.admin.post("/appointments", &wish).await?.expect(201)?.id()
}

on_both! {
    async fn the_day_shows_who_is_here_who_is_next_and_what_is_left_to_do(database: TestDatabase) {
        let (clinic, mut doctor) = opened(&database).await?;
        let empty = doctor.get("/doctor/dashboard").await?.expect(200)?;
        empty.shows(&["Nobody is waiting", "Nothing waits for you.", "8 h free"])?;

        let ada = booked(&clinic, "Ada", 0).await?;
        for (name, minutes) in [("Bo", 30), ("Cy", 120), ("Di", 150)] {
            booked(&clinic, name, minutes).await?;
        }
        let early = doctor.get("/doctor/dashboard").await?.expect(200)?;
        // Two come next; the third is on the line alone.
        early.shows(&["Ada&#39;s knee", "Bo&#39;s knee", "Di Zimmer", "1 h free"])?;
        assert!(!early.has("Cy&#39;s knee") && !early.has("/no-show"));

        clinic.server.app.clock.advance(SignedDuration::from_mins(55));
        let back = [("back", "/doctor/dashboard")];
        doctor.submit(&format!("/visits/{ada}/check-in"), &back).await?.shows(&["Waiting for you since 08:55"])?;
        clinic.server.app.clock.advance(SignedDuration::from_mins(15));
        doctor.get("/doctor/dashboard").await?.expect(200)?.shows(&["10 min late"])?;
        doctor.submit(&format!("/visits/{ada}/start"), &back).await?.shows(&["With you since 09:10"])?;
        clinic.server.app.clock.advance(SignedDuration::from_mins(60));
        let over = doctor.get("/doctor/dashboard").await?.expect(200)?;
        // Bo never came, and nobody has said so yet.
        over.shows(&["40 min over time", "Visits that are not closed", "Bo Zimmer", "No-show"])?;
        doctor.submit(&format!("/visits/{ada}/fulfil"), &back).await?;
        clinic.server.verify().await
    }

    async fn requests_are_approved_or_declined(database: TestDatabase) {
        let (clinic, mut doctor) = opened(&database).await?;
        let rules = json!({"requires_approval": true, "provider_ids": [clinic.provider]});
        let service = clinic.add_service(rules).await?;
        let patient = clinic.server.patient().await?;
        let mut asked = Vec::new();
        for minutes in [0, 60] {
            let wish = json!({"service_id": service, "starts_at": at(minutes)});
            asked.push(patient.post("/appointments", &wish).await?.expect(201)?.id()?);
        }
        let page = doctor.get("/doctor/dashboard").await?.expect(200)?;
        page.shows(&["To approve", "Tue 5 Jan, 09:00", "Approve", "Decline"])?;
        let back = [("back", "/doctor/dashboard")];
        doctor.submit(&format!("/visits/{}/confirm", asked[0]), &back).await?.shows(&["Approved."])?;
        let done = doctor.submit(&format!("/visits/{}/decline", asked[1]), &back).await?;
        done.shows(&["The time is free again.", "Nothing waits for you."])?;
        clinic.server.verify().await
    }

    async fn the_profile_counts_the_month_and_keeps_what_was_typed(database: TestDatabase) {
        let (clinic, mut doctor) = opened(&database).await?;
        let (seen, missed) = (booked(&clinic, "Ada", 0).await?, booked(&clinic, "Bo", 60).await?);
        clinic.server.app.clock.advance(SignedDuration::from_mins(122));
        for (id, step) in [(&seen, "check-in"), (&seen, "start"), (&seen, "fulfil"), (&missed, "no-show")] {
            doctor.post(&format!("/visits/{id}/{step}"), &[("back", "/doctor/profile")]).await?.expect(303)?;
        }
        let page = doctor.get("/doctor/profile").await?.expect(200)?;
        page.shows(&[
            "Patients seen", "50% of those who were due", "13%", "Mon 4 Jan, 10:30", "Next seven days", "09:00–17:00", "Not working",
        ])?;
        let long = "x".repeat(5_000);
        let fields = [("title", "Dr"), ("bio", long.as_str()), ("languages", "de, en"), ("version", "1")];
        let refused = doctor.post("/doctor/profile", &fields).await?.expect(422)?;
        refused.shows(&[&long, "id=\"bio-error\"", "value=\"de, en\""])?;
        Ok(())
    }
}
