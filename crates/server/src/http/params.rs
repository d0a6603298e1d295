//! Path and query values that reject the impossible, so that junk never reaches a use case.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::error::AppError;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use crate::http::problem::{Failure, Problem, ProblemField};

/// The id in the path. One that is no UUID names nothing: 404, as for an unknown one.
pub struct Id<T>(pub T);

impl<S: Send + Sync, T: From<Uuid>> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let axum::extract::Path(text) = axum::extract::Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| AppError::NotFound)?;
        // Only the canonical form: one record has one address.
        let id = Uuid::try_parse(&text)
            .ok()
            .filter(|id| id.to_string() == text)
            .ok_or(AppError::NotFound)?;
        Ok(Self(T::from(id)))
    }
}

/// A bound in time: an instant, or a whole day at the place in question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    Instant(Timestamp),
    Date(Date),
}

impl Since {
    /// The instant, if it is one.
    pub const fn instant(&self) -> Option<Timestamp> {
        match self {
            Self::Instant(instant) => Some(*instant),
            Self::Date(_) => None,
        }
    }

    /// The day, if it is one.
    pub const fn date(&self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(*date),
            Self::Instant(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Since {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // A date alone is ten characters; jiff would read an instant's date as well.
        let parsed = if text.len() == 10 {
            text.parse().map(Self::Date)
        } else {
            text.parse().map(Self::Instant)
        };
        parsed.map_err(D::Error::custom)
    }
}

/// A calendar date, `YYYY-MM-DD` and nothing else: a time of day beside it would not be lost in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsoDate(pub Date);

impl From<IsoDate> for Date {
    fn from(date: IsoDate) -> Self {
        date.0
    }
}

impl<'de> Deserialize<'de> for IsoDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let date = Some(&text).filter(|text| text.len() == "2027-01-05".len());
        date.and_then(|text| text.parse().ok())
            .map(Self)
            .ok_or_else(|| D::Error::custom("a date is written YYYY-MM-DD"))
    }
}

/// The query string; unknown, repeated and unreadable parameters are refused.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Reads URL-encoded pairs.
///
/// # Errors
/// 422 with the parameter that is unknown, repeated or unreadable, or has a NUL in it, which PostgreSQL's text cannot.
pub fn read<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    if query.contains("%00") {
        return Err(unreadable("a NUL character".to_owned()));
    }
    serde_urlencoded::from_str(query).map_err(|error| unreadable(error.to_string()))
}

fn unreadable(detail: String) -> Failure {
    let field = ProblemField {
        pointer: String::new(),
        code: "malformed",
        detail,
    };
    let problem = Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid",
        "Some parameters are not valid",
    );
    Problem {
        errors: vec![field],
        ..problem
    }
    .into()
}
