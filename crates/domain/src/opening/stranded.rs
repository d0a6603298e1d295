//! Appointments that would be left without an opening.

use super::Opening;
use crate::id::{AppointmentId, LocationId};
use crate::slot::Cover;
use crate::time::Span;

/// An appointment that is still to come, as far as openings are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    pub appointment_id: AppointmentId,
    pub location_id: LocationId,
    pub span: Span,
}

/// The appointments that would no longer lie in an opening at their location if `remaining` were all there is. They are kept
/// and shown; nothing cancels them by itself.
pub fn stranded(remaining: &[Opening], meetings: &[Meeting]) -> Vec<AppointmentId> {
    let cover = Cover::of(remaining);
    meetings
        .iter()
        .filter(|meeting| !cover.encloses(&meeting.span, meeting.location_id))
        .map(|meeting| meeting.appointment_id)
        .collect()
}
