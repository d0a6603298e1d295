//! What stands in a cell of a table, or beside a term in a list of facts.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::phone::phone;
use super::super::status::{Badge, Status};
use crate::http::locale::Locale;

/// A value.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/cell.html")]
pub enum Cell {
    Text(String),
    /// Digits and Latin signs that stay in their order in a right-to-left line: times, phone numbers, addresses.
    Code(String),
    Muted(String),
    /// A text and its address.
    Link(String, String),
    /// A line and a smaller one under it.
    Lines(Box<Cell>, String),
    Badge(Badge),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn code(text: impl Into<String>) -> Self {
        Self::Code(text.into())
    }

    /// A telephone number in groups; a dash where there is none.
    pub fn phone(number: Option<&str>) -> Self {
        number.map_or_else(|| Self::muted("–"), |number| Self::code(phone(number)))
    }

    pub fn muted(text: impl Into<String>) -> Self {
        Self::Muted(text.into())
    }

    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Link(text.into(), href.into())
    }

    pub fn status(l: Locale, status: impl Into<Status>) -> Self {
        Self::Badge(status.into().badge(l))
    }

    pub fn badge(badge: Badge) -> Self {
        Self::Badge(badge)
    }

    /// A dash where there is nothing.
    pub fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or_else(|| Self::muted("–"), Self::text)
    }

    /// A smaller line under it.
    #[must_use]
    pub fn second(self, text: impl Into<String>) -> Self {
        Self::Lines(Box::new(self), text.into())
    }
}

impl HtmlSafe for Cell {}
