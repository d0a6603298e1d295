//! Requests: appointments that somebody has to agree to. Their time is taken until they are answered, or expire.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::appointment::{NamedAppointment, Range, Status};
use kalends_domain::hold::Hold;
use kalends_domain::id::{PatientId, TenantId};
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_store::appointments as store;
use kalends_store::{holds, tenants};

use crate::app::App;
use crate::appointments::access::visible;
use crate::appointments::{self, Query, Stepped};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};

/// Why the program itself declined a request: stands as `status_reason`.
pub const EXPIRED: &str = "expired";

/// A request, with what helps to decide about it.
#[derive(Clone, Debug)]
pub struct Request {
    pub named: NamedAppointment,
    /// When it is declined if nobody answers, unless the patient is asked about another time.
    pub expires_at: Timestamp,
    /// The other time that the patient was asked about, while they may still answer.
    pub proposal: Option<Hold>,
    pub numbers: Numbers,
}

/// What became of a patient's appointments, as far as the caller may see them; requests are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Booked, or under way.
    pub coming: i64,
    pub came: i64,
    pub no_shows: i64,
    pub cancelled: i64,
}

impl Numbers {
    fn count(&mut self, status: Status, count: i64) {
        match status {
            Status::Booked | Status::Arrived | Status::InProgress => self.coming += count,
            Status::Fulfilled => self.came += count,
            Status::NoShow => self.no_shows += count,
            Status::Cancelled => self.cancelled += count,
            Status::Pending | Status::Declined => {}
        }
    }
}

/// One page of the requests that the caller may answer: by their time, or as the page's order says (`created_at`: the oldest
/// first).
///
/// # Errors
/// [`AppError::Forbidden`] for who answers none.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest) -> Result<Page<Request>> {
    let within = visible(ctx, Resource::Appointment, Action::Write)?;
    if !ctx.is_staff() {
        return Err(AppError::Forbidden);
    }
    let query = Query {
        statuses: vec![Status::Pending],
        ..Query::default()
    };
    let page = appointments::list(app, ctx, request, query).await?;
    let patients: Vec<PatientId> = page.items.iter().map(|it| it.appointment.patient_id).collect();
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let counts = store::counts_of_patients(&mut tx, ctx.tenant_id(), &within, &patients).await?;
    let proposals = holds::list_proposed(&mut tx, ctx.tenant_id(), ctx.now).await?;
    drop(tx);
    let items = page.items.into_iter().map(|named| {
        let of = &named.appointment;
        let mut numbers = Numbers::default();
        for (_, status, count) in counts.iter().filter(|(patient, ..)| *patient == of.patient_id) {
            numbers.count(*status, *count);
        }
        let proposed = |hold: &&Hold| hold.proposed.as_ref().is_some_and(|it| it.appointment_id == of.id);
        Request {
            expires_at: ctx.tenant.settings.request_expires_at(of.updated_at, of.starts_at),
            proposal: proposals.iter().find(proposed).cloned(),
            numbers,
            named,
        }
    });
    Ok(Page {
        items: items.collect(),
        next: page.next,
    })
}

/// How many requests wait for the caller.
///
/// # Errors
/// When the role sees none.
pub async fn count(app: &App, ctx: &Ctx) -> Result<i64> {
    let query = Query {
        statuses: vec![Status::Pending],
        ..Query::default()
    };
    let counts = appointments::counts(app, ctx, query).await?;
    Ok(counts.into_iter().map(|(_, count)| count).sum())
}

/// Declines what nobody answered in time, which frees its time, and says how many: a sweep.
///
/// # Errors
/// What the database refused.
pub async fn expire(app: &App, tenant: TenantId) -> Result<u64> {
    let now = app.now();
    let mut tx = app.store.read(tenant).await?;
    let Some(tenant) = tenants::find(&mut tx, tenant).await? else {
        return Ok(0);
    };
    let hours = |hours: i32| SignedDuration::from_hours(i64::from(hours));
    let before = hours(tenant.settings.requests_expire_before_hours.unwrap_or_default());
    let starts_before = now.saturating_add(before).unwrap_or(now);
    let after = tenant.settings.requests_expire_after_hours.map(hours);
    let asked_before = after.and_then(|after| now.saturating_sub(after).ok());
    let expired = store::expired_requests(&mut tx, tenant.id, now, starts_before, asked_before).await?;
    drop(tx);
    let ctx = Ctx::system(tenant, now);
    let mut declined = 0;
    for id in expired {
        let with = Stepped {
            range: Range::This,
            reason: Some(EXPIRED.to_owned()),
            expected: None,
        };
        match appointments::decline(app, &ctx, id, with).await {
            Ok(_) => declined += 1,
            // Somebody answered at this very moment.
            Err(AppError::WrongState(_) | AppError::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(declined)
}

#[cfg(test)]
mod tests;
