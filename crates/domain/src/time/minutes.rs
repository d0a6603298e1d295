//! Lengths of time in whole minutes, so that no bare number is ever taken for another unit.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A length in whole minutes; never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub u32);

impl Minutes {
    pub const ZERO: Self = Self(0);

    /// The same length for arithmetic with instants.
    pub const fn duration(self) -> SignedDuration {
        SignedDuration::from_mins(self.0 as i64)
    }

    /// `instant` and this much later; the end of representable time where there is no such instant.
    pub fn after(self, instant: Timestamp) -> Timestamp {
        instant.saturating_add(self.duration()).unwrap_or(Timestamp::MAX)
    }

    /// This much before `instant`; the beginning of representable time where there is no such instant.
    pub fn before(self, instant: Timestamp) -> Timestamp {
        instant.saturating_sub(self.duration()).unwrap_or(Timestamp::MIN)
    }
}

/// How far apart starts are: 5 to 480 minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Interval(u16);

impl Interval {
    pub const SHORTEST: u32 = 5;
    pub const LONGEST: u32 = 480;
    pub const HALF_HOUR: Self = Self(30);

    /// An interval of so many minutes.
    ///
    /// # Errors
    /// [`NotAnInterval`] below [`Self::SHORTEST`] and above [`Self::LONGEST`].
    pub const fn new(minutes: u32) -> Result<Self, NotAnInterval> {
        if minutes < Self::SHORTEST || minutes > Self::LONGEST {
            return Err(NotAnInterval(minutes));
        }
        Ok(Self(minutes as u16))
    }

    pub const fn minutes(self) -> Minutes {
        Minutes(self.0 as u32)
    }

    pub const fn duration(self) -> SignedDuration {
        self.minutes().duration()
    }
}

impl From<Interval> for u32 {
    fn from(interval: Interval) -> Self {
        Self::from(interval.0)
    }
}

impl TryFrom<u32> for Interval {
    type Error = NotAnInterval;

    fn try_from(minutes: u32) -> Result<Self, Self::Error> {
        Self::new(minutes)
    }
}

/// So many minutes are too few or too many between two starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} minutes are not between 5 and 480")]
pub struct NotAnInterval(pub u32);
