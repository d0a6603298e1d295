//! `/patients/{id}/tickets`: what a patient was granted to book, with the dialogs that grant and take back.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::civil::Date;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, FieldError, Result as Outcome};
use kalends_app::idempotency::Once;
use kalends_app::services::ServiceFilter;
use kalends_app::tickets::{self, NewTicket};
use kalends_app::{departments, patients, providers, services};
use kalends_domain::id::{PatientId, TicketId};
use kalends_domain::patient::Patient;
use kalends_domain::permission::Role;
use kalends_domain::ticket::{NamedTicket, TicketState};
use kalends_domain::time::Zone;
use kalends_store::providers::ProviderFilter;

use super::book::offered::all;
use super::kit::{
    Action, Badge, Blank, Cell, Choice, Column, Dialog, ErrorKind, Field, Form, Frame, Icon, Kind, Page, Refused, Row,
    Search, Submitted, Table, Toast, home, render_as, see_other_saying,
};
use super::proxies::{clock, end_of, last_day};
use super::session::AsStaff;
use crate::http::state::AppState;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/patients/{id}/tickets", get(list).post(create))
        .route("/patients/{id}/tickets/{ticket}/revoke", post(revoke))
}

#[derive(Template)]
#[template(path = "admin/records.html")]
struct Tickets {
    page: Page,
    table: Table,
    add: Action,
    dialog: Option<Dialog>,
}

/// What one request is about.
struct Desk<'r> {
    state: &'r AppState,
    ctx: &'r Ctx,
    frame: &'r Frame,
    patient: Patient,
    clock: Zone,
}

/// `GET /patients/{id}/tickets`, with a dialog where the address asks for one: `?do=grant`, `?do=revoke&ticket=…`.
async fn list(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let desk = Desk::open(&state, &ctx, &frame, &id).await?;
    let found = tickets::list(&state.app, &ctx, desk.patient.id).await?;
    let dialog = match search.get("do") {
        "grant" => Some(desk.grant(desk.form().await?)),
        "revoke" => Some(desk.question(&found, search.get("ticket"))?),
        _ => None,
    };
    Ok(desk.show(StatusCode::OK, &found, dialog))
}

/// `POST /patients/{id}/tickets`
async fn create(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(id): Path<String>,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let desk = Desk::open(&state, &ctx, &frame, &id).await?;
    let made = match desk.read(&submitted) {
        Ok(input) => tickets::create(&state.app, &ctx, input, &Once::unkeyed()).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(see_other_saying(
            &desk.path(),
            &Toast::success(frame.l.t("tickets-granted")),
        )),
        Err(AppError::Invalid(errors)) => {
            let found = tickets::list(&state.app, &ctx, desk.patient.id).await?;
            let errors: Vec<FieldError> = errors.into_iter().map(beside).collect();
            let form = desk.form().await?.keep(&submitted).refused(&errors);
            Ok(desk.show(StatusCode::UNPROCESSABLE_ENTITY, &found, Some(desk.grant(form))))
        }
        Err(error) => Err(error.into()),
    }
}

/// A doctor and a department are one choice on the page.
fn beside(mut error: FieldError) -> FieldError {
    if ["/provider_id", "/department_id"].contains(&error.pointer.as_str()) {
        error.pointer = "/with".into();
    }
    error
}

/// `POST /patients/{id}/tickets/{ticket}/revoke`
async fn revoke(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path((id, ticket)): Path<(String, String)>,
) -> Result<Response, Refused> {
    let desk = Desk::open(&state, &ctx, &frame, &id).await?;
    let ticket: TicketId = ticket.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    let found = tickets::list(&state.app, &ctx, desk.patient.id).await?;
    if !found.iter().any(|it| it.ticket.id == ticket) {
        return Err(Refused(ErrorKind::NotFound));
    }
    tickets::revoke(&state.app, &ctx, ticket).await?;
    Ok(see_other_saying(
        &desk.path(),
        &Toast::success(frame.l.t("tickets-revoked")),
    ))
}

impl<'r> Desk<'r> {
    async fn open(state: &'r AppState, ctx: &'r Ctx, frame: &'r Frame, id: &str) -> Result<Self, Refused> {
        let id: PatientId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
        Ok(Self {
            patient: patients::get(&state.app, ctx, id).await?,
            clock: clock(&state.app, ctx).await?,
            state,
            ctx,
            frame,
        })
    }

    fn path(&self) -> String {
        format!("/patients/{}/tickets", self.patient.id)
    }

    fn read(&self, submitted: &Submitted) -> Outcome<NewTicket> {
        let until = submitted.parsed::<Date>("valid_until");
        if until.is_none() && submitted.some("valid_until").is_some() {
            return Err(AppError::field("valid_until", "malformed"));
        }
        let service_id = submitted.parsed("service_id");
        let with = submitted.get("with");
        Ok(NewTicket {
            patient_id: self.patient.id,
            service_id: service_id.ok_or_else(|| AppError::field("service_id", "required"))?,
            provider_id: with.strip_prefix("provider-").and_then(|id| id.parse().ok()),
            department_id: with.strip_prefix("department-").and_then(|id| id.parse().ok()),
            valid_until: until.map(|date| end_of(&self.clock, date)).transpose()?,
            note: submitted.some("note"),
        })
    }

    async fn form(&self) -> Outcome<Form> {
        let (app, ctx, l) = (&self.state.app, self.ctx, self.frame.l);
        let own = ctx
            .signed_in()?
            .provider_id
            .filter(|_| ctx.role() == Some(Role::Doctor));
        let mut offered = services::list(app, ctx, &all(), ServiceFilter::default()).await?.items;
        l.sort_by_name(&mut offered, |it| it.name_in(l.code()));
        let doctors = providers::list(app, ctx, &all(), ProviderFilter::default())
            .await?
            .items;
        let units = departments::list(app, ctx, &all()).await?.items;
        let services = offered
            .iter()
            .map(|it| Choice::new(it.id.to_string(), it.name_in(l.code())));
        let services = std::iter::once(Choice::new("", l.t("tickets-choose"))).chain(services);
        let doctors = doctors
            .iter()
            .map(|it| Choice::new(format!("provider-{}", it.id), it.full_name()));
        let units = units
            .iter()
            .map(|it| Choice::new(format!("department-{}", it.id), it.name_in(l.code())));
        let with = std::iter::once(Choice::new("", l.t("book-anyone")))
            .chain(doctors)
            .chain(units);
        let form = Form::post(l, self.path(), l.t("tickets-grant-save"))
            .field(Field::select("service_id", l.t("tickets-service"), services.collect()).required())
            .field(
                Field::select("with", l.t("book-with"), with.collect()).maybe(own.map(|id| format!("provider-{id}"))),
            )
            .field(Field::date("valid_until", l.t("tickets-until")).hint(l.t("tickets-until-hint")))
            .field(
                Field::textarea("note", l.t("tickets-note"))
                    .hint(l.t("tickets-note-hint"))
                    .attribute("maxlength", "500"),
            );
        Ok(form)
    }

    fn grant(&self, form: Form) -> Dialog {
        Dialog::form(self.frame.l, self.frame.l.t("tickets-grant"), self.path(), form)
    }

    fn question(&self, found: &[NamedTicket], id: &str) -> Result<Dialog, Refused> {
        let l = self.frame.l;
        let it = found.iter().find(|it| it.ticket.id.to_string() == id);
        let it = it.ok_or(Refused(ErrorKind::NotFound))?;
        let form = Form::post(l, format!("{}/{id}/revoke", self.path()), l.t("tickets-revoke"));
        let title = l.tf("tickets-revoke-title", &[("service", it.service_in(l.code()).into())]);
        let form = form.kind(Kind::DangerPrimary);
        Ok(Dialog::confirm(l, title, l.t("tickets-revoke-text"), self.path(), form))
    }

    fn show(&self, status: StatusCode, found: &[NamedTicket], dialog: Option<Dialog>) -> Response {
        let l = self.frame.l;
        let search = Search::of(&self.path());
        let columns = vec![
            Column::new(l.t("tickets-service")),
            Column::new(l.t("book-with")),
            Column::new(l.t("tickets-until")),
            Column::new(l.t("tickets-note")),
            Column::new(l.t("tickets-state")),
        ];
        let add = Action::dialog(l.t("tickets-grant"), search.with(&[("do", "grant")]))
            .primary()
            .icon(Icon("plus"));
        let table = Table::new(l, l.t("tickets-title"), &search, columns)
            .rows(found.iter().map(|it| self.row(it, &search)))
            .blank(Blank::new(Icon("ticket"), l.t("tickets-none"), l.t("tickets-none-text")).action(add.clone()));
        let title = l.tf("tickets-page-title", &[("name", self.patient.full_name().into())]);
        let page = self.frame.page(self.ctx, title);
        let page = if self.ctx.role() == Some(Role::Doctor) {
            page.crumb(l.t("nav-dashboard"), home(self.ctx.role()))
        } else {
            page.crumb(l.t("patients-title"), "/admin/patients")
        };
        render_as(
            status,
            &Tickets {
                page,
                table,
                add,
                dialog,
            },
        )
    }

    fn row(&self, it: &NamedTicket, search: &Search) -> Row {
        let l = self.frame.l;
        let state = it.ticket.state(self.ctx.now);
        let with = it.provider_name.clone().or_else(|| it.department_name.clone());
        let until = it
            .ticket
            .valid_until
            .map(|end| l.date_plain(last_day(&self.clock, end)));
        let badge = match state {
            TicketState::Good => Badge::good(l.t(word(state))),
            _ => Badge::plain(l.t(word(state))),
        };
        let row = Row::new(vec![
            Cell::text(it.service_in(l.code())),
            Cell::text(with.unwrap_or_else(|| l.t("book-anyone"))),
            Cell::maybe(until),
            Cell::maybe(it.ticket.note.clone()),
            Cell::badge(badge),
        ]);
        if state == TicketState::Revoked {
            return row;
        }
        let id = it.ticket.id.to_string();
        row.action(
            Action::dialog(l.t("tickets-revoke"), search.with(&[("do", "revoke"), ("ticket", &id)]))
                .kind(Kind::Plain)
                .about(it.service_in(l.code())),
        )
    }
}

/// What a ticket is worth, in a word.
const fn word(state: TicketState) -> &'static str {
    match state {
        TicketState::Good => "tickets-good",
        TicketState::Spent => "tickets-spent",
        TicketState::Expired => "tickets-expired",
        TicketState::Revoked => "tickets-revoked-state",
    }
}
