//! What a server at rest takes, and how soon it is there.

use std::time::Duration;

use crate::Result;
use crate::client::Client;
use crate::database::{Database, Kind};
use crate::report::{Row, median};
use crate::server::{self, Server};

const STARTS: usize = 7;
/// Long enough for the start's own work to be over.
const REST: Duration = Duration::from_secs(5);

/// Measures on one database.
///
/// # Errors
/// When the server does not start.
pub async fn measure(kind: Kind) -> Result<Vec<Row>> {
    let database = Database::create(kind, "rest").await?;
    server::install(&database.url).await?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(&database.url).await?;
        starts.push(server.first_answer.as_secs_f64() * 1e3);
        server.stop().await?;
    }
    let server = Server::start(&database.url).await?;
    for page in ["/", "/patient/login", "/staff/login"] {
        Client::connect(server.address).await?.get(page).await?;
    }
    tokio::time::sleep(REST).await;
    #[expect(clippy::cast_precision_loss, reason = "far less than 2^52 bytes")]
    let megabytes = server.resident()? as f64 / 1e6;
    Ok(vec![
        Row {
            what: format!("`kalends serve` on {kind}: from its start to the first answer of `/readyz`"),
            figure: format!("{:.0} ms", median(&starts)),
            beside: "aim: 200 ms".into(),
            ratio: format!("{:.2}", median(&starts) / 200.0),
        },
        Row {
            what: format!("Memory at rest on {kind}, resident, after three pages"),
            figure: format!("{megabytes:.1} MB"),
            beside: "aim: 40 MB".into(),
            ratio: format!("{:.2}", megabytes / 40.0),
        },
    ])
}
