//! `/closures`: when the clinic is closed and who is away: listed, made, asked for and decided. A doctor sees their own time off.

mod form;
mod holidays;
mod place;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use kalends_app::closures::{self, Closed, Decision, Query, decides};
use kalends_app::error::{AppError, Result};
use kalends_app::idempotency::Once;
use kalends_domain::closure::{Closure, ClosureStatus};
use kalends_domain::id::ClosureId;
use uuid::Uuid;

use super::kit::{
    Action, Badge, Blank, Cell, Column, Field, Form, Frame, Icon, Kind, Markup, Notice, Page, Refused, Row, Search,
    Submitted, Table, Toast, Tone, render, render_as, see_other_saying,
};
use super::session::AsStaff;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use place::Place;

/// The page's own address.
const HERE: &str = "/closures";

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route(HERE, get(list))
        .route("/closures/new", get(new).post(create))
        .route(holidays::HOLIDAYS, get(holidays::show).post(holidays::close))
        .route("/closures/{id}", get(show))
        .route("/closures/{id}/approve", post(approve))
        .route("/closures/{id}/decline", post(decline))
        .route("/closures/{id}/remove", post(remove))
}

type Answer = std::result::Result<Response, Refused>;

#[derive(Template)]
#[template(path = "closures/list.html")]
struct List {
    page: Page,
    /// The ways to close more.
    actions: Vec<Action>,
    /// What waits for the reader's decision.
    requests: Option<Table>,
    requests_title: String,
    table: Table,
}

/// `GET /closures`
async fn list(State(state): State<AppState>, AsStaff(ctx): AsStaff, frame: Frame, search: Search) -> Answer {
    let place = Place::open(&state, ctx, &frame).await?;
    let (l, ctx) = (place.l, &place.ctx);
    let status = search
        .some("status")
        .and_then(|name| name.parse::<ClosureStatus>().ok());
    let past = search.get("when") == "past";
    let query = Query {
        from: (!past).then_some(ctx.now),
        to: past.then_some(ctx.now),
        provider_id: place.own,
        status: status.or((place.own.is_none()).then_some(ClosureStatus::Approved)),
        ..Query::default()
    };
    let mut request = search.request();
    request.descending = past;
    let found = closures::list(&place.app, ctx, &request, query).await?;
    let rows = found.items.iter().map(|it| row(&place, it));
    let mut table = Table::new(l, l.t("closures-title"), &search, columns(l)).filter(
        "when",
        l.t("closures-when"),
        [("", "closures-coming"), ("past", "closures-past")]
            .map(|(value, label)| super::kit::Choice::new(value, l.t(label)))
            .to_vec(),
    );
    let (none, none_text) = match place.own {
        Some(_) => ("time-off-none", "time-off-none-text"),
        None => ("closures-none", "closures-none-text"),
    };
    table =
        table
            .rows(rows)
            .next(found.next.as_ref())
            .blank(Blank::new(Icon("calendar-x-2"), l.t(none), l.t(none_text)));
    let (title, add) = match place.own {
        Some(_) => ("time-off-title", "time-off-add"),
        None => ("closures-title", "closures-add"),
    };
    let may_add = place.own.is_some() || decides(ctx);
    let holidays =
        decides(ctx).then(|| Action::link(l.t("holidays-link"), holidays::HOLIDAYS).icon(Icon("calendar-heart")));
    let add = may_add.then(|| Action::link(l.t(add), "/closures/new").primary().icon(Icon("plus")));
    Ok(render(&List {
        requests: requests(&place).await?,
        requests_title: l.t("closures-requests"),
        actions: holidays.into_iter().chain(add).collect(),
        page: frame.page(ctx, l.t(title)),
        table,
    }))
}

/// What waits for a decision, the oldest first, with what each would strand.
async fn requests(place: &Place) -> Result<Option<Table>> {
    let (l, ctx) = (place.l, &place.ctx);
    if !decides(ctx) {
        return Ok(None);
    }
    let query = Query {
        status: Some(ClosureStatus::Requested),
        from: Some(ctx.now),
        ..Query::default()
    };
    let mut request = super::admin::all();
    request.sort = Some("created_at".into());
    let found = closures::list(&place.app, ctx, &request, query).await?;
    let mut rows = Vec::new();
    for it in &found.items {
        let stranded = closures::get(&place.app, ctx, it.id).await?.stranded.len();
        let href = format!("{HERE}/{}", it.id);
        rows.push(
            Row::new(vec![
                Cell::link(place.whose(it), &href),
                Cell::text(place.when(it)).second(it.reason.clone().unwrap_or_default()),
                Cell::text(place.appointments(stranded)),
            ])
            .action(Action::link(l.t("closures-decide"), href).about(place.whose(it))),
        );
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let columns = vec![
        Column::new(l.t("closures-whose")),
        Column::new(l.t("closures-when")),
        Column::new(l.t("closures-in-it")),
    ];
    Ok(Some(
        Table::new(l, l.t("closures-requests"), &Search::of(HERE), columns).rows(rows),
    ))
}

fn columns(l: Locale) -> Vec<Column> {
    ["closures-when", "closures-whose", "closures-reason", "closures-status"]
        .map(|label| Column::new(l.t(label)))
        .to_vec()
}

fn row(place: &Place, it: &Closure) -> Row {
    let href = format!("{HERE}/{}", it.id);
    Row::new(vec![
        Cell::link(place.when(it), &href),
        Cell::text(place.whose(it)),
        Cell::maybe(it.reason.clone()),
        Cell::badge(badge(place.l, it.status)),
    ])
    .action(Action::link(place.l.t("closures-open"), href).about(place.when(it)))
}

fn badge(l: Locale, status: ClosureStatus) -> Badge {
    match status {
        ClosureStatus::Requested => Badge::plain(l.t("closures-requested")),
        ClosureStatus::Approved => Badge::good(l.t("closures-approved")),
        ClosureStatus::Declined => Badge::plain(l.t("closures-declined")),
    }
}

#[derive(Template)]
#[template(path = "hours/form.html")]
struct New {
    page: Page,
    head: Markup,
    form: Form,
}

impl Place {
    fn form_page(&self, frame: Frame, status: StatusCode, head: Markup, form: Form) -> Response {
        let l = self.l;
        let (title, list) = match self.own {
            Some(_) => ("time-off-add", "time-off-title"),
            None => ("closures-add", "closures-title"),
        };
        let page = frame.page(&self.ctx, l.t(title)).crumb(l.t(list), HERE);
        render_as(status, &New { page, head, form })
    }
}

/// `GET /closures/new`
async fn new(State(state): State<AppState>, AsStaff(ctx): AsStaff, frame: Frame) -> Answer {
    let place = Place::open_to_close(&state, ctx, &frame).await?;
    let form = form::new(&place);
    Ok(place.form_page(frame, StatusCode::OK, Markup::default(), form))
}

/// `POST /closures/new`
async fn create(State(state): State<AppState>, AsStaff(ctx): AsStaff, frame: Frame, submitted: Submitted) -> Answer {
    let place = Place::open_to_close(&state, ctx, &frame).await?;
    let dry_run = submitted.is_checked("preview");
    let outcome = match form::read(&place, &submitted, dry_run) {
        Ok(input) => closures::create(&place.app, &place.ctx, input, &Once::unkeyed()).await,
        Err(error) => Err(error),
    };
    let blank = form::new(&place).keep(&submitted);
    match outcome {
        Ok(closed) if dry_run => {
            let head = preview(&place, &closed);
            Ok(place.form_page(frame, StatusCode::OK, head, blank))
        }
        Ok(closed) => Ok(made(&place, &closed)),
        Err(AppError::Invalid(errors)) => {
            let form = blank.refused(&form::placed(errors));
            Ok(place.form_page(frame, StatusCode::UNPROCESSABLE_ENTITY, Markup::default(), form))
        }
        Err(error) => Err(error.into()),
    }
}

/// What it would strand, above the form.
fn preview(place: &Place, closed: &Closed) -> Markup {
    let l = place.l;
    let title = place.when(&closed.closure);
    let notice = if closed.stranded.is_empty() {
        Notice::new(Tone::Info, title).text(l.t("closures-strands-none"))
    } else {
        let zone = place.zone(&closed.closure);
        let times = closed
            .stranded
            .iter()
            .take(12)
            .map(|meeting| l.day_time(zone.local(meeting.span.starts_at())));
        let times = times.collect::<Vec<_>>().join(" · ");
        let text = format!("{} {times}", place.strands(closed.stranded.len()));
        Notice::new(Tone::Warning, title).text(text)
    };
    Markup::of(&notice)
}

/// On to what was made, where the appointments in it can be moved.
fn made(place: &Place, closed: &Closed) -> Response {
    let l = place.l;
    let to = format!("{HERE}/{}", closed.closure.id);
    let said = match closed.closure.status {
        ClosureStatus::Requested => "time-off-asked",
        _ => "closures-made",
    };
    let toast = if closed.stranded.is_empty() || closed.closure.status == ClosureStatus::Requested {
        Toast::success(l.t(said))
    } else {
        Toast::warning(format!("{} {}", l.t(said), place.strands(closed.stranded.len())))
    };
    see_other_saying(&to, &toast)
}

#[derive(Template)]
#[template(path = "closures/show.html")]
struct Show {
    page: Page,
    facts: super::kit::Facts,
    /// Whom it strands, in a line.
    told: Notice,
    decision: Option<Decide>,
    remove: Option<Action>,
}

/// The two answers to a request.
struct Decide {
    approve: Form,
    decline: Form,
}

/// `GET /closures/{id}`
async fn show(State(state): State<AppState>, AsStaff(ctx): AsStaff, frame: Frame, Path(id): Path<String>) -> Answer {
    shown(&state, ctx, frame, &id, StatusCode::OK, None).await
}

async fn shown(
    state: &AppState,
    ctx: kalends_app::ctx::Ctx,
    frame: Frame,
    id: &str,
    status: StatusCode,
    refused: Option<(Submitted, Vec<kalends_app::error::FieldError>)>,
) -> Answer {
    let place = Place::open(state, ctx, &frame).await?;
    let l = place.l;
    let closed = closures::get(&place.app, &place.ctx, known(id)?).await?;
    let it = &closed.closure;
    let facts = super::kit::Facts::new(l)
        .row(l.t("closures-whose"), Cell::text(place.whose(it)))
        .row(l.t("closures-when"), Cell::text(place.when(it)))
        .row(l.t("closures-status"), Cell::badge(badge(l, it.status)))
        .maybe(l.t("closures-reason"), it.reason.as_deref())
        .maybe(
            l.t("closures-repeats"),
            it.yearly_until.map(|_| l.t("closures-yearly")).as_deref(),
        )
        .maybe(l.t("closures-answer"), it.decision.as_deref());
    let may_decide = decides(&place.ctx);
    let decision = (may_decide && it.status == ClosureStatus::Requested).then(|| {
        let at = format!("{HERE}/{}", it.id);
        let approve = Form::post(l, format!("{at}/approve"), l.t("closures-approve"))
            .field(Field::text("note", l.t("closures-note")).attribute("maxlength", "200"));
        let decline = Form::post(l, format!("{at}/decline"), l.t("closures-decline"))
            .kind(Kind::Plain)
            .field(
                Field::text("reason", l.t("closures-why-not"))
                    .attribute("maxlength", "200")
                    .required(),
            );
        let decline = match &refused {
            Some((submitted, errors)) => decline.keep(submitted).refused(errors),
            None => decline,
        };
        Decide { approve, decline }
    });
    let is_mine = it.extent.provider_id().is_some() && it.extent.provider_id() == place.own;
    let remove = (may_decide || is_mine).then(|| {
        let label = match it.status {
            ClosureStatus::Requested => "closures-withdraw",
            ClosureStatus::Approved => "closures-open-again",
            ClosureStatus::Declined => "closures-forget",
        };
        Action::post(l.t(label), format!("{HERE}/{}/remove", it.id))
    });
    let list = if place.own.is_some() {
        "time-off-title"
    } else {
        "closures-title"
    };
    let page = frame.page(&place.ctx, place.when(it)).crumb(l.t(list), HERE);
    Ok(render_as(
        status,
        &Show {
            told: told(&place, &closed),
            page,
            facts,
            decision,
            remove,
        },
    ))
}

fn told(place: &Place, closed: &Closed) -> Notice {
    let l = place.l;
    let it = &closed.closure;
    if closed.stranded.is_empty() {
        return Notice::new(Tone::Info, l.t("closures-strands-none"));
    }
    let notice = Notice::new(Tone::Warning, place.strands(closed.stranded.len()));
    if it.status != ClosureStatus::Approved {
        return notice.text(l.t("closures-strands-would"));
    }
    notice.text(l.t("closures-strands-text")).action(Action::link(
        l.t("stranded-link"),
        super::stranded::within(it.extent, it.span),
    ))
}

/// `POST /closures/{id}/approve`
async fn approve(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(id): Path<String>,
    submitted: Submitted,
) -> Answer {
    let decision = Decision::Approve {
        note: submitted.some("note"),
    };
    decided(&state, ctx, frame, &id, submitted, decision, "closures-was-approved").await
}

/// `POST /closures/{id}/decline`
async fn decline(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(id): Path<String>,
    submitted: Submitted,
) -> Answer {
    let decision = Decision::Decline {
        reason: submitted.get("reason").to_owned(),
    };
    decided(&state, ctx, frame, &id, submitted, decision, "closures-was-declined").await
}

async fn decided(
    state: &AppState,
    ctx: kalends_app::ctx::Ctx,
    frame: Frame,
    id: &str,
    submitted: Submitted,
    decision: Decision,
    said: &str,
) -> Answer {
    match closures::decide(&state.app, &ctx, known(id)?, decision).await {
        Ok(closed) => {
            let to = format!("{HERE}/{}", closed.closure.id);
            Ok(see_other_saying(&to, &Toast::success(frame.l.t(said))))
        }
        Err(AppError::Invalid(errors)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            shown(state, ctx, frame, id, status, Some((submitted, errors))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /closures/{id}/remove`
async fn remove(State(state): State<AppState>, AsStaff(ctx): AsStaff, frame: Frame, Path(id): Path<String>) -> Answer {
    closures::delete(&state.app, &ctx, known(&id)?).await?;
    Ok(see_other_saying(HERE, &Toast::success(frame.l.t("closures-removed"))))
}

/// An id in an address; what is none names nothing.
fn known(text: &str) -> Result<ClosureId> {
    let id = Uuid::try_parse(text).map_err(|_| AppError::NotFound)?;
    Ok(ClosureId::from(id))
}
