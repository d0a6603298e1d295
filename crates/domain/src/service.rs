//! What is booked, with its rules.

use serde::Serialize;

use crate::id::{DepartmentId, ProviderId, ServiceId};
use crate::name::names;
use crate::stamp::Stamp;

names! {
    /// How patient and provider meet.
    pub enum Mode {
        InPerson = "in_person",
        Video = "video",
        Phone = "phone",
    }
}

/// A service as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    pub id: ServiceId,
    pub department_id: Option<DepartmentId>,
    pub name: String,
    pub description: Option<String>,
    pub duration_minutes: i32,
    /// Kept free around, for the provider and the resource.
    pub buffer_before_minutes: i32,
    pub buffer_after_minutes: i32,
    /// The spacing of starts; absent: the opening's.
    pub start_interval_minutes: Option<i32>,
    /// The minimum notice.
    pub lead_time_minutes: i32,
    /// How far ahead may be booked; absent: what the tenant says.
    pub booking_horizon_days: Option<i32>,
    /// The latest self-service change, before the start.
    pub cancel_cutoff_minutes: i32,
    pub reschedule_cutoff_minutes: i32,
    /// How many patients share a time: 1.
    pub capacity: i32,
    /// The kind of resource that it takes.
    pub resource_kind: Option<String>,
    pub requires_approval: bool,
    /// Whether patients may see and book it.
    pub public: bool,
    pub mode: Mode,
    /// In the tenant's currency's smallest unit, to show.
    pub price_minor: Option<i64>,
    /// The current providers who give it.
    pub provider_ids: Vec<ProviderId>,
    pub stamp: Stamp,
}
