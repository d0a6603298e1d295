//! Caps: how often a service may be booked, or a provider be busy, in a day or a week.

use std::cell::Cell;

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan as _};

use super::{Own, Reason};
use crate::allocation::Owner;
use crate::id::{ProviderId, ServiceId};
use crate::limit::{Counted, Limit};
use crate::rule::Rule;
use crate::time::{Span, Zone};

/// The days that a cap counts, on the calendar at the location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Day,
    /// From Monday to Sunday (ISO 8601).
    Week,
}

impl Period {
    /// The period in which `instant` lies.
    pub fn around(self, instant: Timestamp, zone: &Zone) -> Option<Span> {
        let date = zone.date_at(instant);
        match self {
            Self::Day => zone.day(date),
            Self::Week => {
                let monday = monday_of(date);
                zone.days(monday, monday.saturating_add(6.days()))
            }
        }
    }
}

fn monday_of(date: Date) -> Date {
    let since = date.weekday().since(Weekday::Monday);
    date.saturating_sub(i32::from(since).days())
}

/// How many there may be in a period, and which are there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cap {
    pub rule: Rule,
    pub period: Period,
    pub most: u32,
    /// Whose appointments count; absent: everybody's.
    pub provider_id: Option<ProviderId>,
    /// For which service; absent: for any.
    pub service_id: Option<ServiceId>,
    /// Those that count, in any order.
    pub counted: Vec<Taken>,
}

/// An appointment, or a time on hold, that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub owner: Owner,
    pub starts_at: Timestamp,
}

impl Cap {
    /// The limit that the guard keeps for a start in `period`.
    pub(super) const fn limit(&self, period: Span) -> Limit {
        Limit {
            rule: self.rule,
            counted: Counted {
                provider_id: self.provider_id,
                service_id: self.service_id,
                patient_id: None,
                from: period.starts_at(),
                until: Some(period.ends_at()),
                set_aside: None,
            },
            most: self.most,
        }
    }
}

/// A cap while starts are asked for in order: neighbours share their period.
pub(super) struct SweptCap<'a> {
    cap: &'a Cap,
    /// The period asked for last, and how many count in it.
    last: Cell<Option<(Span, usize)>>,
}

impl<'a> SweptCap<'a> {
    pub const fn new(cap: &'a Cap) -> Self {
        Self {
            cap,
            last: Cell::new(None),
        }
    }

    /// Why an appointment at `starts_at` would be one too many.
    pub fn reason(&self, starts_at: Timestamp, zone: &Zone, now: Timestamp, own: Own<'_>) -> Option<Reason> {
        let count = match self.last.get() {
            Some((period, count)) if period.contains(starts_at) => count,
            _ => {
                let period = self.cap.period.around(starts_at, zone)?;
                let counts = |taken: &&Taken| period.contains(taken.starts_at) && taken.owner.counts(now, own);
                let count = self.cap.counted.iter().filter(counts).count();
                self.last.set(Some((period, count)));
                count
            }
        };
        let is_full = u32::try_from(count).is_ok_and(|count| count >= self.cap.most);
        is_full.then_some(Reason::Cap {
            rule: self.cap.rule,
            most: self.cap.most,
        })
    }
}

impl Owner {
    /// Whether it is still there at `now` and not what the asker gives up.
    pub fn counts(self, now: Timestamp, own: Own<'_>) -> bool {
        match self {
            Self::Hold { id, expires_at } => expires_at > now && own.hold != Some(id),
            Self::Appointment(id) => !own.appointments.contains(&id),
            Self::Block(_) | Self::External => true,
        }
    }
}
