//! Signing in and out. Idempotency keys are ignored here: no answer of these operations is ever stored.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kalends_app::error::AppError;
use kalends_app::registration::Registration;
use kalends_app::sessions::{self, Grant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::me::PersonView;
use crate::http::caller::Connection;
use crate::http::json::Body;
use crate::http::params::IsoDate;
use crate::http::problem::{ApiResult, Problem};
use crate::http::sign_in;
use crate::http::state::AppState;

/// Tokens, and whose they are.
#[derive(Serialize, ToSchema)]
pub struct GrantView {
    /// For `Authorization: Bearer …`, for ten minutes.
    access_token: String,
    /// Good once, for new tokens.
    refresh_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the access token runs out.
    expires_in: i64,
    user: PersonView,
}

impl From<Grant> for GrantView {
    fn from(grant: Grant) -> Self {
        Self {
            user: PersonView::new(grant.tenant.id, &grant.user, &grant.memberships),
            access_token: grant.access_token,
            refresh_token: grant.refresh_token,
            token_type: "Bearer",
            expires_in: grant.expires_in_seconds,
        }
    }
}

/// A patient's new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterBody {
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// 8 to 1,024 bytes, taken exactly as they are.
    #[schema(format = Password, min_length = 8, max_length = 1024)]
    password: String,
    #[schema(min_length = 1, max_length = 120)]
    given_name: String,
    #[schema(min_length = 1, max_length = 120)]
    family_name: String,
    phone: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<IsoDate>,
    /// The organisation's slug, where the host name does not name one.
    tenant: Option<String>,
}

/// An address and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginBody {
    #[schema(format = Email)]
    email: String,
    #[schema(format = Password)]
    password: String,
    /// The organisation's slug, where the host name does not name one.
    tenant: Option<String>,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    refresh_token: String,
}

/// The operations.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
}

/// Makes a patient's account and signs them in.
#[utoipa::path(post, path = "/auth/register", tag = "auth", request_body = RegisterBody,
    responses((status = 201, body = GrantView), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
async fn register(
    State(state): State<AppState>,
    connection: Connection,
    Body { value: body, .. }: Body<RegisterBody>,
) -> ApiResult<(StatusCode, Json<GrantView>)> {
    let ctx = connection.anonymous(&state, body.tenant.as_deref()).await?;
    let input = Registration {
        email: body.email,
        password: body.password,
        given_name: body.given_name,
        family_name: body.family_name,
        phone: body.phone,
        birth_date: body.birth_date.map(Into::into),
        language: None,
    };
    let grant = sign_in::register(&state, &ctx, &connection.origin.client, input).await?;
    Ok((StatusCode::CREATED, Json(grant.into())))
}

/// Signs somebody in. Every reason not to is one answer.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = LoginBody,
    responses((status = 200, body = GrantView), (status = 401, body = Problem), (status = 429, body = Problem)))]
async fn login(
    State(state): State<AppState>,
    connection: Connection,
    Body { value: body, .. }: Body<LoginBody>,
) -> ApiResult<Json<GrantView>> {
    let ctx = match connection.any_tenant(&state, body.tenant.as_deref()).await {
        // Whether an organisation exists is not told to somebody who guesses passwords.
        Err(AppError::NotFound) => {
            return Err(sign_in::refuse(&state, &connection, &body.email, &body.password)
                .await
                .into());
        }
        other => other?,
    };
    let grant = sign_in::sign_in(&state, &ctx, &connection.origin.client, &body.email, &body.password).await?;
    Ok(Json(grant.into()))
}

/// Exchanges a refresh token for new tokens. It is good once: a second use ends the session, but for a repetition by the same
/// client within ten seconds.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", request_body = RefreshBody,
    responses((status = 200, body = GrantView), (status = 401, body = Problem)))]
async fn refresh(
    State(state): State<AppState>,
    connection: Connection,
    Body { value: body, .. }: Body<RefreshBody>,
) -> ApiResult<Json<GrantView>> {
    let grant = sessions::refresh(&state.app, &connection.origin, &body.refresh_token).await?;
    Ok(Json(grant.into()))
}

/// Ends the session of a refresh token. An unknown one ends nothing, and is answered alike.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", request_body = RefreshBody,
    responses((status = 204)))]
async fn logout(
    State(state): State<AppState>,
    connection: Connection,
    Body { value: body, .. }: Body<RefreshBody>,
) -> ApiResult<StatusCode> {
    sessions::sign_out_with(&state.app, &connection.origin, &body.refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}
