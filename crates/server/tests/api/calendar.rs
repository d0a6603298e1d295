//! Openings, slots, blocks, closures and the trail, as callers of the API see them.

use jiff::SignedDuration;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::caller::Caller;
use crate::api::clinic::NOW;
use crate::api::clinic::{Clinic, at};
use crate::api::server::{Answer, Outcome};

async fn change(caller: &Caller, path: &str, body: Value) -> Outcome<Answer> {
    caller.send(Method::PATCH, path, Some(&body), &[]).await
}

/// The codes of the fields that broke a rule.
fn codes(answer: &Answer) -> Vec<(&str, &str)> {
    let errors = answer.body["errors"].as_array();
    errors
        .into_iter()
        .flatten()
        .filter_map(|error| Some((error["pointer"].as_str()?, error["code"].as_str()?)))
        .collect()
}

fn slots(clinic: &Clinic, more: &str) -> String {
    format!(
        "/slots?service_id={}&from=2027-01-05&to=2027-01-05{more}",
        clinic.service
    )
}

fn items(answer: &Answer) -> Vec<Value> {
    answer.body["items"].as_array().cloned().unwrap_or_default()
}

on_both! {
    async fn a_month_is_generated_with_the_dialogs_defaults(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let path = format!("/providers/{}/openings/generate", clinic.provider);
        let dry = clinic.admin.post(&path, &json!({"month": "2027-02", "dry_run": true})).await?.expect(200)?;
        let expected = json!({"openings_created": 20, "slots": 320, "kept": 0, "stranded": []});
        assert_eq!(dry.body, expected);
        assert_eq!(clinic.admin.post(&path, &json!({"month": "2027-02"})).await?.expect(200)?.body, expected);
        let again = clinic.admin.post(&path, &json!({"month": "2027-02"})).await?.expect(200)?;
        assert_eq!(again.body, json!({"openings_created": 0, "slots": 0, "kept": 20, "stranded": []}));

        let split = json!({
            "month": "2027-03", "weekdays": ["sat"], "slot_minutes": 15,
            "windows": [{"from": "08:00", "to": "12:00"}, {"from": "13:00", "to": "15:00"}],
        });
        let saturdays = clinic.admin.post(&path, &split).await?.expect(200)?;
        assert_eq!((&saturdays.body["openings_created"], &saturdays.body["slots"]), (&json!(8), &json!(96)));

        for (body, expected) in [
            (json!({"month": "2027-13"}), ("/month", "malformed")),
            (json!({"month": "2027-02", "from": "17:00", "to": "09:00"}), ("/to", "end-not-after-start")),
            (json!({"month": "2027-02", "slot_minutes": 4}), ("/slot_minutes", "out-of-range")),
            (json!({"month": "2027-02", "slot_minutes": 1e300}), ("/slot_minutes", "malformed")),
            (json!({"month": "2027-02", "weekdays": []}), ("/weekdays", "no-weekday")),
            (json!({"month": "9998-01"}), ("/month", "too-far-ahead")),
            (json!({"month": "2027-02", "tenant_id": "x"}), ("/tenant_id", "malformed")),
        ] {
            let refused = clinic.admin.post(&path, &body).await?.expect(422)?;
            assert_eq!(codes(&refused), [expected], "{body}");
        }
        clinic.server.verify().await
    }

    async fn a_days_openings_are_edited(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let booked = patient.post("/appointments", &clinic.wish(at(420))).await?.expect(201)?.id()?;
        let path = format!("/providers/{}/openings", clinic.provider);
        let day = clinic.admin.get(&format!("{path}?from=2027-01-05&to=2027-01-05")).await?.expect(200)?;
        let opening = &items(&day)[0];
        assert_eq!((&opening["from"], &opening["to"], &opening["slot_minutes"]), (&json!("09:00"), &json!("17:00"), &json!(30)));
        let one = format!("/openings/{}", opening["id"].as_str().unwrap_or_default());
        assert_eq!(&clinic.admin.get(&one).await?.expect(200)?.body, opening);

        let shorter = change(&clinic.admin, &one, json!({"to": "16:00"})).await?.expect(200)?;
        assert_eq!(shorter.body["opening"]["ends_at"], "2027-01-05T15:00:00Z");
        assert_eq!(shorter.body["stranded"][0]["appointment_id"], booked.as_str());
        let evening = json!({"date": "2027-01-05", "from": "16:00", "to": "20:00"});
        clinic.admin.post(&path, &evening).await?.expect(201)?;
        let overlap = clinic.admin.post(&path, &evening).await?.expect(422)?;
        assert_eq!(codes(&overlap), [("/from", "overlaps-opening")]);
        let past = clinic.admin.post(&path, &json!({"date": "2027-01-03", "from": "16:00", "to": "20:00"})).await?.expect(422)?;
        assert_eq!(codes(&past), [("/date", "past")]);

        let internal = change(&clinic.admin, &one, json!({"publish_mode": "internal"})).await?.expect(200)?;
        assert_eq!(internal.body["opening"]["publish_mode"], "internal");
        let offered = items(&clinic.server.visitor().get(&slots(&clinic, "")).await?.expect(200)?);
        // The stranded appointment still takes the first half hour.
        assert_eq!(offered[0]["local_start"], "2027-01-05T16:30:00+01:00");
        let dry = clinic.admin.delete(&format!("{one}?dry_run=true")).await?.expect(200)?;
        assert_eq!(dry.body["stranded"], json!([]));
        clinic.admin.delete(&one).await?.expect(200)?;
        clinic.admin.get(&one).await?.expect(404)?;
        clinic.server.verify().await
    }

    async fn slots_are_there_without_a_token(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let visitor = clinic.server.visitor();
        let found = items(&visitor.get(&slots(&clinic, "&limit=2")).await?.expect(200)?);
        assert_eq!(found, [
            json!({
                "starts_at": "2027-01-05T08:00:00Z", "ends_at": "2027-01-05T08:30:00Z",
                "local_start": "2027-01-05T09:00:00+01:00", "time_zone": "Europe/Berlin",
                "provider_id": clinic.provider, "service_id": clinic.service, "location_id": clinic.location, "seats_left": null, "preferred": false,
            }),
            json!({
                "starts_at": "2027-01-05T08:05:00Z", "ends_at": "2027-01-05T08:35:00Z",
                "local_start": "2027-01-05T09:05:00+01:00", "time_zone": "Europe/Berlin",
                "provider_id": clinic.provider, "service_id": clinic.service, "location_id": clinic.location, "seats_left": null, "preferred": false,
            }),
        ]);
        let unknown = "01a204f1-f999-74a6-80b9-bca9b58f3481";
        let service = &clinic.service;
        for (path, status) in [
            (format!("/slots?service_id={unknown}&from=2027-01-05&to=2027-01-05"), 404),
            (slots(&clinic, &format!("&provider_id={unknown}")), 404),
            (slots(&clinic, &format!("&location_id={unknown}")), 404),
            (slots(&clinic, &format!("&department_id={unknown}")), 200),
            (slots(&clinic, "&limit=201"), 422),
            (slots(&clinic, "&limit=0"), 422),
            (slots(&clinic, "&limit=-1"), 422),
            (slots(&clinic, "&tenant=x"), 422),
            (slots(&clinic, "&from=2027-01-06"), 422),
            (format!("/slots?service_id={service}&from=2027-01-05&to=2027-01-04"), 422),
            (format!("/slots?service_id={service}&from=2027-01-05&to=2027-04-07"), 422),
            (format!("/slots?service_id={service}&from=2027-01-05&to=2027-04-06"), 200),
            (format!("/slots?service_id={service}&from=2027-02-30&to=2027-02-30"), 422),
            (format!("/slots?service_id={service}&from=-009999-01-01&to=-009999-01-02"), 422),
            (format!("/slots?service_id={service}&from=9999-12-30&to=9999-12-31"), 422),
            (format!("/slots?service_id={service}&from=-004000-01-01&to=-004000-01-02"), 422),
            (format!("/slots?service_id={service}&from=0001-01-02&to=0001-01-03"), 200),
            (format!("/slots?service_id={service}"), 422),
            ("/slots?service_id=1'%20OR%20'1'='1&from=2027-01-05&to=2027-01-05".into(), 422),
        ] {
            assert_eq!(visitor.get(&path).await?.status.as_u16(), status, "{path}");
        }
        Ok(())
    }

    async fn staff_ask_why_not(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let ask = |starts_at: jiff::Timestamp| {
            format!("/slots/explain?service_id={}&provider_id={}&starts_at={starts_at}", clinic.service, clinic.provider)
        };
        let free = clinic.admin.get(&ask(at(0))).await?.expect(200)?;
        assert_eq!(free.body, json!({"offered": true, "bookable_by_staff": true, "reasons": []}));
        let early = clinic.admin.get(&ask(at(-120))).await?.expect(200)?;
        assert_eq!(early.body, json!({
            "offered": false, "bookable_by_staff": false, "reasons": [{
                "rule": "outside-openings", "detail": "the provider is not open then", "binds_staff": true, "may_be_set_aside": false,
            }],
        }));
        for (extreme, status) in [("-009999-01-02T01:59:59Z", 200), ("0000-01-01T00:00:00Z", 200), ("9999-12-30T22:00:00Z", 422)] {
            let path = ask(NOW).replace(&NOW.to_string(), extreme);
            assert_eq!(clinic.admin.get(&path).await?.status.as_u16(), status, "{extreme}");
        }
        clinic.server.visitor().get(&ask(at(0))).await?.expect(401)?;
        clinic.server.patient().await?.get(&ask(at(0))).await?.expect(403)?;
        Ok(())
    }

    async fn the_calendar_follows_what_happens(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let path = format!("/providers/{}/calendar?from=2027-01-05&to=2027-01-06", clinic.provider);
        let booked = patient.post("/appointments", &clinic.wish(at(30))).await?.expect(201)?.id()?;
        patient.post("/holds", &clinic.wish(at(60))).await?.expect(201)?;
        let block = json!({"provider_id": clinic.provider, "starts_at": at(90), "ends_at": at(120), "reason": "tea"});
        let block = clinic.admin.post("/blocks", &block).await?.expect(201)?.id()?;
        let days = clinic.admin.get(&path).await?.expect(200)?.body;
        let day = &days["days"][0];
        let statuses: Vec<_> = (0..5).filter_map(|slot| day["slots"][slot]["status"].as_str()).collect();
        assert_eq!(statuses, ["available", "booked", "held", "blocked", "available"]);
        assert_eq!(day["slots"][1]["appointment_id"], booked.as_str());
        assert_eq!(day["busy"].as_array().map(Vec::len), Some(3));
        assert_eq!(day["date"], "2027-01-05");
        assert_eq!(days["days"].as_array().map(Vec::len), Some(2));

        clinic.admin.delete(&format!("/blocks/{block}")).await?.expect(204)?;
        clinic.admin.delete(&format!("/blocks/{block}")).await?.expect(404)?;
        clinic.server.app.clock.advance(SignedDuration::from_hours(26));
        let admin = clinic.server.again(&clinic.admin).await?;
        let days = admin.get(&path).await?.expect(200)?.body;
        let statuses: Vec<_> = (0..5).filter_map(|slot| days["days"][0]["slots"][slot]["status"].as_str()).collect();
        assert_eq!(statuses, ["past", "booked", "available", "available", "available"]);
        clinic.server.patient().await?.get(&path).await?.expect(403)?;
        Ok(())
    }

    async fn a_block_is_told_what_is_in_its_way(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let booked = patient.post("/appointments", &clinic.wish(at(30))).await?.expect(201)?.id()?;
        let wanted = json!({"provider_id": clinic.provider, "starts_at": at(0), "ends_at": at(120)});
        let refused = clinic.admin.post("/blocks", &wanted).await?.expect(409)?;
        assert_eq!(refused.problem(), "slot-taken");
        assert_eq!(refused.body["conflicts"], json!([{
            "kind": "appointment", "starts_at": at(30), "ends_at": at(60), "appointment_id": booked,
        }]));
        let free = json!({"provider_id": clinic.provider, "starts_at": at(60), "ends_at": at(120)});
        let first = clinic.admin.post_once("/blocks", &free, "k").await?.expect(201)?;
        let second = clinic.admin.post_once("/blocks", &free, "k").await?.expect(201)?;
        assert_eq!(first.text, second.text);
        let listed = clinic.admin.get(&format!("/blocks?provider_id={}", clinic.provider)).await?.expect(200)?;
        assert_eq!(items(&listed), [first.body]);
        clinic.admin.get("/blocks").await?.expect(422)?;
        clinic.server.verify().await
    }

    async fn a_closure_is_announced_and_taken_back(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let booked = patient.post("/appointments", &clinic.wish(at(30))).await?.expect(201)?.id()?;
        let holiday = json!({"location_id": clinic.location, "starts_at": at(-540), "ends_at": at(900), "reason": "Epiphany"});
        let mut dry = holiday.clone();
        dry["dry_run"] = json!(true);
        assert_eq!(clinic.admin.post("/closures", &dry).await?.expect(200)?.body["stranded"][0]["appointment_id"], booked.as_str());
        let closed = clinic.admin.post("/closures", &holiday).await?.expect(201)?;
        assert_eq!(closed.body["stranded"][0]["appointment_id"], booked.as_str());
        assert_eq!(items(&clinic.server.visitor().get(&slots(&clinic, "")).await?.expect(200)?), [Value::Null; 0]);
        let refused = patient.post("/appointments", &clinic.wish(at(120))).await?.expect(422)?;
        assert_eq!(refused.rule(), "closure");
        let desk = clinic.server.staff(Role::Receptionist).await?;
        desk.post("/closures", &holiday).await?.expect(403)?;
        assert_eq!(items(&desk.get("/closures").await?.expect(200)?).len(), 1);
        clinic.admin.delete(&format!("/closures/{}", closed.id()?)).await?.expect(204)?;
        patient.post("/appointments", &clinic.wish(at(120))).await?.expect(201)?;
        clinic.server.verify().await
    }

    async fn time_off_of_whole_days_closes_one_calendar(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let booked = patient.post("/appointments", &clinic.wish(at(30))).await?.expect(201)?.id()?;
        let leave = json!({"provider_id": clinic.provider, "first_date": "2027-01-05", "reason": "Leave"});
        let off = clinic.admin.post("/closures", &leave).await?.expect(201)?;
        assert_eq!(off.body["status"], "approved");
        assert_eq!(off.body["stranded"][0]["appointment_id"], booked.as_str());
        assert_eq!(patient.post("/appointments", &clinic.wish(at(120))).await?.expect(422)?.rule(), "time-off");
        // Colleagues see that somebody is away, not why.
        let desk = clinic.server.staff(Role::Receptionist).await?;
        let seen = items(&desk.get(&format!("/closures?provider_id={}", clinic.provider)).await?.expect(200)?);
        assert_eq!((seen.len(), &seen[0]["reason"]), (1, &Value::Null));
        let path = format!("/closures/{}", off.id()?);
        assert_eq!(clinic.admin.get(&path).await?.expect(200)?.body["reason"], "Leave");
        clinic.admin.post(&format!("{path}/approve"), &json!({})).await?.expect(412)?;
        clinic.admin.post(&format!("{path}/decline"), &json!({"reason": " "})).await?.expect(422)?;
        let both = json!({"provider_id": clinic.provider, "location_id": clinic.location, "first_date": "2027-01-05"});
        clinic.admin.post("/closures", &both).await?.expect(422)?;
        clinic.server.verify().await
    }

    async fn the_trail_is_for_admins_and_for_whom_it_is_about(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let (one, other) = (clinic.server.patient().await?, clinic.server.patient().await?);
        let booked = one.post("/appointments", &clinic.wish(at(30))).await?.expect(201)?.id()?;
        other.post("/appointments", &clinic.wish(at(90))).await?.expect(201)?;
        let of_one = clinic.admin.get(&format!("/audit?resource=appointment&resource_id={booked}")).await?.expect(200)?;
        let entries = items(&of_one);
        assert_eq!((entries.len(), &entries[0]["action"]), (1, &json!("book")));
        assert_eq!(entries[0]["patient_id"], one.patient_id());

        let mut cursor = String::new();
        let mut seen = Vec::new();
        loop {
            let page = clinic.admin.get(&format!("/audit?limit=3&order=desc{cursor}")).await?.expect(200)?;
            seen.extend(items(&page).iter().map(|entry| entry["id"].to_string()));
            let Some(next) = page.body["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let all = items(&clinic.admin.get("/audit?limit=200").await?.expect(200)?).len();
        let pages = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((seen.len(), pages), (all, all));

        let own = items(&one.get("/me/audit").await?.expect(200)?);
        assert!(own.iter().any(|entry| entry["resource_id"] == booked.as_str()));
        assert!(own.iter().all(|entry| entry.get("address").is_none()));
        one.get("/audit").await?.expect(403)?;
        clinic.server.visitor().get("/audit").await?.expect(401)?;
        clinic.server.verify().await
    }
}
