//! Whom an opening is for, and from when on.

use jiff::Timestamp;

use crate::id::ServiceId;
use crate::name::names;
use crate::time::{Minutes, Span};

names! {
    /// Who may book in an opening.
    pub enum PublishMode {
        /// Everybody, by themselves.
        Online = "online",
        /// Everybody may see it; the clinic books it for them.
        Contact = "contact",
        /// Staff alone see it.
        Internal = "internal",
    }
}

/// To whom an opening is offered. By default to everybody, at once, for every service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    pub mode: PublishMode,
    /// Released to the public so long before it begins; absent: at once.
    pub release: Option<Minutes>,
    /// The only services that it is for; none means all.
    pub services: Vec<ServiceId>,
}

impl Publication {
    /// The longest time before the beginning at which an opening is released: a year.
    pub const LONGEST_RELEASE: Minutes = Minutes(366 * 24 * 60);
    /// The most services that an opening can be limited to.
    pub const MOST_SERVICES: usize = 50;

    /// For everybody to whom `mode` applies, at once, for every service.
    pub const fn new(mode: PublishMode) -> Self {
        Self {
            mode,
            release: None,
            services: Vec::new(),
        }
    }

    /// Whether it is for this service.
    pub fn is_for(&self, service: ServiceId) -> bool {
        self.services.is_empty() || self.services.contains(&service)
    }

    /// From when on the public may book in an opening at `span`; absent: always.
    pub fn released_from(&self, span: &Span) -> Option<Timestamp> {
        self.release.map(|release| release.before(span.starts_at()))
    }
}

impl Default for Publication {
    fn default() -> Self {
        Self::new(PublishMode::Online)
    }
}
