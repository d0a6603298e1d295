//! Two doctors who are open for months, in the machine's own future.

use jiff::civil::Date;
use jiff::{ToSpan as _, tz::TimeZone};
use kalends_app::clock::Clock;
use serde_json::{Value, json};

use crate::api::caller::Caller;
use crate::api::server::{Outcome, PASSWORD};

/// What patients book: ten minutes with one of two doctors, 48 times a day from the first of next month.
pub struct Practice {
    pub service: String,
    pub providers: [String; 2],
    first_day: Date,
}

impl Practice {
    /// Its months are as many as a run of 89 days needs.
    pub async fn open(admin: &Caller) -> Outcome<Self> {
        let location = json!({"name": "Mitte", "time_zone": "Europe/Berlin"});
        let location = admin.post("/locations", &location).await?.expect(201)?.id()?;
        let service = json!({"name": "Vaccination", "duration_minutes": 10, "start_interval_minutes": 10});
        let service = admin.post("/services", &service).await?.expect(201)?.id()?;
        let first_day = Clock::System
            .now()
            .to_zoned(TimeZone::UTC)
            .date()
            .last_of_month()
            .tomorrow()?;
        let mut providers = [String::new(), String::new()];
        for (number, provider) in providers.iter_mut().enumerate() {
            let body = json!({
                "email": format!("doctor-{number}@example.test"), "given_name": "Eve", "family_name": "Doctor",
                "location_ids": [location], "service_ids": [service], "password": PASSWORD,
            });
            *provider = admin.post("/providers", &body).await?.expect(201)?.id()?;
            for month in 0..3 {
                let month = first_day.checked_add(month.months())?.strftime("%Y-%m").to_string();
                let all_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
                let body =
                    json!({"month": month, "weekdays": all_days, "from": "09:00", "to": "17:00", "slot_minutes": 10});
                let path = format!("/providers/{provider}/openings/generate");
                admin.post(&path, &body).await?.expect(200)?;
            }
        }
        Ok(Self {
            service,
            providers,
            first_day,
        })
    }

    /// The day with this number.
    pub fn day(&self, number: usize) -> Outcome<Date> {
        Ok(self.first_day.checked_add(i64::try_from(number)?.days())?)
    }

    /// When a day's appointments can start, with either doctor; nobody has booked on it yet.
    pub async fn starts(&self, caller: &Caller, day: Date) -> Outcome<Vec<Value>> {
        let (service, provider) = (&self.service, &self.providers[0]);
        let path = format!("/slots?service_id={service}&provider_id={provider}&from={day}&to={day}");
        let answer = caller.get(&path).await?.expect(200)?;
        let slots = answer.body["items"].as_array().ok_or("no slots")?;
        Ok(slots.iter().map(|slot| slot["starts_at"].clone()).collect())
    }

    /// What stands in the calendar of a day, whatever its state.
    pub async fn stored(&self, admin: &Caller, day: Date) -> Outcome<Vec<Value>> {
        let answer = admin
            .get(&format!("/appointments?from={day}&to={day}&limit=200"))
            .await?
            .expect(200)?;
        if !answer.body["next_cursor"].is_null() {
            return Err("more than a page of appointments".into());
        }
        Ok(answer.body["items"].as_array().ok_or("no items")?.clone())
    }
}
