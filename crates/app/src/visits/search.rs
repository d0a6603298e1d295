//! When several services fit one after the other.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{AppointmentId, LocationId, PatientId, ProviderId, ServiceId, VisitId};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::slot::{Candidate, Own};
use kalends_domain::time::Span;

use super::{MOST_PARTS, to_come};
use crate::app::App;
use crate::appointments::access;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::locations::zone_of;
use crate::openings::checked_dates;
use crate::slots::{Agreed, Among, Asked, For, Grounds, MOST_PAGE_DAYS, MOST_SLOTS, asker, for_whom, load, visible};
use crate::validate::Check;

/// Nobody waits longer between two parts.
const MOST_WAIT: SignedDuration = SignedDuration::from_hours(2);
/// With so many who are free for the first part it is tried how the rest fits.
const MOST_TRIED: usize = 4;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct VisitSearch {
    /// In the order in which they are to be. Of a visit that is moved they are its own, and nothing is said here.
    pub parts: Vec<WantedPart>,
    pub location_id: LocationId,
    /// For whom staff look; patients look for themselves.
    pub patient_id: Option<PatientId>,
    /// The visit that is to be moved: it is not in its own way.
    pub moving: Option<VisitId>,
    /// The first and the last date at the location, at most [`MOST_PAGE_DAYS`].
    pub from: Date,
    pub to: Date,
    /// 1 to [`MOST_SLOTS`].
    pub limit: usize,
}

/// A service that is to be a part.
#[derive(Clone, Copy, Debug)]
pub struct WantedPart {
    pub service_id: ServiceId,
    /// Absent: anyone who gives it.
    pub provider_id: Option<ProviderId>,
}

/// A visit that can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitSlot {
    pub location_id: LocationId,
    pub time_zone: String,
    /// In order.
    pub parts: Vec<Part>,
}

/// One service of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part that is moved, where one is.
    pub appointment_id: Option<AppointmentId>,
    pub service_id: ServiceId,
    pub provider_id: ProviderId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

impl VisitSlot {
    /// How long one waits between the parts, all in all.
    pub fn waiting(&self) -> SignedDuration {
        let pairs = self.parts.iter().zip(self.parts.iter().skip(1));
        pairs
            .map(|(one, next)| next.starts_at.duration_since(one.ends_at))
            .sum()
    }
}

/// The earliest visits that the caller can book, one for each start: each part as soon after the one before it as there is a time,
/// with the same person where that is as soon.
///
/// # Errors
/// [`AppError::NotFound`] for what is unknown or not for this caller; a range that is reversed or too long, too few or too many
/// parts, or a limit out of range.
pub async fn list(app: &App, ctx: &Ctx, search: &VisitSearch) -> Result<Vec<VisitSlot>> {
    checked_dates(search.from, search.to)?;
    let mut check = Check::default();
    let range = |max: usize, min: usize| vec![("min", min.to_string()), ("max", max.to_string())];
    if !(1..=MOST_SLOTS).contains(&search.limit) {
        check.fail_with("limit", "out-of-range", range(MOST_SLOTS, 1));
    }
    if search.to > search.from.saturating_add((MOST_PAGE_DAYS - 1).days()) {
        check.fail_with("to", "too-many-days", vec![("max", MOST_PAGE_DAYS.to_string())]);
    }
    if search.moving.is_none() && !(2..=MOST_PARTS).contains(&search.parts.len()) {
        check.fail_with("parts", "out-of-range", range(MOST_PARTS, 2));
    }
    check.finish()?;
    let zone = zone_of(app, ctx, search.location_id).await?;
    let moved = match search.moving {
        Some(id) => {
            let within = access::visible(ctx, Resource::Appointment, Action::Write)?;
            to_come(app, ctx, &within, id).await?
        }
        None => Vec::new(),
    };
    let patient = match moved.first() {
        Some(moved) => Some(moved.patient_id),
        None => for_whom(app, ctx, search.patient_id).await?,
    };
    let given_up: Vec<AppointmentId> = moved.iter().map(|it| it.id).collect();
    let asked = Asked {
        location: Some(search.location_id),
        own: Own {
            hold: None,
            appointments: &given_up,
        },
        ..Asked::by(asker(ctx))
    };
    let parts: Vec<(WantedPart, Option<&Appointment>)> = if moved.is_empty() {
        search.parts.iter().map(|part| (*part, None)).collect()
    } else {
        moved
            .iter()
            .map(|it| {
                (
                    WantedPart {
                        service_id: it.service_id,
                        provider_id: Some(it.provider_id),
                    },
                    Some(it),
                )
            })
            .collect()
    };
    let grounds = grounds(app, ctx, &parts, patient, &asked, search).await?;
    let ids = moved_ids(&moved, grounds.len());
    let mut found = Vec::new();
    let mut date = search.from;
    while date <= search.to && found.len() < search.limit {
        if let Some(day) = zone.day(date) {
            let days: Vec<Grounds> = grounds.iter().map(|it| it.within(day)).collect();
            let visits = Day {
                app,
                asked: &asked,
                days: &days,
                patient,
                day,
            };
            for parts in visits.chains() {
                let named = parts.into_iter().zip(&ids);
                found.push(VisitSlot {
                    location_id: search.location_id,
                    time_zone: zone.name().to_owned(),
                    parts: named
                        .map(|(part, id)| Part {
                            appointment_id: *id,
                            ..part
                        })
                        .collect(),
                });
            }
        }
        date = date.tomorrow().unwrap_or(Date::MAX);
    }
    found.truncate(search.limit);
    Ok(found)
}

fn moved_ids(moved: &[Appointment], parts: usize) -> Vec<Option<AppointmentId>> {
    if moved.is_empty() {
        vec![None; parts]
    } else {
        moved.iter().map(|it| Some(it.id)).collect()
    }
}

/// What decides about each part, on all the dates.
async fn grounds(
    app: &App,
    ctx: &Ctx,
    parts: &[(WantedPart, Option<&Appointment>)],
    patient: Option<PatientId>,
    asked: &Asked<'_>,
    search: &VisitSearch,
) -> Result<Vec<Grounds>> {
    let range = checked_dates(search.from, search.to)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let mut all = Vec::new();
    for (part, moved) in parts {
        let among = match part.provider_id {
            Some(provider) => Among::Provider(part.service_id, provider),
            None => Among::Service(part.service_id),
        };
        let who = For::caller(ctx, patient).with(None, *moved);
        let mut grounds = load(&mut tx, &ctx.tenant, ctx.now, among, who, range).await?;
        visible(&grounds, asked, part.provider_id)?;
        if let Some(moved) = moved {
            grounds.keep_terms(moved);
        }
        all.push(grounds);
    }
    Ok(all)
}

/// One day, in which the parts have to fit.
struct Day<'d> {
    app: &'d App,
    asked: &'d Asked<'d>,
    /// What decides about each part.
    days: &'d [Grounds],
    patient: Option<PatientId>,
    day: Span,
}

impl Day<'_> {
    /// For each start of the first part the visit that is over soonest.
    fn chains(&self) -> Vec<Vec<Part>> {
        let mut firsts: BTreeMap<Timestamp, Vec<Placed>> = BTreeMap::new();
        for placed in self
            .days
            .first()
            .map(|grounds| self.free(grounds, self.day))
            .unwrap_or_default()
        {
            firsts.entry(placed.part.starts_at).or_default().push(placed);
        }
        let chains = firsts.into_values().filter_map(|options| {
            let tried = options.into_iter().take(MOST_TRIED);
            let chains = tried.filter_map(|first| self.chain(first));
            chains.min_by_key(|parts| parts.last().map(|part| part.ends_at))
        });
        chains.collect()
    }

    /// The rest of the visit, each part as soon as it can be.
    fn chain(&self, first: Placed) -> Option<Vec<Part>> {
        let mut placed = vec![first];
        for grounds in self.days.iter().skip(1) {
            let before = placed.last()?.part;
            let mut grounds = grounds.clone();
            for one in &placed {
                grounds.agree(&one.agreed);
            }
            // Nobody comes back on the next day for the rest.
            let latest = self.day.ends_at().min(before.ends_at + MOST_WAIT);
            let window = Span::new(before.ends_at, latest).ok()?;
            let next = self.free(&grounds, window).into_iter();
            placed.push(next.min_by_key(|it| (it.part.ends_at, it.part.provider_id != before.provider_id))?);
        }
        Some(placed.into_iter().map(|it| it.part).collect())
    }

    /// Every time that is free for one part.
    fn free(&self, grounds: &Grounds, range: Span) -> Vec<Placed> {
        let mut free = Vec::new();
        for provider in &grounds.providers {
            for candidate in grounds.candidates(provider, self.asked, range) {
                free.extend(self.placed(grounds, provider.id, &candidate));
            }
        }
        free
    }

    fn placed(&self, grounds: &Grounds, provider_id: ProviderId, candidate: &Candidate) -> Option<Placed> {
        let place = candidate.offered()?;
        let span = Span::new(candidate.starts_at, candidate.ends_at).ok()?;
        let terms = grounds.provider(provider_id)?.giving.terms;
        Some(Placed {
            part: Part {
                appointment_id: None,
                service_id: grounds.rules.id,
                provider_id,
                starts_at: candidate.starts_at,
                ends_at: candidate.ends_at,
            },
            agreed: Agreed {
                id: self.app.new_id(),
                service_id: grounds.rules.id,
                provider_id,
                patient_id: self.patient,
                resource_ids: place.resource_ids.clone(),
                group_id: place.seat.map(|seat| seat.group_id),
                span,
                guarded: terms.guarded(&span),
            },
        })
    }
}

/// A part where it would be.
struct Placed {
    part: Part,
    agreed: Agreed,
}
