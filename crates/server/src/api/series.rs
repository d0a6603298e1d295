//! Series: the same service again and again, judged whole and booked whole.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use kalends_app::booking::Overrides;
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::series::{self, BookedTogether, Instead, NewSeries};
use kalends_domain::appointment::Together;
use kalends_domain::id::{LocationId, PatientId, ProviderId, ServiceId};
use kalends_domain::recurrence::{End, Recurrence, Unit};
use kalends_domain::rule::Rule;
use kalends_domain::time::Weekday;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::appointments::{AppointmentView, given};
use crate::http::caller::Caller;
use crate::http::conditional::Versioned;
use crate::http::json::Body;
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::IsoDate;
use crate::http::problem::{ApiResult, OccurrenceView, Problem};
use crate::http::state::AppState;

/// What is to be booked again and again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesBody {
    service_id: Uuid,
    /// The first of them; the others have its time on the clock at the location.
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Absent: anyone who gives the service, and the same person for all of them where that can be.
    provider_id: Option<Uuid>,
    location_id: Uuid,
    patient_id: Uuid,
    /// Every so many of the unit.
    #[schema(minimum = 1, maximum = 52)]
    every: u32,
    /// `days`, `weeks` or `months`. A month without that day has its last day instead.
    #[schema(value_type = String, examples("weeks"))]
    unit: Unit,
    /// On which days of each such week, besides that of the first: `mon` to `sun`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    weekdays: Vec<Weekday>,
    /// How many, from 2 to 500; or `until`.
    count: Option<u32>,
    /// The last date on which one may be.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<IsoDate>,
    /// Times that were chosen for some of them.
    #[serde(default)]
    instead: Vec<InsteadBody>,
    /// Whether those that cannot be had are left out; else nothing is booked where one of them cannot.
    #[serde(default)]
    skip_conflicts: bool,
    #[schema(max_length = 1000)]
    reason: Option<String>,
    /// The rules that staff set aside, by name; takes `override_reason`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    overrides: Vec<Rule>,
    #[schema(max_length = 1000)]
    override_reason: Option<String>,
    /// To the service's questions, by their id, for all of them.
    #[serde(default)]
    #[schema(value_type = Object)]
    answers: BTreeMap<Uuid, Value>,
}

/// A time for one of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InsteadBody {
    /// Of the occurrence, from 1.
    number: usize,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Absent: as the series.
    provider_id: Option<Uuid>,
}

/// Every occurrence with its verdict.
#[derive(Serialize, ToSchema)]
pub struct PreviewAnswer {
    occurrences: Vec<OccurrenceView>,
}

/// What was booked together.
#[derive(Serialize, ToSchema)]
pub struct TogetherView {
    /// Of the series or the visit.
    id: Uuid,
    /// In order of time.
    appointments: Vec<AppointmentView>,
    /// Those that could not be had and were left out.
    left_out: Vec<OccurrenceView>,
}

impl From<&BookedTogether> for TogetherView {
    fn from(it: &BookedTogether) -> Self {
        Self {
            id: match it.together {
                Together::Series(id) => id.uuid(),
                Together::Visit(id) => id.uuid(),
            },
            appointments: it.appointments.iter().map(AppointmentView::from).collect(),
            left_out: it.left_out.iter().cloned().map(OccurrenceView::from).collect(),
        }
    }
}

impl SeriesBody {
    fn into_series(self) -> Result<NewSeries, AppError> {
        let end = match (self.count, self.until) {
            (Some(count), None) => End::Count(count),
            (None, Some(IsoDate(until))) => End::Until(until),
            (Some(_), Some(_)) => return Err(AppError::field("until", "not-both")),
            (None, None) => return Err(AppError::field("count", "required")),
        };
        let instead = self.instead.into_iter().map(|it| Instead {
            number: it.number,
            starts_at: it.starts_at,
            provider_id: it.provider_id.map(ProviderId),
        });
        Ok(NewSeries {
            service_id: ServiceId(self.service_id),
            starts_at: self.starts_at,
            provider_id: self.provider_id.map(ProviderId),
            location_id: LocationId(self.location_id),
            patient_id: PatientId(self.patient_id),
            recurrence: Recurrence {
                every: self.every,
                unit: self.unit,
                weekdays: self.weekdays,
                end,
            },
            instead: instead.collect(),
            skip_conflicts: self.skip_conflicts,
            reason: self.reason,
            answers: given(self.answers),
            overrides: Overrides {
                rules: self.overrides,
                reason: self.override_reason,
            },
        })
    }
}

/// The operations.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(preview)).routes(routes!(book))
}

/// Every occurrence with its verdict, and what is free instead of those that cannot be had. Nothing is booked.
#[utoipa::path(post, path = "/series/preview", tag = "appointments", request_body = SeriesBody, security(("bearer" = [])),
    responses((status = 200, body = PreviewAnswer), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn preview(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Body { value: body, .. }: Body<SeriesBody>,
) -> ApiResult<Json<PreviewAnswer>> {
    series::permitted(&ctx)?;
    let occurrences = series::plan(&state.app, &ctx, &body.into_series()?).await?;
    Ok(Json(PreviewAnswer {
        occurrences: occurrences.into_iter().map(Into::into).collect(),
    }))
}

/// Books all of them, in one go. Where one cannot be had, nothing is booked and `occurrences` has every verdict (409); with
/// `skip_conflicts` the others are booked. Staff only.
#[utoipa::path(post, path = "/series", tag = "appointments", request_body = SeriesBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = TogetherView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn book(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<SeriesBody>,
) -> ApiResult<Versioned<TogetherView>> {
    let render = |it: &BookedTogether| created(&TogetherView::from(it));
    let once = Once::new(key.of(&ctx, "series.book", body.fingerprint), &render);
    series::permitted(&ctx)?;
    let booked = series::book(&state.app, &ctx, body.value.into_series()?, &once).await?;
    Ok(Versioned::created(1, TogetherView::from(&booked)))
}
