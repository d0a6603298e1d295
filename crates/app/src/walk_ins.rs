//! Walk-ins: somebody stands at the desk and is seen as soon as anyone is free, or whom they ask for.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::appointment::{Appointment, Status};
use kalends_domain::id::{LocationId, PatientId, ProviderId, ServiceId};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::rule::Rule;
use kalends_store::appointments::Visible;

use crate::app::App;
use crate::appointments::access::visible;
use crate::appointments::{Stepped, check_in};
use crate::booking::{self, NewBooking, Overrides, Wish};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::intake::Answers;
use crate::patients::{self, PatientPatch};

/// How often a lost time is looked for anew.
const LOOKS: usize = 3;

/// Who came, and for what.
#[derive(Clone, Debug)]
pub struct WalkIn {
    pub who: Who,
    pub service_id: ServiceId,
    pub location_id: LocationId,
    /// Absent: whoever is free.
    pub provider_id: Option<ProviderId>,
    /// In the patient's words.
    pub reason: Option<String>,
    /// Beside the grid of starts, which a walk-in never keeps.
    pub overrides: Overrides,
}

/// The patient, or the name of a new one.
#[derive(Clone, Debug)]
pub enum Who {
    Known(PatientId),
    New { given_name: String, family_name: String },
}

/// Books for this very minute, else for the first time that is free today, and notes that the patient is there. A new patient's
/// record is made only once there is a time for them.
///
/// # Errors
/// As booking: [`AppError::SlotTaken`] with the next free times where there is none today; [`AppError::Invalid`] for a name that is
/// none.
pub async fn receive(app: &App, ctx: &Ctx, input: WalkIn, once: &Once<'_, Appointment>) -> Result<Appointment> {
    once.replay(app, ctx).await?;
    let within = visible(ctx, Resource::Visit, Action::Write)?;
    ctx.require(Resource::Appointment, Action::Write)?;
    let known = match &input.who {
        Who::Known(id) => Some(booking::patient(app, ctx, Some(*id)).await?),
        Who::New { .. } => None,
    };
    let wish = Wish {
        service_id: input.service_id,
        starts_at: next_minute(ctx.now),
        provider_id: input.provider_id.or(within.provider_id),
        location_id: Some(input.location_id),
        patient_id: known,
        ticket_id: None,
        answers: None,
        hold: None,
        given_up: Vec::new(),
        preferred: None,
        overrides: [&input.overrides.rules[..], &[Rule::StartInterval]].concat(),
        within: Visible {
            patients: None,
            ..within
        },
        moved: None,
    };
    let mut time = place(app, ctx, &wish).await?;
    let patient_id = match (known, input.who) {
        (Some(id), _) | (None, Who::Known(id)) => id,
        (
            None,
            Who::New {
                given_name,
                family_name,
            },
        ) => {
            let patch = PatientPatch {
                given_name: Some(given_name),
                family_name: Some(family_name),
                ..PatientPatch::default()
            };
            patients::create(app, ctx, patch, &Once::unkeyed()).await?.id
        }
    };
    let mut looks = 1;
    let booked = loop {
        let now = time.starts_at == wish.starts_at;
        let reason = input.overrides.reason.clone();
        let new = NewBooking {
            service_id: input.service_id,
            starts_at: time.starts_at,
            provider_id: time.provider_id,
            location_id: wish.location_id,
            patient_id: Some(patient_id),
            ticket_id: None,
            hold_token: None,
            reason: input.reason.clone(),
            answers: Answers::default(),
            overrides: Overrides {
                rules: if now { wish.overrides.clone() } else { Vec::new() },
                reason: reason.or_else(|| Some("walk-in".to_owned())),
            },
        };
        match booking::book(app, ctx, new, once).await {
            // Somebody else was faster; the patient is still there.
            Err(AppError::SlotTaken { .. }) if looks < LOOKS => {
                looks += 1;
                time = place(app, ctx, &wish).await?;
            }
            outcome => break outcome?,
        }
    };
    match check_in(app, ctx, booked.id, Stepped::default()).await {
        // Somebody pressed the button on the board at this very moment.
        Err(AppError::WrongState(_)) => Ok(booked),
        arrived => arrived,
    }
}

/// When, and with whom if that is settled.
struct Time {
    starts_at: Timestamp,
    provider_id: Option<ProviderId>,
}

/// Now if the rules allow it, else the first free time today.
async fn place(app: &App, ctx: &Ctx, wish: &Wish) -> Result<Time> {
    let refusal = match wish.check(app, ctx).await {
        Ok(()) => {
            return Ok(Time {
                starts_at: wish.starts_at,
                provider_id: wish.provider_id,
            });
        }
        Err(refusal @ (AppError::SlotTaken { .. } | AppError::NotBookable { .. })) => refusal,
        Err(error) => return Err(error),
    };
    match wish.soonest(app, ctx).await? {
        Some(slot) => Ok(Time {
            starts_at: slot.starts_at,
            provider_id: Some(slot.provider_id),
        }),
        None => Err(wish.with_alternatives(app, ctx, refusal).await?),
    }
}

/// How a walk-in reads once they are noted as arrived: what is answered when the same request comes again.
pub fn arrived(booked: &Appointment) -> Appointment {
    Appointment {
        status: Status::Arrived,
        version: booked.version + 1,
        ..booked.clone()
    }
}

/// Appointments start on the minute; this one is not over.
fn next_minute(now: Timestamp) -> Timestamp {
    let over = now.as_second().rem_euclid(60);
    let exact = over == 0 && now.subsec_nanosecond() == 0;
    let whole = Timestamp::from_second(now.as_second() - over).unwrap_or(now);
    if exact {
        whole
    } else {
        whole.saturating_add(SignedDuration::from_mins(1)).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests;
