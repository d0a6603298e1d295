//! What a record says of itself: terms and values.

use askama::Template;
use askama::filters::HtmlSafe;

use super::table::Cell;
use crate::http::locale::Locale;

/// A list of terms, each with its value.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/facts.html")]
pub struct Facts {
    pub l: Locale,
    pub rows: Vec<(String, Cell)>,
}

impl Facts {
    pub fn new(l: Locale) -> Self {
        Self { l, rows: Vec::new() }
    }

    #[must_use]
    pub fn row(mut self, term: impl Into<String>, value: Cell) -> Self {
        self.rows.push((term.into(), value));
        self
    }

    /// Only if there is a value.
    #[must_use]
    pub fn maybe(self, term: impl Into<String>, value: Option<&str>) -> Self {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => self.row(term, Cell::text(value)),
            None => self,
        }
    }
}

impl HtmlSafe for Facts {}
