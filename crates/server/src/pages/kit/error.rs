//! Pages for what cannot be shown: why, and what to do next.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kalends_app::error::AppError;

use super::page::Page;
use super::respond::render_as;

/// Which page is shown instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nobody is signed in; [`dress`](super::dress) leads to the sign-in page.
    SignIn,
    NotFound,
    /// The address takes other methods.
    Method,
    Forbidden,
    /// The record changed, or its state does not allow the step any more.
    Conflict,
    TooMany,
    /// In a moment it may work.
    Unavailable,
    Failed,
}

impl ErrorKind {
    pub const fn status(self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Its heading and its explanation in the catalogues.
    pub(super) const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::SignIn => ("page-error-sign-in", "page-error-sign-in-text"),
            Self::NotFound | Self::Method => ("page-error-not-found", "page-error-not-found-text"),
            Self::Forbidden => ("page-error-forbidden", "page-error-forbidden-text"),
            Self::Conflict => ("page-error-conflict", "page-error-conflict-text"),
            Self::TooMany => ("page-error-too-many", "page-error-too-many-text"),
            Self::Unavailable => ("page-error-unavailable", "page-error-unavailable-text"),
            Self::Failed => ("page-error-failed", "page-error-failed-text"),
        }
    }

    /// This error as a page.
    pub fn page(self, page: Page) -> Response {
        let text = page.l.t(self.keys().1);
        render_as(
            self.status(),
            &ErrorPage {
                page,
                code: self.status().as_u16(),
                text,
            },
        )
    }
}

/// An error that a page's handler passes on with `?`: `async fn show(…) -> Result<Response, Refused>`. The page that the
/// reader sees is made by [`dress`](super::dress), which knows the reader's language.
#[derive(Debug)]
pub struct Refused(pub ErrorKind);

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self(match error {
            AppError::Unauthenticated | AppError::InvalidCredentials => ErrorKind::SignIn,
            AppError::Forbidden => ErrorKind::Forbidden,
            AppError::NotFound => ErrorKind::NotFound,
            AppError::RateLimited { .. } => ErrorKind::TooMany,
            AppError::Stale
            | AppError::InUse
            | AppError::Occupied { .. }
            | AppError::EmailTaken
            | AppError::WrongState(_)
            | AppError::NotBookable { .. }
            | AppError::SlotTaken { .. }
            | AppError::NotAll { .. }
            | AppError::HoldExpired { .. }
            | AppError::Replayed(_)
            | AppError::KeyReused => ErrorKind::Conflict,
            // A field that a page shows is answered beside it; what arrives here came from no form of ours.
            AppError::Invalid(_) => ErrorKind::NotFound,
            AppError::Unavailable(cause) => {
                tracing::error!(%cause, "the database is out of reach");
                ErrorKind::Unavailable
            }
            AppError::Internal(cause) => {
                tracing::error!(cause, "a page failed");
                ErrorKind::Failed
            }
        })
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.0.status().into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

#[derive(Template)]
#[template(path = "kit/error.html")]
struct ErrorPage {
    page: Page,
    code: u16,
    text: String,
}

#[cfg(test)]
pub(super) fn sample(page: Page) -> impl Template {
    let text = page.l.t(ErrorKind::NotFound.keys().1);
    ErrorPage { page, code: 404, text }
}
