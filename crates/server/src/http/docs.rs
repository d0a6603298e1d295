//! The description of the API: `/api/openapi.json`, and Swagger UI at `/docs` to read and try it.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

use crate::http::state::AppState;

/// Swagger UI styles its elements directly; its scripts are files of ours like any other.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// The routes, for a document of the API.
pub fn router(document: OpenApi) -> Router<AppState> {
    let pages: Router<AppState> = SwaggerUi::new("/docs").url("/api/openapi.json", document).into();
    pages.layer(middleware::from_fn(policy))
}

async fn policy(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
}
