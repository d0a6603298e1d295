//! What becomes of an appointment: moved, cancelled, carried out, taken back.

use axum::extract::State;
use jiff::Timestamp;
use kalends_app::appointments::{self, Reschedule, Stepped};
use kalends_app::booking::Overrides;
use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::id::{AppointmentId, LocationId, ProviderId};
use kalends_domain::rule::Rule;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::AppointmentView;
use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::{Body, MaybeBody};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// Where to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RescheduleBody {
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Absent: the same.
    provider_id: Option<Uuid>,
    location_id: Option<Uuid>,
    /// The rules that staff set aside, by name; takes `override_reason`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    overrides: Vec<Rule>,
    #[schema(max_length = 1000)]
    override_reason: Option<String>,
    /// `this`, `following` or `all` of the series or visit: by as many days, to the same time of day; the parts of a visit keep their
    /// distance.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    range: Range,
}

/// What is said when one is called off; may be left out altogether.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelBody {
    #[schema(max_length = 1000)]
    reason: Option<String>,
    /// `this`, `following` or `all` of the series or visit. To patients a visit is one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    range: Range,
}

/// What is said with a step; may be left out altogether.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepBody {
    #[schema(max_length = 1000)]
    reason: Option<String>,
}

/// The steps.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(reschedule))
        .routes(routes!(cancel))
        .routes(routes!(confirm))
        .routes(routes!(decline))
        .routes(routes!(check_in))
        .routes(routes!(start))
        .routes(routes!(fulfil))
        .routes(routes!(mark_no_show))
        .routes(routes!(forgive))
        .routes(routes!(count_again))
        .routes(routes!(undo))
}

fn answer(it: &Appointment) -> Versioned<AppointmentView> {
    Versioned::ok(it.version, it.into())
}

/// Moves an appointment; it keeps its id, and its old time until the new one is its own.
#[utoipa::path(post, path = "/appointments/{id}/reschedule", tag = "appointments", request_body = RescheduleBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = AppointmentView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn reschedule(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
    IfMatch(expected): IfMatch,
    Body { value: to, .. }: Body<RescheduleBody>,
) -> ApiResult<Versioned<AppointmentView>> {
    let to = Reschedule {
        starts_at: to.starts_at,
        provider_id: to.provider_id.map(ProviderId),
        location_id: to.location_id.map(LocationId),
        overrides: Overrides {
            rules: to.overrides,
            reason: to.override_reason,
        },
        expected,
        range: to.range,
    };
    Ok(answer(&appointments::reschedule(&state.app, &ctx, id, to).await?))
}

/// Calls it off, which frees its time; and to the range those that it was booked together with and that are still to come.
#[utoipa::path(post, path = "/appointments/{id}/cancel", tag = "appointments", request_body = inline(Option<CancelBody>),
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = AppointmentView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn cancel(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
    IfMatch(expected): IfMatch,
    MaybeBody(CancelBody { reason, range }): MaybeBody<CancelBody>,
) -> ApiResult<Versioned<AppointmentView>> {
    let with = Stepped {
        reason,
        expected,
        range,
    };
    Ok(answer(&appointments::cancel(&state.app, &ctx, id, with).await?))
}

/// Declares the handlers of steps that take nothing but a reason.
macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "appointments", request_body = inline(Option<StepBody>),
            params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
            responses((status = 200, body = AppointmentView), (status = 401, body = Problem),
                (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
                (status = 412, body = Problem), (status = 422, body = Problem)))]
        async fn $name(
            State(state): State<AppState>,
            Caller(ctx): Caller,
            Id(id): Id<AppointmentId>,
            IfMatch(expected): IfMatch,
            MaybeBody(StepBody { reason }): MaybeBody<StepBody>,
        ) -> ApiResult<Versioned<AppointmentView>> {
            Ok(answer(&appointments::$name(&state.app, &ctx, id, Stepped { reason, expected, range: Range::This }).await?))
        }
    )+};
}

steps! {
    /// Agrees to one that was asked for.
    confirm = "/appointments/{id}/confirm";
    /// Refuses one that was asked for.
    decline = "/appointments/{id}/decline";
    /// The patient is there.
    check_in = "/appointments/{id}/check-in";
    /// The visit begins.
    start = "/appointments/{id}/start";
    /// The visit is over.
    fulfil = "/appointments/{id}/fulfil";
    /// The patient did not come.
    mark_no_show = "/appointments/{id}/no-show";
    /// Does not hold a no-show against the patient any more; takes a reason.
    forgive = "/appointments/{id}/forgive";
    /// Counts a no-show again that was forgiven.
    count_again = "/appointments/{id}/count-again";
    /// Takes the last step back: arrived, in progress, fulfilled, no-show, cancelled or declined.
    undo = "/appointments/{id}/undo";
}
