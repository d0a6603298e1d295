//! The program as one router: the API, the pages, and what surrounds them all.

pub mod database;
mod fallback;
mod listener;
mod patience;
mod start;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower_http::compression::CompressionLayer;

use self::fallback::Reader;
pub use self::start::{Failure, address, on, run, work};
use crate::http::state::AppState;
use crate::http::{assets, docs, headers, health, metrics, observe, refusals};
use crate::{api, pages};

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 256 * 1024;

/// Everything that is served.
pub fn router(state: AppState) -> Router {
    metrics::start();
    let longest = Duration::from_secs(state.config.request_timeout_seconds);
    let (api, document) = api::router().split_for_parts();
    let programs = api
        .merge(docs::router(document))
        .route("/assets/{file}", get(assets::show))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .method_not_allowed_fallback(fallback::no_such_method);
    let people = pages::router()
        .fallback(fallback::not_found)
        .method_not_allowed_fallback(fallback::no_such_page_method);
    let people = pages::surround(bounded(people, Reader::Person, longest), &state);
    // The last layer is the outermost.
    bounded(programs, Reader::Program, longest)
        .merge(people)
        .layer(from_fn_with_state(state.clone(), refusals::note))
        .layer(from_fn_with_state(Reader::Program, patience::contain))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), headers::complete))
        .layer(from_fn(observe::observe))
        .with_state(state)
}

/// Bounds what a request may take, and answers as its reader expects where it takes more.
fn bounded(routes: Router<AppState>, reader: Reader, longest: Duration) -> Router<AppState> {
    routes
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state((reader, longest), patience::limit))
        .layer(from_fn_with_state(reader, patience::contain))
}
