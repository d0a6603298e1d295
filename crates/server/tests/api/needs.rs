//! Rooms and equipment: what a service needs, what an appointment was given, and what takes the time of a room.

use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use super::browser::Browser;
use super::clinic::{Clinic, at};
use super::server::Outcome;

/// Two ultrasound rooms and an ECG, and a service that needs one of the rooms and the ECG.
struct Lab {
    clinic: Clinic,
    rooms: [String; 2],
    ecg: String,
    service: String,
    provider: String,
}

impl Lab {
    async fn new(clinic: Clinic) -> Outcome<Self> {
        let rooms = [
            resource(&clinic, "Room 1", "ultrasound").await?,
            resource(&clinic, "Room 2", "ultrasound").await?,
        ];
        let ecg = resource(&clinic, "Portable ECG", "device").await?;
        let needs = json!({"needs": [{"kind": "ultrasound"}, {"resource_id": ecg}]});
        let service = clinic.add_service(needs).await?;
        let provider = clinic.add_provider(&[&service]).await?;
        Ok(Self {
            clinic,
            rooms,
            ecg,
            service,
            provider,
        })
    }

    /// Books for a new patient; the appointment.
    async fn book(&self, minutes: i64) -> Outcome<Value> {
        let patient = self.clinic.server.patient().await?;
        let wish = json!({"service_id": self.service, "starts_at": at(minutes), "provider_id": self.provider});
        Ok(patient.post("/appointments", &wish).await?.expect(201)?.body)
    }
}

async fn resource(clinic: &Clinic, name: &str, kind: &str) -> Outcome<String> {
    let body = json!({"name": name, "kind": kind, "location_id": clinic.location});
    clinic.admin.post("/resources", &body).await?.expect(201)?.id()
}

fn has(list: &Value, id: &str) -> bool {
    list.as_array().into_iter().flatten().any(|it| it == id)
}

on_both! {
    async fn a_service_says_what_it_needs(database: TestDatabase) {
        let lab = Lab::new(Clinic::start(&database).await?).await?;
        let admin = &lab.clinic.admin;
        let path = format!("/services/{}", lab.service);
        let seen = admin.get(&path).await?.expect(200)?.body;
        assert_eq!(seen["needs"], json!([{"kind": "ultrasound"}, {"resource_id": lab.ecg}]));
        assert_eq!(seen["resource_kind"], Value::Null);
        // The short form says all of it, and is read back where it can be.
        let patch = async |body: Value| admin.send(Method::PATCH, &path, Some(&body), &[]).await;
        let short = patch(json!({"resource_kind": "scanner"})).await?.expect(200)?.body;
        assert_eq!((&short["needs"], &short["resource_kind"]), (&json!([{"kind": "scanner"}]), &json!("scanner")));
        assert_eq!(patch(json!({"resource_kind": null})).await?.expect(200)?.body["needs"], json!([]));
        for wrong in [
            json!({"resource_kind": "scanner", "needs": []}),
            json!({"needs": [{"kind": " "}]}),
            json!({"needs": [{"resource_id": lab.service}]}),
            json!({"needs": [{"resource_id": lab.ecg}, {"resource_id": lab.ecg}]}),
            json!({"needs": [{"kind": "a"}, {"kind": "a"}, {"kind": "a"}, {"kind": "a"}, {"kind": "a"}, {"kind": "a"}, {"kind": "a"}, {"kind": "a"}, {"kind": "a"}]}),
        ] {
            patch(wrong).await?.expect(422)?;
        }
        assert_eq!(admin.get(&path).await?.body["needs"], json!([]));
        Ok(())
    }

    async fn an_appointment_takes_it_all_and_its_room_can_be_changed(database: TestDatabase) {
        let lab = Lab::new(Clinic::start(&database).await?).await?;
        let admin = &lab.clinic.admin;
        let booked = lab.book(60).await?;
        let id = booked["id"].as_str().ok_or("no id")?;
        assert!(has(&booked["resource_ids"], &lab.ecg), "{booked}");
        let other = lab.rooms.iter().find(|room| !has(&booked["resource_ids"], room)).ok_or("both rooms")?;

        let path = format!("/appointments/{id}/rooms");
        let rooms = admin.get(&path).await?.expect(200)?.body;
        assert_eq!(rooms["needs"][0]["choices"].as_array().map(Vec::len), Some(2));
        assert_eq!(rooms["given"][1], json!(lab.ecg));
        admin.post(&path, &json!({"resource_ids": [other]})).await?.expect(422)?;
        let changed = admin.post(&path, &json!({"resource_ids": [other, lab.ecg]})).await?.expect(200)?.body;
        assert!(has(&changed["resource_ids"], other), "{changed}");

        // What takes a room's time, and why the ECG makes a colleague's time impossible.
        let days = admin.get(&format!("/resources/{other}/calendar?from=2027-01-05&to=2027-01-06")).await?.expect(200)?.body;
        assert_eq!(days["days"].as_array().map(Vec::len), Some(2));
        assert_eq!(days["days"][0]["busy"][0]["appointment_id"], id);
        let those = admin.get(&format!("/appointments?resource_id={other}")).await?.expect(200)?.body;
        assert_eq!(those["items"].as_array().map(Vec::len), Some(1));
        let colleague = lab.clinic.add_provider(&[&lab.service]).await?;
        let asked = format!("/slots/explain?service_id={}&provider_id={colleague}&starts_at={}", lab.service, at(60));
        let told = admin.get(&asked).await?.expect(200)?.body.to_string();
        assert!(told.contains("no-resource") && told.contains("Portable ECG is not free"), "{told}");
        lab.clinic.server.verify().await
    }

    async fn the_pages_ask_what_is_needed_and_change_the_room(database: TestDatabase) {
        let lab = Lab::new(Clinic::start(&database).await?).await?;
        let booked = lab.book(60).await?;
        let id = booked["id"].as_str().ok_or("no id")?;
        let mut admin = Browser::of_staff(&lab.clinic.server, &lab.clinic.admin).await?;
        let edit = admin.get(&format!("/admin/services/{}", lab.service)).await?.expect(200)?;
        edit.shows(&["Rooms and equipment, by kind", "Portable ECG (device)"])?;
        assert!(edit.has("value=\"ultrasound\""), "the kind stands in its field");
        let here = format!("/admin/calendar?provider={}&appointment={id}", lab.provider);
        admin.get(&here).await?.expect(200)?.shows(&["Portable ECG", "Change room"])?;
        admin.get(&format!("{here}&do=rooms")).await?.expect(200)?.shows(&["Room 1", "Room 2"])?;
        let other = lab.rooms.iter().find(|room| !has(&booked["resource_ids"], room)).ok_or("both rooms")?;
        let path = format!("/admin/calendar/appointments/{id}/rooms");
        let query = format!("{path}?provider={}", lab.provider);
        let twice = [("version", "1"), ("resource_ids", other.as_str()), ("resource_1", other)];
        admin.post(&query, &twice).await?.expect(422)?;
        let form = [("version", "1"), ("resource_ids", other.as_str()), ("resource_1", &lab.ecg)];
        admin.submit(&query, &form).await?.shows(&["The room was changed."])?;
        let seen = lab.clinic.admin.get(&format!("/appointments/{id}")).await?.expect(200)?.body;
        assert!(has(&seen["resource_ids"], other), "{seen}");

        // The same, read by room.
        let day = format!("/admin/calendar?provider={}&view=day&date=2027-01-05", lab.provider);
        admin.get(&day).await?.expect(200)?.shows(&["Doctors", "Rooms"])?;
        let rooms = admin.get(&format!("{day}&by=rooms")).await?.expect(200)?;
        rooms.shows(&["Rooms and equipment", "Room 1", "Room 2", "Portable ECG"])?;
        assert_eq!(rooms.html.matches(&format!("appointment={id}")).count(), 2, "the room and the ECG lead to it");
        let week = format!("/admin/calendar?provider={}&view=week&date=2027-01-05&by=rooms&room={}", lab.provider, lab.ecg);
        let week = admin.get(&week).await?.expect(200)?;
        assert!(week.has("Portable ECG") && !week.has("Room 1"));
        Ok(())
    }
}
