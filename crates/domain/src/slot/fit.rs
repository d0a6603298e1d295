//! How a start leaves the free time around it: an order of preference among what is offered, never a rule.

use jiff::{SignedDuration, Timestamp};

use super::sweep::Sweep;
use super::{Candidate, Cover, Judgement, Terms};
use crate::time::{Minutes, Span};

/// What becomes of a free stretch when an appointment is put into it, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Nothing of use is left of it.
    Fills,
    /// One piece is left, which can be used: the appointment stands at an end.
    StandsAtEnd,
    /// It is cut into two pieces, both of which can be used.
    Cuts,
    /// A piece is left that is too short for anything, although another start could have spared it.
    Wastes,
}

impl Fit {
    /// How `block`, an appointment with its buffers, leaves `stretch`. A piece shorter than `interval`, the distance of starts, is
    /// nobody's fault and counts as none; one shorter than `useful` is wasted.
    pub fn of(stretch: Span, block: Span, interval: SignedDuration, useful: SignedDuration) -> Self {
        let before = Piece::of(block.starts_at().duration_since(stretch.starts_at()), interval, useful);
        let after = Piece::of(stretch.ends_at().duration_since(block.ends_at()), interval, useful);
        match (before, after) {
            (Piece::None, Piece::None) => Self::Fills,
            (Piece::Wasted, _) | (_, Piece::Wasted) => Self::Wastes,
            (Piece::Useful, Piece::Useful) => Self::Cuts,
            (Piece::None, Piece::Useful) | (Piece::Useful, Piece::None) => Self::StandsAtEnd,
        }
    }

    /// Whether an organisation that would rather have its gaps filled recommends such a start.
    pub fn is_preferred(self) -> bool {
        self <= Self::StandsAtEnd
    }
}

enum Piece {
    None,
    Wasted,
    Useful,
}

impl Piece {
    fn of(length: SignedDuration, interval: SignedDuration, useful: SignedDuration) -> Self {
        if length <= SignedDuration::ZERO || length < interval {
            Self::None
        } else if length < useful {
            Self::Wasted
        } else {
            Self::Useful
        }
    }
}

/// The fits of candidates that are asked about in order of time.
pub struct Fits<'a> {
    terms: Terms,
    cover: Cover<'a>,
    stretches: Vec<Span>,
    passed: usize,
}

impl Fits<'_> {
    /// The fit of this candidate, which must not start before the one asked about last. It says nothing about whether it is offered. One that
    /// takes no free time, such as a seat in a group, fills. What has passed is no longer free; a piece is of use if it holds this
    /// service, or a slot of the opening.
    pub fn of(&mut self, candidate: &Candidate) -> Fit {
        let over = |stretch: &Span| stretch.ends_at() <= candidate.starts_at;
        while self.stretches.get(self.passed).is_some_and(over) {
            self.passed += 1;
        }
        self.in_stretch(candidate).unwrap_or(Fit::Fills)
    }

    fn in_stretch(&self, candidate: &Candidate) -> Option<Fit> {
        let stretch = self.stretches.get(self.passed)?;
        if !stretch.contains(candidate.starts_at) {
            return None;
        }
        let block = Span::new(candidate.starts_at, candidate.ends_at).ok()?;
        let block = self.terms.guarded(&block).intersection(stretch)?;
        let opening = self.cover.at(candidate.starts_at)?;
        let useful = length(self.terms.duration).min(opening.slot_minutes.duration());
        let interval = self.terms.interval(opening).duration();
        Some(Fit::of(*stretch, block, interval, useful))
    }
}

impl<'a> Judgement<'a> {
    /// How candidates of this judgement leave the free time around them.
    pub fn fits(&self) -> Fits<'a> {
        let sweep = Sweep::new(self);
        Fits {
            terms: self.terms,
            stretches: self.free(&sweep),
            cover: sweep.cover,
            passed: 0,
        }
    }

    /// The provider's open time that nothing takes, in order.
    fn free(&self, sweep: &Sweep<'_>) -> Vec<Span> {
        let mut taken: Vec<Span> = sweep.provider.all().map(|busy| busy.guarded).collect();
        for closing in sweep.closings.all() {
            let meets = |it: &&crate::opening::Opening| closing.extent.covers(it.provider_id, it.location_id);
            // One of another location leaves this one open.
            let closed = sweep.cover.openings().iter().copied().filter(meets);
            taken.extend(closed.filter_map(|opening| opening.span.intersection(&closing.span)));
        }
        taken.sort_unstable_by_key(Span::starts_at);

        let mut free = Vec::new();
        let mut taken = taken.into_iter().peekable();
        let mut from = self.now;
        let mut until = Timestamp::MIN;
        for opening in sweep.cover.openings() {
            if opening.span.starts_at() < until {
                continue;
            }
            until = sweep.cover.open_until(opening);
            from = from.max(opening.span.starts_at());
            while let Some(busy) = taken.next_if(|busy| busy.starts_at() < until) {
                free.extend(Span::new(from, busy.starts_at()).ok());
                from = from.max(busy.ends_at());
            }
            free.extend(Span::new(from, until).ok());
        }
        free
    }
}

fn length(minutes: Minutes) -> SignedDuration {
    SignedDuration::from_mins(minutes.0.into())
}
