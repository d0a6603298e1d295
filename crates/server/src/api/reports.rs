//! Numbers about the calendar.

use axum::Json;
use axum::extract::State;
use kalends_app::error::AppError;
use kalends_app::reports::{self, Period, Utilisation};
use kalends_domain::id::LocationId;
use kalends_domain::time::Zone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::params::{IsoDate, Params};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// Which days, where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UtilisationParams {
    /// The first day.
    #[param(value_type = String, format = Date)]
    from: IsoDate,
    /// The last day, included; at most 400 days later.
    #[param(value_type = String, format = Date)]
    to: IsoDate,
    /// The zone in which the days are meant; UTC when absent.
    time_zone: Option<String>,
    location_id: Option<Uuid>,
}

/// How full the providers' time was.
#[derive(Serialize, ToSchema)]
pub struct UtilisationView {
    providers: Vec<ProviderUseView>,
    statuses: Vec<StatusCountView>,
}

/// One provider's line.
#[derive(Serialize, ToSchema)]
pub struct ProviderUseView {
    provider_id: Uuid,
    open_minutes: i64,
    booked_minutes: i64,
    /// Booked ÷ open time in percent; null where nothing was open.
    utilisation_percent: Option<i64>,
    appointments: i64,
    no_shows: i64,
    cancelled: i64,
}

/// How many appointments are in one state.
#[derive(Serialize, ToSchema)]
pub struct StatusCountView {
    status: String,
    appointments: i64,
}

impl From<Utilisation> for UtilisationView {
    fn from(it: Utilisation) -> Self {
        let providers = it.providers.iter().map(|line| ProviderUseView {
            provider_id: line.provider_id.uuid(),
            open_minutes: line.open_minutes,
            booked_minutes: line.booked_minutes,
            utilisation_percent: line.utilisation_percent(),
            appointments: line.appointments,
            no_shows: line.no_shows,
            cancelled: line.cancelled,
        });
        let statuses = it.statuses.iter().map(|count| StatusCountView {
            status: count.status.to_string(),
            appointments: count.appointments,
        });
        Self {
            providers: providers.collect(),
            statuses: statuses.collect(),
        }
    }
}

/// The operations on reports.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(utilisation))
}

/// Booked ÷ open time by provider. A doctor sees their own.
#[utoipa::path(get, path = "/reports/utilisation", tag = "reports", params(UtilisationParams), security(("bearer" = [])),
    responses((status = 200, body = UtilisationView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn utilisation(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Params(params): Params<UtilisationParams>,
) -> ApiResult<Json<UtilisationView>> {
    let zone = Zone::new(params.time_zone.as_deref().unwrap_or("UTC"))
        .map_err(|_| AppError::field("time_zone", "unknown-zone"))?;
    let location_id = params.location_id.map(LocationId::from);
    let period = Period {
        from: params.from.0,
        to: params.to.0,
        zone,
        location_id,
    };
    Ok(Json(reports::utilisation(&state.app, &ctx, &period).await?.into()))
}
