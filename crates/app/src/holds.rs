//! Holds: a slot kept for minutes while somebody fills in the form.

use jiff::Timestamp;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::hold::{Hold, KEPT_FOR};
use kalends_domain::id::{HoldId, LocationId, PatientId, ProviderId, ServiceId, TenantId, TicketId, UserId};
use kalends_domain::permission::{Action, Resource, Role};
use kalends_store::appointments::Visible;
use kalends_store::change::{Applied, Change, NewHold};
use kalends_store::holds::{self as store, Holder};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::appointments::access::visible;
use crate::booking::{self, Offer, Wish};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::slots::holder;

/// The slot to keep.
#[derive(Clone, Debug)]
pub struct HoldRequest {
    pub service_id: ServiceId,
    pub starts_at: Timestamp,
    /// Absent: anyone who gives the service.
    pub provider_id: Option<ProviderId>,
    /// Absent: wherever the provider is.
    pub location_id: Option<LocationId>,
    /// Whom it is for. Absent: nobody knows yet, if the caller looks after others; else the caller, who may be a patient.
    pub patient_id: Option<PatientId>,
    /// A ticket of the patient's, with which it will be booked.
    pub ticket_id: Option<TicketId>,
}

/// A hold that was just made, with its secret, which is not stored: see [`secret`].
#[derive(Clone, Debug)]
pub struct Held {
    pub hold: Hold,
    pub token: String,
}

/// Keeps a slot for [`KEPT_FOR`]. A slot that the caller keeps already is kept anew, under a new secret; a patient's other holds
/// give way where they overlap it.
///
/// # Errors
/// As booking; the rule `too-many-holds` when the caller keeps [`MAX_LIVE`](kalends_domain::hold::MAX_LIVE) others.
pub async fn hold(app: &App, ctx: &Ctx, input: HoldRequest, once: &Once<'_, Held>) -> Result<Held> {
    let outcome = attempt(app, ctx, &input, once).await;
    if outcome.is_err() {
        once.replay(app, ctx).await?;
    }
    outcome
}

async fn attempt(app: &App, ctx: &Ctx, input: &HoldRequest, once: &Once<'_, Held>) -> Result<Held> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    let user_id = ctx.signed_in()?.user_id;
    // Whoever brings a ticket says by it for whom.
    let own = ctx.signed_in()?.patient_id.filter(|_| input.ticket_id.is_some());
    let patient_id = patient(app, ctx, input.patient_id.or(own)).await?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let live = store::list_live(&mut tx, ctx.tenant_id(), ctx.now, user_id).await?;
    drop(tx);
    let renewed = live.iter().find(|hold| {
        hold.service_id == input.service_id
            && hold.starts_at == input.starts_at
            && input.provider_id.is_none_or(|id| id == hold.provider_id)
            && input.location_id.is_none_or(|id| id == hold.location_id)
    });
    let wish = Wish {
        service_id: input.service_id,
        starts_at: input.starts_at,
        provider_id: input.provider_id.or(within.provider_id),
        location_id: input.location_id,
        patient_id,
        ticket_id: input.ticket_id,
        answers: None,
        hold: renewed.map(|hold| hold.id),
        given_up: Vec::new(),
        preferred: renewed.map(|hold| hold.provider_id),
        overrides: Vec::new(),
        within: Visible {
            patients: None,
            ..within
        },
        moved: None,
    };
    let make = |offer: &Offer| {
        let hold = Hold {
            id: app.new_id(),
            service_id: input.service_id,
            provider_id: offer.provider_id,
            location_id: offer.place.location_id,
            starts_at: offer.span.starts_at(),
            ends_at: offer.span.ends_at(),
            expires_at: ctx.now + KEPT_FOR,
            created_by: Some(user_id),
            proposed: None,
        };
        let token = secret(app, hold.id);
        let held = Held { hold, token };
        let change = Change {
            idempotency: once.row(&held),
            openings: offer.openings.clone(),
            limits: offer.limits.clone(),
            spent_holds: wish.hold.into_iter().collect(),
            holder: holder(ctx),
            allocations: allocations(app, offer, &held.hold),
            hold: Some(new_hold(&held)),
            ..Change::default()
        };
        (change, held)
    };
    match wish.claim(app, ctx, make).await {
        Ok((Applied::Done, held)) => Ok(held),
        Ok((Applied::Replayed(stored), held)) => once.replayed(stored).map(|()| held),
        Err(refusal) => Err(wish.with_alternatives(app, ctx, refusal).await?),
    }
}

/// Whose other appointments must not be in the way.
async fn patient(app: &App, ctx: &Ctx, asked: Option<PatientId>) -> Result<Option<PatientId>> {
    if asked.is_some() {
        return booking::patient(app, ctx, asked).await.map(Some);
    }
    let user = ctx.signed_in()?;
    let own = user.patient_id.filter(|_| user.role == Role::Patient);
    Ok(own.filter(|_| user.acts_for.is_empty()))
}

/// Gives up a hold: whoever has its secret may, and whoever made it.
///
/// # Errors
/// [`AppError::NotFound`] when this caller has no such hold.
pub async fn release(app: &App, ctx: &Ctx, id: HoldId, token: Option<&str>) -> Result<()> {
    let holder = match token {
        Some(token) => Holder::Token(token_hash(token)),
        None => Holder::User(ctx.signed_in()?.user_id),
    };
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    if !store::release(&mut tx, ctx.tenant_id(), id, &holder).await? {
        return Err(AppError::NotFound);
    }
    Ok(tx.commit().await?)
}

/// Gives up what else the holder of this one keeps of the same service: whoever chooses another time lets go of the first.
///
/// # Errors
/// What the database refused.
pub async fn keep_only(app: &App, ctx: &Ctx, kept: &Hold) -> Result<()> {
    let user_id = ctx.signed_in()?.user_id;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    for other in store::list_live(&mut tx, ctx.tenant_id(), ctx.now, user_id).await? {
        if other.id != kept.id && other.service_id == kept.service_id {
            store::release(&mut tx, ctx.tenant_id(), other.id, &Holder::User(user_id)).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// The caller's hold with this secret, expired or not.
pub async fn find(app: &App, ctx: &Ctx, token: &str) -> Result<Option<Hold>> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let hold = store::find_by_token(&mut tx, ctx.tenant_id(), &token_hash(token)).await?;
    Ok(hold.filter(|hold| hold.created_by.is_none_or(|user: UserId| ctx.user_id() == Some(user))))
}

/// Deletes what has expired, and says how many: a sweep, since expired holds are in nobody's way.
///
/// # Errors
/// What the database refused.
pub async fn delete_expired(app: &App, tenant: TenantId) -> Result<u64> {
    let mut tx = app.store.begin(tenant).await?;
    let deleted = store::delete_expired(&mut tx, tenant, app.now()).await?;
    tx.commit().await?;
    Ok(deleted)
}

/// The secret of a hold: derived from its id and a key that only the program has, so that an answer that is given a second
/// time can name it again although nobody kept it.
pub fn secret(app: &App, id: HoldId) -> String {
    app.keys.hold_secret(id)
}

fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

pub(crate) fn new_hold(held: &Held) -> NewHold {
    let hold = &held.hold;
    NewHold {
        id: hold.id,
        token_hash: token_hash(&held.token),
        service_id: hold.service_id,
        provider_id: hold.provider_id,
        location_id: hold.location_id,
        starts_at: hold.starts_at,
        ends_at: hold.ends_at,
        expires_at: hold.expires_at,
        created_by: hold.created_by,
        proposed: hold.proposed.clone(),
    }
}

/// The time that a hold takes: as its appointment would, except the patient's own.
pub(crate) fn allocations(app: &App, offer: &Offer, hold: &Hold) -> Vec<Allocation> {
    let terms = &offer.giving.terms;
    let owner = Owner::Hold {
        id: hold.id,
        expires_at: hold.expires_at,
    };
    let provider = Bookable::Provider(hold.provider_id);
    let given = offer.place.resource_ids.iter().copied().map(Bookable::Resource);
    let allocation = |bookable| Allocation {
        id: app.new_id(),
        bookable,
        owner,
        group_id: offer.place.seat.map(|seat| seat.group_id),
        starts_at: hold.starts_at,
        ends_at: hold.ends_at,
        block_starts_at: terms.buffer_before.before(hold.starts_at),
        block_ends_at: terms.buffer_after.after(hold.ends_at),
        blocks: true,
    };
    std::iter::once(provider).chain(given).map(allocation).collect()
}
