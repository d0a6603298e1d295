//! The time on the wall, to the minute.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// A time of day from 00:00 to 24:00, which as an end is the next day's midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalTime {
    minute_of_day: u16,
}

impl LocalTime {
    pub const START_OF_DAY: Self = Self { minute_of_day: 0 };
    pub const END_OF_DAY: Self = Self { minute_of_day: 24 * 60 };

    /// The time that a clock shows as `hour:minute`, or 24:00.
    ///
    /// # Errors
    /// [`NotALocalTime`] for what no clock shows.
    pub fn new(hour: u16, minute: u16) -> Result<Self, NotALocalTime> {
        let minute_of_day = hour.saturating_mul(60).saturating_add(minute);
        if minute < 60 && minute_of_day <= Self::END_OF_DAY.minute_of_day {
            Ok(Self { minute_of_day })
        } else {
            Err(NotALocalTime(format!("{hour:02}:{minute:02}")))
        }
    }

    /// The full hour, at most 24:00.
    pub const fn on_the_hour(hour: u8) -> Self {
        let hour = if hour > 24 { 24 } else { hour };
        Self {
            minute_of_day: hour as u16 * 60,
        }
    }

    /// Minutes since 00:00, up to 1440.
    pub const fn minute_of_day(self) -> u16 {
        self.minute_of_day
    }

    /// The wall clock's reading on `date`; absent after the last representable day.
    pub fn on(self, date: Date) -> Option<DateTime> {
        let (hour, minute) = (self.minute_of_day / 60, self.minute_of_day % 60);
        if hour == 24 {
            return Some(date.tomorrow().ok()?.at(0, 0, 0, 0));
        }
        Some(date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0))
    }
}

impl std::fmt::Display for LocalTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.minute_of_day / 60, self.minute_of_day % 60)
    }
}

impl std::str::FromStr for LocalTime {
    type Err = NotALocalTime;

    /// Reads `HH:MM`, five characters.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotALocalTime(text.to_owned());
        let digits = |part: &str| {
            (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())
                .flatten()
        };
        let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
        let (hour, minute) = digits(hour).zip(digits(minute)).ok_or_else(wrong)?;
        Self::new(hour, minute).map_err(|_| wrong())
    }
}

impl TryFrom<String> for LocalTime {
    type Error = NotALocalTime;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.to_string()
    }
}

/// Not a time between 00:00 and 24:00.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time from 00:00 to 24:00")]
pub struct NotALocalTime(pub String);
