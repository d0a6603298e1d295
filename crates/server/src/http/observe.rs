//! What is known of every request afterwards: an id, a log line and two numbers, without anything that a person sent.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use kalends_app::clock;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::http::metrics;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, in its extensions and in the answer's `x-request-id`. It is always our own: a client's could not be
/// trusted in an audit trail.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(pub Uuid);

/// Names the request, and notes how it went. The route is its template, so that neither ids nor secrets in a path are kept.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let id = RequestId(clock::new_id(clock::Clock::System.now()));
    let method = known(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    request.extensions_mut().insert(id);
    let span = tracing::info_span!("request", id = %id.0, method, route);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = started.elapsed();
    let status = response.status();
    if let Ok(value) = HeaderValue::from_str(&id.0.to_string()) {
        response.headers_mut().insert(HEADER, value);
    }
    metrics::answered(method, route, class(status), elapsed);
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status = status.as_u16(), elapsed_micros = micros, "answered"));
    response
}

/// The method by its name; one that nobody knows is not repeated.
fn known(method: &Method) -> &'static str {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PATCH,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
    ];
    const NAMES: [&str; 7] = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"];
    let place = KNOWN.iter().position(|it| it == method);
    place.and_then(|place| NAMES.get(place)).copied().unwrap_or("other")
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
