//! The browser's session: an access token and a refresh token in cookies that no script can read.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use kalends_app::sessions::Grant;

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
    only(headers, &name(config, ACCESS))
}

/// The refresh token that the browser sent.
pub fn refresh(config: &Config, headers: &HeaderMap) -> Option<String> {
    only(headers, &name(config, REFRESH))
}

/// Whether the browser sent either of them, however often.
pub fn any(config: &Config, headers: &HeaderMap) -> bool {
    let names = [ACCESS, REFRESH].map(|kind| name(config, kind));
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| pair.trim_ascii().split(|byte| *byte == b'=').next())
        .any(|key| names.iter().any(|name| name.as_bytes() == key))
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

/// The value of a cookie that was sent once. Two of one name mean that another host or path has set one: neither counts.
fn only(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned());
    values.next().filter(|_| values.next().is_none())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn config(public_url: &str) -> Config {
        Config {
            public_url: public_url.into(),
            base_domain: "localhost".into(),
            limits: true,
            request_timeout_seconds: 30,
        }
    }

    #[test]
    fn https_cookies_are_bound_to_the_host() {
        let cookies = signed_out(&config("https://booking.example.org"));
        for (cookie, name) in cookies.iter().zip([ACCESS, REFRESH]) {
            let expected = format!("__Host-{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure");
            assert_eq!(cookie.to_str().unwrap(), expected);
        }
        let plain = signed_out(&config("http://127.0.0.1:3000"));
        let expected = "kalends-access=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0";
        assert_eq!(plain.first().unwrap().to_str().unwrap(), expected);
    }

    #[test]
    fn a_cookie_counts_when_it_is_the_only_one() {
        let read = |config: &Config, cookie: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, cookie.parse().unwrap());
            access(config, &headers)
        };
        let http = config("http://127.0.0.1:3000");
        let https = config("https://booking.example.org");
        assert_eq!(read(&http, "theme=dark; kalends-access=a.b.c"), Some("a.b.c".into()));
        assert_eq!(read(&http, "kalends-access=a; kalends-access=b"), None);
        assert_eq!(read(&https, "kalends-access=a"), None, "set by whoever");
        assert_eq!(read(&https, "__Host-kalends-access=a"), Some("a".into()));
        assert_eq!(read(&http, "xkalends-access=a; kalends-access2=b"), None);
    }
}
