//! When a provider is open: openings that follow each other at one location are as good as one.

use jiff::Timestamp;

use crate::id::{LocationId, OpeningId};
use crate::opening::Opening;
use crate::time::Span;

/// A provider's openings in order of time.
pub struct Cover<'a> {
    openings: Vec<&'a Opening>,
    /// For each opening, until when it stays open without a break at the same location.
    open_until: Vec<Timestamp>,
}

/// The part of an opening that an appointment uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub opening_id: OpeningId,
    pub location_id: LocationId,
    pub span: Span,
}

impl<'a> Cover<'a> {
    /// The cover of openings that do not overlap, in any order.
    pub fn of(openings: impl IntoIterator<Item = &'a Opening>) -> Self {
        let mut openings: Vec<&Opening> = openings.into_iter().collect();
        openings.sort_by_key(|opening| opening.span.starts_at());
        let mut open_until: Vec<Timestamp> = openings.iter().map(|opening| opening.span.ends_at()).collect();
        for index in (1..openings.len()).rev() {
            if follows(openings[index - 1], openings[index]) {
                open_until[index - 1] = open_until[index];
            }
        }
        Self { openings, open_until }
    }

    pub(super) fn openings(&self) -> &[&'a Opening] {
        &self.openings
    }

    /// The opening in which `instant` lies.
    pub fn at(&self, instant: Timestamp) -> Option<&'a Opening> {
        let opening = self.openings[..self.started_by(instant)].last()?;
        opening.span.contains(instant).then_some(*opening)
    }

    /// Whether all of `span` is open at that location.
    pub fn encloses(&self, span: &Span, location_id: LocationId) -> bool {
        self.at(span.starts_at())
            .is_some_and(|opening| opening.location_id == location_id && span.ends_at() <= self.open_until(opening))
    }

    /// Until when it stays open without a break, from `opening` on.
    pub(super) fn open_until(&self, opening: &Opening) -> Timestamp {
        self.open_until[self.started_by(opening.span.starts_at()) - 1]
    }

    /// The openings that an appointment beginning in `opening` meets, in order.
    pub(super) fn met(&self, opening: &Opening, span: &Span) -> impl Iterator<Item = &'a Opening> {
        self.openings[self.started_by(opening.span.starts_at()) - 1..]
            .iter()
            .copied()
            .take_while(|opening| opening.span.starts_at() < span.ends_at())
    }

    /// What of each opening at that location `span` uses.
    pub fn parts(&self, span: &Span, location_id: LocationId) -> Vec<Part> {
        self.openings[self.started_by(span.starts_at()).saturating_sub(1)..]
            .iter()
            .take_while(|opening| opening.span.starts_at() < span.ends_at())
            .filter(|opening| opening.location_id == location_id)
            .filter_map(|opening| {
                Some(Part {
                    opening_id: opening.id,
                    location_id,
                    span: opening.span.intersection(span)?,
                })
            })
            .collect()
    }

    /// How many openings have started by `instant`.
    fn started_by(&self, instant: Timestamp) -> usize {
        self.openings
            .partition_point(|opening| opening.span.starts_at() <= instant)
    }
}

fn follows(earlier: &Opening, later: &Opening) -> bool {
    earlier.span.ends_at() == later.span.starts_at() && earlier.location_id == later.location_id
}
