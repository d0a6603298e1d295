//! What is looked at: a month, a week or a day.

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_domain::time::Month;

use super::address::Address;
use crate::http::locale::Locale;
use crate::pages::kit::{Tab, Tabs};

/// The stretch of dates on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Month(Month),
    /// By its first day.
    Week(Date),
    Day(Date),
}

impl View {
    /// What the address asks for; what is not readable there is today's.
    pub fn of(l: Locale, at: &Address, today: Date, this_month: Month) -> Self {
        // The last years of all have no neighbours to be read with.
        let date = at.parsed::<Date>("date").filter(|date| Month::of(*date).is_ok());
        let date = date.unwrap_or(today);
        match at.get("view") {
            "week" => Self::Week(first_of_week(l, date)),
            "day" => Self::Day(date),
            _ => {
                let asked = at.parsed::<Month>("month").or_else(|| Month::of(date).ok());
                Self::Month(asked.unwrap_or(this_month))
            }
        }
    }

    /// The first and the last date, both included.
    pub fn dates(self) -> (Date, Date) {
        match self {
            Self::Month(month) => (month.first_day(), month.last_day()),
            Self::Week(first) => (first, first.saturating_add(6.days())),
            Self::Day(date) => (date, date),
        }
    }

    /// What it is called.
    pub fn title(self, l: Locale) -> String {
        match self {
            Self::Month(month) => l.month(month.first_day()),
            Self::Week(_) => {
                let (first, last) = self.dates();
                l.date_range(first, last)
            }
            Self::Day(date) => l.date_long(date),
        }
    }

    /// The one before; none where time cannot be represented.
    pub fn previous(self) -> Option<Self> {
        match self {
            Self::Month(month) => month.previous().map(Self::Month),
            Self::Week(first) => first.checked_sub(7.days()).ok().map(Self::Week),
            Self::Day(date) => date.yesterday().ok().map(Self::Day),
        }
    }

    /// The one after.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Month(month) => month.next().map(Self::Month),
            Self::Week(first) => first.checked_add(7.days()).ok().map(Self::Week),
            Self::Day(date) => date.tomorrow().ok().map(Self::Day),
        }
    }

    /// The same kind of view with today in it.
    pub fn around(self, l: Locale, today: Date) -> Option<Self> {
        match self {
            Self::Month(_) => Month::of(today).ok().map(Self::Month),
            Self::Week(_) => Some(Self::Week(first_of_week(l, today))),
            Self::Day(_) => Some(Self::Day(today)),
        }
    }

    /// The names of the links to the one before and the one after, in the catalogue.
    pub const fn step_keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Month(_) => ("calendar-previous-month", "calendar-next-month"),
            Self::Week(_) => ("calendar-previous-week", "calendar-next-week"),
            Self::Day(_) => ("calendar-previous-day", "calendar-next-day"),
        }
    }

    /// Its address.
    pub fn href(self, at: &Address) -> String {
        let (view, month, date) = match self {
            Self::Month(month) => ("", month.to_string(), String::new()),
            Self::Week(first) => ("week", String::new(), first.to_string()),
            Self::Day(date) => ("day", String::new(), date.to_string()),
        };
        at.page(&[("view", view), ("month", &month), ("date", &date)])
    }

    /// The switch between the three, each around the same day.
    pub fn tabs(self, l: Locale, at: &Address, today: Date) -> Tabs {
        let (first, last) = self.dates();
        let day = if (first..=last).contains(&today) { today } else { first };
        let month = Month::of(day).map_or(self, Self::Month);
        let tab = |key: &str, view: Self| {
            let active = std::mem::discriminant(&view) == std::mem::discriminant(&self);
            Tab::new(l.t(key), view.href(at), active)
        };
        let tabs = vec![
            tab("calendar-month", month),
            tab("calendar-week", Self::Week(first_of_week(l, day))),
            tab("calendar-day", Self::Day(day)),
        ];
        Tabs::new(l, l.t("calendar-views"), tabs).joined()
    }
}

/// The day on which the reader's week with `date` in it begins.
fn first_of_week(l: Locale, date: Date) -> Date {
    date.saturating_sub(i32::from(date.weekday().since(l.first_weekday())).days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kalends_domain::time::NotAMonth;

    use super::{Address, Locale, Month, View};

    #[test]
    fn a_week_begins_where_the_reader_begins_it() -> Result<(), NotAMonth> {
        let at = Address::of("/admin/calendar?view=week&date=2027-01-12");
        let today = date(2026, 11, 20);
        let month = Month::of(today)?;
        assert_eq!(View::of(Locale::En, &at, today, month), View::Week(date(2027, 1, 11)));
        assert_eq!(View::of(Locale::Ar, &at, today, month), View::Week(date(2027, 1, 9)));
        Ok(())
    }

    #[test]
    fn what_is_not_readable_is_todays() -> Result<(), NotAMonth> {
        let at = Address::of("/admin/calendar?month=2027-13&date=x");
        let today = date(2026, 11, 20);
        let view = View::of(Locale::En, &at, today, Month::of(today)?);
        assert_eq!(view.dates(), (date(2026, 11, 1), date(2026, 11, 30)));
        assert_eq!(view.href(&at), "/admin/calendar?month=2026-11");
        Ok(())
    }
}
