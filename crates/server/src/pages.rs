//! The pages: what a person sees, as HTML from the server.

pub mod account;
pub mod admin;
pub mod book;
pub mod calendar;
pub mod closures;
pub mod desk;
pub mod doctor;
pub mod front;
pub mod hours;
mod intake;
pub mod kit;
pub mod patient;
pub mod platform;
pub mod preferences;
mod price;
mod proxies;
pub mod reports;
pub mod requests;
mod rule;
mod series;
pub mod session;
pub mod sign_in;
pub mod stranded;
mod tickets;
mod together;
mod visit;
mod waitlist;
pub mod why;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::post;

use crate::http::state::AppState;

/// Every page.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/preferences", post(preferences::update))
        .merge(sign_in::router())
        .merge(front::router())
        .merge(book::router())
        .merge(patient::router())
        .merge(account::router())
        .merge(admin::router())
        .merge(platform::router())
        .merge(reports::router())
        .merge(desk::router())
        .merge(doctor::router())
        .merge(calendar::router())
        .merge(hours::router())
        .merge(requests::router())
        .merge(why::router())
        .merge(closures::router())
        .merge(stranded::router())
        .merge(series::router())
        .merge(tickets::router())
        .merge(visit::router())
        .merge(waitlist::router())
}

/// Puts the session and the shell around pages.
pub fn surround(pages: Router<AppState>, state: &AppState) -> Router<AppState> {
    kit::dress(pages.layer(from_fn_with_state(state.clone(), session::carry)))
}
