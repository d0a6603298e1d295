//! `/doctor/dashboard` and `/doctor/profile`: a doctor's day, and what patients see of them.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use jiff::ToSpan as _;
use kalends_app::appointments::{self, Query};
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::locations;
use kalends_app::providers::{self, ProviderPatch};
use kalends_app::reports::{self, Period};
use kalends_domain::appointment::{NamedAppointment, Status};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::provider::Provider;
use kalends_domain::report::percent;
use kalends_domain::time::Zone;

use super::desk::steps;
use super::kit::{
    Action, Actions, Blank, Cell, Column, Facts, Field, Form, Frame, Icon, Page, Refused, Row, Search, Submitted,
    Table, Tile, Tiles, Toast, render, render_as, see_other_saying,
};
use super::session::AsDoctor;
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// A doctor's own pages, beside the calendar.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/doctor/dashboard", get(dashboard))
        .route("/doctor/profile", get(profile).post(update))
}

#[derive(Template)]
#[template(path = "doctor/dashboard.html")]
struct Dashboard {
    page: Page,
    now: Option<Visit>,
    none: Blank,
    requests: Option<Table>,
    day: Table,
    calendar: Action,
}

/// The visit at hand, large.
struct Visit {
    label: String,
    name: String,
    facts: Facts,
    steps: Actions,
}

/// The doctor's own record, and the zone of the place where they work first.
async fn own(state: &AppState, ctx: &Ctx) -> Result<(Provider, Zone), AppError> {
    let id = ctx.signed_in()?.provider_id.ok_or(AppError::NotFound)?;
    let provider = providers::get(&state.app, ctx, id).await?;
    let zone = match provider.location_ids.first() {
        Some(first) => locations::get(&state.app, ctx, *first).await?.time_zone,
        None => "UTC".to_owned(),
    };
    let zone = Zone::new(&zone).map_err(|error| AppError::Internal(error.to_string()))?;
    Ok((provider, zone))
}

async fn dashboard(State(state): State<AppState>, AsDoctor(ctx): AsDoctor, frame: Frame) -> Result<Response, Refused> {
    let l = frame.l;
    let (_, zone) = own(&state, &ctx).await?;
    let today = zone.date_at(ctx.now);
    let day = zone.day(today);
    let request = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let query = Query {
        from: day.map(|day| day.starts_at()),
        to: day.map(|day| day.ends_at()),
        ..Query::default()
    };
    let mut items = appointments::list(&state.app, &ctx, &request, query).await?.items;
    items.retain(|it| it.appointment.status.holds_time());
    items.sort_by_key(|it| it.appointment.starts_at);
    let pending = Query {
        from: Some(ctx.now),
        statuses: vec![Status::Pending],
        ..Query::default()
    };
    let pending = appointments::list(
        &state.app,
        &ctx,
        &PageRequest {
            limit: 10,
            ..PageRequest::default()
        },
        pending,
    )
    .await?
    .items;
    // Who is inside comes before who waits, and who waits before who is expected.
    let order = [Status::InProgress, Status::Arrived, Status::Booked];
    let at_hand = order
        .iter()
        .find_map(|status| items.iter().find(|it| it.appointment.status == *status));
    let now = at_hand.map(|it| visit(l, &zone, it));
    let requests = (!pending.is_empty()).then(|| table(l, &zone, l.t("doctor-requests"), &pending, true));
    Ok(render(&Dashboard {
        page: frame.page(&ctx, l.t("doctor-today")).lead(l.date_long(today)),
        now,
        none: Blank::new(Icon("coffee"), l.t("doctor-none"), l.t("doctor-none-text")),
        requests,
        day: table(l, &zone, l.t("doctor-day"), &items, false),
        calendar: Action::link(l.t("doctor-calendar"), "/doctor/calendar").icon(Icon("calendar-days")),
    }))
}

fn visit(l: Locale, zone: &Zone, it: &NamedAppointment) -> Visit {
    let of = &it.appointment;
    let label = match of.status {
        Status::InProgress => l.t("doctor-inside"),
        Status::Arrived => l.t("doctor-waiting"),
        _ => l.t("doctor-next"),
    };
    let (from, to) = (zone.local(of.starts_at).time(), zone.local(of.ends_at).time());
    let facts = Facts::new(l)
        .row(l.t("appointments-when"), Cell::code(l.time_range(from, to)))
        .row(
            l.t("appointments-service"),
            Cell::text(&it.service_name).second(it.resource_name.clone().unwrap_or_default()),
        )
        .row(l.t("appointments-status"), Cell::status(l, of.status))
        .maybe(l.t("desk-reason"), of.reason.as_deref());
    Visit {
        label,
        name: it.patient_name.clone(),
        facts,
        steps: Actions(steps(l, it, "/doctor/dashboard")),
    }
}

fn table(l: Locale, zone: &Zone, caption: String, items: &[NamedAppointment], with_date: bool) -> Table {
    let columns = vec![
        Column::new(l.t("appointments-when")),
        Column::new(l.t("appointments-patient")),
        Column::new(l.t("appointments-service")),
        Column::new(l.t("appointments-status")),
    ];
    let rows = items.iter().map(|it| {
        let of = &it.appointment;
        let local = zone.local(of.starts_at);
        let when = if with_date {
            l.day_time(local)
        } else {
            l.time(local.time())
        };
        let open = format!("/doctor/calendar?view=day&date={}&appointment={}", local.date(), of.id);
        let row = Row::new(vec![
            Cell::link(when, open),
            Cell::text(&it.patient_name),
            Cell::text(&it.service_name),
            Cell::status(l, of.status),
        ]);
        steps(l, it, "/doctor/dashboard").into_iter().fold(row, Row::action)
    });
    let none = Blank::new(Icon("calendar"), l.t("doctor-empty"), l.t("doctor-empty-text"));
    Table::new(l, caption, &Search::of("/doctor/dashboard"), columns)
        .rows(rows)
        .blank(none)
}

#[derive(Template)]
#[template(path = "doctor/profile.html")]
struct Profile {
    page: Page,
    numbers: Tiles,
    form: Form,
    weeks: Table,
}

async fn profile(State(state): State<AppState>, AsDoctor(ctx): AsDoctor, frame: Frame) -> Result<Response, Refused> {
    let (provider, zone) = own(&state, &ctx).await?;
    let form = form(frame.l, &provider);
    show(&state, &ctx, &frame, &zone, StatusCode::OK, &provider, form).await
}

async fn update(
    State(state): State<AppState>,
    AsDoctor(ctx): AsDoctor,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let l = frame.l;
    let (provider, zone) = own(&state, &ctx).await?;
    let languages = submitted
        .get("languages")
        .split([',', ' ', ';'])
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned);
    let patch = ProviderPatch {
        title: Some(submitted.some("title")),
        bio: Some(submitted.some("bio")),
        languages: Some(languages.collect()),
        accepting: Some(submitted.is_checked("accepting")),
        ..ProviderPatch::default()
    };
    let blank = form(l, &provider).keep(&submitted);
    let (status, form) =
        match providers::update(&state.app, &ctx, provider.id, submitted.parsed("version"), patch).await {
            Ok(_) => {
                return Ok(see_other_saying(
                    "/doctor/profile",
                    &Toast::success(l.t("records-saved")),
                ));
            }
            Err(AppError::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, blank.refused(&errors)),
            Err(AppError::Stale) => (StatusCode::CONFLICT, blank.error(l.t("records-stale"))),
            Err(error) => return Err(error.into()),
        };
    show(&state, &ctx, &frame, &zone, status, &provider, form).await
}

fn form(l: Locale, it: &Provider) -> Form {
    Form::post(l, "/doctor/profile", l.t("records-save"))
        .field(
            Field::text("title", l.t("doctors-title-field"))
                .short()
                .maybe(it.title.clone()),
        )
        .field(
            Field::textarea("bio", l.t("doctors-bio"))
                .hint(l.t("doctor-bio-hint"))
                .maybe(it.bio.clone()),
        )
        .field(
            Field::text("languages", l.t("doctors-languages"))
                .hint(l.t("doctors-languages-hint"))
                .value(it.languages.join(", ")),
        )
        .field(Field::checkbox("accepting", l.t("doctors-accepting")).checked(it.accepting))
        .hidden("version", it.stamp.version.to_string())
}

async fn show(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    zone: &Zone,
    status: StatusCode,
    provider: &Provider,
    form: Form,
) -> Result<Response, Refused> {
    let l = frame.l;
    let today = zone.date_at(ctx.now);
    let mut weeks = Vec::new();
    for week in 0..4 {
        let from = today.checked_add((7 * week).days()).unwrap_or(today);
        let to = from.checked_add(6.days()).unwrap_or(from);
        let period = Period {
            from,
            to,
            zone: zone.clone(),
            location_id: None,
        };
        let own = reports::utilisation(&state.app, ctx, &period)
            .await?
            .providers
            .into_iter()
            .next();
        weeks.push((from, to, own));
    }
    let past = Period {
        from: today.checked_sub(28.days()).unwrap_or(today),
        to: today,
        zone: zone.clone(),
        location_id: None,
    };
    let past = reports::utilisation(&state.app, ctx, &past)
        .await?
        .providers
        .into_iter()
        .next();
    let share =
        |part: i64, whole: i64| percent(part, whole).map_or_else(|| "–".to_owned(), |percent| l.percent(percent));
    let numbers = past.map_or_else(Vec::new, |it| {
        vec![
            Tile::new(
                Icon("gauge"),
                l.t("reports-full"),
                share(it.booked_minutes, it.open_minutes),
            )
            .note(l.t("doctor-last-weeks")),
            Tile::new(
                Icon("calendar-check-2"),
                l.t("reports-appointments"),
                l.number(it.appointments),
            )
            .note(l.t("doctor-last-weeks")),
            Tile::new(
                Icon("user-x"),
                l.t("reports-no-shows"),
                share(it.no_shows, it.appointments),
            )
            .note(l.t("doctor-last-weeks")),
        ]
    });
    let columns = vec![
        Column::new(l.t("doctor-week")),
        Column::new(l.t("reports-open")).end(),
        Column::new(l.t("reports-booked")).end(),
        Column::new(l.t("reports-appointments")).end(),
    ];
    let rows = weeks.iter().map(|(from, to, it)| {
        let minutes = |minutes: Option<i64>| Cell::text(l.minutes(minutes.unwrap_or_default()));
        Row::new(vec![
            Cell::text(l.date_range(*from, *to)),
            minutes(it.as_ref().map(|it| it.open_minutes)),
            minutes(it.as_ref().map(|it| it.booked_minutes)),
            Cell::text(l.number(it.as_ref().map_or(0, |it| it.appointments))),
        ])
    });
    let weeks = Table::new(l, l.t("doctor-schedule"), &Search::of("/doctor/profile"), columns).rows(rows);
    let page = frame.page(ctx, provider.full_name()).lead(l.t("doctor-profile-lead"));
    Ok(render_as(
        status,
        &Profile {
            page,
            numbers: Tiles(numbers),
            form,
            weeks,
        },
    ))
}
