//! What `base.html` needs to know of a page. Every page's template has one in its field `page`.

use kalends_domain::permission::Role;

use super::crumb::Crumb;
use super::frame::{Frame, Theme};
use super::icon::Icon;
use super::nav::{self, NavItem};
use super::toast::Toast;
use crate::http::locale::Locale;

/// The shell around a page.
#[derive(Clone, Debug)]
pub struct Page {
    pub l: Locale,
    /// The heading, and the start of the browser's title.
    pub title: String,
    /// A sentence under the heading; empty for none.
    pub lead: String,
    pub crumbs: Vec<Crumb>,
    /// The organisation.
    pub tenant: String,
    pub role: Option<Role>,
    /// Who is signed in; empty if nobody is.
    pub user: String,
    pub theme: Theme,
    pub folded: bool,
    pub toasts: Vec<Toast>,
    /// How many requests wait for who is looking.
    pub requests: i64,
    pub path: String,
    /// Whether a patient's page may be wider than a column of text.
    pub wide: bool,
    /// Without places to go: for signing in and for errors.
    pub bare: bool,
}

impl Page {
    pub fn new(frame: Frame, title: impl Into<String>) -> Self {
        Self {
            l: frame.l,
            title: title.into(),
            lead: String::new(),
            crumbs: Vec::new(),
            tenant: "Kalends".to_owned(),
            role: None,
            user: String::new(),
            theme: frame.theme,
            folded: frame.folded,
            toasts: frame.toasts,
            requests: frame.requests,
            path: frame.path,
            wide: false,
            bare: false,
        }
    }

    #[must_use]
    pub fn viewed_by(mut self, role: Role, user: impl Into<String>) -> Self {
        self.role = Some(role);
        self.user = user.into();
        self
    }

    /// A sentence under the heading.
    #[must_use]
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = lead.into();
        self
    }

    /// A step on the way back up: what it is called, and its address.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb {
            label: label.into(),
            href: href.into(),
        });
        self
    }

    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Says something on top of this very page (a redirect carries its own: `see_other_saying`).
    #[must_use]
    pub fn toast(mut self, toast: Toast) -> Self {
        self.toasts.push(toast);
        self
    }

    pub fn is_staff(&self) -> bool {
        !self.bare && self.role.is_some_and(Role::is_staff)
    }

    pub fn body_class(&self) -> &'static str {
        match (self.is_staff(), self.wide, self.bare) {
            (true, _, _) => "staff",
            (false, _, true) => "patient bare",
            (false, true, false) => "patient wide",
            (false, false, false) => "patient",
        }
    }

    pub fn nav(&self) -> Vec<NavItem> {
        if self.bare {
            Vec::new()
        } else {
            nav::items(self.l, self.role, &self.path, self.requests)
        }
    }

    /// Where the brand in the bar leads.
    pub fn home(&self) -> &'static str {
        nav::home(self.role)
    }

    /// Where the visitor would sign in.
    pub fn initials(&self) -> String {
        initials(&self.user)
    }

    pub fn role_name(&self) -> String {
        self.role.map(|role| self.l.t(nav::role_key(role))).unwrap_or_default()
    }

    pub fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }

    pub fn asset(&self, name: &str) -> &'static str {
        kalends_assets::url(name)
    }

    /// The languages to choose from.
    pub fn languages(&self) -> &'static [Locale] {
        &Locale::OFFERED
    }

    /// Each theme's name in the form, and in words.
    pub fn themes(&self) -> [(Theme, Icon, String); 3] {
        [
            (Theme::System, Icon("monitor"), self.l.t("theme-system")),
            (Theme::Light, Icon("sun"), self.l.t("theme-light")),
            (Theme::Dark, Icon("moon"), self.l.t("theme-dark")),
        ]
    }
}

/// The first letters of a name's first and last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).collect::<String>().to_uppercase()
}
