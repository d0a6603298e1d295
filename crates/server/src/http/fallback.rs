//! Answers where no handler is: problem documents for programs, pages for people.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use crate::http::problem::Problem;

/// No such address.
pub async fn not_found(request: Request) -> Response {
    let problem = Problem::new(StatusCode::NOT_FOUND, "not-found", "There is nothing at this address");
    answer(request.uri().path(), problem)
}

/// The address has other methods; axum names them in `Allow`.
pub async fn method_not_allowed(request: Request) -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let problem = Problem::new(status, "method-not-allowed", "This address does not take this method");
    answer(request.uri().path(), problem)
}

/// The problem in the form that fits the address: a document under `/api`, a page elsewhere.
pub fn answer(path: &str, problem: Problem) -> Response {
    if path == "/api" || path.starts_with("/api/") {
        return problem.into_response();
    }
    let title = problem.title;
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><main><h1>{title}</h1><p><a href=\"/\">Go to the first page</a></p></main></html>\n"
    );
    let mut response = problem.into_response();
    let headers = response.headers_mut();
    headers.remove(axum::http::header::CONTENT_TYPE);
    headers.remove(axum::http::header::CONTENT_LENGTH);
    headers.remove(axum::http::header::WWW_AUTHENTICATE);
    let (parts, _) = response.into_parts();
    (parts, Html(page)).into_response()
}
