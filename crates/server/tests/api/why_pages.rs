//! "Why is this time not offered?" for staff; for patients a polite word and a way on.

use kalends_domain::permission::Role;
use kalends_store::on_both;
use serde_json::json;

use super::browser::Browser;
use super::clinic::{Clinic, at};

on_both! {
    async fn the_desk_learns_why_a_time_is_not_offered_to_a_patient(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        patient.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?;
        let second = clinic.add_provider(&[&clinic.service]).await?;
        let staff = clinic.server.staff(Role::Receptionist).await?;
        let mut desk = Browser::of_staff(&clinic.server, &staff).await?;
        let booking = format!("/desk?patient={}&service={}", patient.patient_id(), clinic.service);
        let ask = desk.get(&booking).await?.expect(200)?.address("/why?")?;
        let question = desk.get(&ask).await?.expect(200)?;
        question.shows(&["For Pat Ient", "Why is a time not offered?", "href=\"/desk?"])?;
        let asked = |provider: &str, time: &str| {
            format!("{ask}&provider={provider}&on=2027-01-05&time={time}").replace("&on=2027-01-04", "")
        };
        let overlap = desk.get(&asked(&second, "09:00")).await?.expect(200)?;
        overlap.shows(&[
            "Why is 09:00 not offered?", "is not offered.",
            "The patient has another appointment: Tuesday 5 January, 09:00–09:30.", "Staff may set this aside",
        ])?;
        desk.get(&asked(&second, "10:00")).await?.expect(200)?.shows(&["is offered: patients can book it."])?;
        let late = desk.get(&asked(&second, "16:45")).await?.expect(200)?;
        late.shows(&["after the doctor&#39;s hours, which end Tue 5 Jan, 17:00"])?;
        // Elsewhere than on this site the way back does not lead.
        let led = desk.get("/why?back=//evil.test").await?.expect(200)?;
        assert!(!led.has("href=\"//evil.test") && !led.has("name=\"back\""), "{}", led.html);
        Ok(())
    }

    async fn an_explanation_says_whom_each_rule_binds(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let hurried = clinic.add_service(json!({"lead_time_minutes": 4_320})).await?;
        let provider = clinic.add_provider(&[&hurried]).await?;
        let path = format!("/slots/explain?service_id={hurried}&provider_id={provider}&starts_at={}", at(0));
        let told = clinic.admin.get(&path).await?.expect(200)?.body;
        assert_eq!((&told["offered"], &told["bookable_by_staff"]), (&json!(false), &json!(true)), "{told}");
        assert_eq!(told["reasons"][0]["rule"], "lead-time");
        assert_eq!(told["reasons"][0]["binds_staff"], false);

        let patient = clinic.server.patient().await?;
        let for_them = format!("{path}&patient_id={}", patient.patient_id());
        clinic.admin.get(&for_them).await?.expect(200)?;
        clinic.admin.get(&format!("{path}&patient_id={provider}")).await?.expect(404)?;
        patient.get(&for_them).await?.expect(403)?;
        Ok(())
    }

    async fn whoever_finds_no_time_finds_a_way_on(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let nobody = clinic.add_service(json!({"lead_time_minutes": 525_600})).await?;
        clinic.add_provider(&[&nobody]).await?;
        let mut visitor = Browser::of_visitor(&clinic.server)?;
        let none = visitor.get(&format!("/book?service={nobody}")).await?.expect(200)?;
        none.shows(&["Nothing that suits?", "Choose another service"])?;
        let settings = json!({"name": "Clinic", "phone": "+49 30 1234567"});
        clinic.admin.send(reqwest::Method::PUT, "/settings", Some(&settings), &[]).await?.expect(200)?;
        visitor.get(&format!("/book?service={nobody}")).await?.expect(200)?.shows(&["tel:+49301234567"])
    }

    async fn a_refused_patient_is_told_politely_what_to_do_next(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let block = json!({"provider_id": clinic.provider, "starts_at": at(60), "ends_at": at(120), "reason": "Dentist"});
        clinic.admin.post("/blocks", &block).await?.expect(201)?;
        let pick = format!("{}~{}", at(60), clinic.location);
        let fields = [("service", clinic.service.as_str()), ("at", pick.as_str())];
        let refused = browser.post("/book/hold", &fields).await?.expect(422)?;
        refused.shows(&["This time is not free online.", "See the next free times"])?;
        assert!(!refused.has("Dentist") && !refused.has("blocked"));

        patient.post("/appointments", &clinic.wish(at(240))).await?.expect(201)?;
        clinic.add_provider(&[&clinic.service]).await?;
        let pick = format!("{}~{}", at(240), clinic.location);
        let fields = [("service", clinic.service.as_str()), ("at", pick.as_str())];
        let refused = browser.post("/book/hold", &fields).await?.expect(422)?;
        refused.shows(&["You have another appointment at that time.", "href=\"/patient/appointments\""])
    }
}
