//! `/platform`: the operator's page. Organisations, never what is in them.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::tenants;
use kalends_domain::tenant::TenantStatus;

use super::kit::{
    Action, Badge, Blank, Cell, Column, Dialog, Field, Form, Frame, Icon, Kind, Page, Refused, Row, Search, Submitted,
    Table, Toast, render_as, see_other_saying,
};
use super::session::AsOperator;
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// The operator's addresses.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/platform", get(list).post(create))
        .route("/platform/new", get(new))
        .route("/platform/{slug}/{change}", post(set_status))
}

#[derive(Template)]
#[template(path = "admin/records.html")]
struct Platform {
    page: Page,
    table: Table,
    add: Action,
    dialog: Option<Dialog>,
}

async fn list(State(state): State<AppState>, AsOperator(ctx): AsOperator, frame: Frame) -> Result<Response, Refused> {
    show(&state, &ctx, &frame, StatusCode::OK, None).await
}

async fn new(State(state): State<AppState>, AsOperator(ctx): AsOperator, frame: Frame) -> Result<Response, Refused> {
    show(&state, &ctx, &frame, StatusCode::OK, Some(form(frame.l))).await
}

async fn create(
    State(state): State<AppState>,
    AsOperator(ctx): AsOperator,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let name = submitted.some("name");
    match tenants::create(&state.app, &ctx, submitted.get("slug").trim(), name.as_deref()).await {
        Ok(_) => Ok(see_other_saying(
            "/platform",
            &Toast::success(frame.l.t("platform-created")),
        )),
        Err(AppError::Invalid(errors)) => {
            let form = form(frame.l).keep(&submitted).refused(&errors);
            show(&state, &ctx, &frame, StatusCode::UNPROCESSABLE_ENTITY, Some(form)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn set_status(
    State(state): State<AppState>,
    AsOperator(ctx): AsOperator,
    frame: Frame,
    Path((slug, change)): Path<(String, String)>,
) -> Result<Response, Refused> {
    let (status, words) = match change.as_str() {
        "suspend" => (TenantStatus::Suspended, frame.l.t("platform-was-suspended")),
        "resume" => (TenantStatus::Active, frame.l.t("platform-was-resumed")),
        _ => return Err(AppError::NotFound.into()),
    };
    tenants::set_status(&state.app, &ctx, &slug, status).await?;
    Ok(see_other_saying("/platform", &Toast::success(words)))
}

fn form(l: Locale) -> Form {
    Form::post(l, "/platform", l.t("platform-create"))
        .field(
            Field::text("slug", l.t("platform-slug"))
                .required()
                .hint(l.t("platform-slug-hint")),
        )
        .field(Field::text("name", l.t("records-name")))
}

async fn show(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    status: StatusCode,
    form: Option<Form>,
) -> Result<Response, Refused> {
    let l = frame.l;
    let tenants = tenants::list(&state.app, ctx).await?;
    let columns = vec![
        Column::new(l.t("records-name")),
        Column::new(l.t("platform-slug")),
        Column::new(l.t("platform-status")),
        Column::new(l.t("platform-since")),
    ];
    let rows = tenants.iter().map(|it| {
        let (badge, action) = match it.status {
            TenantStatus::Active => (
                Badge::good(l.t("platform-active")),
                Action::post(l.t("platform-suspend"), format!("/platform/{}/suspend", it.slug)).kind(Kind::Danger),
            ),
            TenantStatus::Suspended => (
                Badge::plain(l.t("platform-suspended")),
                Action::post(l.t("platform-resume"), format!("/platform/{}/resume", it.slug)),
            ),
        };
        let since = it.created_at.to_zoned(jiff::tz::TimeZone::UTC).date();
        Row::new(vec![
            Cell::text(&it.name),
            Cell::code(&it.slug),
            Cell::badge(badge),
            Cell::text(l.date_plain(since)),
        ])
        .action(action.about(&it.name))
    });
    let add = Action::dialog(l.t("platform-add"), "/platform/new")
        .primary()
        .icon(Icon("plus"));
    let none = Blank::new(Icon("building-2"), l.t("platform-none"), l.t("platform-none-text"));
    let table = Table::new(l, l.t("platform-title"), &Search::of("/platform"), columns)
        .rows(rows)
        .blank(none);
    let dialog = form.map(|form| Dialog::form(l, l.t("platform-add"), "/platform", form));
    let page = frame.page(ctx, l.t("platform-title")).lead(l.t("platform-lead"));
    Ok(render_as(
        status,
        &Platform {
            page,
            table,
            add,
            dialog,
        },
    ))
}
