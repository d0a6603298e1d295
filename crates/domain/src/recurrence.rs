//! How something repeats: the dates of a series.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use crate::name::names;
use crate::time::Weekday;

/// As many occurrences as a series has at most: more than a daily one of a year.
pub const MOST_OCCURRENCES: usize = 500;
/// The longest step, in any unit.
pub const MOST_STEP: u32 = 52;

names! {
    /// What a step of a series is counted in.
    pub enum Unit {
        Days = "days",
        Weeks = "weeks",
        Months = "months",
    }
}

/// When a series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// After so many occurrences.
    Count(u32),
    /// With the last one on or before this date.
    Until(Date),
}

/// Every so many days, weeks or months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// 1 to [`MOST_STEP`].
    pub every: u32,
    pub unit: Unit,
    /// On which days of each such week, besides that of the first occurrence. Only weeks have them.
    pub weekdays: Vec<Weekday>,
    pub end: End,
}

impl Recurrence {
    /// The dates, `first` among them, in order: at most one more than [`MOST_OCCURRENCES`], so that too many can be told. A month without
    /// that day has its last day instead, and the next month the day itself again.
    pub fn dates(&self, first: Date) -> Vec<Date> {
        let limit = match self.end {
            End::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
            End::Until(_) => usize::MAX,
        };
        let ended = |date: &Date| matches!(self.end, End::Until(last) if *date > last);
        (0..)
            .map_while(|step| self.step(first, step))
            .flatten()
            .filter(|date| *date >= first)
            .take_while(|date| !ended(date))
            .take(limit.min(MOST_OCCURRENCES + 1))
            .collect()
    }

    /// The dates of the step of that number, in order; absent beyond what a calendar knows.
    fn step(&self, first: Date, number: i64) -> Option<Vec<Date>> {
        let steps = number * i64::from(self.every.max(1));
        let at = |date: Date, span: Span| date.checked_add(span).ok();
        match self.unit {
            Unit::Days => at(first, steps.days()).map(|date| vec![date]),
            // Counted from the first one, so that a short month does not shorten those after it.
            Unit::Months => at(first, steps.months()).map(|date| vec![date]),
            Unit::Weeks => {
                let since_monday = i64::from(first.weekday().to_monday_zero_offset());
                let monday = at(first, (7 * steps - since_monday).days())?;
                let is_meant =
                    |date: &Date| date.weekday() == first.weekday() || self.weekdays.contains(&Weekday::of(*date));
                let week = (0..7_i64).map_while(|day| at(monday, day.days()));
                Some(week.filter(is_meant).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn every(every: u32, unit: Unit, end: End) -> Recurrence {
        Recurrence {
            every,
            unit,
            weekdays: Vec::new(),
            end,
        }
    }

    #[test]
    fn days_and_weeks_are_stepped_over() {
        let first = date(2026, 12, 30);
        assert_eq!(
            every(2, Unit::Days, End::Count(3)).dates(first),
            [date(2026, 12, 30), date(2027, 1, 1), date(2027, 1, 3)]
        );
        assert_eq!(
            every(3, Unit::Weeks, End::Until(date(2027, 2, 10))).dates(first),
            [date(2026, 12, 30), date(2027, 1, 20), date(2027, 2, 10)],
            "the last date counts"
        );
        assert_eq!(every(1, Unit::Days, End::Until(date(2026, 12, 29))).dates(first), []);
    }

    #[test]
    fn several_days_of_each_week() {
        // A Wednesday: the Monday of its own week is past.
        let first = date(2026, 12, 30);
        let twice = Recurrence {
            weekdays: vec![Weekday::Monday, Weekday::Wednesday],
            ..every(2, Unit::Weeks, End::Count(4))
        };
        assert_eq!(
            twice.dates(first),
            [
                date(2026, 12, 30),
                date(2027, 1, 11),
                date(2027, 1, 13),
                date(2027, 1, 25)
            ]
        );
    }

    #[test]
    fn a_short_month_has_its_last_day() {
        assert_eq!(
            every(1, Unit::Months, End::Count(4)).dates(date(2027, 12, 31)),
            [
                date(2027, 12, 31),
                date(2028, 1, 31),
                date(2028, 2, 29),
                date(2028, 3, 31)
            ]
        );
    }

    #[test]
    fn there_is_an_end_to_it() {
        let endless = every(1, Unit::Days, End::Until(Date::MAX));
        assert_eq!(endless.dates(date(2027, 1, 1)).len(), MOST_OCCURRENCES + 1);
        assert_eq!(every(52, Unit::Months, End::Count(500)).dates(Date::MAX), [Date::MAX]);
    }
}
