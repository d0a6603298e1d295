//! Who may act for a patient, beside the patient themselves: a parent for a child, a carer for a parent.

use jiff::Timestamp;

use crate::id::{PatientId, ProxyId, UserId};
use crate::name::names;
use crate::permission::{Action, Resource};

/// How many patients one person may add for themselves.
pub const MAX_DEPENDANTS: usize = 10;

names! {
    /// How far somebody may act for a patient, from narrow to wide.
    pub enum ProxyScope {
        /// Sees the appointments.
        View = "view",
        /// Books, moves and cancels them too.
        Book = "book",
        /// Sees and corrects the patient's details too, and who looked at them.
        Full = "full",
    }
}

impl ProxyScope {
    /// Whether it allows to `action` such a `resource` of the patient's.
    pub fn covers(self, resource: Resource, action: Action) -> bool {
        let least = match (resource, action) {
            (Resource::Appointment | Resource::Ticket, Action::Read) => Self::View,
            (Resource::Appointment, Action::Write) => Self::Book,
            (Resource::Patient, Action::Read | Action::Write) => Self::Full,
            _ => return false,
        };
        self >= least
    }
}

names! {
    /// What the one who acts is to the patient (FHIR's RelatedPerson.relationship, in plain words).
    pub enum Relationship {
        Parent = "parent",
        Guardian = "guardian",
        Child = "child",
        Partner = "partner",
        Sibling = "sibling",
        Carer = "carer",
        Other = "other",
    }
}

/// That a user may act for a patient, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    pub id: ProxyId,
    pub user_id: UserId,
    pub patient_id: PatientId,
    pub relationship: Relationship,
    pub scope: ProxyScope,
    /// From when it counts no more; absent: not until it is revoked.
    pub expires_at: Option<Timestamp>,
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// 1 when it is made, one more with every change.
    pub version: i64,
}

/// A proxy with what its people are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedProxy {
    pub proxy: Proxy,
    pub user_name: String,
    pub user_email: String,
    pub patient_name: String,
}

/// A patient whom somebody may act for, as their session knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActsFor {
    pub proxy_id: ProxyId,
    pub patient_id: PatientId,
    pub given_name: String,
    pub family_name: String,
    pub relationship: Relationship,
    pub scope: ProxyScope,
    pub expires_at: Option<Timestamp>,
}

impl ActsFor {
    /// Whether it counts at `now`.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// The patient's given and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }
}

#[cfg(test)]
mod tests {
    use super::ProxyScope;
    use crate::permission::{Action, Resource};

    #[test]
    fn a_wider_scope_covers_what_a_narrower_one_does() {
        for resource in Resource::ALL {
            for action in Action::ALL {
                let covers = |scope: &ProxyScope| scope.covers(*resource, *action);
                assert!(ProxyScope::ALL.is_sorted_by_key(covers), "{action} {resource}");
            }
        }
    }

    #[test]
    fn nobody_acts_for_a_patient_beyond_their_appointments_and_details() {
        let covered = |scope: ProxyScope| {
            let pairs = Resource::ALL
                .iter()
                .flat_map(|it| Action::ALL.iter().map(move |action| (*it, *action)));
            pairs.filter(|(it, action)| scope.covers(*it, *action)).count()
        };
        assert_eq!(
            ProxyScope::ALL.iter().copied().map(covered).collect::<Vec<_>>(),
            [2, 3, 5]
        );
    }
}
