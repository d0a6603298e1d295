//! Requests that may be sent again: the first answer is stored with what it did, and replayed.

use kalends_domain::id::TenantId;
use kalends_store::change::{IdempotencyKey, StoredAnswer};
use kalends_store::idempotency_keys as store;
use kalends_store::tx::Tx;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};

/// A caller's key for one operation.
#[derive(Clone, Debug)]
pub struct Key {
    /// Who asked: a user's id, or an anonymous caller's fingerprint.
    pub caller: String,
    /// The operation's name in the API.
    pub operation: &'static str,
    pub key: String,
    /// A hash of the request's body.
    pub fingerprint: Vec<u8>,
}

/// What makes a use case happen once for each key: the key, if the caller sent one, and how its answer reads.
pub struct Once<'r, T> {
    key: Option<Key>,
    render: &'r (dyn Fn(&T) -> Answer + Send + Sync),
}

/// An answer as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    pub body: String,
}

impl<T> Once<'static, T> {
    /// For callers without keys, such as pages.
    pub fn unkeyed() -> Self {
        Self {
            key: None,
            render: &|_| Answer {
                status: 200,
                body: String::new(),
            },
        }
    }
}

impl<'r, T> Once<'r, T> {
    /// With the caller's key, if there is one.
    pub fn new(key: Option<Key>, render: &'r (dyn Fn(&T) -> Answer + Send + Sync)) -> Self {
        Self { key, render }
    }

    /// Takes the key, as the first thing in the use case's writing transaction. A second request with it waits here.
    ///
    /// # Errors
    /// [`AppError::Replayed`] when it was used before, [`AppError::KeyReused`] when that was for another request.
    pub async fn begin(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let Some(key) = &self.key else { return Ok(()) };
        let stored = store::claim(tx, ctx.tenant_id(), ctx.now, &key.row(String::new(), 0)).await?;
        key.replay(stored)
    }

    /// Stores the answer, as the last thing before the commit.
    ///
    /// # Errors
    /// What the database refused.
    pub async fn finish(&self, tx: &mut Tx, ctx: &Ctx, outcome: &T) -> Result<()> {
        if let Some(row) = self.row(outcome) {
            store::complete(tx, ctx.tenant_id(), &row).await?;
        }
        Ok(())
    }

    /// The key with its answer, for a [`Change`](kalends_store::change::Change).
    pub fn row(&self, outcome: &T) -> Option<IdempotencyKey> {
        let Answer { status, body } = (self.render)(outcome);
        self.key.as_ref().map(|key| key.row(body, i32::from(status)))
    }

    /// Looks the key up outside a writing transaction: before a use case that ends in a `Change`, and once more before it
    /// refuses, since an equal request may have succeeded meanwhile.
    ///
    /// # Errors
    /// As [`Once::begin`].
    pub async fn replay(&self, app: &App, ctx: &Ctx) -> Result<()> {
        let Some(key) = &self.key else { return Ok(()) };
        // A writing transaction sees, and waits for, what the embedded database has not committed yet.
        let mut tx = app.store.begin(ctx.tenant_id()).await?;
        let stored = store::find(&mut tx, ctx.tenant_id(), ctx.now, &key.caller, key.operation, &key.key).await?;
        tx.commit().await?;
        key.replay(stored)
    }

    /// What a `Change` answered instead of doing it again.
    ///
    /// # Errors
    /// Always: [`AppError::Replayed`] or [`AppError::KeyReused`].
    pub fn replayed(&self, stored: StoredAnswer) -> Result<()> {
        self.key.as_ref().map_or(Ok(()), |key| key.replay(Some(stored)))
    }
}

/// Deletes the keys that are too old to be replayed, and says how many: a sweep.
///
/// # Errors
/// What the database refused.
pub async fn delete_old(app: &App, tenant: TenantId) -> Result<u64> {
    let mut tx = app.store.begin(tenant).await?;
    let deleted = store::delete_old(&mut tx, tenant, app.now()).await?;
    tx.commit().await?;
    Ok(deleted)
}

impl Key {
    fn row(&self, answer: String, status: i32) -> IdempotencyKey {
        IdempotencyKey {
            caller: self.caller.clone(),
            operation: self.operation.to_owned(),
            key: self.key.clone(),
            fingerprint: self.fingerprint.clone(),
            status,
            answer,
        }
    }

    fn replay(&self, stored: Option<StoredAnswer>) -> Result<()> {
        let Some(stored) = stored else { return Ok(()) };
        if stored.fingerprint != self.fingerprint {
            return Err(AppError::KeyReused);
        }
        Err(AppError::Replayed(Answer {
            status: u16::try_from(stored.status).unwrap_or(200),
            body: stored.answer,
        }))
    }
}
