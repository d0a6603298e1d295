//! A doctor's time in numbers: this month, the days to come, the weeks to come.

use std::collections::HashMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::locations;
use kalends_app::reports::{self, Period, Utilisation};
use kalends_app::slots::{self, Day};
use kalends_domain::allocation::Owner;
use kalends_domain::appointment::Status;
use kalends_domain::id::{LocationId, ProviderId};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::report::percent;
use kalends_domain::slot::CellStatus;
use kalends_domain::time::Zone;

use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Blank, Cell, Column, Icon, Row, Search, Table, Tile, Tiles};

/// How far ahead the next free time is looked for.
const AHEAD: i32 = 60;
/// The days of the overview.
const DAYS: usize = 7;
/// The weeks after them.
const WEEKS: i32 = 4;

/// The calendar from today on.
///
/// # Errors
/// What the database refused.
pub async fn days(state: &AppState, ctx: &Ctx, zone: &Zone, provider: ProviderId) -> Result<Vec<Day>> {
    let today = zone.date_at(ctx.now);
    slots::calendar(&state.app, ctx, provider, today, plus(today, AHEAD), None).await
}

fn plus(date: Date, days: i32) -> Date {
    date.checked_add(days.days()).unwrap_or(date)
}

async fn utilisation(state: &AppState, ctx: &Ctx, zone: &Zone, from: Date, to: Date) -> Result<Utilisation> {
    let period = Period {
        from,
        to,
        zone: zone.clone(),
        location_id: None,
    };
    reports::utilisation(&state.app, ctx, &period).await
}

/// This month so far: how many were seen and how many did not come, how full it was; and the next free time.
///
/// # Errors
/// What the database refused.
pub async fn numbers(state: &AppState, ctx: &Ctx, l: Locale, zone: &Zone, days: &[Day]) -> Result<Tiles> {
    let today = zone.date_at(ctx.now);
    let month = utilisation(state, ctx, zone, today.first_of_month(), today).await?;
    let count = |wanted: Status| {
        let of = month.statuses.iter().find(|it| it.status == wanted);
        of.map_or(0, |it| it.appointments)
    };
    let (seen, missed) = (count(Status::Fulfilled), count(Status::NoShow));
    let share = |part: i64, whole: i64| percent(part, whole).map(|percent| l.percent(percent));
    let full = month
        .providers
        .first()
        .and_then(|it| share(it.booked_minutes, it.open_minutes));
    let since = l.month(today);
    let mut no_shows = Tile::new(Icon("user-x"), l.t("doctor-missed"), l.number(missed)).note(since.clone());
    if let Some(share) = share(missed, seen + missed) {
        no_shows = no_shows.note(l.tf("doctor-missed-share", &[("share", share.into())]));
    }
    let next = days
        .iter()
        .flat_map(|day| &day.slots)
        .find(|cell| cell.status == CellStatus::Available && cell.starts_at >= ctx.now);
    let free = match next {
        Some(cell) => {
            let local = zone.local(cell.starts_at);
            Tile::new(Icon("calendar-plus"), l.t("doctor-next-free"), l.day_time(local))
                .note(l.days_away(today, local.date()))
                .href(format!("/doctor/calendar?view=day&date={}", local.date()))
        }
        None => Tile::new(Icon("calendar-plus"), l.t("doctor-next-free"), "–").note(l.t("doctor-nothing-free")),
    };
    Ok(Tiles(vec![
        Tile::new(Icon("user-check"), l.t("doctor-seen"), l.number(seen)).note(since.clone()),
        no_shows,
        Tile::new(Icon("gauge"), l.t("doctor-full"), full.unwrap_or_else(|| "–".into())).note(since),
        free,
    ]))
}

/// The coming days: when and where, how many are booked and how many times are free.
///
/// # Errors
/// What the database refused.
pub async fn week(state: &AppState, ctx: &Ctx, l: Locale, zone: &Zone, days: &[Day]) -> Result<Table> {
    let all = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let places = locations::list(&state.app, ctx, &all).await?.items;
    let names: HashMap<LocationId, (&str, Zone)> = places
        .iter()
        .filter_map(|it| Some((it.id, (it.name.as_str(), Zone::new(&it.time_zone).ok()?))))
        .collect();
    let columns = vec![
        Column::new(l.t("doctor-weekday")),
        Column::new(l.t("doctor-hours")),
        Column::new(l.t("doctor-appointments")).end(),
        Column::new(l.t("doctor-free")).end(),
    ];
    let rows = days.iter().take(DAYS).map(|day| {
        let hours: Vec<String> = day
            .openings
            .iter()
            .map(|opening| {
                let zone = names.get(&opening.location_id).map_or(zone, |(_, zone)| zone);
                let local = |at| zone.local(at).time();
                l.time_range(local(opening.span.starts_at()), local(opening.span.ends_at()))
            })
            .collect();
        let mut at: Vec<&str> = day
            .openings
            .iter()
            .filter_map(|opening| names.get(&opening.location_id).map(|(name, _)| *name))
            .collect();
        at.dedup();
        let booked = day
            .busy
            .iter()
            .filter(|it| matches!(it.owner, Owner::Appointment(_)))
            .count();
        let free = day
            .slots
            .iter()
            .filter(|cell| cell.status == CellStatus::Available)
            .count();
        let number = |count: usize| l.number(i64::try_from(count).unwrap_or(i64::MAX));
        let hours = if hours.is_empty() {
            Cell::muted(l.t("doctor-off"))
        } else {
            Cell::text(hours.join(", ")).second(l.list(&at))
        };
        Row::new(vec![
            Cell::link(l.day(day.date), format!("/doctor/calendar?view=day&date={}", day.date)),
            hours,
            Cell::text(number(booked)),
            Cell::text(number(free)),
        ])
    });
    let none = Blank::new(Icon("calendar"), l.t("doctor-empty"), l.t("doctor-empty-text"));
    Ok(
        Table::new(l, l.t("doctor-week-title"), &Search::of("/doctor/profile"), columns)
            .rows(rows)
            .blank(none),
    )
}

/// The coming weeks: open and booked time.
///
/// # Errors
/// What the database refused.
pub async fn weeks(state: &AppState, ctx: &Ctx, l: Locale, zone: &Zone) -> Result<Table> {
    let today = zone.date_at(ctx.now);
    let mut rows = Vec::new();
    for week in 0..WEEKS {
        let from = plus(today, 7 * week);
        let to = plus(from, 6);
        let found = utilisation(state, ctx, zone, from, to).await?.providers;
        let own = found.first();
        let minutes = |minutes: Option<i64>| Cell::text(l.minutes(minutes.unwrap_or_default()));
        rows.push(Row::new(vec![
            Cell::text(l.date_range(from, to)),
            minutes(own.map(|it| it.open_minutes)),
            minutes(own.map(|it| it.booked_minutes)),
            Cell::text(l.number(own.map_or(0, |it| it.appointments))),
        ]));
    }
    let columns = vec![
        Column::new(l.t("doctor-week")),
        Column::new(l.t("reports-open")).end(),
        Column::new(l.t("reports-booked")).end(),
        Column::new(l.t("reports-appointments")).end(),
    ];
    Ok(Table::new(l, l.t("doctor-schedule"), &Search::of("/doctor/profile"), columns).rows(rows))
}
