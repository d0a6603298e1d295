//! Who is calling: the tenant by the host name, the person by the token.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;

use crate::http::problem::Failure;
use crate::http::state::AppState;

/// The circumstances of a request of the API: anonymous without a token, refused with one that is not valid.
pub struct Caller(pub Ctx);

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(_parts: &mut Parts, _state: &AppState) -> Result<Self, Failure> {
        Err(AppError::Unauthenticated.into())
    }
}
