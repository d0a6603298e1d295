//! Times that fill gaps, recommended where the organisation wants it.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::browser::Browser;
use crate::api::clinic::{Clinic, at};

/// Whether each time is recommended, by its start.
fn recommended(slots: &Value, minutes: i64) -> Option<bool> {
    let start = at(minutes).to_string();
    let mut items = slots["items"].as_array().into_iter().flatten();
    items.find(|it| it["starts_at"] == start.as_str())?["preferred"].as_bool()
}

on_both! {
    async fn times_that_fill_gaps_are_recommended(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patients = clinic.server.patients(2).await?;
        patients[0].post("/appointments", &clinic.wish(at(60))).await?.expect(201)?;
        let path = format!("/slots?service_id={}&from=2027-01-05&to=2027-01-05", clinic.service);
        let before = patients[1].get(&path).await?.expect(200)?.body;
        assert_eq!((recommended(&before, 90), recommended(&before, 95)), (Some(false), Some(false)), "nobody asked for it");

        let settings = json!({"name": "Clinic", "fill_gaps": true});
        clinic.admin.send(Method::PUT, "/settings", Some(&settings), &[]).await?.expect(200)?;
        let after = patients[1].get(&path).await?.expect(200)?.body;
        for (minutes, expected) in [(0, true), (25, false), (30, true), (90, true), (95, false), (450, true)] {
            assert_eq!(recommended(&after, minutes), Some(expected), "{minutes}");
        }
        let starts = |slots: &Value| slots["items"].as_array().map(|items| items.iter().map(|it| it["starts_at"].clone()).collect::<Vec<_>>());
        assert_eq!(starts(&before), starts(&after), "nothing is hidden, and nothing in another order");

        let mut phone = Browser::of_patient(&clinic.server, &patients[1]).await?;
        let page = format!("/book?service={}&provider={}&from=2027-01-05", clinic.service, clinic.provider);
        phone.get(&page).await?.expect(200)?.shows(&["Recommended"])?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        admin.get("/admin/settings").await?.expect(200)?.shows(&["name=\"fill_gaps\""])?;
        clinic.server.verify().await
    }
}
