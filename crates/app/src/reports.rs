//! Numbers about the calendar: for the dashboards and the reports.

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_domain::id::LocationId;
use kalends_domain::permission::{Action, Resource, Scope};
use kalends_domain::report::{ProviderUse, StatusCount};
use kalends_domain::time::Zone;
use kalends_store::reports::{self as store, Counted};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};

/// The longest report, in days.
const MAX_DAYS: i32 = 400;

/// Which days, in which zone, where.
#[derive(Clone, Debug)]
pub struct Period {
    pub from: Date,
    /// Included.
    pub to: Date,
    pub zone: Zone,
    pub location_id: Option<LocationId>,
}

/// How full the providers' time was, and what became of the appointments.
#[derive(Clone, Debug)]
pub struct Utilisation {
    /// One line each, by name; a doctor sees only their own.
    pub providers: Vec<ProviderUse>,
    pub statuses: Vec<StatusCount>,
}

/// Utilisation over a period of at most 400 days.
///
/// # Errors
/// [`AppError::Forbidden`], or `to` before `from`.
pub async fn utilisation(app: &App, ctx: &Ctx, period: &Period) -> Result<Utilisation> {
    let scope = ctx.require(Resource::Report, Action::Read)?;
    let provider_id = match scope {
        Scope::Own => Some(ctx.signed_in()?.provider_id.ok_or(AppError::NotFound)?),
        Scope::Assigned | Scope::Organisation => None,
    };
    let (from, to) = instants(period)?;
    let counted = Counted {
        provider_id,
        location_id: period.location_id,
    };
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(Utilisation {
        providers: store::provider_use(&mut tx, ctx.tenant_id(), from, to, counted).await?,
        statuses: store::status_counts(&mut tx, ctx.tenant_id(), from, to, counted).await?,
    })
}

/// The period as instants, half-open.
fn instants(period: &Period) -> Result<(Timestamp, Timestamp)> {
    let days = period.from.until(period.to).map(|span| span.get_days()).unwrap_or(-1);
    if !(0..=MAX_DAYS).contains(&days) {
        return Err(AppError::field("to", "out-of-range"));
    }
    let span = period
        .zone
        .days(period.from, period.to)
        .ok_or_else(|| AppError::field("from", "malformed"))?;
    Ok((span.starts_at(), span.ends_at()))
}
