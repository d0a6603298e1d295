//! Many callers at once: exactly as many appointments as there is time for, an honest answer for everybody else, and a
//! database that `verify` finds whole.

use serde_json::Value;
use tokio::task::JoinSet;

use crate::api::caller::Caller;
use crate::api::server::{Answer, Outcome};

/// Declares races, each run four times: on either database, through one server and through two that share it.
macro_rules! races {
    ($(async fn $name:ident($clinic:ident: Clinic) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, clippy::wildcard_imports, clippy::allow_attributes, reason = "the body sees what its file imports")]
            use super::*;

            async fn held($clinic: $crate::api::clinic::Clinic) -> kalends_store::testing::TestResult $body

            kalends_store::on_both! {
                async fn through_one(database: TestDatabase) {
                    held($crate::api::clinic::Clinic::start(&database).await?).await
                }

                async fn through_two(database: TestDatabase) {
                    held($crate::api::clinic::Clinic::start_behind(&database, 2).await?).await
                }
            }
        }
    )+};
}

mod bookings;
mod calendar;
mod changes;
mod processes;

/// Sends all at once.
async fn race(requests: Vec<(Caller, String, Value)>) -> Outcome<Vec<Answer>> {
    let mut racers = JoinSet::new();
    for (caller, path, body) in requests {
        racers.spawn(async move { caller.post(&path, &body).await.map_err(|error| error.to_string()) });
    }
    let answers: Result<Vec<_>, String> = racers.join_all().await.into_iter().collect();
    Ok(answers?)
}

/// Everybody books what `wish` says for them.
async fn all_book(callers: Vec<Caller>, wish: impl Fn(usize) -> Value) -> Outcome<Vec<Answer>> {
    let numbered = callers.into_iter().enumerate();
    race(
        numbered
            .map(|(index, caller)| (caller, "/appointments".to_owned(), wish(index)))
            .collect(),
    )
    .await
}

fn won(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == 201 || answer.status == 200)
        .count()
}

/// Those who were told that somebody was faster, and what is free instead.
fn lost(answers: &[Answer]) -> usize {
    let told = |answer: &&Answer| {
        answer.status == 409
            && answer.problem() == "slot-taken"
            && answer.body["alternatives"]
                .as_array()
                .is_some_and(|free| !free.is_empty())
    };
    answers.iter().filter(told).count()
}

fn statuses(answers: &[Answer]) -> Vec<(u16, String)> {
    answers
        .iter()
        .map(|answer| (answer.status.as_u16(), answer.problem().to_owned()))
        .collect()
}
