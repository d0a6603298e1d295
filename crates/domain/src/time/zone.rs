//! A place's clock: how the time on the wall there corresponds to instants.
//!
//! The zones are those of the IANA database that is built into the program, not the machine's, so that every node and every
//! test agree about them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use super::{LocalTime, Span};

/// An IANA time zone. Cheap to clone; equal when the names are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    rules: TimeZone,
}

impl Zone {
    /// The zone of that name, in any case.
    ///
    /// # Errors
    /// [`UnknownZone`] when the database has no such name. It never becomes UTC.
    pub fn new(name: &str) -> Result<Self, UnknownZone> {
        match TimeZoneDatabase::bundled().get(name) {
            Ok(rules) if !rules.is_unknown() && rules.iana_name().is_some() => Ok(Self { rules }),
            _ => Err(UnknownZone(name.to_owned())),
        }
    }

    /// The names of all zones, in no particular order.
    pub fn names() -> impl Iterator<Item = String> {
        let names: Vec<String> = TimeZoneDatabase::bundled()
            .available()
            .map(|name| name.as_str().to_owned())
            .collect();
        names.into_iter()
    }

    /// Its name as the database spells it.
    pub fn name(&self) -> &str {
        self.rules.iana_name().unwrap_or_default()
    }

    /// The date on the calendar there.
    pub fn date_at(&self, instant: Timestamp) -> Date {
        self.local(instant).date()
    }

    /// The date and time on the wall there.
    pub fn local(&self, instant: Timestamp) -> DateTime {
        self.rules.to_datetime(instant)
    }

    /// The instant as it is seen there, for formatting.
    pub fn zoned(&self, instant: Timestamp) -> Zoned {
        instant.to_zoned(self.rules.clone())
    }

    /// The local time with its offset (RFC 3339): `2026-10-25T02:30:00+02:00`.
    pub fn stamp(&self, instant: Timestamp) -> String {
        instant.display_with_offset(self.rules.to_offset(instant)).to_string()
    }

    /// How many seconds the clock there is ahead of UTC.
    pub fn offset_seconds(&self, instant: Timestamp) -> i32 {
        self.rules.to_offset(instant).seconds()
    }

    /// The instant at which the clock shows what it was thought to show at `instant` when it was to be `offset_seconds` ahead of UTC: the
    /// same instant while the zone's rules are what they were. Absent where the clock skips that time by now.
    pub fn kept(&self, instant: Timestamp, offset_seconds: i32) -> Option<Timestamp> {
        if self.offset_seconds(instant) == offset_seconds {
            return Some(instant);
        }
        let agreed = Offset::from_seconds(offset_seconds).ok()?.to_datetime(instant);
        self.shown(agreed.date(), agreed.time())
    }

    /// Whether the clock there shows this time twice, so that it needs its offset to be understood.
    pub fn is_repeated(&self, instant: Timestamp) -> bool {
        let local = self.local(instant);
        matches!(
            self.rules.to_ambiguous_timestamp(local).offset(),
            AmbiguousOffset::Fold { .. }
        )
    }

    /// The instant at which a window's bound falls.
    ///
    /// A time that the clock shows twice is the earlier instant; one that it skips is the instant of the skip. Absent only
    /// where time cannot be represented.
    pub fn instant(&self, date: Date, time: LocalTime) -> Option<Timestamp> {
        let local = time.on(date)?;
        let found = self.rules.to_ambiguous_timestamp(local);
        match found.offset() {
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => found.earlier().ok(),
            AmbiguousOffset::Gap { before, after } => {
                let latest = before.to_timestamp(local).ok()?;
                let earliest = after.to_timestamp(local).ok()?;
                self.rules
                    .following(earliest)
                    .take_while(|transition| transition.timestamp() <= latest)
                    .find(|transition| transition.offset() == after)
                    .map(|transition| transition.timestamp())
            }
        }
    }

    /// The instant at which the clock shows this time on that date: the earlier where it does so twice, absent where it skips it.
    pub fn shown(&self, date: Date, time: Time) -> Option<Timestamp> {
        let found = self.rules.to_ambiguous_timestamp(date.to_datetime(time));
        match found.offset() {
            AmbiguousOffset::Gap { .. } => None,
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => found.earlier().ok(),
        }
    }

    /// The window from `from` to `to` on `date`, with its true length. Absent where nothing of it exists: it is skipped as a
    /// whole, or lies outside representable time.
    pub fn window(&self, date: Date, from: LocalTime, to: LocalTime) -> Option<Span> {
        Span::new(self.instant(date, from)?, self.instant(date, to)?).ok()
    }

    /// The whole of `date`: 23, 24, 25 or another number of hours. Absent for a date that the calendar there skipped.
    pub fn day(&self, date: Date) -> Option<Span> {
        self.days(date, date)
    }

    /// All of the dates from `first` to `last`, both included. Days follow each other without gap or overlap.
    pub fn days(&self, first: Date, last: Date) -> Option<Span> {
        let starts_at = self.instant(first, LocalTime::START_OF_DAY)?;
        Span::new(starts_at, self.instant(last, LocalTime::END_OF_DAY)?).ok()
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name)
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::new(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

/// A name that is no zone's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time zone")]
pub struct UnknownZone(pub String);
