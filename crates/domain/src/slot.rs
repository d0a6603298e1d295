//! Slots: which starts a provider can be booked at, and by which rule every other time is refused.
//!
//! One judgement answers every question: what is offered ([`Judgement::candidates`]), whether a booking may go ahead, and why
//! a time is not offered ([`Judgement::judge`]). What is offered can therefore be booked, as far as the database still agrees.

mod asker;
mod busy;
mod calendar;
mod cap;
mod cover;
mod fit;
mod group;
mod reason;
mod sweep;
mod terms;

use jiff::Timestamp;

use crate::id::{LocationId, ResourceId, ServiceId};
use crate::limit::Limit;
use crate::need::{self, Need};
use crate::opening::{Opening, PublishMode};
use crate::rule::Rule;
use crate::time::Span;

pub use asker::{Asker, Granted, OpenLimit, PatientStanding, Standing};
pub use busy::{Busy, Closing, Own, Room, Site};
pub use calendar::{Calendar, Cell, CellStatus};
pub use cap::{Cap, Period, Taken};
pub use cover::{Cover, Part};
pub use fit::{Fit, Fits};
pub use reason::{Candidate, Missing, Place, Reason, Refusal, Verdict};
pub use terms::{Horizon, Terms};

use group::Joined;
use sweep::Sweep;

/// All that decides about the times of one provider for one service.
#[derive(Clone, Copy, Debug)]
pub struct Judgement<'a> {
    pub now: Timestamp,
    pub asker: Asker,
    /// Absent: the time as such, whatever for.
    pub service_id: Option<ServiceId>,
    pub terms: Terms,
    /// The rooms and the equipment that the service takes.
    pub needs: &'a [Need],
    pub standing: Standing,
    /// The locations in question; openings elsewhere count as closed.
    pub sites: &'a [Site<'a>],
    /// The provider's openings, which never overlap, in any order.
    pub openings: &'a [Opening],
    /// What takes the provider's time, buffers included, in any order. It must reach as far beyond the times in question as
    /// the appointment with its buffers does.
    pub busy: &'a [Busy],
    /// When calendars are closed, the provider's among them.
    pub closings: &'a [Closing],
    /// What takes the patient's time; empty while nobody knows who it is for.
    pub patient_busy: &'a [Busy],
    /// How often may be booked.
    pub caps: &'a [Cap],
    /// What the asker gives up by booking, and which is therefore not in the way.
    pub own: Own<'a>,
    /// The provider's time that is kept for the asker already, buffers included.
    pub held: &'a [Span],
    /// Rules that staff set aside for this booking; only those that [may be](Rule::may_be_set_aside).
    pub overrides: &'a [Rule],
}

impl Judgement<'_> {
    /// Every start in `range` with its verdict, in order of time, each judged when it is asked for. Starts are spaced from the beginning of each
    /// opening in elapsed time, by the service's own interval or else the opening's.
    pub fn candidates(&self, range: Span) -> impl Iterator<Item = Candidate> {
        let sweep = Sweep::new(self);
        let openings = sweep.cover.openings().to_vec();
        let meant = openings
            .into_iter()
            .filter(move |opening| opening.span.overlaps(&range));
        let starts = meant.flat_map(|opening| self.starts(opening).into_iter().map(move |start| (start, opening)));
        starts
            .filter(move |(start, _)| range.contains(*start))
            .map(move |(start, opening)| self.verdict(start, Some(opening), &sweep))
    }

    /// The starts in this opening, those of its groups among them, in order.
    fn starts(&self, opening: &Opening) -> Vec<Timestamp> {
        let Some(site) = self.site(opening.location_id) else {
            return Vec::new();
        };
        let mut starts: Vec<Timestamp> = self.terms.starts(opening, site.zone).collect();
        starts.extend(self.group_starts(opening));
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// The verdict on one start, whether it is on the grid or not.
    pub fn judge(&self, starts_at: Timestamp) -> Candidate {
        let sweep = Sweep::new(self);
        let opening = sweep.cover.at(starts_at);
        self.verdict(starts_at, opening, &sweep)
    }

    /// The parts of the openings that an appointment at `place` would use: what must still be open when it is booked.
    pub fn parts(&self, span: Span, location_id: LocationId) -> Vec<Part> {
        Cover::of(self.openings).parts(&span, location_id)
    }

    /// What the guard must keep when `candidate` is booked at this location.
    pub fn limits(&self, candidate: &Candidate, location_id: LocationId) -> Vec<Limit> {
        let Some(site) = self.site(location_id) else {
            return Vec::new();
        };
        self.caps
            .iter()
            .filter_map(|cap| Some(cap.limit(cap.period.around(candidate.starts_at, site.zone)?)))
            .chain(self.seats(candidate.starts_at))
            .filter(|limit| !candidate.set_aside.contains(&limit.rule))
            .collect()
    }

    fn site(&self, location_id: LocationId) -> Option<&Site<'_>> {
        self.sites.iter().find(|site| site.location_id == location_id)
    }

    /// The rules, in the order in which they are told.
    fn verdict(&self, starts_at: Timestamp, opening: Option<&Opening>, sweep: &Sweep<'_>) -> Candidate {
        let mut reasons = self.standing.reasons(self.asker);
        let mut resource_ids = Vec::new();
        let mut seat = None;
        self.check_distance(starts_at, opening, sweep, &mut reasons);

        let ends_at = self.terms.duration.after(starts_at);
        let span = Span::new(starts_at, ends_at).ok();
        if let (Some(opening), Some(span)) = (opening, span) {
            let joined = self.group_at(opening, &span);
            self.check_opening(opening, &span, joined.as_ref(), sweep, &mut reasons);
            self.check_free(opening, &span, joined.as_ref(), sweep, &mut reasons);
            resource_ids = match joined {
                Some(group) => group.resource_ids,
                None => self.find_rooms(opening, &span, sweep, &mut reasons),
            };
            seat = self.seat(opening, &span, &resource_ids, &mut reasons);
        } else {
            reasons.push(Reason::OutsideOpenings { open_until: None });
        }

        let mut set_aside = Vec::new();
        if self.asker == Asker::Staff && !self.overrides.is_empty() {
            reasons.retain(|reason| {
                let rule = reason.rule();
                let aside = rule.may_be_set_aside() && self.overrides.contains(&rule);
                if aside && !set_aside.contains(&rule) {
                    set_aside.push(rule);
                }
                !aside
            });
        }
        reasons.sort_by_key(Reason::rule);
        reasons.dedup();
        let verdict = match opening {
            Some(opening) if reasons.is_empty() => Verdict::Offered(Place {
                opening_id: opening.id,
                location_id: opening.location_id,
                resource_ids,
                seat,
            }),
            _ => Verdict::Refused(reasons),
        };
        Candidate {
            starts_at,
            ends_at,
            verdict,
            set_aside,
        }
    }

    /// Not past, not too soon and not too far ahead. Staff need no notice; a booking at this very instant is not past.
    fn check_distance(
        &self,
        starts_at: Timestamp,
        opening: Option<&Opening>,
        sweep: &Sweep<'_>,
        reasons: &mut Vec<Reason>,
    ) {
        let earliest = self.terms.lead_time.after(self.now);
        if starts_at < self.now {
            reasons.push(Reason::Past);
        } else if starts_at < earliest && self.asker != Asker::Staff {
            reasons.push(Reason::LeadTime { earliest });
        }
        if let Some(until) = sweep.horizon(opening.map(|opening| opening.location_id))
            && starts_at >= until
        {
            reasons.push(Reason::BookingHorizon { until });
        }
    }

    /// On the grid, open from start to end, and for whoever asks. The buffers may reach outside.
    fn check_opening(
        &self,
        opening: &Opening,
        span: &Span,
        joined: Option<&Joined>,
        sweep: &Sweep<'_>,
        reasons: &mut Vec<Reason>,
    ) {
        if let Some(site) = self.site(opening.location_id) {
            if site.archived {
                reasons.push(Reason::Archived);
            }
            let interval = self.terms.interval(opening);
            let from = self.terms.counted_from(opening, site.zone);
            let into = span.starts_at().duration_since(from);
            let is_between = into.subsec_nanos() != 0 || into.as_secs() % interval.duration().as_secs() != 0;
            if joined.is_none() && is_between {
                reasons.push(Reason::StartInterval { interval, from });
            }
            for cap in &sweep.caps {
                reasons.extend(cap.reason(span.starts_at(), site.zone, self.now, self.own));
            }
        }
        let open_until = sweep.cover.open_until(opening);
        if span.ends_at() > open_until {
            reasons.push(Reason::OutsideOpenings {
                open_until: Some(open_until),
            });
        }
        for met in sweep.cover.met(opening, span) {
            self.check_publication(met, reasons);
        }
    }

    /// Published, released and for this service: each opening that the appointment meets.
    fn check_publication(&self, opening: &Opening, reasons: &mut Vec<Reason>) {
        let publication = &opening.publication;
        if self.service_id.is_some_and(|service| !publication.is_for(service)) {
            reasons.push(Reason::ServiceNotInOpening);
        }
        if self.asker == Asker::Staff {
            return;
        }
        if publication.mode != PublishMode::Online {
            reasons.push(Reason::NotPublished { mode: publication.mode });
        }
        if let Some(from) = publication.released_from(&opening.span)
            && self.now < from
        {
            reasons.push(Reason::NotReleased { from });
        }
    }

    /// Nobody else's: no closure or time off, nothing of the provider's within the buffers but the group itself, nothing of the
    /// patient's.
    fn check_free(
        &self,
        opening: &Opening,
        span: &Span,
        joined: Option<&Joined>,
        sweep: &Sweep<'_>,
        reasons: &mut Vec<Reason>,
    ) {
        let guarded = self.terms.guarded(span);
        for closing in sweep.closings.during(span) {
            if closing.extent.covers(opening.provider_id, opening.location_id) {
                reasons.push(closing.reason());
            }
        }
        let shared = joined.map(|group| group.id);
        let held = sweep.is_held(&guarded);
        for busy in sweep.provider.during(&guarded) {
            let shares = shared.is_some() && busy.group_id == shared;
            // Somebody who was booked over what was kept for the asker comes beside them, not instead.
            let beside = held && !busy.blocks;
            if !shares && !beside {
                reasons.push(busy.reason());
            }
        }
        for busy in sweep.patient.during(span) {
            reasons.push(Reason::PatientOverlap { span: busy.time });
        }
    }

    /// What the service needs of the location's rooms and equipment: free for the buffers too, in the order of their ids.
    fn find_rooms(
        &self,
        opening: &Opening,
        span: &Span,
        sweep: &Sweep<'_>,
        reasons: &mut Vec<Reason>,
    ) -> Vec<ResourceId> {
        if self.needs.is_empty() {
            return Vec::new();
        }
        let guarded = self.terms.guarded(span);
        let free = sweep.free_rooms(opening.location_id, &guarded);
        match need::allot(self.needs, free.map(|room| (room.id, &room.kind[..]))) {
            Ok(mut given) => {
                given.sort_unstable();
                given
            }
            Err(need) => {
                let missing = self.missing(need, opening.location_id);
                reasons.push(Reason::NoResource { missing });
                Vec::new()
            }
        }
    }

    fn missing(&self, need: &Need, location_id: LocationId) -> Missing {
        let rooms = self.site(location_id).map(|site| site.rooms).unwrap_or_default();
        match need {
            Need::Kind(kind) => Missing::Kind(kind.clone()),
            Need::Resource(id) => match rooms.iter().find(|room| room.id == *id) {
                Some(room) => Missing::Named(room.name.clone()),
                None => Missing::Elsewhere,
            },
        }
    }
}

#[cfg(test)]
mod tests;
