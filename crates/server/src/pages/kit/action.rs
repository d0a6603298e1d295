//! Something the reader can do: a link that leads somewhere, or a button that posts.

use askama::Template;
use askama::filters::HtmlSafe;

use super::icon::Icon;

/// How loud it is. A screen has one primary action; the rest are quiet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Quiet,
    Primary,
    /// Only words, for rows of a table and second thoughts.
    Plain,
    /// Takes something away; its label says what.
    Danger,
    /// The last step of taking something away.
    DangerPrimary,
}

impl Kind {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Quiet => "",
            Self::Primary => " primary",
            Self::Plain => " plain",
            Self::Danger => " danger",
            Self::DangerPrimary => " danger primary",
        }
    }
}

/// A link or a form of one button.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/action.html")]
pub struct Action {
    pub label: String,
    pub href: String,
    pub post: bool,
    pub kind: Kind,
    pub icon: Option<Icon>,
    pub small: bool,
    /// What a button posts with it.
    pub hidden: Vec<(String, String)>,
    /// Heard after the label, where many rows have the same: whose it is.
    pub about: String,
    /// Whether the link leads to a dialog over this page, so that the focus comes back to it.
    pub dialog: bool,
    /// The single key that does the same; empty for none.
    pub key: String,
}

impl Action {
    /// A link that looks like a button.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            post: false,
            kind: Kind::Quiet,
            icon: None,
            small: false,
            hidden: Vec::new(),
            about: String::new(),
            dialog: false,
            key: String::new(),
        }
    }

    /// A button that posts to an address.
    pub fn post(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            post: true,
            ..Self::link(label, href)
        }
    }

    /// A link to a dialog's address.
    pub fn dialog(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            dialog: true,
            ..Self::link(label, href)
        }
    }

    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    #[must_use]
    pub fn primary(self) -> Self {
        self.kind(Kind::Primary)
    }

    /// The same where it stands among equals: primary becomes quiet.
    #[must_use]
    pub fn quieter(self) -> Self {
        match self.kind {
            Kind::Primary => self.kind(Kind::Quiet),
            _ => self,
        }
    }

    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    #[must_use]
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn about(mut self, whom: impl Into<String>) -> Self {
        self.about = whom.into();
        self
    }
}

impl HtmlSafe for Action {}

/// Actions in a row.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "kit/actions.html")]
pub struct Actions(pub Vec<Action>);

impl HtmlSafe for Actions {}
