//! The clinic that is measured, made through the API: providers who are open for the coming months.

use std::net::SocketAddr;

use jiff::civil::Date;
use jiff::{ToSpan as _, Zoned};
use serde_json::{Value, json};

use crate::Result;
use crate::client::Client;
use crate::server::ADMIN;

/// How many providers there are, where nothing else is said.
pub const PROVIDERS: usize = 30;

/// When the providers are open, how their time is cut, and for how many months.
pub struct Hours {
    pub weekdays: &'static [&'static str],
    pub from: &'static str,
    pub to: &'static str,
    pub minutes: u32,
    pub months: i32,
}

/// What the measurements ask for.
pub struct Clinic {
    pub service: String,
    pub location: String,
    pub providers: Vec<String>,
    /// The first day of the first open month, in UTC.
    pub first: Date,
}

fn id(record: &Value) -> Result<String> {
    Ok(record["id"].as_str().ok_or("a record without an id")?.to_owned())
}

/// Signs in and gives the access token.
///
/// # Errors
/// When the sign-in is refused.
pub async fn sign_in(address: SocketAddr, email: &str, password: &str) -> Result<String> {
    let mut client = Client::connect(address).await?;
    let body = json!({ "email": email, "password": password });
    let answer = client.post("/api/v1/auth/login", &body).await?.json()?;
    Ok(answer["access_token"].as_str().ok_or("no token")?.to_owned())
}

/// Registers a patient and gives their access token.
///
/// # Errors
/// When the registration is refused.
pub async fn register(address: SocketAddr, number: usize) -> Result<String> {
    let mut client = Client::connect(address).await?;
    let body = json!({ "email": format!("patient{number}@bench.test"), "password": ADMIN.1,
        "given_name": "Pat", "family_name": format!("Number {number}") });
    let answer = client.post("/api/v1/auth/register", &body).await?.json()?;
    Ok(answer["access_token"].as_str().ok_or("no token")?.to_owned())
}

/// Makes the clinic.
///
/// # Errors
/// When the server refuses any of it.
pub async fn open(address: SocketAddr, hours: &Hours, doctors: usize) -> Result<Clinic> {
    let token = sign_in(address, ADMIN.0, ADMIN.1).await?;
    let mut admin = Client::connect(address).await?.bearer(&token);
    let location = json!({ "name": "Main St", "time_zone": "Etc/UTC" });
    let location = id(&admin.post("/api/v1/locations", &location).await?.json()?)?;
    let mut providers = Vec::new();
    for number in 0..doctors {
        let provider = json!({ "email": format!("doctor{number}@bench.test"), "given_name": "Doc",
            "family_name": format!("Number {number}"), "location_ids": [location] });
        providers.push(id(&admin.post("/api/v1/providers", &provider).await?.json()?)?);
    }
    let service = json!({ "name": "Visit", "duration_minutes": hours.minutes, "provider_ids": providers });
    let service = id(&admin.post("/api/v1/services", &service).await?.json()?)?;
    let first = next_month()?;
    for provider in &providers {
        for month in 0..hours.months {
            let month = first.checked_add(month.months())?.strftime("%Y-%m").to_string();
            let order = json!({ "month": month, "location_id": location, "weekdays": hours.weekdays, "from": hours.from,
                "to": hours.to, "slot_minutes": hours.minutes });
            let path = format!("/api/v1/providers/{provider}/openings/generate");
            admin.post(&path, &order).await?.json()?;
        }
    }
    Ok(Clinic {
        service,
        location,
        providers,
        first,
    })
}

/// The first day from `date` on that is neither a Saturday nor a Sunday.
///
/// # Errors
/// At the end of representable time.
pub fn workday(date: Date) -> Result<Date> {
    let is_workday = |date: &Date| date.weekday().to_monday_zero_offset() < 5;
    let found = date.series(1.day()).find(is_workday);
    Ok(found.ok_or("no workday")?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program under measurement lives in the present"
)]
fn next_month() -> Result<Date> {
    let today = Zoned::now().date();
    Ok(today.first_of_month().checked_add(1.months())?)
}
