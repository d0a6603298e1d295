//! `/admin/dashboard`: today in numbers, what waits for somebody, and how full the next days are.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::ToSpan as _;
use kalends_app::appointments::{self, Query};
use kalends_app::error::AppError;
use kalends_app::locations;
use kalends_app::reports::{self, Period};
use kalends_domain::appointment::Status;
use kalends_domain::page::PageRequest;
use kalends_domain::report::percent;
use kalends_domain::time::Zone;

use super::records::all;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, Bar, BarChart, Blank, Cell, Column, Frame, Icon, Page, Refused, Row, Search, Table, Tile, Tiles, render,
};
use crate::pages::session::AsAdmin;

#[derive(Template)]
#[template(path = "admin/dashboard.html")]
struct Dashboard {
    page: Page,
    tiles: Tiles,
    next: Table,
    chart: BarChart,
    has_doctors: bool,
    first_steps: Blank,
    calendar: Action,
}

/// `GET /admin/dashboard`
pub async fn show(State(state): State<AppState>, AsAdmin(ctx): AsAdmin, frame: Frame) -> Result<Response, Refused> {
    let l = frame.l;
    let name = locations::list(&state.app, &ctx, &all())
        .await?
        .items
        .into_iter()
        .next()
        .map(|it| it.time_zone);
    let zone = Zone::new(name.as_deref().unwrap_or("UTC")).map_err(|error| AppError::Internal(error.to_string()))?;
    let today = zone.date_at(ctx.now);
    let week = today.checked_add(6.days()).unwrap_or(today);
    let day = Period {
        from: today,
        to: today,
        zone: zone.clone(),
        location_id: None,
    };
    let of_today = reports::utilisation(&state.app, &ctx, &day).await?;
    let of_week = reports::utilisation(&state.app, &ctx, &Period { to: week, ..day }).await?;
    let count = |status: Status| -> i64 {
        of_today
            .statuses
            .iter()
            .filter(|it| it.status == status)
            .map(|it| it.appointments)
            .sum()
    };
    let pending = Query {
        from: Some(ctx.now),
        statuses: vec![Status::Pending],
        ..Query::default()
    };
    let pending: i64 = appointments::counts(&state.app, &ctx, pending)
        .await?
        .iter()
        .map(|(_, count)| count)
        .sum();
    let open: i64 = of_today.providers.iter().map(|it| it.open_minutes).sum();
    let booked: i64 = of_today.providers.iter().map(|it| it.booked_minutes).sum();
    let full = percent(booked, open).map_or_else(|| "–".to_owned(), |percent| l.percent(percent));
    let all_today: i64 = of_today.providers.iter().map(|it| it.appointments).sum();
    let tiles = Tiles(vec![
        Tile::new(Icon("calendar-check-2"), l.t("dashboard-today"), l.number(all_today)).href("/admin/appointments"),
        Tile::new(Icon("gauge"), l.t("dashboard-full"), full).href("/admin/reports"),
        Tile::new(
            Icon("user-check"),
            l.t("dashboard-arrived"),
            l.number(count(Status::Arrived)),
        )
        .href("/desk"),
        Tile::new(Icon("inbox"), l.t("dashboard-pending"), l.number(pending))
            .href("/admin/appointments?status=pending"),
        Tile::new(
            Icon("user-x"),
            l.t("dashboard-no-shows"),
            l.number(count(Status::NoShow)),
        ),
    ]);
    let bars = of_week.providers.iter().filter(|it| it.open_minutes > 0).map(|it| {
        let full = it.utilisation_percent().unwrap_or_default();
        Bar::new(format!("{} {}", it.given_name, it.family_name), full, l.percent(full))
    });
    let bars: Vec<Bar> = bars.collect();
    let has_doctors = !of_today.providers.is_empty();
    let chart = BarChart::new(
        l,
        l.t("dashboard-week"),
        (l.t("dashboard-doctor"), l.t("dashboard-booked")),
        bars,
    )
    .most(100);
    let add = Action::link(l.t("doctors-add"), "/admin/doctors/new")
        .primary()
        .icon(Icon("plus"));
    let page = frame.page(&ctx, l.t("dashboard-title")).lead(l.date_long(today));
    Ok(render(&Dashboard {
        page,
        tiles,
        next: next(&state, &ctx, l, &zone).await?,
        chart,
        has_doctors,
        first_steps: Blank::new(Icon("stethoscope"), l.t("doctors-none"), l.t("doctors-none-text")).action(add),
        calendar: Action::link(l.t("dashboard-calendar"), "/admin/calendar")
            .primary()
            .icon(Icon("calendar-days")),
    }))
}

/// Who comes next, all doctors.
async fn next(state: &AppState, ctx: &kalends_app::ctx::Ctx, l: Locale, zone: &Zone) -> Result<Table, Refused> {
    let request = PageRequest {
        limit: 8,
        ..PageRequest::default()
    };
    let coming = Query {
        from: Some(ctx.now),
        statuses: vec![Status::Booked, Status::Arrived, Status::InProgress],
        ..Query::default()
    };
    let found = appointments::list(&state.app, ctx, &request, coming).await?;
    let columns = vec![
        Column::new(l.t("appointments-when")),
        Column::new(l.t("appointments-patient")),
        Column::new(l.t("appointments-service")),
        Column::new(l.t("appointments-doctor")),
        Column::new(l.t("appointments-status")),
    ];
    let rows = found.items.iter().map(|it| {
        let of = &it.appointment;
        let local = Zone::new(&of.time_zone)
            .unwrap_or_else(|_| zone.clone())
            .local(of.starts_at);
        Row::new(vec![
            Cell::text(l.day_time(local)),
            Cell::text(&it.patient_name),
            Cell::text(it.service_in(l.code())),
            Cell::text(&it.provider_name),
            Cell::status(l, of.status),
        ])
    });
    let none = Blank::new(
        Icon("calendar-check-2"),
        l.t("dashboard-none"),
        l.t("dashboard-none-text"),
    );
    Ok(
        Table::new(l, l.t("dashboard-next"), &Search::of("/admin/dashboard"), columns)
            .rows(rows)
            .blank(none),
    )
}
