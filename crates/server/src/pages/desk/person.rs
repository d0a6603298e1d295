//! The person on the phone: found or added, with what they have coming, and booking for them.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kalends_app::appointments::{self, Query};
use kalends_app::error::{AppError, Result};
use kalends_app::idempotency::Once;
use kalends_app::patients::{self, PatientPatch};
use kalends_domain::appointment::Status;
use kalends_domain::id::PatientId;
use kalends_domain::page::PageRequest;
use kalends_domain::patient::Patient;
use kalends_domain::time::Zone;

use super::{Board, book};
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, Blank, Cell, Column, Facts, Field, Form, Frame, Icon, Notice, Refused, Row, Search, Submitted, Table,
    Toast, Tone, refusal, see_other_saying,
};
use crate::pages::session::AsDesk;

/// What stands in the person's column.
#[derive(Template)]
#[template(path = "desk/person.html")]
pub enum Person {
    /// Nobody was looked for.
    Nobody(Blank),
    /// Who matches, and the way to add somebody.
    Found { found: Box<Table>, add: Box<Form> },
    /// One patient.
    Card(Box<Card>),
}

impl HtmlSafe for Person {}

/// A patient, what they have coming, and booking for them.
pub struct Card {
    name: String,
    facts: Facts,
    coming: Table,
    booking: book::Booking,
    close: Action,
}

/// Reads what the address asks for: `patient`, else `q`.
pub async fn read(board: &Board<'_>) -> Result<Person> {
    let l = board.l;
    if let Some(id) = board.search.some("patient").and_then(|id| id.parse::<PatientId>().ok()) {
        return card(board, patients::get(&board.state.app, board.ctx, id).await?).await;
    }
    let Some(words) = board.search.some("q") else {
        return Ok(Person::Nobody(Blank::new(
            Icon("search"),
            l.t("desk-nobody"),
            l.t("desk-nobody-text"),
        )));
    };
    let request = PageRequest {
        limit: 10,
        search: Some(words.to_owned()),
        ..PageRequest::default()
    };
    let found = patients::list(&board.state.app, board.ctx, &request).await?.items;
    let columns = vec![
        Column::new(l.t("records-name")),
        Column::new(l.t("records-birth-date")),
        Column::new(l.t("records-phone")),
    ];
    let rows = found.iter().map(|it| {
        let href = board.search.with(&[("patient", &it.id.to_string())]);
        Row::new(vec![
            Cell::link(it.full_name(), href),
            Cell::maybe(it.birth_date.map(|date| l.date_plain(date))),
            it.phone.as_deref().map_or_else(|| Cell::muted("–"), Cell::code),
        ])
    });
    let none = Blank::new(Icon("user-x"), l.t("desk-not-found"), l.t("desk-not-found-text"));
    let table = Table::new(l, l.t("desk-found"), &Search::of("/desk"), columns)
        .rows(rows)
        .blank(none);
    let (given, family) = words.split_once(' ').unwrap_or((words, ""));
    let add = Form::post(l, "/desk/patients", l.t("patients-add"))
        .row([
            Field::text("given_name", l.t("records-given-name"))
                .required()
                .value(given),
            Field::text("family_name", l.t("records-family-name"))
                .required()
                .value(family),
        ])
        .row([
            Field::date("birth_date", l.t("records-birth-date")),
            Field::tel("phone", l.t("records-phone")).autocomplete("off"),
        ]);
    Ok(Person::Found {
        found: Box::new(table),
        add: Box::new(add),
    })
}

async fn card(board: &Board<'_>, it: Patient) -> Result<Person> {
    let l = board.l;
    let code = |text: Option<&str>| text.map_or_else(|| Cell::muted("–"), Cell::code);
    let facts = Facts::new(l)
        .row(
            l.t("records-birth-date"),
            Cell::maybe(it.birth_date.map(|date| l.date_plain(date))),
        )
        .row(l.t("records-phone"), code(it.phone.as_deref()))
        .row(l.t("records-email"), code(it.email.as_deref()))
        .maybe(l.t("patients-notes"), it.notes.as_deref());
    let query = Query {
        from: Some(board.ctx.now),
        patient_id: Some(it.id),
        statuses: vec![Status::Pending, Status::Booked],
        ..Query::default()
    };
    let request = PageRequest {
        limit: 5,
        ..PageRequest::default()
    };
    let coming = appointments::list(&board.state.app, board.ctx, &request, query)
        .await?
        .items;
    let columns = vec![
        Column::new(l.t("appointments-when")),
        Column::new(l.t("appointments-service")),
    ];
    let rows = coming.iter().map(|it| {
        let of = &it.appointment;
        let local = Zone::new(&of.time_zone)
            .unwrap_or_else(|_| board.zone.clone())
            .local(of.starts_at);
        let open = format!(
            "/admin/calendar?provider={}&view=day&date={}&appointment={}",
            of.provider_id,
            local.date(),
            of.id
        );
        Row::new(vec![
            Cell::link(l.day_time(local), open),
            Cell::text(&it.service_name).second(&it.provider_name),
        ])
    });
    let none = Blank::new(Icon("calendar"), l.t("desk-no-coming"), l.t("desk-no-coming-text"));
    let coming = Table::new(l, l.t("desk-coming"), &Search::of("/desk"), columns)
        .rows(rows)
        .blank(none);
    let booking = book::read(board, it.id).await?;
    let close = Action::link(
        l.t("desk-close"),
        board.search.with(&[("patient", ""), ("service", ""), ("on", "")]),
    );
    Ok(Person::Card(Box::new(Card {
        name: it.full_name(),
        facts,
        coming,
        booking,
        close,
    })))
}

/// `POST /desk/patients`: adds the person on the phone and opens their card.
pub async fn create(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let patch = PatientPatch {
        given_name: Some(submitted.get("given_name").to_owned()),
        family_name: Some(submitted.get("family_name").to_owned()),
        phone: Some(submitted.some("phone")),
        birth_date: Some(submitted.parsed::<Date>("birth_date")),
        ..PatientPatch::default()
    };
    match patients::create(&state.app, &ctx, patch, &Once::unkeyed()).await {
        Ok(it) => Ok(see_other_saying(
            &format!("/desk?patient={}", it.id),
            &Toast::success(frame.l.t("desk-added")),
        )),
        Err(AppError::Invalid(errors)) => {
            let words = errors
                .iter()
                .map(|error| refusal(frame.l, error))
                .collect::<Vec<_>>()
                .join(" ");
            let notice = Notice::new(Tone::Error, frame.l.t("desk-not-added")).text(words);
            let typed = format!("{} {}", submitted.get("given_name"), submitted.get("family_name"));
            let search = Search::of("/desk").with(&[("q", typed.trim())]);
            super::page(
                &state,
                &ctx,
                &frame,
                &Search::of(&search),
                StatusCode::UNPROCESSABLE_ENTITY,
                Some(notice),
            )
            .await
        }
        Err(error) => Err(error.into()),
    }
}
