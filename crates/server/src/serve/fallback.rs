//! Answers where no handler is, or none that finished: problem documents for programs, pages for people.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::http::problem::Problem;
use crate::pages::kit::{ErrorKind, Refused};

/// Who reads an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Program,
    /// In a browser: the kit makes the page, in their language.
    Person,
}

impl Reader {
    /// The refusal in the reader's form.
    pub fn answer(self, kind: ErrorKind, name: &str, title: &'static str) -> Response {
        match self {
            Self::Program => Problem::new(kind.status(), name, title).into_response(),
            Self::Person => Refused(kind).into_response(),
        }
    }
}

/// No such address.
pub async fn not_found(request: Request) -> Response {
    let path = request.uri().path();
    let is_api = path == "/api" || path.starts_with("/api/");
    let reader = if is_api { Reader::Program } else { Reader::Person };
    reader.answer(ErrorKind::NotFound, "not-found", "There is nothing at this address")
}

/// The operation has other methods; axum names them in `Allow`.
pub async fn no_such_method() -> Problem {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Problem::new(status, "method-not-allowed", "This address does not take this method")
}

/// The page has other methods.
pub async fn no_such_page_method() -> Refused {
    Refused(ErrorKind::Method)
}
