//! One identifier type for each noun, so that a patient's id cannot be passed where a provider's is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The bare UUID, for storage and for the wire.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// An isolated organisation.
    TenantId,
    /// Somebody who signs in.
    UserId,
    /// The link of a user to a tenant, with a role.
    MembershipId,
    /// A signed-in device of a user.
    SessionId,
    /// A site with an address and a time zone.
    LocationId,
    /// A specialty unit.
    DepartmentId,
    /// A provider's weekly hours.
    TemplateId,
    /// A room or a piece of equipment.
    ResourceId,
    /// A person who gives services.
    ProviderId,
    /// What is booked.
    ServiceId,
    /// What a service asks before it is booked.
    QuestionId,
    /// Who receives a service.
    PatientId,
    /// A dated window in which a provider can be booked.
    OpeningId,
    /// A span that takes time of a provider, a resource or a patient.
    AllocationId,
    /// That a user may act for a patient.
    ProxyId,
    /// One booking of a service that was granted to a patient.
    TicketId,
    /// Somebody's wish for a time that is not free.
    WaitlistEntryId,
    /// A time that is kept for somebody who waits.
    WaitlistOfferId,
    /// A slot kept for minutes while somebody fills in the form.
    HoldId,
    /// A span of one calendar that nobody may book.
    BlockId,
    /// A span of a location or a tenant that nobody may book.
    ClosureId,
    /// The agreed meeting; it keeps its id when it is rescheduled.
    AppointmentId,
    /// Appointments of a service that were booked by one rule: see [`Recurrence`](crate::recurrence::Recurrence).
    SeriesId,
    /// Several services that a patient comes for in one go.
    VisitId,
    /// Those who share one time of a provider: see [`Group`](crate::group::Group).
    GroupId,
    /// A unit of background work.
    JobId,
    /// Who did or saw what.
    AuditEntryId,
}
