//! A span during which a location, or all of them, cannot be booked.

use jiff::Timestamp;

use crate::id::{ClosureId, LocationId};
use crate::time::Span;

/// A closure as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    pub id: ClosureId,
    /// Absent: every location.
    pub location_id: Option<LocationId>,
    pub span: Span,
    pub reason: Option<String>,
    pub created_at: Timestamp,
}
