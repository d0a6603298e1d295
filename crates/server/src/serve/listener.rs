//! Connections: accepted, bounded in how slowly they may ask, and drained at the end.

use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt as _;

/// How long a connection may be idle or take to send a request's head. Longer than proxies keep theirs (60 s is usual), so that
/// it is the proxy that closes and no request meets a closed connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// The most bytes of a request's head.
const HEAD_LIMIT: usize = 64 * 1024;
/// How long requests under way may take when the program stops.
const DRAIN: Duration = Duration::from_secs(10);
/// A pause when no more connections can be accepted, such as for want of file descriptors.
const BREATH: Duration = Duration::from_millis(50);

/// Answers on `listener` until `stop` says true, then finishes what is under way, for ten seconds at most.
pub async fn serve(listener: TcpListener, router: Router, stop: watch::Receiver<bool>) {
    serve_within(HEAD_TIMEOUT, listener, router, stop).await;
}

async fn serve_within(head_timeout: Duration, listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_buf_size(HEAD_LIMIT);
    let connections = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => break,
            accepted = listener.accept() => match accepted {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            },
        };
        answer(&http, &connections, stream, ConnectInfo(peer), router.clone());
    }
    drop(listener);
    let open = connections.count();
    if tokio::time::timeout(DRAIN, connections.shutdown()).await.is_err() {
        tracing::warn!(open, "some requests did not finish in time");
    }
}

fn answer(
    http: &http1::Builder,
    connections: &GracefulShutdown,
    stream: TcpStream,
    peer: ConnectInfo<std::net::SocketAddr>,
    router: Router,
) {
    // An answer is small and complete: waiting to fill a packet would only delay it.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let service = router.map_request(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(peer);
        request
    });
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "a connection ended");
        }
    });
}

#[cfg(test)]
mod tests;
