//! What a request says about how its page should look: language, theme, sidebar, messages to show, and where it is.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kalends_app::ctx::Ctx;

use super::page::Page;
use super::toast::Toast;
use crate::http::locale::{Locale, cookie};

/// The colours a reader chose; the system's where they did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const COOKIE: &'static str = "theme";
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in the cookie, the form and `data-theme`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// How many requests wait for the visitor: put into the request where somebody sees them.
#[derive(Clone, Copy, Debug)]
pub struct Waiting(pub i64);

/// An extractor for every handler that answers with a page.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub l: Locale,
    pub theme: Theme,
    /// Whether the staff's sidebar shows only icons.
    pub folded: bool,
    pub toasts: Vec<Toast>,
    /// How many requests wait for who is looking.
    pub requests: i64,
    /// The path and query of this request.
    pub path: String,
}

impl Frame {
    /// A page for whoever is asking.
    pub fn page(&self, ctx: &Ctx, title: impl Into<String>) -> Page {
        let mut page = Page::new(self.clone(), title);
        page.tenant.clone_from(&ctx.tenant.name);
        if let Ok(user) = ctx.signed_in() {
            page = page.viewed_by(user.role, format!("{} {}", user.given_name, user.family_name));
        }
        page
    }

    /// The frame of a request, without an extractor.
    pub fn of(parts: &Parts, l: Locale) -> Self {
        let of = |name| cookie(&parts.headers, name);
        Self {
            l,
            theme: of(Theme::COOKIE)
                .and_then(|name| Theme::named(&name))
                .unwrap_or_default(),
            folded: of("sidebar").is_some_and(|value| value == "folded"),
            toasts: of(Toast::COOKIE)
                .and_then(|value| Toast::read(&value))
                .into_iter()
                .collect(),
            requests: parts.extensions.get::<Waiting>().map_or(0, |waiting| waiting.0),
            path: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let l = Locale::from_request_parts(parts, state).await?;
        Ok(Self::of(parts, l))
    }
}
