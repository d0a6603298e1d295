//! A patient's own pages: what is coming, what was, and what is known about them.

mod access;
pub mod appointment;
mod appointments;
mod calendar_file;
mod cancel;
mod card;
mod dashboard;
mod details;
mod history;
mod people;
mod proposal;
mod reschedule;
pub mod security;
pub mod terms;
mod waitlist;
mod whose;

use axum::Router;
use axum::routing::{get, post};

use crate::http::state::AppState;

pub use self::appointment::typed;

pub fn router() -> Router<AppState> {
    let one = "/patient/appointments/{id}";
    Router::new()
        .route("/patient/dashboard", get(dashboard::show))
        .route("/patient/appointments", get(appointments::list))
        .route(one, get(appointment::show))
        .route(&format!("{one}/calendar.ics"), get(calendar_file::show))
        .route(
            &format!("{one}/move"),
            get(reschedule::show).post(reschedule::reschedule),
        )
        .route(&format!("{one}/proposal/accept"), post(proposal::accept))
        .route(&format!("{one}/proposal/refuse"), post(proposal::refuse))
        .route(&format!("{one}/cancel"), get(cancel::show).post(cancel::cancel))
        .route("/patient/people", get(people::list).post(people::create))
        .route("/patient/people/new", get(people::new))
        .route("/patient/people/{id}", get(people::edit).post(people::update))
        .route("/patient/people/{id}/stop", get(people::ask).post(people::revoke))
        .merge(waitlist::router())
        .route("/patient/profile", get(details::show).post(details::update))
        .route("/patient/profile/access", get(access::list))
        .route("/patient/profile/password", post(security::change_password))
        .route(
            "/patient/profile/sign-out-everywhere",
            post(security::sign_out_everywhere),
        )
}
