//! An appointment's life through the API.

use jiff::SignedDuration;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::caller::Caller;
use crate::api::clinic::{Clinic, at};
use crate::api::server::{Answer, Outcome};

/// Takes a step and expects it to succeed.
async fn step(caller: &Caller, id: &str, step: &str) -> Outcome<Answer> {
    caller
        .send(Method::POST, &format!("/appointments/{id}/{step}"), None, &[])
        .await?
        .expect(200)
}

/// Takes a step that is refused, and says how.
async fn refused(caller: &Caller, id: &str, step: &str) -> Outcome<(u16, String, String)> {
    let answer = caller
        .send(Method::POST, &format!("/appointments/{id}/{step}"), None, &[])
        .await?;
    Ok((
        answer.status.as_u16(),
        answer.problem().to_owned(),
        answer.rule().to_owned(),
    ))
}

fn ids(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array();
    items
        .into_iter()
        .flatten()
        .filter_map(|item| item["id"].as_str())
        .collect()
}

on_both! {
    async fn a_visit_from_booking_to_fulfilment(database: TestDatabase) {
        let mut clinic = Clinic::start(&database).await?;
        clinic.service = clinic.add_service(json!({"requires_approval": true, "provider_ids": [clinic.provider]})).await?;
        let patient = clinic.server.patient().await?;
        let booked = patient.post("/appointments", &clinic.wish(at(60))).await?.expect(201)?;
        assert_eq!(booked.body["status"], "pending");
        assert_eq!(booked.body["local_start"], "2027-01-05T10:00:00+01:00");
        assert_eq!(booked.body["patient_id"], patient.patient_id());
        assert_eq!(booked.headers["etag"], "\"1\"");
        let id = booked.id()?;
        assert_eq!(refused(&patient, &id, "confirm").await?.0, 403);
        let desk = clinic.server.staff(Role::Receptionist).await?;
        assert_eq!(step(&desk, &id, "confirm").await?.body["status"], "booked");
        assert_eq!(refused(&desk, &id, "check-in").await?, (422, "not-bookable".into(), "too-early".into()));
        assert_eq!(refused(&desk, &id, "fulfil").await?.1, "wrong-state");
        clinic.server.app.clock.advance(SignedDuration::from_hours(26));
        let (desk, patient) = (clinic.server.again(&desk).await?, clinic.server.again(&patient).await?);
        assert_eq!(refused(&patient, &id, "check-in").await?.0, 403);
        for (name, status) in [("check-in", "arrived"), ("undo", "booked"), ("no-show", "no_show"), ("undo", "booked"),
            ("check-in", "arrived"), ("start", "in_progress"), ("fulfil", "fulfilled"), ("undo", "in_progress"),
            ("fulfil", "fulfilled")] {
            assert_eq!(step(&desk, &id, name).await?.body["status"], status, "{name}");
        }
        assert_eq!(refused(&desk, &id, "cancel").await?.1, "wrong-state");
        let history = patient.get(&format!("/appointments/{id}/history")).await?.expect(200)?;
        let items = history.body["items"].as_array().cloned().unwrap_or_default();
        assert_eq!(items.len(), 11);
        assert_eq!(items[0]["action"], "book");
        assert_eq!(items[1]["actor_id"], Value::Null, "who of the staff did it is for staff");
        clinic.server.verify().await
    }

    async fn a_cancelled_time_comes_back_only_if_it_is_free(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patients = clinic.server.patients(2).await?;
        let first = patients[0].post("/appointments", &clinic.wish(at(60))).await?.expect(201)?.id()?;
        let path = format!("/appointments/{first}/cancel");
        let cancelled = patients[0].post(&path, &json!({"reason": "better already"})).await?.expect(200)?;
        assert_eq!(cancelled.body["status_reason"], "better already");
        assert_eq!(refused(&patients[0], &first, "undo").await?.0, 403);
        let second = patients[1].post("/appointments", &clinic.wish(at(60))).await?.expect(201)?.id()?;
        let path = format!("/appointments/{first}/undo");
        let taken = clinic.admin.send(Method::POST, &path, None, &[]).await?.expect(409)?;
        let free = taken.body["alternatives"].as_array().map(Vec::len);
        assert!(taken.problem() == "slot-taken" && free > Some(0), "{}", taken.text);
        step(&clinic.admin, &second, "cancel").await?;
        let again = step(&clinic.admin, &first, "undo").await?;
        assert_eq!((&again.body["status"], &again.body["status_reason"]), (&json!("booked"), &Value::Null));
        clinic.server.verify().await
    }

    async fn patients_keep_the_cutoffs_and_staff_say_why_not(database: TestDatabase) {
        let mut clinic = Clinic::start(&database).await?;
        let rules = json!({
            "cancel_cutoff_minutes": 1440, "reschedule_cutoff_minutes": 1440, "provider_ids": [clinic.provider],
        });
        clinic.service = clinic.add_service(rules).await?;
        let patient = clinic.server.patient().await?;
        // 25 hours ahead, and a day later 59 minutes less than the cut-off.
        let id = patient.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?.id()?;
        let path = format!("/appointments/{id}/reschedule");
        let moved = patient.post(&path, &json!({"starts_at": at(30)})).await?.expect(200)?;
        assert_eq!((&moved.body["version"], &moved.body["id"]), (&json!(2), &json!(id)));
        clinic.server.app.clock.advance(SignedDuration::from_hours(2));
        let (patient, admin) = (clinic.server.again(&patient).await?, clinic.server.again(&clinic.admin).await?);
        let late = patient.post(&path, &json!({"starts_at": at(60)})).await?.expect(422)?;
        assert_eq!(late.rule(), "reschedule-cutoff");
        assert_eq!(refused(&patient, &id, "cancel").await?.2, "cancel-cutoff");
        // Staff say why.
        let silent = admin.post(&path, &json!({"starts_at": at(45)})).await?.expect(422)?;
        assert_eq!(silent.body["errors"][0]["pointer"], "/override_reason");
        admin.post(&path, &json!({"starts_at": at(45), "override_reason": "She called"})).await?.expect(200)?;
        let cancel = format!("/appointments/{id}/cancel");
        let silent = admin.post(&cancel, &json!({})).await?.expect(422)?;
        assert_eq!(silent.body["errors"][0]["pointer"], "/reason");
        admin.post(&cancel, &json!({"reason": "She is ill"})).await?.expect(200)?;
        clinic.server.verify().await
    }

    async fn a_stale_version_changes_nothing(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let id = patient.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?.id()?;
        let (path, body) = (format!("/appointments/{id}/reschedule"), json!({"starts_at": at(60)}));
        let stale = patient.send(Method::POST, &path, Some(&body), &[("if-match", "\"7\"")]).await?.expect(412)?;
        assert_eq!(stale.problem(), "stale");
        patient.send(Method::POST, &path, Some(&body), &[("if-match", "\"1\"")]).await?.expect(200)?;
        let cancel = format!("/appointments/{id}/cancel");
        patient.send(Method::POST, &cancel, None, &[("if-match", "\"1\"")]).await?.expect(412)?;
        patient.send(Method::POST, &cancel, None, &[("if-match", "\"2\"")]).await?.expect(200)?;
        Ok(())
    }

    async fn everybody_sees_their_own(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patients = clinic.server.patients(2).await?;
        let ours = patients[0].post("/appointments", &clinic.wish(at(0))).await?.expect(201)?.id()?;
        let other = clinic.add_provider(&[&clinic.service]).await?;
        let mut wish = clinic.wish(at(30));
        wish["provider_id"] = json!(other);
        let theirs = patients[1].post("/appointments", &wish).await?.expect(201)?.id()?;
        assert_eq!(ids(&patients[0].get("/appointments").await?.expect(200)?), [&ours]);
        patients[0].get(&format!("/appointments/{theirs}")).await?.expect(404)?;
        assert_eq!(refused(&patients[0], &theirs, "cancel").await?.0, 404);
        let path = format!("/appointments?patient_id={}", patients[1].patient_id());
        assert!(ids(&patients[0].get(&path).await?.expect(200)?).is_empty());
        let all = clinic.admin.get("/appointments").await?.expect(200)?;
        assert_eq!(ids(&all), [&ours, &theirs]);
        let by_day = clinic.admin.get("/appointments?from=2027-01-05&to=2027-01-05&status=booked").await?.expect(200)?;
        assert_eq!(ids(&by_day).len(), 2);
        assert!(ids(&clinic.admin.get("/appointments?from=2027-01-06").await?.expect(200)?).is_empty());
        let path = format!("/appointments?provider_id={other}&limit=1&sort=patient&order=desc");
        assert_eq!(ids(&clinic.admin.get(&path).await?.expect(200)?), [&theirs]);
        clinic.server.visitor().get("/appointments").await?.expect(401)?;
        clinic.server.visitor().post("/appointments", &clinic.wish(at(90))).await?.expect(401)?;
        clinic.server.visitor().post("/holds", &clinic.wish(at(90))).await?.expect(401)?;
        let operator = clinic.server.staff(Role::Operator).await?;
        operator.get("/appointments").await?.expect(403)?;
        Ok(())
    }

    async fn bad_bookings_are_refused_by_name(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let with = |field: &str, value: Value| {
            let mut wish = clinic.wish(at(60));
            wish[field] = value;
            wish
        };
        for (wish, status, problem, rule) in [
            (with("starts_at", json!(at(-60 * 48))), 422, "not-bookable", "past"),
            (with("starts_at", json!("2028-01-05T09:00:00Z")), 422, "not-bookable", "booking-horizon"),
            (with("starts_at", json!("9999-12-30T09:00:00Z")), 422, "not-bookable", "booking-horizon"),
            (with("starts_at", json!("-005000-01-02T10:00:00Z")), 422, "not-bookable", "past"),
            (with("starts_at", json!(at(60 * 24 * 5))), 422, "not-bookable", "outside-openings"),
            (with("starts_at", json!("tomorrow")), 422, "invalid", ""),
            (with("starts_at", json!(1)), 422, "invalid", ""),
            (with("service_id", json!("01890000-0000-7000-8000-000000000000")), 404, "not-found", ""),
            (with("provider_id", json!("01890000-0000-7000-8000-000000000000")), 404, "not-found", ""),
            (with("location_id", json!("01890000-0000-7000-8000-000000000000")), 404, "not-found", ""),
            (with("patient_id", json!("01890000-0000-7000-8000-000000000000")), 404, "not-found", ""),
            (with("hold_token", json!("guess")), 409, "hold-expired", ""),
            (with("answers", json!({"01890000-0000-7000-8000-000000000000": true})), 422, "invalid", ""),
            (with("reason", json!("x".repeat(1001))), 422, "invalid", ""),
            (with("status", json!("fulfilled")), 422, "invalid", ""),
            (with("overrides", json!(["lead-time"])), 403, "forbidden", ""),
        ] {
            let answer = patient.post("/appointments", &wish).await?;
            let got = (answer.status.as_u16(), answer.problem(), answer.rule());
            assert_eq!(got, (status, problem, rule), "{wish} {}", answer.text);
        }
        assert!(ids(&patient.get("/appointments").await?.expect(200)?).is_empty());
        Ok(())
    }

    async fn every_read_and_change_is_on_the_trail(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let id = patient.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?.id()?;
        clinic.admin.get(&format!("/appointments/{id}")).await?.expect(200)?;
        step(&clinic.admin, &id, "cancel").await?;
        let trail = clinic.admin.get(&format!("/audit?patient_id={}", patient.patient_id())).await?.expect(200)?;
        let items = trail.body["items"].as_array().cloned().unwrap_or_default();
        for action in ["book", "read", "cancel"] {
            let found = items.iter().any(|item| item["action"] == action && item["resource_id"] == json!(id));
            assert!(found, "{action}: {}", trail.text);
        }
        Ok(())
    }

    async fn holds_are_kept_and_given_up(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let people = clinic.server.patients(2).await?;
        let held = people[0].post("/holds", &clinic.wish(at(60))).await?.expect(201)?;
        assert_eq!(held.body["expires_at"], json!(crate::api::clinic::NOW + SignedDuration::from_mins(10)));
        let taken = people[1].post("/holds", &clinic.wish(at(60))).await?.expect(409)?;
        assert_eq!(taken.problem(), "slot-taken");
        let path = format!("/holds/{}", held.id()?);
        people[1].delete(&path).await?.expect(404)?;
        people[0].delete(&path).await?.expect(204)?;
        people[0].delete(&path).await?.expect(404)?;
        let held = people[1].post("/holds", &clinic.wish(at(60))).await?.expect(201)?;
        let (path, token) = (format!("/holds/{}", held.id()?), held.body["token"].as_str().unwrap_or_default().to_owned());
        people[0].send(Method::DELETE, &path, None, &[("hold-token", &token)]).await?.expect(204)?;
        people[0].post("/appointments", &clinic.wish(at(60))).await?.expect(201)?;
        clinic.server.verify().await
    }
}
