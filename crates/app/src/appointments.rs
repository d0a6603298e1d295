//! Appointments once they exist: seen, moved, cancelled and carried out.

pub(crate) mod access;
mod company;
mod no_shows;
mod reschedule;
mod rooms;
mod shift;
mod step;
mod together;
mod undo;

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_domain::appointment::{Appointment, NamedAppointment, NamedEvent, Status};
use kalends_domain::id::{
    AppointmentId, GroupId, LocationId, PatientId, ProviderId, ResourceId, SeriesId, ServiceId, VisitId,
};
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::time::LocalTime;
use kalends_store::appointment_events as events;
use kalends_store::appointments::{self as store, AppointmentFilter, Visible};
use kalends_store::sites::{self, Site};
use kalends_store::tx::Tx;
use serde_json::json;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use access::visible;

pub use company::{Company, company};
pub use no_shows::{NoShows, consequence, count_again, forgive, no_shows};
pub use reschedule::{Reschedule, is_past_cutoff, needs_reason, reschedule};
pub use rooms::{Rooms, choose_rooms, rooms};
pub(crate) use shift::{Moving, move_all};
pub use step::{Stepped, cancel, check_in, confirm, decline, fulfil, mark_no_show, start};
pub use undo::undo;

/// Which appointments; what is absent does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Those that end after this instant,
    pub from: Option<Timestamp>,
    /// and start before this one.
    pub to: Option<Timestamp>,
    /// The same by days, both included: at the location asked for, else at the clinic's first.
    pub from_date: Option<Date>,
    pub to_date: Option<Date>,
    pub provider_id: Option<ProviderId>,
    pub patient_id: Option<PatientId>,
    pub service_id: Option<ServiceId>,
    pub location_id: Option<LocationId>,
    /// Those who share one time. For staff: nobody else sees who is in a group.
    pub group_id: Option<GroupId>,
    /// Those of one series,
    pub series_id: Option<SeriesId>,
    /// or of one visit.
    pub visit_id: Option<VisitId>,
    /// Those that take time of this room or piece of equipment.
    pub resource_id: Option<ResourceId>,
    /// One of these; none means any.
    pub statuses: Vec<Status>,
    /// Those to come that lie in no opening any more, or in a closure or time off.
    pub stranded: bool,
}

impl Query {
    async fn within(self, tx: &mut Tx, ctx: &Ctx, visible: Visible) -> Result<AppointmentFilter> {
        let (mut from, mut to) = (self.from, self.to);
        if self.from_date.is_some() || self.to_date.is_some() {
            let sites = sites::list(tx, ctx.tenant_id(), None).await?;
            let asked = |site: &&Site| self.location_id.is_none_or(|id| id == site.location_id);
            let zone = &sites.iter().find(asked).ok_or(AppError::NotFound)?.zone;
            let bound = |date: Option<Date>, time| date.and_then(|date| zone.instant(date, time));
            from = bound(self.from_date, LocalTime::START_OF_DAY).or(from);
            to = bound(self.to_date, LocalTime::END_OF_DAY).or(to);
        }
        Ok(AppointmentFilter {
            from,
            to,
            provider_id: self.provider_id,
            patient_id: self.patient_id,
            service_id: self.service_id,
            location_id: self.location_id,
            group_id: self.group_id,
            series_id: self.series_id,
            visit_id: self.visit_id,
            resource_id: self.resource_id,
            statuses: self.statuses,
            stranded_at: self.stranded.then_some(ctx.now),
            visible,
        })
    }
}

/// One page of the appointments that the caller may see, by their start unless another order is asked for.
///
/// # Errors
/// When the role sees none, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest, query: Query) -> Result<Page<NamedAppointment>> {
    let visible = visible(ctx, Resource::Appointment, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let filter = query.within(&mut tx, ctx, visible).await?;
    let mut page = store::list(&mut tx, ctx.tenant_id(), request, &filter).await?;
    drop(tx);
    for item in &mut page.items {
        named_for_caller(ctx, item);
    }
    if ctx.is_staff() && !page.items.is_empty() {
        let mut entry = ctx.audit("list", "appointment", None);
        entry.patient_id = filter.patient_id;
        entry.detail = json!({"count": page.items.len()});
        let mut tx = app.store.begin(ctx.tenant_id()).await?;
        kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
        tx.commit().await?;
    }
    Ok(page)
}

/// How many of the appointments that the caller may see are in each state; states without any are left out.
///
/// # Errors
/// When the role sees none.
pub async fn counts(app: &App, ctx: &Ctx, query: Query) -> Result<Vec<(Status, i64)>> {
    let visible = visible(ctx, Resource::Appointment, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let filter = query.within(&mut tx, ctx, visible).await?;
    Ok(store::counts(&mut tx, ctx.tenant_id(), &filter).await?)
}

/// One appointment. That it was read is on the audit trail.
///
/// # Errors
/// [`AppError::NotFound`], also when the caller may not know of it.
pub async fn get(app: &App, ctx: &Ctx, id: AppointmentId) -> Result<NamedAppointment> {
    let visible = visible(ctx, Resource::Appointment, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let found = store::find_named(&mut tx, ctx.tenant_id(), &visible, id).await?;
    drop(tx);
    let mut found = found.ok_or(AppError::NotFound)?;
    note_read(app, ctx, &found.appointment).await?;
    named_for_caller(ctx, &mut found);
    Ok(found)
}

/// What happened to an appointment, oldest first. That it was read is on the audit trail.
///
/// # Errors
/// As [`get`].
pub async fn history(app: &App, ctx: &Ctx, id: AppointmentId) -> Result<Vec<NamedEvent>> {
    let visible = visible(ctx, Resource::Appointment, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let found = store::find(&mut tx, ctx.tenant_id(), &visible, id).await?;
    let found = found.ok_or(AppError::NotFound)?;
    let mut history = events::list_named(&mut tx, ctx.tenant_id(), id).await?;
    drop(tx);
    note_read(app, ctx, &found).await?;
    if !ctx.is_staff() {
        // Who of the staff did it, and what they noted when they set a rule aside, stays among the staff.
        for NamedEvent {
            event,
            actor_name,
            by_family,
        } in &mut history
        {
            event.actor_id = event.actor_id.filter(|actor| ctx.user_id() == Some(*actor));
            event.reason = event.reason.take().filter(|_| !event.to_status.holds_time());
            *actor_name = actor_name.take().filter(|_| *by_family);
        }
    }
    Ok(history)
}

async fn note_read(app: &App, ctx: &Ctx, appointment: &Appointment) -> Result<()> {
    let mut entry = ctx.audit("read", "appointment", Some(appointment.id.uuid()));
    entry.patient_id = Some(appointment.patient_id);
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    Ok(tx.commit().await?)
}

/// Leaves out what is for staff only.
pub(crate) fn for_caller(ctx: &Ctx, appointment: &mut Appointment) {
    if !ctx.is_staff() {
        appointment.notes = None;
        appointment.overrides.clear();
        appointment.group_id = None;
        appointment.booked_by = appointment.booked_by.filter(|user| ctx.user_id() == Some(*user));
    }
}

/// The same; who of the staff booked it stays among the staff, who of the family did is told.
fn named_for_caller(ctx: &Ctx, named: &mut NamedAppointment) {
    for_caller(ctx, &mut named.appointment);
    if !ctx.is_staff() && !named.booked_by_family {
        named.booked_by_name = None;
    }
}
