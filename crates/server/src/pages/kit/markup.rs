//! HTML that a template has written, for components that hold others.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

/// Only a template makes one, so whatever stands in it was escaped there.
#[derive(Clone, Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// What the template writes; nothing, and a line in the log, if it fails.
    pub fn of(template: &impl Template) -> Self {
        Self(template.render().unwrap_or_else(|error| {
            tracing::error!(%error, "a part of a page was not rendered");
            String::new()
        }))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Several, one after the other.
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}
