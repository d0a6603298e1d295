//! Visits: several services in one go.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use kalends_app::booking::Overrides;
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::visits::{self, BookedTogether, MovedPart, NewPart, NewVisit, VisitSearch, VisitSlot, WantedPart};
use kalends_domain::id::{AppointmentId, LocationId, PatientId, ProviderId, ServiceId, VisitId};
use kalends_domain::rule::Rule;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::appointments::{AppointmentView, given};
use super::series::TogetherView;
use crate::http::caller::Caller;
use crate::http::conditional::Versioned;
use crate::http::json::Body;
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::{Id, IsoDate, Params};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// As many are found where the request does not say.
const FOUND: usize = 50;

/// What is looked for: new parts, or another time for the visit `visit_id`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VisitParams {
    /// Two to six services in their order, with commas between them.
    #[serde(default)]
    #[param(required = false)]
    service_ids: String,
    /// With whom each of them is to be, in the same order; nothing between two commas is anyone who gives it.
    #[serde(default)]
    #[param(required = false)]
    provider_ids: String,
    location_id: Uuid,
    /// For whom staff look; patients look for themselves.
    patient_id: Option<Uuid>,
    /// The visit that is to be moved, which is not in its own way; then without services.
    visit_id: Option<Uuid>,
    /// The first and the last date at the location, 14 days at most.
    #[param(value_type = String, format = Date)]
    from: IsoDate,
    #[param(value_type = String, format = Date)]
    to: IsoDate,
    /// 1 to 200; absent: 50.
    limit: Option<usize>,
}

impl VisitParams {
    fn parts(&self) -> Result<Vec<WantedPart>, AppError> {
        let ids = |field: &str, text: &str| {
            let read = |id: &str| match id.trim() {
                "" => Ok(None),
                id => id
                    .parse::<Uuid>()
                    .map(Some)
                    .map_err(|_| AppError::field(field, "malformed")),
            };
            text.split(',')
                .map(read)
                .collect::<Result<Vec<Option<Uuid>>, AppError>>()
        };
        let services = ids("service_ids", &self.service_ids)?;
        let mut providers = ids("provider_ids", &self.provider_ids)?;
        providers.resize(services.len().max(providers.len()), None);
        let pairs = services.into_iter().zip(providers);
        Ok(pairs
            .filter_map(|(service, provider)| {
                Some(WantedPart {
                    service_id: ServiceId(service?),
                    provider_id: provider.map(ProviderId),
                })
            })
            .collect())
    }
}

/// The earliest visits that can be booked, one for each start.
#[derive(Serialize, ToSchema)]
pub struct VisitSlotsAnswer {
    items: Vec<VisitSlotView>,
}

/// A visit that can be booked.
#[derive(Serialize, ToSchema)]
pub struct VisitSlotView {
    location_id: Uuid,
    time_zone: String,
    /// Between the parts, all in all.
    waiting_minutes: i64,
    parts: Vec<PartView>,
}

/// One service of it.
#[derive(Serialize, ToSchema)]
pub struct PartView {
    /// The part that is moved, where one is.
    appointment_id: Option<Uuid>,
    service_id: Uuid,
    provider_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

impl From<VisitSlot> for VisitSlotView {
    fn from(it: VisitSlot) -> Self {
        Self {
            waiting_minutes: it.waiting().as_mins(),
            location_id: it.location_id.uuid(),
            time_zone: it.time_zone,
            parts: it
                .parts
                .into_iter()
                .map(|part| PartView {
                    appointment_id: part.appointment_id.map(|id| id.uuid()),
                    service_id: part.service_id.uuid(),
                    provider_id: part.provider_id.uuid(),
                    starts_at: part.starts_at,
                    ends_at: part.ends_at,
                })
                .collect(),
        }
    }
}

/// What is to be booked in one go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitBody {
    /// Two to six, each starting after the one before it, on one day.
    parts: Vec<NewPartBody>,
    location_id: Uuid,
    /// Whom it is for: staff must say; patients may name somebody whom they look after, else it is for themselves.
    patient_id: Option<Uuid>,
    #[schema(max_length = 1000)]
    reason: Option<String>,
    /// The rules that staff set aside, by name; takes `override_reason`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    overrides: Vec<Rule>,
    #[schema(max_length = 1000)]
    override_reason: Option<String>,
}

/// One service of a visit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPartBody {
    service_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Absent: anyone who gives it, whoever has the part before it first.
    provider_id: Option<Uuid>,
    /// To the service's questions, by their id.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: BTreeMap<Uuid, Value>,
}

/// Where all that is to come of a visit goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitMoveBody {
    /// Every part that is still to come, in its new order.
    parts: Vec<MovedPartBody>,
    /// The rules that staff set aside, by name; takes `override_reason`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    overrides: Vec<Rule>,
    #[schema(max_length = 1000)]
    override_reason: Option<String>,
}

/// A new time for one part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovedPartBody {
    appointment_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Absent: the same.
    provider_id: Option<Uuid>,
}

/// The parts of a visit, in order of time.
#[derive(Serialize, ToSchema)]
pub struct VisitPartsAnswer {
    items: Vec<AppointmentView>,
}

/// The operations.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(search))
        .routes(routes!(book))
        .routes(routes!(reschedule))
}

/// When the services fit one after the other: for each start the visit that is over soonest.
#[utoipa::path(get, path = "/visits/slots", tag = "slots", params(VisitParams), security((), ("bearer" = [])),
    responses((status = 200, body = VisitSlotsAnswer), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn search(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Params(params): Params<VisitParams>,
) -> ApiResult<Json<VisitSlotsAnswer>> {
    let wanted = VisitSearch {
        parts: params.parts()?,
        location_id: LocationId(params.location_id),
        patient_id: params.patient_id.map(PatientId),
        moving: params.visit_id.map(VisitId),
        from: params.from.into(),
        to: params.to.into(),
        limit: params.limit.unwrap_or(FOUND),
    };
    let found = visits::list(&state.app, &ctx, &wanted).await?;
    Ok(Json(VisitSlotsAnswer {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// Books all parts or none: where one cannot be had, `occurrences` has every verdict (409).
#[utoipa::path(post, path = "/visits", tag = "appointments", request_body = VisitBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = TogetherView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn book(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<VisitBody>,
) -> ApiResult<Versioned<TogetherView>> {
    let render = |it: &BookedTogether| created(&TogetherView::from(it));
    let once = Once::new(key.of(&ctx, "visits.book", body.fingerprint), &render);
    let body = body.value;
    let part = |part: NewPartBody| NewPart {
        service_id: ServiceId(part.service_id),
        starts_at: part.starts_at,
        provider_id: part.provider_id.map(ProviderId),
        answers: given(part.answers),
    };
    let visit = NewVisit {
        parts: body.parts.into_iter().map(part).collect(),
        location_id: LocationId(body.location_id),
        patient_id: body.patient_id.map(PatientId),
        reason: body.reason,
        overrides: Overrides {
            rules: body.overrides,
            reason: body.override_reason,
        },
    };
    let booked = visits::book(&state.app, &ctx, visit, &once).await?;
    Ok(Versioned::created(1, TogetherView::from(&booked)))
}

/// Moves all that is still to come of a visit, or nothing.
#[utoipa::path(post, path = "/visits/{id}/reschedule", tag = "appointments", request_body = VisitMoveBody,
    params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = VisitPartsAnswer), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn reschedule(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<VisitId>,
    Body { value: body, .. }: Body<VisitMoveBody>,
) -> ApiResult<Json<VisitPartsAnswer>> {
    let part = |part: MovedPartBody| MovedPart {
        appointment_id: AppointmentId(part.appointment_id),
        starts_at: part.starts_at,
        provider_id: part.provider_id.map(ProviderId),
    };
    let parts: Vec<MovedPart> = body.parts.into_iter().map(part).collect();
    let overrides = Overrides {
        rules: body.overrides,
        reason: body.override_reason,
    };
    let moved = visits::reschedule(&state.app, &ctx, id, &parts, &overrides).await?;
    Ok(Json(VisitPartsAnswer {
        items: moved.iter().map(AppointmentView::from).collect(),
    }))
}
