//! The calendar pages, as somebody without scripts uses them.

use jiff::SignedDuration;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::testing::TestDatabase;
use serde_json::json;

use crate::api::browser::Browser;
use crate::api::clinic::{Clinic, at};
use crate::api::server::Outcome;

/// What the modal sends when nothing was changed in it.
fn defaults(month: &str) -> Vec<(&str, &str)> {
    let mut fields = vec![("month", month)];
    fields.extend(["mon", "tue", "wed", "thu", "fri"].map(|day| ("weekdays", day)));
    fields.extend([
        ("from", "09:00"),
        ("to", "17:00"),
        ("from2", ""),
        ("to2", ""),
        ("slot_minutes", "30"),
        ("publish_mode", "online"),
    ]);
    fields
}

async fn opened(database: &TestDatabase) -> Outcome<(Clinic, Browser)> {
    let clinic = Clinic::start(database).await?;
    let admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
    Ok((clinic, admin))
}

/// A patient of the desk's; their id.
async fn patient(clinic: &Clinic, family_name: &str) -> Outcome<String> {
    let body = json!({"given_name": "Zoë", "family_name": family_name, "phone": "+49 30 1234567"});
    clinic.admin.post("/patients", &body).await?.expect(201)?.id()
}

on_both! {
    async fn a_month_is_looked_at_before_it_is_filled(database: TestDatabase) {
        let (_clinic, mut admin) = opened(&database).await?;
        let empty = admin.get("/admin/calendar?month=2027-02").await?.expect(200)?;
        empty.shows(&["Previous month", "Next month", "Generate Calendar", "No hours here yet", "Europe/Berlin"])?;
        assert!(!empty.has("slot is-available"));
        let modal = admin.get("/admin/calendar?month=2027-02&generate=1").await?.expect(200)?;
        modal.shows(&[
            "Create Calendar for Month", "Generate Slots", "<option value=\"2027-02\" selected>", "value=\"09:00\"",
            "value=\"17:00\"", "value=\"30\"",
        ])?;
        assert_eq!(modal.html.matches("name=\"weekdays\" value=").count(), 7);
        let checked = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .map(|day| modal.has(&format!("value=\"{day}\" checked")));
        assert_eq!(checked, [true, true, true, true, true, false, false]);

        let form = "/admin/calendar/generate?month=2027-02&generate=1";
        let mut fields = defaults("2027-02");
        fields.push(("preview", "true"));
        let preview = admin.post(form, &fields).await?.expect(200)?;
        preview.shows(&["This adds 320 slots in 20 stretches of hours.", "Create Calendar for Month"])?;

        let filled = admin.submit(form, &defaults("2027-02")).await?;
        filled.shows(&["Made 320 slots in 20 stretches of hours for February 2027.", "slot is-available", "+12"])?;
        assert!(!filled.has("Create Calendar for Month"));
        let again = admin.submit(form, &defaults("2027-02")).await?;
        again.shows(&["Nothing to add"])?;
        Ok(())
    }

    async fn wrong_hours_are_told_beside_their_field_and_kept(database: TestDatabase) {
        let (_clinic, mut admin) = opened(&database).await?;
        let mut fields = defaults("2027-02");
        for field in &mut fields {
            match field.0 {
                "from2" => field.1 = "12:00",
                "to2" => field.1 = "11:00",
                "slot_minutes" => field.1 = "7000",
                _ => {}
            }
        }
        let unreadable = admin.post("/admin/calendar/generate?generate=1", &fields).await?.expect(422)?;
        unreadable.shows(&["Enter a number from 5 to 480.", "value=\"7000\"", "value=\"11:00\""])?;
        let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, if value == "7000" { "30" } else { value })).collect();
        let reversed = admin.post("/admin/calendar/generate?generate=1", &fields).await?.expect(422)?;
        reversed.shows(&["The end must be after the start.", "id=\"to2-error\"", "value=\"11:00\""])?;
        let bare = admin.post("/admin/calendar/generate", &[]).await?.expect(422)?;
        bare.shows(&["Create Calendar for Month"])?;
        Ok(())
    }

    async fn where_no_working_time_is_left_the_next_month_is_offered(database: TestDatabase) {
        let (clinic, _) = opened(&database).await?;
        // From Monday, 4 January, 08:00 to Saturday, 30 January.
        clinic.server.app.clock.advance(SignedDuration::from_hours(26 * 24));
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        let modal = admin.get("/admin/calendar?generate=1").await?.expect(200)?;
        modal.shows(&["<option value=\"2027-02\" selected>", "January 2027</h2>"])?;
        Ok(())
    }

    async fn a_slot_is_booked_for_a_patient_and_a_lost_one_explained(database: TestDatabase) {
        let (clinic, mut admin) = opened(&database).await?;
        let id = patient(&clinic, "Zimmer").await?;
        let slot = at(60);
        let modal = admin.get(&format!("/admin/calendar?slot={slot}")).await?.expect(200)?;
        modal.shows(&["Tuesday, 5 January 2027", "10:00–10:30", "Available", "Book for a patient", "Block time"])?;
        let found = admin.get(&format!("/admin/calendar?slot={slot}&q=zimmer")).await?.expect(200)?;
        found.shows(&["Zoë Zimmer", "Book Tue 5 Jan, 10:00"])?;
        let form = format!("/admin/calendar/book?slot={slot}&q=zimmer");
        let starts_at = slot.to_string();
        let incomplete = admin.post(&form, &[("starts_at", &starts_at), ("reason", "A rash")]).await?.expect(422)?;
        incomplete.shows(&["A rash", "id=\"patient_id-error\""])?;
        let fields = [
            ("starts_at", starts_at.as_str()), ("patient_id", &id), ("service_id", &clinic.service), ("reason", "A rash"),
        ];
        let booked = admin.submit(&form, &fields).await?;
        booked.shows(&["Booked: Tue 5 Jan, 10:00.", "slot is-booked"])?;

        let other = patient(&clinic, "Zimmermann").await?;
        let fields = [
            ("starts_at", starts_at.as_str()), ("patient_id", &other), ("service_id", &clinic.service), ("reason", "A cough"),
        ];
        let form = format!("/admin/calendar/book?slot={slot}&q=zimmermann");
        let lost = admin.post(&form, &fields).await?.expect(409)?;
        lost.shows(&["Someone just took 10:00.", "A cough", "name=\"at\"", "Tue 5 Jan, 10:30"])?;
        // The nearest time's button books it.
        let at = lost.html.split("name=\"at\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no button")?;
        let mut fields = fields.to_vec();
        fields.push(("at", at));
        admin.submit(&form, &fields).await?.shows(&["Booked: Tue 5 Jan, "])?;
        clinic.server.verify().await?;
        Ok(())
    }

    async fn a_rule_may_be_set_aside_with_a_reason(database: TestDatabase) {
        let (clinic, mut admin) = opened(&database).await?;
        let id = patient(&clinic, "Zimmer").await?;
        let between = at(62).to_string();
        let form = format!("/admin/calendar/book?slot={between}&patient={id}");
        let fields = [("starts_at", between.as_str()), ("patient_id", &id), ("service_id", &clinic.service)];
        let refused = admin.post(&form, &fields).await?.expect(422)?;
        refused.shows(&["Starts are evenly spaced", "Book anyway", "name=\"aside\" value=\"start-interval\""])?;
        let mut fields = fields.to_vec();
        fields.extend([("aside", "start-interval"), ("override_reason", "Comes straight from the train")]);
        admin.submit(&form, &fields).await?.shows(&["Booked: Tue 5 Jan, 10:02."])?;
        Ok(())
    }

    async fn an_appointment_is_moved_carried_out_and_taken_back(database: TestDatabase) {
        let (clinic, mut admin) = opened(&database).await?;
        let id = patient(&clinic, "Zimmer").await?;
        let mut wish = clinic.wish(at(60));
        wish["patient_id"] = json!(id);
        wish["provider_id"] = json!(clinic.provider);
        let id = clinic.admin.post("/appointments", &wish).await?.expect(201)?.id()?;
        let path = format!("/admin/calendar?appointment={id}");
        let details = admin.get(&path).await?.expect(200)?;
        details.shows(&["Zoë Zimmer", "Move", "Cancel appointment"])?;
        assert!(!details.has("Check in"), "it is tomorrow");

        let choice = admin.get(&format!("{path}&do=move")).await?.expect(200)?;
        choice.shows(&["Move Zoë Zimmer", &format!("value=\"{} {}", at(120), clinic.provider)])?;
        assert!(!choice.has(&format!("value=\"{} {}", at(60), clinic.provider)), "it is there already");
        let move_form = format!("/admin/calendar/appointments/{id}/move?appointment={id}&do=move");
        admin.post(&move_form, &[("version", "1")]).await?.expect(422)?.shows(&["Choose a time."])?;
        let to = at(120).to_string();
        admin.submit(&move_form, &[("version", "1"), ("starts_at", &to)]).await?.shows(&["Moved to Tue 5 Jan, 11:00."])?;
        let stale = admin.post(&move_form, &[("version", "1"), ("starts_at", &to)]).await?.expect(409)?;
        stale.shows(&["It has changed in the meantime"])?;

        clinic.server.app.clock.advance(SignedDuration::from_hours(26));
        let step = |name: &str| format!("/admin/calendar/appointments/{id}/{name}?appointment={id}");
        admin.get(&path).await?.expect(200)?.shows(&["Check in"])?;
        admin.submit(&step("check-in"), &[("version", "2")]).await?.shows(&["Checked in for Tue 5 Jan, 11:00."])?;
        admin.submit(&step("undo"), &[]).await?.shows(&["Taken back."])?;
        admin.get(&format!("{path}&do=cancel")).await?.expect(200)?.shows(&["Cancel this appointment?"])?;
        admin.submit(&step("cancel"), &[("reason", "Ill")]).await?.shows(&["Cancelled: Tue 5 Jan, 11:00."])?;
        let day = admin.get("/admin/calendar?day=2027-01-05").await?.expect(200)?;
        day.shows(&["Called off", "Zoë Zimmer"])?;
        admin.post(&step("explode"), &[]).await?.expect(404)?;
        clinic.server.verify().await?;
        Ok(())
    }

    async fn time_is_blocked_and_opened_again(database: TestDatabase) {
        let (clinic, mut admin) = opened(&database).await?;
        let fields = [("date", "2027-01-05"), ("from", "12:00"), ("to", "13:00"), ("reason", "Lunch <b>")];
        let blocked = admin.submit("/admin/calendar/blocks?day=2027-01-05", &fields).await?;
        blocked.shows(&["The time is blocked.", "Lunch &#60;b&#62;", "12:00–13:00"])?;
        let again = admin.post("/admin/calendar/blocks?day=2027-01-05", &fields).await?.expect(409)?;
        again.shows(&["Something is there already", "12:00–13:00", "value=\"12:00\""])?;
        let details = admin.get(&blocked.address("block=")?).await?.expect(200)?;
        details.shows(&["Blocked time", "Open this time again"])?;
        let free = details.address("/remove")?;
        admin.submit(&free, &[]).await?.shows(&["The time is open again."])?;
        let wrong = [("date", "2027-01-05"), ("from", "13:00"), ("to", "x")];
        admin.post("/admin/calendar/blocks", &wrong).await?.expect(422)?.shows(&["id=\"to-error\"", "value=\"13:00\""])?;
        clinic.server.verify().await?;
        Ok(())
    }

    async fn hours_are_changed_and_removed_with_whom_they_strand(database: TestDatabase) {
        let (clinic, mut admin) = opened(&database).await?;
        let id = patient(&clinic, "Zimmer").await?;
        let mut wish = clinic.wish(at(60));
        wish["patient_id"] = json!(id);
        clinic.admin.post("/appointments", &wish).await?.expect(201)?;
        let day = admin.get("/admin/calendar?day=2027-01-05").await?.expect(200)?;
        let opening = day.address("opening=")?;
        let change = admin.get(&opening).await?.expect(200)?.address("/openings/")?;
        let later = [("from", "12:00"), ("to", "17:00"), ("slot_minutes", "30"), ("publish_mode", "internal")];
        let asked = admin.post(&change, &later).await?.expect(200)?;
        asked.shows(&["One appointment stays, but will lie outside all hours:", "Change anyway", "value=\"12:00\""])?;
        let mut agreed = later.to_vec();
        agreed.push(("agreed", "true"));
        admin.submit(&change, &agreed).await?.shows(&["The hours are changed.", "12:00–17:00", "Staff only"])?;

        let question = admin.get(&format!("{opening}&do=remove")).await?.expect(200)?;
        question.shows(&["Remove these hours?"])?;
        let remove = question.address("/remove")?;
        admin.submit(&remove, &[]).await?.shows(&["The hours are removed.", "No hours on this day."])?;
        let added = [("date", "2027-01-05"), ("from", "09:00"), ("to", "12:00"), ("slot_minutes", "30")];
        admin.submit("/admin/calendar/openings?day=2027-01-05", &added).await?.shows(&["The hours are added."])?;
        let over = admin.post("/admin/calendar/openings?day=2027-01-05&do=hours", &added).await?.expect(422)?;
        over.shows(&["id=\"from-error\"", "value=\"09:00\""])?;
        clinic.server.verify().await?;
        Ok(())
    }

    async fn an_hour_that_occurs_twice_is_told_apart(database: TestDatabase) {
        let (_clinic, mut admin) = opened(&database).await?;
        let night = [("date", "2027-10-31"), ("from", "01:00"), ("to", "04:00"), ("slot_minutes", "30")];
        let day = admin.submit("/admin/calendar/openings?day=2027-10-31", &night).await?;
        assert_eq!(day.html.matches("(+02:00)").count(), 2);
        assert_eq!(day.html.matches("(+01:00)").count(), 2);
        for (slot, label) in [("2027-10-31T00:30:00Z", "02:30–02:00 (+02:00)"), ("2027-10-31T01:30:00Z", "02:30–03:00 (+01:00)")] {
            admin.get(&format!("/admin/calendar?slot={slot}")).await?.expect(200)?.shows(&[label, "Available"])?;
        }
        admin.get("/admin/calendar?view=day&date=2027-10-31").await?.expect(200)?.shows(&["share-2-1", "share-2-2", "+01:00"])?;
        Ok(())
    }

    async fn staff_learn_why_a_time_is_not_offered(database: TestDatabase) {
        let (clinic, mut admin) = opened(&database).await?;
        let ask = |time: &str, on: &str| format!("/admin/calendar?why=1&service={}&on={on}&time={time}", clinic.service);
        admin.get(&ask("10:00", "2027-01-05")).await?.expect(200)?.shows(&["is offered: patients can book it."])?;
        admin.get(&ask("10:02", "2027-01-05")).await?.expect(200)?.shows(&["is not offered", "Starts are evenly spaced"])?;
        admin.get(&ask("03:00", "2027-01-05")).await?.expect(200)?.shows(&["has no hours at this time"])?;
        admin.get(&ask("09:00", "2027-01-04")).await?.expect(200)?;
        Ok(())
    }

    async fn a_closure_stands_on_its_day_by_name(database: TestDatabase) {
        let (clinic, mut admin) = opened(&database).await?;
        let body = json!({"location_id": clinic.location, "starts_at": "2027-01-05T23:00:00Z", "ends_at": "2027-01-06T23:00:00Z",
            "reason": "Epiphany"});
        clinic.admin.post("/closures", &body).await?.expect(201)?;
        admin.get("/admin/calendar").await?.expect(200)?.shows(&["<td class=\"is-closed\"", "Epiphany"])?;
        let slot = "2027-01-06T09:00:00Z";
        let closed = admin.get(&format!("/admin/calendar?slot={slot}")).await?.expect(200)?;
        closed.shows(&["Closed", "Epiphany"])?;
        assert!(!closed.has("Book for a patient"));
        let ask = format!("/admin/calendar?why=1&service={}&on=2027-01-06&time=10:00", clinic.service);
        admin.get(&ask).await?.expect(200)?.shows(&["The location is closed: "])?;
        Ok(())
    }

    async fn doctors_see_their_own_calendar_only(database: TestDatabase) {
        let (clinic, _) = opened(&database).await?;
        let email = clinic.server.address_of("other");
        let body = json!({"email": email, "given_name": "Otto", "family_name": "Other", "location_ids": [clinic.location],
            "service_ids": [clinic.service], "password": crate::api::server::PASSWORD});
        clinic.admin.post("/providers", &body).await?.expect(201)?;
        let mut doctor = Browser::sign_in(&clinic.server, &email).await?;
        let own = doctor.get(&format!("/doctor/calendar?provider={}", clinic.provider)).await?.expect(200)?;
        own.shows(&["Otto Other", "No hours here yet"])?;
        assert!(!own.has("Eve Doctor") && !own.has("Find a doctor"));
        doctor.submit("/doctor/calendar/generate?generate=1", &defaults("2027-01")).await?.shows(&["slot is-available"])?;
        assert_eq!(doctor.get("/admin/calendar").await?.expect(303)?.location, "/doctor/dashboard");
        let foreign = admin_opening(&clinic).await?;
        doctor.post(&format!("/doctor/calendar/openings/{foreign}/remove"), &[]).await?.expect(403)?;

        let desk = clinic.server.staff(Role::Receptionist).await?;
        let mut desk = Browser::of_staff(&clinic.server, &desk).await?;
        desk.get("/admin/calendar").await?.expect(200)?;
        assert_eq!(desk.get("/doctor/calendar").await?.expect(303)?.location, "/desk");
        Ok(())
    }

    async fn an_unreadable_address_is_no_error(database: TestDatabase) {
        let (clinic, mut admin) = opened(&database).await?;
        for query in [
            "month=9999-99", "view=week&date=x", "view=day&date=9999-12-31", "slot=yesterday", "slot=9999-12-31T23:00:00Z",
            "appointment=1", "day=-1", "day=9999-12-31", "opening=%00", "why=1&time=99:99", "view=month&month=0001-01",
        ] {
            admin.get(&format!("/admin/calendar?{query}")).await?.expect(200).map_err(|error| format!("{query}: {error}"))?;
        }
        admin.get("/admin/calendar?provider=1").await?.expect(404)?;
        let unknown = clinic.location.as_str();
        admin.get(&format!("/admin/calendar?provider={unknown}")).await?.expect(404)?;
        admin.get(&format!("/admin/calendar?appointment={unknown}")).await?.expect(200)?;
        admin.post("/admin/calendar/book", &[]).await?.expect(404)?;
        Ok(())
    }
}

/// The first opening of the clinic's provider.
async fn admin_opening(clinic: &Clinic) -> Outcome<String> {
    let path = format!("/providers/{}/calendar?from=2027-01-05&to=2027-01-05", clinic.provider);
    let answer = clinic.admin.get(&path).await?.expect(200)?;
    Ok(answer.body["days"][0]["openings"][0]["id"]
        .as_str()
        .ok_or("no opening")?
        .to_owned())
}
