//! A message that stands on a page: an icon, words, and a colour that agrees with both.

use askama::Template;
use askama::filters::HtmlSafe;

use super::action::Action;
use super::icon::Icon;

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Info,
    Success,
    Warning,
    Error,
}

impl Tone {
    pub const ALL: [Self; 4] = [Self::Info, Self::Success, Self::Warning, Self::Error];

    /// The CSS class, and its name in a cookie.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    pub const fn icon(self) -> Icon {
        match self {
            Self::Info => Icon("info"),
            Self::Success => Icon("circle-check"),
            Self::Warning => Icon("triangle-alert"),
            Self::Error => Icon("circle-alert"),
        }
    }
}

/// A message with what can be done about it.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/notice.html")]
pub struct Notice {
    pub tone: Tone,
    pub title: String,
    /// More words; empty for none.
    pub text: String,
    pub actions: Vec<Action>,
}

impl Notice {
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self {
            tone,
            title: title.into(),
            text: String::new(),
            actions: Vec::new(),
        }
    }

    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }
}

impl HtmlSafe for Notice {}
