//! A change of the calendar, all or nothing: what it books, holds, blocks or moves, with everything that must be written with it.
//!
//! PostgreSQL takes it in one round trip (`apply_change`, see `migrations/postgres/0006_guard.up.sql`); the embedded database
//! takes the same steps in the writer's turn. Both refuse by the same names.

pub(crate) mod postgres;
pub(crate) mod row;
mod sqlite;

use jiff::Timestamp;
use kalends_domain::allocation::Allocation;
use kalends_domain::appointment::{Appointment, AppointmentEvent};
use kalends_domain::audit::AuditEntry;
use kalends_domain::hold::Proposed;
use kalends_domain::id::{
    AppointmentId, BlockId, HoldId, LocationId, OpeningId, ProviderId, ServiceId, TenantId, TicketId, UserId,
};
use kalends_domain::job::NewJob;
use kalends_domain::limit::Limit;
use kalends_domain::waitlist::WaitlistOffer;

use crate::error::Result;
use crate::store::Store;
use crate::tx::Tx;

/// What is written together. The default writes nothing.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The key and the answer to replay when the same request comes again.
    pub idempotency: Option<IdempotencyKey>,
    /// The openings that must still be open, each for the given part.
    pub openings: Vec<OpeningCheck>,
    /// Tickets that are spent: none may have been revoked or have expired.
    pub tickets: Vec<TicketId>,
    /// Holds that become the appointments: none may have expired.
    pub spent_holds: Vec<HoldId>,
    /// Whose other holds give way, as expired ones do.
    pub holder: Option<UserId>,
    /// Appointments whose allocations go: they are cancelled, or their new ones are in `allocations`.
    pub released: Vec<AppointmentId>,
    pub hold: Option<NewHold>,
    /// To whom on the waitlist the hold's time is offered.
    pub offers: Vec<WaitlistOffer>,
    pub block: Option<NewBlock>,
    /// The appointments as they will be: new ones have version 1, others replace the version before theirs.
    pub appointments: Vec<Appointment>,
    pub allocations: Vec<Allocation>,
    /// What must not be exceeded once all of this is written.
    pub limits: Vec<Limit>,
    pub events: Vec<AppointmentEvent>,
    pub audit: Vec<AuditEntry>,
    pub jobs: Vec<NewJob>,
}

impl Change {
    /// Both, as one: all of it is written, or nothing. One hold, one block and one key are the most that it has.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.idempotency = self.idempotency.or(other.idempotency);
        self.openings.extend(other.openings);
        self.tickets.extend(other.tickets);
        self.spent_holds.extend(other.spent_holds);
        self.holder = self.holder.or(other.holder);
        self.released.extend(other.released);
        self.hold = self.hold.or(other.hold);
        self.offers.extend(other.offers);
        self.block = self.block.or(other.block);
        self.appointments.extend(other.appointments);
        self.allocations.extend(other.allocations);
        // What all of them count, they count once.
        let new = other.limits.into_iter().filter(|limit| !self.limits.contains(limit));
        let new: Vec<Limit> = new.collect();
        self.limits.extend(new);
        self.events.extend(other.events);
        self.audit.extend(other.audit);
        self.jobs.extend(other.jobs);
        self
    }
}

/// A part of an opening that is about to be used.
#[derive(Clone, Debug)]
pub struct OpeningCheck {
    pub id: OpeningId,
    pub location_id: LocationId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// A hold about to be made; its secret is stored hashed. One person keeps
/// [`MAX_LIVE`](kalends_domain::hold::MAX_LIVE) at most.
#[derive(Clone, Debug)]
pub struct NewHold {
    pub id: HoldId,
    pub token_hash: Vec<u8>,
    pub service_id: ServiceId,
    pub provider_id: ProviderId,
    pub location_id: LocationId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub expires_at: Timestamp,
    pub created_by: Option<UserId>,
    pub proposed: Option<Proposed>,
}

/// A block about to be made.
#[derive(Clone, Debug)]
pub struct NewBlock {
    pub id: BlockId,
    pub provider_id: ProviderId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub reason: Option<String>,
    pub created_by: Option<UserId>,
}

/// A request that may be sent again, and its answer. Keyed by tenant, caller, operation and key; kept for 24 hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Who asked: a user's id, or an anonymous caller's fingerprint.
    pub caller: String,
    pub operation: String,
    pub key: String,
    /// A hash of the request's body.
    pub fingerprint: Vec<u8>,
    /// The HTTP status and the body to replay.
    pub status: i32,
    pub answer: String,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    Done,
    /// Nothing was written: the key was used before, and this was answered.
    Replayed(StoredAnswer),
}

/// An answer given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    pub fingerprint: Vec<u8>,
    pub status: i32,
    pub answer: String,
}

impl Store {
    /// Writes the change, whole, before it returns: one round trip on PostgreSQL. Changes that wait at the same moment share a
    /// transaction. On PostgreSQL two that met are tried again once.
    ///
    /// # Errors
    /// [`StoreError::Taken`], [`StoreError::OpeningGone`], [`StoreError::Stale`], [`StoreError::HoldGone`],
    /// [`StoreError::LimitReached`] or [`StoreError::TooManyHolds`], with nothing written.
    pub async fn apply(&self, tenant: TenantId, now: Timestamp, change: &Change) -> Result<Applied> {
        if let Some(rush) = self.rush() {
            return rush.apply(tenant, now, change).await;
        }
        let mut tx = self.begin(tenant).await?;
        match sqlite::apply(&mut tx, tenant, now, change).await {
            // Also for a replay: what it repeats may be waiting for the same commit, and is not to be told before.
            Ok(applied) => tx.commit().await.map(|()| applied),
            // So may what refuses it: whoever looks again finds it.
            Err(refused) => tx.undo().await.and(Err(refused)),
        }
    }
}

/// Writes the change as part of a longer transaction, which is of no further use after an error.
///
/// # Errors
/// As [`Store::apply`].
pub async fn apply(tx: &mut Tx, tenant: TenantId, now: Timestamp, change: &Change) -> Result<Applied> {
    if tx.is_postgres() {
        postgres::apply_in(tx, tenant, now, change).await
    } else {
        sqlite::apply(tx, tenant, now, change).await
    }
}

#[cfg(test)]
pub(crate) mod tests;
