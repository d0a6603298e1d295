//! A rush of bookings: those that wait for the database at the same moment are written by one call, which costs each of them
//! less than half. Nobody waits for company: a booking that finds a call free goes at once, alone.
//!
//! What one call writes together is all or nothing. When it is refused, each is written by itself and learns its own fate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use kalends_domain::id::TenantId;
use sqlx::PgPool;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::super::row::Document;
use super::super::{Applied, Change};
use super::apply;
use crate::error::{Result, StoreError};

/// At most so many calls of one tenant are under way: while one waits for the disk, the next is at work.
const CALLS: usize = 2;
/// At most so many changes share a call, which bounds how long the first of them waits.
const MAX_TOGETHER: usize = 32;

/// Writes changes, together where they wait.
#[derive(Clone)]
pub struct Rush {
    pool: PgPool,
    queues: Arc<Mutex<HashMap<TenantId, Queue>>>,
}

#[derive(Default)]
struct Queue {
    /// Calls under way.
    calls: usize,
    waiting: Vec<Waiting>,
}

/// A change that waits for its answer.
struct Waiting {
    now: Timestamp,
    document: Document,
    answer: oneshot::Sender<Result<Applied>>,
}

impl Rush {
    /// Over the server's connections.
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            queues: Arc::default(),
        }
    }

    /// Applies the change in a transaction that may be shared.
    ///
    /// # Errors
    /// As [`Store::apply`](crate::store::Store::apply).
    pub async fn apply(&self, tenant: TenantId, now: Timestamp, change: &Change) -> Result<Applied> {
        let document = Document::new(tenant, now, change);
        if !document.only_adds() {
            return apply(&self.pool, tenant, now, document.into_json()).await;
        }
        let (answer, answered) = oneshot::channel();
        let is_free = {
            let mut queues = self.queues();
            let queue = queues.entry(tenant).or_default();
            queue.waiting.push(Waiting { now, document, answer });
            let is_free = queue.calls < CALLS;
            queue.calls += usize::from(is_free);
            is_free
        };
        if is_free {
            // In a task of its own: a caller that goes away must not stop what others wait for.
            tokio::spawn(self.clone().work(tenant));
        }
        let lost = StoreError::Database(sqlx::Error::WorkerCrashed);
        answered.await.unwrap_or(Err(lost))
    }

    /// Writes what waits until nothing does.
    async fn work(self, tenant: TenantId) {
        while let Some(batch) = self.next(tenant) {
            write(&self.pool, tenant, batch).await;
        }
    }

    /// The changes for one call; without any, the call is over.
    fn next(&self, tenant: TenantId) -> Option<Vec<Waiting>> {
        let mut queues = self.queues();
        let queue = queues.get_mut(&tenant)?;
        if !queue.waiting.is_empty() {
            let count = queue.waiting.len().min(MAX_TOGETHER);
            return Some(queue.waiting.drain(..count).collect());
        }
        queue.calls -= 1;
        if queue.calls == 0 {
            queues.remove(&tenant);
        }
        None
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<TenantId, Queue>> {
        // Nothing that can panic runs under the lock.
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the changes and tells each what became of it.
async fn write(pool: &PgPool, tenant: TenantId, batch: Vec<Waiting>) {
    if let [first, _, ..] = &batch[..] {
        let now = batch.iter().fold(first.now, |latest, it| latest.max(it.now));
        let document = Document::together(batch.iter().map(|it| &it.document));
        match apply(pool, tenant, now, document.into_json()).await {
            Ok(_) => return tell(batch, || Ok(Applied::Done)),
            Err(error) if is_refusal(&error) => {}
            Err(error) => {
                tracing::error!(%error, changes = batch.len(), "the fate of changes that were written together is not known");
                let fate = || StoreError::Database(sqlx::Error::Protocol(error.to_string()));
                return tell(batch, || Err(fate()));
            }
        }
    }
    // Side by side: one that waits for somebody's lock must not keep the others waiting.
    let mut alone = JoinSet::new();
    for Waiting { now, document, answer } in batch {
        let pool = pool.clone();
        alone.spawn(async move {
            let outcome = apply(&pool, tenant, now, document.into_json()).await;
            // A caller that went away does not need its answer.
            let _gone = answer.send(outcome);
        });
    }
    alone.join_all().await;
}

/// Whether the database answered with an error, so that nothing was written.
fn is_refusal(error: &StoreError) -> bool {
    match error {
        StoreError::Database(cause) => cause.as_database_error().is_some(),
        _ => true,
    }
}

fn tell(batch: Vec<Waiting>, outcome: impl Fn() -> Result<Applied>) {
    for waiting in batch {
        let _gone = waiting.answer.send(outcome());
    }
}

#[cfg(test)]
mod tests;
