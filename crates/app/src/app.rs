//! The program's parts that every use case may need.

use std::sync::Arc;

use jiff::Timestamp;
use kalends_store::store::Store;
use tokio::sync::Semaphore;

use crate::clock::{self, Clock};
use crate::passwords::Passwords;
use crate::signing_keys::Keys;

/// What a use case works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub clock: Clock,
    /// What access tokens are signed and checked with.
    pub keys: Arc<Keys>,
    /// Where passwords are hashed: a few at a time.
    pub passwords: Passwords,
    /// Who may look at times to claim one of them: a few at a time, so that of many who want the same one most see that it is gone
    /// instead of losing it.
    pub claims: Arc<Semaphore>,
}

/// Enough to share a flush of the disk, and fewer than the database has connections.
const CLAIMS_AT_ONCE: usize = 12;

impl App {
    /// The program over a database, with the keys that [`signing_keys::load`](crate::signing_keys::load) read from it.
    pub fn new(store: Store, clock: Clock, keys: Keys) -> Self {
        Self {
            store,
            clock,
            keys: Arc::new(keys),
            passwords: Passwords::default(),
            claims: Arc::new(Semaphore::new(CLAIMS_AT_ONCE)),
        }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id for any noun.
    pub fn new_id<T: From<uuid::Uuid>>(&self) -> T {
        clock::new_id(self.now())
    }
}
