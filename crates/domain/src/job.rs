//! Background work that follows a change.

use jiff::Timestamp;
use serde_json::Value;

use crate::id::JobId;

/// A unit of work, written in the transaction of the change that it follows. It holds ids, never copies.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    pub id: JobId,
    /// What is to be done: `notify`.
    pub kind: String,
    pub payload: Value,
    pub run_at: Timestamp,
}
