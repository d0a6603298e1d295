//! JSON bodies that are exactly what the operation takes; everything else is refused by name.

use axum::body::{Bytes, HttpBody as _};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use crate::http::problem::{Failure, Problem, ProblemField};

/// A parsed body, with a hash of its bytes for idempotency keys.
pub struct Body<T> {
    pub value: T,
    pub fingerprint: Vec<u8>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let problem = Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "Send application/json",
            );
            return Err(problem.into());
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large")
                }
                _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable", "The body could not be read"),
            })?;
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut deserializer).map_err(refusal)?;
        deserializer.end().map_err(|error| malformed(&error))?;
        Ok(Self {
            value,
            fingerprint: Sha256::digest(&bytes).to_vec(),
        })
    }
}

/// A body that may be left out: nothing at all is the default.
pub struct MaybeBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for MaybeBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if request.body().is_end_stream() {
            return Ok(Self(T::default()));
        }
        let Body { value, .. } = Body::from_request(request, state).await?;
        Ok(Self(value))
    }
}

/// Not JSON at all is 400; JSON that is not what the operation takes is 422, with the place.
fn refusal(error: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let cause = error.inner();
    if !cause.is_data() {
        return malformed(cause);
    }
    let path = error.path().to_string();
    let pointer = if path == "." {
        String::new()
    } else {
        format!("/{}", path.replace(['.', '['], "/").replace(']', ""))
    };
    let field = ProblemField {
        pointer,
        code: "malformed",
        detail: cause.to_string(),
    };
    Problem {
        errors: vec![field],
        ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Some fields break a rule")
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    let place = format!("line {}, column {}", error.line(), error.column());
    Problem::new(StatusCode::BAD_REQUEST, "malformed-json", "The body is not JSON").with_detail(place)
}

/// For members of a `PATCH` that cannot be cleared: absent is `None`, `null` is refused like any other wrong type.
///
/// # Errors
/// When the value is not of the type.
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// For members of a `PATCH`: absent is `None`, `null` is `Some(None)`.
///
/// # Errors
/// When the value is neither null nor of the type.
pub fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A record as the answer, 201 for one that was just made.
pub fn answer<T: Serialize>(status: StatusCode, value: &T) -> Response {
    (status, axum::Json(value)).into_response()
}
