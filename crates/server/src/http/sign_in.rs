//! The door that the API and the pages share: a try to sign in or to make an account, counted and carried out.

use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::registration::{self, Registration};
use kalends_app::sessions::{self, Client, Grant, Origin};
use kalends_app::users;
use kalends_domain::id::TenantId;

use crate::http::caller::Connection;
use crate::http::state::AppState;

/// Signs somebody in.
///
/// # Errors
/// [`AppError::InvalidCredentials`], [`AppError::RateLimited`].
pub async fn sign_in(
    state: &AppState,
    ctx: &Ctx,
    client: &Client,
    email: &str,
    password: &str,
) -> Result<Grant, AppError> {
    if !state.config.limits {
        return sessions::sign_in(&state.app, ctx, client, email, password).await;
    }
    let attempt = state
        .limits
        .sign_in(ctx.tenant_id(), email, client, ctx.address, ctx.now)?;
    let outcome = sessions::sign_in(&state.app, ctx, client, email, password).await;
    match &outcome {
        Ok(_) => attempt.succeeded(),
        Err(AppError::InvalidCredentials) => {}
        Err(_) => attempt.take_back(),
    }
    outcome
}

/// Refuses a try to sign in to an organisation that does not exist, as if it did: in as much time, and counted.
pub async fn refuse(state: &AppState, connection: &Connection, email: &str, password: &str) -> AppError {
    let Origin { client, address, .. } = &connection.origin;
    let nobody = TenantId::from(uuid::Uuid::nil());
    if state.config.limits
        && let Err(limited) = state.limits.sign_in(nobody, email, client, *address, state.app.now())
    {
        return limited;
    }
    match state.app.passwords.verify(password, None).await {
        Ok(_) => AppError::InvalidCredentials,
        Err(error) => error,
    }
}

/// Makes a patient's account and signs them in.
///
/// # Errors
/// [`AppError::EmailTaken`], [`AppError::RateLimited`], or fields that break a rule.
pub async fn register(state: &AppState, ctx: &Ctx, client: &Client, input: Registration) -> Result<Grant, AppError> {
    let email = input.email.clone();
    if state.config.limits {
        state.limits.register(ctx.address, ctx.now)?;
    }
    let grant = registration::register(&state.app, ctx, client, input).await?;
    state.limits.know(ctx.tenant_id(), &email, ctx.address);
    Ok(grant)
}

/// Changes the caller's own password; the present one can be guessed here too.
///
/// # Errors
/// `current_password` with `wrong-password`, [`AppError::RateLimited`], or a new one that breaks a rule.
pub async fn change_password(
    state: &AppState,
    ctx: &Ctx,
    client: &Client,
    current: &str,
    new: &str,
) -> Result<(), AppError> {
    if !state.config.limits {
        return users::change_password(&state.app, ctx, current, new).await;
    }
    let email = ctx.signed_in()?.email.clone();
    let attempt = state
        .limits
        .sign_in(ctx.tenant_id(), &email, client, ctx.address, ctx.now)?;
    let outcome = users::change_password(&state.app, ctx, current, new).await;
    match &outcome {
        Ok(()) => attempt.succeeded(),
        Err(AppError::Invalid(fields)) if fields.iter().any(|field| field.code == "wrong-password") => {}
        Err(_) => attempt.take_back(),
    }
    outcome
}
