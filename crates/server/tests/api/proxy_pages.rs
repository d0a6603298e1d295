//! The pages of people who look after somebody, as somebody without scripts uses them.

use kalends_store::on_both;
use serde_json::json;

use crate::api::browser::Browser;
use crate::api::clinic::{Clinic, at};

on_both! {
    async fn a_parent_adds_a_child_and_books_for_them(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let parent = clinic.server.patient().await?;
        let mut browser = Browser::of_patient(&clinic.server, &parent).await?;
        let alone = browser.get(&format!("/book?service={}", clinic.service)).await?.expect(200)?;
        assert!(!alone.has("For me"), "a question only where there is a choice");
        browser.get("/patient/people").await?.expect(200)?.shows(&["Nobody yet", "Add somebody"])?;
        let blank = [("relationship", "parent"), ("given_name", "Mia"), ("family_name", "")];
        let refused = browser.post("/patient/people", &blank).await?.expect(422)?;
        refused.shows(&["value=\"Mia\"", "This is required."])?;
        let child = [("relationship", "parent"), ("given_name", "Mia"), ("family_name", "Park"), ("birth_date", "2024-05-01")];
        browser.submit("/patient/people", &child).await?.shows(&["Mia Park is added", "What you are to them: Parent"])?;

        let me = parent.get("/me").await?;
        let mia = me.body["acts_for"][0]["patient_id"].as_str().ok_or("nobody")?.to_owned();
        let time = browser.get(&format!("/book?service={}&patient={mia}", clinic.service)).await?.expect(200)?;
        time.shows(&["For me", "Mia Park"])?;
        let pick = format!("{}~{}", at(0), clinic.location);
        let hold = [("service", clinic.service.as_str()), ("patient", &mia), ("at", &pick)];
        let confirm = browser.submit("/book/hold", &hold).await?;
        confirm.shows(&["Mia Park", "Kept for you until"])?;
        let done = browser.post_form("/book", &confirm.form("/book")?).await?.expect(303)?;
        let shown = browser.get(&done.location).await?.expect(200)?;
        shown.shows(&["Mia Park", "You booked"])?;
        let booked = parent.get("/appointments").await?;
        assert_eq!(booked.body["items"][0]["patient_id"], mia.as_str());
        browser.get("/patient/dashboard").await?.expect(200)?.shows(&["For Mia Park"])?;
        browser.get("/patient/appointments").await?.expect(200)?.shows(&["For Mia Park"])?;

        let people = browser.get("/patient/people").await?.expect(200)?;
        let stop = people.address("/stop")?;
        browser.get(&stop).await?.expect(200)?.shows(&["Stop looking after Mia Park?"])?;
        browser.submit(&stop, &[]).await?.shows(&["Nobody yet"])?;
        browser.get(&format!("/book?service={}&patient={mia}", clinic.service)).await?.expect(404)?;
        clinic.server.verify().await
    }

    async fn the_desk_links_and_the_patient_stops(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let people = clinic.server.patients(2).await?;
        let [patient, carer] = &people[..] else { return Err("two people".into()) };
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        let path = format!("/admin/patients/{}/proxies", patient.patient_id());
        admin.get(&path).await?.expect(200)?.shows(&["Nobody acts for this patient"])?;
        admin.get(&format!("{path}?do=add")).await?.expect(200)?.shows(&["What they may do"])?;
        let wrong = [("email", "nobody@example.org"), ("relationship", "carer"), ("scope", "book"), ("expires_at", "")];
        let refused = admin.post(&path, &wrong).await?.expect(422)?;
        refused.shows(&["nobody@example.org", "No patient signs in with this address."])?;
        let email = carer.user["email"].as_str().ok_or("no address")?;
        let link = [("email", email), ("relationship", "carer"), ("scope", "view"), ("expires_at", "2027-01-31")];
        admin.submit(&path, &link).await?.shows(&[email, "Carer", "Sees the appointments", "31"])?;
        let proxies = patient.get(&format!("/patients/{}/proxies", patient.patient_id())).await?;
        assert_eq!(proxies.body["items"][0]["expires_at"], json!("2027-01-31T23:00:00Z"), "the end of the day in Berlin");
        let proxy = proxies.body["items"][0]["id"].as_str().ok_or("no proxy")?.to_owned();
        let edit = [("relationship", "child"), ("scope", "book"), ("expires_at", ""), ("version", "1")];
        admin.submit(&format!("{path}/{proxy}"), &edit).await?.shows(&["Son or daughter", "Books, moves and cancels"])?;
        let stale = admin.post(&format!("{path}/{proxy}"), &edit).await?.expect(409)?;
        assert!(stale.has("Son or daughter"));

        let booked = carer.post("/appointments", &json!({
            "service_id": clinic.service, "starts_at": at(0), "patient_id": patient.patient_id(),
        })).await?.expect(201)?.id()?;
        let mut own = Browser::of_patient(&clinic.server, patient).await?;
        own.get(&format!("/patient/appointments/{booked}")).await?.expect(200)?.shows(&["Booked by Pat Ient"])?;
        own.get("/patient/people").await?.expect(200)?.shows(&["What they are to you: Son or daughter"])?;
        own.get(&format!("/patient/people/{proxy}/stop")).await?.expect(200)?.shows(&["Stop Pat Ient from acting?"])?;
        own.submit(&format!("/patient/people/{proxy}/stop"), &[]).await?.shows(&["Nobody. The clinic can let somebody"])?;
        carer.get(&format!("/appointments/{booked}")).await?.expect(404)?;
        clinic.server.verify().await
    }
}
