//! Weekly hours, as callers of the API see them.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::clinic::Clinic;
use crate::api::server::{Answer, Outcome};

/// Saturdays from ten to two, with a break, the second part for staff to begin with.
fn saturdays(clinic: &Clinic) -> Value {
    json!({
        "effective_from": "2027-01-09", "every_weeks": 2,
        "windows": [
            {"weekday": "sat", "from": "10:00", "to": "12:00"},
            {"weekday": "sat", "from": "12:30", "to": "14:00", "slot_minutes": 15, "publish_mode": "online",
             "release_minutes": 1440, "service_ids": [clinic.service]},
        ],
    })
}

fn counts(answer: &Answer) -> [&Value; 4] {
    ["openings_created", "openings_removed", "kept", "slots"].map(|name| &answer.body[name])
}

async fn patch(clinic: &Clinic, path: &str, body: Value, version: Option<&str>) -> Outcome<Answer> {
    let headers: Vec<(&str, &str)> = version.map(|version| ("if-match", version)).into_iter().collect();
    clinic.admin.send(Method::PATCH, path, Some(&body), &headers).await
}

fn codes(answer: &Answer) -> Vec<(&str, &str)> {
    let errors = answer.body["errors"].as_array();
    errors
        .into_iter()
        .flatten()
        .filter_map(|error| Some((error["pointer"].as_str()?, error["code"].as_str()?)))
        .collect()
}

on_both! {
    async fn weekly_hours_fill_the_calendar(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let all = format!("/providers/{}/templates", clinic.provider);
        let mut order = saturdays(&clinic);
        order["dry_run"] = json!(true);
        let dry = clinic.admin.post(&all, &order).await?.expect(200)?;
        assert_eq!(counts(&dry), [&json!(28), &json!(0), &json!(0), &json!(14 * 10)]);
        assert_eq!(clinic.admin.get(&all).await?.expect(200)?.body["items"], json!([]));

        let made = clinic.admin.post(&all, &saturdays(&clinic)).await?.expect(201)?;
        assert_eq!(counts(&made), counts(&dry));
        let template = &made.body["template"];
        assert_eq!((&template["every_weeks"], &template["effective_until"]), (&json!(2), &Value::Null));
        assert_eq!(template["windows"][1], json!({
            "weekday": "sat", "from": "12:30", "to": "14:00", "slot_minutes": 15, "publish_mode": "online",
            "release_minutes": 1440, "service_ids": [clinic.service],
        }));
        let one = format!("/templates/{}", template["id"].as_str().unwrap_or_default());
        assert_eq!(&clinic.admin.get(&one).await?.expect(200)?.body, template);
        assert_eq!(clinic.admin.get(&all).await?.expect(200)?.body["items"], json!([template]));

        let day = format!("/providers/{}/openings?from=2027-01-09&to=2027-01-16", clinic.provider);
        let openings = clinic.admin.get(&day).await?.expect(200)?;
        let saturday: Vec<&Value> = openings.body["items"].as_array().into_iter().flatten()
            .filter(|it| it["template_id"] == template["id"]).collect();
        assert_eq!(saturday.len(), 2, "not the week after");
        assert_eq!((&saturday[1]["release_minutes"], &saturday[1]["service_ids"]), (&json!(1440), &json!([clinic.service])));

        // The public sees what is released: the first part only.
        let slots = format!("/slots?service_id={}&from=2027-01-09&to=2027-01-09", clinic.service);
        let seen = clinic.server.visitor().get(&slots).await?.expect(200)?;
        let local: Vec<&str> = seen.body["items"].as_array().into_iter().flatten().filter_map(|it| it["local_start"].as_str()).collect();
        assert_eq!(local.last(), Some(&"2027-01-09T11:30:00+01:00"));
        let explain = format!("/slots/explain?service_id={}&provider_id={}&starts_at=2027-01-09T11:30:00Z", clinic.service, clinic.provider);
        let explained = clinic.admin.get(&explain).await?.expect(200)?;
        assert_eq!(explained.body["offered"], json!(false));
        assert_eq!(explained.body["reasons"][0]["rule"], "not-released");
        clinic.server.verify().await
    }

    async fn changed_hours_say_whom_they_strand(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let all = format!("/providers/{}/templates", clinic.provider);
        let made = clinic.admin.post(&all, &saturdays(&clinic)).await?.expect(201)?;
        let one = format!("/templates/{}", made.body["template"]["id"].as_str().unwrap_or_default());
        let patient = clinic.server.patient().await?;
        let wish = json!({"service_id": clinic.service, "starts_at": "2027-01-09T10:00:00Z", "provider_id": clinic.provider});
        let booked = patient.post("/appointments", &wish).await?.expect(201)?.id()?;

        let mornings = json!({"windows": [{"weekday": "sat", "from": "09:00", "to": "11:00"}], "dry_run": true});
        let dry = patch(&clinic, &one, mornings.clone(), None).await?.expect(200)?;
        assert_eq!(counts(&dry), [&json!(14), &json!(28), &json!(0), &json!(14 * 4)]);
        assert_eq!(dry.body["stranded"][0]["appointment_id"], booked.as_str());
        let changed = patch(&clinic, &one, json!({"windows": mornings["windows"]}), Some("\"1\"")).await?.expect(200)?;
        assert_eq!(counts(&changed), counts(&dry));
        assert_eq!(changed.body["template"]["version"], 2);
        patch(&clinic, &one, json!({"every_weeks": 1}), Some("\"1\"")).await?.expect(412)?;
        let weekly = patch(&clinic, &one, json!({"every_weeks": 1, "effective_until": "2027-01-30"}), None).await?.expect(200)?;
        assert_eq!(counts(&weekly), [&json!(2), &json!(12), &json!(0), &json!(8)]);
        let gone = clinic.admin.delete(&one).await?.expect(200)?;
        assert_eq!(counts(&gone), [&json!(0), &json!(4), &json!(0), &json!(0)]);
        assert_ne!(gone.body["template"]["archived_at"], Value::Null);
        clinic.admin.delete(&one).await?.expect(404)?;
        clinic.server.verify().await
    }

    async fn hours_that_make_no_sense_are_told_by_field(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let all = format!("/providers/{}/templates", clinic.provider);
        for (member, value, expected) in [
            ("windows", json!([]), ("/windows", "no-window")),
            ("windows", json!([{"weekday": "sun", "from": "10:00", "to": "09:00"}]), ("/windows/0/to", "end-not-after-start")),
            ("windows", json!([{"weekday": "sun", "from": "10:00", "to": "11:00", "slot_minutes": 3}]), ("/windows/0/slot_minutes", "out-of-range")),
            ("windows", json!([{"weekday": "sun", "from": "10:00", "to": "11:00", "release_minutes": -1}]), ("/windows/0/release_minutes", "out-of-range")),
            ("windows", json!([{"weekday": "sun", "from": "10:00", "to": "11:00", "service_ids": [clinic.provider]}]), ("/windows/0/service_ids", "unknown")),
            ("windows", json!([{"weekday": "someday", "from": "10:00", "to": "11:00"}]), ("/windows/0/weekday", "malformed")),
            ("every_weeks", json!(0), ("/every_weeks", "weeks-out-of-range")),
            ("every_weeks", json!(300), ("/every_weeks", "weeks-out-of-range")),
            ("effective_until", json!("2027-01-08"), ("/effective_until", "dates-reversed")),
            ("location_id", json!(clinic.service), ("/location_id", "unknown")),
            ("tenant_id", json!("x"), ("/tenant_id", "malformed")),
        ] {
            let mut order = saturdays(&clinic);
            order[member] = value;
            let refused = clinic.admin.post(&all, &order).await?.expect(422)?;
            assert_eq!(codes(&refused), [expected], "{order}");
        }
        Ok(())
    }
}
