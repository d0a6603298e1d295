//! From settings to a program that answers, and back.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use kalends_app::app::App;
use kalends_app::demo;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{database, listener, router};
use crate::config::{Settings, Switch};
use crate::http::proxy;
use crate::http::state::{AppState, Config};
use crate::worker;

/// What stops the program from starting, as it is told to whoever runs it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Serves until SIGTERM or SIGINT, then lets requests under way finish and closes the database.
///
/// # Errors
/// When the settings are unsafe, the address is taken, or the database cannot be used.
pub async fn run(settings: &Settings) -> Result<(), Failure> {
    let address = address(settings).await?;
    let app = database::open(settings).await?;
    if settings.is_public(address)
        && let Some(account) = demo::open_account(&app).await?
    {
        return Err(format!(
            "{account} has the demo's password, which everybody knows: archive the demo accounts or change their passwords, \
             or serve on a loopback address"
        )
        .into());
    }
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    on(listener, app, settings).await
}

/// The address to listen on, when serving there is safe.
///
/// # Errors
/// When it is none, or is open to other machines without that being asked for.
pub async fn address(settings: &Settings) -> Result<SocketAddr, Failure> {
    let listen = &settings.listen;
    let mut found = tokio::net::lookup_host(listen)
        .await
        .map_err(|error| format!("listen is not an address and a port: {listen}: {error}"))?;
    let address = found.next().ok_or_else(|| format!("listen has no address: {listen}"))?;
    if let Some(warning) = settings.check_address(address)? {
        tracing::warn!(%address, warning);
    }
    Ok(address)
}

/// Serves on a listener; see [`run`].
///
/// # Errors
/// When the signals cannot be awaited or the database cannot be closed in order.
pub async fn on(listener: TcpListener, app: App, settings: &Settings) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    let state = AppState {
        app: app.clone(),
        config: Arc::new(config(settings, address)),
        limits: Arc::default(),
    };
    let stop = stop_signal()?;
    let sweeping = (!settings.no_worker).then(|| tokio::spawn(worker::run(app.clone(), stop.clone())));
    println!("listening on http://{address}");
    let proxies: Arc<[IpAddr]> = settings.proxies()?.into();
    let router = router(state).layer(from_fn_with_state(proxies, proxy::believe));
    listener::serve(listener, router, stop).await;
    if let Some(sweeping) = sweeping {
        sweeping.await?;
    }
    app.store.close().await?;
    tracing::info!("stopped");
    Ok(())
}

/// Sweeps until SIGTERM or SIGINT, without serving.
///
/// # Errors
/// When the database cannot be used.
pub async fn work(settings: &Settings) -> Result<(), Failure> {
    let app = database::open(settings).await?;
    worker::run(app.clone(), stop_signal()?).await;
    Ok(app.store.close().await?)
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

/// Turns true at the first SIGTERM or SIGINT. A second one ends the program at once.
fn stop_signal() -> io::Result<watch::Receiver<bool>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        for first in [true, false] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if first {
                tracing::info!("stopping: requests under way are finished first");
                stop.send_replace(true);
            }
        }
        std::process::exit(130);
    });
    Ok(stopped)
}
