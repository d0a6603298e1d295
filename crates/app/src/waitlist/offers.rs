//! What frees up goes to those who wait: each time is kept by one hold and offered to a few of them at once. The first who
//! takes it has it, the others are told with the same booking.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use kalends_domain::appointment::Appointment;
use kalends_domain::hold::Hold;
use kalends_domain::id::{HoldId, PatientId, ProviderId, ServiceId, TenantId, WaitlistEntryId, WaitlistOfferId};
use kalends_domain::job::NewJob;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::slot::Asker;
use kalends_domain::time::{Span, Zone};
use kalends_domain::waitlist::{NamedEntry, OfferState, WaitlistEntry, WaitlistOffer, is_for_desk};
use kalends_store::appointments::Visible;
use kalends_store::change::Change;
use kalends_store::tx::Tx;
use kalends_store::waitlist_entries::{self, EntryFilter};
use kalends_store::{audit, tenants, waitlist_offers as store};
use serde_json::json;

use super::{reached, today};
use crate::app::App;
use crate::booking::{self, NewBooking, Offer, Overrides, Wish};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::holds::{Held, allocations, new_hold, secret};
use crate::idempotency::Once;
use crate::intake::Answers;
use crate::slots::{self, Among, Asked, For, Slot};

/// How far ahead times are looked for.
const REACH_DAYS: i32 = 90;
/// As many times as one round offers.
const MOST_AT_ONCE: usize = 50;

/// What whoever takes an offer says with it.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    pub reason: Option<String>,
    /// To the service's questions.
    pub answers: Answers,
}

/// Offers what is free to those who wait, the longest waiting first, and says how many offers were made: a sweep. Nobody has
/// two open offers for one wish, and nobody is offered one time twice.
///
/// # Errors
/// What the database refused.
pub async fn offer_due(app: &App, tenant: TenantId) -> Result<u64> {
    let mut tx = app.store.read(tenant).await?;
    let Some(tenant) = tenants::find(&mut tx, tenant).await? else {
        return Ok(0);
    };
    let ctx = Ctx::system(tenant, app.now());
    let waiting = waiting(&mut tx, &ctx).await?;
    drop(tx);
    let mut of_service: HashMap<ServiceId, Vec<Candidate>> = HashMap::new();
    for candidate in waiting {
        of_service
            .entry(candidate.entry.service_id)
            .or_default()
            .push(candidate);
    }
    let mut made = 0;
    for (service, candidates) in of_service {
        made += offer_service(app, &ctx, service, candidates).await?;
    }
    Ok(made)
}

/// Somebody who waits and has no open offer.
struct Candidate {
    entry: WaitlistEntry,
    /// What they were offered before.
    had: Vec<(ProviderId, Timestamp)>,
}

/// Those who wait and have no open offer, the longest waiting first.
async fn waiting(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Candidate>> {
    let filter = EntryFilter {
        waiting_on: Some(today(ctx.now)),
        ..EntryFilter::default()
    };
    let mut request = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let mut candidates = Vec::new();
    loop {
        let page = waitlist_entries::list(tx, ctx.tenant_id(), &request, &filter).await?;
        let ids: Vec<WaitlistEntryId> = page.items.iter().map(|it| it.entry.id).collect();
        let offers = store::list(tx, ctx.tenant_id(), &ids).await?;
        for NamedEntry { entry, .. } in page.items {
            let own = || offers.iter().filter(|offer| offer.entry_id == entry.id);
            if own().all(|offer| offer.state(ctx.now) != OfferState::Open) {
                let had = own().map(|offer| (offer.provider_id, offer.starts_at)).collect();
                candidates.push(Candidate { entry, had });
            }
        }
        let Some(next) = page.next else { break };
        request.after = Some(next);
    }
    Ok(candidates)
}

async fn offer_service(app: &App, ctx: &Ctx, service: ServiceId, mut candidates: Vec<Candidate>) -> Result<u64> {
    let first = ctx.now.to_zoned(TimeZone::UTC).date();
    let last = candidates.iter().map(|it| it.entry.until).max().unwrap_or(first);
    let last = last.min(first.saturating_add(REACH_DAYS.days()));
    if last < first {
        return Ok(0);
    }
    let settings = &ctx.tenant.settings;
    let mut made = 0;
    for slot in free(app, ctx, service, first, last).await? {
        if candidates.is_empty() || made >= MOST_AT_ONCE {
            break;
        }
        let mut chosen: Vec<WaitlistEntry> = Vec::new();
        for candidate in candidates.iter().filter(|it| wants(it, &slot)) {
            if chosen.len() == settings.offers_at_once() {
                break;
            }
            // Nobody is offered what they would then be refused.
            if is_bookable_by(app, ctx, &slot, candidate.entry.patient_id).await? {
                chosen.push(candidate.entry.clone());
            }
        }
        if chosen.is_empty() {
            continue;
        }
        match offer(app, ctx, &slot, &chosen).await {
            Ok(true) => {}
            Ok(false) => continue,
            // Another round goes on beside this one: what is left is for it, or for the next.
            Err(AppError::Stale) => break,
            Err(error) => return Err(error),
        }
        made += chosen.len();
        candidates.retain(|it| chosen.iter().all(|chosen| chosen.id != it.entry.id));
    }
    Ok(made as u64)
}

/// What anybody could book on these dates, by its start.
async fn free(app: &App, ctx: &Ctx, service: ServiceId, first: Date, last: Date) -> Result<Vec<Slot>> {
    match slots::list_public(app, ctx, service, first, last).await {
        // The service was archived since.
        Err(AppError::NotFound) => Ok(Vec::new()),
        found => found,
    }
}

fn wants(candidate: &Candidate, slot: &Slot) -> bool {
    let (Ok(span), Ok(zone)) = (Span::new(slot.starts_at, slot.ends_at), Zone::new(&slot.time_zone)) else {
        return false;
    };
    !candidate.had.contains(&(slot.provider_id, slot.starts_at))
        && candidate.entry.suits(slot.provider_id, slot.location_id, &span, &zone)
}

async fn is_bookable_by(app: &App, ctx: &Ctx, slot: &Slot, patient: PatientId) -> Result<bool> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let who = For {
        patient: Some(patient),
        ..For::default()
    };
    let among = Among::Provider(slot.service_id, slot.provider_id);
    let span = Span::new(slot.starts_at, slot.ends_at).map_err(|wrong| AppError::Internal(wrong.to_string()))?;
    let grounds = slots::load(&mut tx, &ctx.tenant, ctx.now, among, who, span).await?;
    let judged = grounds
        .provider(slot.provider_id)
        .map(|provider| grounds.judge(provider, &Asked::by(Asker::Patient), slot.starts_at));
    Ok(judged.is_some_and(|judged| judged.offered().is_some()))
}

/// Keeps the time for these, unless somebody was faster.
async fn offer(app: &App, ctx: &Ctx, slot: &Slot, chosen: &[WaitlistEntry]) -> Result<bool> {
    let settings = &ctx.tenant.settings;
    let by_desk = is_for_desk(slot.provider_id, slot.starts_at, settings.desk_share());
    let wish = Wish {
        service_id: slot.service_id,
        starts_at: slot.starts_at,
        provider_id: Some(slot.provider_id),
        location_id: Some(slot.location_id),
        patient_id: None,
        ticket_id: None,
        answers: None,
        hold: None,
        given_up: Vec::new(),
        preferred: None,
        overrides: Vec::new(),
        within: Visible::default(),
        moved: None,
    };
    let make = |offer: &Offer| {
        let hold = Hold {
            id: app.new_id(),
            service_id: slot.service_id,
            provider_id: offer.provider_id,
            location_id: offer.place.location_id,
            starts_at: offer.span.starts_at(),
            ends_at: offer.span.ends_at(),
            expires_at: (ctx.now + settings.offered_for()).min(offer.span.starts_at()),
            created_by: None,
            proposed: None,
        };
        let token = secret(app, hold.id);
        let held = Held { hold, token };
        let offers: Vec<WaitlistOffer> = chosen
            .iter()
            .map(|it| made(app, &held.hold, it, by_desk, ctx.now))
            .collect();
        let change = Change {
            openings: offer.openings.clone(),
            limits: offer.limits.clone(),
            allocations: allocations(app, offer, &held.hold),
            hold: Some(new_hold(&held)),
            audit: offers
                .iter()
                .zip(chosen)
                .map(|(offer, entry)| {
                    let mut trail = ctx.audit("offer", "waitlist", Some(entry.id.uuid()));
                    trail.patient_id = Some(entry.patient_id);
                    trail.detail =
                        json!({"starts_at": offer.starts_at, "provider_id": offer.provider_id, "by_desk": by_desk});
                    trail
                })
                .collect(),
            jobs: offers
                .iter()
                .zip(chosen)
                .filter(|(offer, _)| !offer.by_desk)
                .map(|(offer, entry)| message(app, ctx, "offer", offer, entry.patient_id))
                .collect(),
            offers,
            ..Change::default()
        };
        (change, ())
    };
    match wish.claim(app, ctx, make).await {
        Ok(_) => Ok(true),
        Err(AppError::SlotTaken { .. } | AppError::NotBookable { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn made(app: &App, hold: &Hold, entry: &WaitlistEntry, by_desk: bool, now: Timestamp) -> WaitlistOffer {
    WaitlistOffer {
        id: app.new_id(),
        entry_id: entry.id,
        hold_id: hold.id,
        provider_id: hold.provider_id,
        location_id: hold.location_id,
        starts_at: hold.starts_at,
        ends_at: hold.ends_at,
        by_desk,
        offered_at: now,
        expires_at: hold.expires_at,
        declined_at: None,
        held: true,
    }
}

fn message(app: &App, ctx: &Ctx, kind: &str, offer: &WaitlistOffer, patient: PatientId) -> NewJob {
    NewJob {
        id: app.new_id(),
        kind: "notify".into(),
        payload: json!({"notification": kind, "waitlist_offer_id": offer.id, "patient_id": patient}),
        run_at: ctx.now,
    }
}

/// What must be told when this hold is booked for `patient`: that the time is gone, to everybody else to whom it was offered.
pub(crate) async fn rivals(app: &App, ctx: &Ctx, hold: HoldId, patient: PatientId) -> Result<Vec<NewJob>> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let mut jobs = Vec::new();
    for offer in store::list_of_hold(&mut tx, ctx.tenant_id(), hold).await? {
        if offer.by_desk || offer.state(ctx.now) != OfferState::Open {
            continue;
        }
        let entry = waitlist_entries::find(&mut tx, ctx.tenant_id(), offer.entry_id).await?;
        if let Some(NamedEntry { entry, .. }) = entry.filter(|it| it.entry.patient_id != patient) {
            jobs.push(message(app, ctx, "offer-gone", &offer, entry.patient_id));
        }
    }
    Ok(jobs)
}

/// Takes an offered time: the patient, who acts for them, or staff whom they told.
///
/// # Errors
/// As booking with a hold: [`AppError::HoldExpired`] with other times when somebody else took it, or it has expired;
/// [`AppError::NotFound`].
pub async fn accept(
    app: &App,
    ctx: &Ctx,
    id: WaitlistOfferId,
    with: Accepted,
    once: &Once<'_, Appointment>,
) -> Result<Appointment> {
    let (offer, entry) = offered(app, ctx, id).await?;
    let input = NewBooking {
        service_id: entry.service_id,
        starts_at: offer.starts_at,
        provider_id: Some(offer.provider_id),
        location_id: Some(offer.location_id),
        patient_id: Some(entry.patient_id),
        ticket_id: None,
        hold_token: Some(secret(app, offer.hold_id)),
        reason: with.reason,
        answers: with.answers,
        overrides: Overrides::default(),
    };
    booking::book(app, ctx, input, once).await
}

/// Says no to an offered time. Once nobody may take it any more it is free, and goes to the next who wait.
///
/// # Errors
/// [`AppError::NotFound`], also for an offer that is not open any more.
pub async fn decline(app: &App, ctx: &Ctx, id: WaitlistOfferId) -> Result<()> {
    let (offer, entry) = offered(app, ctx, id).await?;
    if offer.state(ctx.now) != OfferState::Open {
        return Err(AppError::NotFound);
    }
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    if !store::decline(&mut tx, ctx.tenant_id(), &offer, ctx.now).await? {
        return Err(AppError::NotFound);
    }
    let mut trail = ctx.audit("decline", "waitlist", Some(entry.id.uuid()));
    trail.patient_id = Some(entry.patient_id);
    audit::insert(&mut tx, ctx.tenant_id(), &[trail]).await?;
    Ok(tx.commit().await?)
}

/// An offer with what it is for, and the secret with which it is booked where the service's questions are asked.
#[derive(Clone, Debug)]
pub struct Offered {
    pub offer: WaitlistOffer,
    pub entry: WaitlistEntry,
    pub token: String,
}

/// The offer, for whoever may take it.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn get(app: &App, ctx: &Ctx, id: WaitlistOfferId) -> Result<Offered> {
    let (offer, entry) = offered(app, ctx, id).await?;
    Ok(Offered {
        token: secret(app, offer.hold_id),
        offer,
        entry,
    })
}

/// The offer with what it is for, if the caller may answer it.
async fn offered(app: &App, ctx: &Ctx, id: WaitlistOfferId) -> Result<(WaitlistOffer, WaitlistEntry)> {
    ctx.require(Resource::Appointment, Action::Write)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let offer = store::find(&mut tx, ctx.tenant_id(), id).await?;
    let offer = offer
        .filter(|it| ctx.is_staff() || !it.by_desk)
        .ok_or(AppError::NotFound)?;
    let named = reached(&mut tx, ctx, offer.entry_id, Action::Write).await?;
    Ok((offer, named.entry))
}
