//! What is on some dates of one provider's calendar at one location, ready to be drawn.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kalends_app::appointments::{self, Query};
use kalends_app::error::Result;
use kalends_app::{blocks, closures, slots};
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::block::Block;
use kalends_domain::closure::{Closure, ClosureStatus};
use kalends_domain::id::ProviderId;
use kalends_domain::opening::Opening;
use kalends_domain::page::{MAX_LIMIT, Page, PageRequest};
use kalends_domain::time::{Span, Zone};

use super::board::Board;
use super::item::{self, Item};
use crate::http::locale::Locale;

/// Everything on the dates that were asked for.
pub struct Sheet {
    pub days: Vec<Day>,
}

/// One date at the location.
pub struct Day {
    pub date: Date,
    /// The date's instants; none for a date that the clock there skips.
    pub span: Option<Span>,
    pub openings: Vec<Opening>,
    /// In order of time.
    pub items: Vec<Item>,
    /// Called off or declined: they take no time any more.
    pub cancelled: Vec<NamedAppointment>,
    pub closures: Vec<Closure>,
}

/// What is read once for all providers of a page: who is expected at the location, and when it is closed.
pub struct Place {
    first: Date,
    last: Date,
    appointments: Vec<NamedAppointment>,
    closures: Vec<Closure>,
}

impl Place {
    /// Reads the dates from `first` to `last`, for one provider or for all.
    pub async fn load(board: &Board, provider: Option<ProviderId>, first: Date, last: Date) -> Result<Self> {
        let (app, ctx) = (&board.app, &board.ctx);
        let (from, to) = bounds(board, first, last);
        let query = Query {
            from,
            to,
            provider_id: provider,
            location_id: Some(board.location.id),
            ..Query::default()
        };
        let (mut appointments, mut closures) = (Vec::new(), Vec::new());
        let mut pages = Pages::first();
        while let Some(page) = &pages.request {
            let found = appointments::list(app, ctx, page, query.clone()).await?;
            appointments.extend(pages.items(found));
        }
        let mut pages = Pages::first();
        while let Some(page) = &pages.request {
            let query = closures::Query {
                from,
                to,
                status: Some(ClosureStatus::Approved),
                ..closures::Query::default()
            };
            let found = closures::list(app, ctx, page, query).await?;
            closures.extend(pages.items(found));
        }
        Ok(Self {
            first,
            last,
            appointments,
            closures,
        })
    }
}

/// The instants of the dates at the location.
fn bounds(board: &Board, first: Date, last: Date) -> (Option<Timestamp>, Option<Timestamp>) {
    let span = board.zone.days(first, last);
    (span.map(|span| span.starts_at()), span.map(|span| span.ends_at()))
}

impl Sheet {
    /// Reads one provider's dates from `first` to `last`.
    pub async fn load(board: &Board, provider: ProviderId, first: Date, last: Date) -> Result<Self> {
        let place = Place::load(board, Some(provider), first, last).await?;
        Self::at(board, &place, provider).await
    }

    /// Reads the rest of one provider's dates.
    pub async fn at(board: &Board, place: &Place, provider: ProviderId) -> Result<Self> {
        let (app, ctx) = (&board.app, &board.ctx);
        let days = slots::calendar(app, ctx, provider, place.first, place.last, None).await?;
        let (from, to) = bounds(board, place.first, place.last);
        let mut blocks = Vec::new();
        let mut pages = Pages::first();
        while let Some(page) = &pages.request {
            let found = blocks::list(app, ctx, page, provider, from, to).await?;
            blocks.extend(pages.items(found));
        }
        let days = days.into_iter().map(|mut day| {
            let span = board.zone.day(day.date);
            let during = |other: &Span| span.is_some_and(|span| span.overlaps(other));
            let meets = |it: &&NamedAppointment| {
                it.appointment.provider_id == provider && board.zone.date_at(it.appointment.starts_at) == day.date
            };
            let (live, cancelled): (Vec<NamedAppointment>, Vec<NamedAppointment>) = place
                .appointments
                .iter()
                .filter(meets)
                .cloned()
                .partition(|it| it.appointment.status.holds_time());
            let blocks: Vec<Block> = blocks.iter().filter(|block| during(&block.span)).cloned().collect();
            let is_here = |it: &&Closure| it.extent.covers(provider, board.location.id) && during(&it.span);
            let closures: Vec<Closure> = place.closures.iter().filter(is_here).cloned().collect();
            day.openings.retain(|opening| opening.location_id == board.location.id);
            day.slots
                .retain(|cell| day.openings.iter().any(|opening| opening.span.contains(cell.starts_at)));
            Day {
                date: day.date,
                span,
                items: item::of_day(board.l, span, &day, &live, &blocks, &closures, ctx.now),
                openings: day.openings,
                cancelled,
                closures,
            }
        });
        Ok(Self { days: days.collect() })
    }

    /// One date of it.
    pub fn day(&self, date: Date) -> Option<&Day> {
        self.days.iter().find(|day| day.date == date)
    }
}

impl Day {
    /// How many times are free, and how many appointments there are.
    pub fn counts(&self) -> (i64, i64) {
        let free = self.items.iter().filter(|item| item.is_free()).count();
        let booked = self.items.iter().map(|item| item.booked).sum();
        (i64::try_from(free).unwrap_or(i64::MAX), booked)
    }

    /// How much of the open time is taken by appointments, in percent; none where nothing is open.
    pub fn taken(&self) -> Option<i64> {
        let open: SignedDuration = self.openings.iter().map(|opening| opening.span.duration()).sum();
        let booked: SignedDuration = self
            .items
            .iter()
            .filter(|item| item.is_appointment())
            .flat_map(|item| {
                self.openings
                    .iter()
                    .filter_map(|opening| item.span.intersection(&opening.span))
            })
            .map(|span| span.duration())
            .sum();
        let percent = |of: SignedDuration| of.as_mins().saturating_mul(100);
        (open.as_mins() > 0).then(|| (percent(booked) / open.as_mins()).min(100))
    }

    /// Whether a closure covers all of the open time, or all of a day without any.
    pub fn is_closed(&self) -> bool {
        let closed = |span: &Span| self.closures.iter().any(|closure| closure.span.encloses(span));
        if self.openings.is_empty() {
            self.span.as_ref().is_some_and(closed)
        } else {
            self.openings.iter().all(|opening| closed(&opening.span))
        }
    }

    /// The item that covers this instant.
    pub fn during(&self, instant: Timestamp) -> Option<&Item> {
        self.items.iter().find(|item| item.span.contains(instant))
    }

    /// The item that begins at this instant, whatever it is.
    pub fn at(&self, starts_at: Timestamp) -> Option<&Item> {
        self.items.iter().find(|item| item.span.starts_at() == starts_at)
    }
}

/// A walk through all pages of a list.
struct Pages {
    /// The page to ask for next; none after the last.
    request: Option<PageRequest>,
}

impl Pages {
    fn first() -> Self {
        Self {
            request: Some(PageRequest {
                limit: MAX_LIMIT,
                ..PageRequest::default()
            }),
        }
    }

    /// What is on a page; from then on the next one is asked for.
    fn items<T>(&mut self, page: Page<T>) -> Vec<T> {
        self.request = page.next.map(|next| PageRequest {
            limit: MAX_LIMIT,
            after: Some(next),
            ..PageRequest::default()
        });
        page.items
    }
}

/// What the location's clock shows, with its offset where it shows that time twice.
pub fn clock(l: Locale, zone: &Zone, at: Timestamp) -> String {
    let time = l.time(zone.local(at).time());
    match offset(zone, at) {
        Some(offset) => format!("{time} {offset}"),
        None => time,
    }
}

/// From when until when, as [`clock`] says it.
pub fn clock_range(l: Locale, zone: &Zone, span: &Span) -> String {
    let local = |at| zone.local(at).time();
    let range = l.time_range(local(span.starts_at()), local(span.ends_at()));
    match offset(zone, span.starts_at()) {
        Some(offset) => format!("{range} ({offset})"),
        None => range,
    }
}

/// The offset that tells a time from its twin, where the clock shows it twice: `+02:00`.
pub fn offset(zone: &Zone, at: Timestamp) -> Option<String> {
    let stamp = zone.is_repeated(at).then(|| zone.stamp(at))?;
    stamp.get(stamp.len().checked_sub(6)?..).map(str::to_owned)
}

/// A date and what the clock shows, as the language joins them.
pub fn dated(l: Locale, date: String, time: String) -> String {
    l.tf("format-date-time", &[("date", date.into()), ("time", time.into())])
}
