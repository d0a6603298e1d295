//! The accounts of an organisation.

use axum::extract::State;
use axum::http::StatusCode;
use kalends_app::idempotency::Once;
use kalends_app::users::{self, NewUser, UserPatch};
use kalends_domain::id::UserId;
use kalends_domain::permission::Role;
use kalends_domain::user::User;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::{Body, present};
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// Somebody who signs in.
#[derive(Serialize, ToSchema)]
pub struct UserView {
    id: Uuid,
    email: String,
    given_name: String,
    family_name: String,
    language: Option<String>,
    /// The widest role that they hold.
    role: Option<&'static str>,
    archived: bool,
    version: i64,
}

impl From<&User> for UserView {
    fn from(it: &User) -> Self {
        Self {
            id: it.id.uuid(),
            email: it.email.clone(),
            given_name: it.given_name.clone(),
            family_name: it.family_name.clone(),
            language: it.language.clone(),
            role: it.role.map(Role::name),
            archived: it.archived_at.is_some(),
            version: it.version,
        }
    }
}

/// What a new account needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserBody {
    #[schema(format = Email, max_length = 254)]
    email: String,
    #[schema(min_length = 1, max_length = 120)]
    given_name: String,
    #[schema(min_length = 1, max_length = 120)]
    family_name: String,
    language: Option<String>,
    /// `admin`, `doctor`, `receptionist` or `patient`. The operator's is given on the command line. A doctor comes with a
    /// provider of their own, a patient with their record; `/providers` makes a doctor with all that they do at once.
    #[schema(value_type = String)]
    role: Role,
    /// 8 to 1,024 bytes. Without one the person cannot sign in yet.
    #[schema(format = Password, min_length = 8, max_length = 1024)]
    password: Option<String>,
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatchBody {
    email: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// A new password; the account's sessions end. One's own is changed by `/me/password`, which takes the present one.
    password: Option<String>,
    /// `true` archives, `false` restores.
    archived: Option<bool>,
}

/// Which users a list shows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserFilters {
    /// Of this role.
    #[param(value_type = Option<String>)]
    role: Option<Role>,
}

/// The operations on users.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, archive))
}

/// The users, by name.
#[utoipa::path(get, path = "/users", tag = "users", params(ListParams, UserFilters), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<UserView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<UserFilters>,
) -> ApiResult<axum::Json<ListAnswer<UserView>>> {
    let page = users::list(&state.app, &ctx, &listing.page, listing.filters.role).await?;
    Ok(axum::Json(ListAnswer::new(page, |it| UserView::from(&it))))
}

/// One user.
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = UserView), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get(State(state): State<AppState>, Caller(ctx): Caller, Id(id): Id<UserId>) -> ApiResult<Versioned<UserView>> {
    let it = users::get(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(it.version, (&it).into()))
}

/// Makes an account.
#[utoipa::path(post, path = "/users", tag = "users", request_body = UserBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = UserView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<UserBody>,
) -> ApiResult<Versioned<UserView>> {
    let render = |it: &User| created(&UserView::from(it));
    let once = Once::new(key.of(&ctx, "users.create", body.fingerprint), &render);
    let input = NewUser {
        email: body.value.email,
        given_name: body.value.given_name,
        family_name: body.value.family_name,
        language: body.value.language,
        role: body.value.role,
        password: body.value.password,
    };
    let it = users::create(&state.app, &ctx, input, &once).await?;
    Ok(Versioned::created(it.version, (&it).into()))
}

/// Changes an account. A new role or password, and archiving, end its sessions.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", request_body = UserPatchBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = UserView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
    IfMatch(expected): IfMatch,
    Body { value: patch, .. }: Body<UserPatchBody>,
) -> ApiResult<Versioned<UserView>> {
    let patch = UserPatch {
        email: patch.email,
        given_name: patch.given_name,
        family_name: patch.family_name,
        language: patch.language,
        role: patch.role,
        password: patch.password,
        archived: patch.archived,
    };
    let it = users::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(Versioned::ok(it.version, (&it).into()))
}

/// Archives an account and ends its sessions.
#[utoipa::path(delete, path = "/users/{id}", tag = "users", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn archive(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    let patch = UserPatch {
        archived: Some(true),
        ..UserPatch::default()
    };
    users::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(StatusCode::NO_CONTENT)
}
