//! Services and departments are called by their translated names where the reader's language has one.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::json;

use crate::api::browser::Browser;
use crate::api::clinic::{Clinic, at};

on_both! {
    async fn what_is_offered_is_read_in_ones_own_language(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let admin = &clinic.admin;
        let unit = json!({"name": "Cardiology", "names": {"ar": "أمراض القلب"}});
        let unit = admin.post("/departments", &unit).await?.expect(201)?.id()?;
        let path = format!("/services/{}", clinic.service);
        let named = json!({"name": "Consultation", "names": {"ar": "استشارة", "en": " "}, "department_id": unit,
            "description": "Heart", "descriptions": {"ar": "القلب"}});
        let saved = admin.send(Method::PATCH, &path, Some(&named), &[]).await?.expect(200)?;
        // What is blank is no translation.
        assert_eq!((&saved.body["names"], &saved.body["descriptions"]), (&json!({"ar": "استشارة"}), &json!({"ar": "القلب"})));
        let unknown = json!({"names": {"xx": "?"}});
        let refused = admin.send(Method::PATCH, &path, Some(&unknown), &[]).await?.expect(422)?;
        assert_eq!(refused.body["errors"][0]["pointer"], "/names/xx");
        let found = admin.get("/services?q=%D8%A7%D8%B3%D8%AA%D8%B4%D8%A7%D8%B1%D8%A9").await?.expect(200)?;
        assert_eq!(found.body["items"].as_array().map(Vec::len), Some(1), "{}", found.text);

        let patient = clinic.server.patient().await?;
        let booked = patient.post("/appointments", &clinic.wish(at(30))).await?.expect(201)?.id()?;
        let mut phone = Browser::of_patient(&clinic.server, &patient).await?;
        for (language, name, other) in [("ar", "استشارة", "Consultation"), ("en", "Consultation", "استشارة")] {
            for page in ["/", "/book", "/patient/appointments", "/patient/dashboard", &format!("/patient/appointments/{booked}")] {
                let page = phone.get(&format!("{page}?lang={language}")).await?.expect(200)?;
                page.shows(&[name])?;
                assert!(!page.has(other), "{other} in {language}");
            }
        }
        let file = phone.get(&format!("/patient/appointments/{booked}/calendar.ics?lang=ar")).await?.expect(200)?;
        file.shows(&["استشارة"])?;
        phone.get("/?lang=ar").await?.expect(200)?.shows(&["أمراض القلب", "القلب"])?;

        let mut desk = Browser::of_staff(&clinic.server, admin).await?;
        let edit = format!("/admin/services/{}", clinic.service);
        let form = desk.get(&edit).await?.expect(200)?;
        form.shows(&["name_ar", "استشارة"])?;
        let fields = [
            ("name", "Consultation"), ("name_ar", ""), ("duration_minutes", "30"), ("mode", "in_person"), ("clientele", "anyone"),
            ("assignment", "random"), ("public", "true"),
        ];
        desk.post(&edit, &fields).await?.expect(303)?;
        assert_eq!(admin.get(&path).await?.expect(200)?.body["names"], json!({}));
        clinic.server.verify().await
    }
}
