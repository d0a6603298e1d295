//! The JSON API. Handlers decode, call a use case, encode: nothing else.

pub mod departments;
pub mod reports;
pub mod settings;

use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

use crate::http::state::AppState;

#[derive(OpenApi)]
#[openapi(info(
    title = "Kalends",
    description = "Appointment booking: what is offered can be booked, and no time is sold twice.",
    license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")
))]
struct Document;

/// Every operation, with the document that describes it.
pub fn router() -> OpenApiRouter<AppState> {
    let mut document = Document::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let operations = OpenApiRouter::new()
        .merge(departments::router())
        .merge(reports::router())
        .merge(settings::router());
    OpenApiRouter::with_openapi(document).nest("/api/v1", operations)
}
