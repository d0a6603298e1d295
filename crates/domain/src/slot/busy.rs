//! What takes time: allocations of the provider, the patient and the rooms, and closures.

use jiff::Timestamp;

use super::Reason;
use super::sweep::Guarded;
use crate::allocation::{Allocation, Owner};
use crate::closure::Extent;
use crate::id::{AppointmentId, GroupId, HoldId, LocationId, ResourceId};
use crate::time::{EmptySpan, Span, Zone};

/// Time of somebody or something that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// The time itself.
    pub time: Span,
    /// The time with the buffers, which nobody else's buffers may overlap.
    pub guarded: Span,
    pub owner: Owner,
    /// Those who share it.
    pub group_id: Option<GroupId>,
    /// Whether the database keeps others out; of an appointment that was booked over another it does not.
    pub blocks: bool,
}

impl Busy {
    /// Whether it keeps others out at `now`. A hold that has expired never does, nor does what the asker gives up. An appointment
    /// that was booked over another does, although the database would let others in: it is there, and remains when the other
    /// is cancelled.
    pub(super) fn keeps_out(&self, now: Timestamp, own: Own<'_>) -> bool {
        let there = self.blocks || matches!(self.owner, Owner::Appointment(_));
        there && self.owner.counts(now, own)
    }

    pub(super) fn reason(&self) -> Reason {
        match self.owner {
            Owner::Block(_) => Reason::Block { span: self.time },
            by => Reason::Taken { by, span: self.time },
        }
    }
}

impl TryFrom<&Allocation> for Busy {
    type Error = EmptySpan;

    fn try_from(allocation: &Allocation) -> Result<Self, Self::Error> {
        Ok(Self {
            time: Span::new(allocation.starts_at, allocation.ends_at)?,
            guarded: Span::new(allocation.block_starts_at, allocation.block_ends_at)?,
            owner: allocation.owner,
            group_id: allocation.group_id,
            blocks: allocation.blocks,
        })
    }
}

impl Guarded for Busy {
    fn guarded(&self) -> Span {
        self.guarded
    }
}

/// The asker's own hold, and the appointments that are being moved: they are given up with the booking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Own<'a> {
    pub hold: Option<HoldId>,
    pub appointments: &'a [AppointmentId],
}

/// A span during which calendars are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    pub span: Span,
    pub extent: Extent,
}

impl Closing {
    pub(super) const fn reason(&self) -> Reason {
        match self.extent {
            Extent::Organisation | Extent::Location(_) => Reason::Closure { span: self.span },
            Extent::Provider(_) => Reason::TimeOff { span: self.span },
        }
    }
}

impl Guarded for Closing {
    fn guarded(&self) -> Span {
        self.span
    }
}

/// A location in question.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    pub location_id: LocationId,
    pub zone: &'a Zone,
    pub archived: bool,
    /// What is in use there of all that the service may take, the preferred first.
    pub rooms: &'a [Room],
}

/// A room or a piece of equipment, and what takes its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    pub id: ResourceId,
    pub name: String,
    pub kind: String,
    pub busy: Vec<Busy>,
}

impl Room {
    /// Whether nothing takes it during `guarded`, but for what the asker gives up.
    pub fn is_free(&self, guarded: &Span, now: Timestamp, own: Own<'_>) -> bool {
        let in_the_way = |busy: &&Busy| busy.keeps_out(now, own) && busy.guarded.overlaps(guarded);
        !self.busy.iter().any(|busy| in_the_way(&busy))
    }
}
