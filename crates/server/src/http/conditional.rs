//! `ETag` and `If-Match`: a record's version, so that nobody overwrites a change they have not seen.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kalends_app::error::AppError;
use serde::Serialize;

use crate::http::problem::Failure;

/// The version that the caller expects; absent: whatever it is.
pub struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        // An entity tag that we never gave cannot be the present version.
        let version = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .and_then(|text| text.parse().ok());
        version
            .map(|version| Self(Some(version)))
            .ok_or_else(|| AppError::Stale.into())
    }
}

/// A record with its version as the entity tag.
pub struct Versioned<T> {
    pub status: StatusCode,
    pub version: i64,
    pub value: T,
}

impl<T> Versioned<T> {
    /// 200 with the record.
    pub fn ok(version: i64, value: T) -> Self {
        Self {
            status: StatusCode::OK,
            version,
            value,
        }
    }

    /// 201 with the record that was just made.
    pub fn created(version: i64, value: T) -> Self {
        Self {
            status: StatusCode::CREATED,
            version,
            value,
        }
    }
}

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        (
            self.status,
            [(header::ETAG, format!("\"{}\"", self.version))],
            Json(self.value),
        )
            .into_response()
    }
}
