//! The weekdays and hours that openings are made from.

use jiff::civil::Date;

use crate::name::names;
use crate::opening::{Hours, Publication};
use crate::time::{Interval, LocalTime, Weekday};

/// From when until when, on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: LocalTime,
    pub to: LocalTime,
}

impl Window {
    /// Minutes on the wall.
    pub(crate) fn length(self) -> u16 {
        self.to.minute_of_day().saturating_sub(self.from.minute_of_day())
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// The same windows on each of the weekdays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub weekdays: Vec<Weekday>,
    /// Several with breaks between them, in any order.
    pub windows: Vec<Window>,
    pub slot_minutes: Interval,
    pub publication: Publication,
}

names! {
    /// What is wrong with an order to make openings.
    pub enum Flaw {
        NoWeekday = "no-weekday",
        NoWindow = "no-window",
        /// More windows a day than [`Pattern::MOST_WINDOWS`].
        TooManyWindows = "too-many-windows",
        /// A window ends before it starts, or at once.
        EndNotAfterStart = "end-not-after-start",
        /// A window has no room for one slot.
        ShorterThanSlot = "shorter-than-slot",
        WindowsOverlap = "windows-overlap",
        /// The last date is before the first.
        DatesReversed = "dates-reversed",
        /// More days than [`super::Dates::MOST_DAYS`].
        TooManyDays = "too-many-days",
        /// Every n-th week, with an n of 0 or above [`Template::MOST_WEEKS`](crate::template::Template::MOST_WEEKS).
        WeeksOutOfRange = "weeks-out-of-range",
        /// Dates further ahead than [`super::Dates::FURTHEST_DAYS`].
        TooFarAhead = "too-far-ahead",
    }
}

impl std::error::Error for Flaw {}

impl Pattern {
    pub const MOST_WINDOWS: usize = 12;

    /// The windows of a date.
    pub fn on(&self, date: Date) -> Vec<Hours> {
        if !self.weekdays.contains(&Weekday::of(date)) {
            return Vec::new();
        }
        let hours = |window: &Window| Hours {
            window: *window,
            slot_minutes: self.slot_minutes,
            publication: self.publication.clone(),
        };
        self.windows.iter().map(hours).collect()
    }

    /// Every rule that the pattern breaks, each once.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.weekdays.is_empty() {
            flaws.push(Flaw::NoWeekday);
        }
        if self.windows.is_empty() {
            flaws.push(Flaw::NoWindow);
        }
        if self.windows.len() > Self::MOST_WINDOWS {
            flaws.push(Flaw::TooManyWindows);
        }
        if self.windows.iter().any(|window| window.to <= window.from) {
            flaws.push(Flaw::EndNotAfterStart);
        } else {
            let slot = self.slot_minutes.minutes().0;
            if self.windows.iter().any(|window| u32::from(window.length()) < slot) {
                flaws.push(Flaw::ShorterThanSlot);
            }
            let mut windows = self.windows.clone();
            windows.sort_by_key(|window| window.from);
            if windows.windows(2).any(|pair| pair[0].overlaps(pair[1])) {
                flaws.push(Flaw::WindowsOverlap);
            }
        }
        flaws
    }
}
