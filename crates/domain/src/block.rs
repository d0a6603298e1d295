//! A span of one calendar that nobody may book.

use jiff::{SignedDuration, Timestamp};

use crate::id::{BlockId, ProviderId, UserId};
use crate::time::Span;

/// A block as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub id: BlockId,
    pub provider_id: ProviderId,
    pub span: Span,
    pub reason: Option<String>,
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
}

impl Block {
    /// The longest block: a longer absence is several.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(31 * 24);
}
