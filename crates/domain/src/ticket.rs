//! A ticket: one booking of a service that staff grant to a patient. It sets aside exactly what it is about: that the service, or
//! whoever gives it, is not public, and that they take no new patients.

use jiff::Timestamp;

use crate::id::{AppointmentId, DepartmentId, PatientId, ProviderId, ServiceId, TicketId, UserId};
use crate::name::names;
use crate::texts::Texts;

/// A ticket as it is stored. Whether it is spent is told by the appointments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub patient_id: PatientId,
    pub service_id: ServiceId,
    /// With whom; absent: anyone.
    pub provider_id: Option<ProviderId>,
    /// With anyone of this department; never beside a provider.
    pub department_id: Option<DepartmentId>,
    /// From when it books nothing more; absent: until it is revoked.
    pub valid_until: Option<Timestamp>,
    /// For the patient.
    pub note: Option<String>,
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// The appointment that it was spent on, which takes time.
    pub spent_by: Option<AppointmentId>,
}

names! {
    /// What a ticket is worth.
    pub enum TicketState {
        Good = "good",
        Spent = "spent",
        Expired = "expired",
        Revoked = "revoked",
    }
}

impl Ticket {
    /// What it is worth at `now`.
    pub fn state(&self, now: Timestamp) -> TicketState {
        if self.spent_by.is_some() {
            TicketState::Spent
        } else if self.revoked_at.is_some() {
            TicketState::Revoked
        } else if self.valid_until.is_some_and(|end| end <= now) {
            TicketState::Expired
        } else {
            TicketState::Good
        }
    }
}

/// A ticket with what its people and things are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTicket {
    pub ticket: Ticket,
    pub patient_name: String,
    pub service_name: String,
    /// Its translations.
    pub service_names: Texts,
    /// With the title.
    pub provider_name: Option<String>,
    pub department_name: Option<String>,
}

impl NamedTicket {
    /// What is booked, for readers of this language.
    pub fn service_in(&self, language: &str) -> &str {
        self.service_names.or(&self.service_name, language)
    }
}
