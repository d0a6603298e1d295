//! A provider's calendar as staff see it, day by day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::id::{ProviderId, ServiceId};
use kalends_domain::opening::Opening;
use kalends_domain::permission::Action;
use kalends_domain::slot::{Busy, Calendar, Cell, Site};
use kalends_domain::time::Zone;
use kalends_store::{allocations, closures, openings, sites};

use super::Among;
use super::grounds::{busy, context};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::openings::{calendar_of, checked_dates, requirement};

/// One date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    /// In order of time.
    pub openings: Vec<Opening>,
    /// The slots of the openings, in order of time.
    pub slots: Vec<Cell>,
    /// All that takes time on this date, in openings or outside them; no expired holds.
    pub busy: Vec<Allocation>,
}

/// A provider's days from `first` to `last`, each with what is on it. An opening's slots are on its own date at its location;
/// what takes time is dated by the clock of the provider's first location. Slots are as long as the service, or as each
/// opening's own.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown provider or service, [`AppError::Forbidden`] for a calendar out of reach, or a range
/// that is reversed or too long.
pub async fn calendar(
    app: &App,
    ctx: &Ctx,
    provider: ProviderId,
    first: Date,
    last: Date,
    service: Option<ServiceId>,
) -> Result<Vec<Day>> {
    let scope = requirement(ctx, Action::Read)?;
    let span = checked_dates(first, last)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.read(tenant).await?;
    let of_provider = calendar_of(&mut tx, ctx, scope, provider).await?;
    let openings = openings::list(&mut tx, tenant, provider, span).await?;
    let mut taken = allocations::list(&mut tx, tenant, Bookable::Provider(provider), span).await?;
    let closings = closures::closings(&mut tx, tenant, span).await?;
    let sites = sites::list(&mut tx, tenant, service).await?;
    let terms = match service {
        Some(service) => {
            let among = Among::Provider(service, provider);
            let context = context(&ctx.tenant, ctx.now, None);
            let found = kalends_store::standings::list(&mut tx, tenant, among, &context).await?;
            let (rules, givings) = found.ok_or(AppError::NotFound)?;
            Some(givings.first().map_or(rules.terms, |giving| giving.terms))
        }
        None => None,
    };
    drop(tx);

    let times = taken.iter().map(busy).collect::<Result<Vec<Busy>>>()?;
    let mut days = Days::new(first, last);
    for site in &sites {
        let here: Vec<Opening> = openings
            .iter()
            .filter(|opening| opening.location_id == site.location_id)
            .cloned()
            .collect();
        let seen = [Site {
            location_id: site.location_id,
            zone: &site.zone,
            archived: site.archived,
            rooms: &[],
        }];
        let calendar = Calendar {
            now: ctx.now,
            sites: &seen,
            openings: &here,
            busy: &times,
            closings: &closings,
        };
        for cell in calendar.cells(span, terms) {
            // A window that begins in the evening may run on: its slots stay with it.
            let date = here
                .iter()
                .find(|opening| opening.span.contains(cell.starts_at))
                .map_or_else(|| site.zone.date_at(cell.starts_at), |opening| opening.local_date);
            days.add(date, |day| day.slots.push(cell));
        }
        for opening in here {
            days.add(opening.local_date, |day| day.openings.push(opening));
        }
    }
    let home = of_provider
        .location_ids
        .iter()
        .find_map(|id| sites.iter().find(|site| site.location_id == *id))
        .or_else(|| sites.first());
    taken.retain(|it| !matches!(it.owner, Owner::Hold { expires_at, .. } if expires_at <= ctx.now));
    if let Some(home) = home {
        for allocation in taken {
            for date in dates(&home.zone, &allocation) {
                days.add(date, |day| day.busy.push(allocation.clone()));
            }
        }
    }
    Ok(days.in_order())
}

/// The dates on which some of it lies.
fn dates(zone: &Zone, allocation: &Allocation) -> impl Iterator<Item = Date> {
    let last_instant = allocation.ends_at.checked_sub(jiff::SignedDuration::from_nanos(1));
    let last = zone.date_at(last_instant.unwrap_or(allocation.ends_at));
    zone.date_at(allocation.starts_at)
        .series(jiff::Span::new().days(1))
        .take_while(move |date| *date <= last)
}

struct Days(BTreeMap<Date, Day>);

impl Days {
    fn new(first: Date, last: Date) -> Self {
        let all = first
            .series(jiff::Span::new().days(1))
            .take_while(|date| *date <= last)
            .map(|date| {
                let day = Day {
                    date,
                    openings: Vec::new(),
                    slots: Vec::new(),
                    busy: Vec::new(),
                };
                (date, day)
            });
        Self(all.collect())
    }

    fn add(&mut self, date: Date, what: impl FnOnce(&mut Day)) {
        if let Some(day) = self.0.get_mut(&date) {
            what(day);
        }
    }

    fn in_order(self) -> Vec<Day> {
        let mut days: Vec<Day> = self.0.into_values().collect();
        for day in &mut days {
            day.openings.sort_by_key(|opening| opening.span.starts_at());
            day.slots.sort_by_key(|cell| cell.starts_at);
        }
        days
    }
}
