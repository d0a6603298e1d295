//! Appointments that lost their time to a closure, time off, changed hours or a changed clock: where each could go, and moving many at once.
//! Nothing here moves anything by itself.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use kalends_domain::appointment::{Appointment, NamedAppointment};
use kalends_domain::id::{AppointmentId, LocationId, PatientId, ProviderId};
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::time::{Minutes, Span, Zone};
use kalends_store::appointments::{self as store, Clock};

use crate::app::App;
use crate::appointments::{self, Query, Reschedule, access, reschedule};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::slots::{self, MOST_SLOTS, Search, Slot};
use crate::validate::Check;

/// As many are moved in one go.
pub const MOST_MOVES: usize = 100;
/// So many times to choose from for each.
const MOST_TIMES: usize = 8;
/// How far ahead of its own day a new time is looked for.
const DAYS: i32 = 27;
/// Nobody is moved to a time sooner than this, unless their own is.
const NOTICE: SignedDuration = SignedDuration::from_hours(24);

/// Which of them; what is absent does not narrow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lost {
    /// Those that end after this instant,
    pub from: Option<Timestamp>,
    /// and start before this one.
    pub to: Option<Timestamp>,
    pub provider_id: Option<ProviderId>,
    pub location_id: Option<LocationId>,
}

/// An appointment without a time of its provider's, and where it could go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranded {
    pub named: NamedAppointment,
    /// What the clock was to show at its place, where the zone's rules have changed since and that time was not free.
    pub agreed: Option<DateTime>,
    /// Free times, the suggested one first: no two are suggested the same. Then the nearest, with the same provider before others.
    pub times: Vec<Slot>,
}

/// One appointment of many that are moved.
#[derive(Clone, Debug)]
pub struct Move {
    pub id: AppointmentId,
    pub to: Reschedule,
}

/// One page of the appointments to come that lie in no opening any more, in a closure or time off, or
/// where the clock shows another time than was agreed.
///
/// # Errors
/// When the role sees no appointments, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest, lost: Lost) -> Result<Page<NamedAppointment>> {
    let query = Query {
        from: lost.from,
        to: lost.to,
        provider_id: lost.provider_id,
        location_id: lost.location_id,
        stranded: true,
        ..Query::default()
    };
    appointments::list(app, ctx, request, query).await
}

/// Where each of these could go, in the order in which they are given.
///
/// # Errors
/// [`AppError::Forbidden`] for who moves no appointments, or a failed read.
pub async fn suggest(app: &App, ctx: &Ctx, found: Vec<NamedAppointment>) -> Result<Vec<Stranded>> {
    ctx.require(Resource::Appointment, Action::Write)?;
    let ids = found.iter().map(|named| named.appointment.id).collect();
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let clocks = store::clocks(&mut tx, ctx.tenant_id(), ctx.now, Some(ids)).await?;
    drop(tx);
    let mut taken: Vec<Taken> = Vec::new();
    let mut suggested = Vec::new();
    for named in found {
        let of = &named.appointment;
        let clock = clocks.iter().find(|it| it.id == of.id);
        let wanted = clock.and_then(Clock::kept).unwrap_or(of.starts_at);
        let mut times = free(app, ctx, of, wanted, &taken).await?;
        times.truncate(MOST_TIMES);
        taken.extend(times.first().and_then(|slot| Taken::by(of, slot)));
        let agreed = clock.and_then(Clock::agreed);
        suggested.push(Stranded { named, agreed, times });
    }
    Ok(suggested)
}

/// Moves each by itself, as [`reschedule`] does: with its own history, audit entry and message. Whatever becomes of one, the others
/// are moved.
///
/// # Errors
/// [`AppError::Forbidden`] for who moves no appointments, or too many at once.
pub async fn move_all(app: &App, ctx: &Ctx, moves: Vec<Move>) -> Result<Vec<(AppointmentId, Result<Appointment>)>> {
    ctx.require(Resource::Appointment, Action::Write)?;
    if moves.len() > MOST_MOVES {
        let mut check = Check::default();
        check.fail_with("moves", "too-many", vec![("max", MOST_MOVES.to_string())]);
        check.finish()?;
    }
    let mut outcomes = Vec::new();
    for mut each in moves {
        // That its time is not open any more is reason enough, however late.
        each.to.overrides.reason.get_or_insert_with(|| "stranded".to_owned());
        let outcome = match reschedule(app, ctx, each.id, each.to).await {
            // What is wrong with the installation is wrong with all of them.
            Err(error @ (AppError::Unavailable(_) | AppError::Internal(_))) if outcomes.is_empty() => {
                return Err(error);
            }
            outcome => outcome,
        };
        outcomes.push((each.id, outcome));
    }
    Ok(outcomes)
}

/// The free times nearest to the wanted one that are suggested to nobody else: with the same provider, else with whoever gives the service there.
async fn free(app: &App, ctx: &Ctx, of: &Appointment, wanted: Timestamp, taken: &[Taken]) -> Result<Vec<Slot>> {
    let zone = Zone::new(&of.time_zone)
        .map_err(|_| AppError::Internal(format!("appointment {}: zone {}", of.id, of.time_zone)))?;
    let first = zone.date_at(wanted).max(zone.date_at(ctx.now));
    let search = Search {
        service_id: of.service_id,
        provider_id: Some(of.provider_id),
        department_id: None,
        location_id: Some(of.location_id),
        patient_id: None,
        ticket_id: None,
        moving: Some(of.id),
        from: first,
        to: first.saturating_add(DAYS.days()),
        limit: MOST_SLOTS,
    };
    let mut free = nearest(app, ctx, of, wanted, &search, taken).await?;
    let own_only = access::visible(ctx, Resource::Appointment, Action::Write)?
        .provider_id
        .is_some();
    if free.is_empty() && !own_only {
        let anyone = Search {
            provider_id: None,
            ..search
        };
        free = nearest(app, ctx, of, wanted, &anyone, taken).await?;
    }
    Ok(free)
}

async fn nearest(
    app: &App,
    ctx: &Ctx,
    of: &Appointment,
    wanted: Timestamp,
    search: &Search,
    taken: &[Taken],
) -> Result<Vec<Slot>> {
    let mut found = match slots::list(app, ctx, search).await {
        // The provider or the place is gone for good.
        Err(AppError::NotFound) => Vec::new(),
        found => found?,
    };
    let notice = ctx.now.saturating_add(NOTICE).unwrap_or(Timestamp::MAX);
    let earliest = wanted.min(notice);
    found.retain(|slot| slot.starts_at >= earliest && slot.starts_at != of.starts_at);
    found.retain(|slot| !taken.iter().any(|other| other.meets(of, slot)));
    found.sort_by_key(|slot| (slot.starts_at.duration_since(wanted).abs(), slot.starts_at));
    Ok(found)
}

/// What a suggestion would take: a time of a provider's, with the buffers, and one of the patient's.
struct Taken {
    provider_id: ProviderId,
    guarded: Span,
    patient: PatientId,
    time: Span,
}

impl Taken {
    fn by(of: &Appointment, slot: &Slot) -> Option<Self> {
        let time = Span::new(slot.starts_at, slot.ends_at).ok()?;
        let minutes = |minutes: i32| Minutes(minutes.unsigned_abs());
        let (before, after) = (of.policy.buffer_before_minutes, of.policy.buffer_after_minutes);
        Some(Self {
            provider_id: slot.provider_id,
            guarded: time.widened(minutes(before), minutes(after)),
            patient: of.patient_id,
            time,
        })
    }

    /// Whether the appointment could not be at `slot` too.
    fn meets(&self, of: &Appointment, slot: &Slot) -> bool {
        Self::by(of, slot).is_none_or(|other| {
            (other.provider_id == self.provider_id && other.guarded.overlaps(&self.guarded))
                || (other.patient == self.patient && other.time.overlaps(&self.time))
        })
    }
}

#[cfg(test)]
mod tests;
