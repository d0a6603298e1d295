//! What a form sent, as names and values, before anything is made of it.

use std::str::FromStr;

use axum::extract::{FromRequest, Request};
use axum::response::Response;

use super::error::{ErrorKind, Refused};
use axum::response::IntoResponse;

/// An extractor for posted forms. Values are trimmed only where a use case does so.
#[derive(Clone, Debug, Default)]
pub struct Submitted(Vec<(String, String)>);

impl Submitted {
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The first value of a name; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// The same, or none where it is blank.
    pub fn some(&self, name: &str) -> Option<String> {
        Some(self.get(name).trim())
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }

    /// Every value of a name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// Whether a checkbox was ticked.
    pub fn is_checked(&self, name: &str) -> bool {
        self.get(name) == "true"
    }

    /// A value as a number, date, time or id; none if it is not one.
    pub fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).trim().parse().ok()
    }
}

impl<S: Send + Sync> FromRequest<S> for Submitted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        axum::Form::from_request(request, state)
            .await
            .map(|axum::Form(pairs)| Self(pairs))
            .map_err(|_| Refused(ErrorKind::NotFound).into_response())
    }
}
