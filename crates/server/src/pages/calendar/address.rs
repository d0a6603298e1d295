//! Where the reader is: provider, location, month or day, and the open dialog all stand in the address.

use std::str::FromStr;

use crate::pages::kit::Search;

/// The calendars of an organisation, for who keeps them.
pub const ADMIN: &str = "/admin/calendar";
/// A doctor's own.
pub const DOCTOR: &str = "/doctor/calendar";

/// What opens a dialog over the page, or is asked in one.
const DIALOG: [&str; 17] = [
    "day",
    "slot",
    "appointment",
    "group",
    "block",
    "opening",
    "generate",
    "why",
    "do",
    "q",
    "patient",
    "service",
    "on",
    "time",
    "with",
    "over",
    "reason",
];

/// An address of the calendar, whichever of its pages or forms was asked for.
#[derive(Clone, Debug)]
pub struct Address {
    base: &'static str,
    search: Search,
}

impl Address {
    /// From a path below one of the calendars, with its query.
    pub fn of(path: &str) -> Self {
        let base = if path.starts_with(DOCTOR) { DOCTOR } else { ADMIN };
        let query = path.split_once('?').map_or("", |(_, query)| query);
        Self {
            base,
            search: Search::of(&format!("{base}?{query}")),
        }
    }

    /// Whether it is a doctor's own calendar.
    pub fn is_own(&self) -> bool {
        self.base == DOCTOR
    }

    /// The calendar's own path, without a query.
    pub fn base(&self) -> &'static str {
        self.base
    }

    /// A parameter; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.search.get(name)
    }

    /// A parameter as what it names; none if it names nothing.
    pub fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    /// Every parameter but these, for a form whose answers go into the address.
    pub fn kept<'a>(&'a self, asked: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.search.pairs().filter(move |(name, _)| !asked.contains(name))
    }

    /// The parameters of the page without a dialog.
    pub fn of_page(&self) -> impl Iterator<Item = (&str, &str)> {
        self.kept(&DIALOG)
    }

    /// The page without a dialog, with some parameters changed.
    pub fn page(&self, changes: &[(&str, &str)]) -> String {
        self.changed(&[], changes)
    }

    /// Where a dialog leads back to: the day that it was opened from, or the page.
    pub fn back(&self) -> String {
        self.changed(&["day"], &[])
    }

    /// The same page with other parameters, as the place where dialogs are opened.
    #[must_use]
    pub fn moved(&self, changes: &[(&str, &str)]) -> Self {
        Self {
            base: self.base,
            search: Search::of(&self.page(changes)),
        }
    }

    /// A dialog over the same page.
    pub fn dialog(&self, changes: &[(&str, &str)]) -> String {
        self.changed(&["day"], changes)
    }

    /// The present dialog with another question.
    pub fn within(&self, changes: &[(&str, &str)]) -> String {
        self.search.with(changes)
    }

    /// Where a form posts to: an action of the calendar, with the page and the dialog that it was sent from.
    pub fn post(&self, action: &str) -> String {
        let here = self.search.with(&[]);
        let query = here.split_once('?').map_or("", |(_, query)| query);
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}/{action}{mark}{query}", self.base)
    }

    fn changed(&self, kept: &[&str], changes: &[(&str, &str)]) -> String {
        let gone = DIALOG
            .into_iter()
            .filter(|name| !kept.contains(name))
            .map(|name| (name, ""));
        let changed: Vec<(&str, &str)> = gone
            .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name))
            .chain(changes.iter().copied())
            .collect();
        self.search.with(&changed)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn a_dialog_stands_over_the_page_it_was_opened_from() {
        let at = Address::of("/admin/calendar/book?provider=7&month=2027-01&slot=x&q=ann&day=2027-01-12");
        assert_eq!(at.page(&[]), "/admin/calendar?provider=7&month=2027-01");
        assert_eq!(at.back(), "/admin/calendar?provider=7&month=2027-01&day=2027-01-12");
        assert_eq!(
            at.dialog(&[("block", "9")]),
            "/admin/calendar?provider=7&month=2027-01&day=2027-01-12&block=9"
        );
        assert!(at.post("book").starts_with("/admin/calendar/book?provider=7&"));
        assert!(Address::of("/doctor/calendar/blocks?day=2027-01-12").is_own());
        assert_eq!(
            Address::of("/doctor/calendar").post("generate"),
            "/doctor/calendar/generate"
        );
    }
}
