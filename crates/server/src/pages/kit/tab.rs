//! Views of one thing, as links beside each other.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::http::locale::Locale;

/// One view.
#[derive(Clone, Debug)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub active: bool,
    /// How many there are behind it.
    pub count: Option<i64>,
}

impl Tab {
    pub fn new(label: impl Into<String>, href: impl Into<String>, active: bool) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            active,
            count: None,
        }
    }

    #[must_use]
    pub fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }
}

/// A row of tabs; `joined` for a switch of a few words, such as month, week and day.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/tabs.html")]
pub struct Tabs {
    pub l: Locale,
    /// What they are views of, for screen readers.
    pub label: String,
    pub tabs: Vec<Tab>,
    pub joined: bool,
}

impl Tabs {
    pub fn new(l: Locale, label: impl Into<String>, tabs: Vec<Tab>) -> Self {
        Self {
            l,
            label: label.into(),
            tabs,
            joined: false,
        }
    }

    #[must_use]
    pub fn joined(mut self) -> Self {
        self.joined = true;
        self
    }
}

impl HtmlSafe for Tabs {}
