//! What bounds a request: how long it may take, and that a fault in it stays its own.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;

use super::fallback::Reader;
use crate::pages::kit::ErrorKind;

/// Ends a request that takes longer: reading its body, waiting for the database, computing.
pub async fn limit(State((reader, longest)): State<(Reader, Duration)>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(longest_seconds = longest.as_secs(), "a request took too long");
            let mut response = reader.answer(ErrorKind::Unavailable, "timeout", "This took too long; try again");
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            response
        }
    }
}

/// Turns a panic into the same 500 as any other fault. Its place was logged by the panic hook.
pub async fn contain(State(reader): State<Reader>, request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => reader.answer(ErrorKind::Failed, "internal", "Something went wrong on our side"),
    }
}
