//! The description of the API: `/api/openapi.json`, and Swagger UI at `/docs` to read and try it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::http::state::AppState;

/// Swagger UI styles its elements directly; its scripts are files of ours like any other.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// The page around Swagger UI. Its own has no landmarks, and colours that are hard to read: see `web/src/docs.ts`.
#[derive(Template)]
#[template(path = "docs.html")]
struct Docs;

impl Docs {
    fn asset(&self, name: &str) -> &'static str {
        kalends_assets::url(name)
    }
}

/// The routes, for a document of the API.
pub fn router(document: OpenApi) -> Router<AppState> {
    let document = Arc::new(document);
    Router::new()
        .route("/api/openapi.json", get(async move || Json(&*document).into_response()))
        .route("/docs", get(async || Redirect::to("/docs/")))
        .route("/docs/", get(page))
        .route("/docs/{file}", get(file))
        .layer(middleware::from_fn(policy))
}

async fn page() -> Response {
    match Docs.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of the API was not rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The two files of Swagger UI that the page loads.
async fn file(Path(name): Path<String>) -> Response {
    if !["swagger-ui.css", "swagger-ui-bundle.js"].contains(&name.as_str()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match utoipa_swagger_ui::serve(&name, Arc::new(Config::default())) {
        Ok(Some(file)) => ([(header::CONTENT_TYPE, file.content_type)], file.bytes).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn policy(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
}
