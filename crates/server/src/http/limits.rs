//! How often somebody may try. Refusals are counted by who tries, never by whom they try to be alone: nobody can lock another
//! person out.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_domain::id::TenantId;

use crate::http::state::AppState;

/// The counters, in this process's memory; several nodes count for themselves.
pub struct Limits {
    /// One account tried from one network: ten at once, then one in 30 seconds.
    account_from: DefaultKeyedRateLimiter<(TenantId, String, Network)>,
    /// One account tried from anywhere: far more than a person needs, far less than guessing does.
    account: DefaultKeyedRateLimiter<(TenantId, String)>,
    /// Sign-ins from one network, whomever they try.
    sign_ins: DefaultKeyedRateLimiter<Network>,
    /// Registrations from one network: a practice's waiting room has one address.
    registrations: DefaultKeyedRateLimiter<Network>,
}

/// An IPv4 address, or the /64 of an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Network([u8; 8]);

impl Network {
    fn of(address: Option<IpAddr>) -> Self {
        let mut bytes = [0; 8];
        match address {
            Some(IpAddr::V4(address)) => bytes[..4].copy_from_slice(&address.octets()),
            Some(IpAddr::V6(address)) => bytes.copy_from_slice(&address.octets()[..8]),
            None => {}
        }
        Self(bytes)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            account_from: RateLimiter::keyed(per_minute(2, 10)),
            account: RateLimiter::keyed(per_minute(10, 100)),
            sign_ins: RateLimiter::keyed(per_minute(30, 120)),
            registrations: RateLimiter::keyed(per_minute(10, 100)),
        }
    }
}

/// So many at once, then so many a minute.
fn per_minute(steady: u32, burst: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(steady).unwrap_or(NonZeroU32::MIN))
        .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
}

/// Counts an attempt to sign in.
///
/// # Errors
/// [`AppError::RateLimited`].
pub fn sign_in(state: &AppState, ctx: &Ctx, email: &str) -> Result<(), AppError> {
    let network = Network::of(ctx.address);
    let account: String = email.trim().to_lowercase().chars().take(254).collect();
    let limits = &state.limits;
    check(state, &limits.sign_ins, &network)?;
    check(
        state,
        &limits.account_from,
        &(ctx.tenant_id(), account.clone(), network),
    )?;
    check(state, &limits.account, &(ctx.tenant_id(), account))
}

/// Counts a registration.
///
/// # Errors
/// [`AppError::RateLimited`].
pub fn registration(state: &AppState, ctx: &Ctx) -> Result<(), AppError> {
    check(state, &state.limits.registrations, &Network::of(ctx.address))
}

fn check<K: Clone + std::hash::Hash + Eq>(
    state: &AppState,
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), AppError> {
    if !state.config.limits {
        return Ok(());
    }
    limiter.check_key(key).map_err(|refused| {
        let wait = refused.wait_time_from(limiter.clock().now());
        AppError::RateLimited {
            retry_after_seconds: wait.as_secs() + 1,
        }
    })
}

impl Limits {
    /// Forgets who has not tried for a while; called by a sweep.
    pub fn forget(&self) {
        self.account_from.retain_recent();
        self.account.retain_recent();
        self.sign_ins.retain_recent();
        self.registrations.retain_recent();
    }
}
