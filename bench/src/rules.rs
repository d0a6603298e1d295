//! What the rules of scheduling cost a search: a service with everything switched on, beside a plain one of the same length, with the
//! same starts and the same providers.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _, Zoned};
use serde_json::{Value, json};

use crate::Result;
use crate::client::Client;
use crate::clinic::{self, Clinic};
use crate::database::{Database, Kind};
use crate::report::{Row, median};
use crate::server::{self, ADMIN, Server};
use crate::slots::{CLIENTS, HOURS, ROUNDS, load};

const PROVIDERS: usize = 200;
/// Rooms, and half as many machines.
const ROOMS: usize = 60;

/// Measures a month of one provider and the first free times of two hundred over thirty days, on one database.
///
/// # Errors
/// When the server refuses.
pub async fn measure(kind: Kind) -> Result<Vec<Row>> {
    let database = Database::create(kind, "rules").await?;
    server::install(&database.url).await?;
    let server = Server::start(&database.url).await?;
    let clinic = clinic::open(server.address, &HOURS, PROVIDERS).await?;
    let token = clinic::sign_in(server.address, ADMIN.0, ADMIN.1).await?;
    let mut admin = Client::connect(server.address).await?.bearer(&token);
    fill(&mut admin, &clinic).await?;
    let (plain, ruled) = (
        plain(&mut admin, &clinic).await?,
        everything(&mut admin, &clinic).await?,
    );
    database.settle().await?;
    let last = clinic.first.checked_add(29.days())?;
    let provider = clinic.providers.first().ok_or("no provider")?;
    let month = |service: &str| format!("{}&provider_id={provider}", search(service, clinic.first, last));
    let all = |service: &str| format!("{}&limit=50", search(service, clinic.first, last));
    let mut rows = Vec::new();
    for (what, bare, full) in [
        ("30 days of one provider", month(&plain), month(&ruled)),
        (
            "The first 50 times of 200 providers over 30 days",
            all(&plain),
            all(&ruled),
        ),
    ] {
        rows.push(
            beside(
                &server,
                &mut admin,
                &format!("{what}, {kind}, every rule"),
                &bare,
                &full,
            )
            .await?,
        );
    }
    Ok(rows)
}

fn search(service: &str, from: Date, to: Date) -> String {
    format!("/api/v1/slots?service_id={service}&from={from}&to={to}")
}

/// Rooms, machines, a block of each provider a week, time off of every tenth.
async fn fill(admin: &mut Client, clinic: &Clinic) -> Result<()> {
    for (kind, count) in [("room", ROOMS), ("machine", ROOMS / 2)] {
        for number in 0..count {
            let resource = json!({ "name": format!("{kind} {number}"), "kind": kind, "location_id": clinic.location });
            admin.post("/api/v1/resources", &resource).await?.json()?;
        }
    }
    let days = std::iter::successors(Some(clinic.first), |date| date.tomorrow().ok());
    let days: Vec<Date> = days
        .take(30)
        .filter(|date| date.weekday().to_monday_zero_offset() < 5)
        .collect();
    for (number, provider) in clinic.providers.iter().enumerate() {
        for date in days.iter().skip(number % 5).step_by(5) {
            let noon = instant(*date)?;
            let block = json!({ "provider_id": provider, "starts_at": noon.to_string(),
                "ends_at": (noon + SignedDuration::from_mins(60)).to_string() });
            admin.post("/api/v1/blocks", &block).await?.json()?;
        }
        if number % 10 == 5 {
            let off = json!({ "provider_id": provider, "first_date": days[number % days.len()] });
            admin.post("/api/v1/closures", &off).await?.json()?;
        }
    }
    Ok(())
}

fn instant(date: Date) -> Result<jiff::Timestamp> {
    let noon: Zoned = date.at(12, 0, 0, 0).in_tz("Etc/UTC")?;
    Ok(noon.timestamp())
}

/// A service without rules, but with as many starts in an opening as the other one has.
async fn plain(admin: &mut Client, clinic: &Clinic) -> Result<String> {
    make(admin, clinic, json!({ "name": "Plain" })).await
}

/// A service with every rule that a search looks at.
async fn everything(admin: &mut Client, clinic: &Clinic) -> Result<String> {
    let rules = json!({ "name": "Everything", "buffer_before_minutes": 5, "buffer_after_minutes": 10, "start_on_hour": true,
        "lead_time_minutes": 60, "booking_horizon_days": 180, "cancel_cutoff_minutes": 1440, "max_per_day": 500, "max_per_week": 2000,
        "max_open_per_patient": 3, "assignment": "least_busy", "usual_provider_first": true, "requires_approval": true,
        "needs": [{ "kind": "room" }, { "kind": "machine" }] });
    make(admin, clinic, rules).await
}

async fn make(admin: &mut Client, clinic: &Clinic, mut service: Value) -> Result<String> {
    service["duration_minutes"] = HOURS.minutes.into();
    service["start_interval_minutes"] = 15.into();
    service["provider_ids"] = json!(clinic.providers);
    let made = admin.post("/api/v1/services", &service).await?.json()?;
    Ok(made["id"].as_str().ok_or("no id")?.to_owned())
}

/// Turn by turn: the plain service, then the other one, with recommended times.
async fn beside(server: &Server, admin: &mut Client, what: &str, plain: &str, ruled: &str) -> Result<Row> {
    let (mut ours, mut plains, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut counts = Vec::new();
    for path in [plain, ruled] {
        let answer = Client::connect(server.address).await?.get(path).await?;
        counts.push(answer.json()?["items"].as_array().map_or(0, Vec::len));
    }
    for _ in 0..ROUNDS {
        recommend(admin, false).await?;
        let (bare, _) = load(server.address, plain).await?;
        recommend(admin, true).await?;
        let (figure, _) = load(server.address, ruled).await?;
        ours.push(figure);
        plains.push(bare);
        ratios.push(figure / bare);
    }
    Ok(Row {
        what: format!("{what} ({} slots), {CLIENTS} clients", counts[1]),
        figure: format!("{:.0}/s", median(&ours)),
        beside: format!("a plain service ({} slots): {:.0}/s", counts[0], median(&plains)),
        ratio: format!("{:.2}", median(&ratios)),
    })
}

async fn recommend(admin: &mut Client, fill_gaps: bool) -> Result<()> {
    let settings = json!({ "name": "Bench", "fill_gaps": fill_gaps });
    let answer = admin.put("/api/v1/settings", &settings).await?;
    if answer.status != 200 {
        return Err(format!("settings answer {}", answer.status).into());
    }
    Ok(())
}
