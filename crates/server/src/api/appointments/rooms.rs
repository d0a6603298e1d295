//! The rooms and the equipment of an appointment.

use axum::Json;
use axum::extract::State;
use kalends_app::appointments::{self, Rooms};
use kalends_domain::id::{AppointmentId, ResourceId};
use kalends_domain::slot::Room;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::AppointmentView;
use crate::api::need::NeedView;
use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::Body;
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// What an appointment needs, and what there is for it.
#[derive(Serialize, ToSchema)]
pub struct RoomsView {
    /// Empty for an appointment that takes no time any more, or shares it with others: its rooms stay as they are.
    needs: Vec<NeededView>,
    /// What it has, in the order of its needs; empty where its service needs something else by now.
    given: Vec<Uuid>,
}

/// One thing that it needs.
#[derive(Serialize, ToSchema)]
pub struct NeededView {
    need: NeedView,
    /// Those that would do: its own, and those free for all of its time, buffers included.
    choices: Vec<RoomView>,
}

/// A room or a piece of equipment.
#[derive(Serialize, ToSchema)]
pub struct RoomView {
    id: Uuid,
    name: String,
    kind: String,
}

impl From<Rooms> for RoomsView {
    fn from(it: Rooms) -> Self {
        let room = |room: Room| RoomView {
            id: room.id.uuid(),
            name: room.name,
            kind: room.kind,
        };
        let needs = it.needs.into_iter().map(|(need, rooms)| NeededView {
            need: NeedView::from(&need),
            choices: rooms.into_iter().map(room).collect(),
        });
        Self {
            needs: needs.collect(),
            given: it.given.iter().map(|id| id.uuid()).collect(),
        }
    }
}

/// Which rooms instead.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomsBody {
    /// One for each need, in any order.
    #[schema(max_items = 8)]
    resource_ids: Vec<Uuid>,
}

/// What can be asked of them.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_rooms, choose_rooms))
}

/// The rooms and the equipment that could be chosen for an appointment.
#[utoipa::path(get, path = "/appointments/{id}/rooms", tag = "appointments", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = RoomsView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn list_rooms(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
) -> ApiResult<Json<RoomsView>> {
    Ok(Json(appointments::rooms(&state.app, &ctx, id).await?.into()))
}

/// Gives an appointment other rooms at the same time; all of them or none.
#[utoipa::path(post, path = "/appointments/{id}/rooms", tag = "appointments", request_body = RoomsBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = AppointmentView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn choose_rooms(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<AppointmentId>,
    IfMatch(expected): IfMatch,
    Body { value: rooms, .. }: Body<RoomsBody>,
) -> ApiResult<Versioned<AppointmentView>> {
    let chosen: Vec<ResourceId> = rooms.resource_ids.into_iter().map(Into::into).collect();
    let it = appointments::choose_rooms(&state.app, &ctx, id, &chosen, expected).await?;
    Ok(Versioned::ok(it.version, (&it).into()))
}
