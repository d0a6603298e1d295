//! What every handler can reach.

use std::sync::Arc;

use kalends_app::app::App;

use crate::http::limits::Limits;

/// Cheap to clone; one for the whole program.
#[derive(Clone)]
pub struct AppState {
    pub app: App,
    pub config: Arc<Config>,
    pub limits: Arc<Limits>,
}

/// How this installation is reached.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where links in messages lead, such as `https://booking.example.org`. Never taken from a request.
    pub public_url: String,
    /// `<slug>.<base_domain>` names a tenant.
    pub base_domain: String,
    /// Request limits; off for load tests on loopback addresses only.
    pub limits: bool,
    /// How long a request may take.
    pub request_timeout_seconds: u64,
}

impl Config {
    /// Whether browsers reach it over TLS, which decides about Secure cookies.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
