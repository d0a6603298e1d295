//! The waitlist through the API, and as the people on both sides of it see it.

use jiff::SignedDuration;
use kalends_app::sweep::Sweep;
use kalends_store::on_both;
use kalends_store::testing::TestDatabase;
use serde_json::{Value, json};

use super::browser::Browser;
use super::caller::Caller;
use super::clinic::{Clinic, at};
use super::server::{Answer, Outcome, scaled};

/// A service that takes all of a provider's day, of which Tuesday is booked.
struct Full {
    clinic: Clinic,
    service: String,
    lucky: Caller,
    booked: String,
}

impl Full {
    async fn new(database: &TestDatabase) -> Outcome<Self> {
        let clinic = Clinic::start(database).await?;
        let service = clinic
            .add_service(json!({"name": "Check-up", "duration_minutes": 480}))
            .await?;
        clinic.add_provider(&[&service]).await?;
        let lucky = clinic.server.patient().await?;
        let body = json!({"service_id": service, "starts_at": at(0)});
        let booked = lucky.post("/appointments", &body).await?.expect(201)?.id()?;
        Ok(Self {
            clinic,
            service,
            lucky,
            booked,
        })
    }

    /// The day that is booked, and no other.
    fn wish(&self) -> Value {
        json!({"service_id": self.service, "from": "2027-01-05", "until": "2027-01-05", "weekdays": ["tue"]})
    }

    async fn free(&self) -> Outcome<u64> {
        let path = format!("/appointments/{}/cancel", self.booked);
        self.lucky.post(&path, &json!({})).await?.expect(200)?;
        Ok(Sweep::WaitlistOffers.run(&self.clinic.server.app).await?)
    }
}

async fn offer(caller: &Caller) -> Outcome<String> {
    let listed = caller.get("/waitlist").await?.expect(200)?;
    let offer = &listed.body["items"][0]["offers"][0];
    assert_eq!(offer["state"], "open", "{offer}");
    Ok(offer["id"].as_str().ok_or("no offer")?.to_owned())
}

on_both! {
    async fn five_accept_and_one_has_it(database: TestDatabase) {
        let full = Full::new(&database).await?;
        let settings = json!({"name": "Clinic", "waitlist_offers_at_once": 5});
        full.clinic.admin.send(reqwest::Method::PUT, "/settings", Some(&settings), &[]).await?.expect(200)?;
        let waiting = full.clinic.server.patients(scaled(5, 5)).await?;
        for patient in &waiting {
            patient.post("/waitlist", &full.wish()).await?.expect(201)?;
        }
        assert_eq!(full.free().await?, 5);
        let mut offers = Vec::new();
        for patient in &waiting {
            offers.push((patient.clone(), offer(patient).await?));
        }
        let mut racers = tokio::task::JoinSet::new();
        for (patient, id) in offers {
            racers.spawn(async move {
                let path = format!("/offers/{id}/accept");
                patient.post(&path, &json!({"reason": "At last"})).await.map_err(|error| error.to_string())
            });
        }
        let answers: Result<Vec<Answer>, String> = racers.join_all().await.into_iter().collect();
        let answers = answers?;
        let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((count(201), count(409)), (1, 4), "{:?}", answers.iter().map(|it| &it.body).collect::<Vec<_>>());
        full.clinic.server.verify().await
    }

    async fn a_wish_is_made_seen_offered_and_given_up(database: TestDatabase) {
        let full = Full::new(&database).await?;
        let patient = full.clinic.server.patient().await?;
        let wrong = json!({"service_id": full.service, "until": "2026-01-01", "local_from": "12:00", "local_to": "11:00"});
        let refused = patient.post("/waitlist", &wrong).await?.expect(422)?;
        let pointers: Vec<_> = refused.body["errors"].as_array().into_iter().flatten().map(|it| &it["pointer"]).collect();
        assert_eq!(pointers, ["/until", "/local_to"]);
        let made = patient.post_once("/waitlist", &full.wish(), "w1").await?.expect(201)?;
        let again = patient.post_once("/waitlist", &full.wish(), "w1").await?.expect(201)?;
        assert_eq!((&made.body["id"], &made.body["state"]), (&again.body["id"], &json!("waiting")));
        let path = format!("/waitlist/{}", made.id()?);
        full.lucky.get(&path).await?.expect(404)?;
        patient.post(&format!("{path}/contact"), &json!({})).await?.expect(403)?;
        full.clinic.admin.post(&format!("{path}/contact"), &json!({})).await?.expect(204)?;

        assert_eq!(full.free().await?, 1);
        let id = offer(&patient).await?;
        full.lucky.post(&format!("/offers/{id}/accept"), &json!({})).await?.expect(404)?;
        full.lucky.post("/appointments", &json!({"service_id": full.service, "starts_at": at(0)})).await?.expect(409)?;
        patient.post(&format!("/offers/{id}/decline"), &json!({})).await?.expect(204)?;
        patient.post(&format!("/offers/{id}/accept"), &json!({})).await?.expect(409)?;
        full.lucky.post("/appointments", &json!({"service_id": full.service, "starts_at": at(0)})).await?.expect(201)?;
        patient.send(reqwest::Method::DELETE, &path, None, &[]).await?.expect(204)?;
        assert_eq!(patient.get(&path).await?.expect(200)?.body["state"], "left");
        assert_eq!(patient.get("/waitlist").await?.expect(200)?.body["items"], json!([]));
        full.clinic.server.verify().await
    }

    async fn a_patient_joins_where_nothing_is_free_and_takes_what_is_offered(database: TestDatabase) {
        let full = Full::new(&database).await?;
        let caller = full.clinic.server.patient().await?;
        let mut patient = Browser::of_patient(&full.clinic.server, &caller).await?;
        let week = patient.get(&format!("/book?service={}&from=2027-01-05", full.service)).await?.expect(200)?;
        week.shows(&["Join the waitlist"])?;
        let join = week.address("/patient/waitlist/join")?;
        let form = patient.get(&join).await?.expect(200)?;
        form.shows(&["Check-up", "Last day that suits"])?;
        let service = full.service.as_str();
        let wrong = [("service", service), ("until", ""), ("from", "2027-01-05"), ("note", "Within the hour")];
        let refused = patient.post("/patient/waitlist/join", &wrong).await?.expect(422)?;
        refused.shows(&["Within the hour", "id=\"until-error\""])?;
        let fields = [
            ("service", service), ("weekdays", "tue"), ("from", "2027-01-05"), ("until", "2027-01-05"), ("local_from", "08:00"),
            ("local_to", "18:00"), ("note", "Within the hour"),
        ];
        let joined = patient.submit("/patient/waitlist/join", &fields).await?;
        joined.shows(&["You are on the waitlist.", "Check-up", "Tue", "08:00–18:00"])?;

        let mut desk = Browser::of_staff(&full.clinic.server, &full.clinic.admin).await?;
        desk.get("/waitlist").await?.expect(200)?.shows(&["Check-up", "Within the hour", "Was in touch"])?;
        assert_eq!(full.free().await?, 1);
        desk.get("/waitlist").await?.expect(200)?.shows(&["Was told", "Book it"])?;
        patient.get("/patient/dashboard").await?.expect(200)?.shows(&["A time has become free for you", "Take this time"])?;
        let id = offer(&caller).await?;
        let confirm = patient.submit(&format!("/patient/waitlist/offers/{id}/take"), &[]).await?;
        confirm.shows(&["Check-up"])?;
        let book = confirm.form("/book")?;
        full.clinic.server.app.clock.advance(SignedDuration::from_mins(1));
        patient.post_form("/book", &book).await?.expect(303)?;
        let coming = caller.get("/appointments").await?.expect(200)?;
        assert_eq!(coming.body["items"].as_array().map(Vec::len), Some(1));
        patient.get("/patient/waitlist").await?.expect(200)?.shows(&["You wait for nothing"])?;
        full.clinic.server.verify().await
    }

    async fn the_desk_adds_somebody_and_books_what_they_said_yes_to(database: TestDatabase) {
        let full = Full::new(&database).await?;
        let settings = json!({"name": "Clinic", "waitlist_desk_share": 100});
        full.clinic.admin.send(reqwest::Method::PUT, "/settings", Some(&settings), &[]).await?.expect(200)?;
        let body = json!({"given_name": "Zoë", "family_name": "Zimmer", "phone": "+49 30 1234567"});
        let id = full.clinic.admin.post("/patients", &body).await?.expect(201)?.id()?;
        let mut desk = Browser::of_staff(&full.clinic.server, &full.clinic.admin).await?;
        desk.get(&format!("/waitlist/join?patient={id}")).await?.expect(200)?.shows(&["Zoë Zimmer waits for a time"])?;
        let without = [("patient", id.as_str()), ("until", "2027-01-05"), ("note", "Call after noon")];
        desk.post("/waitlist/join", &without).await?.expect(422)?.shows(&["Call after noon", "id=\"service_id-error\""])?;
        let fields = [
            ("patient", id.as_str()), ("service_id", &full.service), ("from", "2027-01-05"), ("until", "2027-01-05"),
            ("note", "Call after noon"),
        ];
        desk.submit("/waitlist/join", &fields).await?.shows(&["Added to the waitlist.", "Zoë Zimmer", "Last days"])?;
        assert_eq!(full.free().await?, 1);
        let page = desk.get("/waitlist").await?.expect(200)?;
        page.shows(&["Please call", "Book it"])?;
        full.clinic.server.app.clock.advance(SignedDuration::from_mins(1));
        let accept = page.html.split("action=\"").find(|part| part.starts_with("/waitlist/offers/") && part.contains("/accept\""));
        let accept = accept.and_then(|part| part.split('"').next()).ok_or("no button")?.to_owned();
        desk.submit(&accept, &[]).await?.shows(&["Booked: Tue 5 Jan, 09:00", "Nobody waits"])?;
        full.clinic.server.verify().await
    }
}
