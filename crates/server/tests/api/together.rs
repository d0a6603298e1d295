//! Appointments that are booked, moved and called off together, through the API.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use kalends_domain::permission::Role;

use crate::api::browser::Browser;
use crate::api::clinic::{Clinic, at};

fn texts<'v>(items: &'v Value, member: &str) -> Vec<&'v str> {
    let items = items.as_array().into_iter().flatten();
    items.filter_map(|it| it[member].as_str()).collect()
}

on_both! {
    async fn a_series_is_judged_booked_and_changed_as_one(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let desk = &clinic.admin;
        let patients = clinic.server.patients(1).await?;
        let named = json!({"given_name": "Zoë", "family_name": "Abara"});
        let patient = desk.post("/patients", &named).await?.expect(201)?.id()?;
        let week = 7 * 24 * 60;
        patients[0].post("/appointments", &clinic.wish(at(60 + week))).await?.expect(201)?;
        let rule = json!({
            "service_id": clinic.service, "starts_at": at(60), "location_id": clinic.location, "patient_id": patient,
            "every": 1, "unit": "weeks", "count": 4,
        });
        let with = |members: Value| {
            let mut body = rule.clone();
            if let (Some(body), Some(members)) = (body.as_object_mut(), members.as_object()) {
                body.extend(members.clone());
            }
            body
        };
        let seen = desk.post("/series/preview", &rule).await?.expect(200)?;
        let verdicts: Vec<bool> = seen.body["occurrences"].as_array().into_iter().flatten().filter_map(|it| it["free"].as_bool()).collect();
        assert_eq!(verdicts, [true, false, true, true]);
        assert_eq!(seen.body["occurrences"][1]["rule"], "taken");
        let other = seen.body["occurrences"][1]["alternatives"][0]["starts_at"].clone();
        assert!(other.is_string(), "{}", seen.text);
        let refused = desk.post("/series", &rule).await?.expect(409)?;
        assert_eq!((refused.problem(), &refused.body["occurrences"]), ("not-all-free", &seen.body["occurrences"]));
        patients[0].post("/series", &rule).await?.expect(403)?;
        patients[0].post("/series/preview", &rule).await?.expect(403)?;
        desk.post("/series", &with(json!({"until": "2027-01-30"}))).await?.expect(422)?;

        let chosen = with(json!({"instead": [{"number": 2, "starts_at": other}]}));
        let booked = desk.post_once("/series", &chosen, "one").await?.expect(201)?;
        let again = desk.post_once("/series", &chosen, "one").await?.expect(201)?;
        assert_eq!(booked.body, again.body);
        let starts = texts(&booked.body["appointments"], "starts_at");
        assert_eq!((starts.len(), starts[1]), (4, other.as_str().unwrap_or_default()));
        let series = booked.id()?;
        let listed = desk.get(&format!("/appointments?series_id={series}")).await?.expect(200)?;
        assert_eq!(texts(&listed.body["items"], "starts_at"), starts);

        let ids = texts(&booked.body["appointments"], "id");
        let later = json!({"starts_at": at(90 + 2 * week), "range": "following"});
        let moved = desk.post(&format!("/appointments/{}/reschedule", ids[2]), &later).await?.expect(200)?;
        assert_eq!((moved.text_of("starts_at"), &moved.body["version"]), (&at(90 + 2 * week).to_string()[..], &json!(2)));
        let last = desk.get(&format!("/appointments/{}", ids[3])).await?.expect(200)?;
        assert_eq!(last.text_of("starts_at"), at(90 + 3 * week).to_string());
        let off = json!({"reason": "She is well again", "range": "all"});
        desk.post(&format!("/appointments/{}/cancel", ids[1]), &off).await?.expect(200)?;
        let listed = desk.get(&format!("/appointments?series_id={series}")).await?.expect(200)?;
        assert_eq!(texts(&listed.body["items"], "status"), ["cancelled"; 4]);
        clinic.server.verify().await
    }

    async fn a_visit_is_found_booked_and_moved_as_one(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let blood = clinic.add_service(json!({"name": "Blood test", "duration_minutes": 10, "buffer_after_minutes": 10})).await?;
        clinic.add_provider(&[&blood]).await?;
        let patients = clinic.server.patients(3).await?;
        let day = format!("location_id={}&from=2027-01-05&to=2027-01-05", clinic.location);
        let search = format!("/visits/slots?service_ids={blood},{}&{day}", clinic.service);
        let found = patients[0].get(&search).await?.expect(200)?;
        let with = patients[0].get(&format!("{search}&provider_ids=,{}", clinic.provider)).await?.expect(200)?;
        assert_eq!(with.body, found.body, "nobody else gives the second");
        patients[0].get(&format!("{search}&provider_ids=somebody")).await?.expect(422)?;
        patients[0].get(&format!("/visits/slots?service_ids={blood}&{day}")).await?.expect(422)?;
        let first = &found.body["items"][0];
        assert_eq!((&first["waiting_minutes"], texts(&first["parts"], "service_id")), (&json!(0), vec![&blood[..], &clinic.service]));
        let parts: Vec<Value> = first["parts"].as_array().into_iter().flatten().map(|part| json!({
            "service_id": part["service_id"], "starts_at": part["starts_at"], "provider_id": part["provider_id"],
        })).collect();
        let visit = json!({"parts": parts, "location_id": clinic.location});
        let booked = patients[0].post_once("/visits", &visit, "one").await?.expect(201)?;
        assert_eq!(booked.body, patients[0].post_once("/visits", &visit, "one").await?.expect(201)?.body);
        let late = patients[1].post("/visits", &visit).await?.expect(409)?;
        assert_eq!((late.problem(), late.body["occurrences"].as_array().map(Vec::len)), ("not-all-free", Some(2)));
        let reversed = json!({"parts": parts.iter().rev().collect::<Vec<_>>(), "location_id": clinic.location});
        let refused = patients[1].post("/visits", &reversed).await?.expect(422)?;
        assert_eq!(refused.body["errors"][0]["code"], "not-in-order");

        let id = booked.id()?;
        let others = patients[0].get(&format!("/visits/slots?visit_id={id}&{day}")).await?.expect(200)?;
        let target = &others.body["items"][1];
        let parts: Vec<Value> = target["parts"].as_array().into_iter().flatten().map(|part| json!({
            "appointment_id": part["appointment_id"], "starts_at": part["starts_at"], "provider_id": part["provider_id"],
        })).collect();
        let path = format!("/visits/{id}/reschedule");
        patients[2].post(&path, &json!({"parts": parts})).await?.expect(404)?;
        let moved = patients[0].post(&path, &json!({"parts": parts})).await?.expect(200)?;
        assert_eq!(texts(&moved.body["items"], "starts_at"), texts(&target["parts"], "starts_at"));
        let part = texts(&moved.body["items"], "id")[0];
        patients[0].post(&format!("/appointments/{part}/cancel"), &json!({})).await?.expect(200)?;
        let listed = patients[0].get(&format!("/appointments?visit_id={id}")).await?.expect(200)?;
        assert_eq!(texts(&listed.body["items"], "status"), ["cancelled", "cancelled"], "to patients it is one");
        clinic.server.verify().await
    }

    async fn the_desk_books_a_series_on_a_page_of_its_own(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let staff = clinic.server.staff(Role::Receptionist).await?;
        let mut desk = Browser::of_staff(&clinic.server, &staff).await?;
        let patient = clinic.server.patient().await?;
        let other = clinic.server.patient().await?;
        other.post("/appointments", &clinic.wish(at(7 * 24 * 60))).await?.expect(201)?;
        let card = desk.get(&format!("/desk?patient={}", patient.patient_id())).await?.expect(200)?;
        desk.get(&card.address("/series/new")?).await?.expect(200)?.shows(&["Book a series", "Check the times"])?;

        let rule = |count: &str| format!(
            "/series/new?patient={}&service={}&location={}&date=2027-01-05&time=09:00&every=1&unit=weeks&ends=count&count={count}",
            patient.patient_id(), clinic.service, clinic.location,
        );
        desk.get(&rule("1")).await?.expect(200)?.shows(&["count-error"])?;
        let page = rule("3");
        let plan = desk.get(&page).await?.expect(200)?;
        plan.shows(&["2 of 3 times can be had", "name=\"instead-2\"", "Leave out what cannot be had"])?;
        let instead = format!("{}|{}", at(7 * 24 * 60 + 30), clinic.provider);
        plan.shows(&[&format!("value=\"{instead}\"")])?;
        // Nothing chosen, nothing left out: nothing is booked.
        let refused = desk.post(&page, &[("number", "2"), ("instead-2", "")]).await?.expect(409)?;
        refused.shows(&["Nothing is booked yet", "2 of 3 times can be had"])?;
        let booked = desk.submit(&page, &[("number", "2"), ("instead-2", &instead)]).await?;
        booked.shows(&["All 3 are booked."])?;
        let again = desk.submit(&rule("4"), &[("skip", "true")]).await?;
        again.shows(&["1 booked, 3 left out."])?;

        // Of a series one is asked which are meant.
        let mine = patient.get("/appointments").await?.expect(200)?;
        let ids = texts(&mine.body["items"], "id");
        let calendar = format!("/admin/calendar?provider={}&appointment={}", clinic.provider, ids[0]);
        desk.get(&calendar).await?.expect(200)?.shows(&["A series"])?;
        desk.get(&format!("{calendar}&do=cancel")).await?.expect(200)?.shows(&["This one and those after it"])?;
        let path = format!("/admin/calendar/appointments/{}/cancel?provider={}", ids[0], clinic.provider);
        desk.submit(&path, &[("range", "following"), ("reason", "Moved away")]).await?;
        let mine = patient.get("/appointments").await?.expect(200)?;
        let statuses = texts(&mine.body["items"], "status");
        assert_eq!(statuses.iter().filter(|it| **it == "cancelled").count(), 3, "{statuses:?}");
        clinic.server.verify().await
    }

    async fn a_patient_books_several_services_at_once(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let blood = clinic.add_service(json!({"name": "Blood test", "duration_minutes": 10})).await?;
        clinic.add_provider(&[&blood]).await?;
        let patient = clinic.server.patient().await?;
        let mut phone = Browser::of_patient(&clinic.server, &patient).await?;
        let start = phone.get("/book").await?.expect(200)?;
        phone.get(&start.address("/book/visit")?).await?.expect(200)?.shows(&["Find times"])?;
        let page = format!("/book/visit?first={blood}&second={}&location={}&from=2027-01-05", clinic.service, clinic.location);
        let found = phone.get(&page).await?.expect(200)?;
        found.shows(&["09:00 ", "Blood test, Eve Doctor", "Book all of it"])?;
        let fields = [
            ("first", blood.as_str()), ("second", clinic.service.as_str()), ("location", clinic.location.as_str()), ("from", "2027-01-05"),
        ];
        phone.post("/book/visit", &fields).await?.expect(422)?.shows(&["Nothing is booked"])?;
        let value = found.html.split("name=\"at\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no time")?.to_owned();
        let chosen = [&fields[..], &[("at", value.as_str()), ("reason", "Tired")]].concat();
        // One of the services asks something, and sends some elsewhere.
        let stop = json!({"is": "yes", "text": {"en": "Please call us."}});
        let question = json!([{"kind": "yes_no", "required": true, "text": {"en": "Do you take blood thinners?"}, "stop": stop}]);
        let asking = clinic.admin.send(Method::PATCH, &format!("/services/{blood}"), Some(&json!({"intake": question})), &[]).await?.expect(200)?;
        let asked = format!("answer-{}", asking.body["intake"][0]["question_id"].as_str().ok_or("no id")?);
        phone.get(&page).await?.expect(200)?.shows(&["Do you take blood thinners?"])?;
        let missing = phone.post("/book/visit", &chosen).await?.expect(422)?;
        missing.shows(&["Please look at your answers", &format!("{asked}-error"), "Tired", "checked"])?;
        let answered = |with| [&chosen[..], &[(asked.as_str(), with)]].concat();
        phone.post("/book/visit", &answered("yes")).await?.expect(422)?.shows(&["Not to be booked online", "Please call us."])?;
        phone.submit("/book/visit", &answered("no")).await?.shows(&["Booked: all parts, from Tue"])?;
        let mine = patient.get("/appointments").await?.expect(200)?;
        let ids = texts(&mine.body["items"], "id");
        assert_eq!((ids.len(), texts(&mine.body["items"], "reason")), (2, vec!["Tired", "Tired"]));
        phone.get(&format!("/patient/appointments/{}/cancel", ids[0])).await?.expect(200)?.shows(&["part of a visit"])?;
        let late = clinic.server.patient().await?;
        let mut other = Browser::of_patient(&clinic.server, &late).await?;
        other.post("/book/visit", &answered("no")).await?.expect(409)?.shows(&["Somebody just took one of the times", "Tired"])?;
        clinic.server.verify().await
    }
}
