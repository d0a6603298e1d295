#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use jiff::SignedDuration;
use uuid::Uuid;

use super::*;

struct Attack {
    limits: Limits,
    tenant: TenantId,
    now: Timestamp,
}

impl Attack {
    fn new() -> Self {
        Self {
            limits: Limits::default(),
            tenant: Uuid::nil().into(),
            now: "2027-01-04T09:00:00Z".parse().unwrap(),
        }
    }

    fn attempt(&self, email: &str, from: &str) -> Result<Attempt<'_>, AppError> {
        let address = Some(from.parse().unwrap());
        self.limits
            .sign_in(self.tenant, email, &Client::new("agent", address), address, self.now)
    }

    fn fails(&self, email: &str, from: &str) -> bool {
        self.attempt(email, from).is_ok()
    }

    fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }
}

#[test]
fn one_client_guesses_ten_times_then_once_in_six_seconds() {
    let mut attack = Attack::new();
    assert_eq!(
        (0..20).filter(|_| attack.fails("ana@example.org", "192.0.2.1")).count(),
        10
    );
    attack.wait(5);
    let Err(AppError::RateLimited { retry_after_seconds }) = attack.attempt("ana@example.org", "192.0.2.1") else {
        panic!("not limited")
    };
    assert_eq!(retry_after_seconds, 1);
    attack.wait(1);
    assert!(attack.fails("ANA@example.org ", "192.0.2.1"));
    assert!(!attack.fails("ana@example.org", "192.0.2.1"));
}

#[test]
fn one_network_tries_one_password_on_many_accounts() {
    let mut attack = Attack::new();
    let tried = (0..10_000)
        .filter(|n| attack.fails(&format!("user{n}@example.org"), "192.0.2.1"))
        .count();
    assert_eq!(tried, 50);
    attack.wait(60);
    let tried = (0..10_000)
        .filter(|n| attack.fails(&format!("user{n}@example.org"), "192.0.2.1"))
        .count();
    assert_eq!(tried, 20);
    assert!(
        attack.fails("user1@example.org", "192.0.2.2"),
        "another network is not concerned"
    );
}

#[test]
fn many_networks_try_one_account_and_its_owner_gets_in() {
    let attack = Attack::new();
    attack.attempt("ana@example.org", "198.51.100.7").unwrap().succeeded();
    let tried = (0..250)
        .filter(|n| attack.fails("ana@example.org", &format!("192.0.2.{n}")))
        .count();
    assert_eq!(tried, 30);
    for _ in 0..20 {
        attack.attempt("ana@example.org", "198.51.100.7").unwrap().succeeded();
    }
}

#[test]
fn the_owner_gets_in_from_a_network_that_attacks_others() {
    let attack = Attack::new();
    attack.attempt("ana@example.org", "192.0.2.1").unwrap().succeeded();
    for n in 0..100 {
        attack.fails(&format!("user{n}@example.org"), "192.0.2.1");
    }
    attack.attempt("ana@example.org", "192.0.2.1").unwrap().succeeded();
}

#[test]
fn success_does_not_add_up() {
    let attack = Attack::new();
    for n in 0..1_000 {
        attack
            .attempt(&format!("user{n}@example.org"), "192.0.2.1")
            .unwrap()
            .succeeded();
        attack.attempt("ana@example.org", "192.0.2.1").unwrap().succeeded();
    }
}

#[test]
fn an_ipv6_customer_is_one_network() {
    let attack = Attack::new();
    let tried = (0..1_000)
        .filter(|n| attack.fails(&format!("user{n}@example.org"), &format!("2001:db8:1:2::{n:x}")))
        .count();
    assert_eq!(tried, 50);
    assert!(attack.fails("user@example.org", "2001:db8:1:3::1"));
}

#[test]
fn registrations_are_counted_by_network_and_empty_buckets_are_thrown_away() {
    let mut attack = Attack::new();
    let address = |n: u32| Some(IpAddr::from(n.to_be_bytes()));
    let made = (0..200)
        .filter(|_| attack.limits.register(address(1), attack.now).is_ok())
        .count();
    assert_eq!(made, 120);
    for n in 0..5_000 {
        attack.limits.register(address(n), attack.now).ok();
    }
    attack.wait(3_600);
    for n in 0..2_000 {
        attack.limits.register(address(n), attack.now).ok();
    }
    assert!(lock(&attack.limits.registrations.0).empty_at.len() <= 5_000);
}
