//! What providers do otherwise than a service says.

use axum::extract::State;
use kalends_app::provider_services::{self, OwnWay};
use kalends_domain::id::ServiceId;
use kalends_domain::provider_service::ProviderService;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::json::Body;
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// How a provider gives a service; what is null is as the service says.
#[derive(Serialize, ToSchema)]
pub struct ProviderServiceView {
    provider_id: Uuid,
    service_id: Uuid,
    duration_minutes: Option<i32>,
    buffer_before_minutes: Option<i32>,
    buffer_after_minutes: Option<i32>,
    start_interval_minutes: Option<i32>,
    lead_time_minutes: Option<i32>,
    booking_horizon_days: Option<i32>,
    cancel_cutoff_minutes: Option<i32>,
    reschedule_cutoff_minutes: Option<i32>,
    /// In the smallest unit of the organisation's currency.
    price_minor: Option<i64>,
    requires_approval: Option<bool>,
    /// How often this provider may give it in a day and in a week (from Monday), beside the service's own caps.
    max_per_day: Option<i32>,
    max_per_week: Option<i32>,
    /// Their share of what is booked with anyone, where the service shares it out; null: 1.
    weight: Option<i32>,
}

impl From<&ProviderService> for ProviderServiceView {
    fn from(it: &ProviderService) -> Self {
        Self {
            provider_id: it.provider_id.uuid(),
            service_id: it.service_id.uuid(),
            duration_minutes: it.duration_minutes,
            buffer_before_minutes: it.buffer_before_minutes,
            buffer_after_minutes: it.buffer_after_minutes,
            start_interval_minutes: it.start_interval_minutes,
            lead_time_minutes: it.lead_time_minutes,
            booking_horizon_days: it.booking_horizon_days,
            cancel_cutoff_minutes: it.cancel_cutoff_minutes,
            reschedule_cutoff_minutes: it.reschedule_cutoff_minutes,
            price_minor: it.price_minor,
            requires_approval: it.requires_approval,
            max_per_day: it.max_per_day,
            max_per_week: it.max_per_week,
            weight: it.weight,
        }
    }
}

/// All who give a service.
#[derive(Serialize, ToSchema)]
pub struct ProviderServices {
    items: Vec<ProviderServiceView>,
}

/// A provider's own way with a service, whole: what is absent is as the service says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderServiceBody {
    /// Who gives it otherwise.
    provider_id: Uuid,
    #[schema(minimum = 5, maximum = 1440)]
    duration_minutes: Option<i64>,
    #[schema(minimum = 0, maximum = 480)]
    buffer_before_minutes: Option<i64>,
    #[schema(minimum = 0, maximum = 480)]
    buffer_after_minutes: Option<i64>,
    #[schema(minimum = 5, maximum = 480)]
    start_interval_minutes: Option<i64>,
    #[schema(minimum = 0, maximum = 525600)]
    lead_time_minutes: Option<i64>,
    #[schema(minimum = 1, maximum = 1830)]
    booking_horizon_days: Option<i64>,
    #[schema(minimum = 0, maximum = 525600)]
    cancel_cutoff_minutes: Option<i64>,
    #[schema(minimum = 0, maximum = 525600)]
    reschedule_cutoff_minutes: Option<i64>,
    #[schema(minimum = 0, maximum = 100000000)]
    price_minor: Option<i64>,
    requires_approval: Option<bool>,
    #[schema(minimum = 1, maximum = 10000)]
    max_per_day: Option<i64>,
    #[schema(minimum = 1, maximum = 10000)]
    max_per_week: Option<i64>,
    #[schema(minimum = 1, maximum = 100)]
    weight: Option<i64>,
}

impl From<ProviderServiceBody> for OwnWay {
    fn from(body: ProviderServiceBody) -> Self {
        Self {
            duration_minutes: body.duration_minutes,
            buffer_before_minutes: body.buffer_before_minutes,
            buffer_after_minutes: body.buffer_after_minutes,
            start_interval_minutes: body.start_interval_minutes,
            lead_time_minutes: body.lead_time_minutes,
            booking_horizon_days: body.booking_horizon_days,
            cancel_cutoff_minutes: body.cancel_cutoff_minutes,
            reschedule_cutoff_minutes: body.reschedule_cutoff_minutes,
            price_minor: body.price_minor,
            requires_approval: body.requires_approval,
            max_per_day: body.max_per_day,
            max_per_week: body.max_per_week,
            weight: body.weight,
        }
    }
}

/// The operations on providers' own ways.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, update))
}

/// How each provider gives the service, by their names.
#[utoipa::path(get, path = "/services/{id}/providers", tag = "services", security(("bearer" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ProviderServices), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ServiceId>,
) -> ApiResult<axum::Json<ProviderServices>> {
    let found = provider_services::list(&state.app, &ctx, id).await?;
    let items = found.iter().map(Into::into).collect();
    Ok(axum::Json(ProviderServices { items }))
}

/// Replaces what one provider does otherwise than the service says.
#[utoipa::path(put, path = "/services/{id}/providers", tag = "services", security(("bearer" = [])),
    request_body = ProviderServiceBody, params(("id" = Uuid, Path)),
    responses((status = 200, body = ProviderServiceView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ServiceId>,
    Body { value: body, .. }: Body<ProviderServiceBody>,
) -> ApiResult<axum::Json<ProviderServiceView>> {
    let provider = body.provider_id.into();
    let own = provider_services::update(&state.app, &ctx, id, provider, body.into()).await?;
    Ok(axum::Json((&own).into()))
}
