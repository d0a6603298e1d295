//! Numbers for Prometheus. Labels are route templates, methods and status classes: nothing that names a tenant or a person.

use std::sync::OnceLock;
use std::time::Duration;

use axum::http::header;
use axum::response::IntoResponse;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// The bounds of the histogram of durations, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting, once for the whole program.
pub fn start() {
    handle();
}

fn handle() -> Option<&'static PrometheusHandle> {
    let start = || {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
            .and_then(PrometheusBuilder::install_recorder)
            .ok()?;
        metrics::describe_counter!("http_requests_total", "Requests answered.");
        metrics::describe_histogram!(
            "http_request_duration_seconds",
            "Time to the head of the answer, in seconds."
        );
        metrics::describe_counter!("kalends_refusals_total", "What people who are signed in were refused.");
        metrics::describe_counter!("kalends_sweeps_total", "Rounds of the periodic work.");
        metrics::gauge!("kalends_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Some(handle)
    };
    HANDLE.get_or_init(start).as_ref()
}

/// Counts an answer.
pub fn answered(method: &'static str, route: String, status: &'static str, elapsed: Duration) {
    metrics::counter!("http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route).record(elapsed);
}

/// Counts a refusal to somebody who is signed in.
pub fn refused(why: &'static str) {
    metrics::counter!("kalends_refusals_total", "why" => why).increment(1);
}

/// Counts a round of a sweep.
pub fn swept(sweep: &'static str, succeeded: bool) {
    let outcome = if succeeded { "done" } else { "failed" };
    metrics::counter!("kalends_sweeps_total", "sweep" => sweep, "outcome" => outcome).increment(1);
}

/// `GET /metrics`.
pub async fn show() -> impl IntoResponse {
    let text = handle().map(|handle| {
        // Histograms collect samples until somebody asks.
        handle.run_upkeep();
        handle.render()
    });
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        text.unwrap_or_default(),
    )
}
