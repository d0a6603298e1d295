//! The program as one router: the API, the pages, and what surrounds them all.

pub mod database;
mod listener;
mod start;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower_http::compression::CompressionLayer;

pub use self::start::{Failure, address, on, run, work};
use crate::http::state::AppState;
use crate::http::{assets, docs, fallback, headers, health, metrics, observe, patience};
use crate::{api, pages};

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 256 * 1024;

/// Everything that is served. The layers below are applied from the last one inwards.
pub fn router(state: AppState) -> Router {
    metrics::start();
    let (api, document) = api::router().split_for_parts();
    let longest = Duration::from_secs(state.config.request_timeout_seconds);
    api.merge(docs::router(document))
        .merge(pages::router(&state))
        .route("/assets/{file}", get(assets::show))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .fallback(fallback::not_found)
        .method_not_allowed_fallback(fallback::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(longest, patience::limit))
        .layer(from_fn(patience::contain))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), headers::complete))
        .layer(from_fn(observe::observe))
        .with_state(state)
}
