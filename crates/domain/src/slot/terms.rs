//! A service's booking rules, as far as they decide about a time.

use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::opening::{Opening, starts};
use crate::time::{Interval, LocalTime, Minutes, Span, Zone};

/// What a service asks of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How long the appointment is; nothing is offered for none.
    pub duration: Minutes,
    /// Kept free before and after it, for the provider and the room. They may reach outside the opening.
    pub buffer_before: Minutes,
    pub buffer_after: Minutes,
    /// How far apart starts are; absent: as far as the opening's slots.
    pub start_interval: Option<Interval>,
    /// Whether starts are counted from the full hour instead of from the opening's beginning.
    pub start_on_hour: bool,
    /// The minimum notice, for everybody but staff.
    pub lead_time: Minutes,
    pub horizon: Horizon,
    /// How many patients may share a time.
    pub capacity: u32,
}

impl Terms {
    /// A time of `duration` that nothing else is asked of.
    pub const fn plain(duration: Minutes) -> Self {
        Self {
            duration,
            buffer_before: Minutes::ZERO,
            buffer_after: Minutes::ZERO,
            start_interval: None,
            start_on_hour: false,
            lead_time: Minutes::ZERO,
            horizon: Horizon::Endless,
            capacity: 1,
        }
    }

    /// The time of an appointment with its buffers: what the allocations of the provider and of the room guard. The
    /// patient's guards the appointment alone.
    pub fn guarded(&self, span: &Span) -> Span {
        span.widened(self.buffer_before, self.buffer_after)
    }

    /// How far apart starts are in `opening`.
    pub fn interval(&self, opening: &Opening) -> Interval {
        self.start_interval.unwrap_or(opening.slot_minutes)
    }

    /// From when starts in `opening` are counted: its beginning, or the full hour on the wall at or before it.
    pub fn counted_from(&self, opening: &Opening, zone: &Zone) -> Timestamp {
        let begins = opening.span.starts_at();
        if !self.start_on_hour {
            return begins;
        }
        let local = zone.local(begins);
        let into = i64::from(local.minute()) * 60 + i64::from(local.second());
        begins - SignedDuration::from_secs(into)
    }

    /// The starts in `opening`, spaced in elapsed time, whatever the clock on the wall does meanwhile.
    pub fn starts(&self, opening: &Opening, zone: &Zone) -> impl Iterator<Item = Timestamp> {
        let span = opening.span;
        let from = self.counted_from(opening, zone);
        let from_there = Span::new(from, span.ends_at()).unwrap_or(span);
        starts(from_there, self.interval(opening)).filter(move |start| span.contains(*start))
    }
}

/// How far ahead may be booked: to the end of the last day, counted from today on the calendar at the location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Horizon {
    /// The same day of the month so many months on, or the month's last if it has no such day.
    Months(u16),
    /// So many days on.
    Days(u16),
    /// As far as time goes.
    Endless,
}

impl Horizon {
    /// Six calendar months: what holds where neither the service nor the tenant says otherwise.
    pub const DEFAULT: Self = Self::Months(6);

    /// The instant from which on starts are too far ahead.
    pub fn ends_at(self, now: Timestamp, zone: &Zone) -> Timestamp {
        let ahead = match self {
            Self::Months(months) => i32::from(months).months(),
            Self::Days(days) => i32::from(days).days(),
            Self::Endless => return Timestamp::MAX,
        };
        let last = zone.date_at(now).saturating_add(ahead);
        zone.instant(last, LocalTime::END_OF_DAY).unwrap_or(Timestamp::MAX)
    }
}

impl Default for Horizon {
    fn default() -> Self {
        Self::DEFAULT
    }
}
