//! The agreed meeting: what it is, and how it may change.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{
    AppointmentId, GroupId, LocationId, PatientId, ProviderId, ResourceId, SeriesId, ServiceId, TicketId, UserId,
    VisitId,
};
use crate::intake::Answer;
use crate::limit::Limit;
use crate::name::names;
use crate::rule::Rule;
use crate::texts::Texts;
use crate::time::Zone;

names! {
    /// Where an appointment is in its life (FHIR's names where there is one).
    pub enum Status {
        /// Asked for; its time is kept, somebody has to agree.
        Pending = "pending",
        Booked = "booked",
        Arrived = "arrived",
        InProgress = "in_progress",
        Fulfilled = "fulfilled",
        Cancelled = "cancelled",
        Declined = "declined",
        NoShow = "no_show",
    }
}

impl Status {
    /// Whether an appointment in this state takes time.
    pub const fn holds_time(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Declined)
    }

    /// Whether it is still to come: it can be moved or cancelled.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Booked)
    }
}

names! {
    /// What can be done with an appointment once it exists.
    pub enum Step {
        Confirm = "confirm",
        Decline = "decline",
        Reschedule = "reschedule",
        Cancel = "cancel",
        CheckIn = "check_in",
        Start = "start",
        Fulfil = "fulfil",
        MarkNoShow = "mark_no_show",
        /// Back to the state before: by privilege, and by the history, never offered as a step of the present state.
        Undo = "undo",
    }
}

/// The step does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {from} appointment cannot take the step {step}")]
pub struct WrongState {
    pub from: Status,
    pub step: Step,
}

impl Status {
    /// The state after `step`.
    ///
    /// # Errors
    /// [`WrongState`] when the step does not fit.
    pub const fn after(self, step: Step) -> Result<Self, WrongState> {
        use Status as S;
        match (self, step) {
            (S::Pending, Step::Confirm) => Ok(S::Booked),
            (S::Pending, Step::Decline) => Ok(S::Declined),
            (S::Pending | S::Booked, Step::Reschedule) => Ok(self),
            (S::Pending | S::Booked, Step::Cancel) => Ok(S::Cancelled),
            (S::Booked, Step::CheckIn) => Ok(S::Arrived),
            (S::Booked | S::Arrived, Step::Start) => Ok(S::InProgress),
            (S::Arrived | S::InProgress, Step::Fulfil) => Ok(S::Fulfilled),
            (S::Booked, Step::MarkNoShow) => Ok(S::NoShow),
            _ => Err(WrongState { from: self, step }),
        }
    }

    /// The steps that fit this state, in the order in which they are offered.
    pub fn steps(self) -> impl Iterator<Item = Step> {
        Step::ALL.iter().copied().filter(move |step| self.after(*step).is_ok())
    }
}

/// The service's rules as they were when the appointment was made: later changes of the service do not bind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub buffer_before_minutes: i32,
    pub buffer_after_minutes: i32,
    /// The latest self-service change, in minutes before the start.
    pub cancel_cutoff_minutes: i32,
    pub reschedule_cutoff_minutes: i32,
    pub requires_approval: bool,
    /// How many patients may share the time.
    pub capacity: i32,
}

/// An appointment as it is stored. It keeps its id when it is rescheduled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    pub id: AppointmentId,
    /// 1 when it is made, one more with every change.
    pub version: i64,
    pub status: Status,
    pub service_id: ServiceId,
    pub provider_id: ProviderId,
    pub patient_id: PatientId,
    pub location_id: LocationId,
    /// The rooms and the equipment that it was given, in the order of their ids.
    pub resource_ids: Vec<ResourceId>,
    /// Those who share its time, where the service is for several.
    pub group_id: Option<GroupId>,
    /// What it was booked together with.
    pub together: Option<Together>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// The location's IANA zone when it was booked.
    pub time_zone: String,
    /// In the patient's words.
    pub reason: Option<String>,
    /// For staff only.
    pub notes: Option<String>,
    pub policy: Policy,
    /// The rules that staff set aside, by name.
    pub overrides: Vec<String>,
    /// The user who booked it: the patient, somebody who acts for them, or staff.
    pub booked_by: Option<UserId>,
    /// The ticket that it was booked with.
    pub ticket_id: Option<TicketId>,
    /// What was answered to the service's questions, as they were asked.
    pub answers: Vec<Answer>,
    /// Why it was cancelled or declined.
    pub status_reason: Option<String>,
    /// The patient did not come, and staff do not hold it against them.
    pub forgiven: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What an appointment was booked together with, and can be changed together with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// The same service, again and again.
    Series(SeriesId),
    /// Several services in one go.
    Visit(VisitId),
}

names! {
    /// How many of those that were booked together a change is about (iCalendar's RANGE). None of them that is over already is changed.
    #[derive(Default)]
    pub enum Range {
        /// This one alone.
        #[default]
        This = "this",
        /// This one and those after it.
        Following = "following",
        All = "all",
    }
}

impl Range {
    /// Whether a change of `of` to this range is about `other`, which was booked together with it.
    pub fn covers(self, of: &Appointment, other: &Appointment) -> bool {
        match self {
            Self::This => other.id == of.id,
            Self::Following => (other.starts_at, other.id) >= (of.starts_at, of.id),
            Self::All => true,
        }
    }
}

impl Appointment {
    /// The series that it belongs to.
    pub const fn series(&self) -> Option<SeriesId> {
        match self.together {
            Some(Together::Series(id)) => Some(id),
            _ => None,
        }
    }

    /// The visit that it is a part of.
    pub const fn visit(&self) -> Option<VisitId> {
        match self.together {
            Some(Together::Visit(id)) => Some(id),
            _ => None,
        }
    }

    /// How far its zone is from UTC at its time by the rules of today; absent where its zone is none.
    pub fn utc_offset_seconds(&self) -> Option<i32> {
        let zone = Zone::new(&self.time_zone).ok()?;
        Some(zone.offset_seconds(self.starts_at))
    }

    /// What the guard must keep when it takes its time again: no more of its group than there are seats.
    pub fn seats(&self) -> Option<Limit> {
        let set_aside = self.overrides.iter().any(|rule| rule == Rule::SessionFull.name());
        let capacity = self.policy.capacity.unsigned_abs();
        self.group_id
            .filter(|_| !set_aside)
            .map(|_| Limit::seats(self.provider_id, self.service_id, self.starts_at, capacity))
    }
}

/// An appointment with what its people and things are called, for lists and pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAppointment {
    pub appointment: Appointment,
    pub service_name: String,
    /// Its translations.
    pub service_names: Texts,
    /// With the title.
    pub provider_name: String,
    pub patient_name: String,
    pub location_name: String,
    /// Of what it was given, in their order.
    pub resource_names: Vec<String>,
    /// Who booked it, which need not be the patient.
    pub booked_by_name: Option<String>,
    /// Whether that was the patient, or somebody who acts or acted for them: not the staff.
    pub booked_by_family: bool,
}

impl NamedAppointment {
    /// What is booked, for readers of this language.
    pub fn service_in(&self, language: &str) -> &str {
        self.service_names.or(&self.service_name, language)
    }

    /// What it was given, in one line.
    pub fn resources(&self) -> Option<String> {
        (!self.resource_names.is_empty()).then(|| self.resource_names.join(", "))
    }
}

/// One change in the life of an appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointmentEvent {
    pub appointment_id: AppointmentId,
    /// The version that this change made.
    pub version: i64,
    pub at: Timestamp,
    pub actor_id: Option<UserId>,
    /// `book`, or a [`Step`]'s name.
    pub action: String,
    pub from_status: Option<Status>,
    pub to_status: Status,
    pub starts_at: Timestamp,
    pub provider_id: ProviderId,
    pub reason: Option<String>,
}

/// A change with who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedEvent {
    pub event: AppointmentEvent,
    pub actor_name: Option<String>,
    /// Whether that was the patient, or somebody who acts or acted for them: not the staff.
    pub by_family: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_appointment_takes_no_step() {
        for status in [Status::Fulfilled, Status::Cancelled, Status::Declined, Status::NoShow] {
            assert_eq!(status.steps().count(), 0, "{status}");
        }
    }

    #[test]
    fn the_visit_runs_in_order() {
        let visit = [Step::Confirm, Step::CheckIn, Step::Start, Step::Fulfil];
        let end = visit
            .iter()
            .try_fold(Status::Pending, |status, step| status.after(*step));
        assert_eq!(end, Ok(Status::Fulfilled));
    }
}
