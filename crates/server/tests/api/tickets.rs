//! Tickets: one booking each, of what they are about and nothing else.

use jiff::SignedDuration;
use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use super::browser::Browser;
use super::caller::Caller;
use super::clinic::{Clinic, NOW, at};
use super::server::Outcome;
use super::strangers::UNKNOWN;

/// A service that is not public, of a doctor who takes no new patients and another who does.
struct Granted {
    clinic: Clinic,
    service: String,
    closed: String,
    other: String,
    patient: Caller,
}

impl Granted {
    async fn new(clinic: Clinic) -> Outcome<Self> {
        let service = clinic.add_service(json!({"public": false})).await?;
        let (closed, other) = (
            clinic.add_provider(&[&service]).await?,
            clinic.add_provider(&[&service]).await?,
        );
        let body = json!({"accepting": false});
        clinic
            .admin
            .send(Method::PATCH, &format!("/providers/{closed}"), Some(&body), &[])
            .await?
            .expect(200)?;
        let patient = clinic.server.patient().await?;
        Ok(Self {
            clinic,
            service,
            closed,
            other,
            patient,
        })
    }

    async fn grant(&self, extra: Value) -> Outcome<String> {
        let mut body = json!({"service_id": self.service, "note": "Please come again"});
        if let (Some(body), Some(extra)) = (body.as_object_mut(), extra.as_object()) {
            body.extend(extra.clone());
        }
        let path = format!("/patients/{}/tickets", self.patient.patient_id());
        self.clinic.admin.post(&path, &body).await?.expect(201)?.id()
    }

    fn wish(&self, ticket: &str, minutes: i64) -> Value {
        json!({"service_id": self.service, "starts_at": at(minutes), "ticket_id": ticket})
    }

    async fn state(&self, ticket: &str) -> Outcome<Value> {
        let found = self
            .patient
            .get(&format!("/patients/{}/tickets", self.patient.patient_id()))
            .await?
            .expect(200)?;
        let mut items = found.body["items"].as_array().into_iter().flatten();
        Ok(items
            .find(|it| it["id"] == ticket)
            .map(|it| it["state"].clone())
            .unwrap_or_default())
    }
}

on_both! {
    async fn a_ticket_books_once_what_it_is_about(database: TestDatabase) {
        let it = Granted::new(Clinic::start(&database).await?).await?;
        let (patient, clinic) = (&it.patient, &it.clinic);
        let plain = json!({"service_id": it.service, "starts_at": at(0)});
        let refused = patient.post("/appointments", &plain).await?.expect(422)?;
        assert_eq!(refused.body["rule"], "not-published", "without a ticket it is not for patients");
        let slots = format!("/slots?service_id={}&from=2027-01-05&to=2027-01-05", it.service);
        patient.get(&slots).await?.expect(404)?;

        let ticket = it.grant(json!({"provider_id": it.closed})).await?;
        let offered = patient.get(&format!("{slots}&ticket_id={ticket}")).await?.expect(200)?;
        let mut of = offered.body["items"].as_array().into_iter().flatten().map(|slot| slot["provider_id"].clone());
        assert!(of.next().is_some_and(|first| first == it.closed.as_str()) && of.all(|id| id == it.closed.as_str()));
        let mut elsewhere = it.wish(&ticket, 0);
        elsewhere["provider_id"] = json!(it.other);
        let refused = patient.post("/appointments", &elsewhere).await?.expect(422)?;
        assert_eq!(refused.body["rule"], "ticket-elsewhere");
        let mut public = clinic.wish(at(0));
        public["ticket_id"] = json!(ticket);
        let refused = patient.post("/appointments", &public).await?.expect(422)?;
        assert_eq!(refused.body["rule"], "ticket-elsewhere", "for another service it is worth nothing");
        // What it is not about stays: the grid, the openings, the patient's own time.
        let refused = patient.post("/appointments", &it.wish(&ticket, -60)).await?.expect(422)?;
        assert_eq!(refused.body["rule"], "outside-openings");

        let held = patient.post("/holds", &it.wish(&ticket, 30)).await?.expect(201)?;
        let mut wish = it.wish(&ticket, 30);
        wish["hold_token"] = held.body["token"].clone();
        let booked = patient.post("/appointments", &wish).await?.expect(201)?;
        assert_eq!((&booked.body["provider_id"], &booked.body["ticket_id"]), (&json!(it.closed), &json!(ticket)));
        assert_eq!(it.state(&ticket).await?, "spent");
        let refused = patient.post("/appointments", &it.wish(&ticket, 90)).await?.expect(422)?;
        assert_eq!(refused.body["rule"], "ticket-spent");

        // A move keeps it, cancelling gives it back, and undoing that takes it again if it is there.
        let path = format!("/appointments/{}", booked.id()?);
        let moved = patient.post(&format!("{path}/reschedule"), &json!({"starts_at": at(120)})).await?.expect(200)?;
        assert_eq!(moved.body["ticket_id"], ticket.as_str());
        patient.post(&format!("{path}/cancel"), &json!({})).await?.expect(200)?;
        assert_eq!(it.state(&ticket).await?, "good");
        patient.post("/appointments", &it.wish(&ticket, 180)).await?.expect(201)?;
        let refused = clinic.admin.post(&format!("{path}/undo"), &json!({})).await?.expect(422)?;
        assert_eq!(refused.body["rule"], "ticket-spent");
        clinic.server.verify().await
    }

    async fn of_many_at_once_one_spends_it(database: TestDatabase) {
        let it = Granted::new(Clinic::start(&database).await?).await?;
        let ticket = it.grant(json!({})).await?;
        let mut racers = tokio::task::JoinSet::new();
        for index in 0..8 {
            let (patient, wish) = (it.patient.clone(), it.wish(&ticket, index * 45));
            racers.spawn(async move { patient.post("/appointments", &wish).await.map_err(|error| error.to_string()) });
        }
        let mut booked = 0;
        for answer in racers.join_all().await {
            let answer = answer?;
            match answer.status.as_u16() {
                201 => booked += 1,
                422 => assert_eq!(answer.body["rule"], "ticket-spent", "{}", answer.text),
                status => return Err(format!("{status}: {}", answer.text).into()),
            }
        }
        assert_eq!(booked, 1);
        it.clinic.server.verify().await
    }

    async fn a_ticket_ends_and_is_nobody_elses(database: TestDatabase) {
        let it = Granted::new(Clinic::start(&database).await?).await?;
        let soon = NOW + SignedDuration::from_mins(5);
        let (expiring, revoked) = (it.grant(json!({"valid_until": soon})).await?, it.grant(json!({})).await?);
        let stranger = it.clinic.server.patient().await?;
        let foreign = stranger.post("/appointments", &it.wish(&revoked, 0)).await?.expect(404)?;
        let unknown = stranger.post("/appointments", &it.wish(UNKNOWN, 0)).await?.expect(404)?;
        assert_eq!(foreign.body, unknown.body);
        stranger.get(&format!("/patients/{}/tickets", it.patient.patient_id())).await?.expect(404)?;
        it.patient.delete(&format!("/tickets/{revoked}")).await?.expect(403)?;
        it.clinic.admin.delete(&format!("/tickets/{revoked}")).await?.expect(204)?;
        it.clinic.admin.delete(&format!("/tickets/{revoked}")).await?.expect(404)?;
        it.clinic.server.app.clock.advance(SignedDuration::from_mins(5));
        for ticket in [&expiring, &revoked] {
            let refused = it.patient.post("/appointments", &it.wish(ticket, 0)).await?.expect(422)?;
            assert_eq!(refused.body["rule"], "ticket-expired");
        }
        let path = format!("/patients/{}/tickets", it.patient.patient_id());
        for (body, code) in [
            (json!({"service_id": it.service, "valid_until": NOW}), "past"),
            (json!({"service_id": it.service, "provider_id": it.clinic.provider}), "does-not-give-service"),
            (json!({"service_id": UNKNOWN}), "unknown-id"),
        ] {
            let refused = it.clinic.admin.post(&path, &body).await?.expect(422)?;
            assert_eq!(refused.body["errors"][0]["code"], code);
        }
        it.clinic.server.verify().await
    }

    async fn the_pages_grant_and_book(database: TestDatabase) {
        let it = Granted::new(Clinic::start(&database).await?).await?;
        let mut admin = Browser::of_staff(&it.clinic.server, &it.clinic.admin).await?;
        let path = format!("/patients/{}/tickets", it.patient.patient_id());
        admin.get(&path).await?.expect(200)?.shows(&["Nothing is granted"])?;
        admin.get(&format!("{path}?do=grant")).await?.expect(200)?.shows(&["To be booked until"])?;
        let blank = [("service_id", ""), ("with", ""), ("valid_until", ""), ("note", "typed")];
        admin.post(&path, &blank).await?.expect(422)?.shows(&["typed", "This is required."])?;
        let with = format!("provider-{}", it.closed);
        let form = [("service_id", it.service.as_str()), ("with", &with), ("valid_until", "2027-01-20"), ("note", "Come again")];
        admin.submit(&path, &form).await?.shows(&["Come again", "Open", "Take back"])?;

        let mut browser = Browser::of_patient(&it.clinic.server, &it.patient).await?;
        let home = browser.get("/patient/dashboard").await?.expect(200)?;
        home.shows(&["The clinic lets you book", "Come again"])?;
        let times = browser.get(&home.address("/book?ticket=")?).await?.expect(200)?;
        times.shows(&["When suits you?", "Monday 4 January"])?;
        let ticket = it.patient.get(&path).await?.body["items"][0]["id"].as_str().ok_or("no ticket")?.to_owned();
        let pick = format!("{}~{}", at(0), it.clinic.location);
        let hold = [("ticket", ticket.as_str()), ("service", &it.service), ("provider", &it.closed), ("at", &pick)];
        let confirm = browser.submit("/book/hold", &hold).await?;
        let done = browser.post_form("/book", &confirm.form("/book")?).await?.expect(303)?;
        let booked = browser.get(&done.location).await?.expect(200)?;
        let moving = booked.address("/move")?;
        browser.get(&moving).await?.expect(200)?.shows(&["Move your appointment"])?;
        assert!(!browser.get("/patient/dashboard").await?.has("The clinic lets you book"));
        admin.get(&path).await?.expect(200)?.shows(&["Booked"])?;
        it.clinic.server.verify().await
    }
}
