//! What takes the time of a room or a piece of equipment.

use std::collections::HashMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::id::{AppointmentId, ResourceId};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::slot::Own;
use kalends_domain::time::Span;
use kalends_store::appointments::{self, AppointmentFilter};
use kalends_store::{allocations, sites};

use crate::app::App;
use crate::appointments::access::visible;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::openings::checked_dates;

/// What takes time of a resource on one date at its location.
#[derive(Clone, Debug)]
pub struct Day {
    pub date: Date,
    /// In order of time.
    pub taken: Vec<Taken>,
}

/// A stretch that is taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub span: Span,
    pub allocation: Allocation,
    /// The appointment, where the caller may see it.
    pub appointment: Option<NamedAppointment>,
}

/// What takes time of a resource on the dates from `first` to `last` at its location. Expired holds are left out.
///
/// # Errors
/// [`AppError::NotFound`], when the caller is not staff, or for dates that are not to be shown at once.
pub async fn calendar(app: &App, ctx: &Ctx, id: ResourceId, first: Date, last: Date) -> Result<Vec<Day>> {
    let visible = visible(ctx, Resource::Appointment, Action::Read)?;
    let resource = super::get(app, ctx, id).await?;
    checked_dates(first, last)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.read(tenant).await?;
    let site = sites::list(&mut tx, tenant, None).await?;
    let site = site.into_iter().find(|site| site.location_id == resource.location_id);
    let zone = site.ok_or(AppError::NotFound)?.zone;
    let Some(span) = zone.days(first, last) else {
        return Ok(Vec::new());
    };
    let mut taken = allocations::list(&mut tx, tenant, Bookable::Resource(id), span).await?;
    taken.retain(|it| it.owner.counts(ctx.now, Own::default()));
    let filter = AppointmentFilter {
        from: Some(span.starts_at()),
        to: Some(span.ends_at()),
        resource_id: Some(id),
        visible,
        ..AppointmentFilter::default()
    };
    let mut appointments: HashMap<AppointmentId, NamedAppointment> = HashMap::new();
    let mut request = Some(PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    });
    while let Some(asked) = request {
        let page = appointments::list(&mut tx, tenant, &asked, &filter).await?;
        appointments.extend(page.items.into_iter().map(|it| (it.appointment.id, it)));
        request = page.next.map(|after| PageRequest {
            after: Some(after),
            ..asked
        });
    }
    drop(tx);
    let taken: Vec<Taken> = taken
        .into_iter()
        .filter_map(|it| {
            Some(Taken {
                span: Span::new(it.starts_at, it.ends_at).ok()?,
                appointment: match it.owner {
                    Owner::Appointment(id) => appointments.get(&id).cloned(),
                    _ => None,
                },
                allocation: it,
            })
        })
        .collect();
    let mut days = Vec::new();
    for date in first.series(1.day()).take_while(|date| *date <= last) {
        let of_day = zone.day(date);
        let meets = |it: &&Taken| of_day.is_some_and(|day| day.overlaps(&it.span));
        days.push(Day {
            date,
            taken: taken.iter().filter(meets).cloned().collect(),
        });
    }
    Ok(days)
}
