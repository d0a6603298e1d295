//! A slot kept for minutes while somebody fills in the form.

use jiff::{SignedDuration, Timestamp};

use crate::id::{AppointmentId, HoldId, LocationId, ProviderId, ServiceId, UserId};

/// How long a slot is kept.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_mins(10);

/// How long the time of a proposal is kept, unless one of the two times comes before.
pub const PROPOSED_FOR: SignedDuration = SignedDuration::from_hours(48);

/// How many slots one person may keep at a time.
pub const MAX_LIVE: usize = 5;

/// A hold as it is stored; its secret is stored hashed, and never read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub id: HoldId,
    pub service_id: ServiceId,
    pub provider_id: ProviderId,
    pub location_id: LocationId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub expires_at: Timestamp,
    /// Absent for a proposal, which is the organisation's.
    pub created_by: Option<UserId>,
    /// What makes it a proposal.
    pub proposed: Option<Proposed>,
}

/// A hold that staff offer for an appointment instead of its own time. Until the patient answers, the appointment keeps that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    pub appointment_id: AppointmentId,
    /// What staff say with it.
    pub message: Option<String>,
}
