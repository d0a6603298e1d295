//! What is offered: the free starts of one provider, or of everybody who gives a service.

use std::ops::RangeInclusive;

use itertools::Itertools as _;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{AppointmentId, DepartmentId, LocationId, PatientId, ProviderId, ServiceId, TicketId};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::slot::{Asker, Fit, Granted, Judgement, Own};
use kalends_domain::time::Span;
use kalends_store::appointments;
use kalends_store::tx::Tx;

use super::grounds::ProviderGrounds;
use super::{Among, Asked, For, Grounds, asker, load};
use crate::app::App;
use crate::appointments::access;
use crate::booking;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::openings::{MOST_DAYS, checked_dates};

/// The most slots that one answer has.
pub const MOST_SLOTS: usize = 200;
/// The most dates that [`list_days`] reads.
pub const MOST_PAGE_DAYS: i32 = 14;
/// A search among many providers reads this many days first, where most find their time, and then so many times as many, over and over.
const FIRST_DAYS: i32 = 4;
const GROWTH: i32 = 4;

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    pub service_id: ServiceId,
    /// Absent: anyone who gives the service.
    pub provider_id: Option<ProviderId>,
    pub department_id: Option<DepartmentId>,
    pub location_id: Option<LocationId>,
    /// For whom staff look; patients look for themselves.
    pub patient_id: Option<PatientId>,
    /// The appointment that is to be moved: it is not in its own way.
    pub moving: Option<AppointmentId>,
    /// A ticket of the patient's.
    pub ticket_id: Option<TicketId>,
    /// The first and the last date, at each location.
    pub from: Date,
    pub to: Date,
    /// 1 to [`MOST_SLOTS`].
    pub limit: usize,
}

/// A start that can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// On the wall at the location, with its offset (RFC 3339).
    pub local_start: String,
    pub time_zone: String,
    pub provider_id: ProviderId,
    pub service_id: ServiceId,
    pub location_id: LocationId,
    /// How many more can book it, where patients share a time.
    pub seats_left: Option<u32>,
    /// It fills a gap, where the organisation would rather have them filled.
    pub preferred: bool,
}

/// The earliest slots that the caller can book, or can move an appointment to, by their start. The patient's other appointments are
/// taken into account; what a patient holds is theirs to book.
///
/// # Errors
/// [`AppError::NotFound`] for a service, provider, location, patient or appointment that is unknown or not for this caller; a range that is reversed
/// or too long, or a limit out of range.
pub async fn list(app: &App, ctx: &Ctx, search: &Search) -> Result<Vec<Slot>> {
    if !(1..=MOST_SLOTS).contains(&search.limit) {
        return Err(AppError::field("limit", "out-of-range"));
    }
    find(app, ctx, search).await
}

/// Every slot of at most [`MOST_PAGE_DAYS`] dates: what a page of days needs, since a busy clinic has more than [`MOST_SLOTS`] in a
/// single one. `search.limit` is not looked at.
///
/// # Errors
/// As [`list`].
pub async fn list_days(app: &App, ctx: &Ctx, search: &Search) -> Result<Vec<Slot>> {
    let last = search
        .from
        .checked_add((MOST_PAGE_DAYS - 1).days())
        .unwrap_or(search.to);
    let search = Search {
        to: search.to.min(last),
        limit: usize::MAX,
        ..*search
    };
    find(app, ctx, &search).await
}

/// What anybody could book of the service on these dates, at most [`MOST_DAYS`], by its start.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown service; a range that is reversed or too long.
pub(crate) async fn list_public(app: &App, ctx: &Ctx, service: ServiceId, from: Date, to: Date) -> Result<Vec<Slot>> {
    let range = checked_dates(from, to)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let among = Among::Service(service);
    let grounds = load(&mut tx, &ctx.tenant, ctx.now, among, For::default(), range).await?;
    Ok(offered(
        &grounds,
        &Asked::by(Asker::Public),
        range,
        from..=to,
        usize::MAX,
    ))
}

async fn find(app: &App, ctx: &Ctx, search: &Search) -> Result<Vec<Slot>> {
    checked_dates(search.from, search.to)?;
    let (among, first_days) = match (search.provider_id, search.department_id) {
        (Some(_), Some(_)) => return Err(AppError::field("department_id", "not-with-provider")),
        (Some(provider), None) => (Among::Provider(search.service_id, provider), MOST_DAYS),
        (None, Some(department)) => (Among::Department(search.service_id, department), FIRST_DAYS),
        (None, None) => (Among::Service(search.service_id), FIRST_DAYS),
    };
    let asked = Asked {
        location: search.location_id,
        own: Own {
            hold: None,
            appointments: search.moving.as_slice(),
        },
        ..Asked::by(asker(ctx))
    };
    let patient = for_whom(app, ctx, search.patient_id).await?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let moved = match search.moving {
        Some(id) => Some(moved(&mut tx, ctx, id).await?),
        None => None,
    };
    let patient = moved.as_ref().map_or(patient, |moved| Some(moved.patient_id));
    let who = For::caller(ctx, patient).with(search.ticket_id, moved.as_ref());
    let mut slots = Vec::new();
    let mut from = search.from;
    let mut days = first_days;
    loop {
        let to = from.checked_add((days - 1).days()).unwrap_or(search.to).min(search.to);
        let range = checked_dates(from, to)?;
        let mut grounds = load(&mut tx, &ctx.tenant, ctx.now, among, who, range).await?;
        if let Some(moved) = &moved {
            grounds.keep_terms(moved);
        }
        visible(&grounds, &asked, search.provider_id)?;
        slots.extend(offered(&grounds, &asked, range, from..=to, search.limit - slots.len()));
        if slots.len() >= search.limit || to >= search.to {
            break;
        }
        (from, days) = (to.tomorrow().unwrap_or(search.to), (days * GROWTH).min(MOST_DAYS));
    }
    // A date begins elsewhere before it has ended here.
    slots.sort_by_key(|slot| (slot.starts_at, slot.provider_id));
    Ok(slots)
}

/// For whom the caller looks: for whom they say, else for themselves, as far as they are a patient.
///
/// # Errors
/// [`AppError::NotFound`] for a patient whom the caller may not book for.
pub(crate) async fn for_whom(app: &App, ctx: &Ctx, asked: Option<PatientId>) -> Result<Option<PatientId>> {
    match asked {
        Some(asked) => {
            ctx.require(Resource::Appointment, Action::Write)?;
            booking::patient(app, ctx, Some(asked)).await.map(Some)
        }
        None => Ok(ctx.signed_in().ok().and_then(|user| user.patient_id)),
    }
}

/// The appointment that the caller wants to move.
async fn moved(tx: &mut Tx, ctx: &Ctx, id: AppointmentId) -> Result<Appointment> {
    let within = access::visible(ctx, Resource::Appointment, Action::Write)?;
    let found = appointments::find(tx, ctx.tenant_id(), &within, id).await?;
    access::found(tx, ctx, id, found).await
}

/// Whether the caller may know of what they ask for.
///
/// # Errors
/// [`AppError::NotFound`] if not.
pub(crate) fn visible(grounds: &Grounds, asked: &Asked<'_>, provider: Option<ProviderId>) -> Result<()> {
    let granted = |it: &ProviderGrounds| it.giving.standing.granted == Granted::Here;
    let public = grounds.rules.public || grounds.providers.iter().any(granted);
    let hidden = asked.asker != Asker::Staff && (grounds.rules.archived || !public);
    let unknown_location = asked.location.is_some_and(|location| grounds.zone(location).is_none());
    let provider = provider.map(|id| grounds.provider(id));
    let unknown_provider = provider.is_some_and(|found| {
        let known = |provider: &ProviderGrounds| {
            let standing = &provider.giving.standing;
            asked.asker == Asker::Staff || ((standing.public || granted(provider)) && !standing.archived)
        };
        !found.is_some_and(known)
    });
    if hidden || unknown_location || unknown_provider {
        return Err(AppError::NotFound);
    }
    Ok(())
}

/// The earliest slots on the dates from `first` to `last`, each at its location, by their start. What comes after the last of them is not
/// looked at, however many providers there are.
fn offered(grounds: &Grounds, asked: &Asked<'_>, range: Span, dates: RangeInclusive<Date>, limit: usize) -> Vec<Slot> {
    let Ok(range) = Span::new(range.starts_at().max(grounds.now), range.ends_at()) else {
        return Vec::new();
    };
    let sites = grounds.sites(asked);
    let judge = |provider| grounds.judgement(provider, asked, &sites);
    let judgements: Vec<(ProviderId, Judgement<'_>)> = grounds
        .providers
        .iter()
        .map(|provider| (provider.id, judge(provider)))
        .collect();
    let of_each = judgements.iter().map(|(provider_id, judgement)| {
        let mut fits = grounds.fill_gaps.then(|| judgement.fits());
        let dates = &dates;
        judgement.candidates(range).filter_map(move |candidate| {
            let fit = fits.as_mut().map(|fits| fits.of(&candidate));
            let place = candidate.offered()?;
            let zone = grounds.zone(place.location_id)?;
            dates.contains(&zone.date_at(candidate.starts_at)).then(|| Slot {
                starts_at: candidate.starts_at,
                ends_at: candidate.ends_at,
                local_start: zone.stamp(candidate.starts_at),
                time_zone: zone.name().to_owned(),
                provider_id: *provider_id,
                service_id: grounds.rules.id,
                location_id: place.location_id,
                seats_left: place.seat.map(|seat| seat.left),
                preferred: fit.is_some_and(Fit::is_preferred),
            })
        })
    });
    of_each
        .kmerge_by(|one, other| (one.starts_at, one.provider_id) < (other.starts_at, other.provider_id))
        .take(limit)
        .collect()
}
