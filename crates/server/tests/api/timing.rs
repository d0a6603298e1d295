//! How long a refused sign-in takes tells nobody whether the address is known.

use std::time::{Duration, Instant};

use kalends_domain::permission::Role;
use kalends_store::on_both;
use serde_json::json;

use super::server::{Outcome, PASSWORD, Server};

/// Tries of each kind: enough for a statement with `KALENDS_SOAK=1`, for a glance otherwise.
#[expect(clippy::disallowed_methods, reason = "the length of a run is the runner's to choose")]
fn tries() -> usize {
    if std::env::var_os("KALENDS_SOAK").is_some() {
        400
    } else {
        15
    }
}

async fn refused(server: &Server, email: &str) -> Outcome<Duration> {
    let body = json!({"email": email, "password": "not the password"});
    let started = Instant::now();
    let answer = server.post("/auth/login", body).send().await?;
    let elapsed = started.elapsed();
    assert_eq!((answer.status.as_u16(), answer.problem()), (401, "invalid-credentials"));
    Ok(elapsed)
}

/// How far apart two samples are, in standard deviations of the Mann-Whitney U statistic under the assumption that they are of
/// one kind (normal approximation; ties do not occur among nanoseconds).
fn mann_whitney(a: &[Duration], b: &[Duration]) -> f64 {
    let wins: usize = a.iter().map(|x| b.iter().filter(|y| x > *y).count()).sum();
    let count = |it: &[Duration]| f64::from(u32::try_from(it.len()).unwrap_or(u32::MAX));
    let (n, m) = (count(a), count(b));
    let wins = f64::from(u32::try_from(wins).unwrap_or(u32::MAX));
    (wins - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}

fn median(sample: &[Duration]) -> Duration {
    let mut sorted = sample.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[test]
fn the_statistic_tells_samples_apart() {
    let sample = |from: u64| -> Vec<Duration> { (0..200).map(|n| Duration::from_micros(from + n * 7 % 200)).collect() };
    assert!(mann_whitney(&sample(1_000), &sample(1_000)).abs() < 0.5);
    assert!(
        mann_whitney(&sample(1_040), &sample(1_000)) > 4.0,
        "a fifth of the spread is seen"
    );
}

on_both! {
    async fn an_unknown_address_takes_as_long_as_a_known_one(database: TestDatabase) {
        let server = Server::start_with(&database, false).await?;
        server.register("known@example.org").await?;
        let archived = server.add_user("archived@example.org", Role::Receptionist).await?;
        server.add_user("admin@example.org", Role::Admin).await?;
        let admin = server.token("admin@example.org").await?;
        let path = format!("/users/{}", archived.id);
        assert_eq!(server.call(reqwest::Method::DELETE, &path).bearer(&admin).send().await?.status, 204);
        assert_eq!(server.login("known@example.org", PASSWORD).await?.status, 200);
        let addresses = ["known@example.org", "unknown@example.org", "archived@example.org"];
        let mut samples = [const { Vec::new() }; 3];
        // Taken in turn, so that whatever else the machine does falls on all of them.
        for _ in 0..tries() {
            for (email, sample) in addresses.iter().zip(&mut samples) {
                sample.push(refused(&server, email).await?);
            }
        }
        let [known, others @ ..] = &samples;
        for (email, other) in addresses.iter().skip(1).zip(others) {
            let (one, two) = (median(known), median(other));
            assert!(one < two * 2 && two < one * 2, "{email}: {two:?}, a known one: {one:?}");
            if tries() >= 200 {
                let deviations = mann_whitney(known, other);
                assert!(deviations.abs() < 3.3, "{email}: {deviations} standard deviations from a known one");
            }
        }
        Ok(())
    }
}
