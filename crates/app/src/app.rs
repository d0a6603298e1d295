//! The program's parts that every use case may need.

use std::sync::Arc;

use jiff::Timestamp;
use kalends_store::store::Store;

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
}

impl App {
    /// The program over a database, with the keys that [`signing_keys::load`](crate::signing_keys::load) read from it.
    pub fn new(store: Store, clock: Clock, keys: Keys) -> Self {
        Self {
            store,
            clock,
            keys: Arc::new(keys),
            passwords: Passwords::default(),
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
