//! Who looks at a page: the browser's session, renewed on the way, and the extractors that say who a page is for.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{HOST, ORIGIN, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::{requests, sessions};
use kalends_domain::permission::Role;

use super::kit::{ErrorKind, Refused, Waiting, home, see_other};
use crate::http::caller::Connection;
use crate::http::cookies;
use crate::http::state::{AppState, Config};
use crate::http::who::Who;

/// Puts the visitor's [`Ctx`] into the request. An access token that has run out is replaced by way of the refresh token; a
/// form that another site sent is refused.
pub async fn carry(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !request.method().is_safe() && !is_our_own(&state.config, request.headers()) {
        return Refused(ErrorKind::Forbidden).into_response();
    }
    let (mut parts, body) = request.into_parts();
    let (ctx, cookies) = match visitor(&state, &parts).await {
        Ok(visitor) => visitor,
        Err(error) => return Refused::from(error).into_response(),
    };
    Who::tell(&parts.extensions, &ctx);
    if ctx.is_staff() && parts.method == Method::GET {
        // Who answers no requests sees no number.
        if let Ok(waiting) = requests::count(&state.app, &ctx).await {
            parts.extensions.insert(Waiting(waiting));
        }
    }
    parts.extensions.insert(ctx);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    // A handler that signs in or out has the last word.
    if !response.headers().contains_key(SET_COOKIE) || !sets_session(response.headers()) {
        for cookie in cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

fn sets_session(headers: &HeaderMap) -> bool {
    headers
        .get_all(SET_COOKIE)
        .iter()
        .any(|value| value.as_bytes().windows(8).any(|part| part == b"-refresh"))
}

async fn visitor(state: &AppState, parts: &Parts) -> Result<(Ctx, Vec<HeaderValue>)> {
    let connection = Connection::of(state, parts).await?;
    if let Some(token) = cookies::access(&state.config, &parts.headers) {
        match sessions::authenticate(&state.app, &connection.origin, &token).await {
            Ok(ctx) => return Ok((ctx, Vec::new())),
            Err(AppError::Unauthenticated) => {}
            Err(error) => return Err(error),
        }
    }
    let anonymous = connection.anonymous(state, None).await?;
    let Some(token) = cookies::refresh(&state.config, &parts.headers) else {
        return Ok((anonymous, Vec::new()));
    };
    match sessions::refresh(&state.app, &connection.origin, &token).await {
        Ok(grant) => {
            let ctx = sessions::authenticate(&state.app, &connection.origin, &grant.access_token).await?;
            Ok((ctx, cookies::signed_in(&state.config, &grant)))
        }
        Err(AppError::Unauthenticated) => Ok((anonymous, cookies::signed_out(&state.config))),
        Err(error) => Err(error),
    }
}

/// Whether a form comes from a page of ours: by the browser's own word (Fetch Metadata), else by `Origin`. Browsers send one
/// of them with every form; a request with neither is a program's, and does nothing with somebody's cookies. That also keeps
/// other sites from signing a visitor in under an account of theirs.
fn is_our_own(config: &Config, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        // `same-site` is a sibling host, which is another tenant's.
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return !cookies::any(config, headers);
    };
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .is_some_and(|(_, name)| name.eq_ignore_ascii_case(host))
}

/// Everybody, signed in or not.
pub struct Anyone(pub Ctx);

impl<S: Send + Sync> FromRequestParts<S> for Anyone {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Refused> {
        let ctx = parts.extensions.get::<Ctx>().cloned();
        ctx.map(Self)
            .ok_or_else(|| AppError::Internal("a page outside the session's layer".into()).into())
    }
}

/// Declares an extractor for the pages of some roles. Whoever is not signed in is led to the sign-in page and comes back;
/// another role is led to its own dashboard.
macro_rules! for_roles {
    ($($(#[$doc:meta])* $name:ident: $($role:ident)|+;)+) => {$(
        $(#[$doc])*
        pub struct $name(pub Ctx);

        impl From<$name> for Ctx {
            fn from(who: $name) -> Self {
                who.0
            }
        }

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Response;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> std::result::Result<Self, Response> {
                only(parts, state, &[$(Role::$role),+]).await.map(Self)
            }
        }
    )+};
}

for_roles! {
    /// Patients.
    AsPatient: Patient;
    /// Doctors.
    AsDoctor: Doctor;
    /// Administrators.
    AsAdmin: Admin;
    /// The desk: receptionists, and administrators.
    AsDesk: Receptionist | Admin;
    /// Whoever works for the organisation.
    AsStaff: Admin | Receptionist | Doctor;
    /// Whoever books: for themselves, or for patients.
    AsBooker: Admin | Receptionist | Doctor | Patient;
    /// The operator of the installation.
    AsOperator: Operator;
    /// Everybody who is signed in.
    AsAnybody: Admin | Receptionist | Doctor | Patient | Operator;
}

async fn only<S: Send + Sync>(parts: &mut Parts, state: &S, roles: &[Role]) -> std::result::Result<Ctx, Response> {
    let Anyone(ctx) = Anyone::from_request_parts(parts, state)
        .await
        .map_err(IntoResponse::into_response)?;
    let Some(role) = ctx.role() else {
        return Err(Refused(ErrorKind::SignIn).into_response());
    };
    if roles.contains(&role) {
        return Ok(ctx);
    }
    // A page can be left for one's own; what a form would have done is refused.
    let elsewhere = if parts.method == Method::GET || parts.method == Method::HEAD {
        see_other(home(Some(role)))
    } else {
        Refused(ErrorKind::Forbidden).into_response()
    };
    Err(elsewhere)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn own(headers: &[(&'static str, &str)]) -> bool {
        let config = Config {
            public_url: "http://clinic.localhost:3000".into(),
            base_domain: "localhost".into(),
            limits: true,
            request_timeout_seconds: 30,
        };
        let mut map = HeaderMap::new();
        map.insert(HOST, "clinic.localhost:3000".parse().unwrap());
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        is_our_own(&config, &map)
    }

    #[test]
    fn only_our_own_pages_change_anything() {
        for (headers, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "")], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "http://clinic.localhost:3000"),
                ],
                false,
            ),
            (&[("origin", "http://clinic.localhost:3000")], true),
            (&[("origin", "https://CLINIC.localhost:3000")], true),
            (&[("origin", "http://clinic.localhost")], false),
            (&[("origin", "http://other.localhost:3000")], false),
            (&[("origin", "null")], false),
            (&[], true),
            (&[("cookie", "theme=dark")], true),
            (&[("cookie", "kalends-access=a")], false),
            (&[("cookie", "kalends-refresh=a; kalends-refresh=b")], false),
        ] {
            assert_eq!(own(headers), expected, "{headers:?}");
        }
    }
}
