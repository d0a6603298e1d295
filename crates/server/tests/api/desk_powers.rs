//! What the desk may do beyond the rules: walk-ins, booking over others, changes within the cut-off, no-shows forgiven.

use jiff::SignedDuration;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use serde_json::json;

use super::browser::Browser;
use super::clinic::{Clinic, NOW, at};

on_both! {
    async fn somebody_walks_in_with_a_name_only(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let staff = clinic.server.staff(Role::Receptionist).await?;
        let mut desk = Browser::of_staff(&clinic.server, &staff).await?;
        clinic.server.app.clock.advance(SignedDuration::from_mins(70));
        let found = desk.get("/desk?q=Nia+Okoye").await?.expect(200)?;
        found.shows(&["Walk-in", "name=\"walk_in_given_name\"", "value=\"Okoye\""])?;
        let fields = [
            ("location", clinic.location.as_str()), ("walk_in_service", clinic.service.as_str()),
            ("walk_in_given_name", "Nia"), ("walk_in_family_name", "Okoye"), ("walk_in_doctor", ""),
        ];
        let taken_in = desk.submit("/desk/walk-ins", &fields).await?;
        taken_in.shows(&["Arrived, 09:10 with Eve Doctor.", "Nia Okoye"])?;
        // The doctor is busy: the next one waits for the first free time.
        desk.submit("/desk/walk-ins", &fields).await?.shows(&["with Eve Doctor.", "Nia Okoye"])?;
        let nameless = [fields[0], fields[1], ("walk_in_given_name", ""), ("walk_in_family_name", "Okoye"), ("walk_in_over", "In pain")];
        let refused = desk.post("/desk/walk-ins", &nameless).await?.expect(422)?;
        refused.shows(&["walk_in_given_name-error", "value=\"In pain\""])?;

        let body = json!({"patient_id": null, "given_name": "Tom", "family_name": "Zimmer", "service_id": clinic.service,
            "location_id": clinic.location, "overrides": ["taken"], "override_reason": "In pain"});
        let token = clinic.server.staff(Role::Receptionist).await?;
        let over = token.post_once("/walk-ins", &body, "one").await?.expect(201)?;
        assert_eq!((over.text_of("status"), &over.body["overrides"]), ("arrived", &json!(["taken"])));
        let again = token.post_once("/walk-ins", &body, "one").await?.expect(201)?;
        assert_eq!(over.text_of("id"), again.text_of("id"));
        assert_eq!(over.text_of("status"), again.text_of("status"));
        token.post("/walk-ins", &json!({"service_id": clinic.service, "location_id": clinic.location})).await?.expect(422)?;
        desk.get("/desk").await?.expect(200)?.shows(&["Overbooked"])?;
        clinic.server.verify().await
    }

    async fn a_patient_is_booked_over_another_with_a_mark(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let first = patient.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?.id()?;
        let second = clinic.server.patient().await?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.server.staff(Role::Admin).await?).await?;
        let shown = admin.get(&format!("/admin/calendar?view=day&date=2027-01-05&appointment={first}")).await?.expect(200)?;
        let over = shown.address("over=1")?;
        let ask = admin.get(&format!("{over}&patient={}", second.patient_id())).await?.expect(200)?;
        ask.shows(&["Why two at one time", "Book over"])?;
        let action = ask.address("/admin/calendar/book")?;
        let form = ask.form(&action.replace('&', "&#38;"))?;
        let with = |reason: &str| {
            let mut fields: Vec<(String, String)> = form.clone();
            for (name, value) in [("patient_id", second.patient_id()), ("service_id", &clinic.service), ("override_reason", reason)] {
                fields.retain(|(known, _)| known != name);
                fields.push((name.to_owned(), value.to_owned()));
            }
            fields
        };
        admin.post_form(&action, &with("")).await?.expect(422)?.shows(&["override_reason-error"])?;
        admin.post_form(&action, &with("In pain")).await?.expect(303)?;
        let day = admin.get("/admin/calendar?view=day&date=2027-01-05").await?.expect(200)?;
        day.shows(&["Overbooked"])?;
        // Patients neither see it nor may do it.
        let body = json!({"service_id": clinic.service, "starts_at": at(0), "overrides": ["taken"], "override_reason": "Me too"});
        patient.post("/appointments", &body).await?.expect(403)?;
        clinic.server.verify().await
    }

    async fn a_no_show_is_seen_on_the_card_and_forgiven(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let settings = json!({"name": "Clinic", "phone": "+49 30 1234567", "no_show_threshold": 1, "no_show_consequence": "phone_only"});
        clinic.admin.send(reqwest::Method::PUT, "/settings", Some(&settings), &[]).await?.expect(200)?;
        let wrong = json!({"name": "Clinic", "no_show_consequence": "prison"});
        clinic.admin.send(reqwest::Method::PUT, "/settings", Some(&wrong), &[]).await?.expect(422)?;
        let patient = clinic.server.patient().await?;
        let start = NOW + SignedDuration::from_hours(1);
        let missed = patient.post("/appointments", &clinic.wish(start)).await?.expect(201)?.id()?;
        clinic.server.app.clock.advance(SignedDuration::from_hours(2));
        let patient = clinic.server.again(&patient).await?;
        let admin = clinic.server.staff(Role::Admin).await?;
        admin.post(&format!("/appointments/{missed}/no-show"), &json!({})).await?.expect(200)?;

        let path = format!("/patients/{}/no-shows", patient.patient_id());
        let told = admin.get(&path).await?.expect(200)?;
        assert_eq!((&told.body["count"], told.text_of("consequence")), (&json!(1), "phone_only"));
        patient.get(&path).await?.expect(403)?;
        let refused = patient.post("/appointments", &clinic.wish(at(0))).await?.expect(422)?;
        assert_eq!(refused.text_of("rule"), "phone-only");
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let none = browser.get(&format!("/book?service={}", clinic.service)).await?.expect(200)?;
        none.shows(&["Please call the clinic to book", "tel:+49301234567"])?;
        let mut desk = Browser::of_staff(&clinic.server, &admin).await?;
        let card = desk.get(&format!("/desk?patient={}", patient.patient_id())).await?.expect(200)?;
        card.shows(&["Did not come", "1 time since", "They book by telephone only."])?;

        let forgive = format!("/appointments/{missed}/forgive");
        admin.post(&forgive, &json!({})).await?.expect(422)?;
        patient.post(&forgive, &json!({"reason": "Please"})).await?.expect(403)?;
        let asked = desk.get(&format!("/admin/calendar?appointment={missed}&do=forgive")).await?.expect(200)?;
        let action = asked.address(&format!("appointments/{missed}/forgive"))?;
        desk.submit(&action, &[("reason", "In hospital")]).await?.shows(&["Forgiven: it does not count any more."])?;
        patient.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?;
        let counted = admin.post(&format!("/appointments/{missed}/count-again"), &json!({})).await?.expect(200)?;
        assert_eq!(counted.body["forgiven"], false);
        clinic.server.verify().await
    }

    async fn a_late_move_by_staff_takes_a_reason_on_the_page(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let strict = clinic.add_service(json!({"cancel_cutoff_minutes": 2_880, "reschedule_cutoff_minutes": 2_880})).await?;
        let provider = clinic.add_provider(&[&strict]).await?;
        let patient = clinic.server.patient().await?;
        let wish = json!({"service_id": strict, "starts_at": at(0)});
        let id = patient.post("/appointments", &wish).await?.expect(201)?.id()?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.server.staff(Role::Admin).await?).await?;
        let page = format!("/admin/calendar?provider={provider}&appointment={id}&do=move");
        let dialog = admin.get(&page).await?.expect(200)?;
        dialog.shows(&["Why it is moved so late"])?;
        let action = dialog.address(&format!("appointments/{id}/move"))?;
        let slot = dialog.values("at").into_iter().find(|it| it.starts_with(&at(120).to_string())).ok_or("not offered")?;
        let silent = admin.post(&action, &[("at", &slot), ("version", "1")]).await?.expect(422)?;
        silent.shows(&["override_reason-error"])?;
        admin.post(&action, &[("at", &slot), ("version", "1"), ("override_reason", "She called")]).await?.expect(303)?;
        let history = clinic.admin.get(&format!("/appointments/{id}/history")).await?.expect(200)?;
        assert_eq!(history.body["items"][1]["reason"], "She called");
        let cancel = format!("/appointments/{id}/cancel");
        clinic.admin.post(&cancel, &json!({})).await?.expect(422)?;
        clinic.admin.post(&cancel, &json!({"reason": "The doctor is ill"})).await?.expect(200)?;
        clinic.server.verify().await
    }
}
