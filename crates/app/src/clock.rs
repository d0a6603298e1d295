//! Time and chance, as arguments: the only file that asks the machine for either.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Tells the time: the machine's, or a test's.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Stands still until it is moved.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now`.
    pub fn fixed(now: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(now.as_microsecond())))
    }

    /// The present instant, to the microsecond, which is what both databases keep.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Timestamp {
        let micros = match self {
            Self::System => Timestamp::now().as_microsecond(),
            Self::Fixed(micros) => micros.load(Ordering::SeqCst),
        };
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Moves a fixed clock; the machine's stays what it is.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Fixed(micros) = self {
            micros.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

/// A new id: in order of time (UUID v7), for any noun.
pub fn new_id<T: From<Uuid>>(now: Timestamp) -> T {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
    let random: [u8; 10] = random_bytes();
    T::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

/// Unpredictable bytes, for secrets.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the machine for randomness"
)]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    rand::random()
}
