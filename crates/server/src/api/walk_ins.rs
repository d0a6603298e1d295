//! Somebody stands at the desk: booked as soon as may be, and there.

use axum::extract::State;
use kalends_app::booking::Overrides;
use kalends_app::idempotency::Once;
use kalends_app::walk_ins::{self, WalkIn, Who};
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{LocationId, PatientId, ProviderId, ServiceId};
use kalends_domain::rule::Rule;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::appointments::AppointmentView;
use crate::http::caller::Caller;
use crate::http::conditional::Versioned;
use crate::http::json::Body;
use crate::http::once::{IdempotencyKey, created};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// Who came, and for what: `patient_id`, else the names of a new patient.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WalkInBody {
    patient_id: Option<Uuid>,
    given_name: Option<String>,
    family_name: Option<String>,
    service_id: Uuid,
    location_id: Uuid,
    /// Absent: whoever is free.
    provider_id: Option<Uuid>,
    #[schema(max_length = 1000)]
    reason: Option<String>,
    /// Rules that staff set aside, such as `taken`; takes `override_reason`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    overrides: Vec<Rule>,
    #[schema(max_length = 1000)]
    override_reason: Option<String>,
}

/// The operation.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(receive))
}

/// Books for the next full minute, on the grid of starts or not, else for the first free start today, and notes that the patient has
/// arrived. Where nobody is free today, the next free times are in `alternatives`, and no patient is made.
#[utoipa::path(post, path = "/walk-ins", tag = "appointments", request_body = WalkInBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = AppointmentView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn receive(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<WalkInBody>,
) -> ApiResult<Versioned<AppointmentView>> {
    let render = |it: &Appointment| created(&AppointmentView::from(&walk_ins::arrived(it)));
    let once = Once::new(key.of(&ctx, "walk_ins.create", body.fingerprint), &render);
    let body = body.value;
    let who = match body.patient_id {
        Some(id) => Who::Known(PatientId(id)),
        None => Who::New {
            given_name: body.given_name.unwrap_or_default(),
            family_name: body.family_name.unwrap_or_default(),
        },
    };
    let input = WalkIn {
        who,
        service_id: ServiceId(body.service_id),
        location_id: LocationId(body.location_id),
        provider_id: body.provider_id.map(ProviderId),
        reason: body.reason,
        overrides: Overrides {
            rules: body.overrides,
            reason: body.override_reason,
        },
    };
    let it = walk_ins::receive(&state.app, &ctx, input, &once).await?;
    Ok(Versioned::created(it.version, (&it).into()))
}
