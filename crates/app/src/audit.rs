//! The audit trail: read by admins, and by patients as far as it is about them; sealed by a sweep.

use kalends_domain::audit::Outcome;
use kalends_domain::id::{PatientId, TenantId};
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_store::audit::{self as store, seal};
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};

pub use kalends_store::audit::{AuditFilter, AuditRecord};

/// One page of the organisation's trail.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but admins.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest, filter: AuditFilter) -> Result<Page<AuditRecord>> {
    ctx.require(Resource::Audit, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(store::list(&mut tx, ctx.tenant_id(), request, filter).await?)
}

/// One page of who saw or changed the caller's own record as a patient, or that of somebody for whom they fully act.
///
/// # Errors
/// [`AppError::Unauthenticated`], [`AppError::NotFound`] for a patient who is nothing to the caller, or
/// [`AppError::Forbidden`] for somebody who is no patient or may not act so far.
pub async fn list_own(
    app: &App,
    ctx: &Ctx,
    request: &PageRequest,
    patient: Option<PatientId>,
) -> Result<Page<AuditRecord>> {
    let patient = patient.or(ctx.signed_in()?.patient_id).ok_or(AppError::Forbidden)?;
    ctx.require_patient(patient, Resource::Patient, Action::Read)?;
    let filter = AuditFilter {
        patient_id: Some(patient),
        ..AuditFilter::default()
    };
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(store::list(&mut tx, ctx.tenant_id(), request, filter).await?)
}

/// An operation that somebody was refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The verb, as for what was done: `read`, `update`, `cancel`.
    pub action: String,
    pub resource: String,
    /// The id that they named, whether it exists or not.
    pub resource_id: Option<Uuid>,
    /// `forbidden` or `not-found`.
    pub why: &'static str,
    /// The operation's method and address, as a template.
    pub route: String,
    /// How many refusals before this one are not on the trail, since there were too many.
    pub left_out: u64,
}

/// Notes a refusal, after what was refused is rolled back.
///
/// # Errors
/// What the database refused.
pub async fn note_refusal(app: &App, ctx: &Ctx, refusal: Refusal) -> Result<()> {
    let mut entry = ctx.audit(&refusal.action, &refusal.resource, refusal.resource_id);
    entry.outcome = Outcome::Refused;
    entry.detail = json!({ "why": refusal.why, "route": refusal.route });
    if refusal.left_out > 0 {
        entry.detail["left_out"] = json!(refusal.left_out);
    }
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    store::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    Ok(tx.commit().await?)
}

/// Seals everything of one tenant that is committed and not sealed yet, and returns how many entries that were. Run it every
/// few seconds, and before the first request.
///
/// # Errors
/// What the database refused; what was sealed until then stays.
pub async fn seal(app: &App, tenant: TenantId) -> Result<u64> {
    let mut total = 0;
    loop {
        let mut tx = app.store.begin(tenant).await?;
        let sealed = seal::seal(&mut tx, tenant).await?;
        if sealed == 0 {
            return Ok(total);
        }
        tx.commit().await?;
        total += u64::try_from(sealed).unwrap_or(u64::MAX);
    }
}

/// The same for every tenant.
///
/// # Errors
/// As [`seal`].
pub async fn seal_all(app: &App) -> Result<u64> {
    let mut tx = app.store.read_untenanted().await?;
    let tenants = kalends_store::tenants::list(&mut tx).await?;
    drop(tx);
    let mut total = 0;
    for tenant in tenants {
        total += seal(app, tenant.id).await?;
    }
    Ok(total)
}

#[cfg(test)]
mod tests;
