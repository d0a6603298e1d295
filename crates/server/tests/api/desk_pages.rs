//! The desk, as a receptionist without scripts uses it: arrivals, the doctors' board, and booking on the phone.

use jiff::SignedDuration;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::testing::TestDatabase;
use serde_json::json;

use crate::api::browser::Browser;
use crate::api::clinic::{Clinic, at};
use crate::api::server::Outcome;

/// Minutes after nine o'clock on the day of the test.
fn today(minutes: i64) -> jiff::Timestamp {
    at(minutes - 24 * 60)
}

async fn opened(database: &TestDatabase) -> Outcome<(Clinic, Browser)> {
    let clinic = Clinic::start(database).await?;
    let desk = clinic.server.staff(Role::Receptionist).await?;
    let desk = Browser::of_staff(&clinic.server, &desk).await?;
    Ok((clinic, desk))
}

async fn patient(clinic: &Clinic, given_name: &str, family_name: &str) -> Outcome<String> {
    let body = json!({"given_name": given_name, "family_name": family_name, "phone": "+49 30 1234567"});
    clinic.admin.post("/patients", &body).await?.expect(201)?.id()
}

async fn booked(clinic: &Clinic, patient: &str, minutes: i64) -> Outcome<String> {
    let mut wish = clinic.wish(today(minutes));
    wish["patient_id"] = json!(patient);
    wish["provider_id"] = json!(clinic.provider);
    clinic.admin.post("/appointments", &wish).await?.expect(201)?.id()
}

on_both! {
    async fn arrivals_are_checked_in_and_the_board_follows(database: TestDatabase) {
        let (clinic, mut desk) = opened(&database).await?;
        let empty = desk.get("/desk").await?.expect(200)?;
        empty.shows(&["Nobody is booked today", "Eve Doctor", "0 booked, 16 free", "Here from 09:00", "Who is it?"])?;

        let (ada, bo) = (patient(&clinic, "Ada", "Zimmer").await?, patient(&clinic, "Bo", "Quist").await?);
        let (first, second) = (booked(&clinic, &ada, 0).await?, booked(&clinic, &bo, 30).await?);
        let early = desk.get("/desk").await?.expect(200)?;
        early.shows(&["Ada Zimmer", "aria-keyshortcuts=\"1\"", "aria-keyshortcuts=\"2\"", "2 booked, 14 free", "Next 09:00"])?;
        // Nobody is late before their time, so nobody has failed to come.
        assert!(!early.has("min late") && !early.has("/no-show"));

        clinic.server.app.clock.advance(SignedDuration::from_mins(40));
        let checked_in = desk.submit(&format!("/visits/{second}/check-in"), &[("back", "/desk")]).await?;
        checked_in.shows(&["Checked in.", "Here now", "Waiting since 08:40", "is waiting since 08:40"])?;
        clinic.server.app.clock.advance(SignedDuration::from_mins(30));
        let late = desk.get("/desk").await?.expect(200)?;
        late.shows(&["10 min late", "is waiting since 08:40", &format!("/visits/{first}/no-show"), &format!("/visits/{second}/start")])?;
        desk.submit(&format!("/visits/{second}/start"), &[("back", "/desk")]).await?;
        clinic.server.app.clock.advance(SignedDuration::from_mins(70));
        let over = desk.get("/desk").await?.expect(200)?;
        over.shows(&["since 09:10", "20 min late"])?;
        let done = desk.submit(&format!("/visits/{second}/fulfil"), &[("back", "/desk")]).await?;
        done.shows(&["The visit is finished.", "Earlier today", &format!("/visits/{second}/undo")])?;
        let twice = desk.submit(&format!("/visits/{second}/fulfil"), &[("back", "/desk")]).await?;
        twice.shows(&["Somebody else was faster"])?;
        clinic.server.verify().await
    }

    async fn a_call_is_a_search_a_service_and_a_time(database: TestDatabase) {
        let (clinic, mut desk) = opened(&database).await?;
        let (zoe, _) = (patient(&clinic, "Zoë", "Zimmermann").await?, patient(&clinic, "Tom", "Zimmer").await?);
        let found = desk.get("/desk?q=zim").await?.expect(200)?;
        found.shows(&["Zoë Zimmermann", "Tom Zimmer", "Add patient", &format!("patient={zoe}")])?;
        let nobody = desk.get("/desk?q=Nia+Okoye").await?.expect(200)?;
        nobody.shows(&["Nobody found", "value=\"Nia\"", "value=\"Okoye\""])?;
        // The only one who fits is at hand at once.
        let card = desk.get("/desk?q=zimmermann").await?.expect(200)?;
        card.shows(&["+49 30 1234567", "Nothing booked.", "aria-keyshortcuts=\"b\""])?;
        let plain = desk.get("/desk/patients?q=zim").await?.expect(303)?;
        assert_eq!(plain.location, "/desk?q=zim");

        let services = desk.get(&card.address("book=1")?).await?.expect(200)?;
        let times = desk.get(&services.address("service=")?).await?.expect(200)?;
        times.shows(&["Monday 4 January", "Anyone available", "aria-keyshortcuts=\"/\""])?;
        let slots = times.values("slot");
        assert!(slots[0].starts_with(&today(0).to_string()), "{slots:?}");
        let form = times.address("/desk/book?")?;
        let fields = |slot| [("patient", zoe.as_str()), ("service", clinic.service.as_str()), ("slot", slot), ("reason", "Her knee")];
        let none = desk.post(&form, &fields("")).await?.expect(422)?;
        none.shows(&["Choose a time first", "Her knee"])?;

        let other = clinic.server.patient().await?;
        other.post("/appointments", &clinic.wish(today(0))).await?.expect(201)?;
        let taken = desk.post(&form, &fields(&slots[0])).await?.expect(409)?;
        taken.shows(&["Someone just took 09:00", "Nearest: 09:30", "value=\"Her knee\""])?;
        let instead = taken.values("slot");
        assert!(instead[0].starts_with(&today(30).to_string()), "{instead:?}");
        let done = desk.submit(&form, &fields(&instead[0])).await?;
        done.shows(&["Booked for Mon 4 Jan, 09:30.", "Mon 4 Jan, 09:30</a>", "Zoë Zimmermann"])?;
        // The patient cannot be in two places: their time is not offered again, whoever else is free.
        clinic.add_provider(&[&clinic.service]).await?;
        let times = desk.get(&services.address("service=")?).await?.expect(200)?;
        assert!(!times.values("slot").iter().any(|slot| slot.starts_with(&today(30).to_string())));
        clinic.server.verify().await
    }

    async fn what_was_typed_about_a_new_patient_is_kept(database: TestDatabase) {
        let (_clinic, mut desk) = opened(&database).await?;
        let fields = [("given_name", "Nia"), ("family_name", ""), ("birth_date", "1990-04-05"), ("phone", "none")];
        let refused = desk.post("/desk/patients", &fields).await?.expect(422)?;
        refused.shows(&[
            "Not added yet", "value=\"Nia\"", "value=\"none\"", "value=\"1990-04-05\"", "id=\"family_name-error\"", "id=\"phone-error\"",
        ])?;
        let fields = [("given_name", "Nia"), ("family_name", "Okoye"), ("birth_date", ""), ("phone", "")];
        let added = desk.submit("/desk/patients", &fields).await?;
        added.shows(&["Patient added.", "Nia Okoye", "aria-keyshortcuts=\"b\""])
    }
}
