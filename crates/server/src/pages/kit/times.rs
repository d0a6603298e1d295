//! Free times as radio buttons, a day at a time.

use askama::Template;
use askama::filters::HtmlSafe;

/// One time that can be chosen.
#[derive(Clone, Debug)]
pub struct TimeChoice {
    /// What is sent.
    pub value: String,
    /// `09:30`.
    pub label: String,
    /// The offset, where the clock shows this time twice that day; else empty.
    pub note: String,
    /// The choice in words, and its instant (RFC 3339), for the bar that repeats it.
    pub summary: String,
    pub instant: String,
    pub chosen: bool,
}

impl TimeChoice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            note: String::new(),
            summary: String::new(),
            instant: String::new(),
            chosen: false,
        }
    }

    /// What a `[data-chosen]` on the page says once this is chosen: `Tue 12 Jan, 10:15–10:45`, and its instant.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>, instant: impl Into<String>) -> Self {
        self.summary = summary.into();
        self.instant = instant.into();
        self
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    #[must_use]
    pub fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = chosen;
        self
    }
}

/// A part of a day: its name (`Morning`) and its times.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: String,
    pub times: Vec<TimeChoice>,
}

/// A day with its times, or one line that says that there are none.
#[derive(Clone, Debug)]
pub struct DayTimes {
    /// `Tuesday 12 January`.
    pub heading: String,
    /// `in 3 days`.
    pub hint: String,
    pub parts: Vec<Part>,
    /// Why there are none; empty if there are.
    pub none: String,
}

/// The days of a choice. They stand in a form of the page's own.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/times.html")]
pub struct Times {
    /// The radio buttons' name.
    pub name: String,
    pub days: Vec<DayTimes>,
    /// Whether the focus goes to the chosen one when the page opens.
    pub autofocus: bool,
}

impl Times {
    pub fn new(name: impl Into<String>, days: Vec<DayTimes>) -> Self {
        Self {
            name: name.into(),
            days,
            autofocus: false,
        }
    }

    #[must_use]
    pub fn autofocus(mut self) -> Self {
        self.autofocus = true;
        self
    }
}

impl HtmlSafe for Times {}
