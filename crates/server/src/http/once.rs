//! The `Idempotency-Key` header of creating requests.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::idempotency::{Answer, Key};
use serde::Serialize;

use crate::http::problem::Failure;

const MAX_LENGTH: usize = 255;

/// The key as it was sent, if it was.
pub struct IdempotencyKey(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = value
            .to_str()
            .ok()
            .map(str::trim)
            .filter(|key| !key.is_empty() && key.len() <= MAX_LENGTH);
        key.map(|key| Self(Some(key.to_owned())))
            .ok_or_else(|| AppError::field("idempotency-key", "malformed").into())
    }
}

impl IdempotencyKey {
    /// The key of this caller for this operation, with the hash of the request's body.
    pub fn of(self, ctx: &Ctx, operation: &'static str, fingerprint: Vec<u8>) -> Option<Key> {
        let caller = ctx.user_id().map_or_else(
            || {
                format!(
                    "anonymous {}",
                    ctx.address.map(|address| address.to_string()).unwrap_or_default()
                )
            },
            |id| id.to_string(),
        );
        self.0.map(|key| Key {
            caller,
            operation,
            key,
            fingerprint,
        })
    }
}

/// The answer for a record that was just made, in the form in which it is stored and replayed.
pub fn created<T: Serialize>(view: &T) -> Answer {
    Answer {
        status: 201,
        // Member for member as the first answer was written. A view always serialises: it was serialised then.
        body: serde_json::to_string(view).unwrap_or_default(),
    }
}
