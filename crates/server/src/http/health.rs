//! Whether the program lives, and whether it can work. The answers say nothing else.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;

use crate::http::state::AppState;

/// A database that needs longer than this is not one to send patients to.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: the program answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match tokio::time::timeout(PATIENCE, state.app.store.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(cause)) => {
            tracing::error!(%cause, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n"),
    }
}
