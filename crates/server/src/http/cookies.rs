//! The browser's session: an access token and a refresh token in cookies that no script can read.

use axum::http::{HeaderMap, HeaderValue};
use kalends_app::sessions::Grant;

use crate::http::locale::cookie;
use crate::http::state::Config;

const ACCESS: &str = "kalends-access";
const REFRESH: &str = "kalends-refresh";

/// The cookies' full names. Over TLS they carry the `__Host-` prefix, so that no sibling host can set them; browsers refuse
/// that prefix on plain http.
fn name(config: &Config, name: &str) -> String {
    if config.is_https() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// The access token that the browser sent.
pub fn access(config: &Config, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &name(config, ACCESS)).filter(|value| !value.is_empty())
}

/// The refresh token that the browser sent.
pub fn refresh(config: &Config, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &name(config, REFRESH)).filter(|value| !value.is_empty())
}

/// What makes the browser keep a session.
pub fn signed_in(config: &Config, grant: &Grant) -> Vec<HeaderValue> {
    let seconds = grant.refresh_expires_in_seconds;
    [
        (ACCESS, &grant.access_token, grant.expires_in_seconds),
        (REFRESH, &grant.refresh_token, seconds),
    ]
    .into_iter()
    .filter_map(|(kind, value, max_age)| set(config, kind, value, max_age))
    .collect()
}

/// What makes the browser forget its session.
pub fn signed_out(config: &Config) -> Vec<HeaderValue> {
    [ACCESS, REFRESH]
        .into_iter()
        .filter_map(|kind| set(config, kind, "", 0))
        .collect()
}

fn set(config: &Config, kind: &str, value: &str, max_age: i64) -> Option<HeaderValue> {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let name = name(config, kind);
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}"
    ))
    .ok()
}
