//! A calendar month.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A month of a year from 1 to 9998, written `2027-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    first: Date,
}

impl Month {
    /// The month `number` (1 to 12) of `year`.
    ///
    /// # Errors
    /// [`NotAMonth`] outside the years 1 to 9998.
    pub fn new(year: i16, number: i8) -> Result<Self, NotAMonth> {
        let wrong = || NotAMonth(format!("{year:04}-{number:02}"));
        if !(1..=9998).contains(&year) {
            return Err(wrong());
        }
        let first = Date::new(year, number, 1).map_err(|_| wrong())?;
        Ok(Self { first })
    }

    /// The month in which `date` lies.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(date: Date) -> Result<Self, NotAMonth> {
        Self::new(date.year(), date.month())
    }

    pub const fn first_day(self) -> Date {
        self.first
    }

    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    pub fn year(self) -> i16 {
        self.first.year()
    }

    /// 1 to 12.
    pub fn number(self) -> i8 {
        self.first.month()
    }

    /// The month after; absent after the last.
    pub fn next(self) -> Option<Self> {
        Self::of(self.first.checked_add(1.month()).ok()?).ok()
    }

    /// The month before; absent before the first.
    pub fn previous(self) -> Option<Self> {
        Self::of(self.first.checked_sub(1.month()).ok()?).ok()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl std::str::FromStr for Month {
    type Err = NotAMonth;

    /// Reads `YYYY-MM`, seven characters.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotAMonth(text.to_owned());
        let (year, number) = text.split_once('-').ok_or_else(wrong)?;
        let plain = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(year, 4) || !plain(number, 2) {
            return Err(wrong());
        }
        let (year, number) = year.parse().ok().zip(number.parse().ok()).ok_or_else(wrong)?;
        Self::new(year, number)
    }
}

impl TryFrom<String> for Month {
    type Error = NotAMonth;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

/// Not a month of the years 1 to 9998.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a month such as 2027-01")]
pub struct NotAMonth(pub String);
