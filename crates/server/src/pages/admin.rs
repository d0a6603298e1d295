//! What an organisation's people keep: its records, each a searched, sorted and paged table with create, edit and archive.

mod departments;
mod doctors;
mod locations;
mod patients;
mod reading;
mod records;
mod rooms;
mod services;
mod users;

use axum::Router;

use crate::http::state::AppState;

/// The tables.
pub fn router() -> Router<AppState> {
    Router::new()
        .merge(records::routes::<departments::Departments>())
        .merge(records::routes::<doctors::Doctors>())
        .merge(records::routes::<locations::Locations>())
        .merge(records::routes::<patients::Patients>())
        .merge(records::routes::<rooms::Rooms>())
        .merge(records::routes::<services::Services>())
        .merge(records::routes::<users::Users>())
}
