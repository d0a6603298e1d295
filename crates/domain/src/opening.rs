//! Dated windows in which a provider can be booked, and how a month of them is made from weekdays and hours.

mod pattern;
mod plan;
mod publication;
mod renewal;
mod stranded;

use jiff::civil::Date;

use crate::id::{LocationId, OpeningId, ProviderId, TemplateId};
use crate::time::{Interval, LocalTime, Span, Zone};

pub use pattern::{Flaw, Pattern, Window};
pub use plan::{Dates, Hours, Place, Plan, generate};
pub use publication::{Publication, PublishMode};
pub use renewal::{Renewal, renew};
pub use stranded::{Meeting, stranded};

/// A window on one date at one location. A provider's openings never overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    pub id: OpeningId,
    pub provider_id: ProviderId,
    pub location_id: LocationId,
    /// The date and times as they stand on the wall at the location.
    pub local_date: Date,
    pub local_from: LocalTime,
    pub local_to: LocalTime,
    /// The same window in instants.
    pub span: Span,
    /// How far apart starts are, from the window's start, where the service does not say otherwise.
    pub slot_minutes: Interval,
    pub publication: Publication,
    /// The weekly hours that it was made from; absent once somebody changed it by hand.
    pub template_id: Option<TemplateId>,
}

/// An opening about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOpening {
    pub provider_id: ProviderId,
    pub location_id: LocationId,
    pub local_date: Date,
    pub local_from: LocalTime,
    pub local_to: LocalTime,
    pub span: Span,
    pub slot_minutes: Interval,
    pub publication: Publication,
    /// The weekly hours that it was made from; absent once somebody changed it by hand.
    pub template_id: Option<TemplateId>,
}

impl Opening {
    /// The window in instants by the zone's rules of today, which may be other than those by which it was made: the same while the clock
    /// still shows its times at its bounds, or its bounds are where the clock skips them. Absent where the clock skips all of it.
    pub fn span_today(&self, zone: &Zone) -> Option<Span> {
        let is_shown = |instant, time: LocalTime| {
            Some(zone.local(instant)) == time.on(self.local_date)
                || Some(instant) == zone.instant(self.local_date, time)
        };
        if is_shown(self.span.starts_at(), self.local_from) && is_shown(self.span.ends_at(), self.local_to) {
            Some(self.span)
        } else {
            zone.window(self.local_date, self.local_from, self.local_to)
        }
    }
}

impl NewOpening {
    /// The opening, once it has an id.
    pub fn with_id(self, id: OpeningId) -> Opening {
        Opening {
            id,
            provider_id: self.provider_id,
            location_id: self.location_id,
            local_date: self.local_date,
            local_from: self.local_from,
            local_to: self.local_to,
            span: self.span,
            slot_minutes: self.slot_minutes,
            publication: self.publication,
            template_id: self.template_id,
        }
    }
}

/// The starts in a span: every `interval` of elapsed time from its beginning, whatever the clock on the wall does meanwhile.
pub fn starts(span: Span, interval: Interval) -> impl Iterator<Item = jiff::Timestamp> {
    std::iter::successors(Some(span.starts_at()), move |start| {
        Some(interval.minutes().after(*start))
    })
    .take_while(move |start| span.contains(*start))
}

/// How many starts in a span are not past, for an appointment as long as the interval.
pub fn slots_left(span: Span, interval: Interval, now: jiff::Timestamp) -> usize {
    starts(span, interval)
        .filter(|start| *start >= now && interval.minutes().after(*start) <= span.ends_at())
        .count()
}

#[cfg(test)]
mod tests;
