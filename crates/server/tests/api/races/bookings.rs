//! Bookings against bookings.

use serde_json::json;
use tokio::task::JoinSet;

use super::{all_book, lost, statuses, won};
use crate::api::clinic::at;
use crate::api::server::{Answer, scaled};

races! {
    async fn one_slot_goes_to_one(clinic: Clinic) {
        let count = scaled(50, 10);
        let answers = all_book(clinic.server.patients(count).await?, |_| clinic.wish(at(60))).await?;
        assert_eq!((won(&answers), lost(&answers)), (1, count - 1), "{:?}", statuses(&answers));
        clinic.server.verify().await
    }

    async fn shifted_starts_never_overlap(clinic: Clinic) {
        let count = scaled(50, 12);
        let shifts = [0, 5, 15];
        let answers = all_book(clinic.server.patients(count).await?, |index| clinic.wish(at(60 + shifts[index % 3]))).await?;
        assert_eq!((won(&answers), lost(&answers)), (1, count - 1), "{:?}", statuses(&answers));
        clinic.server.verify().await
    }

    async fn two_lengths_of_one_provider_never_overlap(clinic: Clinic) {
        let long = clinic.add_service(json!({"duration_minutes": 60, "provider_ids": [clinic.provider]})).await?;
        let count = scaled(50, 12);
        let services = [&clinic.service, &long];
        let answers = all_book(clinic.server.patients(count).await?, |index| json!({
            "service_id": services[index % 2], "starts_at": at(60 + 30 * (index as i64 / 2 % 2)),
        })).await?;
        assert_eq!(won(&answers) + lost(&answers), count, "{:?}", statuses(&answers));
        assert!((1..=2).contains(&won(&answers)), "{:?}", statuses(&answers));
        clinic.server.verify().await
    }

    async fn two_needs_are_met_together_or_not_at_all(clinic: Clinic) {
        let mut made = Vec::new();
        for (name, kind) in [("Scanner 1", "scanner"), ("Scanner 2", "scanner"), ("ECG", "device")] {
            let body = json!({"name": name, "kind": kind, "location_id": clinic.location});
            made.push(clinic.admin.post("/resources", &body).await?.expect(201)?.id()?);
        }
        let services = [
            clinic.add_service(json!({"needs": [{"kind": "scanner"}, {"resource_id": made[2]}]})).await?,
            clinic.add_service(json!({"needs": [{"kind": "device"}, {"kind": "scanner"}]})).await?,
        ];
        clinic.add_provider(&[&services[0]]).await?;
        clinic.add_provider(&[&services[1]]).await?;
        let count = scaled(50, 10);
        let answers = all_book(clinic.server.patients(count).await?, |index| json!({
            "service_id": services[index % 2], "starts_at": at(60),
        })).await?;
        assert_eq!((won(&answers), lost(&answers)), (1, count - 1), "{:?}", statuses(&answers));
        clinic.server.verify().await
    }

    async fn one_room_serves_one_at_a_time(clinic: Clinic) {
        let body = json!({"name": "Scanner", "kind": "scanner", "location_id": clinic.location});
        clinic.admin.post("/resources", &body).await?.expect(201)?;
        let services = [
            clinic.add_service(json!({"resource_kind": "scanner"})).await?,
            clinic.add_service(json!({"resource_kind": "scanner"})).await?,
        ];
        clinic.add_provider(&[&services[0]]).await?;
        clinic.add_provider(&[&services[1]]).await?;
        let count = scaled(50, 10);
        let answers = all_book(clinic.server.patients(count).await?, |index| json!({
            "service_id": services[index % 2], "starts_at": at(60),
        })).await?;
        assert_eq!((won(&answers), lost(&answers)), (1, count - 1), "{:?}", statuses(&answers));
        clinic.server.verify().await
    }

    async fn the_last_seat_is_sold_once(clinic: Clinic) {
        for name in ["Hall", "Gym"] {
            let body = json!({"name": name, "kind": "hall", "location_id": clinic.location});
            clinic.admin.post("/resources", &body).await?.expect(201)?;
        }
        let seats = scaled(12, 4);
        let class = clinic.add_service(json!({"capacity": seats, "resource_kind": "hall", "buffer_after_minutes": 10})).await?;
        clinic.add_provider(&[&class, &clinic.service]).await?;
        let count = scaled(50, 12);
        let answers = all_book(clinic.server.patients(count).await?, |_| json!({"service_id": class, "starts_at": at(60)})).await?;
        assert_eq!((won(&answers), lost(&answers)), (seats, count - seats), "{:?}", statuses(&answers));
        // They sit in one room.
        let rooms: std::collections::BTreeSet<_> = answers.iter().filter_map(|answer| answer.body["resource_ids"][0].as_str()).collect();
        assert_eq!(rooms.len(), 1, "{rooms:?}");
        clinic.server.verify().await
    }

    async fn anyone_is_everyone_who_is_free(clinic: Clinic) {
        for _ in 0..3 {
            clinic.add_provider(&[&clinic.service]).await?;
        }
        let count = scaled(50, 12);
        let answers = all_book(clinic.server.patients(count).await?, |_| clinic.wish(at(60))).await?;
        assert_eq!((won(&answers), lost(&answers)), (4, count - 4), "{:?}", statuses(&answers));
        clinic.server.verify().await
    }

    async fn one_key_is_one_booking(clinic: Clinic) {
        let patient = clinic.server.patient().await?;
        let mut racers = JoinSet::new();
        for _ in 0..20 {
            let (patient, wish) = (patient.clone(), clinic.wish(at(60)));
            racers.spawn(async move { patient.post_once("/appointments", &wish, "k1").await.map_err(|error| error.to_string()) });
        }
        let answers: Result<Vec<Answer>, String> = racers.join_all().await.into_iter().collect();
        let answers = answers?;
        assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body), "{:?}", statuses(&answers));
        let listed = patient.get("/appointments").await?.expect(200)?;
        assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(1));
        let reused = patient.post_once("/appointments", &clinic.wish(at(120)), "k1").await?.expect(422)?;
        assert_eq!(reused.problem(), "idempotency-key-reused");
        clinic.server.verify().await
    }

    async fn neighbours_do_not_race_across_a_buffer(clinic: Clinic) {
        let mut clinic = clinic;
        clinic.service = clinic.add_service(json!({"buffer_before_minutes": 5, "buffer_after_minutes": 10})).await?;
        clinic.provider = clinic.add_provider(&[&clinic.service]).await?;
        let count = scaled(50, 12);
        // Neighbours by their own times, and by the buffers: 60 and 105 fit beside each other, nothing else does.
        let starts = [60, 90, 95, 100, 105];
        let answers = all_book(clinic.server.patients(count).await?, |index| clinic.wish(at(starts[index % 5]))).await?;
        assert_eq!(won(&answers) + lost(&answers), count, "{:?}", statuses(&answers));
        assert!((1..=2).contains(&won(&answers)), "{:?}", statuses(&answers));
        clinic.server.verify().await
    }
}
