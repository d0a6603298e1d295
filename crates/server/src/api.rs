//! The JSON API. Handlers decode, call a use case, encode: nothing else.

mod answers;
pub mod appointments;
pub mod audit;
pub mod auth;
pub mod blocks;
pub mod calendar;
pub mod closures;
pub mod departments;
pub mod holds;
pub mod holidays;
mod intake;
pub mod locations;
pub mod me;
mod need;
pub mod no_shows;
pub mod openings;
pub mod patients;
pub mod proposals;
pub mod provider_services;
pub mod providers;
pub mod proxies;
pub mod reports;
pub mod resources;
pub mod series;
pub mod services;
pub mod settings;
pub mod slots;
pub mod templates;
pub mod tickets;
pub mod users;
pub mod visits;
pub mod waitlist;
pub mod walk_ins;

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
        .merge(appointments::router())
        .merge(audit::router())
        .merge(auth::router())
        .merge(blocks::router())
        .merge(calendar::router())
        .merge(closures::router())
        .merge(holidays::router())
        .merge(departments::router())
        .merge(holds::router())
        .merge(locations::router())
        .merge(me::router())
        .merge(no_shows::router())
        .merge(openings::router())
        .merge(patients::router())
        .merge(provider_services::router())
        .merge(proposals::router())
        .merge(providers::router())
        .merge(proxies::router())
        .merge(reports::router())
        .merge(resources::router())
        .merge(services::router())
        .merge(settings::router())
        .merge(slots::router())
        .merge(templates::router())
        .merge(tickets::router())
        .merge(users::router())
        .merge(waitlist::router())
        .merge(series::router())
        .merge(visits::router())
        .merge(walk_ins::router());
    let mut all = OpenApiRouter::with_openapi(document).nest("/api/v1", operations);
    answers::complete(all.get_openapi_mut());
    all
}
