//! Who did or saw what.

use jiff::Timestamp;
use uuid::Uuid;

use crate::id::{AuditEntryId, PatientId, UserId};
use crate::name::names;
use crate::permission::Role;

names! {
    /// Whether it happened.
    pub enum Outcome {
        Done = "done",
        Refused = "refused",
    }
}

names! {
    /// Who acted.
    pub enum ActorKind {
        Anonymous = "anonymous",
        User = "user",
        /// The program itself: a sweep, the command line.
        System = "system",
    }
}

/// One entry of the audit trail.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    pub id: AuditEntryId,
    pub at: Timestamp,
    pub actor_kind: ActorKind,
    pub actor_id: Option<UserId>,
    pub role: Option<Role>,
    /// A verb: `book`, `read`, `update`, `sign_in`.
    pub action: String,
    pub outcome: Outcome,
    /// The kind of record: `appointment`, `patient`, `session`.
    pub resource: String,
    pub resource_id: Option<Uuid>,
    /// Whose record it was, so that patients can see who looked.
    pub patient_id: Option<PatientId>,
    /// What changed, by field name; never what a person wrote or is called.
    pub detail: serde_json::Value,
    pub request_id: Option<Uuid>,
    /// The caller's network address.
    pub address: Option<String>,
}
