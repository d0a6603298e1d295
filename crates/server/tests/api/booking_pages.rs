//! Booking, moving and cancelling in a browser without scripts.

use kalends_domain::hold::KEPT_FOR;
use kalends_store::on_both;
use serde_json::json;

use crate::api::browser::{Browser, Fields};
use crate::api::clinic::{Clinic, at};
use crate::api::server::Outcome;

fn with(mut fields: Fields, name: &str, value: &str) -> Fields {
    fields.retain(|(key, _)| key != name);
    fields.push((name.into(), value.into()));
    fields
}

/// Chooses the time so many minutes after nine, and comes to the page that confirms it.
async fn choose(browser: &mut Browser, clinic: &Clinic, minutes: i64) -> Outcome<(String, Fields)> {
    let times = browser.get(&times(clinic)).await?.expect(200)?;
    let wanted = at(minutes).to_string();
    let value = times.values("at").into_iter().find(|value| value.starts_with(&wanted));
    let fields = with(
        times.form("/book/hold")?,
        "at",
        &value.ok_or("the time is not offered")?,
    );
    let held = browser.post_form("/book/hold", &fields).await?.expect(303)?;
    let confirm = browser.get(&held.location).await?.expect(200)?;
    assert!(confirm.has("data-countdown"), "{}", confirm.html);
    Ok((held.location, confirm.form("/book")?))
}

fn times(clinic: &Clinic) -> String {
    format!("/book?service={}&from=2027-01-05", clinic.service)
}

fn slots(clinic: &Clinic) -> String {
    format!(
        "/slots?service_id={}&from=2027-01-05&to=2027-01-05&limit=1",
        clinic.service
    )
}

on_both! {
    async fn a_visitor_looks_signs_in_and_comes_back_to_the_same_time(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let mut browser = Browser::of_visitor(&clinic.server)?;
        let front = browser.get("/").await?.expect(200)?;
        assert!(front.has(&format!("/book?service={}", clinic.service)), "{}", front.html);
        let times = browser.get(&times(&clinic)).await?.expect(200)?;
        assert!(times.has("Tuesday 5 January") && times.has("Europe/Berlin"), "{}", times.html);
        let pick = times.values("at").into_iter().next().ok_or("no times")?;
        let fields = with(times.form("/book/hold")?, "at", &pick);
        let door = browser.post_form("/book/hold", &fields).await?.expect(303)?;
        assert!(door.location.starts_with("/patient/login?next=%2Fbook%2Fconfirm"), "{}", door.location);
        let door = browser.get(&door.location).await?.expect(200)?;
        let fields = with(door.form("/patient/login")?, "email", patient.user["email"].as_str().unwrap_or_default());
        let fields = with(fields, "password", crate::api::server::PASSWORD);
        let back = browser.post_form("/patient/login", &fields).await?.expect(303)?;
        assert!(back.location.starts_with("/book/confirm?"), "{}", back.location);
        // Only now is it known whose time it is: from here on it is kept.
        let kept = browser.get(&back.location).await?.expect(303)?;
        let confirm = browser.get(&kept.location).await?.expect(200)?;
        assert!(confirm.has("Book Tue 5 Jan, 09:00") && confirm.has("data-countdown"), "{}", confirm.html);
        let slots = clinic.server.patient().await?.get(&slots(&clinic)).await?;
        assert_eq!(slots.body["items"][0]["starts_at"], at(30).to_string());
        let without = browser.post_form("/book/hold", &times.form("/book/hold")?).await?.expect(422)?;
        assert!(without.has("Choose a time first"));
        Ok(())
    }

    async fn who_signs_in_too_late_for_the_time_is_offered_the_nearest(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let (slow, fast) = (clinic.server.patient().await?, clinic.server.patient().await?);
        let mut browser = Browser::of_visitor(&clinic.server)?;
        let times = browser.get(&times(&clinic)).await?.expect(200)?;
        let pick = times.values("at").into_iter().next().ok_or("no times")?;
        let door = browser.post_form("/book/hold", &with(times.form("/book/hold")?, "at", &pick)).await?.expect(303)?;
        fast.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?;
        let door = browser.get(&door.location).await?.expect(200)?;
        let fields = with(door.form("/patient/login")?, "email", slow.user["email"].as_str().unwrap_or_default());
        let fields = with(fields, "password", crate::api::server::PASSWORD);
        let back = browser.post_form("/patient/login", &fields).await?.expect(303)?;
        let gone = browser.get(&back.location).await?.expect(409)?;
        gone.shows(&["Someone just took 09:00", "Tue 5 Jan, 09:30 with Eve Doctor", "When suits you?"])
    }

    async fn a_time_that_the_patient_keeps_is_still_theirs_to_choose(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let (patient, other) = (clinic.server.patient().await?, clinic.server.patient().await?);
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let first = async |who: &crate::api::caller::Caller| -> Outcome<String> {
            let found = who.get(&slots(&clinic)).await?.expect(200)?;
            Ok(found.body["items"][0]["starts_at"].as_str().unwrap_or_default().to_owned())
        };
        // Back in the browser, without a script that lets go of the time.
        choose(&mut browser, &clinic, 0).await?;
        assert_eq!((first(&patient).await?, first(&other).await?), (at(0).to_string(), at(30).to_string()));
        choose(&mut browser, &clinic, 0).await?;
        choose(&mut browser, &clinic, 15).await?;
        let (_, fields) = choose(&mut browser, &clinic, 120).await?;
        assert_eq!(first(&other).await?, at(0).to_string(), "the times chosen before are free again");
        browser.post_form("/book", &fields).await?.expect(303)?;
        clinic.server.verify().await
    }

    async fn who_is_signed_out_meanwhile_comes_back_to_the_same_time(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let (_, fields) = choose(&mut browser, &clinic, 0).await?;
        let mut stranger = Browser::of_visitor(&clinic.server)?;
        let door = stranger.post_form("/book", &fields).await?.expect(303)?;
        assert!(door.location.starts_with("/patient/login?next=%2Fbook%2Fconfirm"), "{}", door.location);
        Ok(())
    }

    async fn a_form_that_is_sent_twice_books_once(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let (_, fields) = choose(&mut browser, &clinic, 90).await?;
        let fields = with(fields, "reason", "A <b>rash</b>");
        let first = browser.post_form("/book", &fields).await?.expect(303)?;
        let second = browser.post_form("/book", &fields).await?.expect(303)?;
        assert_eq!(first.location, second.location);
        let shown = browser.get(&first.location).await?.expect(200)?;
        assert!(shown.has("You are booked") && shown.has("&#60;b&#62;rash"), "{}", shown.html);
        let path = first.location.trim_end_matches("?new=1");
        let file = browser.get(&format!("{path}/calendar.ics")).await?.expect(200)?;
        assert!(file.has("DTSTART:20270105T093000Z\r\n") && file.has("SEQUENCE:1\r\n"), "{}", file.html);
        let list = patient.get("/appointments").await?;
        assert_eq!(list.body["items"].as_array().map(Vec::len), Some(1));
        assert!(browser.get("/patient/dashboard").await?.expect(200)?.has("Tuesday 5 January, 10:30–11:00"));

        let cancel = browser.get(&format!("{path}/cancel")).await?.expect(200)?;
        assert!(cancel.has("Cancel Tue 5 Jan, 10:30"));
        for _ in 0..2 {
            browser.post_form(&format!("{path}/cancel"), &Vec::new()).await?.expect(303)?;
        }
        assert!(browser.get(path).await?.expect(200)?.has("You cancelled"));
        clinic.server.verify().await?;
        Ok(())
    }

    async fn who_was_too_slow_gets_the_nearest_times_and_keeps_what_was_typed(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let (slow, fast) = (clinic.server.patient().await?, clinic.server.patient().await?);
        let mut browser = Browser::of_patient(&clinic.server, &slow).await?;
        let (address, fields) = choose(&mut browser, &clinic, 0).await?;
        clinic.server.app.clock.advance(KEPT_FOR + KEPT_FOR);
        let fast = clinic.server.again(&fast).await?;
        fast.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?;
        browser.get(&address).await?.expect(409)?.shows(&["Someone just took 09:00"])?;
        let taken = browser.post_form("/book", &with(fields, "reason", "My knee")).await?.expect(409)?;
        assert!(taken.has("Someone just took 09:00") && taken.has("My knee"), "{}", taken.html);
        let instead = taken.values("at").into_iter().find(|value| value.starts_with(&at(30).to_string()));
        let fields = with(taken.form("/book")?, "at", &instead.ok_or("no alternative")?);
        let booked = browser.post_form("/book", &with(fields, "reason", "My knee")).await?.expect(303)?;
        assert!(browser.get(&booked.location).await?.expect(200)?.has("My knee"));
        clinic.server.verify().await?;
        Ok(())
    }

    async fn an_expired_hold_is_booked_all_the_same_if_the_time_is_free(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let (_, fields) = choose(&mut browser, &clinic, 0).await?;
        clinic.server.app.clock.advance(KEPT_FOR + KEPT_FOR);
        let booked = browser.post_form("/book", &fields).await?.expect(303)?;
        assert!(browser.get(&booked.location).await?.expect(200)?.has("no longer kept for you"));
        Ok(())
    }

    async fn an_appointment_is_moved_until_it_is_too_late(database: TestDatabase) {
        let mut clinic = Clinic::start(&database).await?;
        let late = json!({"reschedule_cutoff_minutes": 1440, "cancel_cutoff_minutes": 1440, "provider_ids": [clinic.provider]});
        clinic.service = clinic.add_service(late).await?;
        let patient = clinic.server.patient().await?;
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let id = patient.post("/appointments", &clinic.wish(at(60))).await?.expect(201)?.id()?;
        let path = format!("/patient/appointments/{id}/move");
        let page = browser.get(&format!("{path}?from=2027-01-06")).await?.expect(200)?;
        for anyone in ["", "&provider="] {
            let own_day = browser.get(&format!("{path}?from=2027-01-05{anyone}")).await?.expect(200)?;
            let offered = own_day.values("at");
            assert!(!offered.is_empty() && !offered.iter().any(|it| it.starts_with(&at(60).to_string())), "{offered:?}");
        }
        // A quarter of an hour later overlaps the old time, which it gives up.
        let near = browser.get(&format!("{path}?from=2027-01-05")).await?.expect(200)?;
        let near = near.values("at").into_iter().find(|value| value.starts_with(&at(75).to_string())).ok_or("hidden")?;
        browser.post_form(&path, &with(page.form(&path)?, "at", &near)).await?.expect(303)?;
        let wanted = at(24 * 60).to_string();
        let pick = page.values("at").into_iter().find(|value| value.starts_with(&wanted)).ok_or("not offered")?;
        browser.post_form(&path, &with(page.form(&path)?, "at", &pick)).await?.expect(303)?;
        let moved = browser.get(&format!("/patient/appointments/{id}")).await?.expect(200)?;
        assert!(moved.has("Moved to Wed 6 Jan, 09:00") && moved.has("You moved it"), "{}", moved.html);
        clinic.server.app.clock.advance(jiff::SignedDuration::from_hours(30));
        browser = Browser::of_patient(&clinic.server, &patient).await?;
        for step in ["move", "cancel"] {
            let page = browser.get(&format!("/patient/appointments/{id}/{step}")).await?.expect(200)?;
            assert!(page.has("It is too late to"), "{}", page.html);
        }
        browser.post_form(&format!("/patient/appointments/{id}/cancel"), &Vec::new()).await?.expect(303)?;
        let still = patient_sees(&clinic, &patient, &id).await?;
        assert_eq!(still, "booked");
        Ok(())
    }

    async fn a_patient_corrects_their_details_and_loses_nothing(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let (patient, other) = (clinic.server.patient().await?, clinic.server.patient().await?);
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let page = browser.get("/patient/profile").await?.expect(200)?;
        let fields = with(page.form("/patient/profile")?, "given_name", "Zoë");
        let wrong = with(with(fields.clone(), "family_name", ""), "phone", "none");
        let refused = browser.post_form("/patient/profile", &wrong).await?.expect(422)?;
        assert!(refused.has("value=\"Zoë\"") && refused.has("This is required"), "{}", refused.html);
        browser.post_form("/patient/profile", &with(fields, "family_name", "Ng")).await?.expect(303)?;
        assert!(browser.get("/patient/profile").await?.expect(200)?.has("value=\"Ng\""));
        assert!(browser.get("/patient/profile/access").await?.expect(200)?.has("Changed your details"));
        let id = other.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?.id()?;
        browser.get(&format!("/patient/appointments/{id}")).await?.expect(404)?;
        browser.get(&format!("/patient/appointments/{id}/calendar.ics")).await?.expect(404)?;
        Ok(())
    }
}

async fn patient_sees(clinic: &Clinic, patient: &crate::api::caller::Caller, id: &str) -> Outcome<String> {
    let patient = clinic.server.again(patient).await?;
    let answer = patient.get(&format!("/appointments/{id}")).await?.expect(200)?;
    Ok(answer.body["status"].as_str().unwrap_or_default().to_owned())
}
