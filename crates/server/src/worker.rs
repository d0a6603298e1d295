//! The periodic work of a running program, inside `kalends serve` or alone as `kalends worker`.

use std::time::Duration;

use kalends_app::app::App;
use kalends_app::sweep::Sweep;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::http::metrics;

/// How often each comes round.
const fn every(sweep: Sweep) -> Duration {
    match sweep {
        Sweep::AuditSeal => Duration::from_secs(3),
        Sweep::ExpiredHolds => Duration::from_secs(10),
        Sweep::OldIdempotencyKeys => Duration::from_secs(600),
        Sweep::WaitlistOffers => Duration::from_secs(20),
        Sweep::ExpiredRequests => Duration::from_secs(60),
        Sweep::EndedSessions | Sweep::PublishedOpenings | Sweep::RepeatedClosures | Sweep::ChangedClocks => {
            Duration::from_secs(3_600)
        }
    }
}

/// Sweeps until `stop` says true. A round that has begun is finished.
pub async fn run(app: App, stop: watch::Receiver<bool>) {
    let mut sweeps = JoinSet::new();
    for sweep in Sweep::ALL {
        sweeps.spawn(repeat(app.clone(), sweep, stop.clone()));
    }
    sweeps.join_all().await;
}

async fn repeat(app: App, sweep: Sweep, mut stop: watch::Receiver<bool>) {
    let mut rounds = interval(every(sweep));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => return,
            _ = rounds.tick() => {}
        }
        let outcome = sweep.run(&app).await;
        metrics::swept(sweep.name(), outcome.is_ok());
        match outcome {
            Ok(touched) => tracing::debug!(sweep = sweep.name(), touched, "swept"),
            Err(error) => tracing::error!(sweep = sweep.name(), %error, "a sweep failed; it comes round again"),
        }
    }
}
