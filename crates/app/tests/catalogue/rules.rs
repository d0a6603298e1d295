//! Each rule of a field, by its pointer and code.

use jiff::civil::date;
use kalends_app::error::{AppError, Result};
use kalends_app::idempotency::Once;
use kalends_app::locations::{self, LocationPatch};
use kalends_app::patients::{self, PatientPatch};
use kalends_app::providers;
use kalends_app::resources::{self, ResourcePatch};
use kalends_app::services::{self, ServicePatch};
use kalends_domain::id::ProviderId;
use kalends_store::on_both;

use super::people::People;
use super::{patient, service};

/// `pointer code` of every field that was refused.
pub fn codes<T>(outcome: Result<T>) -> Vec<String> {
    match outcome {
        Err(AppError::Invalid(errors)) => errors
            .iter()
            .map(|error| format!("{} {}", error.pointer, error.code))
            .collect(),
        Err(other) => vec![other.to_string()],
        Ok(_) => Vec::new(),
    }
}

on_both! {
    async fn services_keep_their_limits(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let unknown: ProviderId = app.new_id();
        let minutes = |duration_minutes| ServicePatch { duration_minutes, ..service("X") };
        for (input, expected) in [
            (ServicePatch::default(), vec!["/name required", "/duration_minutes required"]),
            (minutes(Some(0)), vec!["/duration_minutes out-of-range"]),
            (minutes(Some(i64::MAX)), vec!["/duration_minutes out-of-range"]),
            (ServicePatch { capacity: Some(501), ..service("X") }, vec!["/capacity out-of-range"]),
            (ServicePatch { capacity: Some(0), ..service("X") }, vec!["/capacity out-of-range"]),
            (ServicePatch { price_minor: Some(Some(-1)), ..service("X") }, vec!["/price_minor out-of-range"]),
            (ServicePatch { booking_horizon_days: Some(Some(0)), ..service("X") }, vec!["/booking_horizon_days out-of-range"]),
            (ServicePatch { department_id: Some(Some(app.new_id())), ..service("X") }, vec!["/department_id unknown-id"]),
            (ServicePatch { provider_ids: Some(vec![unknown]), ..service("X") }, vec!["/provider_ids/0 unknown-id"]),
            (ServicePatch { provider_ids: Some(vec![unknown; 201]), ..service("X") }, vec!["/provider_ids too-many"]),
            (service("a\u{0}b"), vec!["/name control-characters"]),
            (service(&"n".repeat(121)), vec!["/name too-long"]),
        ] {
            assert_eq!(codes(services::create(app, &admin, input.clone(), &Once::unkeyed()).await), expected, "{input:?}");
        }
        Ok(())
    }

    async fn people_and_places_keep_their_rules(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let born = |date| PatientPatch { birth_date: Some(Some(date)), ..patient("A", "B") };
        let phone = |text: &str| PatientPatch { phone: Some(Some(text.into())), ..patient("A", "B") };
        for (input, expected) in [
            (patient(" ", ""), vec!["/given_name required", "/family_name required"]),
            (born(date(2027, 3, 4)), vec!["/birth_date in-the-future"]),
            (born(date(1899, 12, 31)), vec!["/birth_date too-early"]),
            (born(date(2027, 3, 2)), vec![]),
            (phone("call me"), vec!["/phone not-a-phone-number"]),
            (phone("1234"), vec!["/phone not-a-phone-number"]),
            (phone("030/901820"), vec![]),
            (PatientPatch { email: Some(Some("nobody".into())), ..patient("A", "B") }, vec!["/email not-an-email"]),
            (PatientPatch { language: Some(Some("e_n".into())), ..patient("A", "B") }, vec!["/language not-a-language"]),
        ] {
            assert_eq!(codes(patients::create(app, &admin, input.clone(), &Once::unkeyed()).await), expected, "{input:?}");
        }

        let mars = LocationPatch { name: Some("X".into()), time_zone: Some("Mars/Olympus".into()), ..LocationPatch::default() };
        assert_eq!(codes(locations::create(app, &admin, mars, &Once::unkeyed()).await), ["/time_zone unknown-zone"]);
        let empty = resources::create(app, &admin, ResourcePatch::default(), &Once::unkeyed()).await;
        assert_eq!(codes(empty), ["/name required", "/kind required", "/location_id required"]);
        assert!(matches!(providers::get(app, &admin, app.new_id()).await, Err(AppError::NotFound)));
        Ok(())
    }
}
