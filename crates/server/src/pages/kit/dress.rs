//! What surrounds the pages' routes: error pages, remembered choices, messages shown once.

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::ErrorKind;
use super::frame::Frame;
use super::page::Page;
use super::respond::see_other;
use super::toast::Toast;
use crate::http::locale::{Asked, Locale, cookie, remember_choice};
use crate::http::who::Who;

/// Puts all of it around the pages' router.
pub fn dress<S: Clone + Send + Sync + 'static>(pages: Router<S>) -> Router<S> {
    pages.layer(from_fn(surround)).layer(from_fn(remember_choice))
}

async fn surround(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let who = Who::of(&mut parts.extensions);
    let frame = Frame::of(&parts, Locale::default());
    let asked = Asked::of(&parts);
    let method = parts.method.clone();
    let had_toast = cookie(&parts.headers, Toast::COOKIE).is_some();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(kind) = response.extensions().get::<ErrorKind>().copied() {
        response = match kind {
            ErrorKind::SignIn => see_other(&sign_in(&frame.path, &method)),
            _ => {
                // Nobody knew who is reading until the session was carried in.
                let frame = Frame {
                    l: asked.locale(who.told()),
                    ..frame
                };
                let title = frame.l.t(kind.keys().0);
                // Where no session was read, as when the database is out of reach, the organisation is not known.
                let page = match who.told() {
                    Some(ctx) => frame.page(ctx, title),
                    None => Page::new(frame, title),
                };
                kind.page(page.bare())
            }
        };
    }
    // A redirect shows nothing: what it passes on must live until the page that does.
    if had_toast && response.headers().contains_key(CONTENT_TYPE) && !response.status().is_redirection() {
        response.headers_mut().append(SET_COOKIE, Toast::forget());
    }
    response
}

/// The sign-in page that fits the path, which comes back to it afterwards.
fn sign_in(path: &str, method: &Method) -> String {
    const STAFF: [&str; 5] = ["/account", "/admin", "/doctor", "/desk", "/platform"];
    let door = if STAFF.iter().any(|staff| path.starts_with(staff)) {
        "/staff/login"
    } else {
        "/patient/login"
    };
    if method == Method::GET {
        format!("{door}?next={}", utf8_percent_encode(path, NON_ALPHANUMERIC))
    } else {
        door.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::sign_in;

    #[test]
    fn each_door_leads_back() {
        assert_eq!(
            sign_in("/admin/patients?q=a", &Method::GET),
            "/staff/login?next=%2Fadmin%2Fpatients%3Fq%3Da"
        );
        assert_eq!(sign_in("/book", &Method::GET), "/patient/login?next=%2Fbook");
        assert_eq!(sign_in("/desk", &Method::POST), "/staff/login");
    }
}
