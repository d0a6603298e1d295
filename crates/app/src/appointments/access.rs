//! Which appointments a caller may see and touch.

use kalends_domain::permission::{Action, Resource, Scope};
use kalends_store::appointments::Visible;

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
        Scope::Own => Ok(Visible {
            patient_id: Some(user.patient_id.ok_or(AppError::Forbidden)?),
            ..Visible::default()
        }),
    }
}
