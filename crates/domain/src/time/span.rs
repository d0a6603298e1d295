//! A stretch of time between two instants.

use jiff::{SignedDuration, Timestamp};

use super::Minutes;

/// A half-open stretch of time: it contains its start but not its end, so that neighbours touch without overlapping.
/// It is never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    starts_at: Timestamp,
    ends_at: Timestamp,
}

impl Span {
    /// The span from `starts_at` until just before `ends_at`.
    ///
    /// # Errors
    /// [`EmptySpan`] unless it ends after it starts.
    pub fn new(starts_at: Timestamp, ends_at: Timestamp) -> Result<Self, EmptySpan> {
        if ends_at > starts_at {
            Ok(Self { starts_at, ends_at })
        } else {
            Err(EmptySpan { starts_at, ends_at })
        }
    }

    pub const fn starts_at(&self) -> Timestamp {
        self.starts_at
    }

    pub const fn ends_at(&self) -> Timestamp {
        self.ends_at
    }

    /// Its true length: elapsed time, whatever clocks on the wall did meanwhile.
    pub fn duration(&self) -> SignedDuration {
        self.ends_at.duration_since(self.starts_at)
    }

    /// Whether some instant lies in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    pub fn contains(&self, instant: Timestamp) -> bool {
        self.starts_at <= instant && instant < self.ends_at
    }

    /// Whether all of `other` lies within.
    pub fn encloses(&self, other: &Self) -> bool {
        self.starts_at <= other.starts_at && other.ends_at <= self.ends_at
    }

    /// What lies in both.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::new(self.starts_at.max(other.starts_at), self.ends_at.min(other.ends_at)).ok()
    }

    /// The same span with its buffers, as far as time can be represented.
    pub fn widened(&self, before: Minutes, after: Minutes) -> Self {
        Self {
            starts_at: before.before(self.starts_at),
            ends_at: after.after(self.ends_at),
        }
    }
}

/// A span that would end before it starts, or at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a span from {starts_at} to {ends_at} has no length")]
pub struct EmptySpan {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}
