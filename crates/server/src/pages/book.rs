//! Booking: a service, a time, a confirmation. Everybody may look; whoever goes on is asked who they are and comes back.

mod choose;
mod confirm;
mod hold;
pub mod offered;
pub mod refusal;
mod summary;
mod time;
pub mod wanted;
pub mod ways;
pub mod week;
pub mod whom;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};

use self::wanted::Wanted;
use super::kit::{Frame, Refused, Search};
use super::session::Anyone;
use crate::http::state::AppState;

pub use self::summary::Summary;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/book", get(show).post(confirm::book))
        .route("/book/hold", post(hold::hold))
        .route("/book/release", post(hold::release))
        .route("/book/confirm", get(confirm::show))
}

/// `GET /book`: the step that the choices so far have reached.
async fn show(
    State(state): State<AppState>,
    Anyone(ctx): Anyone,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let wanted = Wanted::read(|name| search.get(name));
    match wanted.service {
        Some(service) => time::show(&state, &ctx, &frame, &wanted, service, None).await,
        None => choose::show(&state, &ctx, &frame, wanted).await,
    }
}
