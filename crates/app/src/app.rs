//! The program's parts that every use case may need.

use jiff::Timestamp;
use kalends_store::store::Store;

use crate::clock::{self, Clock};

/// What a use case works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub clock: Clock,
}

impl App {
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id for any noun.
    pub fn new_id<T: From<uuid::Uuid>>(&self) -> T {
        clock::new_id(self.now())
    }
}
