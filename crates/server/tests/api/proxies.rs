//! Proxies: who may act for a patient does so within their scope, until they are stopped, and nobody else does.

use jiff::SignedDuration;
use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use super::caller::Caller;
use super::clinic::{Clinic, NOW, at};
use super::server::{Answer, Outcome};
use super::strangers::UNKNOWN;

/// Lets `carer` act for `patient`, and gives the proxy's id.
async fn link(clinic: &Clinic, patient: &str, carer: &Caller, scope: &str, expires_at: Value) -> Outcome<String> {
    let body =
        json!({"email": carer.user["email"], "relationship": "parent", "scope": scope, "expires_at": expires_at});
    let path = format!("/patients/{patient}/proxies");
    clinic.admin.post(&path, &body).await?.expect(201)?.id()
}

fn wish_for(clinic: &Clinic, patient: &str, minutes: i64) -> Value {
    let mut wish = clinic.wish(at(minutes));
    wish["patient_id"] = json!(patient);
    wish
}

fn shape(answer: &Answer) -> (u16, Value) {
    (answer.status.as_u16(), answer.body.clone())
}

/// Everything that somebody could try with a patient and an appointment of theirs, which are named by their ids.
async fn attempts(
    caller: &Caller,
    clinic: &Clinic,
    patient: &str,
    appointment: &str,
) -> Outcome<Vec<(String, Answer)>> {
    let mut answers = Vec::new();
    for path in [
        format!("/patients/{patient}"),
        format!("/patients/{patient}/proxies"),
        format!("/me/audit?patient_id={patient}"),
        format!("/appointments/{appointment}"),
        format!("/appointments/{appointment}/history"),
        format!(
            "/slots?service_id={}&from=2027-01-05&to=2027-01-05&patient_id={patient}",
            clinic.service
        ),
    ] {
        answers.push((format!("GET {path}"), caller.get(&path).await?));
    }
    let patch = json!({"given_name": "Mallory"});
    let changed = caller
        .send(Method::PATCH, &format!("/patients/{patient}"), Some(&patch), &[])
        .await?;
    answers.push(("PATCH patient".into(), changed));
    for (path, body) in [
        ("/appointments".to_owned(), wish_for(clinic, patient, 120)),
        ("/holds".to_owned(), wish_for(clinic, patient, 120)),
        (format!("/appointments/{appointment}/cancel"), json!({})),
        (
            format!("/appointments/{appointment}/reschedule"),
            json!({"starts_at": at(240)}),
        ),
    ] {
        answers.push((format!("POST {path}"), caller.post(&path, &body).await?));
    }
    Ok(answers)
}

on_both! {
    async fn a_parent_books_moves_and_cancels_for_a_child(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let parent = clinic.server.patient().await?;
        let child = json!({"relationship": "parent", "given_name": "Mia", "family_name": "Park", "birth_date": "2024-05-01"});
        let made = parent.post("/me/dependants", &child).await?.expect(201)?;
        let mia = made.body["patient_id"].as_str().ok_or("no patient")?.to_owned();
        let me = parent.get("/me").await?.expect(200)?;
        assert_eq!(me.body["acts_for"][0]["patient_id"], mia.as_str(), "{}", me.text);
        assert_eq!(me.body["acts_for"][0]["scope"], "full");
        let listed = parent.get(&format!("/patients/{mia}")).await?.expect(200)?;
        assert_eq!((&listed.body["given_name"], &listed.body["notes"]), (&json!("Mia"), &Value::Null));

        let booked = parent.post("/appointments", &wish_for(&clinic, &mia, 0)).await?.expect(201)?;
        assert_eq!(booked.body["patient_id"], mia.as_str());
        assert_eq!(booked.body["booked_by"], parent.user["id"], "the booker is not the patient");
        // At the same time with another doctor: the parent's own time is not the child's.
        let second = clinic.add_provider(&[&clinic.service]).await?;
        let mut own = clinic.wish(at(0));
        own["provider_id"] = json!(second);
        parent.post("/appointments", &own).await?.expect(201)?;
        let mut again = wish_for(&clinic, &mia, 0);
        again["provider_id"] = json!(clinic.add_provider(&[&clinic.service]).await?);
        let refused = parent.post("/appointments", &again).await?.expect(422)?;
        assert_eq!(refused.body["rule"], "patient-overlap");
        // Kept before anybody says for whom, then booked for the child.
        let held = parent.post("/holds", &clinic.wish(at(60))).await?.expect(201)?;
        let mut wish = wish_for(&clinic, &mia, 60);
        wish["hold_token"] = held.body["token"].clone();
        parent.post("/appointments", &wish).await?.expect(201)?;

        let all = parent.get("/appointments").await?.expect(200)?;
        assert_eq!(all.body["items"].as_array().map(Vec::len), Some(3), "{}", all.text);
        let hers = parent.get(&format!("/appointments?patient_id={mia}")).await?.expect(200)?;
        assert_eq!(hers.body["items"].as_array().map(Vec::len), Some(2));
        let path = format!("/appointments/{}", booked.id()?);
        parent.post(&format!("{path}/reschedule"), &json!({"starts_at": at(90)})).await?.expect(200)?;
        parent.post(&format!("{path}/cancel"), &json!({})).await?.expect(200)?;
        let history = parent.get(&format!("{path}/history")).await?.expect(200)?;
        assert_eq!(history.body["items"][2]["actor_id"], parent.user["id"]);
        // Both are on the trail: whose record, and who acted.
        let trail = clinic.admin.get(&format!("/audit?patient_id={mia}&action=cancel")).await?.expect(200)?;
        assert_eq!(trail.body["items"][0]["actor_id"], parent.user["id"], "{}", trail.text);
        clinic.server.verify().await
    }

    async fn a_scope_is_kept_to(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let people = clinic.server.patients(2).await?;
        let [patient, carer] = &people[..] else { return Err("two people".into()) };
        let id = patient.patient_id();
        let booked = patient.post("/appointments", &clinic.wish(at(0))).await?.expect(201)?.id()?;
        let path = format!("/appointments/{booked}");
        let proxy = link(&clinic, id, carer, "view", Value::Null).await?;
        let change = async |scope: &str| {
            let body = json!({"scope": scope});
            clinic.admin.send(Method::PATCH, &format!("/proxies/{proxy}"), Some(&body), &[]).await?.expect(200)
        };
        // Sees and no more: what is known and not allowed is 403.
        carer.get(&path).await?.expect(200)?;
        assert_eq!(carer.get("/appointments").await?.expect(200)?.body["items"].as_array().map(Vec::len), Some(1));
        for (what, body) in [("cancel", json!({})), ("reschedule", json!({"starts_at": at(60)}))] {
            carer.post(&format!("{path}/{what}"), &body).await?.expect(403)?;
        }
        for path in ["/appointments", "/holds"] {
            carer.post(path, &wish_for(&clinic, id, 60)).await?.expect(403)?;
        }
        carer.get(&format!("/patients/{id}")).await?.expect(403)?;
        carer.get(&format!("/patients/{id}/proxies")).await?.expect(403)?;
        // Raising one's own scope, or letting somebody else in, is for the desk.
        let wider = json!({"scope": "full"});
        carer.send(Method::PATCH, &format!("/proxies/{proxy}"), Some(&wider), &[]).await?.expect(403)?;
        let other = json!({"email": carer.user["email"], "relationship": "other", "scope": "full"});
        carer.post(&format!("/patients/{id}/proxies"), &other).await?.expect(403)?;

        change("book").await?;
        carer.post(&format!("{path}/reschedule"), &json!({"starts_at": at(60)})).await?.expect(200)?;
        carer.get(&format!("/patients/{id}")).await?.expect(403)?;
        carer.get(&format!("/me/audit?patient_id={id}")).await?.expect(403)?;
        change("full").await?;
        let patch = json!({"phone": "+49 30 901820"});
        carer.send(Method::PATCH, &format!("/patients/{id}"), Some(&patch), &[]).await?.expect(200)?;
        carer.get(&format!("/me/audit?patient_id={id}")).await?.expect(200)?;
        for refused in [json!({"email": "mine@example.org"}), json!({"notes": "x"}), json!({"archived": true})] {
            carer.send(Method::PATCH, &format!("/patients/{id}"), Some(&refused), &[]).await?.expect(422)?;
        }
        // The patient sees who acts for them, and what they did.
        let acting = patient.get(&format!("/patients/{id}/proxies")).await?.expect(200)?;
        assert_eq!(acting.body["items"][0]["user_email"], carer.user["email"]);
        let history = patient.get(&format!("{path}/history")).await?.expect(200)?;
        assert_eq!(history.body["items"][1]["actor_name"], "Pat Ient");
        clinic.server.verify().await
    }

    async fn who_was_stopped_or_has_expired_is_a_stranger(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let people = clinic.server.patients(4).await?;
        let [patient, stopped, expired, stranger] = &people[..] else { return Err("four people".into()) };
        let id = patient.patient_id();
        let soon = NOW + SignedDuration::from_mins(5);
        let proxy = link(&clinic, id, stopped, "full", Value::Null).await?;
        let other = link(&clinic, id, expired, "full", json!(soon)).await?;
        let mut appointments = Vec::new();
        for (caller, minutes) in [(patient, 0), (stopped, 30), (expired, 60)] {
            appointments.push(caller.post("/appointments", &wish_for(&clinic, id, minutes)).await?.expect(201)?.id()?);
        }
        // A stranger has nothing to do with it, whatever ids they know.
        stranger.delete(&format!("/proxies/{proxy}")).await?.expect(404)?;
        stopped.delete(&format!("/proxies/{other}")).await?.expect(404)?;
        // The patient stops the one; the other's time runs out.
        patient.delete(&format!("/proxies/{proxy}")).await?.expect(204)?;
        patient.delete(&format!("/proxies/{proxy}")).await?.expect(404)?;
        clinic.server.app.clock.advance(SignedDuration::from_mins(5));
        for caller in [stopped, expired, stranger] {
            for (index, appointment) in appointments.iter().enumerate() {
                let foreign = attempts(caller, &clinic, id, appointment).await?;
                let unknown = attempts(caller, &clinic, UNKNOWN, UNKNOWN).await?;
                for ((name, foreign), (_, unknown)) in foreign.iter().zip(&unknown) {
                    assert_eq!(foreign.status, 404, "{index} {name}: {}", foreign.text);
                    assert_eq!(shape(foreign), shape(unknown), "{index} {name}");
                }
            }
            let listed = caller.get("/appointments").await?.expect(200)?;
            assert_eq!(listed.body["items"], json!([]));
            let me = caller.get("/me").await?.expect(200)?;
            assert_eq!(me.body["acts_for"], json!([]));
        }
        // One that ran out makes room for another.
        link(&clinic, id, expired, "view", Value::Null).await?;
        clinic.server.verify().await
    }

    async fn only_the_desk_links_and_only_those_who_can_sign_in(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let people = clinic.server.patients(2).await?;
        let [patient, carer] = &people[..] else { return Err("two people".into()) };
        let path = format!("/patients/{}/proxies", patient.patient_id());
        let body = |email: &Value| json!({"email": email, "relationship": "carer", "scope": "book"});
        let code = async |email: &Value| {
            let refused = clinic.admin.post(&path, &body(email)).await?.expect(422)?;
            Outcome::Ok(refused.body["errors"][0]["code"].clone())
        };
        assert_eq!(code(&json!("nobody@example.org")).await?, "unknown-user");
        assert_eq!(code(&clinic.admin.user["email"]).await?, "unknown-user", "staff sign in as no patient");
        assert_eq!(code(&patient.user["email"]).await?, "own-record");
        clinic.admin.post(&path, &body(&carer.user["email"])).await?.expect(201)?;
        assert_eq!(code(&carer.user["email"]).await?, "taken");
        let past = json!({"email": carer.user["email"], "relationship": "carer", "scope": "book", "expires_at": NOW});
        let refused = clinic.admin.post(&path, &past).await?.expect(422)?;
        assert_eq!(refused.body["errors"][0]["code"], "past");
        // Somebody of another organisation is nobody here.
        clinic.server.add_tenant("other").await?;
        let foreign = clinic.server.patient_in("other").await?;
        assert_eq!(code(&foreign.user["email"]).await?, "unknown-user");
        Ok(())
    }

    async fn an_organisation_may_leave_dependants_to_the_desk(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let parent = clinic.server.patient().await?;
        let child = json!({"relationship": "parent", "given_name": "Mia", "family_name": "Park"});
        for _ in 0..10 {
            parent.post("/me/dependants", &child).await?.expect(201)?;
        }
        let refused = parent.post("/me/dependants", &child).await?.expect(422)?;
        assert_eq!(refused.body["errors"][0]["code"], "too-many");
        let settings = json!({"name": "Clinic", "dependants_by_desk": true});
        clinic.admin.send(Method::PUT, "/settings", Some(&settings), &[]).await?.expect(200)?;
        clinic.server.patient().await?.post("/me/dependants", &child).await?.expect(403)?;
        Ok(())
    }
}
