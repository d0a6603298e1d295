//! A provider's calendar as staff see it: every slot with what became of it.

use jiff::Timestamp;

use super::{Asker, Busy, Candidate, Closing, Judgement, Own, Reason, Site, Standing, Terms};
use crate::allocation::Owner;
use crate::id::AppointmentId;
use crate::name::names;
use crate::opening::Opening;
use crate::time::{Interval, Span};

names! {
    /// What became of a slot. What takes it counts before its being past, so that the past can be looked up.
    pub enum CellStatus {
        Available = "available",
        /// Somebody is filling in the form.
        Held = "held",
        Booked = "booked",
        /// Blocked, closed, busy elsewhere, kept free as a buffer, or without a room.
        Blocked = "blocked",
        /// Nobody had it.
        Past = "past",
    }
}

/// One slot of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub status: CellStatus,
    /// The appointment that takes it.
    pub appointment_id: Option<AppointmentId>,
}

/// What a provider's calendar is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Calendar<'a> {
    pub now: Timestamp,
    pub sites: &'a [Site<'a>],
    pub openings: &'a [Opening],
    pub busy: &'a [Busy],
    pub closings: &'a [Closing],
}

impl Calendar<'_> {
    /// The slots that start in `range`, in order of time: those of a service, or else as long as each opening's slots.
    pub fn cells(&self, range: Span, service: Option<Terms>) -> Vec<Cell> {
        if let Some(terms) = service {
            return self.cells_of(self.openings, terms, range);
        }
        let mut intervals: Vec<Interval> = self.openings.iter().map(|opening| opening.slot_minutes).collect();
        intervals.sort_unstable();
        intervals.dedup();
        let mut cells = Vec::new();
        for interval in intervals {
            let openings: Vec<Opening> = self
                .openings
                .iter()
                .filter(|opening| opening.slot_minutes == interval)
                .cloned()
                .collect();
            cells.extend(self.cells_of(&openings, Terms::plain(interval.minutes()), range));
        }
        cells.sort_by_key(|cell| cell.starts_at);
        cells
    }

    fn cells_of(&self, openings: &[Opening], terms: Terms, range: Span) -> Vec<Cell> {
        let judgement = Judgement {
            now: self.now,
            asker: Asker::Staff,
            service_id: None,
            terms,
            needs: &[],
            standing: Standing::GOOD,
            sites: self.sites,
            openings,
            busy: self.busy,
            closings: self.closings,
            patient_busy: &[],
            held: &[],
            caps: &[],
            own: Own::default(),
            overrides: &[],
        };
        judgement.candidates(range).filter_map(|it| cell(&it)).collect()
    }
}

/// The slot that a candidate makes; none where there is no room for it in the opening.
fn cell(candidate: &Candidate) -> Option<Cell> {
    let mut status = CellStatus::Available;
    let mut appointment_id = None;
    for reason in candidate.reasons() {
        let found = match reason {
            Reason::OutsideOpenings { .. } => return None,
            Reason::Taken {
                by: Owner::Appointment(id),
                span,
            } if during(candidate, span) => {
                appointment_id = appointment_id.or(Some(*id));
                CellStatus::Booked
            }
            Reason::Taken {
                by: Owner::Hold { .. },
                span,
            } if during(candidate, span) => CellStatus::Held,
            Reason::Past => CellStatus::Past,
            // Staff may book further ahead.
            Reason::BookingHorizon { .. } => continue,
            _ => CellStatus::Blocked,
        };
        if weight(found) > weight(status) {
            status = found;
        }
    }
    Some(Cell {
        starts_at: candidate.starts_at,
        ends_at: candidate.ends_at,
        status,
        appointment_id,
    })
}

/// Whether the other's time itself, not only a buffer, reaches into the candidate's.
fn during(candidate: &Candidate, other: &Span) -> bool {
    candidate.starts_at < other.ends_at() && other.starts_at() < candidate.ends_at
}

/// Which status wins when several things are the matter.
const fn weight(status: CellStatus) -> u8 {
    match status {
        CellStatus::Available => 0,
        CellStatus::Past => 1,
        CellStatus::Blocked => 2,
        CellStatus::Held => 3,
        CellStatus::Booked => 4,
    }
}
