//! Searches for slots a second, beside a bare axum server that answers with the same bytes.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use hyper::body::Bytes;
use jiff::ToSpan as _;
use tokio::net::TcpListener;

use crate::Result;
use crate::client::Client;
use crate::clinic::{self, Hours};
use crate::database::{Database, Kind};
use crate::report::{Row, median, percentile};
use crate::server::{self, Server};

pub const CLIENTS: usize = 4;
pub const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);

/// The seed's week: Monday to Friday, nine to five, every half hour.
pub const HOURS: Hours = Hours {
    weekdays: &["mon", "tue", "wed", "thu", "fri"],
    from: "09:00",
    to: "17:00",
    minutes: 30,
    months: 2,
};

/// Measures a month of one provider and a week of thirty, on one database.
///
/// # Errors
/// When the server refuses.
pub async fn measure(kind: Kind) -> Result<Vec<Row>> {
    let database = Database::create(kind, "slots").await?;
    server::install(&database.url).await?;
    let server = Server::start(&database.url).await?;
    let clinic = clinic::open(server.address, &HOURS, clinic::PROVIDERS).await?;
    database.settle().await?;
    let base = format!("/api/v1/slots?service_id={}&from={}", clinic.service, clinic.first);
    let month = clinic.first.last_of_month();
    let week = clinic.first.checked_add(6.days())?;
    let provider = clinic.providers.first().ok_or("no provider")?;
    let month = format!("{base}&to={month}&provider_id={provider}");
    let week = format!("{base}&to={week}");
    Ok(vec![
        beside(&server, &format!("A month of one provider, {kind}"), &month).await?,
        beside(&server, &format!("A week of 30 providers, {kind}"), &week).await?,
    ])
}

async fn beside(server: &Server, what: &str, path: &str) -> Result<Row> {
    let answer = Client::connect(server.address).await?.get(path).await?;
    let slots = answer.json()?["items"].as_array().map_or(0, Vec::len);
    let size = answer.body.len();
    let bare = bare(answer.body).await?;
    let (mut ours, mut bares, mut ratios, mut waits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (ceiling, _) = load(bare, "/").await?;
        let (figure, times) = load(server.address, path).await?;
        waits.extend(times);
        ours.push(figure);
        bares.push(ceiling);
        ratios.push(figure / ceiling);
    }
    Ok(Row {
        what: format!("{what} ({slots} slots, {size} bytes), {CLIENTS} clients"),
        figure: format!(
            "{:.0}/s (p50 {:.2} ms)",
            median(&ours),
            percentile(&mut waits, 50) * 1e3
        ),
        beside: format!("bare axum, the same bytes: {:.0}/s", median(&bares)),
        ratio: format!("{:.3}", median(&ratios)),
    })
}

/// A server that knows one answer.
async fn bare(body: Bytes) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let answer = move || {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "application/json")], body) }
    };
    let router = Router::new().route("/", get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// Requests a second, and how long each took in seconds.
pub async fn load(address: SocketAddr, path: &str) -> Result<(f64, Vec<f64>)> {
    let until = Instant::now() + ROUND;
    let mut running = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = Client::connect(address).await?;
        let path = path.to_owned();
        running.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while Instant::now() < until {
                let began = Instant::now();
                let answer = client.get(&path).await.map_err(|error| error.to_string())?;
                if answer.status != 200 {
                    return Err(format!("{path} answers {}", answer.status));
                }
                times.push(began.elapsed().as_secs_f64());
            }
            Ok(times)
        }));
    }
    let mut all = Vec::new();
    for client in running {
        all.extend(client.await??);
    }
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 requests")]
    let count = all.len() as f64;
    Ok((count / ROUND.as_secs_f64(), all))
}
