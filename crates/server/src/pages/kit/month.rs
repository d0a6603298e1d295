//! A month as a table of days, each with some of its times.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::status::Status;
use crate::http::locale::Locale;

/// A time of a day.
#[derive(Clone, Debug)]
pub struct Slot {
    /// `09:30`.
    pub label: String,
    pub status: Status,
    /// Its details' address; empty for none.
    pub href: String,
    /// More for screen readers and the pointer: the patient's name.
    pub note: String,
}

impl Slot {
    pub fn new(label: impl Into<String>, status: Status, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            status,
            href: href.into(),
            note: String::new(),
        }
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// A day that has something to show.
#[derive(Clone, Debug, Default)]
pub struct Day {
    pub date: Date,
    /// The day's own page; empty for none.
    pub href: String,
    /// The name of a closure, or other words.
    pub note: String,
    pub closed: bool,
    pub slots: Vec<Slot>,
    /// How many more there are than shown.
    pub more: i64,
    /// How much of the open time is taken, in percent.
    pub taken: Option<i64>,
    /// How many times are free: what a small screen shows instead of them.
    pub free: i64,
    /// The day in a few words, heard with its date; empty for none.
    pub summary: String,
}

/// The month that contains `first`.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/month.html")]
pub struct Month {
    pub l: Locale,
    pub first: Date,
    pub today: Date,
    /// In any order; days that are not there are empty.
    pub days: Vec<Day>,
}

/// A cell of the grid.
struct Cell<'a> {
    date: Date,
    inside: bool,
    day: Option<&'a Day>,
}

impl Month {
    pub fn new(l: Locale, month: Date, today: Date, days: Vec<Day>) -> Self {
        Self {
            l,
            first: month.first_of_month(),
            today,
            days,
        }
    }

    fn weeks(&self) -> Vec<Vec<Cell<'_>>> {
        let lead = self.first.weekday().since(self.l.first_weekday());
        let mut date = self.first.saturating_sub(i32::from(lead).days());
        let last = self.first.last_of_month();
        let mut weeks = Vec::new();
        while date <= last && weeks.len() < 6 {
            let week = (0..7_i32)
                .map(|ahead| {
                    let date = date.saturating_add(ahead.days());
                    let inside = date.first_of_month() == self.first;
                    Cell {
                        date,
                        inside,
                        day: self.days.iter().find(|day| inside && day.date == date),
                    }
                })
                .collect();
            weeks.push(week);
            date = date.saturating_add(7.days());
        }
        weeks
    }

    fn href<'a>(&self, cell: &Cell<'a>) -> &'a str {
        cell.day.map_or("", |day| day.href.as_str())
    }

    fn cell_class(&self, cell: &Cell<'_>) -> &'static str {
        match (cell.inside, cell.day.is_some_and(|day| day.closed)) {
            (false, _) => "outside",
            (true, true) => "is-closed",
            _ if cell.date == self.today => "today",
            _ if cell.date < self.today => "past",
            _ => "",
        }
    }
}

impl HtmlSafe for Month {}
