//! How often somebody may try: to sign in, and to make an account; and how much of what they are refused is noted. See docs/decisions/0004-only-failures-count.md.
//!
//! Each limit is a bucket that fills up with tries and drains with time (the generic cell rate algorithm). A try is counted
//! when it starts, so that many at once count as many, and taken back when it succeeds, so that only failures add up.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use kalends_app::error::AppError;
use kalends_app::sessions::Client;
use kalends_domain::id::{TenantId, UserId};
use kalends_domain::user::EmailKey;
use sha2::{Digest, Sha256};

const SECOND: i64 = 1_000_000;

/// Guesses of one client at one account.
const BY_CLIENT: Rate = Rate {
    burst: 10,
    interval: 6 * SECOND,
};
/// Guesses at one account, from wherever they come. It never counts against a network from which its owner has signed in.
const BY_ACCOUNT: Rate = Rate {
    burst: 30,
    interval: 30 * SECOND,
};
/// Guesses from one network, at whatever accounts.
const BY_NETWORK: Rate = Rate {
    burst: 50,
    interval: 3 * SECOND,
};
/// New accounts from one network: a waiting room full of people shares one.
const REGISTRATIONS: Rate = Rate {
    burst: 120,
    interval: 3 * SECOND,
};
/// Refusals of one person that the audit trail keeps one by one: more than a slip, less than a flood.
const REFUSALS: Rate = Rate {
    burst: 60,
    interval: 10 * SECOND,
};
/// The same from one network, whoever they say they are: accounts are free.
const REFUSALS_BY_NETWORK: Rate = Rate {
    burst: 1_200,
    interval: SECOND,
};
/// How many places from which people have signed in are remembered.
const MOST_KNOWN: usize = 100_000;

/// So many at once, then one per interval (in microseconds).
#[derive(Clone, Copy)]
struct Rate {
    burst: i64,
    interval: i64,
}

/// The network that an address belongs to: the address itself, or an IPv6 customer's /64.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Network(IpAddr);

/// An account by a hash of its tenant and address, so that long or secret addresses are not kept.
type Account = [u8; 32];

/// Everything that is counted. In memory: a restart forgets, which costs an attacker more than it gives.
#[derive(Default)]
pub struct Limits {
    by_client: Buckets<(Account, Client)>,
    by_account: Buckets<Account>,
    by_network: Buckets<Network>,
    registrations: Buckets<Network>,
    refusals: Buckets<UserId>,
    refusals_by_network: Buckets<Network>,
    /// How many were left out since the last that was kept, for those who went too far.
    left_out: Mutex<HashMap<UserId, u64>>,
    known: Mutex<HashMap<(Account, Network), ()>>,
}

/// A try that is under way; dropped without [`Attempt::succeeded`], it counts as a failure.
pub struct Attempt<'l> {
    limits: &'l Limits,
    account: Account,
    client: Client,
    network: Network,
    /// Whether the wider limits count it.
    wide: bool,
}

impl Limits {
    /// Counts a try to sign in.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] when there were too many; then this one is not counted.
    pub fn sign_in(
        &self,
        tenant: TenantId,
        email: &str,
        client: &Client,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Attempt<'_>, AppError> {
        let now = now.as_microsecond();
        let (account, network) = (account(tenant, email), Network::of(address));
        let key = (account, client.clone());
        self.by_client.take(BY_CLIENT, key.clone(), now)?;
        let wide = !lock(&self.known).contains_key(&(account, network));
        if wide {
            if let Err(error) = self.by_network.take(BY_NETWORK, network, now) {
                self.by_client.give_back(BY_CLIENT, &key);
                return Err(error);
            }
            if let Err(error) = self.by_account.take(BY_ACCOUNT, account, now) {
                self.by_client.give_back(BY_CLIENT, &key);
                self.by_network.give_back(BY_NETWORK, &network);
                return Err(error);
            }
        }
        Ok(Attempt {
            limits: self,
            account,
            client: client.clone(),
            network,
            wide,
        })
    }

    /// Counts a registration.
    ///
    /// # Errors
    /// [`AppError::RateLimited`] when there were too many.
    pub fn register(&self, address: Option<IpAddr>, now: Timestamp) -> Result<(), AppError> {
        self.registrations
            .take(REGISTRATIONS, Network::of(address), now.as_microsecond())
    }

    /// Whether the audit trail keeps this refusal, and then how many of this person's before it were left out.
    pub fn refused(&self, user: UserId, address: Option<IpAddr>, now: Timestamp) -> Option<u64> {
        let (network, now) = (Network::of(address), now.as_microsecond());
        let mut kept = self.refusals.take(REFUSALS, user, now).is_ok();
        if kept
            && self
                .refusals_by_network
                .take(REFUSALS_BY_NETWORK, network, now)
                .is_err()
        {
            self.refusals.give_back(REFUSALS, &user);
            kept = false;
        }
        let mut left_out = lock(&self.left_out);
        if kept {
            return Some(left_out.remove(&user).unwrap_or_default());
        }
        *left_out.entry(user).or_default() += 1;
        None
    }

    /// Remembers that the owner of an account has signed in from here.
    pub fn know(&self, tenant: TenantId, email: &str, address: Option<IpAddr>) {
        self.remember(account(tenant, email), Network::of(address));
    }

    fn remember(&self, account: Account, network: Network) {
        let mut known = lock(&self.known);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert((account, network), ());
    }
}

impl Attempt<'_> {
    /// The try was right: it is taken back, and the place is remembered.
    pub fn succeeded(self) {
        self.take_back();
        self.limits.remember(self.account, self.network);
    }

    /// The try was neither right nor wrong, since nobody looked at it.
    pub fn take_back(&self) {
        self.limits
            .by_client
            .give_back(BY_CLIENT, &(self.account, self.client.clone()));
        if self.wide {
            self.limits.by_account.give_back(BY_ACCOUNT, &self.account);
            self.limits.by_network.give_back(BY_NETWORK, &self.network);
        }
    }
}

impl Network {
    fn of(address: Option<IpAddr>) -> Self {
        Self(match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V6(address)) => IpAddr::from((u128::from(address) >> 64 << 64).to_be_bytes()),
            Some(address) => address,
            None => IpAddr::from([0, 0, 0, 0]),
        })
    }
}

fn account(tenant: TenantId, email: &str) -> Account {
    let mut hash = Sha256::new();
    hash.update(tenant.uuid().as_bytes());
    hash.update(EmailKey::of(email).as_str());
    hash.finalize().into()
}

/// For each key the instant, in microseconds, at which its bucket will be empty.
struct Buckets<K>(Mutex<State<K>>);

struct State<K> {
    empty_at: HashMap<K, i64>,
    /// The size at which empty buckets are thrown away.
    sweep_at: usize,
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self(Mutex::new(State {
            empty_at: HashMap::new(),
            sweep_at: 1_024,
        }))
    }
}

impl<K: Eq + Hash> Buckets<K> {
    fn take(&self, rate: Rate, key: K, now: i64) -> Result<(), AppError> {
        let mut state = lock(&self.0);
        if state.empty_at.len() >= state.sweep_at {
            state.empty_at.retain(|_, empty_at| *empty_at > now);
            state.sweep_at = (state.empty_at.len() * 2).max(1_024);
        }
        let empty_at = state.empty_at.entry(key).or_insert(now);
        let from = (*empty_at).max(now);
        let full_until = from - (rate.burst - 1) * rate.interval;
        if full_until > now {
            let seconds = (full_until - now + SECOND - 1) / SECOND;
            return Err(AppError::RateLimited {
                retry_after_seconds: u64::try_from(seconds).unwrap_or(1),
            });
        }
        *empty_at = from + rate.interval;
        Ok(())
    }

    fn give_back(&self, rate: Rate, key: &K) {
        if let Some(empty_at) = lock(&self.0).empty_at.get_mut(key) {
            *empty_at -= rate.interval;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
