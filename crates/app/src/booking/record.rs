//! What is written with every change of an appointment: its time, its history, the audit entry and the message to come.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::appointment::{Appointment, AppointmentEvent, Status};
use kalends_domain::job::NewJob;
use kalends_domain::limit::{Counted, Limit};
use kalends_domain::rule::Rule;
use kalends_domain::time::Zone;
use kalends_store::change::Change;
use serde_json::json;

use super::Offer;
use crate::app::App;
use crate::ctx::Ctx;
use crate::slots::holder;

/// What happened to an appointment.
#[derive(Clone, Copy, Debug)]
pub struct Happening<'a> {
    /// `book`, or a step's name.
    pub action: &'a str,
    pub from: Option<Status>,
    /// Why, in the words of whoever did it.
    pub reason: Option<&'a str>,
    /// The kind of message that follows, if one does.
    pub message: Option<&'a str>,
}

/// The change that stores `appointment` as it is after `what`: its predecessor's version must still be the stored one. Its
/// time is neither taken nor released here.
pub fn change(app: &App, ctx: &Ctx, appointment: &Appointment, what: Happening<'_>) -> Change {
    let mut entry = ctx.audit(what.action, "appointment", Some(appointment.id.uuid()));
    entry.patient_id = Some(appointment.patient_id);
    entry.detail = json!({
        "version": appointment.version, "status": appointment.status, "starts_at": appointment.starts_at,
        "provider_id": appointment.provider_id, "overrides": appointment.overrides, "booked_by": appointment.booked_by,
    });
    let message = what
        .message
        .map(|kind| message(app, ctx, kind, std::slice::from_ref(appointment)));
    Change {
        appointments: vec![appointment.clone()],
        holder: holder(ctx),
        events: vec![AppointmentEvent {
            appointment_id: appointment.id,
            version: appointment.version,
            at: ctx.now,
            actor_id: ctx.user_id(),
            action: what.action.to_owned(),
            from_status: what.from,
            to_status: appointment.status,
            starts_at: appointment.starts_at,
            provider_id: appointment.provider_id,
            reason: what.reason.map(str::to_owned),
        }],
        audit: vec![entry],
        jobs: message.into_iter().collect(),
        ..Change::default()
    }
}

/// The message that follows: whom it is about, and whom it may have to be sent to, who booked it and who acted now. Of those that
/// were changed together there is one, which names them all.
pub fn message(app: &App, ctx: &Ctx, kind: &str, appointments: &[Appointment]) -> NewJob {
    let first = appointments.first();
    let all: Vec<_> = appointments
        .iter()
        .map(|it| json!({"id": it.id, "version": it.version}))
        .collect();
    NewJob {
        id: app.new_id(),
        kind: "notify".into(),
        payload: json!({
            "notification": kind, "appointment_id": first.map(|it| it.id), "version": first.map(|it| it.version),
            "patient_id": first.map(|it| it.patient_id), "booked_by": first.and_then(|it| it.booked_by),
            "actor_id": ctx.user_id(), "together": (all.len() > 1).then_some(all),
        }),
        run_at: ctx.now,
    }
}

/// The kind of message that tells of a new appointment.
pub fn booked(appointment: &Appointment) -> &'static str {
    if appointment.status == Status::Pending {
        "request"
    } else {
        "confirmation"
    }
}

/// The cap on what is booked over others, which the guard counts: for each provider and day at the location.
pub fn overbooking(ctx: &Ctx, offer: &Offer) -> Vec<Limit> {
    if !offer.set_aside.contains(&Rule::Taken) {
        return Vec::new();
    }
    let zone = Zone::new(&offer.time_zone).ok();
    let day = zone.and_then(|zone| zone.day(zone.date_at(offer.span.starts_at())));
    day.map(|day| Limit {
        rule: Rule::OverbookingLimit,
        counted: Counted {
            provider_id: Some(offer.provider_id),
            service_id: None,
            patient_id: None,
            from: day.starts_at(),
            until: Some(day.ends_at()),
            set_aside: Some(Rule::Taken),
        },
        most: ctx.tenant.settings.overbookings_per_day(),
    })
    .into_iter()
    .collect()
}

/// The time that an appointment takes: the provider's and the rooms' with the buffers, the patient's without.
pub fn allocations(app: &App, appointment: &Appointment) -> Vec<Allocation> {
    let owner = Owner::Appointment(appointment.id);
    let (starts_at, ends_at) = (appointment.starts_at, appointment.ends_at);
    let minutes = |minutes: i32| SignedDuration::from_mins(i64::from(minutes));
    let before = minutes(appointment.policy.buffer_before_minutes);
    let after = minutes(appointment.policy.buffer_after_minutes);
    let guarded = (
        starts_at.saturating_sub(before).unwrap_or(Timestamp::MIN),
        ends_at.saturating_add(after).unwrap_or(Timestamp::MAX),
    );
    let allocation = |bookable, group_id, (block_starts_at, block_ends_at), blocks| Allocation {
        id: app.new_id(),
        bookable,
        owner,
        group_id,
        starts_at,
        ends_at,
        block_starts_at,
        block_ends_at,
        blocks,
    };
    // Where staff set the overlap aside, the guard lets both be: of the provider's time and the patient's, never of a room's.
    let blocks = |rule: Rule| !appointment.overrides.iter().any(|name| name == rule.name());
    let patient_blocks = blocks(Rule::PatientOverlap);
    let provider = Bookable::Provider(appointment.provider_id);
    let mut taken = vec![allocation(provider, appointment.group_id, guarded, blocks(Rule::Taken))];
    let given = appointment.resource_ids.iter().copied().map(Bookable::Resource);
    taken.extend(given.map(|bookable| allocation(bookable, appointment.group_id, guarded, true)));
    let patient = Bookable::Patient(appointment.patient_id);
    taken.push(allocation(patient, None, (starts_at, ends_at), patient_blocks));
    taken
}
