//! A thousand clients who want one time at one moment: how long it takes until the last of them has their answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::Barrier;

use crate::Result;
use crate::client::Client;
use crate::clinic;
use crate::database::{Database, Kind};
use crate::report::{Row, median};
use crate::server::{self, ADMIN, Server};
use crate::slots::HOURS;

const CLIENTS: usize = 1_000;
const ROUNDS: usize = 3;
/// How long all of them may take together, in seconds.
const AIM: f64 = 2.0;

/// Measures on one database.
///
/// # Errors
/// When the time is not sold exactly once, or somebody gets another answer than that it is taken.
pub async fn measure(kind: Kind) -> Result<Vec<Row>> {
    let database = Database::create(kind, "rush").await?;
    server::install(&database.url).await?;
    let server = Server::start(&database.url).await?;
    let clinic = clinic::open(server.address, &HOURS, clinic::PROVIDERS).await?;
    let token = clinic::sign_in(server.address, ADMIN.0, ADMIN.1).await?;
    let mut admin = Client::connect(server.address).await?.bearer(&token);
    let mut patients = Vec::new();
    for number in 0..CLIENTS {
        let patient = json!({ "given_name": "Pat", "family_name": format!("Number {number}") });
        let made = admin.post("/api/v1/patients", &patient).await?.json()?;
        patients.push(made["id"].as_str().ok_or("no id")?.to_owned());
    }
    database.settle().await?;
    let day = clinic::workday(clinic.first)?;
    let nine = day.at(9, 0, 0, 0).to_zoned(TimeZone::UTC)?.timestamp();
    let mut seconds = Vec::new();
    for round in 0..ROUNDS {
        let starts_at = nine + SignedDuration::from_mins(i64::from(HOURS.minutes) * i64::try_from(round)?);
        let wish = |patient: &String| {
            json!({ "service_id": clinic.service, "provider_id": clinic.providers[0], "starts_at": starts_at,
                "patient_id": patient })
        };
        seconds.push(rush(&server, &token, patients.iter().map(wish).collect(), starts_at).await?);
    }
    Ok(vec![Row {
        what: format!(
            "{CLIENTS} clients, one time, {kind}: one 201, {} 409 with other times",
            CLIENTS - 1
        ),
        figure: format!("the last answer after {:.2} s", median(&seconds)),
        beside: format!("aim: {AIM:.0} s"),
        ratio: format!("{:.2}", median(&seconds) / AIM),
    }])
}

/// Seconds from the moment at which all of them ask to the last answer.
async fn rush(server: &Server, token: &str, wishes: Vec<serde_json::Value>, starts_at: Timestamp) -> Result<f64> {
    let count = wishes.len();
    let together = Arc::new(Barrier::new(count + 1));
    let mut running = Vec::new();
    for wish in wishes {
        let mut client = Client::connect(server.address).await?.bearer(token);
        let together = Arc::clone(&together);
        running.push(tokio::spawn(async move {
            together.wait().await;
            let answer = client
                .post("/api/v1/appointments", &wish)
                .await
                .map_err(|error| error.to_string())?;
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            Ok::<_, String>((
                answer.status,
                answer.status == 409 && !body.contains("\"alternatives\":[{"),
            ))
        }));
    }
    together.wait().await;
    let began = Instant::now();
    let mut answers: BTreeMap<u16, usize> = BTreeMap::new();
    let mut bare = 0;
    for client in running {
        let (status, without_times) = client.await??;
        *answers.entry(status).or_default() += 1;
        bare += usize::from(without_times);
    }
    let seconds = began.elapsed().as_secs_f64();
    if answers != BTreeMap::from([(201, 1), (409, count - 1)]) || bare > 0 {
        return Err(format!("{starts_at} was answered {answers:?}, {bare} of them without other times").into());
    }
    Ok(seconds)
}
