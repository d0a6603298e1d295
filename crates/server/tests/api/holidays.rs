//! Public holidays: offered for a country and a region, seen with whom they strand, and closed at once.

use kalends_store::on_both;
use serde_json::{Value, json};

use crate::api::browser::Browser;
use crate::api::clinic::{Clinic, at};

/// What is said of the holiday that begins on this date.
fn on<'a>(all: &'a Value, date: &str) -> Option<&'a Value> {
    all["items"].as_array()?.iter().find(|it| it["first_date"] == date)
}

on_both! {
    async fn holidays_of_a_region_are_looked_at_and_closed_once(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let admin = &clinic.admin;
        let patient = clinic.server.patient().await?;
        let epiphany = at(30 + 24 * 60);
        patient.post("/appointments", &clinic.wish(epiphany)).await?.expect(201)?;

        let countries = admin.get("/holidays/countries").await?.expect(200)?.body;
        let germany = countries["items"].as_array().and_then(|all| all.iter().find(|it| it["code"] == "DE"));
        assert_eq!(germany.map(|it| &it["name"]), Some(&json!("Germany")));
        // The clinic's clock is Berlin's, and the year is this one.
        let found = admin.get("/holidays").await?.expect(200)?.body;
        assert_eq!((&found["country"], &found["year"]), (&json!("DE"), &json!(2027)));
        assert_eq!(on(&found, "2027-01-01").map(|it| &it["state"]), Some(&json!("past")));
        assert!(on(&found, "2027-01-06").is_none());
        let bavaria = admin.get("/holidays?region=BY").await?.expect(200)?.body;
        let day = on(&bavaria, "2027-01-06").ok_or("no Epiphany")?;
        assert_eq!((&day["state"], &day["stranded"], &day["name_en"]), (&json!("open"), &json!(1), &json!("Epiphany")));
        admin.get("/holidays?region=XX").await?.expect(422)?;
        admin.get("/holidays?country=XX").await?.expect(422)?;
        assert_eq!(admin.get("/holidays?year=1999").await?.expect(200)?.body["items"], json!([]));

        let two = json!({"region": "BY", "dates": ["2027-01-06", "2027-03-26"]});
        let unknown = json!({"region": "BY", "dates": ["2027-01-06", "2027-01-07"]});
        admin.post("/holidays", &unknown).await?.expect(422)?;
        let closed = admin.post("/holidays", &two).await?.expect(201)?.body;
        assert_eq!(closed["items"].as_array().map(Vec::len), Some(2));
        assert_eq!(closed["items"][0]["stranded"].as_array().map(Vec::len), Some(1));
        assert_eq!(closed["items"][1]["starts_at"], "2027-03-25T23:00:00Z");
        // A second time there is nothing left to close.
        assert_eq!(admin.post("/holidays", &two).await?.expect(201)?.body["items"], json!([]));
        let after = admin.get("/holidays?region=BY").await?.expect(200)?.body;
        assert_eq!(on(&after, "2027-01-06").map(|it| &it["state"]), Some(&json!("closed")));
        let refused = patient.post("/appointments", &clinic.wish(epiphany + jiff::SignedDuration::from_mins(60))).await?;
        assert_eq!((refused.status.as_u16(), refused.text_of("rule")), (422, "closure"), "{}", refused.text);
        clinic.server.verify().await
    }

    async fn an_admin_ticks_the_days_on_a_page(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        admin.get("/closures").await?.expect(200)?.shows(&["/closures/holidays"])?;
        let page = admin.get("/closures/holidays").await?.expect(200)?;
        page.shows(&["Germany", "Bayern", "Karfreitag", "Good Friday", "CC BY-SA 3.0"])?;
        assert!(!page.has("Heilige Drei"), "a holiday of a region");
        let here = "/closures/holidays?country=DE&region=BY&year=2027";
        admin.get(here).await?.expect(200)?.shows(&["Heilige Drei"])?;
        admin.post(here, &[]).await?.expect(422)?.shows(&["Tick the days"])?;
        let done = admin.submit(here, &[("on", "2027-03-26")]).await?;
        done.shows(&["One day is closed.", "Karfreitag"])?;
        admin.get(here).await?.expect(200)?.shows(&["Closed already"])?;
        admin.get("/closures/holidays?country=EG&year=2028&lang=ar").await?.expect(200)?.shows(&["\u{639}\u{64a}\u{62f}"])?;
        // A country that is none asks for one.
        admin.get("/closures/holidays?country=XX").await?.expect(200)?.shows(&["name=\"country\""])?;
        let mut patient = Browser::of_patient(&clinic.server, &clinic.server.patient().await?).await?;
        assert_ne!(patient.get("/closures/holidays").await?.status, 200);
        Ok(())
    }
}
