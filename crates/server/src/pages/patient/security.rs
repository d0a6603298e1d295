//! A patient's password and sessions.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use kalends_app::error::AppError;
use kalends_app::sessions;

use super::details::{Again, profile};
use crate::http::caller::Connection;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::http::{cookies, sign_in};
use crate::pages::kit::{Field, Form, Frame, Refused, Submitted, Toast, see_other_saying};
use crate::pages::session::AsPatient;

/// The form that changes the password.
pub fn form(l: Locale) -> Form {
    password_form(l, "/patient/profile/password")
}

/// The same, sent to another page.
pub fn password_form(l: Locale, action: &str) -> Form {
    Form::post(l, action, l.t("patient-change-password"))
        .field(Field::password("current_password", l.t("patient-current-password"), "current-password").required())
        .field(
            Field::password("new_password", l.t("patient-new-password"), "new-password")
                .required()
                .hint(l.t("register-password-hint")),
        )
}

/// `POST /patient/profile/password`
pub async fn change_password(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    connection: Connection,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let l = frame.l;
    let (current, new) = (submitted.get("current_password"), submitted.get("new_password"));
    match sign_in::change_password(&state, &ctx, &connection.origin.client, current, new).await {
        Ok(()) => {
            let said = Toast::success(l.t("patient-password-changed"));
            Ok(see_other_saying("/patient/profile", &said))
        }
        Err(AppError::Invalid(errors)) => {
            let form = form(l).refused(&errors);
            profile(&state, &ctx, &frame, Again::Password(form)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /patient/profile/sign-out-everywhere`
pub async fn sign_out_everywhere(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
) -> Result<Response, Refused> {
    sessions::sign_out_everywhere(&state.app, &ctx).await?;
    let mut response = see_other_saying("/patient/login", &Toast::success(frame.l.t("sign-out-done")));
    for cookie in cookies::signed_out(&state.config) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
