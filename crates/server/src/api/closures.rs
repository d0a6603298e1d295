//! Closures: when a location, or all of them, cannot be booked, and when providers have time off.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use kalends_app::closures::{self, Closed, Decision, NewClosure, Query};
use kalends_app::idempotency::Once;
use kalends_domain::closure::{Closure, ClosureStatus};
use kalends_domain::id::{ClosureId, LocationId, ProviderId};
use kalends_domain::time::LocalTime;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::openings::StrandedView;
use crate::http::caller::Caller;
use crate::http::json::Body;
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::{Id, IsoDate};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A span during which nothing is booked.
#[derive(Serialize, ToSchema)]
pub struct ClosureView {
    id: Uuid,
    /// With no provider either: every location.
    location_id: Option<Uuid>,
    /// Whose time off it is.
    provider_id: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// `requested`, `approved` or `declined`; only what is approved is closed.
    #[schema(value_type = String)]
    status: ClosureStatus,
    /// Why; of a colleague's time off only whoever decides is told.
    reason: Option<String>,
    /// What was said to a request.
    decision: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    /// It repeats on the same dates of every year; each repetition is a closure of its own.
    repeats_yearly: bool,
}

impl From<&Closure> for ClosureView {
    fn from(it: &Closure) -> Self {
        Self {
            id: it.id.uuid(),
            location_id: it.extent.location_id().map(LocationId::uuid),
            provider_id: it.extent.provider_id().map(ProviderId::uuid),
            starts_at: it.span.starts_at(),
            ends_at: it.span.ends_at(),
            status: it.status,
            reason: it.reason.clone(),
            decision: it.decision.clone(),
            decided_at: it.decided_at,
            repeats_yearly: it.yearly_until.is_some(),
        }
    }
}

/// What a new closure needs: two instants or two dates, at most 366 days apart.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosureBody {
    /// One location; with no provider either, every location.
    location_id: Option<Uuid>,
    /// One provider's time off, wherever they are.
    provider_id: Option<Uuid>,
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
    /// All of this date and those up to `last_date`, on the clock of the location, or of the provider's first one.
    #[schema(value_type = Option<String>, format = Date)]
    first_date: Option<IsoDate>,
    #[schema(value_type = Option<String>, format = Date)]
    last_date: Option<IsoDate>,
    /// `HH:MM`: from this time of the first date on.
    #[schema(value_type = Option<String>)]
    from_time: Option<LocalTime>,
    /// `HH:MM`: until this time of the last date.
    #[schema(value_type = Option<String>)]
    to_time: Option<LocalTime>,
    /// On the same dates of every year, made five years ahead.
    #[serde(default)]
    repeats_yearly: bool,
    #[schema(max_length = 200)]
    reason: Option<String>,
    /// Only say whom it would strand.
    #[serde(default)]
    dry_run: bool,
}

/// A closure that was made, with the appointments in it. They are kept; somebody should move them. While it is only asked for,
/// it is told whom it would strand.
#[derive(Serialize, ToSchema)]
pub struct ClosedView {
    #[serde(flatten)]
    closure: ClosureView,
    /// The same dates at the other locations, where all are closed by date and their clocks differ, and those of the years to come.
    elsewhere: Vec<ClosureView>,
    stranded: Vec<StrandedView>,
}

impl From<&Closed> for ClosedView {
    fn from(it: &Closed) -> Self {
        Self {
            closure: (&it.closure).into(),
            elsewhere: it.elsewhere.iter().map(Into::into).collect(),
            stranded: it.stranded.iter().map(Into::into).collect(),
        }
    }
}

/// Which closures.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClosureFilters {
    /// Those that are not over then.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Those that begin before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// This provider's time off.
    provider_id: Option<Uuid>,
    /// Those of this location alone.
    location_id: Option<Uuid>,
    /// `requested`, `approved` or `declined`.
    #[param(value_type = Option<String>)]
    status: Option<ClosureStatus>,
}

/// What there is to say about a request that is approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalBody {
    #[schema(max_length = 200)]
    note: Option<String>,
}

/// Why a request is declined.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalBody {
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// The operations on closures.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, delete))
        .routes(routes!(approve))
        .routes(routes!(decline))
}

/// The closures and time off, by their start or `created_at`. Requests are listed for whoever asked and whoever decides.
#[utoipa::path(get, path = "/closures", tag = "calendar", params(ListParams, ClosureFilters), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<ClosureView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<ClosureFilters>,
) -> ApiResult<Json<ListAnswer<ClosureView>>> {
    let query = Query {
        from: listing.filters.from,
        to: listing.filters.to,
        provider_id: listing.filters.provider_id.map(ProviderId),
        location_id: listing.filters.location_id.map(LocationId),
        status: listing.filters.status,
    };
    let page = closures::list(&state.app, &ctx, &listing.page, query).await?;
    Ok(Json(ListAnswer::new(page, |it| ClosureView::from(&it))))
}

/// Closes a location, all of them, or a provider's calendar. Appointments in it stay, and are listed. A dry run answers 200 and
/// changes nothing. A provider's own time off is `requested` only, where the organisation wants it approved.
#[utoipa::path(post, path = "/closures", tag = "calendar", request_body = ClosureBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = ClosedView), (status = 200, body = ClosedView), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<ClosureBody>,
) -> ApiResult<(StatusCode, Json<ClosedView>)> {
    let render = |it: &Closed| created(&ClosedView::from(it));
    let once = Once::new(key.of(&ctx, "closures.create", body.fingerprint), &render);
    let status = if body.value.dry_run {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let input = NewClosure {
        location_id: body.value.location_id.map(LocationId),
        provider_id: body.value.provider_id.map(ProviderId),
        starts_at: body.value.starts_at,
        ends_at: body.value.ends_at,
        first_date: body.value.first_date.map(Into::into),
        last_date: body.value.last_date.map(Into::into),
        from_time: body.value.from_time,
        to_time: body.value.to_time,
        repeats_yearly: body.value.repeats_yearly,
        reason: body.value.reason,
        dry_run: body.value.dry_run,
    };
    let closed = closures::create(&state.app, &ctx, input, &once).await?;
    Ok((status, Json((&closed).into())))
}

/// A closure, and the appointments in it that are still to come.
#[utoipa::path(get, path = "/closures/{id}", tag = "calendar", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = ClosedView), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get(State(state): State<AppState>, Caller(ctx): Caller, Id(id): Id<ClosureId>) -> ApiResult<Json<ClosedView>> {
    let closed = closures::get(&state.app, &ctx, id).await?;
    Ok(Json((&closed).into()))
}

/// Approves time off that was asked for. Appointments in it stay, and are listed.
#[utoipa::path(post, path = "/closures/{id}/approve", tag = "calendar", request_body = ApprovalBody,
    params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = ClosedView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem, description = "it was decided already"), (status = 422, body = Problem)))]
async fn approve(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ClosureId>,
    body: Body<ApprovalBody>,
) -> ApiResult<Json<ClosedView>> {
    let decision = Decision::Approve { note: body.value.note };
    let closed = closures::decide(&state.app, &ctx, id, decision).await?;
    Ok(Json((&closed).into()))
}

/// Declines time off that was asked for.
#[utoipa::path(post, path = "/closures/{id}/decline", tag = "calendar", request_body = RefusalBody,
    params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = ClosedView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem, description = "it was decided already"), (status = 422, body = Problem)))]
async fn decline(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ClosureId>,
    body: Body<RefusalBody>,
) -> ApiResult<Json<ClosedView>> {
    let decision = Decision::Decline {
        reason: body.value.reason,
    };
    let closed = closures::decide(&state.app, &ctx, id, decision).await?;
    Ok(Json((&closed).into()))
}

/// Opens again, or takes a request back.
#[utoipa::path(delete, path = "/closures/{id}", tag = "calendar", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete(State(state): State<AppState>, Caller(ctx): Caller, Id(id): Id<ClosureId>) -> ApiResult<StatusCode> {
    closures::delete(&state.app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
