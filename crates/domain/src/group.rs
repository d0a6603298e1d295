//! Groups: the appointments of several patients who share one time of a provider, each with a seat.
//!
//! A group is nothing that is made or stored by itself. Whoever books the same service with the same provider at the same time in
//! the same place is of the same group, so its id follows from these, and two who are the first at the same moment agree on it.

use uuid::Uuid;

use crate::id::{GroupId, LocationId, ProviderId, ResourceId, ServiceId};
use crate::time::Span;

/// The namespace of groups among name-based UUIDs (RFC 9562, version 5).
const NAMESPACE: Uuid = Uuid::from_u128(0x7a0c_6a52_91c4_4d0e_b5c1_3f2e_8d64_0b97);

/// What the appointments of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    pub service_id: ServiceId,
    pub provider_id: ProviderId,
    pub location_id: LocationId,
    /// In any order.
    pub resource_ids: &'a [ResourceId],
    pub span: Span,
}

impl Group<'_> {
    /// Its id.
    pub fn id(&self) -> GroupId {
        let mut rooms: Vec<Uuid> = self.resource_ids.iter().map(|id| id.uuid()).collect();
        rooms.sort_unstable();
        let ids = [self.service_id.uuid(), self.provider_id.uuid(), self.location_id.uuid()];
        let mut name: Vec<u8> = ids.iter().chain(&rooms).flat_map(Uuid::as_bytes).copied().collect();
        for instant in [self.span.starts_at(), self.span.ends_at()] {
            name.extend(instant.as_microsecond().to_be_bytes());
        }
        GroupId(Uuid::new_v5(&NAMESPACE, &name))
    }
}

/// A place in a group that somebody can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    pub group_id: GroupId,
    /// How many there are, this one included.
    pub left: u32,
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    #[test]
    fn whatever_differs_makes_another_group() -> Result<(), crate::time::EmptySpan> {
        let id = |n: u128| Uuid::from_u128(n);
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let span = |from, to| Span::new(at(from), at(to));
        let rooms = [ResourceId(id(4)), ResourceId(id(5))];
        let group = Group {
            service_id: ServiceId(id(1)),
            provider_id: ProviderId(id(2)),
            location_id: LocationId(id(3)),
            resource_ids: &rooms,
            span: span(0, 30)?,
        };
        let others = [
            Group {
                service_id: ServiceId(id(9)),
                ..group
            },
            Group {
                provider_id: ProviderId(id(9)),
                ..group
            },
            Group {
                location_id: LocationId(id(9)),
                ..group
            },
            Group {
                resource_ids: &rooms[..1],
                ..group
            },
            Group {
                span: span(0, 45)?,
                ..group
            },
            Group {
                span: span(15, 30)?,
                ..group
            },
        ];
        for other in others {
            assert_ne!(other.id(), group.id(), "{other:?}");
        }
        let reversed = [rooms[1], rooms[0]];
        assert_eq!(
            Group {
                resource_ids: &reversed,
                ..group
            }
            .id(),
            group.id()
        );
        Ok(())
    }
}
