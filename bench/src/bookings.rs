//! Bookings a second through HTTP on PostgreSQL, beside `pgbench` inserting one row on the same cluster, turn by turn.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use serde_json::json;
use tokio::process::Command;

use crate::Result;
use crate::client::Client;
use crate::clinic::{self, Clinic, Hours};
use crate::database::{self, Database, Kind};
use crate::report::{Row, median, percentile};
use crate::server::{self, Server};

const CLIENTS: usize = 16;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(6);
const MINUTES: u32 = 15;
/// Visits that fit in one provider's day.
const A_DAY: usize = 40;

/// Long days, so that the measurement does not run out of times: half of them are booked by the end.
const HOURS: Hours = Hours {
    weekdays: &["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    from: "08:00",
    to: "18:00",
    minutes: MINUTES,
    months: 5,
};

/// Measures.
///
/// # Errors
/// When a booking is refused, or `pgbench` fails.
pub async fn measure() -> Result<Vec<Row>> {
    let database = Database::create(Kind::Postgres, "bookings").await?;
    server::install(&database.url).await?;
    let server = Server::start(&database.url).await?;
    let clinic = Arc::new(clinic::open(server.address, &HOURS, clinic::PROVIDERS).await?);
    let mut patients = Vec::new();
    for number in 0..CLIENTS {
        patients.push(clinic::register(server.address, number).await?);
    }
    // As in a database that has been in use for a day: statements are prepared, and the planner knows the tables.
    let (mut step, _, _) = round(server.address, &clinic, &patients, 0, ROUND / 3).await?;
    database.settle().await?;
    let (mut bookings, mut inserts, mut ratios, mut waits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    database::sql(&database.url, TABLE).await?;
    for _ in 0..ROUNDS {
        let insert = pgbench(&database.url).await?;
        let (next, count, times) = round(server.address, &clinic, &patients, step, ROUND).await?;
        step = next;
        let booking = count / ROUND.as_secs_f64();
        eprintln!(
            "  {booking:.0} bookings/s, {insert:.0} inserts/s, ratio {:.2}",
            booking / insert
        );
        waits.extend(times);
        bookings.push(booking);
        inserts.push(insert);
        ratios.push(booking / insert);
    }
    Ok(vec![Row {
        what: format!("Bookings through HTTP on PostgreSQL, {CLIENTS} clients"),
        figure: format!(
            "{:.0}/s (p50 {:.1} ms, p99 {:.1} ms)",
            median(&bookings),
            percentile(&mut waits, 50) * 1e3,
            percentile(&mut waits, 99) * 1e3
        ),
        beside: format!("pgbench, one-row insert, {CLIENTS} clients: {:.0}/s", median(&inserts)),
        ratio: format!("{:.2}", median(&ratios)),
    }])
}

/// Every client books one time after the other, each with a provider in turn: no two want the same time of one provider.
async fn round(
    address: SocketAddr,
    clinic: &Arc<Clinic>,
    patients: &[String],
    first_step: usize,
    length: Duration,
) -> Result<(usize, f64, Vec<f64>)> {
    let until = Instant::now() + length;
    let mut running = Vec::new();
    for (number, token) in patients.iter().enumerate() {
        let mut client = Client::connect(address).await?.bearer(token);
        let clinic = Arc::clone(clinic);
        running.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut step = first_step;
            while Instant::now() < until {
                let began = Instant::now();
                book(&mut client, &clinic, number, step)
                    .await
                    .map_err(|error| error.to_string())?;
                times.push(began.elapsed().as_secs_f64());
                step += 1;
            }
            Ok::<_, String>((step, times))
        }));
    }
    let (mut next, mut all) = (first_step, Vec::new());
    for client in running {
        let (step, times) = client.await??;
        next = next.max(step);
        all.extend(times);
    }
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 bookings")]
    let count = all.len() as f64;
    Ok((next, count, all))
}

async fn book(client: &mut Client, clinic: &Clinic, number: usize, step: usize) -> Result<()> {
    let provider = &clinic.providers[(number + step) % clinic.providers.len()];
    let day = clinic.first.checked_add(i64::try_from(step / A_DAY)?.days())?;
    let start = day.at(8, 0, 0, 0).to_zoned(TimeZone::UTC)?.timestamp();
    let start = start + SignedDuration::from_mins(i64::from(MINUTES) * i64::try_from(step % A_DAY)?);
    let wish =
        json!({ "service_id": clinic.service, "provider_id": provider, "starts_at": start, "reason": "Check-up" });
    let key = format!("{number}-{step}");
    let answer = client.post_once("/api/v1/appointments", &key, &wish).await?;
    if answer.status == 201 {
        return Ok(());
    }
    Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into())
}

const TABLE: &str = "CREATE TABLE bench_rows (id uuid PRIMARY KEY, client integer NOT NULL, at timestamptz NOT NULL)";
const INSERT: &str = "INSERT INTO bench_rows (id, client, at) VALUES (gen_random_uuid(), :client_id, now());\n";

/// Transactions a second of `pgbench` with as many clients.
async fn pgbench(url: &str) -> Result<f64> {
    let script = tempfile::NamedTempFile::new()?;
    std::fs::write(script.path(), INSERT)?;
    let (clients, seconds) = (CLIENTS.to_string(), ROUND.as_secs().to_string());
    let output = Command::new(database::program("pgbench")?)
        .args(["-n", "-M", "prepared", "-j", "2", "-c", &clients, "-T", &seconds, "-f"])
        .arg(script.path())
        .arg(url)
        .output()
        .await?;
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let figure = line
        .and_then(|line| line.split(' ').next())
        .ok_or("pgbench did not answer")?;
    Ok(figure.parse()?)
}
