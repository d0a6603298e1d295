//! A template's week as a table, the days in the reader's order.

use jiff::civil::Weekday as Day;
use kalends_domain::template::{Template, WeeklyWindow};
use kalends_domain::time::{LocalTime, Weekday};

use super::Desk;
use crate::http::locale::Locale;
use crate::pages::calendar::mode_words;
use crate::pages::kit::{Cell, Column, Row, Search, Table};

/// When it holds.
pub fn holds(l: Locale, it: &Template) -> String {
    let from = l.date(it.effective_from);
    let dates = match it.effective_until {
        Some(until) => l.date_range(it.effective_from, until),
        None => l.tf("hours-from-date", &[("date", from.into())]),
    };
    match it.every_weeks {
        1 => dates,
        n => {
            let every = l.tf("hours-every-n", &[("n", i64::from(n).into())]);
            format!("{dates} · {every}")
        }
    }
}

/// One row for each day with hours.
pub fn table(desk: &Desk, it: &Template) -> Table {
    let l = desk.l;
    let columns = vec![
        Column::new(l.t("hours-day")),
        Column::new(l.t("hours-open")),
        Column::new(l.t("hours-terms")),
    ];
    let rows = l.weekdays().into_iter().flat_map(|day| {
        let mut windows: Vec<&WeeklyWindow> = it.windows.iter().filter(|it| it.weekday == named(day)).collect();
        windows.sort_by_key(|it| it.window.from);
        windows.into_iter().map(move |window| {
            let range = format!("{}–{}", window.window.from, window.window.to);
            Row::new(vec![
                Cell::text(l.weekday(day)),
                Cell::code(range),
                Cell::text(terms(desk, window)),
            ])
        })
    });
    Table::new(l, desk.place(it), &Search::of(&desk.path()), columns).rows(rows)
}

/// How the window is cut, who may book in it, from when on, and what for.
fn terms(desk: &Desk, it: &WeeklyWindow) -> String {
    let l = desk.l;
    let publication = &it.publication;
    let mut terms = vec![
        l.tf("hours-slots", &[("n", i64::from(u32::from(it.slot_minutes)).into())]),
        mode_words(l, publication.mode),
    ];
    if let Some(release) = publication.release {
        terms.push(l.tf("hours-released", &[("time", l.minutes(i64::from(release.0)).into())]));
    }
    if !publication.services.is_empty() {
        terms.push(super::form::names(desk, &publication.services));
    }
    terms.join(" · ")
}

/// The day as templates name it.
pub fn named(day: Day) -> Weekday {
    let index = usize::from(day.to_monday_zero_offset().unsigned_abs());
    Weekday::ALL.get(index).copied().unwrap_or(Weekday::Monday)
}

/// The time as a field takes it: the end of the day is written 24:00, which no field of a browser knows.
pub fn time_value(time: LocalTime) -> String {
    if time == LocalTime::END_OF_DAY {
        "00:00".to_owned()
    } else {
        time.to_string()
    }
}
