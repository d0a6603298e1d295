//! A dialog over a page. It has an address of its own and is sent open, so it needs no script; with one it is modal.

use askama::Template;
use askama::filters::HtmlSafe;

use super::action::Actions;
use super::form::Form;
use super::icon::Icon;
use super::markup::Markup;
use crate::http::locale::Locale;

/// A box with a heading, its content, and a way back.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/dialog.html")]
pub struct Dialog {
    pub l: Locale,
    pub title: String,
    pub body: Markup,
    /// The page underneath: where closing leads.
    pub back: String,
    pub wide: bool,
    /// At the end of the line instead of the middle, so that a calendar stays in view.
    pub side: bool,
}

impl Dialog {
    pub fn new(l: Locale, title: impl Into<String>, back: impl Into<String>, body: Markup) -> Self {
        Self {
            l,
            title: title.into(),
            body,
            back: back.into(),
            wide: false,
            side: false,
        }
    }

    /// A dialog around a form; its cancel button leads back too.
    pub fn form(l: Locale, title: impl Into<String>, back: impl Into<String>, form: Form) -> Self {
        let back = back.into();
        let form = form.cancel(back.clone());
        Self::new(l, title, back, Markup::of(&form))
    }

    /// A question before something is taken away: what will happen, the button that does it, and the way back.
    pub fn confirm(
        l: Locale,
        title: impl Into<String>,
        text: impl Into<String>,
        back: impl Into<String>,
        form: Form,
    ) -> Self {
        let back = back.into();
        let question = Confirm {
            text: text.into(),
            form: form.cancel(back.clone()),
        };
        Self::new(l, title, back, Markup::of(&question))
    }

    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    #[must_use]
    pub fn side(mut self) -> Self {
        self.side = true;
        self
    }

    /// Puts buttons below what it shows.
    #[must_use]
    pub fn actions(mut self, actions: Actions) -> Self {
        self.body = Markup::joined([self.body, Markup::of(&DialogFoot { actions })]);
        self
    }

    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }
}

impl HtmlSafe for Dialog {}

#[derive(Template)]
#[template(source = "<p class=\"mb-4\">{{ text }}</p>{{ form }}", ext = "html")]
struct Confirm {
    text: String,
    form: Form,
}

#[derive(Template)]
#[template(source = "<div class=\"form-actions mt-5\">{{ actions }}</div>", ext = "html")]
struct DialogFoot {
    actions: Actions,
}
