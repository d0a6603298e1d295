//! A span during which calendars are closed: all of them, those of one location, or one provider's (their time off).
//! Appointments in it stay, and are told.

use jiff::Timestamp;

use crate::id::{ClosureId, LocationId, ProviderId, UserId};
use crate::name::names;
use crate::time::Span;

/// Whose calendars are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Everybody's, at every location.
    Organisation,
    /// Everybody's at this location.
    Location(LocationId),
    /// This provider's, wherever they are: their time off.
    Provider(ProviderId),
}

impl Extent {
    /// Of a location or of a provider, never of both; of neither, it is everybody's.
    pub const fn of(location: Option<LocationId>, provider: Option<ProviderId>) -> Option<Self> {
        match (location, provider) {
            (None, None) => Some(Self::Organisation),
            (Some(id), None) => Some(Self::Location(id)),
            (None, Some(id)) => Some(Self::Provider(id)),
            (Some(_), Some(_)) => None,
        }
    }

    /// Whether this provider's calendar at this location is closed.
    pub fn covers(self, provider: ProviderId, location: LocationId) -> bool {
        match self {
            Self::Organisation => true,
            Self::Location(id) => id == location,
            Self::Provider(id) => id == provider,
        }
    }

    /// The one location, if it is one.
    pub const fn location_id(self) -> Option<LocationId> {
        match self {
            Self::Location(id) => Some(id),
            Self::Organisation | Self::Provider(_) => None,
        }
    }

    /// Whose time off it is, if it is one.
    pub const fn provider_id(self) -> Option<ProviderId> {
        match self {
            Self::Provider(id) => Some(id),
            Self::Organisation | Self::Location(_) => None,
        }
    }
}

names! {
    /// What became of a closure. Only an approved one closes anything.
    pub enum ClosureStatus {
        /// A provider asked for time off, and somebody has yet to decide.
        Requested = "requested",
        Approved = "approved",
        Declined = "declined",
    }
}

/// A closure as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    pub id: ClosureId,
    pub extent: Extent,
    pub span: Span,
    pub status: ClosureStatus,
    pub reason: Option<String>,
    /// Who made it or asked for it; absent: the program itself.
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    /// What was said when it was asked for and somebody decided.
    pub decision: Option<String>,
    /// When somebody decided; absent for what nobody had to decide.
    pub decided_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Extent;
    use crate::id::{LocationId, ProviderId};

    #[test]
    fn an_extent_covers_its_own_calendars_alone() {
        let (here, there) = (LocationId(Uuid::from_u128(1)), LocationId(Uuid::from_u128(2)));
        let (she, he) = (ProviderId(Uuid::from_u128(1)), ProviderId(Uuid::from_u128(2)));
        assert!(Extent::Organisation.covers(she, here));
        assert!(Extent::Location(here).covers(she, here));
        assert!(!Extent::Location(here).covers(she, there));
        assert!(Extent::Provider(she).covers(she, there));
        assert!(!Extent::Provider(she).covers(he, there));
        assert_eq!(Extent::of(Some(here), Some(she)), None);
        assert_eq!(Extent::of(None, None), Some(Extent::Organisation));
    }
}
