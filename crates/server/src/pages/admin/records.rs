//! One mechanism for every table of records: the list, and over it the dialogs that create, edit, archive and restore.

use std::future::Future;

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_domain::page::Page as PageOf;
use kalends_domain::page::PageRequest;
use uuid::Uuid;

use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, Blank, Cell, Choice, Column, Dialog, Form, Frame, Icon, Kind, Page, Refused, Row, Search, Submitted, Table,
    Toast, render_as, see_other_saying,
};

/// The words of one table.
pub struct Words {
    pub title: String,
    pub search: String,
    pub add: String,
    pub none: String,
    pub none_text: String,
    pub icon: Icon,
}

/// A kind of record that has a table.
pub trait Records: Send + Sync + 'static {
    /// Where the list is: `/admin/departments`.
    const PATH: &'static str;
    /// Who may look: one of the extractors of `pages/session.rs`.
    type Who: FromRequestParts<AppState, Rejection: IntoResponse> + Into<Ctx> + Send;
    type Record: Send + Sync;
    type Id: From<Uuid> + Copy + Send;
    /// What the form and the rows need beside the record: the names of what can be chosen.
    type Choices: Send + Sync;

    fn words(l: Locale) -> Words;
    fn choices(state: &AppState, ctx: &Ctx) -> impl Future<Output = Result<Self::Choices>> + Send;
    fn list(
        state: &AppState,
        ctx: &Ctx,
        request: &PageRequest,
        search: &Search,
    ) -> impl Future<Output = Result<PageOf<Self::Record>>> + Send;
    fn get(state: &AppState, ctx: &Ctx, id: Self::Id) -> impl Future<Output = Result<Self::Record>> + Send;
    /// Creates, or changes the record with this id and version.
    fn save(
        state: &AppState,
        ctx: &Ctx,
        existing: Option<(Self::Id, Option<i64>)>,
        submitted: &Submitted,
    ) -> impl Future<Output = Result<()>> + Send;
    fn archive(state: &AppState, ctx: &Ctx, id: Self::Id, archived: bool) -> impl Future<Output = Result<()>> + Send;

    fn columns(l: Locale) -> Vec<Column>;
    fn cells(l: Locale, record: &Self::Record, choices: &Self::Choices) -> Vec<Cell>;
    /// The form's fields, filled in from the record if there is one.
    fn fields(l: Locale, form: Form, choices: &Self::Choices, record: Option<&Self::Record>) -> Form;
    fn id(record: &Self::Record) -> Uuid;
    fn name(record: &Self::Record) -> String;
    fn version(record: &Self::Record) -> i64;
    fn is_archived(record: &Self::Record) -> bool;

    /// Further choices above the table.
    fn filters(_l: Locale, table: Table, _choices: &Self::Choices) -> Table {
        table
    }
    /// Further things to do with a record, before "edit".
    fn actions(_l: Locale, _record: &Self::Record) -> Vec<Action> {
        Vec::new()
    }
}

#[derive(Template)]
#[template(path = "admin/records.html")]
struct RecordsPage {
    page: Page,
    table: Table,
    add: Action,
    dialog: Option<Dialog>,
}

/// The addresses of one table.
pub fn routes<R: Records>() -> Router<AppState> {
    let path = R::PATH;
    Router::new()
        .route(path, get(index::<R>).post(create::<R>))
        .route(&format!("{path}/new"), get(new::<R>))
        .route(&format!("{path}/{{id}}"), get(edit::<R>).post(save::<R>))
        .route(&format!("{path}/{{id}}/archive"), get(ask::<R>).post(archive::<R>))
        .route(&format!("{path}/{{id}}/restore"), post(restore::<R>))
}

/// One request for a table, whichever dialog is open over it.
struct Desk<'r> {
    state: &'r AppState,
    ctx: &'r Ctx,
    frame: &'r Frame,
    /// The list's own address, with what it is narrowed by.
    search: Search,
}

impl<'r> Desk<'r> {
    fn new<R: Records>(state: &'r AppState, ctx: &'r Ctx, frame: &'r Frame) -> Self {
        let query = frame.path.split_once('?').map_or("", |(_, query)| query);
        Self {
            state,
            ctx,
            frame,
            search: Search::of(&format!("{}?{query}", R::PATH)),
        }
    }

    /// The address of the list as it is narrowed now.
    fn back(&self) -> String {
        self.search.with(&[])
    }

    /// A place below the list, which keeps what it is narrowed by.
    fn below(&self, place: &str) -> String {
        let back = self.back();
        let (path, query) = back.split_once('?').unwrap_or((&back, ""));
        if query.is_empty() {
            format!("{path}/{place}")
        } else {
            format!("{path}/{place}?{query}")
        }
    }

    async fn show<R: Records>(
        &self,
        status: StatusCode,
        choices: &R::Choices,
        dialog: Option<Dialog>,
    ) -> std::result::Result<Response, Refused> {
        let l = self.frame.l;
        let words = R::words(l);
        let found = R::list(self.state, self.ctx, &self.search.request(), &self.search).await?;
        let rows: Vec<Row> = found
            .items
            .iter()
            .map(|record| self.row::<R>(record, choices))
            .collect();
        let archived = vec![
            Choice::new("", l.t("records-current")),
            Choice::new("true", l.t("records-archived")),
        ];
        let add = Action::dialog(words.add.clone(), self.below("new"))
            .primary()
            .icon(Icon("plus"));
        let table = Table::new(l, words.title.clone(), &self.search, R::columns(l))
            .searched_by(words.search)
            .filter("archived", l.t("records-show"), archived)
            .rows(rows)
            .next(found.next.as_ref())
            .blank(Blank::new(words.icon, words.none, words.none_text).action(add.clone()));
        let table = R::filters(l, table, choices);
        let page = self.frame.page(self.ctx, words.title);
        Ok(render_as(
            status,
            &RecordsPage {
                page,
                table,
                add,
                dialog,
            },
        ))
    }

    fn row<R: Records>(&self, record: &R::Record, choices: &R::Choices) -> Row {
        let l = self.frame.l;
        let (id, name) = (R::id(record), R::name(record));
        let row = Row::new(R::cells(l, record, choices));
        if R::is_archived(record) {
            let restore = self.below(&format!("{id}/restore"));
            return row.action(Action::post(l.t("records-restore"), restore).about(&name));
        }
        let row = R::actions(l, record).into_iter().fold(row, Row::action);
        row.action(Action::dialog(l.t("records-edit"), self.below(&id.to_string())).about(&name))
            .action(
                Action::dialog(l.t("records-archive"), self.below(&format!("{id}/archive")))
                    .kind(Kind::Plain)
                    .about(&name),
            )
    }

    /// The dialog with the form, for a new record or for this one.
    fn dialog<R: Records>(&self, form: Form, record: Option<&R::Record>) -> Dialog {
        let title = record.map_or_else(|| R::words(self.frame.l).add, R::name);
        Dialog::form(self.frame.l, title, self.back(), form)
    }

    fn form<R: Records>(&self, choices: &R::Choices, record: Option<&R::Record>) -> Form {
        let l = self.frame.l;
        let action = record.map_or_else(|| self.back(), |record| self.below(&R::id(record).to_string()));
        let form = Form::post(l, action, l.t("records-save"));
        let form = R::fields(l, form, choices, record);
        match record {
            Some(record) => form.hidden("version", R::version(record).to_string()),
            None => form,
        }
    }

    fn question<R: Records>(&self, record: &R::Record, error: Option<String>) -> Dialog {
        let l = self.frame.l;
        let form = Form::post(
            l,
            self.below(&format!("{}/archive", R::id(record))),
            l.t("records-archive"),
        )
        .kind(Kind::DangerPrimary);
        let form = error.into_iter().fold(form, Form::error);
        let title = l.tf("records-archive-title", &[("name", R::name(record).into())]);
        Dialog::confirm(l, title, l.t("records-archive-text"), self.back(), form)
    }
}

type Answer = std::result::Result<Response, Refused>;

async fn index<R: Records>(State(state): State<AppState>, who: R::Who, frame: Frame) -> Answer {
    let ctx = who.into();
    let choices = R::choices(&state, &ctx).await?;
    Desk::new::<R>(&state, &ctx, &frame)
        .show::<R>(StatusCode::OK, &choices, None)
        .await
}

async fn new<R: Records>(State(state): State<AppState>, who: R::Who, frame: Frame) -> Answer {
    let ctx = who.into();
    let choices = R::choices(&state, &ctx).await?;
    let desk = Desk::new::<R>(&state, &ctx, &frame);
    let dialog = desk.dialog::<R>(desk.form::<R>(&choices, None), None);
    desk.show::<R>(StatusCode::OK, &choices, Some(dialog)).await
}

async fn edit<R: Records>(State(state): State<AppState>, who: R::Who, frame: Frame, Path(id): Path<String>) -> Answer {
    let ctx = who.into();
    let record = R::get(&state, &ctx, id_of::<R>(&id)?).await?;
    let choices = R::choices(&state, &ctx).await?;
    let desk = Desk::new::<R>(&state, &ctx, &frame);
    let dialog = desk.dialog::<R>(desk.form::<R>(&choices, Some(&record)), Some(&record));
    desk.show::<R>(StatusCode::OK, &choices, Some(dialog)).await
}

async fn create<R: Records>(State(state): State<AppState>, who: R::Who, frame: Frame, submitted: Submitted) -> Answer {
    let ctx = who.into();
    saved::<R>(&state, &ctx, &frame, None, &submitted).await
}

async fn save<R: Records>(
    State(state): State<AppState>,
    who: R::Who,
    frame: Frame,
    Path(id): Path<String>,
    submitted: Submitted,
) -> Answer {
    let ctx = who.into();
    saved::<R>(&state, &ctx, &frame, Some(id_of::<R>(&id)?), &submitted).await
}

async fn saved<R: Records>(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    id: Option<R::Id>,
    submitted: &Submitted,
) -> Answer {
    let l = frame.l;
    let desk = Desk::new::<R>(state, ctx, frame);
    let existing = id.map(|id| (id, submitted.parsed("version")));
    let refused = match R::save(state, ctx, existing, submitted).await {
        Ok(()) => return Ok(see_other_saying(&desk.back(), &Toast::success(l.t("records-saved")))),
        Err(error @ (AppError::Invalid(_) | AppError::EmailTaken | AppError::Stale | AppError::InUse)) => error,
        Err(error) => return Err(error.into()),
    };
    let record = match id {
        Some(id) => Some(R::get(state, ctx, id).await?),
        None => None,
    };
    let choices = R::choices(state, ctx).await?;
    let form = desk.form::<R>(&choices, record.as_ref()).keep(submitted);
    let (status, form) = match refused {
        AppError::Invalid(errors) => (StatusCode::UNPROCESSABLE_ENTITY, form.refused(&errors)),
        AppError::EmailTaken => (StatusCode::UNPROCESSABLE_ENTITY, form.error(l.t("records-email-taken"))),
        // The form now carries the present version: sending it again overwrites, knowingly.
        AppError::Stale => (StatusCode::CONFLICT, form.error(l.t("records-stale"))),
        _ => (StatusCode::CONFLICT, form.error(l.t("records-in-use"))),
    };
    let dialog = desk.dialog::<R>(form, record.as_ref());
    desk.show::<R>(status, &choices, Some(dialog)).await
}

async fn ask<R: Records>(State(state): State<AppState>, who: R::Who, frame: Frame, Path(id): Path<String>) -> Answer {
    let ctx = who.into();
    let record = R::get(&state, &ctx, id_of::<R>(&id)?).await?;
    let choices = R::choices(&state, &ctx).await?;
    let desk = Desk::new::<R>(&state, &ctx, &frame);
    let dialog = desk.question::<R>(&record, None);
    desk.show::<R>(StatusCode::OK, &choices, Some(dialog)).await
}

async fn archive<R: Records>(
    State(state): State<AppState>,
    who: R::Who,
    frame: Frame,
    Path(id): Path<String>,
) -> Answer {
    let ctx = who.into();
    let l = frame.l;
    let desk = Desk::new::<R>(&state, &ctx, &frame);
    let id = id_of::<R>(&id)?;
    let words = match R::archive(&state, &ctx, id, true).await {
        Ok(()) => {
            return Ok(see_other_saying(
                &desk.back(),
                &Toast::success(l.t("records-was-archived")),
            ));
        }
        Err(AppError::InUse) => l.t("records-in-use"),
        Err(AppError::Invalid(errors)) => errors
            .first()
            .map_or_else(String::new, |error| l.t(&format!("error-{}", error.code))),
        Err(error) => return Err(error.into()),
    };
    let record = R::get(&state, &ctx, id).await?;
    let choices = R::choices(&state, &ctx).await?;
    let dialog = desk.question::<R>(&record, Some(words));
    desk.show::<R>(StatusCode::CONFLICT, &choices, Some(dialog)).await
}

async fn restore<R: Records>(
    State(state): State<AppState>,
    who: R::Who,
    frame: Frame,
    Path(id): Path<String>,
) -> Answer {
    let ctx = who.into();
    let desk = Desk::new::<R>(&state, &ctx, &frame);
    let toast = match R::archive(&state, &ctx, id_of::<R>(&id)?, false).await {
        Ok(()) => Toast::success(frame.l.t("records-was-restored")),
        Err(AppError::Invalid(_)) => Toast::error(frame.l.t("records-name-taken")),
        Err(error) => return Err(error.into()),
    };
    Ok(see_other_saying(&desk.back(), &toast))
}

/// The id in the path; one that is no id names nothing.
fn id_of<R: Records>(text: &str) -> std::result::Result<R::Id, Refused> {
    let id = Uuid::try_parse(text).map_err(|_| AppError::NotFound)?;
    Ok(R::Id::from(id))
}

/// Everything that can be chosen in a form, up to what one page of a list may have.
pub fn all() -> PageRequest {
    PageRequest {
        limit: kalends_domain::page::MAX_LIMIT,
        ..PageRequest::default()
    }
}
