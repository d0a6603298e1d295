//! Passwords: Argon2id, a few at a time, so that a rush of sign-ins leaves the processors to bookings.
//!
//! A password is taken exactly as it was typed: bytes, not letters. Nothing is trimmed, composed or cut, every character is
//! allowed, and 8 to 1,024 bytes are accepted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::random_bytes;
use crate::error::{AppError, Result};
use crate::validate::Check;

const MIN_BYTES: usize = 8;
const MAX_BYTES: usize = 1_024;

/// How many may wait; at 20 ms each the last of them waits for some seconds.
const MAX_WAITING: usize = 256;

/// 19 MiB, two passes, one lane: the first choice of OWASP's password storage cheat sheet.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What is compared where there is no account, so that the answer takes as long.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdC4$xX7yFqTgVkM2pQeX0f0u0o1Rk4N9cV6d0tLhYbWzS1A";

/// bcrypt looks at 72 bytes only; a longer password would sign in with whatever follows them.
const BCRYPT_MAX_BYTES: usize = 72;
/// 2^14 rounds take about a second; a stored cost beyond it could hold a thread for hours.
const BCRYPT_MAX_COST: u32 = 14;

/// Hashes and compares passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    hashing: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    max_waiting: usize,
}

/// The outcome of a comparison.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right {
        /// The password hashed anew, where the stored hash is of a kind or strength that is no longer made.
        rehashed: Option<String>,
    },
}

impl Default for Passwords {
    /// Half of the processors, one at least.
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self::new((processors / 2).max(1), MAX_WAITING)
    }
}

impl Passwords {
    /// At most `at_once` at a time, while at most `max_waiting` wait.
    pub fn new(at_once: usize, max_waiting: usize) -> Self {
        Self {
            hashing: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(AtomicUsize::new(0)),
            max_waiting,
        }
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] when too many wait already.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.run(move || hash(password.as_bytes())).await?
    }

    /// Compares a password with a stored hash, Argon2id or bcrypt; without one it takes as long and is wrong.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] when too many wait already.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<Verdict> {
        let too_long = password.len() > MAX_BYTES;
        let password = if too_long { String::new() } else { password.to_owned() };
        let stored = stored.filter(|_| !too_long).map(str::to_owned);
        self.run(move || {
            let right = match &stored {
                Some(stored) if is_bcrypt(stored) => verify_bcrypt(&password, stored),
                Some(stored) => verify_argon2(&password, stored),
                None => {
                    verify_argon2(&password, NOBODYS);
                    false
                }
            };
            let outdated = !stored.as_deref().is_some_and(is_current);
            Ok(match (right, outdated) {
                (false, _) => Verdict::Wrong,
                (true, false) => Verdict::Right { rehashed: None },
                (true, true) => Verdict::Right {
                    rehashed: Some(hash(password.as_bytes())?),
                },
            })
        })
        .await?
    }

    /// Waits for a place and runs `work` on a thread that may be kept busy.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = self.permit().await?;
        tokio::task::spawn_blocking(move || {
            // Held by the work itself: a caller that goes away does not make room for another one.
            let _held = permit;
            work()
        })
        .await
        .map_err(|error| AppError::Internal(format!("hashing a password: {error}")))
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        let place = Place(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::SeqCst) >= self.max_waiting {
            return Err(AppError::RateLimited { retry_after_seconds: 2 });
        }
        let permit = Arc::clone(&self.hashing).acquire_owned().await;
        drop(place);
        permit.map_err(|_| AppError::Internal("the password pool is closed".into()))
    }
}

/// A place in the queue, given up when dropped.
struct Place<'q>(&'q AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Checks a new password's length.
pub fn check(check: &mut Check, field: &str, password: &str) {
    if password.len() < MIN_BYTES {
        check.fail_with(field, "password-too-short", vec![("min", MIN_BYTES.to_string())]);
    }
    if password.len() > MAX_BYTES {
        check.fail_with(field, "password-too-long", vec![("max", MAX_BYTES.to_string())]);
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8]) -> Result<String> {
    let hash: PasswordHash = argon2()?
        .hash_password_with_salt(password, &random_bytes::<16>())
        .map_err(|error| AppError::Internal(format!("hashing a password: {error}")))?;
    Ok(hash.to_string())
}

fn verify_argon2(password: &str, stored: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else {
        tracing::error!("a stored password hash is not readable; its owner cannot sign in");
        return false;
    };
    argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &parsed).is_ok())
}

fn is_bcrypt(stored: &str) -> bool {
    ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| stored.starts_with(prefix))
}

fn verify_bcrypt(password: &str, stored: &str) -> bool {
    let cost: Option<u32> = stored.get(4..6).and_then(|cost| cost.parse().ok());
    let usable = cost.is_some_and(|cost| cost <= BCRYPT_MAX_COST) && password.len() <= BCRYPT_MAX_BYTES;
    usable && bcrypt::verify(password, stored).unwrap_or(false)
}

/// Whether a hash made now would be of this kind and strength.
fn is_current(stored: &str) -> bool {
    stored.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}

#[cfg(test)]
mod tests;
