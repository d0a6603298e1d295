//! Which language a request is answered in: what its address says, else the cookie of an earlier choice, else the
//! user's own setting, else what the browser prefers, else the organisation's language, else English.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use kalends_app::ctx::Ctx;

use super::Locale;

/// The cookie with the language that was chosen.
pub const LANG_COOKIE: &str = "lang";

impl<S: Sync> FromRequestParts<S> for Locale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Asked::of(parts).locale(parts.extensions.get::<Ctx>()))
    }
}

/// What a request itself says about its language.
pub struct Asked {
    /// By its address or the cookie of an earlier choice.
    chosen: Option<Locale>,
    /// By the browser.
    accepted: Option<Locale>,
}

impl Asked {
    /// Reads it.
    pub fn of(parts: &Parts) -> Self {
        Self::by(parts.uri.query().unwrap_or_default(), &parts.headers)
    }

    fn by(query: &str, headers: &HeaderMap) -> Self {
        let accept = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            chosen: from_query(query).or_else(|| Locale::offered(&cookie(headers, LANG_COOKIE)?)),
            accepted: accept.and_then(accepted),
        }
    }

    /// The language for whoever asks, as far as that is known.
    pub fn locale(&self, ctx: Option<&Ctx>) -> Locale {
        let user = ctx.and_then(|ctx| ctx.signed_in().ok()?.language.as_deref());
        let tenant = ctx.and_then(|ctx| ctx.tenant.settings.language.as_deref());
        self.among(user, tenant)
    }

    fn among(&self, user: Option<&str>, tenant: Option<&str>) -> Locale {
        self.chosen
            .or_else(|| Locale::offered(user?))
            .or(self.accepted)
            .or_else(|| Locale::offered(tenant?))
            .unwrap_or_default()
    }
}

/// A middleware that keeps an address's `?lang=` in the cookie, so that the next page speaks the same language.
pub async fn remember_choice(request: Request, next: Next) -> Response {
    let chosen = request.uri().query().and_then(from_query);
    let mut response = next.run(request).await;
    if let Some(locale) = chosen
        && let Ok(cookie) = HeaderValue::from_str(&format!(
            "{LANG_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
            locale.code()
        ))
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn from_query(query: &str) -> Option<Locale> {
    let tag = query.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    Locale::offered(tag)
}

/// The value of a cookie of the request.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        .map(str::to_owned)
}

/// The first offered language in the order of the header's weights (RFC 9110, section 12.5.4).
fn accepted(header: &str) -> Option<Locale> {
    let mut ranges: Vec<(u16, Locale)> = header
        .split(',')
        .filter_map(|range| {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
            let thousandths = (weight.clamp(0.0, 1.0) * 1000.0).round();
            Some((format!("{thousandths}").parse().ok()?, Locale::offered(tag)?))
        })
        .filter(|(weight, _)| *weight > 0)
        .collect();
    // The sort is stable: equal weights keep the header's order.
    ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    ranges.first().map(|(_, locale)| *locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiate(query: &str, headers: &HeaderMap, user: Option<&str>, tenant: Option<&str>) -> Locale {
        Asked::by(query, headers).among(user, tenant)
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    axum::http::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn the_address_wins_then_the_cookie_then_the_user_then_the_browser() {
        let all = headers(&[("cookie", "a=b; lang=en"), ("accept-language", "ar")]);
        assert_eq!(negotiate("q=1&lang=ar", &all, Some("ar"), None), Locale::Ar);
        assert_eq!(negotiate("", &all, Some("ar"), None), Locale::En);
        let browser = headers(&[("accept-language", "en")]);
        assert_eq!(negotiate("", &browser, Some("ar-EG"), None), Locale::Ar);
        assert_eq!(negotiate("", &browser, None, Some("ar")), Locale::En);
        assert_eq!(negotiate("", &HeaderMap::new(), None, None), Locale::En);
        assert_eq!(negotiate("", &HeaderMap::new(), None, Some("ar")), Locale::Ar);
    }

    #[test]
    fn a_language_that_is_not_offered_is_passed_over() {
        assert_eq!(
            negotiate("lang=xx", &headers(&[("cookie", "lang=ar")]), None, None),
            Locale::Ar
        );
        assert_eq!(accepted("tlh, ar-EG;q=0.8, en;q=0.9"), Some(Locale::En));
        assert_eq!(accepted("tlh, ar;q=0, *"), None);
        assert_eq!(accepted("ar;q=nonsense, en;q=0.1"), Some(Locale::En));
    }
}
