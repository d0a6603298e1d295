//! Tickets: a clinician grants a patient one booking of a service, public or not. The ticket is part of the one judgement
//! (`slots/granted.rs`) and is spent with the appointment (`appointments.ticket_id`, which is unique while it takes time): so it
//! comes back when that is cancelled or declined, and a move keeps it.

use jiff::Timestamp;
use kalends_domain::department::Department;
use kalends_domain::id::{DepartmentId, PatientId, ProviderId, ServiceId, TicketId};
use kalends_domain::job::NewJob;
use kalends_domain::permission::{Action, Resource};
use kalends_domain::provider::Provider;
use kalends_domain::service::Service;
use kalends_domain::ticket::{NamedTicket, Ticket, TicketState};
use kalends_store::{audit, jobs, providers, services, stored, tickets as store};
use serde_json::json;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::patients::require_reach;
use crate::validate::Check;

/// The longest note, in characters.
const NOTE_MAX: usize = 500;

/// What is granted.
#[derive(Clone, Debug)]
pub struct NewTicket {
    pub patient_id: PatientId,
    pub service_id: ServiceId,
    /// With whom; absent: anyone.
    pub provider_id: Option<ProviderId>,
    /// With anyone of this department; not beside a provider.
    pub department_id: Option<DepartmentId>,
    /// From when it books nothing more.
    pub valid_until: Option<Timestamp>,
    /// For the patient.
    pub note: Option<String>,
}

/// A patient's tickets, the latest first: for staff who may grant them one, the patient, and those who act for them.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx, patient: PatientId) -> Result<Vec<NamedTicket>> {
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    require_reach(&mut tx, ctx, patient, Resource::Ticket, Action::Read).await?;
    let known = kalends_store::patients::find(&mut tx, ctx.tenant_id(), patient).await?;
    known.ok_or(AppError::NotFound)?;
    let found = store::list(&mut tx, ctx.tenant_id(), &[patient]).await?;
    if ctx.is_staff() {
        let mut entry = ctx.audit("list", "ticket", None);
        entry.patient_id = Some(patient);
        audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
        tx.commit().await?;
    }
    Ok(found)
}

/// The good tickets of the caller, and of those for whom they act.
///
/// # Errors
/// [`AppError::Unauthenticated`].
pub async fn list_good(app: &App, ctx: &Ctx) -> Result<Vec<NamedTicket>> {
    let patients = ctx.signed_in()?.patients(Resource::Ticket, Action::Read);
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let mut found = store::list(&mut tx, ctx.tenant_id(), &patients).await?;
    found.retain(|it| it.ticket.state(ctx.now) == TicketState::Good);
    Ok(found)
}

/// What a ticket is for, public or not: the service, and those who give it.
///
/// # Errors
/// [`AppError::NotFound`] for a ticket that is not the caller's, nor of somebody for whom they act.
pub async fn offer(app: &App, ctx: &Ctx, id: TicketId) -> Result<(Service, Vec<Provider>)> {
    let tenant = ctx.tenant_id();
    let mut tx = app.store.read(tenant).await?;
    let ticket = store::find(&mut tx, tenant, id)
        .await?
        .ok_or(AppError::NotFound)?
        .ticket;
    let reach = require_reach(&mut tx, ctx, ticket.patient_id, Resource::Ticket, Action::Read).await;
    reach.map_err(|_| AppError::NotFound)?;
    let service = services::find(&mut tx, tenant, ticket.service_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let mut found = Vec::new();
    for provider in store::providers(&mut tx, tenant, &ticket).await? {
        found.extend(providers::find(&mut tx, tenant, provider).await?);
    }
    Ok((service, found))
}

/// Grants a patient one booking. Doctors to those who come to them, the desk and admins to anybody.
///
/// # Errors
/// Fields that break a rule: `service_id` or `provider_id` with `unknown-id`, `valid_until` with `past`; [`AppError::NotFound`]
/// for a patient who is unknown or out of reach.
pub async fn create(app: &App, ctx: &Ctx, input: NewTicket, once: &Once<'_, NamedTicket>) -> Result<NamedTicket> {
    ctx.require(Resource::Ticket, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    once.begin(&mut tx, ctx).await?;
    require_reach(&mut tx, ctx, input.patient_id, Resource::Ticket, Action::Write).await?;
    kalends_store::patients::find(&mut tx, tenant, input.patient_id)
        .await?
        .filter(|it| !it.stamp.is_archived())
        .ok_or(AppError::NotFound)?;
    let mut check = Check::default();
    let note = check.optional_lines("note", input.note.as_deref(), NOTE_MAX);
    if let Some(end) = input.valid_until {
        check.whole_minutes("valid_until", end);
        if end <= ctx.now {
            check.fail("valid_until", "past");
        }
    }
    if stored::current::<Service>(&mut tx, tenant, &[input.service_id])
        .await?
        .is_empty()
    {
        check.fail("service_id", "unknown-id");
    }
    if let Some(id) = input.department_id {
        if input.provider_id.is_some() {
            check.fail("department_id", "not-with-provider");
        } else if stored::current::<Department>(&mut tx, tenant, &[id]).await?.is_empty() {
            check.fail("department_id", "unknown-id");
        }
    }
    let ticket = Ticket {
        id: app.new_id(),
        patient_id: input.patient_id,
        service_id: input.service_id,
        provider_id: input.provider_id,
        department_id: input.department_id,
        valid_until: input.valid_until,
        note,
        created_by: ctx.user_id(),
        created_at: ctx.now,
        revoked_at: None,
        spent_by: None,
    };
    if check.is_clean() && store::providers(&mut tx, tenant, &ticket).await?.is_empty() {
        // Nobody could ever be booked with it.
        let field = if ticket.department_id.is_some() {
            "department_id"
        } else {
            "provider_id"
        };
        check.fail(field, "does-not-give-service");
    }
    check.finish()?;
    store::insert(&mut tx, tenant, &ticket).await?;
    let mut entry = ctx.audit("create", "ticket", Some(ticket.id.uuid()));
    entry.patient_id = Some(ticket.patient_id);
    entry.detail = json!({
        "service_id": ticket.service_id, "provider_id": ticket.provider_id, "department_id": ticket.department_id,
        "valid_until": ticket.valid_until,
    });
    audit::insert(&mut tx, tenant, &[entry]).await?;
    let message = NewJob {
        id: app.new_id(),
        kind: "notify".into(),
        payload: json!({"notification": "ticket", "ticket_id": ticket.id, "patient_id": ticket.patient_id}),
        run_at: ctx.now,
    };
    jobs::enqueue(&mut tx, tenant, ctx.now, &[message]).await?;
    let made = store::find(&mut tx, tenant, ticket.id)
        .await?
        .ok_or_else(|| AppError::Internal("a ticket that was just made is not there".into()))?;
    once.finish(&mut tx, ctx, &made).await?;
    tx.commit().await?;
    Ok(made)
}

/// Takes a ticket back: it books nothing more. An appointment that was booked with it stays.
///
/// # Errors
/// [`AppError::NotFound`] for one that is unknown, out of reach or was taken back before; [`AppError::Forbidden`].
pub async fn revoke(app: &App, ctx: &Ctx, id: TicketId) -> Result<()> {
    ctx.require(Resource::Ticket, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    let found = store::find(&mut tx, tenant, id)
        .await?
        .ok_or(AppError::NotFound)?
        .ticket;
    require_reach(&mut tx, ctx, found.patient_id, Resource::Ticket, Action::Write).await?;
    if !store::revoke(&mut tx, tenant, id, ctx.now).await? {
        return Err(AppError::NotFound);
    }
    let mut entry = ctx.audit("revoke", "ticket", Some(id.uuid()));
    entry.patient_id = Some(found.patient_id);
    audit::insert(&mut tx, tenant, &[entry]).await?;
    Ok(tx.commit().await?)
}
