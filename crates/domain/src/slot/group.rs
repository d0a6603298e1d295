//! The part of the judgement that is about groups: whether there is one to join, and whether it has a seat.

use jiff::Timestamp;

use super::{Judgement, Reason};
use crate::group::{Group, Seat};
use crate::id::{GroupId, ResourceId};
use crate::limit::Limit;
use crate::opening::Opening;
use crate::time::Span;

/// A group of the service that has exactly this time.
pub(super) struct Joined {
    pub id: GroupId,
    pub resource_ids: Vec<ResourceId>,
}

impl Judgement<'_> {
    /// The group that has exactly this time already, whether it has a seat left or not.
    pub(super) fn group_at(&self, opening: &Opening, span: &Span) -> Option<Joined> {
        if self.terms.capacity < 2 {
            return None;
        }
        let known = self
            .busy
            .iter()
            .filter(|busy| busy.time == *span && busy.keeps_out(self.now, self.own))
            .find_map(|busy| busy.group_id)?;
        let rooms = self.site(opening.location_id).map(|site| site.rooms);
        let mut resource_ids: Vec<ResourceId> = rooms
            .unwrap_or_default()
            .iter()
            .filter(|room| room.busy.iter().any(|busy| busy.group_id == Some(known)))
            .map(|room| room.id)
            .collect();
        resource_ids.sort_unstable();
        // Another service's group has another id.
        (self.group_id(opening, span, &resource_ids) == Some(known)).then_some(Joined {
            id: known,
            resource_ids,
        })
    }

    /// The starts of groups in this opening, which may be joined wherever they are on the grid.
    pub(super) fn group_starts(&self, opening: &Opening) -> impl Iterator<Item = Timestamp> {
        let of_groups = self.busy.iter().filter(|busy| busy.group_id.is_some());
        of_groups
            .filter(|busy| opening.span.contains(busy.time.starts_at()))
            .filter(|busy| self.group_at(opening, &busy.time).is_some())
            .map(|busy| busy.time.starts_at())
    }

    /// The seat that a booking of this time gets; absent where the service is for one at a time.
    pub(super) fn seat(
        &self,
        opening: &Opening,
        span: &Span,
        rooms: &[ResourceId],
        reasons: &mut Vec<Reason>,
    ) -> Option<Seat> {
        let most = self.terms.capacity;
        if most < 2 {
            return None;
        }
        let group_id = self.group_id(opening, span, rooms)?;
        let of_group = self.busy.iter().filter(|busy| busy.group_id == Some(group_id));
        let taken = of_group.filter(|busy| busy.owner.counts(self.now, self.own)).count();
        let left = most.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX));
        if left == 0 {
            reasons.push(Reason::SessionFull { most });
        }
        Some(Seat { group_id, left })
    }

    /// What the guard must keep of a group: no more than there are seats.
    pub(super) fn seats(&self, starts_at: Timestamp) -> Option<Limit> {
        let opening = self.openings.iter().find(|it| it.span.contains(starts_at))?;
        let most = self.terms.capacity;
        (most > 1).then_some(Limit::seats(opening.provider_id, self.service_id?, starts_at, most))
    }

    fn group_id(&self, opening: &Opening, span: &Span, rooms: &[ResourceId]) -> Option<GroupId> {
        let group = Group {
            service_id: self.service_id?,
            provider_id: opening.provider_id,
            location_id: opening.location_id,
            resource_ids: rooms,
            span: *span,
        };
        Some(group.id())
    }
}
