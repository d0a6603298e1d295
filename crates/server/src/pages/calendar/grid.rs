//! The calendar itself: a month of days, a week of columns, or one day with several providers beside each other.

use jiff::civil::{Date, Time};
use kalends_app::error::{AppError, Result};
use kalends_domain::id::ProviderId;
use kalends_domain::provider::Provider;
use kalends_domain::time::Span as Stretch;

use super::address::Address;
use super::board::Board;
use super::by_room;
use super::item::{Item, closure_name};
use super::sheet::{Day as SheetDay, Place, Sheet, clock, offset};
use super::view::View;
use crate::pages::kit::{Day, Lane, Markup, Month, Slot, Span, Status, Timeline};

/// As many times of a day as a month's cell has room for.
const CHIPS: usize = 4;
/// As many providers beside each other as a screen has room for, where nobody chose them.
const LANES: usize = 6;

/// What the view shows.
pub struct Grid {
    pub markup: Markup,
    /// Whether there is any opening in it; by room, whether there is any room.
    pub is_open: bool,
}

impl Grid {
    pub async fn load(board: &Board) -> Result<Self> {
        let (first, last) = board.view.dates();
        if by_room::is_asked(board) {
            let grid = by_room::grid(board).await?;
            return Ok(Self {
                is_open: grid.is_some(),
                markup: grid.unwrap_or_default(),
            });
        }
        match board.view {
            View::Month(_) => {
                let sheet = Sheet::load(board, board.provider.id, first, last).await?;
                Ok(month(board, first, &sheet))
            }
            View::Week(_) => {
                let sheet = Sheet::load(board, board.provider.id, first, last).await?;
                Ok(week(board, &sheet))
            }
            View::Day(date) => day(board, date).await,
        }
    }
}

fn month(board: &Board, first: Date, sheet: &Sheet) -> Grid {
    let days = sheet.days.iter().map(|day| month_day(board, day)).collect();
    Grid {
        markup: Markup::of(&Month::new(board.l, first, board.today, days)),
        is_open: is_open(sheet),
    }
}

fn is_open(sheet: &Sheet) -> bool {
    sheet.days.iter().any(|day| !day.openings.is_empty())
}

fn month_day(board: &Board, day: &SheetDay) -> Day {
    // Of today, what is still to come.
    let still = |item: &&Item| day.date != board.today || item.span.ends_at() > board.ctx.now;
    let shown: Vec<&Item> = match day.items.iter().filter(still).collect::<Vec<_>>() {
        rest if rest.is_empty() => day.items.iter().collect(),
        rest => rest,
    };
    let slots = shown.iter().take(CHIPS).map(|item| {
        Slot::new(
            clock(board.l, &board.zone, item.span.starts_at()),
            item.status,
            item.href(&board.at),
        )
        .note(&item.title)
    });
    let closed = day.closures.first();
    Day {
        date: day.date,
        href: board.at.page(&[("day", &day.date.to_string())]),
        note: closed.map(|closure| closure_name(board.l, closure)).unwrap_or_default(),
        closed: day.is_closed(),
        slots: slots.collect(),
        more: i64::try_from(day.items.len().saturating_sub(shown.len().min(CHIPS))).unwrap_or(i64::MAX),
        taken: day.taken(),
        free: day.counts().0,
        summary: load(board, day),
    }
}

fn week(board: &Board, sheet: &Sheet) -> Grid {
    let lanes = sheet.days.iter().map(|day| {
        Lane::new(board.l.day(day.date), load(board, day), spans(board, &board.at, day))
            .href(board.at.page(&[("day", &day.date.to_string())]))
            .now((day.date == board.today).then(|| board.now()))
    });
    let label = format!("{}, {}", board.provider.full_name(), board.view.title(board.l));
    Grid {
        markup: Markup::of(&Timeline::new(board.l, label, lanes.collect())),
        is_open: is_open(sheet),
    }
}

async fn day(board: &Board, date: Date) -> Result<Grid> {
    let mut lanes = Vec::new();
    let mut is_open = false;
    let place = Place::load(board, None, date, date).await?;
    for provider in beside(board) {
        let sheet = match Sheet::at(board, &place, provider.id).await {
            Ok(sheet) => sheet,
            // One who left somebody's reach is left out; the others are still there.
            Err(AppError::Forbidden | AppError::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let Some(day) = sheet.day(date) else { continue };
        is_open |= !day.openings.is_empty();
        let at = board.at.moved(&[("provider", &provider.id.to_string())]);
        lanes.push(
            Lane::new(provider.full_name(), load(board, day), spans(board, &at, day))
                .href(at.page(&[("day", &date.to_string())]))
                .now((date == board.today).then(|| board.now())),
        );
    }
    Ok(Grid {
        markup: Markup::of(&Timeline::new(board.l, board.view.title(board.l), lanes)),
        is_open,
    })
}

/// Whom a day shows: those who were chosen, else the first who work at the location; always the one in question.
pub fn beside(board: &Board) -> Vec<&Provider> {
    let chosen: Vec<ProviderId> = board
        .at
        .get("providers")
        .split(',')
        .filter_map(|id| id.parse().ok())
        .collect();
    let here =
        |provider: &&Provider| provider.location_ids.is_empty() || provider.location_ids.contains(&board.location.id);
    let others = board.providers.iter().filter(|other| other.id != board.provider.id);
    let mut found: Vec<&Provider> = if board.at.is_own() {
        Vec::new()
    } else if chosen.is_empty() {
        others.filter(here).take(LANES - 1).collect()
    } else {
        others.filter(|other| chosen.contains(&other.id)).collect()
    };
    found.push(&board.provider);
    board.l.sort_by_name(&mut found, |provider| &provider.family_name);
    found
}

/// `12 free, 4 booked`, or nothing where nothing is open.
pub fn load(board: &Board, day: &SheetDay) -> String {
    if let (Some(closure), true) = (day.closures.first(), day.is_closed()) {
        return closure_name(board.l, closure);
    }
    let (free, booked) = day.counts();
    if day.openings.is_empty() && booked == 0 {
        return board.l.t("calendar-not-open");
    }
    board
        .l
        .tf("calendar-day-load", &[("free", free.into()), ("booked", booked.into())])
}

fn spans(board: &Board, at: &Address, day: &SheetDay) -> Vec<Span> {
    let open = day.openings.iter().map(|opening| {
        let (from, to) = times(board, day, &opening.span);
        Span::open(from, to)
    });
    let entries = day.items.iter().filter(|item| item.status != Status::Past).map(|item| {
        let (from, to) = times(board, day, &item.span);
        let title = match offset(&board.zone, item.span.starts_at()) {
            Some(offset) => format!("{offset} {}", item.title),
            None => item.title.clone(),
        };
        Span::entry(from, to, item.status, title)
            .text(&item.text)
            .href(item.href(at))
    });
    open.chain(entries).collect()
}

/// The clock's times from and to, as far as they lie on the day; midnight is its end.
fn times(board: &Board, day: &SheetDay, span: &Stretch) -> (Time, Time) {
    let span = day.span.and_then(|of_day| span.intersection(&of_day)).unwrap_or(*span);
    let time = |at| board.zone.local(at).time();
    (time(span.starts_at()), time(span.ends_at()))
}
