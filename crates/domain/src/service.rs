//! What is booked, with its rules.

use serde::Serialize;

use crate::assignment::Assignment;
use crate::id::{DepartmentId, ProviderId, ServiceId};
use crate::intake::Question;
use crate::name::names;
use crate::need::Need;
use crate::stamp::Stamp;
use crate::texts::Texts;

names! {
    /// How patient and provider meet.
    pub enum Mode {
        InPerson = "in_person",
        Video = "video",
        Phone = "phone",
    }
}

names! {
    /// Whom a service is for.
    pub enum Clientele {
        Anyone = "anyone",
        /// Those who have had no visit in the organisation yet.
        New = "new",
        /// Those who have had one.
        Returning = "returning",
    }
}

/// A service as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    pub id: ServiceId,
    pub department_id: Option<DepartmentId>,
    /// In the organisation's own language, and translated.
    pub name: String,
    pub names: Texts,
    pub description: Option<String>,
    pub descriptions: Texts,
    pub duration_minutes: i32,
    /// Kept free around, for the provider and the resources.
    pub buffer_before_minutes: i32,
    pub buffer_after_minutes: i32,
    /// The spacing of starts; absent: the opening's.
    pub start_interval_minutes: Option<i32>,
    /// Whether starts are counted from the full hour instead of from the opening's beginning.
    pub start_on_hour: bool,
    /// The minimum notice.
    pub lead_time_minutes: i32,
    /// How far ahead may be booked; absent: what the tenant says.
    pub booking_horizon_days: Option<i32>,
    /// The latest self-service change, before the start.
    pub cancel_cutoff_minutes: i32,
    pub reschedule_cutoff_minutes: i32,
    /// How many patients may share a time.
    pub capacity: i32,
    /// The rooms and the equipment that it takes, all at once.
    pub needs: Vec<Need>,
    pub requires_approval: bool,
    /// Who gets it when it is booked with anyone.
    pub assignment: Assignment,
    /// Whether the patient's usual provider comes before that rule.
    pub usual_provider_first: bool,
    pub clientele: Clientele,
    /// How often it may be booked in a day and in a week (from Monday), with all providers together.
    pub max_per_day: Option<i32>,
    pub max_per_week: Option<i32>,
    /// How many appointments of it one patient may have to come.
    pub max_open_per_patient: Option<i32>,
    /// Whether patients may see and book it.
    pub public: bool,
    pub mode: Mode,
    /// What is asked before it is booked, in this order.
    pub intake: Vec<Question>,
    /// In the tenant's currency's smallest unit, to show.
    pub price_minor: Option<i64>,
    /// The current providers who give it.
    pub provider_ids: Vec<ProviderId>,
    pub stamp: Stamp,
}

impl Service {
    /// Its name for readers of this language.
    pub fn name_in(&self, language: &str) -> &str {
        self.names.or(&self.name, language)
    }

    /// Its description for readers of this language; empty for none.
    pub fn description_in(&self, language: &str) -> &str {
        let own = self.description.as_deref().unwrap_or_default();
        self.descriptions.or(own, language)
    }
}
