//! What state an appointment or a time is in: a word with an icon, a shape and a colour.

use askama::Template;
use askama::filters::HtmlSafe;
use kalends_domain::appointment;

use super::icon::Icon;
use crate::http::locale::Locale;

/// The states of appointments and of the times in a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Available,
    Held,
    Pending,
    Booked,
    Arrived,
    InProgress,
    Fulfilled,
    Cancelled,
    Declined,
    NoShow,
    Blocked,
    Closed,
    Past,
}

impl Status {
    pub const ALL: [Self; 13] = [
        Self::Available,
        Self::Held,
        Self::Pending,
        Self::Booked,
        Self::Arrived,
        Self::InProgress,
        Self::Fulfilled,
        Self::Cancelled,
        Self::Declined,
        Self::NoShow,
        Self::Blocked,
        Self::Closed,
        Self::Past,
    ];

    /// Its CSS class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Available => "is-available",
            Self::Held => "is-held",
            Self::Pending => "is-pending",
            Self::Booked => "is-booked",
            Self::Arrived => "is-arrived",
            Self::InProgress => "is-in-progress",
            Self::Fulfilled => "is-fulfilled",
            Self::Cancelled => "is-cancelled",
            Self::Declined => "is-declined",
            Self::NoShow => "is-no-show",
            Self::Blocked => "is-blocked",
            Self::Closed => "is-closed",
            Self::Past => "is-past",
        }
    }

    pub const fn icon(self) -> Icon {
        match self {
            Self::Available => Icon("circle"),
            Self::Held => Icon("hourglass"),
            Self::Pending => Icon("clock"),
            Self::Booked => Icon("calendar-check-2"),
            Self::Arrived => Icon("circle-dot"),
            Self::InProgress => Icon("activity"),
            Self::Fulfilled => Icon("check"),
            Self::Cancelled => Icon("ban"),
            Self::Declined => Icon("circle-x"),
            Self::NoShow => Icon("x"),
            Self::Blocked => Icon("lock"),
            Self::Closed => Icon("door-closed"),
            Self::Past => Icon("minus"),
        }
    }

    /// The word for it.
    pub fn word(self, l: Locale) -> String {
        l.t(match self {
            Self::Available => "status-available",
            Self::Held => "status-held",
            Self::Pending => "status-pending",
            Self::Booked => "status-booked",
            Self::Arrived => "status-arrived",
            Self::InProgress => "status-in-progress",
            Self::Fulfilled => "status-fulfilled",
            Self::Cancelled => "status-cancelled",
            Self::Declined => "status-declined",
            Self::NoShow => "status-no-show",
            Self::Blocked => "status-blocked",
            Self::Closed => "status-closed",
            Self::Past => "status-past",
        })
    }

    /// `{{ status.badge(page.l) }}`.
    pub fn badge(self, l: Locale) -> Badge {
        Badge {
            class: self.class(),
            icon: Some(self.icon()),
            text: self.word(l),
        }
    }
}

impl From<appointment::Status> for Status {
    fn from(status: appointment::Status) -> Self {
        match status {
            appointment::Status::Pending => Self::Pending,
            appointment::Status::Booked => Self::Booked,
            appointment::Status::Arrived => Self::Arrived,
            appointment::Status::InProgress => Self::InProgress,
            appointment::Status::Fulfilled => Self::Fulfilled,
            appointment::Status::Cancelled => Self::Cancelled,
            appointment::Status::Declined => Self::Declined,
            appointment::Status::NoShow => Self::NoShow,
        }
    }
}

/// A short word in a shape of its own.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<span class=\"status {{ class }}\">{% if let Some(icon) = icon %}{{ icon }}{% endif %}<span>{{ text }}</span></span>",
    ext = "html"
)]
pub struct Badge {
    pub class: &'static str,
    pub icon: Option<Icon>,
    pub text: String,
}

impl Badge {
    /// Without a meaning of its own: `Archived`, `Default`.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            class: "is-plain",
            icon: None,
            text: text.into(),
        }
    }

    /// Somebody should look at it: `Not contacted for two weeks`.
    pub fn urgent(text: impl Into<String>) -> Self {
        Self {
            class: "is-pending",
            icon: Some(Icon("hourglass")),
            text: text.into(),
        }
    }

    /// In order: `Active`, `Accepting patients`.
    pub fn good(text: impl Into<String>) -> Self {
        Self {
            class: "is-good",
            icon: Some(Icon("check")),
            text: text.into(),
        }
    }
}

impl HtmlSafe for Badge {}
