//! What an organisation's people keep: its records, each a searched, sorted and paged table with create, edit and archive.

mod appointments;
mod audit;
mod dashboard;
mod departments;
mod doctors;
mod locations;
mod patients;
mod provider_services;
mod proxies;
mod questions;
mod reading;
mod records;
mod rooms;
mod services;
mod settings;
mod translated;
mod users;

pub use records::all;

use axum::Router;
use axum::routing::{get, post};

use crate::http::state::AppState;

/// Their addresses.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/dashboard", get(dashboard::show))
        .route("/admin/appointments", get(appointments::list))
        .route("/admin/audit", get(audit::list))
        .route("/admin/settings", get(settings::show).post(settings::update))
        .route("/admin/patients/{id}/proxies", get(proxies::list).post(proxies::create))
        .route("/admin/patients/{id}/proxies/{proxy}", post(proxies::update))
        .route("/admin/patients/{id}/proxies/{proxy}/stop", post(proxies::revoke))
        .route("/admin/services/{id}/providers", get(provider_services::list))
        .route(
            "/admin/services/{id}/providers/{provider}",
            get(provider_services::edit).post(provider_services::save),
        )
        .route(
            "/admin/services/{id}/questions",
            get(questions::show).post(questions::save),
        )
        .merge(records::routes::<departments::Departments>())
        .merge(records::routes::<doctors::Doctors>())
        .merge(records::routes::<locations::Locations>())
        .merge(records::routes::<patients::Patients>())
        .merge(records::routes::<rooms::Rooms>())
        .merge(records::routes::<services::Services>())
        .merge(records::routes::<users::Users>())
}
