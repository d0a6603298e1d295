//! `/admin/appointments`: every appointment, narrowed by time, state, doctor and patient. Each opens in the calendar, where it is
//! moved, cancelled and carried out; new ones are booked there or at the desk.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kalends_app::appointments::{self, Query};
use kalends_app::providers::{self, ProviderFilter};
use kalends_domain::appointment::{NamedAppointment, Status};
use kalends_domain::time::Zone;

use super::records::all;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, Blank, Cell, Choice, Column, Frame, Icon, Page, Refused, Row, Search, Status as Shown, Table, render,
};
use crate::pages::session::AsDesk;

#[derive(Template)]
#[template(path = "admin/list.html")]
struct Appointments {
    page: Page,
    actions: Vec<Action>,
    table: Table,
}

/// `GET /admin/appointments`
pub async fn list(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let l = frame.l;
    let providers = providers::list(&state.app, &ctx, &all(), ProviderFilter::default())
        .await?
        .items;
    let when = search.get("when");
    let query = Query {
        from: (when == "upcoming").then_some(ctx.now),
        stranded: when == "stranded",
        to: (when == "past").then_some(ctx.now),
        provider_id: search.some("provider").and_then(|id| id.parse().ok()),
        patient_id: search.some("patient").and_then(|id| id.parse().ok()),
        statuses: search
            .some("status")
            .and_then(|name| name.parse().ok())
            .into_iter()
            .collect(),
        ..Query::default()
    };
    let mut request = search.request();
    // What is nearest to now comes first.
    if search.sort().is_none() {
        request.descending = !["upcoming", "stranded"].contains(&when);
    }
    let found = appointments::list(&state.app, &ctx, &request, query).await?;
    let columns = vec![
        Column::new(l.t("appointments-when")).sort("starts_at"),
        Column::new(l.t("appointments-patient")).sort("patient"),
        Column::new(l.t("appointments-service")),
        Column::new(l.t("appointments-doctor")).sort("provider"),
        Column::new(l.t("appointments-status")).sort("status"),
    ];
    let statuses = Status::ALL
        .iter()
        .map(|status| Choice::new(status.name(), Shown::from(*status).word(l)));
    let doctors = providers
        .iter()
        .map(|it| Choice::new(it.id.to_string(), it.full_name()));
    let times = vec![
        Choice::new("", l.t("appointments-any-time")),
        Choice::new("upcoming", l.t("appointments-upcoming")),
        Choice::new("past", l.t("appointments-past")),
        Choice::new("stranded", l.t("appointments-stranded")),
    ];
    let any = |label: &str| std::iter::once(Choice::new("", label));
    let table = Table::new(l, l.t("appointments-title"), &search, columns)
        .searched_by(l.t("appointments-search"))
        .filter("when", l.t("appointments-when"), times)
        .filter(
            "status",
            l.t("appointments-status"),
            any(&l.t("appointments-any-status")).chain(statuses).collect(),
        )
        .filter(
            "provider",
            l.t("appointments-doctor"),
            any(&l.t("appointments-any-doctor")).chain(doctors).collect(),
        )
        .rows(found.items.iter().map(|it| row(l, it)))
        .next(found.next.as_ref())
        .blank(Blank::new(
            Icon("calendar-check-2"),
            l.t("appointments-none"),
            l.t("appointments-none-text"),
        ));
    let book = Action::link(l.t("appointments-book"), "/desk")
        .primary()
        .icon(Icon("plus"));
    let mut actions = vec![book];
    if when == "stranded" && !found.items.is_empty() {
        actions.insert(0, Action::link(l.t("stranded-link"), "/stranded"));
    }
    let page = frame.page(&ctx, l.t("appointments-title"));
    Ok(render(&Appointments { page, actions, table }))
}

fn row(l: Locale, it: &NamedAppointment) -> Row {
    let of = &it.appointment;
    // By the clock of the place where it was agreed on.
    let local = Zone::new(&of.time_zone).map(|zone| zone.local(of.starts_at));
    let when = local
        .as_ref()
        .map_or_else(|_| of.starts_at.to_string(), |at| l.date_time(*at));
    let date = local.map(|at| at.date().to_string()).unwrap_or_default();
    let open = format!(
        "/admin/calendar?provider={}&view=day&date={date}&appointment={}",
        of.provider_id, of.id
    );
    Row::new(vec![
        Cell::text(when).second(&it.location_name),
        Cell::text(&it.patient_name),
        Cell::text(it.service_in(l.code())),
        Cell::text(&it.provider_name),
        Cell::status(l, of.status),
    ])
    .action(Action::link(l.t("appointments-open"), open).about(&it.patient_name))
}
