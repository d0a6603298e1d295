//! The span that takes time of a provider, a resource or a patient. No two that block one bookable may overlap.

use jiff::Timestamp;
use uuid::Uuid;

use crate::id::{AllocationId, AppointmentId, BlockId, GroupId, HoldId, PatientId, ProviderId, ResourceId};
use crate::name::names;

names! {
    /// Whose time an allocation takes.
    pub enum Whose {
        Provider = "provider",
        Resource = "resource",
        Patient = "patient",
    }
}

/// Somebody or something whose time can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bookable {
    Provider(ProviderId),
    Resource(ResourceId),
    Patient(PatientId),
}

impl Bookable {
    /// Ids are global, so one bookable is named by its UUID alone.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Provider(id) => id.uuid(),
            Self::Resource(id) => id.uuid(),
            Self::Patient(id) => id.uuid(),
        }
    }

    /// Its kind.
    pub const fn whose(self) -> Whose {
        match self {
            Self::Provider(_) => Whose::Provider,
            Self::Resource(_) => Whose::Resource,
            Self::Patient(_) => Whose::Patient,
        }
    }
}

/// What the time is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Appointment(AppointmentId),
    Hold {
        id: HoldId,
        expires_at: Timestamp,
    },
    Block(BlockId),
    /// Busy time from another calendar.
    External,
}

impl Owner {
    /// The kind of allocation, as it is stored.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Appointment(_) => "appointment",
            Self::Hold { .. } => "hold",
            Self::Block(_) => "block",
            Self::External => "external",
        }
    }
}

/// One row of the guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    pub id: AllocationId,
    pub bookable: Bookable,
    pub owner: Owner,
    /// Whoever has the same does not keep it out; absent: everybody does.
    pub group_id: Option<GroupId>,
    /// The time itself, half-open.
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// The time with the buffers, which is what is guarded.
    pub block_starts_at: Timestamp,
    pub block_ends_at: Timestamp,
    /// Whether others are kept out; an overbooked appointment does not.
    pub blocks: bool,
}
