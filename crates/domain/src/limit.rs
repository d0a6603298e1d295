//! "At most so many": which appointments are counted, and how many of them there may be. The judgement counts beforehand; the
//! guard counts again when everything is written, one booking after the other.

use jiff::Timestamp;

use crate::id::{PatientId, ProviderId, ServiceId};
use crate::rule::Rule;
use crate::time::Minutes;

/// How many there may be, and by which rule the next one is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub rule: Rule,
    pub counted: Counted,
    pub most: u32,
}

/// The appointments that count: those that take time, start in the span and are of everything that is named here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub provider_id: Option<ProviderId>,
    pub service_id: Option<ServiceId>,
    pub patient_id: Option<PatientId>,
    pub from: Timestamp,
    /// Absent: without end.
    pub until: Option<Timestamp>,
    /// Only those for which staff set this rule aside.
    pub set_aside: Option<Rule>,
}

impl Counted {
    /// Whether times on hold count as well: not where it matters who the patient is or what staff did.
    pub const fn holds(&self) -> bool {
        self.patient_id.is_none() && self.set_aside.is_none()
    }
}

impl Limit {
    /// The seats of a group: of this service, with this provider, from this instant.
    pub fn seats(provider_id: ProviderId, service_id: ServiceId, starts_at: Timestamp, capacity: u32) -> Self {
        Self {
            rule: Rule::SessionFull,
            counted: Counted {
                provider_id: Some(provider_id),
                service_id: Some(service_id),
                patient_id: None,
                from: starts_at,
                until: Some(Minutes(1).after(starts_at)),
                set_aside: None,
            },
            most: capacity,
        }
    }

    /// What bookings that this limit counts have in common: the guard lets one of them at a time count. It does not tell spans
    /// apart, since those of two locations overlap without being equal.
    pub fn lock(&self) -> String {
        let counted = &self.counted;
        let ids = [
            counted.provider_id.map(|id| id.uuid()),
            counted.service_id.map(|id| id.uuid()),
            counted.patient_id.map(|id| id.uuid()),
        ];
        ids.into_iter()
            .flatten()
            .fold(self.rule.to_string(), |lock, id| format!("{lock} {id}"))
    }
}
