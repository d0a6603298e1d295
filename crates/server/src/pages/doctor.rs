//! A doctor's own pages, beside their calendar: the day, and what patients see of them.

mod dashboard;
pub(super) mod day;
mod profile;
mod schedule;

use axum::Router;
use axum::routing::get;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::{locations, providers};
use kalends_domain::provider::Provider;
use kalends_domain::time::Zone;

use crate::http::state::AppState;

/// A doctor's addresses.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/doctor/dashboard", get(dashboard::show))
        .route("/doctor/profile", get(profile::show).post(profile::update))
}

/// The doctor's own record, and the zone of the place where they work first.
async fn own(state: &AppState, ctx: &Ctx) -> Result<(Provider, Zone), AppError> {
    let id = ctx.signed_in()?.provider_id.ok_or(AppError::NotFound)?;
    let provider = providers::get(&state.app, ctx, id).await?;
    let zone = match provider.location_ids.first() {
        Some(first) => locations::get(&state.app, ctx, *first).await?.time_zone,
        None => "UTC".to_owned(),
    };
    let zone = Zone::new(&zone).map_err(|error| AppError::Internal(error.to_string()))?;
    Ok((provider, zone))
}
