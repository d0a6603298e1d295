//! `/desk`: who comes today, check-in at one press, and booking for a patient on the phone.

mod book;
mod person;
mod today;

pub use self::today::steps;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use kalends_app::appointments::{self, Stepped};
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::locations;
use kalends_domain::id::AppointmentId;
use kalends_domain::location::Location;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::time::Zone;

use self::person::Person;
use super::kit::{
    Choice, Field, Form, Frame, Notice, Page, Refused, Search, Table, Tiles, Toast, render_as, see_other_saying,
};
use super::session::{AsDesk, AsStaff};
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// The desk's addresses. The steps of a visit are the doctors' too.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/desk", get(show))
        .route("/desk/book", post(book::create))
        .route("/desk/patients", post(person::create))
        .route("/visits/{id}/{step}", post(step))
}

#[derive(Template)]
#[template(path = "desk/desk.html")]
struct Desk {
    page: Page,
    place: Option<Form>,
    tiles: Tiles,
    next: Table,
    find: Form,
    person: Person,
    refused: Option<Notice>,
}

/// What is the same for every part of the page.
struct Board<'b> {
    state: &'b AppState,
    ctx: &'b Ctx,
    l: Locale,
    search: &'b Search,
    zone: Zone,
    location: Option<Location>,
}

async fn show(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    page(&state, &ctx, &frame, &search, StatusCode::OK, None).await
}

/// The page, with what was refused above the person's card.
async fn page(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    search: &Search,
    status: StatusCode,
    refused: Option<Notice>,
) -> Result<Response, Refused> {
    let l = frame.l;
    let all = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let places = locations::list(&state.app, ctx, &all).await?.items;
    let asked = search.some("location");
    let location = places
        .iter()
        .find(|it| Some(it.id.to_string().as_str()) == asked)
        .or(places.first())
        .cloned();
    let zone = location.as_ref().map_or("UTC", |it| &it.time_zone);
    let zone = Zone::new(zone).map_err(|error| AppError::Internal(error.to_string()))?;
    let board = Board {
        state,
        ctx,
        l,
        search,
        zone,
        location,
    };
    let today = board.zone.date_at(ctx.now);
    let (tiles, next) = today::read(&board, today).await?;
    let place = (places.len() > 1).then(|| {
        let choices = places
            .iter()
            .map(|it| Choice::new(it.id.to_string(), &it.name))
            .collect();
        let chosen = board.location.as_ref().map(|it| it.id.to_string());
        Form::get(l, "/desk", l.t("desk-show"))
            .field(Field::select("location", l.t("records-location"), choices).maybe(chosen))
    });
    let find = Form::get(l, "/desk", l.t("desk-find"))
        .field(
            Field::text("q", l.t("desk-person"))
                .hint(l.t("desk-person-hint"))
                .value(search.q())
                .autocomplete("off"),
        )
        .hidden(
            "location",
            board.location.as_ref().map(|it| it.id.to_string()).unwrap_or_default(),
        );
    let person = person::read(&board).await?;
    let page = frame.page(ctx, l.t("desk-title")).lead(l.date_long(today));
    Ok(render_as(
        status,
        &Desk {
            page,
            place,
            tiles,
            next,
            find,
            person,
            refused,
        },
    ))
}

/// A step of a visit, and back to where it was pressed.
async fn step(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path((id, step)): Path<(String, String)>,
    submitted: super::kit::Submitted,
) -> Result<Response, Refused> {
    let id: AppointmentId = id.parse().map_err(|_| AppError::NotFound)?;
    let with = Stepped::default();
    let taken = match step.as_str() {
        "confirm" => appointments::confirm(&state.app, &ctx, id, with).await,
        "check-in" => appointments::check_in(&state.app, &ctx, id, with).await,
        "start" => appointments::start(&state.app, &ctx, id, with).await,
        "fulfil" => appointments::fulfil(&state.app, &ctx, id, with).await,
        "no-show" => appointments::mark_no_show(&state.app, &ctx, id, with).await,
        "undo" => appointments::undo(&state.app, &ctx, id, with).await,
        _ => return Err(AppError::NotFound.into()),
    };
    let l = frame.l;
    let toast = match taken {
        Ok(_) => Toast::success(l.t("desk-done")),
        Err(AppError::WrongState(_) | AppError::Stale) => Toast::error(l.t("desk-wrong-state")),
        Err(AppError::NotBookable { rule, .. }) => Toast::error(super::kit::rule_words(l, &rule)),
        Err(AppError::SlotTaken { .. }) => Toast::error(l.t("desk-taken")),
        Err(error) => return Err(error.into()),
    };
    let back = submitted.get("back");
    Ok(see_other_saying(if back.is_empty() { "/desk" } else { back }, &toast))
}
