//! The caller's own account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kalends_app::ctx::SignedIn;
use kalends_app::sessions;
use kalends_domain::id::TenantId;
use kalends_domain::user::Membership;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::proxies::ActsForView;
use crate::http::caller::{Caller, Connection};
use crate::http::json::Body;
use crate::http::problem::{ApiResult, Problem};
use crate::http::sign_in;
use crate::http::state::AppState;

/// Somebody who is signed in.
#[derive(Serialize, ToSchema)]
pub struct PersonView {
    id: Uuid,
    email: String,
    given_name: String,
    family_name: String,
    language: Option<String>,
    /// What they are in this session.
    role: &'static str,
    tenant_id: Uuid,
    /// The patient that they are.
    patient_id: Option<Uuid>,
    /// The provider that they are.
    provider_id: Option<Uuid>,
    memberships: Vec<MembershipView>,
    /// The patients whom they may act for at present, beside themselves.
    acts_for: Vec<ActsForView>,
}

/// What somebody is in the organisation.
#[derive(Serialize, ToSchema)]
pub struct MembershipView {
    id: Uuid,
    role: &'static str,
    patient_id: Option<Uuid>,
    provider_id: Option<Uuid>,
}

impl PersonView {
    /// The person of a session, with all that they are in the tenant.
    pub fn new(tenant: TenantId, user: &SignedIn, memberships: &[Membership]) -> Self {
        Self {
            id: user.user_id.uuid(),
            email: user.email.clone(),
            given_name: user.given_name.clone(),
            family_name: user.family_name.clone(),
            language: user.language.clone(),
            role: user.role.name(),
            tenant_id: tenant.uuid(),
            patient_id: user.patient_id.map(Into::into),
            provider_id: user.provider_id.map(Into::into),
            memberships: memberships
                .iter()
                .map(|it| MembershipView {
                    id: it.id.uuid(),
                    role: it.role.name(),
                    patient_id: it.patient_id.map(Into::into),
                    provider_id: it.provider_id.map(Into::into),
                })
                .collect(),
            acts_for: user.acts_for.iter().map(ActsForView::from).collect(),
        }
    }
}

/// A change of one's own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    #[schema(format = Password)]
    current_password: String,
    /// 8 to 1,024 bytes, taken exactly as they are.
    #[schema(format = Password, min_length = 8, max_length = 1024)]
    new_password: String,
}

/// The operations.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get))
        .routes(routes!(change_password))
        .routes(routes!(sign_out_everywhere))
}

/// Who the caller is.
#[utoipa::path(get, path = "/me", tag = "me", security(("bearer" = [])),
    responses((status = 200, body = PersonView), (status = 401, body = Problem)))]
async fn get(State(state): State<AppState>, Caller(ctx): Caller) -> ApiResult<Json<PersonView>> {
    let memberships = sessions::memberships(&state.app, &ctx).await?;
    Ok(Json(PersonView::new(ctx.tenant_id(), ctx.signed_in()?, &memberships)))
}

/// Changes the caller's password and ends their other sessions.
#[utoipa::path(post, path = "/me/password", tag = "me", request_body = PasswordBody, security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn change_password(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    connection: Connection,
    Body { value: body, .. }: Body<PasswordBody>,
) -> ApiResult<StatusCode> {
    let client = &connection.origin.client;
    sign_in::change_password(&state, &ctx, client, &body.current_password, &body.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session of the caller, this one too.
#[utoipa::path(post, path = "/me/sign-out-everywhere", tag = "me", security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem)))]
async fn sign_out_everywhere(State(state): State<AppState>, Caller(ctx): Caller) -> ApiResult<StatusCode> {
    sessions::sign_out_everywhere(&state.app, &ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}
