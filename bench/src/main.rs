//! Measures Kalends: `bench/run` for all of it, `bench/run bookings` for one thing. What is measured and how: `bench/README.md`.

mod bookings;
mod client;
mod clinic;
mod database;
mod report;
mod rest;
mod rules;
mod rush;
mod server;
mod slots;

use database::Kind;

/// Whatever goes wrong ends the measurement.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut rows = Vec::new();
    for name in ["bookings", "rush", "slots", "rules", "rest"] {
        if !wanted.is_empty() && !wanted.iter().any(|it| it == name) {
            continue;
        }
        eprintln!("{name} …");
        if name == "bookings" {
            rows.extend(bookings::measure().await?);
            continue;
        }
        for kind in [Kind::Postgres, Kind::Sqlite] {
            rows.extend(match name {
                "rush" => rush::measure(kind).await?,
                "slots" => slots::measure(kind).await?,
                "rules" => rules::measure(kind).await?,
                _ => rest::measure(kind).await?,
            });
        }
    }
    report::print(&rows);
    Ok(())
}
