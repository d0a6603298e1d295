//! Where nothing is yet: what belongs here, why it is empty, and the one next step.

use askama::Template;
use askama::filters::HtmlSafe;

use super::action::Action;
use super::icon::Icon;

/// An empty state.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/blank.html")]
pub struct Blank {
    pub icon: Icon,
    pub title: String,
    pub text: String,
    pub actions: Vec<Action>,
}

impl Blank {
    pub fn new(icon: Icon, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            icon,
            title: title.into(),
            text: text.into(),
            actions: Vec::new(),
        }
    }

    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }
}

impl HtmlSafe for Blank {}
