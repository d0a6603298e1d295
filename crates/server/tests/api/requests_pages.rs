//! The inbox of requests, and the other time that the patient is asked about.

use kalends_domain::permission::Role;
use kalends_store::on_both;
use serde_json::json;

use super::browser::Browser;
use super::caller::Caller;
use super::clinic::{Clinic, at};
use super::server::Outcome;

/// A clinic with a service that takes approval, and a patient who asked for [`at`]`(0)`: the service, the provider, the patient
/// and the request.
async fn requested(clinic: &Clinic) -> Outcome<(String, Caller, String)> {
    let service = clinic.add_service(json!({"requires_approval": true})).await?;
    clinic.add_provider(&[&service]).await?;
    let patient = clinic.server.patient().await?;
    let wish = json!({"service_id": service, "starts_at": at(0), "reason": "My <b>knee</b>"});
    let asked = patient.post("/appointments", &wish).await?.expect(201)?;
    assert_eq!(asked.text_of("status"), "pending");
    Ok((service, patient, asked.id()?))
}

async fn desk(clinic: &Clinic) -> Outcome<Browser> {
    let staff = clinic.server.staff(Role::Receptionist).await?;
    Browser::of_staff(&clinic.server, &staff).await
}

on_both! {
    async fn a_request_stands_beside_the_day_and_is_approved(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let (_, patient, id) = requested(&clinic).await?;
        let mut desk = desk(&clinic).await?;
        let inbox = desk.get("/requests").await?.expect(200)?;
        inbox.shows(&[
            "Tuesday 5 January, 09:00–09:30 (tomorrow)", "Pat Ient", "Nothing before", "My &#60;b&#62;knee", "Declined without an answer",
            "line-visit is-pending", "<span class=\"count\">1</span>", "Approve",
        ])?;
        let done = desk.submit(&format!("/requests/{id}/confirm"), &[("version", "1")]).await?;
        done.shows(&["Approved: Tue 5 Jan, 09:00.", "No requests"])?;
        let late = desk.submit(&format!("/requests/{id}/decline"), &[("version", "1"), ("reason", "Late")]).await?;
        late.shows(&["Somebody else was faster"])?;
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        browser.get("/requests").await?.expect(303)?;
        clinic.server.verify().await
    }

    async fn who_declines_says_why(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let (service, patient, id) = requested(&clinic).await?;
        let mut desk = desk(&clinic).await?;
        let asked = desk.get(&format!("/requests?decline={id}")).await?.expect(200)?;
        asked.shows(&["<dialog", "Tue 5 Jan, 09:00"])?;
        let path = asked.address(&format!("/requests/{id}/decline"))?;
        let refused = desk.post(&path, &[("version", "1"), ("reason", " ")]).await?.expect(422)?;
        refused.shows(&["<dialog"])?;
        let done = desk.submit(&path, &[("version", "1"), ("reason", "The doctor is away")]).await?;
        done.shows(&["is free again"])?;
        let it = patient.get(&format!("/appointments/{id}")).await?.expect(200)?;
        assert_eq!((it.text_of("status"), it.text_of("status_reason")), ("declined", "The doctor is away"));
        let again = clinic.server.patient().await?;
        again.post("/appointments", &json!({"service_id": service, "starts_at": at(0)})).await?.expect(201)?;
        clinic.server.verify().await
    }

    async fn another_time_is_proposed_and_taken_on_the_patients_page(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let (service, patient, id) = requested(&clinic).await?;
        let mut desk = desk(&clinic).await?;
        let ask = desk.get(&format!("/requests?propose={id}")).await?.expect(200)?;
        let slots = ask.values("slot");
        let path = ask.address(&format!("/requests/{id}/propose"))?;
        assert!(!slots.iter().any(|slot| slot.starts_with(&at(15).to_string())), "overlaps the time that is kept");
        let none = desk.post(&path, &[("version", "1"), ("message", "Fasting, please")]).await?.expect(422)?;
        none.shows(&["Choose a time first", "Fasting, please"])?;
        let slot = slots.iter().find(|slot| slot.starts_with(&at(60).to_string())).ok_or("not offered")?;
        let fields = [("version", "1"), ("slot", slot.as_str()), ("message", "Fasting, please")];
        desk.submit(&path, &fields).await?.shows(&["Proposed instead: Tue 5 Jan, 10:00."])?;
        let other = clinic.server.patient().await?;
        other.post("/appointments", &json!({"service_id": service, "starts_at": at(60)})).await?.expect(409)?;

        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let page = browser.get(&format!("/patient/appointments/{id}")).await?.expect(200)?;
        page.shows(&["The clinic proposes another time", "Fasting, please", "Take Tue 5 Jan, 10:00", "Keep Tue 5 Jan, 09:00"])?;
        let taken = browser.submit(&format!("/patient/appointments/{id}/proposal/accept"), &[]).await?;
        taken.shows(&["Tue 5 Jan, 10:00", "You took the proposed time"])?;
        assert!(!taken.has("The clinic proposes another time"));
        let twice = browser.submit(&format!("/patient/appointments/{id}/proposal/refuse"), &[]).await?;
        twice.shows(&["The other time is no longer kept for you."])?;
        let mut stranger = Browser::of_patient(&clinic.server, &other).await?;
        stranger.post(&format!("/patient/appointments/{id}/proposal/accept"), &[]).await?.expect(404)?;
        clinic.server.verify().await
    }

    async fn a_proposal_is_answered_through_the_api(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let (_, patient, id) = requested(&clinic).await?;
        let path = format!("/appointments/{id}/proposal");
        patient.get(&path).await?.expect(404)?;
        patient.post(&path, &json!({"starts_at": at(60)})).await?.expect(403)?;
        let body = json!({"starts_at": at(60), "message": "Fasting"});
        let first = clinic.admin.post_once(&path, &body, "one").await?.expect(201)?;
        let again = clinic.admin.post_once(&path, &body, "one").await?.expect(201)?;
        assert_eq!(first.body, again.body);
        clinic.admin.post(&path, &json!({"starts_at": at(15)})).await?.expect(409)?;
        let shown = patient.get(&path).await?.expect(200)?;
        assert_eq!((shown.text_of("message"), shown.text_of("expires_at")), ("Fasting", at(0).to_string().as_str()));
        let kept = patient.post(&format!("{path}/refuse"), &json!({})).await?.expect(200)?;
        assert_eq!((kept.text_of("status"), kept.text_of("starts_at")), ("pending", at(0).to_string().as_str()));
        clinic.admin.post(&path, &body).await?.expect(201)?;
        clinic.admin.delete(&path).await?.expect(204)?;
        clinic.admin.post(&path, &body).await?.expect(201)?;
        let moved = patient.post(&format!("{path}/accept"), &json!({})).await?.expect(200)?;
        assert_eq!((moved.text_of("status"), moved.text_of("starts_at")), ("booked", at(60).to_string().as_str()));
        patient.post(&format!("{path}/accept"), &json!({})).await?.expect(404)?;
        clinic.server.verify().await
    }
}
