//! What making openings would do, before anything is done.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::{Flaw, NewOpening, Opening, Pattern, Publication, Window, slots_left};
use crate::id::{LocationId, OpeningId, ProviderId, TemplateId};
use crate::time::{Interval, Month, Zone, days_between};

/// From which date to which, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    pub first: Date,
    pub last: Date,
}

impl Dates {
    /// The longest range that is made at once.
    pub const MOST_DAYS: i32 = 366;
    /// How far ahead of today openings can be made: ten years.
    pub const FURTHEST_DAYS: i32 = 3660;

    /// All days of a month.
    pub fn month(month: Month) -> Self {
        Self {
            first: month.first_day(),
            last: month.last_day(),
        }
    }

    fn flaws(self, today: Date) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.last < self.first {
            flaws.push(Flaw::DatesReversed);
        }
        if days_between(self.first, self.last) >= Self::MOST_DAYS {
            flaws.push(Flaw::TooManyDays);
        }
        if days_between(today, self.last) > Self::FURTHEST_DAYS {
            flaws.push(Flaw::TooFarAhead);
        }
        flaws
    }

    /// Each date, in order.
    pub fn each(self) -> impl Iterator<Item = Date> {
        self.first.series(1.day()).take_while(move |date| *date <= self.last)
    }
}

/// A window of some date, with what its opening takes from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    pub window: Window,
    pub slot_minutes: Interval,
    pub publication: Publication,
}

/// Whose openings are made, and where.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    pub provider_id: ProviderId,
    pub location_id: LocationId,
    pub zone: &'a Zone,
}

/// What making openings comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order of time.
    pub create: Vec<NewOpening>,
    /// Openings that are there already and stay as they are; nothing is made over them.
    pub kept: Vec<OpeningId>,
    /// How many starts the new openings have that are not past, for an appointment as long as the slots are.
    pub slots: usize,
}

/// Plans the openings of a pattern.
///
/// # Errors
/// Every [`Flaw`] of the order.
pub fn generate(
    place: &Place<'_>,
    dates: Dates,
    pattern: &Pattern,
    now: Timestamp,
    existing: &[Opening],
) -> Result<Plan, Vec<Flaw>> {
    let mut flaws = pattern.flaws();
    flaws.extend(dates.flaws(place.zone.date_at(now)));
    if flaws.is_empty() {
        Ok(plan(place, dates, None, now, existing, |date| pattern.on(date)))
    } else {
        Err(flaws)
    }
}

/// Plans the openings of each date's hours, wherever those come from.
///
/// - Nothing is made for past days. Of today's windows, those that are not wholly over are made, from their usual start, so
///   that their starts are the same as on other days.
/// - A window that overlaps an opening of the provider, at whatever location, is left out, and that opening is kept: what
///   somebody changed by hand stays changed. So planning twice adds nothing.
/// - A window that does not exist on a date, because the clock skips it, is left out; one that crosses a change of the clock
///   has its true length.
///
/// `existing` are the provider's openings that overlap the dates, in any order; `on` gives the hours of a date, in any order.
pub(super) fn plan<'o>(
    place: &Place<'_>,
    dates: Dates,
    template_id: Option<TemplateId>,
    now: Timestamp,
    existing: impl IntoIterator<Item = &'o Opening>,
    on: impl Fn(Date) -> Vec<Hours>,
) -> Plan {
    let today = place.zone.date_at(now);
    let mut existing: Vec<&Opening> = existing.into_iter().collect();
    existing.sort_by_key(|opening| opening.span.starts_at());

    let mut plan = Plan::default();
    let mut next = 0;
    for date in dates.each().filter(|date| *date >= today) {
        let mut hours = on(date);
        hours.sort_by_key(|hours| hours.window.from);
        for Hours {
            window,
            slot_minutes,
            publication,
        } in hours
        {
            let Some(span) = place.zone.window(date, window.from, window.to) else {
                continue;
            };
            if span.ends_at() <= now {
                continue;
            }
            while existing
                .get(next)
                .is_some_and(|opening| opening.span.ends_at() <= span.starts_at())
            {
                next += 1;
            }
            let before = plan.kept.len();
            for opening in existing
                .iter()
                .skip(next)
                .take_while(|opening| opening.span.starts_at() < span.ends_at())
            {
                plan.kept.push(opening.id);
            }
            if plan.kept.len() > before {
                continue;
            }
            plan.slots += slots_left(span, slot_minutes, now);
            plan.create.push(NewOpening {
                provider_id: place.provider_id,
                location_id: place.location_id,
                local_date: date,
                local_from: window.from,
                local_to: window.to,
                span,
                slot_minutes,
                publication,
                template_id,
            });
        }
    }
    // A long opening may lie under several windows; it is kept once.
    plan.kept.dedup();
    plan
}
