//! A patient's profile: what is known about them, which they can correct.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, FieldError};
use kalends_app::patients::{self, PatientPatch};
use kalends_domain::id::PatientId;
use kalends_domain::patient::Patient;

use super::security;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, Choice, ErrorKind, Field, Form, Frame, Page, Refused, Submitted, Toast, phone, render_as, see_other_saying,
};
use crate::pages::session::AsPatient;

#[derive(Template)]
#[template(path = "patient/profile.html")]
struct Profile {
    page: Page,
    email: String,
    details: Form,
    password: Form,
    everywhere: Action,
}

/// Which form of the page was refused, with what is wrong.
pub enum Again {
    Nothing,
    Details(Form),
    Password(Form),
}

/// `GET /patient/profile`
pub async fn show(State(state): State<AppState>, AsPatient(ctx): AsPatient, frame: Frame) -> Result<Response, Refused> {
    profile(&state, &ctx, &frame, Again::Nothing).await
}

/// `POST /patient/profile`
pub async fn update(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let l = frame.l;
    let id = own(&ctx)?;
    let refuse = |errors: &[FieldError]| Again::Details(form(l).keep(&submitted).refused(errors));
    let saved = match patch(&submitted) {
        Ok(patch) => patients::update(&state.app, &ctx, id, submitted.parsed("version"), patch).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(see_other_saying(
            "/patient/profile",
            &Toast::success(l.t("patient-saved")),
        )),
        Err(AppError::Invalid(errors)) => profile(&state, &ctx, &frame, refuse(&errors)).await,
        Err(error) => Err(error.into()),
    }
}

/// What a form with [`fields`] sent.
///
/// # Errors
/// A birth date that cannot be read.
pub fn patch(submitted: &Submitted) -> Result<PatientPatch, AppError> {
    let birth_date = submitted.parsed::<Date>("birth_date");
    if birth_date.is_none() && submitted.some("birth_date").is_some() {
        return Err(AppError::field("birth_date", "malformed"));
    }
    Ok(PatientPatch {
        given_name: Some(submitted.get("given_name").to_owned()),
        family_name: Some(submitted.get("family_name").to_owned()),
        phone: Some(submitted.some("phone")),
        birth_date: Some(birth_date),
        language: Some(submitted.some("language")),
        ..PatientPatch::default()
    })
}

fn own(ctx: &Ctx) -> Result<PatientId, Refused> {
    ctx.signed_in()?.patient_id.ok_or(Refused(ErrorKind::Forbidden))
}

/// The page, with what was typed into a form that was refused.
pub async fn profile(state: &AppState, ctx: &Ctx, frame: &Frame, again: Again) -> Result<Response, Refused> {
    let l = frame.l;
    let patient = patients::get(&state.app, ctx, own(ctx)?).await?;
    let status = match again {
        Again::Nothing => StatusCode::OK,
        Again::Details(_) | Again::Password(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let version = patient.stamp.version.to_string();
    let (details, password) = match again {
        Again::Nothing => (filled(l, &patient), security::form(l)),
        Again::Details(details) => (details, security::form(l)),
        Again::Password(password) => (filled(l, &patient), password),
    };
    let everywhere = Action::post(
        l.t("patient-sign-out-everywhere"),
        "/patient/profile/sign-out-everywhere",
    );
    let page = Profile {
        page: frame.page(ctx, l.t("patient-profile-title")),
        email: ctx.signed_in()?.email.clone(),
        details: details.hidden("version", version),
        password,
        everywhere,
    };
    Ok(render_as(status, &page))
}

fn form(l: Locale) -> Form {
    blank(l, None)
}

fn filled(l: Locale, patient: &Patient) -> Form {
    blank(l, Some(patient))
}

fn blank(l: Locale, patient: Option<&Patient>) -> Form {
    fields(l, Form::post(l, "/patient/profile", l.t("patient-save")), patient)
}

/// What is known about a patient that they, or who fully acts for them, can correct.
pub fn fields(l: Locale, form: Form, patient: Option<&Patient>) -> Form {
    let languages = Locale::OFFERED
        .iter()
        .map(|locale| Choice::new(locale.code(), locale.name()))
        .collect();
    form.row([
        Field::text("given_name", l.t("register-given-name"))
            .required()
            .autocomplete("given-name")
            .maybe(patient.map(|it| it.given_name.as_str())),
        Field::text("family_name", l.t("register-family-name"))
            .required()
            .autocomplete("family-name")
            .maybe(patient.map(|it| it.family_name.as_str())),
    ])
    .field(
        Field::tel("phone", l.t("register-phone"))
            .hint(l.t("patient-phone-hint"))
            .maybe(patient.and_then(|it| it.phone.as_deref()).map(phone)),
    )
    .field(
        Field::date("birth_date", l.t("register-birth-date"))
            .autocomplete("bday")
            .maybe(patient.and_then(|it| it.birth_date).map(|date| date.to_string())),
    )
    .field(
        Field::radios("language", l.t("patient-language"), languages)
            .across()
            .maybe(patient.and_then(|it| it.language.as_deref())),
    )
}
