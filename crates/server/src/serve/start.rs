//! From settings to a program that answers, and back.

use std::net::SocketAddr;
use std::sync::Arc;

use kalends_app::app::App;
use kalends_app::clock::Clock;
use kalends_app::signing_keys;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{database, listener, router};
use crate::config::{Settings, Switch};
use crate::http::state::{AppState, Config};

/// What stops the program from starting, as it is told to whoever runs it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Serves until SIGTERM or SIGINT, then lets requests under way finish and closes the database.
///
/// # Errors
/// When the settings are unsafe, the address is taken, or the database cannot be used.
pub async fn run(settings: &Settings) -> Result<(), Failure> {
    let address = resolve(&settings.listen).await?;
    if let Some(warning) = settings.check_address(address)? {
        tracing::warn!(%address, warning);
    }
    let store = database::open(settings).await?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let address = listener.local_addr()?;
    let state = AppState {
        app: App::new(store.clone(), Clock::System, signing_keys::load(&store).await?),
        config: Arc::new(config(settings, address)),
    };
    let stop = stop_signal()?;
    println!("listening on http://{address}");
    listener::serve(listener, router(state), stop).await;
    store.close().await?;
    tracing::info!("stopped");
    Ok(())
}

/// The address that a name or number and a port stand for.
async fn resolve(listen: &str) -> Result<SocketAddr, Failure> {
    let mut found = tokio::net::lookup_host(listen)
        .await
        .map_err(|error| format!("listen is not an address and a port: {listen}: {error}"))?;
    found
        .next()
        .ok_or_else(|| format!("listen has no address: {listen}").into())
}

fn config(settings: &Settings, address: SocketAddr) -> Config {
    let own = || format!("http://{address}");
    Config {
        public_url: settings
            .public_url
            .as_ref()
            .map_or_else(own, |url| url.trim_end_matches('/').to_owned()),
        base_domain: settings.base_domain.to_lowercase(),
        limits: settings.limits == Switch::On,
        request_timeout_seconds: settings.request_timeout,
    }
}

/// Completes at the first SIGTERM or SIGINT. A second one ends the program at once.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: requests under way are finished first");
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            std::process::exit(130);
        });
    })
}
