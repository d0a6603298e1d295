//! A person who gives services.

use serde::Serialize;

use crate::id::{DepartmentId, LocationId, ProviderId, ServiceId, UserId};
use crate::stamp::Stamp;

/// A provider as stored: the public profile and where, in what and for what they work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provider {
    pub id: ProviderId,
    /// The user who signs in as this provider.
    pub user_id: Option<UserId>,
    /// That user's address; not public.
    pub email: Option<String>,
    pub title: Option<String>,
    pub given_name: String,
    pub family_name: String,
    pub bio: Option<String>,
    /// Language tags, the best one first.
    pub languages: Vec<String>,
    /// Whether patients may see and book them.
    pub public: bool,
    /// Whether they take new patients.
    pub accepting: bool,
    /// How many appointments they may have in a day and in a week (from Monday).
    pub max_per_day: Option<i32>,
    pub max_per_week: Option<i32>,
    pub department_ids: Vec<DepartmentId>,
    /// The first one is where their calendar opens.
    pub location_ids: Vec<LocationId>,
    pub service_ids: Vec<ServiceId>,
    pub stamp: Stamp,
}

impl Provider {
    /// Title, given and family name.
    pub fn full_name(&self) -> String {
        let title = self.title.as_deref().unwrap_or_default();
        format!("{title} {} {}", self.given_name, self.family_name)
            .trim()
            .to_owned()
    }
}
