//! `/desk`: who comes next, what each doctor is doing, and the patient on the phone.

mod board;
mod book;
mod choose;
mod next;
mod person;
mod steps;
mod walk_in;

pub use self::steps::steps;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::civil::Date;
use kalends_app::appointments::{self, Query};
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, FieldError, Result};
use kalends_app::locations;
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::id::LocationId;
use kalends_domain::location::Location;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::time::Zone;

use self::board::Board;
use self::next::Next;
use self::person::Person;
use super::book::wanted::Pick;
use super::kit::{Choice, Frame, Notice, Page, Refused, Search, Submitted, render_as};
use super::session::AsDesk;
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// The desk's addresses. The steps of a visit are the doctors' too.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/desk", get(show))
        .route("/desk/book", post(book::create))
        .route("/desk/walk-ins", post(walk_in::receive))
        .route("/desk/patients", get(person::matches).post(person::create))
        .route("/visits/{id}/{step}", post(steps::take))
}

#[derive(Template)]
#[template(path = "desk/desk.html")]
struct Desk {
    page: Page,
    /// The locations to choose from, where there are several, and the chosen one.
    places: Vec<Choice>,
    place: String,
    next: Next,
    board: Board,
    person: Person,
}

/// What is the same for every part of the page.
struct Today<'t> {
    state: &'t AppState,
    ctx: &'t Ctx,
    l: Locale,
    search: &'t Search,
    /// Where; none in an organisation that has no location yet.
    location: Option<Location>,
    zone: Zone,
    date: Date,
    /// Who is or was expected there today, in order of time; nobody who cancelled.
    visits: Vec<NamedAppointment>,
}

/// A form that was refused: what was typed into it, and why.
pub struct Returned<'r> {
    status: StatusCode,
    submitted: &'r Submitted,
    notice: Notice,
    /// What stands beside its fields.
    errors: Vec<FieldError>,
    /// The time to choose instead.
    nearest: Option<Pick>,
}

async fn show(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    search: Search,
) -> std::result::Result<Response, Refused> {
    page(&state, &ctx, &frame, &search, None).await
}

/// The page, with what was refused beside the person whom it was about.
async fn page(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    search: &Search,
    returned: Option<Returned<'_>>,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let own = &ctx.signed_in()?.locations;
    let mut places = locations::list(&state.app, ctx, &all()).await?.items;
    places.retain(|it| own.is_empty() || own.contains(&it.id));
    let asked = search.some("location").and_then(|id| id.parse::<LocationId>().ok());
    let location = places
        .iter()
        .find(|it| Some(it.id) == asked)
        .or(places.first())
        .cloned();
    let zone = location.as_ref().map_or("UTC", |it| &it.time_zone);
    let zone = Zone::new(zone).map_err(|error| AppError::Internal(error.to_string()))?;
    let date = zone.date_at(ctx.now);
    let today = Today {
        visits: visits(state, ctx, &zone, date, location.as_ref()).await?,
        state,
        ctx,
        l,
        search,
        location,
        zone,
        date,
    };
    let (next, board) = (next::read(&today), board::read(&today).await?);
    let person = person::read(&today, returned.as_ref()).await?;
    let place = today.place();
    let desk = Desk {
        page: frame.page(ctx, l.t("desk-title")).lead(l.date_long(date)),
        places: if places.len() > 1 {
            places
                .iter()
                .map(|it| Choice::new(it.id.to_string(), &it.name))
                .collect()
        } else {
            Vec::new()
        },
        place,
        next,
        board,
        person,
    };
    Ok(render_as(returned.map_or(StatusCode::OK, |it| it.status), &desk))
}

/// As many records as one page of a list can have.
fn all() -> PageRequest {
    PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    }
}

async fn visits(
    state: &AppState,
    ctx: &Ctx,
    zone: &Zone,
    date: Date,
    location: Option<&Location>,
) -> Result<Vec<NamedAppointment>> {
    let day = zone.day(date);
    let query = Query {
        from: day.map(|day| day.starts_at()),
        to: day.map(|day| day.ends_at()),
        location_id: location.map(|it| it.id),
        ..Query::default()
    };
    let mut found = Vec::new();
    let mut request = all();
    loop {
        let page = appointments::list(&state.app, ctx, &request, query.clone()).await?;
        found.extend(page.items);
        match page.next {
            Some(next) => request.after = Some(next),
            None => break,
        }
    }
    found.retain(|it| it.appointment.status.holds_time());
    found.sort_by_key(|it| (it.appointment.starts_at, it.appointment.id));
    Ok(found)
}

impl Today<'_> {
    /// The location in addresses and forms.
    fn place(&self) -> String {
        self.location.as_ref().map(|it| it.id.to_string()).unwrap_or_default()
    }

    /// The page with this in its address: nothing of another person's stays there.
    fn at(&self, pairs: &[(&str, &str)]) -> String {
        let place = self.place();
        let place = [("location", place.as_str())];
        let chosen = self.search.some("location").map_or(&place[..0], |_| &place[..]);
        Search::of("/desk").with(&[chosen, pairs].concat())
    }

    /// What the location's clock shows.
    fn clock(&self, at: jiff::Timestamp) -> String {
        self.l.time(self.zone.local(at).time())
    }
}
