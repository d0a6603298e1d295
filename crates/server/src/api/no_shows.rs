//! How often a patient did not come, and what follows.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use kalends_app::appointments;
use kalends_domain::id::PatientId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::caller::Caller;
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// Missed appointments that count.
#[derive(Serialize, ToSchema)]
pub struct NoShowsView {
    /// Without those that were forgiven.
    count: i64,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// What follows for the patient now: `none`, `approval` or `phone_only`.
    consequence: &'static str,
}

/// The operation.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get))
}

/// How often a patient did not come within the organisation's window, for staff.
#[utoipa::path(get, path = "/patients/{id}/no-shows", tag = "patients", params(("id" = uuid::Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = NoShowsView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<PatientId>,
) -> ApiResult<Json<NoShowsView>> {
    let found = appointments::no_shows(&state.app, &ctx, id).await?;
    Ok(Json(NoShowsView {
        count: found.count,
        since: found.since,
        consequence: found.consequence.name(),
    }))
}
