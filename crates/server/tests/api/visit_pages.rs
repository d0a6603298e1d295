//! The pages of what was booked together: a visit that is moved as a whole, and the others of a series.

use jiff::Timestamp;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use serde_json::{Value, json};

use crate::api::browser::{Browser, Page};
use crate::api::caller::Caller;
use crate::api::clinic::{Clinic, at};
use crate::api::server::Outcome;

/// A clinic with a second person who takes blood, and a visit there: blood at nine, then the clinic's service.
struct Visited {
    clinic: Clinic,
    blood: String,
    /// Who takes it.
    taker: String,
}

impl Visited {
    async fn start(database: &kalends_store::testing::TestDatabase, rules: Value) -> Outcome<Self> {
        let clinic = Clinic::start(database).await?;
        let mut body = json!({"name": "Blood test", "duration_minutes": 10});
        if let (Some(body), Some(rules)) = (body.as_object_mut(), rules.as_object()) {
            body.extend(rules.clone());
        }
        let blood = clinic.add_service(body).await?;
        let taker = clinic.add_provider(&[&blood]).await?;
        Ok(Self { clinic, blood, taker })
    }

    /// Books it at so many minutes after nine; gives the parts' ids.
    async fn book(&self, who: &Caller, patient: &str, minutes: i64) -> Outcome<Vec<String>> {
        let part = |service: &str, provider: &str, minutes| json!({"service_id": service, "starts_at": at(minutes), "provider_id": provider});
        let clinic = &self.clinic;
        let body = json!({
            "parts": [part(&self.blood, &self.taker, minutes), part(&clinic.service, &clinic.provider, minutes + 10)],
            "location_id": clinic.location, "patient_id": patient,
        });
        let booked = who.post("/visits", &body).await?.expect(201)?;
        let parts = booked.body["appointments"].as_array().into_iter().flatten();
        Ok(parts.filter_map(|it| it["id"].as_str().map(str::to_owned)).collect())
    }

    /// What stands for the visit at so many minutes after nine.
    fn choice(&self, minutes: i64) -> String {
        format!(
            "{}~{},{}~{}",
            at(minutes),
            self.taker,
            at(minutes + 10),
            self.clinic.provider
        )
    }
}

/// The choices of the page's list.
async fn choices(browser: &mut Browser, page: &str) -> Outcome<(Page, Vec<String>)> {
    let found = browser.get(&format!("{page}?from=2027-01-05")).await?.expect(200)?;
    let values = found.values("at");
    Ok((found, values))
}

async fn starts(caller: &Caller, ids: &[String]) -> Outcome<Vec<String>> {
    let mut starts = Vec::new();
    for id in ids {
        let it = caller.get(&format!("/appointments/{id}")).await?.expect(200)?;
        starts.push(it.text_of("starts_at").to_owned());
    }
    Ok(starts)
}

fn times(minutes: &[i64]) -> Vec<String> {
    minutes
        .iter()
        .map(|it| at(*it))
        .map(|it: Timestamp| it.to_string())
        .collect()
}

on_both! {
    async fn a_patient_moves_a_visit_as_one(database: TestDatabase) {
        let world = Visited::start(&database, json!({})).await?;
        let clinic = &world.clinic;
        let patients = clinic.server.patients(2).await?;
        let [patient, other] = &patients[..] else { return Err("two people".into()) };
        let ids = world.book(patient, patient.patient_id(), 0).await?;
        let mut phone = Browser::of_patient(&clinic.server, patient).await?;
        let second = format!("/patient/appointments/{}", ids[1]);
        let shown = phone.get(&second).await?.expect(200)?;
        shown.shows(&["A visit of several services: 2 of 2", "Cancel the whole visit", &format!("/patient/appointments/{}\"", ids[0])])?;
        let page = shown.address("/book/visit/")?;
        assert_eq!(phone.get(&format!("{second}/move")).await?.expect(303)?.location, page, "to patients it is one");
        assert_eq!(phone.post(&format!("{second}/move"), &[]).await?.expect(303)?.location, page);

        let (list, offered) = choices(&mut phone, &page).await?;
        list.shows(&["Move the whole visit", "09:00 Blood test, Eve Doctor", "You keep the present times"])?;
        assert!(!offered.contains(&world.choice(0)), "where it is already");
        let near = world.choice(5);
        assert!(offered.contains(&near), "its own times are in its way: {offered:?}");
        let kept = [("from", "2027-01-05"), ("at", near.as_str())];
        phone.post(&page, &kept[..1]).await?.expect(422)?.shows(&["name=\"at\""])?;
        phone.post(&page, &[("at", "nonsense")]).await?.expect(422)?;
        let one = near.split(',').next().ok_or("no part")?;
        phone.post(&page, &[("at", one), ("sure", "1")]).await?.expect(422)?;
        let asked = phone.post(&page, &kept).await?.expect(200)?;
        asked.shows(&["09:00 Blood test", "09:10 ", "09:05 Blood test", "09:15 ", "Choose other times"])?;
        assert_eq!(starts(patient, &ids).await?, times(&[0, 10]), "nothing is moved before they are sure");
        let back = phone.post(&page, &[&kept[..], &[("again", "1")]].concat()).await?.expect(200)?;
        back.shows(&[&format!("value=\"{near}\" checked")])?;

        let sure = asked.form(&page)?;
        let done = phone.post_form(&page, &sure).await?.expect(303)?;
        assert_eq!(done.location, second, "back to where they came from");
        phone.get(&second).await?.expect(200)?.shows(&["Moved: all parts, from Tue 5 Jan", "09:15"])?;
        assert_eq!(starts(patient, &ids).await?, times(&[5, 15]));

        // Somebody is faster.
        let wanted = world.choice(60);
        world.book(other, other.patient_id(), 60).await?;
        let late = phone.post(&page, &[("from", "2027-01-05"), ("at", wanted.as_str()), ("sure", "1")]).await?.expect(409)?;
        late.shows(&["Nothing was moved", "Somebody just took one of the times", "name=\"at\"", "value=\"2027-01-05\""])?;
        assert_eq!(starts(patient, &ids).await?, times(&[5, 15]));
        // It is nobody else's.
        let mut stranger = Browser::of_patient(&clinic.server, other).await?;
        stranger.get(&page).await?.expect(404)?;
        stranger.post(&page, &kept).await?.expect(404)?;
        // What was booked by itself is no visit.
        let single = patient.post("/appointments", &clinic.wish(at(300))).await?.expect(201)?.id()?;
        phone.get(&format!("/book/visit/{single}/move")).await?.expect(404)?;
        let shown = phone.get(&format!("/patient/appointments/{single}")).await?.expect(200)?;
        assert!(!shown.has("whole visit") && !shown.has("Belongs to"));
        // Called off meanwhile.
        patient.post(&format!("/appointments/{}/cancel", ids[0]), &json!({})).await?.expect(200)?;
        phone.get(&page).await?.expect(200)?.shows(&["cannot be moved any more"])?;
        phone.post(&page, &[("at", wanted.as_str()), ("sure", "1")]).await?.expect(422)?;
        clinic.server.verify().await
    }

    async fn too_late_for_patients_is_with_a_reason_for_staff(database: TestDatabase) {
        let world = Visited::start(&database, json!({"reschedule_cutoff_minutes": 2_880})).await?;
        let clinic = &world.clinic;
        let settings = json!({"name": "Clinic", "phone": "+49 30 1234567"});
        clinic.admin.send(reqwest::Method::PUT, "/settings", Some(&settings), &[]).await?.expect(200)?;
        let patient = clinic.server.patient().await?;
        let ids = world.book(&clinic.admin, patient.patient_id(), 0).await?;
        let page = format!("/book/visit/{}/move", ids[0]);
        let chosen = world.choice(60);
        let sure = [("from", "2027-01-05"), ("at", chosen.as_str()), ("sure", "1")];
        let mut phone = Browser::of_patient(&clinic.server, &patient).await?;
        for told in [phone.get(&page).await?.expect(200)?, phone.post(&page, &sure).await?] {
            told.shows(&["It is too late to move this online.", "tel:+49301234567"])?;
            assert!(!told.has("name=\"at\""), "nothing to choose");
        }
        assert_eq!(starts(&patient, &ids).await?, times(&[0, 10]));

        let mut desk = Browser::of_staff(&clinic.server, &clinic.server.staff(Role::Receptionist).await?).await?;
        let dialog = desk.get(&format!("/admin/calendar?appointment={}", ids[0])).await?.expect(200)?;
        dialog.shows(&["Move the whole visit", "A visit of several services: 1 of 2", &format!("appointment={}\"", ids[1])])?;
        assert_eq!(dialog.address("/book/visit/")?, page);
        let (list, offered) = choices(&mut desk, &page).await?;
        list.shows(&["For "])?;
        assert!(offered.contains(&chosen));
        desk.post(&page, &sure[..2]).await?.expect(200)?.shows(&["Why it is moved so late"])?;
        desk.post(&page, &sure).await?.expect(422)?.shows(&["override_reason-error", "Choose other times"])?;
        // What was typed is not lost, whatever happens.
        let typed = ("override_reason", "She called");
        let again = desk.post(&page, &[&sure[..2], &[typed, ("again", "1")]].concat()).await?.expect(200)?;
        again.shows(&["value=\"She called\""])?;
        let other = clinic.server.patient().await?;
        world.book(&other, other.patient_id(), 180).await?;
        let taken = world.choice(180);
        let lost = desk.post(&page, &[("at", taken.as_str()), ("sure", "1"), typed]).await?.expect(409)?;
        lost.shows(&["Nothing was moved", "value=\"She called\""])?;
        let done = desk.post(&page, &[&sure[..], &[typed]].concat()).await?.expect(303)?;
        let place = format!("/admin/calendar?provider={}&view=day&date=2027-01-05&appointment={}", world.taker, ids[0]);
        assert_eq!(done.location, place);
        desk.get(&place).await?.expect(200)?.shows(&["Moved: all parts, from Tue 5 Jan"])?;
        assert_eq!(starts(&patient, &ids).await?, times(&[60, 70]));
        let history = clinic.admin.get(&format!("/appointments/{}/history", ids[0])).await?.expect(200)?;
        assert_eq!(history.body["items"][1]["reason"], "She called");
        clinic.server.verify().await
    }

    async fn who_sees_a_part_of_a_visit_does_not_move_all_of_it(database: TestDatabase) {
        let world = Visited::start(&database, json!({})).await?;
        let clinic = &world.clinic;
        let provider = clinic.admin.get(&format!("/providers/{}", clinic.provider)).await?.expect(200)?;
        let patient = clinic.server.patient().await?;
        let ids = world.book(&patient, patient.patient_id(), 0).await?;
        let mut doctor = Browser::sign_in(&clinic.server, provider.text_of("email")).await?;
        let dialog = doctor.get(&format!("/doctor/calendar?appointment={}", ids[1])).await?.expect(200)?;
        dialog.shows(&["A visit of several services: 2 of 2"])?;
        assert!(!dialog.has("Move the whole visit") && !dialog.has(&ids[0]), "the other part is somebody else's");
        doctor.get(&format!("/book/visit/{}/move", ids[1])).await?.expect(403)?;
        doctor.post(&format!("/book/visit/{}/move", ids[1]), &[("at", &world.choice(60)), ("sure", "1")]).await?.expect(403)?;
        doctor.get(&format!("/book/visit/{}/move", ids[0])).await?.expect(404)?;

        // Who acts for the patient moves it, who may only look does not.
        let carers = clinic.server.patients(2).await?;
        for (carer, scope) in carers.iter().zip(["view", "book"]) {
            let body = json!({"email": carer.user["email"], "relationship": "carer", "scope": scope});
            clinic.admin.post(&format!("/patients/{}/proxies", patient.patient_id()), &body).await?.expect(201)?;
        }
        let page = format!("/book/visit/{}/move", ids[0]);
        let mut looks = Browser::of_patient(&clinic.server, &carers[0]).await?;
        let shown = looks.get(&format!("/patient/appointments/{}", ids[0])).await?.expect(200)?;
        assert!(!shown.has("Move the whole visit"));
        looks.get(&page).await?.expect(403)?;
        let chosen = world.choice(60);
        let mut acts = Browser::of_patient(&clinic.server, &carers[1]).await?;
        acts.submit(&page, &[("at", chosen.as_str()), ("sure", "1")]).await?.shows(&["Moved: all parts"])?;
        assert_eq!(starts(&patient, &ids).await?, times(&[60, 70]));
        clinic.server.verify().await
    }

    async fn of_a_series_one_reads_which_it_is_and_finds_the_others(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let patient = clinic.server.patient().await?;
        let body = json!({
            "service_id": clinic.service, "starts_at": at(0), "location_id": clinic.location, "patient_id": patient.patient_id(),
            "every": 1, "unit": "days", "count": 18, "skip_conflicts": true,
        });
        let booked = clinic.admin.post("/series", &body).await?.expect(201)?;
        let all = booked.body["appointments"].as_array().ok_or("nothing")?;
        let ids: Vec<&str> = all.iter().filter_map(|it| it["id"].as_str()).collect();
        assert!(ids.len() > 12, "longer than the list: {}", ids.len());
        let count = ids.len();
        let mut phone = Browser::of_patient(&clinic.server, &patient).await?;
        let shown = phone.get(&format!("/patient/appointments/{}", ids[2])).await?.expect(200)?;
        shown.shows(&[&format!("A series: 3 of {count}"), "All of the series", "aria-current=\"true\""])?;
        let linked = |page: &Page| ids.iter().filter(|id| page.has(&format!("href=\"/patient/appointments/{id}\""))).count();
        assert_eq!(linked(&shown), 11, "a short list, without the one that is open");
        let end = phone.get(&format!("/patient/appointments/{}", ids[count - 1])).await?.expect(200)?;
        assert_eq!(linked(&end), 11);
        assert!(end.has(&format!("/patient/appointments/{}\"", ids[count - 2])) && !end.has(&format!("/patient/appointments/{}\"", ids[0])));

        let provider = clinic.admin.get(&format!("/providers/{}", clinic.provider)).await?.expect(200)?;
        let mut doctor = Browser::sign_in(&clinic.server, provider.text_of("email")).await?;
        let dialog = doctor.get(&format!("/doctor/calendar?appointment={}", ids[2])).await?.expect(200)?;
        dialog.shows(&[&format!("A series: 3 of {count}")])?;
        let next = dialog.address(&format!("appointment={}", ids[3]))?;
        doctor.get(&next).await?.expect(200)?.shows(&[&format!("A series: 4 of {count}")])?;
        // What is called off is not counted.
        clinic.admin.post(&format!("/appointments/{}/cancel", ids[0]), &json!({"reason": "Ill"})).await?.expect(200)?;
        let dialog = doctor.get(&format!("/doctor/calendar?appointment={}", ids[2])).await?.expect(200)?;
        dialog.shows(&[&format!("A series: 2 of {}", count - 1)])?;
        assert!(!dialog.has(ids[0]));
        let off = phone.get(&format!("/patient/appointments/{}", ids[0])).await?.expect(200)?;
        off.shows(&["A series"])?;
        assert!(!off.has("A series:"));
        // Another doctor's part of it is counted, and not told.
        let second = clinic.add_provider(&[&clinic.service]).await?;
        let moved = json!({"starts_at": all[4]["starts_at"], "provider_id": second});
        clinic.admin.post(&format!("/appointments/{}/reschedule", ids[4]), &moved).await?.expect(200)?;
        let dialog = doctor.get(&format!("/doctor/calendar?appointment={}", ids[2])).await?.expect(200)?;
        dialog.shows(&[&format!("A series: 2 of {}", count - 1), &format!("5 of {}", count - 1)])?;
        assert!(!dialog.has(ids[4]) && !dialog.has(&format!("4 of {}", count - 1)));
        clinic.server.verify().await
    }
}
