//! Which appointments a caller may see and touch.

use kalends_domain::appointment::Appointment;
use kalends_domain::id::AppointmentId;
use kalends_domain::permission::{Action, Resource, Scope};
use kalends_store::appointments::{self as store, Visible};
use kalends_store::tx::Tx;

use crate::ctx::Ctx;
use crate::error::{AppError, Result};

/// How far the caller sees when they `action` this `resource`.
///
/// # Errors
/// [`AppError::Unauthenticated`], or [`AppError::Forbidden`] for whom the roles give nothing.
pub fn visible(ctx: &Ctx, resource: Resource, action: Action) -> Result<Visible> {
    let scope = ctx.require(resource, action)?;
    let Ok(user) = ctx.signed_in() else {
        return Ok(Visible::default());
    };
    match scope {
        Scope::Organisation => Ok(Visible::default()),
        Scope::Assigned => Ok(Visible {
            locations: user.locations.clone(),
            departments: user.departments.clone(),
            ..Visible::default()
        }),
        // Whoever is neither a provider nor a patient has no appointments of their own.
        Scope::Own if user.role.is_staff() => Ok(Visible {
            provider_id: Some(user.provider_id.ok_or(AppError::Forbidden)?),
            ..Visible::default()
        }),
        Scope::Own if user.patient_id.is_none() => Err(AppError::Forbidden),
        Scope::Own => Ok(Visible {
            patients: Some(user.patients(resource, action)),
            ..Visible::default()
        }),
    }
}

/// Why an appointment was not found among those that the caller may change: it may be one that they see and no more.
///
/// # Errors
/// [`AppError::Forbidden`] then, else [`AppError::NotFound`].
pub async fn found(tx: &mut Tx, ctx: &Ctx, id: AppointmentId, found: Option<Appointment>) -> Result<Appointment> {
    if let Some(found) = found {
        return Ok(found);
    }
    if ctx.is_staff() {
        return Err(AppError::NotFound);
    }
    let seen = visible(ctx, Resource::Appointment, Action::Read)?;
    match store::find(tx, ctx.tenant_id(), &seen, id).await? {
        Some(_) => Err(AppError::Forbidden),
        None => Err(AppError::NotFound),
    }
}
