//! Signing in, registering and signing out.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::civil::Date;
use kalends_app::error::{AppError, FieldError};
use kalends_app::registration::Registration;
use kalends_app::sessions::{self, Grant};
use kalends_domain::permission::Role;

use super::kit::{
    Field, Form, Frame, Page, Refused, Search, Submitted, Toast, home, render, render_as, see_other, see_other_saying,
};
use super::session::Anyone;
use crate::http::caller::Connection;
use crate::http::cookies;
use crate::http::local_path::local_path;
use crate::http::sign_in as door;
use crate::http::state::AppState;

/// The doors, and the way out.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/patient/login", get(patient_door).post(patient_sign_in))
        .route("/staff/login", get(staff_door).post(staff_sign_in))
        .route("/patient/register", get(registration).post(create_account))
        .route("/logout", post(sign_out))
}

/// Which sign-in page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Patient,
    Staff,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    page: Page,
    form: Form,
    door: Door,
    /// Where registration comes back to.
    register: String,
}

#[derive(Template)]
#[template(path = "register.html")]
struct Register {
    page: Page,
    form: Form,
    sign_in: String,
}

async fn patient_door(Anyone(ctx): Anyone, frame: Frame, search: Search) -> Response {
    open(Door::Patient, &ctx, frame, search.get("next"))
}

async fn staff_door(Anyone(ctx): Anyone, frame: Frame, search: Search) -> Response {
    open(Door::Staff, &ctx, frame, search.get("next"))
}

/// Whoever is signed in already goes on to where they wanted to go.
fn open(door: Door, ctx: &kalends_app::ctx::Ctx, frame: Frame, next: &str) -> Response {
    match ctx.role() {
        Some(role) => see_other(onward(role, next)),
        None => render(&door.page(ctx, frame.clone(), door.form(&frame, next))),
    }
}

impl Door {
    const fn path(self) -> &'static str {
        match self {
            Self::Patient => "/patient/login",
            Self::Staff => "/staff/login",
        }
    }

    fn form(self, frame: &Frame, next: &str) -> Form {
        let l = frame.l;
        Form::post(l, self.path(), l.t("sign-in-submit"))
            .field(
                Field::email("email", l.t("sign-in-email"))
                    .required()
                    .autocomplete("username")
                    .autofocus(),
            )
            .field(Field::password("password", l.t("sign-in-password"), "current-password").required())
            .hidden("next", next)
    }

    fn page(self, ctx: &kalends_app::ctx::Ctx, frame: Frame, form: Form) -> SignIn {
        let title = match self {
            Self::Patient => frame.l.t("sign-in-patient-title"),
            Self::Staff => frame.l.t("sign-in-staff-title"),
        };
        let next = form
            .hidden
            .iter()
            .find(|(name, _)| name == "next")
            .map_or("", |(_, next)| next.as_str());
        let register = with_next("/patient/register", next);
        SignIn {
            page: frame.page(ctx, title).bare(),
            form,
            door: self,
            register,
        }
    }
}

async fn patient_sign_in(
    state: State<AppState>,
    anyone: Anyone,
    frame: Frame,
    parts: Parts,
    submitted: Submitted,
) -> Result<Response, Refused> {
    sign_in(Door::Patient, state, anyone, frame, parts, submitted).await
}

async fn staff_sign_in(
    state: State<AppState>,
    anyone: Anyone,
    frame: Frame,
    parts: Parts,
    submitted: Submitted,
) -> Result<Response, Refused> {
    sign_in(Door::Staff, state, anyone, frame, parts, submitted).await
}

async fn sign_in(
    which: Door,
    State(state): State<AppState>,
    Anyone(ctx): Anyone,
    frame: Frame,
    parts: Parts,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let l = frame.l;
    let connection = Connection::of(&state, &parts).await?;
    // The session that the browser had is left behind: the new one starts with a new id.
    let ctx = connection.anonymous(&state, Some(&ctx.tenant.slug)).await?;
    let (email, password) = (submitted.get("email"), submitted.get("password"));
    let attempt = door::sign_in(&state, &ctx, &connection.origin.client, email, password).await;
    let (status, words) = match attempt {
        Ok(grant) => {
            let to = onward(grant.user.role, submitted.get("next")).to_owned();
            return Ok(keep(&state, &grant, see_other(&to)));
        }
        Err(AppError::InvalidCredentials) => (StatusCode::UNAUTHORIZED, l.t("sign-in-wrong")),
        Err(AppError::RateLimited { retry_after_seconds }) => {
            let minutes = i64::try_from(retry_after_seconds.div_ceil(60)).unwrap_or(1);
            (
                StatusCode::TOO_MANY_REQUESTS,
                l.tf("sign-in-limited", &[("minutes", minutes.into())]),
            )
        }
        Err(error) => return Err(error.into()),
    };
    let form = which.form(&frame, submitted.get("next")).keep(&submitted).error(words);
    Ok(render_as(status, &which.page(&ctx, frame, form)))
}

/// Where to go after signing in: where they wanted to go if it is a page of theirs, else home.
fn onward(role: Role, next: &str) -> &str {
    let wanted = local_path(next);
    if next.is_empty() || wanted == "/" || !is_for(role, wanted) {
        home(Some(role))
    } else {
        wanted
    }
}

/// Whether a page is of this role, by the first step of its path.
fn is_for(role: Role, path: &str) -> bool {
    let first = path
        .trim_start_matches('/')
        .split(['/', '?'])
        .next()
        .unwrap_or_default();
    match first {
        "patient" => role == Role::Patient,
        "doctor" => role == Role::Doctor,
        "admin" => matches!(role, Role::Admin | Role::Receptionist),
        "desk" => matches!(role, Role::Admin | Role::Receptionist),
        "platform" => role == Role::Operator,
        _ => true,
    }
}

fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() {
        path.to_owned()
    } else {
        Search::of(path).with(&[("next", next)])
    }
}

fn keep(state: &AppState, grant: &Grant, mut response: Response) -> Response {
    append(&mut response, cookies::signed_in(&state.config, grant));
    response
}

fn append(response: &mut Response, cookies: Vec<HeaderValue>) {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

async fn registration(Anyone(ctx): Anyone, frame: Frame, search: Search) -> Response {
    match ctx.role() {
        Some(role) => see_other(onward(role, search.get("next"))),
        None => render(&register_page(
            &ctx,
            &frame,
            register_form(&frame, search.get("next")),
            search.get("next"),
        )),
    }
}

fn register_form(frame: &Frame, next: &str) -> Form {
    let l = frame.l;
    Form::post(l, "/patient/register", l.t("register-submit"))
        .row([
            Field::text("given_name", l.t("register-given-name"))
                .required()
                .autocomplete("given-name"),
            Field::text("family_name", l.t("register-family-name"))
                .required()
                .autocomplete("family-name"),
        ])
        .field(
            Field::email("email", l.t("sign-in-email"))
                .required()
                .hint(l.t("register-email-hint")),
        )
        .row([
            Field::tel("phone", l.t("register-phone")),
            Field::date("birth_date", l.t("register-birth-date")).autocomplete("bday"),
        ])
        .field(
            Field::password("password", l.t("sign-in-password"), "new-password")
                .required()
                .hint(l.t("register-password-hint")),
        )
        .hidden("next", next)
}

fn register_page(ctx: &kalends_app::ctx::Ctx, frame: &Frame, form: Form, next: &str) -> Register {
    let title = frame.l.t("register-title");
    Register {
        page: frame.page(ctx, title).bare(),
        form,
        sign_in: with_next("/patient/login", next),
    }
}

async fn create_account(
    State(state): State<AppState>,
    Anyone(ctx): Anyone,
    frame: Frame,
    parts: Parts,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let l = frame.l;
    let next = submitted.get("next").to_owned();
    let refuse = |ctx: &kalends_app::ctx::Ctx, status, form: Form| {
        let form = form.keep(&submitted);
        render_as(status, &register_page(ctx, &frame, form, &next))
    };
    let connection = Connection::of(&state, &parts).await?;
    let ctx = connection.anonymous(&state, Some(&ctx.tenant.slug)).await?;
    let birth_date = submitted.parsed::<Date>("birth_date");
    if birth_date.is_none() && submitted.some("birth_date").is_some() {
        let error = FieldError {
            pointer: "/birth_date".into(),
            code: "malformed",
            params: Vec::new(),
        };
        return Ok(refuse(
            &ctx,
            StatusCode::UNPROCESSABLE_ENTITY,
            register_form(&frame, &next).refused(&[error]),
        ));
    }
    let input = Registration {
        email: submitted.get("email").to_owned(),
        password: submitted.get("password").to_owned(),
        given_name: submitted.get("given_name").to_owned(),
        family_name: submitted.get("family_name").to_owned(),
        phone: submitted.some("phone"),
        birth_date,
        language: Some(l.code().to_owned()),
    };
    let made = door::register(&state, &ctx, &connection.origin.client, input).await;
    let form = register_form(&frame, &next);
    Ok(match made {
        Ok(grant) => {
            let to = onward(Role::Patient, &next).to_owned();
            let toast = Toast::success(l.t("register-done"));
            keep(&state, &grant, see_other_saying(&to, &toast))
        }
        Err(AppError::Invalid(errors)) => refuse(&ctx, StatusCode::UNPROCESSABLE_ENTITY, form.refused(&errors)),
        Err(AppError::EmailTaken) => refuse(
            &ctx,
            StatusCode::UNPROCESSABLE_ENTITY,
            form.error(l.t("register-email-taken")),
        ),
        Err(AppError::RateLimited { .. }) => {
            refuse(&ctx, StatusCode::TOO_MANY_REQUESTS, form.error(l.t("register-limited")))
        }
        Err(error) => return Err(error.into()),
    })
}

/// Ends the session and leads to the door that the person came through.
async fn sign_out(State(state): State<AppState>, Anyone(ctx): Anyone, frame: Frame) -> Result<Response, Refused> {
    let door = if ctx.role().is_some_and(Role::is_staff) {
        Door::Staff
    } else {
        Door::Patient
    };
    if ctx.role().is_some() {
        sessions::sign_out(&state.app, &ctx).await?;
    }
    let mut response = see_other_saying(door.path(), &Toast::success(frame.l.t("sign-out-done")));
    append(&mut response, cookies::signed_out(&state.config));
    Ok(response)
}
