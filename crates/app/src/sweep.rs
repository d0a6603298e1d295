//! Work that comes round: each compares what is with what should be, so that a round too many or too few does no harm.

use kalends_domain::id::TenantId;
use kalends_store::tenants;

use crate::app::App;
use crate::error::Result;
use crate::{audit, clock_changes, closures, holds, idempotency, requests, sessions, templates, waitlist};

/// A kind of periodic work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// Deletes holds that have expired; they are in nobody's way, they only take room.
    ExpiredHolds,
    /// Puts new audit entries into the chain of their tenant.
    AuditSeal,
    /// Deletes idempotency keys that are too old to be replayed.
    OldIdempotencyKeys,
    /// Deletes sessions that have run out, with their refresh tokens.
    EndedSessions,
    /// Makes the openings of templates that have come within the horizon.
    PublishedOpenings,
    /// Declines requests that nobody answered in time.
    ExpiredRequests,
    /// Offers what is free to those who wait for it.
    WaitlistOffers,
    /// Makes the repetitions of yearly closures that have come within the horizon.
    RepeatedClosures,
    /// Keeps what is to come at the time on the wall where a zone's rules have changed.
    ChangedClocks,
}

impl Sweep {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::ExpiredHolds,
        Self::AuditSeal,
        Self::OldIdempotencyKeys,
        Self::EndedSessions,
        Self::PublishedOpenings,
        Self::ExpiredRequests,
        Self::WaitlistOffers,
        Self::RepeatedClosures,
        Self::ChangedClocks,
    ];

    /// Its name in logs and numbers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExpiredHolds => "expired_holds",
            Self::AuditSeal => "audit_seal",
            Self::OldIdempotencyKeys => "old_idempotency_keys",
            Self::EndedSessions => "ended_sessions",
            Self::PublishedOpenings => "published_openings",
            Self::ExpiredRequests => "expired_requests",
            Self::WaitlistOffers => "waitlist_offers",
            Self::RepeatedClosures => "repeated_closures",
            Self::ChangedClocks => "changed_clocks",
        }
    }

    /// Goes through every tenant once and says how many records it touched. What fails for one tenant is told at the end and
    /// keeps no other waiting.
    ///
    /// # Errors
    /// The last failure.
    pub async fn run(self, app: &App) -> Result<u64> {
        let mut tx = app.store.read_untenanted().await?;
        let tenants = tenants::list(&mut tx).await?;
        drop(tx);
        let mut outcome = Ok(0);
        for tenant in tenants {
            match self.run_for(app, tenant.id).await {
                Ok(touched) => outcome = outcome.map(|sum| sum + touched),
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }

    async fn run_for(self, app: &App, tenant: TenantId) -> Result<u64> {
        match self {
            Self::ExpiredHolds => holds::delete_expired(app, tenant).await,
            Self::AuditSeal => audit::seal(app, tenant).await,
            Self::OldIdempotencyKeys => idempotency::delete_old(app, tenant).await,
            Self::EndedSessions => sessions::delete_ended(app, tenant).await,
            Self::PublishedOpenings => templates::publish_due(app, tenant).await,
            Self::ExpiredRequests => requests::expire(app, tenant).await,
            Self::WaitlistOffers => waitlist::offers::offer_due(app, tenant).await,
            Self::RepeatedClosures => closures::repeat_due(app, tenant).await,
            Self::ChangedClocks => clock_changes::follow(app, tenant).await,
        }
    }
}
