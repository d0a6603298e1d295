//! The program as one router: the API, the pages, and what surrounds them all.

use axum::Router;
use axum::extract::DefaultBodyLimit;

use crate::api;
use crate::http::state::AppState;

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 256 * 1024;

/// Everything that is served.
pub fn router(state: AppState) -> Router {
    let (api, _document) = api::router().split_for_parts();
    api.layer(DefaultBodyLimit::max(BODY_LIMIT)).with_state(state)
}
