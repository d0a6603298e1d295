//! From a page to an answer.

use std::any::type_name;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::toast::Toast;
use crate::http::local_path::local_path;

/// Answers 200 with a page; 500 if its template fails.
pub fn render<T: Template>(page: &T) -> Response {
    render_as(StatusCode::OK, page)
}

/// Answers with a page, such as 422 with the form that was refused.
pub fn render_as<T: Template>(status: StatusCode, page: &T) -> Response {
    const HTML: &str = "text/html; charset=utf-8";
    match page.render() {
        // A page shows one reader's data: no cache on the way may keep it.
        Ok(html) => {
            let mut response = (status, [(CONTENT_TYPE, HTML), (CACHE_CONTROL, "no-store")], html).into_response();
            // For the test that looks at every page there is.
            if cfg!(debug_assertions) {
                let name = HeaderValue::from_static(type_name::<T>());
                response.headers_mut().insert("x-page", name);
            }
            response
        }
        Err(error) => {
            tracing::error!(%error, "a page was not rendered");
            let html = "<!doctype html><html lang=\"en\"><title>Something went wrong</title>\
                <p>Something went wrong on our side. Nothing was lost. Please try again.</p>";
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, HTML)], html).into_response()
        }
    }
}

/// Sends the browser on to a path of this site (303: with GET, so that reloading repeats nothing).
pub fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(local_path(path)).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// The same, with a message to show there.
pub fn see_other_saying(path: &str, toast: &Toast) -> Response {
    let mut response = see_other(path);
    if let Some(cookie) = toast.cookie() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
