//! The calendar: a provider's month, week or day, with all that staff do there. The same pages serve who keeps every
//! calendar (`/admin/calendar`) and a doctor (`/doctor/calendar`), who has only their own.
//!
//! What is shown, and which dialog is open over it, stands in the address; every action is a form that is posted and leads
//! back. A refused form comes back in its dialog over the same page.

mod address;
mod answers;
pub mod appointment;
mod block;
mod board;
mod book;
mod by_room;
mod dialog;
mod empty;
mod generate;
mod grid;
mod group;
mod item;
mod moving;
mod opening;
mod panel;
mod rail;
mod refusal;
mod rooms;
mod sheet;
mod show;
mod slot;
mod stranded;
mod view;
mod why;

use axum::Router;
use axum::routing::{get, post};

use crate::http::state::AppState;

pub use self::appointment::which;
pub use self::generate::mode_words;

/// Both calendars.
pub fn router() -> Router<AppState> {
    [address::ADMIN, address::DOCTOR]
        .into_iter()
        .fold(Router::new(), |router, base| {
            let at = |action: &str| format!("{base}/{action}");
            router
                .route(base, get(show::page))
                .route(&at("generate"), post(generate::create))
                .route(&at("book"), post(book::create))
                .route(&at("blocks"), post(block::create))
                .route(&at("blocks/{id}/remove"), post(block::remove))
                .route(&at("openings"), post(opening::create))
                .route(&at("openings/{id}"), post(opening::update))
                .route(&at("openings/{id}/remove"), post(opening::remove))
                .route(&at("appointments/{id}/move"), post(moving::reschedule))
                .route(&at("appointments/{id}/rooms"), post(rooms::choose))
                .route(&at("appointments/{id}/{step}"), post(appointment::take))
        })
}
