//! The rules read plainly: every pair is compared, nothing is sorted, and the horizon is left to jiff.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use kalends_domain::allocation::Owner;
use kalends_domain::closure::Extent;
use kalends_domain::id::{LocationId, ResourceId};
use kalends_domain::need::Need;
use kalends_domain::opening::{Opening, PublishMode};
use kalends_domain::rule::Rule;
use kalends_domain::slot::{Asker, Busy, Candidate, Cap, Horizon, Judgement, OpenLimit, Period, Reason, Room, Taken};
use kalends_domain::time::Span;

/// Seconds, so that no arithmetic is shared with what is tested.
type Seconds = i64;

fn asked_about<'a>(judgement: &Judgement<'a>) -> impl Iterator<Item = &'a Opening> {
    let sites = judgement.sites;
    let asked = move |location: LocationId| sites.iter().any(|site| site.location_id == location);
    judgement
        .openings
        .iter()
        .filter(move |opening| asked(opening.location_id))
}

fn interval(judgement: &Judgement<'_>, opening: &Opening) -> Seconds {
    judgement
        .terms
        .start_interval
        .unwrap_or(opening.slot_minutes)
        .duration()
        .as_secs()
}

/// From when starts are counted, in the zone's own calendar.
fn counted_from(judgement: &Judgement<'_>, opening: &Opening) -> Seconds {
    let begins = opening.span.starts_at().as_second();
    if !judgement.terms.start_on_hour {
        return begins;
    }
    let offset = zoned(judgement, opening.span.starts_at()).map_or(0, |local| local.offset().seconds());
    begins - (begins + i64::from(offset)).rem_euclid(3600)
}

fn zoned(judgement: &Judgement<'_>, instant: Timestamp) -> Option<jiff::Zoned> {
    let rules = jiff::tz::TimeZoneDatabase::bundled().get(judgement.sites[0].zone.name());
    Some(instant.to_zoned(rules.ok()?))
}

/// Whether as many count in the same day or week as may.
fn is_full(judgement: &Judgement<'_>, cap: &Cap, starts_at: Timestamp) -> bool {
    let key = |instant: Timestamp| {
        let date = zoned(judgement, instant).map(|local| local.date())?;
        let week = date.iso_week_date();
        Some(match cap.period {
            Period::Day => (date.year(), date.day_of_year()),
            Period::Week => (week.year(), week.week().into()),
        })
    };
    let counts = |taken: &&Taken| {
        key(taken.starts_at) == key(starts_at)
            && match taken.owner {
                Owner::Hold { id, expires_at } => judgement.own.hold != Some(id) && expires_at > judgement.now,
                _ => true,
            }
    };
    cap.counted.iter().filter(counts).count() >= cap.most as usize
}

fn is_reached(limit: Option<OpenLimit>) -> bool {
    limit.is_some_and(|limit| limit.most <= limit.open)
}

fn ends_at(judgement: &Judgement<'_>, starts_at: Seconds) -> Seconds {
    starts_at + i64::from(judgement.terms.duration.0) * 60
}

/// Every start of every opening in question.
pub fn grid(judgement: &Judgement<'_>) -> Vec<Timestamp> {
    let mut starts = Vec::new();
    for opening in asked_about(judgement) {
        let mut start = counted_from(judgement, opening);
        while start < opening.span.starts_at().as_second() {
            start += interval(judgement, opening);
        }
        while start < opening.span.ends_at().as_second() {
            starts.extend(Timestamp::from_second(start));
            start += interval(judgement, opening);
        }
    }
    starts.sort_unstable();
    starts
}

pub fn bookable(judgement: &Judgement<'_>, starts_at: Timestamp) -> bool {
    let staff = judgement.asker == Asker::Staff;
    let (start, now) = (starts_at.as_second(), judgement.now.as_second());
    let end = ends_at(judgement, start);
    let Some(first) = opening_at(judgement, start) else {
        return false;
    };
    let location = first.location_id;

    let on_grid = (start - counted_from(judgement, first)) % interval(judgement, first) == 0;
    let soon = start < now + i64::from(judgement.terms.lead_time.0) * 60;
    let aside = |rule| staff && judgement.overrides.contains(&rule);
    let far = !aside(Rule::BookingHorizon) && !within_horizon(judgement, starts_at);
    let open = (start..end).step_by(60).chain([end - 1]).all(|second| {
        opening_at(judgement, second)
            .is_some_and(|opening| opening.location_id == location && is_for_asker(judgement, opening))
    });
    let closed = judgement.closings.iter().any(|closing| {
        let concerned = match closing.extent {
            Extent::Organisation => true,
            Extent::Location(closed) => closed == location,
            Extent::Provider(absent) => absent == first.provider_id,
        };
        concerned && meets(&closing.span, start, end)
    });
    let patient_free = aside(Rule::PatientOverlap)
        || !judgement
            .patient_busy
            .iter()
            .any(|busy| in_the_way(judgement, busy, start, end));
    let (from, to) = guarded(judgement, start);
    let provider_free = !judgement.busy.iter().any(|busy| in_the_way(judgement, busy, from, to));
    let mut rooms: Vec<&Room> = judgement.sites[0].rooms.iter().collect();
    rooms.retain(|room| !room.busy.iter().any(|busy| in_the_way(judgement, busy, from, to)));
    let has_rooms = are_met(judgement.needs, &rooms);

    let capped = judgement.caps.iter().any(|cap| is_full(judgement, cap, starts_at));
    let patient = judgement.standing.patient;
    let stranger = patient.for_others.is_some()
        || is_reached(patient.open_of_any)
        || is_reached(patient.open_of_service)
        || (patient.phone_only && !staff);

    on_grid
        && !capped
        && !stranger
        && start >= now
        && (staff || !soon)
        && !far
        && open
        && !closed
        && patient_free
        && provider_free
        && has_rooms
}

/// Whether each thing that is said to be in the way is in the way.
pub fn reasons_are_true(judgement: &Judgement<'_>, candidate: &Candidate) -> bool {
    let start = candidate.starts_at.as_second();
    let (from, to) = guarded(judgement, start);
    let met = |busy: &[Busy], named: &Span, from, to| {
        busy.iter()
            .any(|busy| busy.time == *named && in_the_way(judgement, busy, from, to))
    };
    candidate.reasons().iter().all(|reason| match reason {
        Reason::Taken { span, .. } | Reason::Block { span } => met(judgement.busy, span, from, to),
        Reason::PatientOverlap { span } => met(judgement.patient_busy, span, start, ends_at(judgement, start)),
        Reason::Closure { span } | Reason::TimeOff { span } => meets(span, start, ends_at(judgement, start)),
        _ => true,
    })
}

/// Every way to give each need a room of its own is tried.
fn are_met(needs: &[Need], rooms: &[&Room]) -> bool {
    let Some((need, others)) = needs.split_first() else {
        return true;
    };
    rooms.iter().any(|room| {
        let left: Vec<&Room> = rooms.iter().copied().filter(|it| it.id != room.id).collect();
        let fits = match need {
            Need::Kind(kind) => room.kind == *kind,
            Need::Resource(id) => room.id == *id,
        };
        fits && are_met(others, &left)
    })
}

/// Whether the rooms that a candidate got are what is needed, known and free.
pub fn rooms_are_free(judgement: &Judgement<'_>, candidate: &Candidate, given: &[ResourceId]) -> bool {
    if candidate.offered().is_none() {
        return given.is_empty();
    }
    let (from, to) = guarded(judgement, candidate.starts_at.as_second());
    let mut rooms: Vec<&Room> = judgement.sites[0].rooms.iter().collect();
    rooms
        .retain(|room| given.contains(&room.id) && !room.busy.iter().any(|busy| in_the_way(judgement, busy, from, to)));
    rooms.len() == judgement.needs.len() && given.len() == rooms.len() && are_met(judgement.needs, &rooms)
}

/// In minutes and lists, without the publication's own functions.
fn is_for_asker(judgement: &Judgement<'_>, opening: &Opening) -> bool {
    let publication = &opening.publication;
    let for_service = publication.services.is_empty()
        || publication
            .services
            .iter()
            .any(|service| Some(*service) == judgement.service_id);
    let published = publication.mode == PublishMode::Online;
    let begins_in = opening.span.starts_at().as_second() - judgement.now.as_second();
    let released = publication
        .release
        .is_none_or(|release| begins_in <= i64::from(release.0) * 60);
    for_service && (judgement.asker == Asker::Staff || (published && released))
}

fn opening_at<'a>(judgement: &Judgement<'a>, second: Seconds) -> Option<&'a Opening> {
    asked_about(judgement)
        .find(|opening| opening.span.starts_at().as_second() <= second && second < opening.span.ends_at().as_second())
}

fn guarded(judgement: &Judgement<'_>, start: Seconds) -> (Seconds, Seconds) {
    let terms = judgement.terms;
    (
        start - i64::from(terms.buffer_before.0) * 60,
        ends_at(judgement, start) + i64::from(terms.buffer_after.0) * 60,
    )
}

fn in_the_way(judgement: &Judgement<'_>, busy: &Busy, from: Seconds, to: Seconds) -> bool {
    let lives = match busy.owner {
        Owner::Hold { id, expires_at } => judgement.own.hold != Some(id) && expires_at > judgement.now,
        _ => true,
    };
    // Whoever was booked over another is there all the same.
    let there = busy.blocks || matches!(busy.owner, Owner::Appointment(_));
    there && lives && meets(&busy.guarded, from, to)
}

fn meets(span: &Span, from: Seconds, to: Seconds) -> bool {
    span.starts_at().as_second() < to && from < span.ends_at().as_second()
}

/// Whether the date at the location is no later than the last that may be booked.
fn within_horizon(judgement: &Judgement<'_>, starts_at: Timestamp) -> bool {
    let ahead = match judgement.terms.horizon {
        Horizon::Months(months) => i32::from(months).months(),
        Horizon::Days(days) => i32::from(days).days(),
        Horizon::Endless => return true,
    };
    let Ok(rules) = jiff::tz::TimeZoneDatabase::bundled().get(judgement.sites[0].zone.name()) else {
        return false;
    };
    let date = |instant: Timestamp, rules: &TimeZone| instant.to_zoned(rules.clone()).date();
    date(starts_at, &rules) <= date(judgement.now, &rules).saturating_add(ahead)
}
