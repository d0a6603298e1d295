//! A single pass over sorted times: whoever asks for later and later spans reads each busy time about once.

use std::cell::{Cell, OnceCell};

use jiff::Timestamp;

use super::cap::SweptCap;
use super::{Busy, Closing, Cover, Judgement, Own, Room};
use crate::allocation::Owner;
use crate::id::LocationId;
use crate::time::Span;

/// What keeps others out of a span.
pub(super) trait Guarded {
    fn guarded(&self) -> Span;
}

/// Spans in the order of their starts, and how far the sweep has come.
pub(super) struct Track<'a, T> {
    items: Vec<&'a T>,
    passed: Cell<usize>,
}

impl<'a, T: Guarded> Track<'a, T> {
    fn new(items: impl Iterator<Item = &'a T>) -> Self {
        let mut items: Vec<&T> = items.collect();
        items.sort_by_key(|item| item.guarded().starts_at());
        Self {
            items,
            passed: Cell::new(0),
        }
    }

    /// All of them, by their start.
    pub fn all(&self) -> impl Iterator<Item = &'a T> {
        self.items.iter().copied()
    }

    /// All that overlap `span`, which must not start before the one asked for last.
    pub fn during(&self, span: &Span) -> impl Iterator<Item = &'a T> {
        let over = |item: &&&T| item.guarded().ends_at() <= span.starts_at();
        let passed = self.passed.get();
        let passed = passed + self.items[passed..].iter().take_while(over).count();
        self.passed.set(passed);
        // Items may overlap each other, so one that is over can still come after one that is not.
        self.items[passed..]
            .iter()
            .take_while(|item| item.guarded().starts_at() < span.ends_at())
            .filter(|item| item.guarded().overlaps(span))
            .copied()
    }
}

struct SweptSite<'a> {
    location_id: LocationId,
    horizon: Timestamp,
    rooms: Vec<SweptRoom<'a>>,
}

/// A room with its own pass, which begins when somebody looks at it: of many that would do, few are looked at.
struct SweptRoom<'a> {
    room: &'a Room,
    taken: OnceCell<Track<'a, Busy>>,
}

/// Everything that a judgement looks at, sorted.
pub(super) struct Sweep<'a> {
    pub cover: Cover<'a>,
    pub provider: Track<'a, Busy>,
    pub patient: Track<'a, Busy>,
    pub closings: Track<'a, Closing>,
    pub caps: Vec<SweptCap<'a>>,
    sites: Vec<SweptSite<'a>>,
    held: Vec<Span>,
    now: Timestamp,
    own: Own<'a>,
}

impl<'a> Sweep<'a> {
    pub fn new(judgement: &Judgement<'a>) -> Self {
        let Judgement { now, own, sites, .. } = *judgement;
        let in_question = |location| sites.iter().any(|site| site.location_id == location);
        let own_hold = |busy: &&Busy| matches!(busy.owner, Owner::Hold { id, .. } if own.hold == Some(id));
        let held = judgement.busy.iter().filter(own_hold).map(|busy| busy.guarded);
        Self {
            cover: Cover::of(
                judgement
                    .openings
                    .iter()
                    .filter(|opening| in_question(opening.location_id)),
            ),
            provider: keeping_out(judgement.busy, now, own),
            patient: keeping_out(judgement.patient_busy, now, own),
            closings: Track::new(judgement.closings.iter()),
            caps: judgement.caps.iter().map(SweptCap::new).collect(),
            sites: sites
                .iter()
                .map(|site| SweptSite {
                    location_id: site.location_id,
                    horizon: judgement.terms.horizon.ends_at(now, site.zone),
                    rooms: site.rooms.iter().map(SweptRoom::new).collect(),
                })
                .collect(),
            held: judgement.held.iter().copied().chain(held).collect(),
            now,
            own,
        }
    }

    /// Whether all of this time of the provider's is kept for the asker.
    pub fn is_held(&self, guarded: &Span) -> bool {
        self.held.iter().any(|held| held.encloses(guarded))
    }

    /// When booking ends at that location, or at whichever it ends last.
    pub fn horizon(&self, location: Option<LocationId>) -> Option<Timestamp> {
        self.sites
            .iter()
            .filter(|site| location.is_none_or(|location| location == site.location_id))
            .map(|site| site.horizon)
            .max()
    }

    /// The rooms at that location that nothing takes during `span`, which must not start before the one asked for last.
    pub fn free_rooms(&self, location: LocationId, span: &Span) -> impl Iterator<Item = &'a Room> + Clone {
        let here = self.sites.iter().filter(move |site| site.location_id == location);
        here.flat_map(|site| &site.rooms)
            .filter(|it| it.is_free(span, self.now, self.own))
            .map(|it| it.room)
    }
}

impl<'a> SweptRoom<'a> {
    const fn new(room: &'a Room) -> Self {
        Self {
            room,
            taken: OnceCell::new(),
        }
    }

    fn is_free(&self, span: &Span, now: Timestamp, own: Own<'_>) -> bool {
        let taken = self.taken.get_or_init(|| keeping_out(&self.room.busy, now, own));
        taken.during(span).next().is_none()
    }
}

fn keeping_out<'a>(busy: &'a [Busy], now: Timestamp, own: Own<'_>) -> Track<'a, Busy> {
    Track::new(busy.iter().filter(|busy| busy.keeps_out(now, own)))
}
