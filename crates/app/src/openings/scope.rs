//! Whose calendar somebody may see and change.

use kalends_domain::id::ProviderId;
use kalends_domain::permission::{Action, Resource, Scope};
use kalends_domain::provider::Provider;
use kalends_store::providers;
use kalends_store::tx::Tx;

use crate::ctx::{Actor, Ctx};
use crate::error::{AppError, Result};

/// How far the caller may see or change calendars; asked before anything is looked up.
///
/// # Errors
/// [`AppError::Unauthenticated`] or [`AppError::Forbidden`].
pub(crate) fn requirement(ctx: &Ctx, action: Action) -> Result<Scope> {
    ctx.require(Resource::Calendar, action)
}

/// The provider, if their calendar lies within `scope`: the caller's own, or one of their departments or sites.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown provider; [`AppError::Forbidden`] for one out of reach, since providers are no secret.
pub(crate) async fn calendar_of(tx: &mut Tx, ctx: &Ctx, scope: Scope, id: ProviderId) -> Result<Provider> {
    let provider = providers::find(tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)?;
    let Actor::User(user) = &ctx.actor else {
        return Ok(provider);
    };
    let within = match scope {
        Scope::Organisation => true,
        Scope::Own => user.provider_id == Some(id),
        Scope::Assigned => {
            let here = |assigned: &_| provider.location_ids.contains(assigned);
            let ours = |assigned: &_| provider.department_ids.contains(assigned);
            (user.locations.is_empty() || user.locations.iter().any(here))
                && (user.departments.is_empty() || user.departments.iter().any(ours))
        }
    };
    if within { Ok(provider) } else { Err(AppError::Forbidden) }
}
