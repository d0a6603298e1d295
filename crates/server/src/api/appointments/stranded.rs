//! Appointments that lost their time, where each could go, and moving many at once.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::DateTime;
use kalends_app::appointments::Reschedule;
use kalends_app::booking::Overrides;
use kalends_app::stranded::{self, Lost, Move, Stranded};
use kalends_domain::appointment::Range;
use kalends_domain::id::{AppointmentId, LocationId, ProviderId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::AppointmentView;
use crate::api::slots::SlotView;
use crate::http::caller::Caller;
use crate::http::json::Body;
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::problem::{ApiResult, Failure, Problem};
use crate::http::state::AppState;

/// An appointment that lost its time, and where it could go.
#[derive(Serialize, ToSchema)]
pub struct LostView {
    appointment: AppointmentView,
    /// The local time that was agreed, where the rules of its zone have changed since and that time was not free.
    #[schema(value_type = Option<String>, example = "2027-01-15T11:00:00")]
    agreed_local_start: Option<DateTime>,
    /// Free times, the suggested one first; no two appointments are suggested the same.
    times: Vec<SlotView>,
}

impl From<Stranded> for LostView {
    fn from(it: Stranded) -> Self {
        Self {
            appointment: (&it.named.appointment).into(),
            agreed_local_start: it.agreed,
            times: it.times.into_iter().map(Into::into).collect(),
        }
    }
}

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LostFilters {
    /// Those that are not over then.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Those that begin before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    provider_id: Option<Uuid>,
    location_id: Option<Uuid>,
}

/// Where many appointments go; at most 100.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovesBody {
    #[schema(max_items = 100)]
    moves: Vec<MoveBody>,
}

/// Where one of them goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveBody {
    appointment_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Absent: the same.
    provider_id: Option<Uuid>,
    location_id: Option<Uuid>,
    /// The version that the caller saw; absent: whichever it is.
    version: Option<i64>,
}

/// What became of each.
#[derive(Serialize, ToSchema)]
pub struct MovesView {
    moved: Vec<AppointmentView>,
    /// Those that keep their old time, and why.
    refused: Vec<RefusedMove>,
}

/// One that could not be moved.
#[derive(Serialize, ToSchema)]
pub struct RefusedMove {
    appointment_id: Uuid,
    problem: Box<Problem>,
}

/// The operations.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(reschedule_many))
}

/// The appointments to come that lie in no opening any more, in a closure or time off, or where the clock shows another time than was agreed, by
/// their start, each with free times.
#[utoipa::path(get, path = "/appointments/stranded", tag = "appointments", params(ListParams, LostFilters),
    security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<LostView>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<LostFilters>,
) -> ApiResult<Json<ListAnswer<LostView>>> {
    let lost = Lost {
        from: listing.filters.from,
        to: listing.filters.to,
        provider_id: listing.filters.provider_id.map(ProviderId),
        location_id: listing.filters.location_id.map(LocationId),
    };
    let found = stranded::list(&state.app, &ctx, &listing.page, lost).await?;
    let page = kalends_domain::page::Page {
        items: stranded::suggest(&state.app, &ctx, found.items).await?,
        next: found.next,
    };
    Ok(Json(ListAnswer::new(page, LostView::from)))
}

/// Moves many appointments, each by itself and with a message of its own. Those that could not be moved keep their time.
#[utoipa::path(post, path = "/appointments/reschedule", tag = "appointments", request_body = MovesBody,
    security(("bearer" = [])),
    responses((status = 200, body = MovesView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
async fn reschedule_many(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    body: Body<MovesBody>,
) -> ApiResult<Json<MovesView>> {
    let moves = body.value.moves.into_iter().map(|it| Move {
        id: AppointmentId(it.appointment_id),
        to: Reschedule {
            starts_at: it.starts_at,
            provider_id: it.provider_id.map(ProviderId),
            location_id: it.location_id.map(LocationId),
            overrides: Overrides::default(),
            expected: it.version,
            range: Range::This,
        },
    });
    let mut told = MovesView {
        moved: Vec::new(),
        refused: Vec::new(),
    };
    for (id, outcome) in stranded::move_all(&state.app, &ctx, moves.collect()).await? {
        match outcome {
            Ok(moved) => told.moved.push((&moved).into()),
            Err(error) => match Failure::from(error) {
                Failure::Problem(problem) => told.refused.push(RefusedMove {
                    appointment_id: id.uuid(),
                    problem,
                }),
                replay @ Failure::Replay(_) => return Err(replay),
            },
        }
    }
    Ok(Json(told))
}
