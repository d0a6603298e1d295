//! The lists of a patient's appointments: what is coming, what was, what was called off.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kalends_app::appointments::{self, Query};
use kalends_domain::appointment::Status;
use kalends_domain::page::PageRequest;

use super::card::AppointmentCard;
use crate::http::list::encode;
use crate::http::state::AppState;
use crate::pages::kit::{Action, Blank, Frame, Icon, Page, Refused, Search, Tab, Tabs, render};
use crate::pages::session::AsPatient;

#[derive(Template)]
#[template(path = "patient/appointments.html")]
struct Appointments {
    page: Page,
    tabs: Tabs,
    cards: Vec<AppointmentCard>,
    blank: Option<Blank>,
    first: String,
    next: String,
}

/// Those that are still to come.
pub const UPCOMING: [Status; 4] = [Status::Pending, Status::Booked, Status::Arrived, Status::InProgress];
const CALLED_OFF: [Status; 2] = [Status::Cancelled, Status::Declined];

/// `GET /patient/appointments`
pub async fn list(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let l = frame.l;
    let view = search.get("show");
    let query = match view {
        "past" => Query {
            to: Some(ctx.now),
            statuses: Status::ALL
                .iter()
                .copied()
                .filter(|status| status.holds_time())
                .collect(),
            ..Query::default()
        },
        "cancelled" => Query {
            statuses: CALLED_OFF.to_vec(),
            ..Query::default()
        },
        _ => Query {
            from: Some(ctx.now),
            statuses: UPCOMING.to_vec(),
            ..Query::default()
        },
    };
    let coming = !["past", "cancelled"].contains(&view);
    let request = PageRequest {
        sort: Some("starts_at".into()),
        descending: !coming,
        ..search.request()
    };
    let found = appointments::list(&state.app, &ctx, &request, query).await?;
    let mut cards = Vec::new();
    for named in &found.items {
        cards.push(AppointmentCard::new(&ctx, l, named, true)?);
    }
    let path = "/patient/appointments";
    let tabs = vec![
        Tab::new(l.t("patient-tab-upcoming"), path, coming),
        Tab::new(l.t("patient-tab-past"), format!("{path}?show=past"), view == "past"),
        Tab::new(
            l.t("patient-tab-cancelled"),
            format!("{path}?show=cancelled"),
            view == "cancelled",
        ),
    ];
    let blank = cards.is_empty().then(|| match view {
        "past" => Blank::new(Icon("history"), l.t("patient-no-past"), l.t("patient-no-past-text")),
        "cancelled" => Blank::new(
            Icon("ban"),
            l.t("patient-no-cancelled"),
            l.t("patient-no-cancelled-text"),
        ),
        _ => Blank::new(
            Icon("calendar"),
            l.t("patient-no-upcoming"),
            l.t("patient-no-upcoming-text"),
        )
        .action(
            Action::link(l.t("patient-book"), "/book")
                .primary()
                .icon(Icon("calendar-plus")),
        ),
    });
    let next = found
        .next
        .as_ref()
        .map(|cursor| search.with(&[("cursor", &encode(cursor))]));
    Ok(render(&Appointments {
        page: frame.page(&ctx, l.t("patient-appointments-title")),
        tabs: Tabs::new(l, l.t("patient-appointments-title"), tabs),
        cards,
        blank,
        first: search
            .some("cursor")
            .map(|_| search.with(&[("cursor", "")]))
            .unwrap_or_default(),
        next: next.unwrap_or_default(),
    }))
}
