//! What bounds a request: how long it may take, and that a fault in it stays its own.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;

use crate::http::fallback;
use crate::http::problem::Problem;

/// Ends a request that takes longer: reading its body, waiting for the database, computing.
pub async fn limit(State(longest): State<Duration>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(longest_seconds = longest.as_secs(), "a request took too long");
            let problem = Problem {
                retry_after_seconds: Some(2),
                ..Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "timeout",
                    "This took too long; try again",
                )
            };
            fallback::answer(&path, problem)
        }
    }
}

/// Turns a panic into the same 500 as any other fault. Its place was logged by the panic hook.
pub async fn contain(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            fallback::answer(
                &path,
                Problem::new(status, "internal", "Something went wrong on our side"),
            )
        }
    }
}
