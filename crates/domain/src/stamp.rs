//! When a record was made, changed and taken out of use, and how often it was changed.

use jiff::Timestamp;
use serde::Serialize;

/// What every kept record carries beside its own fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stamp {
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Since when the record is out of use.
    pub archived_at: Option<Timestamp>,
    /// 1 when it is made, one more with every change.
    pub version: i64,
}

impl Stamp {
    /// The stamp of a record that is made at `now`.
    pub const fn new(now: Timestamp) -> Self {
        Self {
            created_at: now,
            updated_at: now,
            archived_at: None,
            version: 1,
        }
    }

    /// Whether the record is out of use.
    pub const fn is_archived(&self) -> bool {
        self.archived_at.is_some()
    }
}
