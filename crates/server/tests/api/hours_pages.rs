//! The pages of weekly hours, as somebody without scripts uses them.

use kalends_domain::permission::Role;
use kalends_store::on_both;

use crate::api::browser::Browser;
use crate::api::clinic::Clinic;

/// Saturdays from ten to midnight, released two days before, with the second row left blank.
fn saturdays(clinic: &Clinic) -> Vec<(&'static str, String)> {
    [
        ("effective_from", "2027-01-09"),
        ("effective_until", ""),
        ("every_weeks", "1"),
        ("rows", "4"),
        ("w0-day", "sat"),
        ("w0-from", "10:00"),
        ("w0-to", "00:00"),
        ("w0-slot", "30"),
        ("w0-mode", "online"),
        ("w0-release", "48"),
        ("w0-services", clinic.service.as_str()),
        ("w1-day", ""),
        ("w1-slot", "30"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn with(fields: &[(&'static str, String)], changes: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut fields: Vec<_> = fields
        .iter()
        .filter(|(name, _)| !changes.iter().any(|it| it.0 == *name))
        .cloned()
        .collect();
    fields.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
    fields
}

fn sent<'f>(fields: &'f [(&'static str, String)]) -> Vec<(&'static str, &'f str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

on_both! {
    async fn weekly_hours_are_looked_at_made_changed_and_ended(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        let all = format!("/hours/{}", clinic.provider);
        admin.get("/admin/doctors").await?.expect(200)?.shows(&[&all])?;
        admin.get(&all).await?.expect(200)?.shows(&["No weekly hours", "Add weekly hours"])?;
        let form = admin.get(&format!("{all}/new")).await?.expect(200)?;
        assert_eq!(form.html.matches("value=\"09:00\"").count(), 5, "Monday to Friday");

        let new = format!("{all}/new");
        let order = saturdays(&clinic);
        let preview = admin.post(&new, &sent(&with(&order, &[("preview", "true")]))).await?.expect(200)?;
        preview.shows(&["This opens 27 time ranges and closes 0.", "value=\"48\""])?;
        let made = admin.submit(&new, &sent(&order)).await?;
        made.shows(&["Saved: 27 opened, 0 closed.", "10:00–24:00", "30 min apart", "Saturday"])?;

        let at = made.html.split(&format!("href=\"{all}/")).filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 36);
        let one = format!("{all}/{}", at.ok_or("no link to the hours")?);
        let edit = admin.get(&one).await?.expect(200)?;
        edit.shows(&["value=\"2027-01-09\"", "value=\"10:00\"", "value=\"00:00\"", "value=\"48\""])?;
        let patient = clinic.server.patient().await?;
        let wish = serde_json::json!({"service_id": clinic.service, "starts_at": "2027-01-05T09:00:00Z"});
        patient.post("/appointments", &wish).await?.expect(201)?;
        let shorter = with(&order, &[("w0-to", "12:00"), ("version", "1")]);
        let saved = admin.submit(&one, &sent(&shorter)).await?;
        saved.shows(&["Saved: 27 opened, 27 closed.", "10:00–12:00"])?;
        let stale = admin.post(&one, &sent(&shorter)).await?.expect(409)?;
        stale.shows(&["value=\"12:00\""])?;

        let ask = admin.get(&format!("{one}/end")).await?.expect(200)?;
        ask.shows(&["End these hours?", "closes 27"])?;
        let ended = admin.submit(&format!("{one}/end"), &[("version", "2")]).await?;
        ended.shows(&["Ended: 27 closed, 0 opened.", "No weekly hours"])?;
        admin.get(&one).await?.expect(404)?;
        clinic.server.verify().await
    }

    async fn a_day_gets_more_times_and_is_copied_to_others(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        let new = format!("/hours/{}/new", clinic.provider);
        let order = with(&saturdays(&clinic), &[("rows", "1")]);
        let more = admin.post(&new, &sent(&with(&order, &[("add", "sat")]))).await?.expect(200)?;
        more.shows(&["name=\"w1-from\"", "value=\"10:00\"", "name=\"rows\" value=\"2\""])?;
        let copy = with(&order, &[("copy", "true"), ("copy_from", "sat"), ("copy_to", "sun")]);
        let copied = admin.post(&new, &sent(&copy)).await?.expect(200)?;
        copied.shows(&["name=\"w1-day\" value=\"sun\"", "name=\"rows\" value=\"2\""])?;
        assert_eq!(copied.html.matches("value=\"10:00\"").count(), 2);
        assert_eq!(copied.html.matches("value=\"48\"").count(), 2, "with its terms");
        // A break is the gap between two times of a day; several services may share them.
        let second = clinic.add_service(serde_json::json!({})).await?;
        let mut both = with(&order, &[("rows", "2"), ("w0-to", "12:00"), ("w1-day", "sat"), ("w1-from", "13:00"), ("w1-to", "15:00"), ("w1-mode", "online")]);
        both.push(("w1-services", clinic.service.clone()));
        both.push(("w1-services", second));
        admin.submit(&new, &sent(&both)).await?.shows(&["Saved: 54 opened, 0 closed.", "10:00–12:00", "13:00–15:00"])?;
        Ok(())
    }

    async fn what_is_wrong_is_told_beside_its_row_and_kept(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        let new = format!("/hours/{}/new", clinic.provider);
        let order = saturdays(&clinic);
        for (changes, said, kept) in [
            (&[("w0-to", "09:00")][..], "id=\"w0-to-error\"", "value=\"09:00\""),
            (&[("w0-from", "")], "id=\"w0-from-error\"", "value=\"00:00\""),
            (&[("w0-slot", "3")], "id=\"w0-slot-error\"", "value=\"3\""),
            (&[("w0-release", "x")], "id=\"w0-release-error\"", "value=\"x\""),
            (&[("every_weeks", "53")], "id=\"every_weeks-error\"", "value=\"53\""),
            (&[("effective_until", "2027-01-01")], "id=\"effective_until-error\"", "value=\"2027-01-01\""),
            // The third row is the second window.
            (&[("w2-day", "sat"), ("w2-from", "11:00"), ("w2-to", "12:00"), ("w2-slot", "30")], "id=\"w2-from-error\"", "value=\"11:00\""),
        ] {
            let refused = admin.post(&new, &sent(&with(&order, changes))).await?.expect(422)?;
            refused.shows(&[said, kept])?;
        }
        let none = with(&order, &[("w0-day", ""), ("w0-from", ""), ("w0-to", "")]);
        admin.post(&new, &sent(&none)).await?.expect(422)?.shows(&["Enter at least one open time."])?;
        Ok(())
    }

    async fn they_are_kept_by_those_who_keep_the_calendar(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let all = format!("/hours/{}", clinic.provider);
        let mut visitor = Browser::of_visitor(&clinic.server)?;
        assert_eq!(visitor.get(&all).await?.status, 303);
        let doctor = clinic.server.staff(Role::Doctor).await?;
        let mut other = Browser::of_staff(&clinic.server, &doctor).await?;
        for path in [all.clone(), format!("{all}/new")] {
            assert_eq!(other.get(&path).await?.status, 403, "{path}");
        }
        let refused = other.post(&format!("{all}/new"), &sent(&saturdays(&clinic))).await?;
        assert_eq!(refused.status, 403);
        let mut admin = Browser::of_staff(&clinic.server, &clinic.admin).await?;
        admin.get(&format!("/hours/{}", clinic.service)).await?.expect(404)?;
        admin.get("/hours/nobody").await?.expect(404)?;
        Ok(())
    }
}
