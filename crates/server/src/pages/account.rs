//! `/account`: the page of whoever works here, with what concerns their account alone. Patients have it on their profile.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use axum::routing::{get, post};
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::sessions;
use kalends_domain::permission::Role;

use super::kit::{Action, Form, Frame, Page, Refused, Submitted, Toast, render_as, see_other, see_other_saying};
use super::patient::security::password_form;
use super::session::AsAnybody;
use crate::http::caller::Connection;
use crate::http::state::AppState;
use crate::http::{cookies, sign_in};

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    page: Page,
    email: String,
    password: Form,
    everywhere: Action,
}

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/account", get(show))
        .route("/account/password", post(change_password))
        .route("/account/sign-out-everywhere", post(sign_out_everywhere))
}

/// `GET /account`
async fn show(AsAnybody(ctx): AsAnybody, frame: Frame) -> Result<Response, Refused> {
    if ctx.role() == Some(Role::Patient) {
        return Ok(see_other("/patient/profile"));
    }
    let form = password_form(frame.l, "/account/password");
    account(&ctx, &frame, StatusCode::OK, form)
}

fn account(ctx: &Ctx, frame: &Frame, status: StatusCode, password: Form) -> Result<Response, Refused> {
    let l = frame.l;
    let page = Account {
        page: frame.page(ctx, l.t("account-title")),
        email: ctx.signed_in()?.email.clone(),
        password,
        everywhere: Action::post(l.t("patient-sign-out-everywhere"), "/account/sign-out-everywhere"),
    };
    Ok(render_as(status, &page))
}

/// `POST /account/password`
async fn change_password(
    State(state): State<AppState>,
    AsAnybody(ctx): AsAnybody,
    connection: Connection,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let (current, new) = (submitted.get("current_password"), submitted.get("new_password"));
    match sign_in::change_password(&state, &ctx, &connection.origin.client, current, new).await {
        Ok(()) => {
            let said = Toast::success(frame.l.t("patient-password-changed"));
            Ok(see_other_saying("/account", &said))
        }
        Err(AppError::Invalid(errors)) => {
            let form = password_form(frame.l, "/account/password").refused(&errors);
            account(&ctx, &frame, StatusCode::UNPROCESSABLE_ENTITY, form)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /account/sign-out-everywhere`
async fn sign_out_everywhere(
    State(state): State<AppState>,
    AsAnybody(ctx): AsAnybody,
    frame: Frame,
) -> Result<Response, Refused> {
    sessions::sign_out_everywhere(&state.app, &ctx).await?;
    let mut response = see_other_saying("/staff/login", &Toast::success(frame.l.t("sign-out-done")));
    for cookie in cookies::signed_out(&state.config) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
