//! A number that matters today.

use askama::Template;
use askama::filters::HtmlSafe;

use super::icon::Icon;

/// One number: what it counts, how much, and a note.
#[derive(Clone, Debug)]
pub struct Tile {
    pub icon: Icon,
    pub label: String,
    pub value: String,
    pub note: String,
    /// Where more about it stands; empty for nowhere.
    pub href: String,
}

impl Tile {
    pub fn new(icon: Icon, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            icon,
            label: label.into(),
            value: value.into(),
            note: String::new(),
            href: String::new(),
        }
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = href.into();
        self
    }
}

/// Tiles beside each other.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/tiles.html")]
pub struct Tiles(pub Vec<Tile>);

impl HtmlSafe for Tiles {}
