//! Intake questions: asked once, looked at by one rule, stored as they were asked, and read by whom they concern.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use super::browser::Browser;
use super::clinic::{Clinic, at};
use super::server::Outcome;

/// A birth date that stops, a choice, a consent, and a number that need not be given.
fn questions() -> Value {
    json!([
        {"kind": "date", "required": true, "text": {"en": "When was the child born?"},
         "stop": {"younger_than": 2, "text": {"en": "Please call us for children under two."}}},
        {"kind": "choice", "required": true, "text": {"en": "Which side?", "ar": "أي جانب؟"},
         "choices": [{"value": "left", "text": {"en": "Left"}}, {"value": "right", "text": {"en": "Right"}}]},
        {"kind": "consent", "required": true, "text": {"en": "I agree to be treated."}},
        {"kind": "number", "text": {"en": "How many tablets a day?"}},
    ])
}

/// The clinic's service with these questions, and their ids.
async fn asked(clinic: &Clinic, questions: &Value) -> Outcome<Vec<String>> {
    let path = format!("/services/{}", clinic.service);
    let body = json!({"intake": questions});
    let saved = clinic
        .admin
        .send(Method::PATCH, &path, Some(&body), &[])
        .await?
        .expect(200)?;
    let ids = saved.body["intake"].as_array().into_iter().flatten();
    Ok(ids
        .filter_map(|it| it["question_id"].as_str().map(str::to_owned))
        .collect())
}

fn answers(ids: &[String], values: &[Value]) -> Value {
    Value::Object(ids.iter().cloned().zip(values.iter().cloned()).collect())
}

on_both! {
    async fn a_booking_answers_what_its_service_asks(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let ids = asked(&clinic, &questions()).await?;
        let book = async |minutes, answers: Value| {
            let mut wish = clinic.wish(at(minutes));
            wish["answers"] = answers;
            patient.post("/appointments", &wish).await
        };
        let refused = patient.post("/appointments", &clinic.wish(at(0))).await?.expect(422)?;
        let codes: Vec<_> = refused.body["errors"].as_array().into_iter().flatten().map(|it| it["code"].clone()).collect();
        assert_eq!(codes, ["required", "required", "must-agree"], "{}", refused.text);
        assert_eq!(refused.body["errors"][0]["pointer"], format!("/answers/{}", ids[0]));
        let wrong = answers(&ids, &[json!("tomorrow"), json!("top"), json!(false), json!("many")]);
        let refused = book(0, wrong).await?.expect(422)?;
        let codes: Vec<_> = refused.body["errors"].as_array().into_iter().flatten().map(|it| it["code"].clone()).collect();
        assert_eq!(codes, ["malformed", "unknown", "must-agree", "not-a-number"], "{}", refused.text);

        let young = answers(&ids, &[json!("2026-05-01"), json!("left"), json!(true)]);
        let stopped = book(0, young).await?.expect(422)?;
        assert_eq!((&stopped.body["rule"], &stopped.body["detail"]),
            (&json!("intake-stop"), &json!("Please call us for children under two.")));
        assert_eq!(patient.get("/appointments").await?.body["items"], json!([]), "nothing is booked");

        let good = answers(&ids, &[json!("2020-05-01"), json!("left"), json!(true)]);
        let booked = book(0, good).await?.expect(201)?;
        let expected = json!([
            {"question_id": ids[0], "question": "When was the child born?", "answer": "2020-05-01"},
            {"question_id": ids[1], "question": "Which side?", "answer": "left"},
            {"question_id": ids[2], "question": "I agree to be treated.", "answer": true},
        ]);
        assert_eq!(booked.body["answers"], expected);
        // Asked otherwise later, it stays what was asked; a move keeps it.
        asked(&clinic, &json!([{"question_id": ids[1], "kind": "text", "text": {"en": "Anything else?"}}])).await?;
        let path = format!("/appointments/{}", booked.id()?);
        let moved = patient.post(&format!("{path}/reschedule"), &json!({"starts_at": at(60)})).await?.expect(200)?;
        assert_eq!(moved.body["answers"], expected);
        assert_eq!(clinic.admin.get(&path).await?.expect(200)?.body["answers"], expected);
        let unknown = json!({ids[0].clone(): "2020-05-01"});
        let refused = book(120, unknown).await?.expect(422)?;
        assert_eq!(refused.body["errors"][0]["code"], "unknown-question");
        book(120, json!({})).await?.expect(201)?;
        clinic.server.verify().await
    }

    async fn questions_have_rules(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let path = format!("/services/{}", clinic.service);
        for (question, pointer) in [
            (json!({"kind": "text", "text": {}}), "/intake/0/text"),
            (json!({"kind": "text", "text": {"xx": "What?"}}), "/intake/0/text"),
            (json!({"kind": "choice", "text": {"en": "Which?"}}), "/intake/0/choices"),
            (json!({"kind": "text", "text": {"en": "What?"}, "choices": [{"value": "a", "text": {"en": "A"}}]}), "/intake/0/choices"),
            (json!({"kind": "text", "text": {"en": "What?"}, "stop": {"below": 3, "text": {"en": "Call"}}}), "/intake/0/stop"),
            (json!({"kind": "number", "text": {"en": "What?"}, "stop": {"text": {"en": "Call"}}}), "/intake/0/stop"),
            (json!({"kind": "number", "text": {"en": "What?"}, "stop": {"below": 3, "above": 5, "text": {"en": "Call"}}}), "/intake/0/stop"),
        ] {
            let body = json!({"intake": [question]});
            let refused = clinic.admin.send(Method::PATCH, &path, Some(&body), &[]).await?.expect(422)?;
            assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{question}: {}", refused.text);
        }
        Ok(())
    }

    async fn the_pages_ask_keep_and_stop(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        let path = format!("/admin/services/{}/questions", clinic.service);
        admin.get(&path).await?.expect(200)?.shows(&["Question 2"])?;
        let version = clinic.admin.get(&format!("/services/{}", clinic.service)).await?.body["version"].to_string();
        let mut form = vec![
            ("version", version.as_str()), ("rows", "2"), ("q0-text-en", "Are you pregnant?"), ("q0-kind", "yes_no"),
            ("q0-required", "true"), ("q0-stop", "is"), ("q0-stop-value", "maybe"), ("q0-stop-text-en", "Please call us first."),
            ("q1-text-en", ""),
        ];
        admin.post(&path, &form).await?.expect(422)?.shows(&["Are you pregnant?", "This does not fit the kind"])?;
        form[6].1 = "yes";
        admin.submit(&path, &form).await?.shows(&["Are you pregnant?", "Please call us first.", "Question 3"])?;

        let patient = clinic.server.patient().await?;
        let mut browser = Browser::of_patient(&clinic.server, &patient).await?;
        let pick = format!("{}~{}", at(0), clinic.location);
        let confirm = browser.submit("/book/hold", &[("service", clinic.service.as_str()), ("at", &pick)]).await?;
        confirm.shows(&["Are you pregnant?", "Kept for you until"])?;
        let question = clinic.admin.get(&format!("/services/{}", clinic.service)).await?;
        let field = format!("answer-{}", question.body["intake"][0]["question_id"].as_str().ok_or("no question")?);
        let hidden = confirm.form("/book")?;
        let with = |answer: &'static str| {
            let mut fields: Vec<(String, String)> = hidden.clone().into_iter().collect();
            fields.push((field.clone(), answer.to_owned()));
            fields.push(("reason".to_owned(), "It itches".to_owned()));
            fields
        };
        for (answer, shown) in [("", "This is required."), ("yes", "Please call us first.")] {
            let fields = with(answer);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.post("/book", &fields).await?.expect(422)?.shows(&[shown, "It itches", "Are you pregnant?"])?;
        }
        assert_eq!(patient.get("/appointments").await?.body["items"], json!([]));
        let fields = with("no");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = browser.post("/book", &fields).await?.expect(303)?;
        assert!(!done.location.contains("answer"), "{}", done.location);
        browser.get(&done.location).await?.expect(200)?.shows(&["Are you pregnant?", "No"])?;
        let booked = patient.get("/appointments").await?;
        let id = booked.body["items"][0]["id"].as_str().ok_or("nothing is booked")?.to_owned();
        let shown = format!("/admin/calendar?provider={}&view=day&date=2027-01-05&appointment={id}", clinic.provider);
        admin.get(&shown).await?.expect(200)?.shows(&["Are you pregnant?"])?;
        clinic.server.verify().await
    }
}
