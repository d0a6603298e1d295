//! Closures and time off as somebody without scripts keeps them, and the appointments that they strand.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::json;

use crate::api::browser::{Browser, Fields, Page};
use crate::api::clinic::{Clinic, at};
use crate::api::server::Outcome;

async fn doctor(clinic: &Clinic) -> Outcome<Browser> {
    let found = clinic
        .admin
        .get(&format!("/providers/{}", clinic.provider))
        .await?
        .expect(200)?;
    let email = found.body["email"].as_str().ok_or("no address")?.to_owned();
    Browser::sign_in(&clinic.server, &email).await
}

/// The form as it stands: everything ticked, the suggested times.
fn ticked(page: &Page) -> Outcome<Fields> {
    let mut fields = page.form("/stranded")?;
    for id in page.values("move") {
        let select = page.html.split_once(&format!("name=\"to-{id}\"")).ok_or("no times")?.1;
        let first = select
            .split_once("value=\"")
            .and_then(|(_, rest)| rest.split('"').next());
        fields.push((format!("to-{id}"), first.ok_or("no time")?.replace("&#124;", "|")));
        fields.push(("move".to_owned(), id));
    }
    Ok(fields)
}

on_both! {
    async fn time_off_is_asked_for_approved_and_its_appointments_are_moved(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let strict = json!({"name": "Clinic", "time_off_needs_approval": true});
        clinic.admin.send(Method::PUT, "/settings", Some(&strict), &[]).await?.expect(200)?;
        let (one, other) = (clinic.server.patient().await?, clinic.server.patient().await?);
        one.post("/appointments", &clinic.wish(at(30))).await?.expect(201)?;
        other.post("/appointments", &clinic.wish(at(60))).await?.expect(201)?;

        let mut doctor = doctor(&clinic).await?;
        doctor.get("/closures").await?.expect(200)?.shows(&["No time off", "Take time off"])?;
        let order = [("first_date", "2027-01-05"), ("reason", "Conference")];
        let preview = [order[0], order[1], ("preview", "true")];
        doctor.post("/closures/new", &preview).await?.expect(200)?.shows(&["2 appointments lie in it.", "Conference"])?;
        let wrong = [("first_date", "2027-01-05"), ("last_date", "2027-01-04")];
        doctor.post("/closures/new", &wrong).await?.expect(422)?.shows(&["id=\"last_date-error\""])?;
        let asked = doctor.submit("/closures/new", &order).await?;
        asked.shows(&["Asked.", "Waiting", "Withdraw"])?;
        assert!(!asked.has("Approve"));

        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        let inbox = admin.get("/closures").await?.expect(200)?;
        inbox.shows(&["Waiting for your decision", "Conference", "Eve Doctor"])?;
        let request = inbox.address("/closures/0")?;
        admin.get(&request).await?.expect(200)?.shows(&["2 appointments lie in it.", "Once this is approved"])?;
        admin.post(&format!("{request}/decline"), &[("reason", " ")]).await?.expect(422)?.shows(&["id=\"reason-error\""])?;
        let approved = admin.submit(&format!("{request}/approve"), &[("note", "Enjoy")]).await?;
        approved.shows(&["Approved.", "Enjoy", "Move appointments", "/stranded?provider="])?;
        admin.post(&format!("{request}/approve"), &[]).await?.expect(409)?;

        admin.get("/admin/appointments?when=stranded").await?.expect(200)?.shows(&["/stranded"])?;
        let page = admin.get("/stranded").await?.expect(200)?;
        let moves = ticked(&page)?;
        assert_eq!(page.values("move").len(), 2);
        let moved = admin.post_form("/stranded", &moves).await?;
        assert_eq!(moved.status, 303);
        admin.get("/stranded").await?.expect(200)?.shows(&["Every appointment has its time"])?;
        // What has gone meanwhile is told, with nothing moved.
        let again = admin.post_form("/stranded", &moves).await?.expect(409)?;
        again.shows(&["0 moved, 2 not."])?;
        let found = one.get("/appointments").await?.expect(200)?;
        assert!(!found.text.contains("2027-01-05T"), "{}", found.text);
        clinic.server.verify().await
    }

    async fn the_api_suggests_and_moves_many(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let booked = patient.post("/appointments", &clinic.wish(at(30))).await?.expect(201)?.id()?;
        let off = json!({"provider_id": clinic.provider, "first_date": "2027-01-05", "from_time": "09:00", "to_time": "12:00"});
        clinic.admin.post("/closures", &off).await?.expect(201)?;
        let found = clinic.admin.get("/appointments/stranded").await?.expect(200)?;
        let first = &found.body["items"][0];
        assert_eq!(first["appointment"]["id"], booked.as_str());
        let to = json!({"moves": [
            {"appointment_id": booked, "starts_at": first["times"][0]["starts_at"]},
            {"appointment_id": clinic.service, "starts_at": at(300)},
        ]});
        let outcome = clinic.admin.post("/appointments/reschedule", &to).await?.expect(200)?;
        assert_eq!(outcome.body["moved"][0]["id"], booked.as_str());
        assert_eq!(outcome.body["refused"][0]["problem"]["status"], 404);
        let left = clinic.admin.get("/appointments?stranded=true").await?.expect(200)?;
        assert_eq!(left.body["items"], json!([]));
        clinic.server.verify().await
    }
}
