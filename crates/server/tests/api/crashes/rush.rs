//! A rush of bookings, and what became of each.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt as _, stream};
use kalends_app::clock::random_bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use crate::api::caller::Caller;
use crate::api::practice::Practice;
use crate::api::server::{Answer, Outcome};

/// So many requests are under way at a time.
pub const AT_ONCE: usize = 12;
/// So many starts are wished for by one patient each, with the first doctor.
const QUIET: usize = 24;
/// So many are wished for by several, with the second doctor.
const CONTESTED: usize = 12;
const RIVALS: usize = 3;

/// What became of a request.
#[derive(Clone, Debug)]
pub enum Fate {
    /// Not sent, or sent and never answered.
    Unknown,
    /// Somebody else has the time.
    Refused,
    /// Acknowledged, with this answer.
    Done(Value),
}

/// An appointment that somebody asks for, and perhaps cancels once they have it.
pub struct Wish {
    pub patient: usize,
    pub body: Value,
    pub key: String,
    pub contested: bool,
    pub cancels: bool,
    pub booking: Fate,
    pub cancellation: Fate,
}

/// A number below `limit`, another one every time.
pub fn chance(limit: usize) -> usize {
    usize::try_from(u64::from_le_bytes(random_bytes()) % u64::try_from(limit).unwrap_or(1)).unwrap_or_default()
}

/// The wishes of so many patients for a day, in no order; no patient wishes to be in two places at once.
pub fn wishes(practice: &Practice, starts: &[Value], patients: usize) -> Vec<Wish> {
    let wish = |start: usize, patient: usize, rival: bool| Wish {
        patient: patient % patients,
        body: json!({
            "service_id": practice.service, "provider_id": practice.providers[usize::from(rival)], "starts_at": starts[start],
        }),
        key: format!("{}-{patient}", starts[start]),
        contested: rival,
        cancels: !rival && start % 4 == 3,
        booking: Fate::Unknown,
        cancellation: Fate::Unknown,
    };
    let quiet = (0..QUIET).map(|start| wish(start, start, false));
    let contested = (QUIET..QUIET + CONTESTED).flat_map(|start| (0..RIVALS).map(move |rival| (start, start + rival)));
    let mut wishes: Vec<_> = quiet
        .chain(contested.map(|(start, patient)| wish(start, patient, true)))
        .collect();
    wishes.sort_by_cached_key(|_| chance(usize::MAX));
    wishes
}

impl Wish {
    /// Asks for it, once more if it was asked for already.
    pub async fn ask(&self, people: &[Caller]) -> Outcome<Answer> {
        people[self.patient]
            .post_once("/appointments", &self.body, &self.key)
            .await
    }

    /// Whether this is the appointment that was asked for.
    pub fn is_for(&self, people: &[Caller], appointment: &Value) -> bool {
        appointment["patient_id"] == people[self.patient].patient_id()
            && ["service_id", "provider_id", "starts_at"]
                .iter()
                .all(|name| appointment[name] == self.body[name])
    }

    /// Books and perhaps cancels, noting what is answered until the server is gone.
    async fn pursue(mut self, people: &[Caller], gone: &AtomicBool, answered: &UnboundedSender<()>) -> Outcome<Self> {
        if gone.load(Ordering::SeqCst) {
            return Ok(self);
        }
        let Ok(answer) = self.ask(people).await else {
            return Ok(self);
        };
        // Nobody may be listening any more.
        let _told = answered.send(());
        self.booking = match (answer.status.as_u16(), answer.problem()) {
            (201, _) => Fate::Done(answer.body),
            (409, "slot-taken") => Fate::Refused,
            _ => return Err(answer.text.into()),
        };
        if let (Fate::Done(booked), true) = (&self.booking, self.cancels && !gone.load(Ordering::SeqCst)) {
            let path = format!("/appointments/{}/cancel", booked["id"].as_str().unwrap_or_default());
            if let Ok(answer) = people[self.patient].post(&path, &json!({})).await {
                self.cancellation = Fate::Done(answer.expect(200)?.body);
            }
        }
        Ok(self)
    }
}

/// Everybody asks at once, until the server is gone; `answered` is told of every answer to a booking.
pub async fn rush(
    wishes: Vec<Wish>,
    people: &[Caller],
    gone: &AtomicBool,
    answered: UnboundedSender<()>,
) -> Outcome<Vec<Wish>> {
    let answered = &answered;
    let all = stream::iter(wishes).map(|wish| wish.pursue(people, gone, answered));
    let done: Vec<_> = all.buffer_unordered(AT_ONCE).collect().await;
    done.into_iter().collect()
}
