//! A slot's details, with what can be done about it: book it for a patient, block it, ask why it is not free.

use askama::Template;
use jiff::Timestamp;
use kalends_app::error::Result;
use kalends_domain::permission::{Action as Doing, Resource};

use super::board::Board;
use super::item::{Item, What};
use super::sheet::{Day, Sheet, clock_range, dated};
use super::{appointment, book, group};
use crate::pages::kit::{Action, Actions, Blank, Cell, Dialog, Facts, Icon, Markup, Status};

#[derive(Template)]
#[template(path = "calendar/slot.html")]
struct Details {
    facts: Facts,
    /// What to know about a time that is not free.
    note: String,
    booking: Markup,
    actions: Actions,
}

/// The details; those of an appointment where one is by now.
pub async fn dialog(board: &Board, starts_at: Timestamp) -> Result<Option<Dialog>> {
    let Some((day, item)) = find(board, starts_at).await? else {
        return Ok(Some(gone(board, starts_at)));
    };
    // A seat of a group is booked as any time is; over others, as if it were free.
    let takes_seat = board.at.get("do") == "seat";
    let over = is_over(board);
    match item.what {
        What::Appointment(id) if !over => return appointment::dialog(board, id, None).await.map(Some),
        What::Group(id) if !takes_seat && !over => return group::dialog(board, id).await,
        _ => {}
    }
    let may_book = board.ctx.require(Resource::Appointment, Doing::Write).is_ok();
    let booking = if (item.is_free() || takes_seat || over) && may_book {
        book::start(board, starts_at).await?
    } else {
        Markup::default()
    };
    Ok(Some(details(board, &day, &item, booking)))
}

/// Whether the reader means to book over what is there.
pub fn is_over(board: &Board) -> bool {
    board.at.get("over") == "1" && board.ctx.require(Resource::Appointment, Doing::Override).is_ok()
}

/// The details with a booking that was refused: whatever became of the time, what was typed is there.
pub async fn refused(board: &Board, starts_at: Timestamp, booking: Markup) -> Result<Dialog> {
    match find(board, starts_at).await? {
        Some((day, item)) => Ok(details(board, &day, &item, booking)),
        None => {
            let title = board.l.day_time(board.zone.local(starts_at));
            Ok(Dialog::new(board.l, title, board.at.back(), booking))
        }
    }
}

fn details(board: &Board, day: &Day, item: &Item, booking: Markup) -> Dialog {
    let details = Details {
        facts: facts(board, day, item),
        note: note(board, item),
        booking,
        actions: Actions(actions(board, day, item)),
    };
    let title = dated(
        board.l,
        board.l.day(day.date),
        clock_range(board.l, &board.zone, &item.span),
    );
    Dialog::new(board.l, title, board.at.back(), Markup::of(&details))
}

/// What is on the calendar at this instant. A window may begin on the evening before.
async fn find(board: &Board, starts_at: Timestamp) -> Result<Option<(Day, Item)>> {
    let date = board.zone.date_at(starts_at);
    let first = date.yesterday().unwrap_or(date);
    let sheet = Sheet::load(board, board.provider_id(), first, date).await?;
    let mut days = sheet.days.into_iter().rev();
    Ok(days.find_map(|day| {
        let item = day.at(starts_at).or_else(|| day.during(starts_at)).cloned()?;
        Some((day, item))
    }))
}

fn facts(board: &Board, day: &Day, item: &Item) -> Facts {
    let l = board.l;
    let facts = Facts::new(l);
    if !board.at.get("q").is_empty() {
        // The heading says when; while somebody looks for a patient the list needs the room.
        return facts.row(l.t("calendar-status"), Cell::status(l, item.status));
    }
    facts
        .row(l.t("calendar-date"), Cell::text(l.date_long(day.date)))
        .row(
            l.t("calendar-time"),
            Cell::code(clock_range(board.l, &board.zone, &item.span)),
        )
        .row(l.t("calendar-status"), Cell::status(l, item.status))
        .row(l.t("calendar-doctor"), Cell::text(board.provider_name()))
        .row(
            l.t("calendar-location"),
            Cell::text(&board.location.name).second(board.zone.name()),
        )
}

fn note(board: &Board, item: &Item) -> String {
    match item.status {
        Status::Held => board.l.t("calendar-held-text"),
        Status::Past => board.l.t("calendar-past-text"),
        Status::Blocked if item.what == What::KeptFree => board.l.t("calendar-kept-free-text"),
        Status::Closed | Status::Blocked => item.title.clone(),
        _ => String::new(),
    }
}

fn actions(board: &Board, day: &Day, item: &Item) -> Vec<Action> {
    let l = board.l;
    let at = &board.at;
    let mut actions = Vec::new();
    let starts_at = item.span.starts_at();
    let is_over = item.span.ends_at() <= board.ctx.now;
    if item.status == Status::Available && board.ctx.require(Resource::Calendar, Doing::Write).is_ok() {
        let href = at.dialog(&[("slot", &starts_at.to_string()), ("do", "block")]);
        actions.push(Action::dialog(l.t("calendar-block-time"), href).icon(Icon("lock")));
    }
    if !is_over {
        actions.push(why(board, starts_at));
    }
    let href = at.page(&[("day", &day.date.to_string())]);
    actions.push(Action::dialog(l.t("calendar-whole-day"), href));
    actions
}

/// The way to the rules that decide about a time.
fn why(board: &Board, starts_at: Timestamp) -> Action {
    let local = board.zone.local(starts_at);
    let href = board.at.dialog(&[
        ("why", "1"),
        ("on", &local.date().to_string()),
        ("time", &board.l.time(local.time())),
    ]);
    let label = board
        .l
        .tf("why-title-time", &[("time", board.l.time(local.time()).into())]);
    Action::dialog(label, href).icon(Icon("circle-help"))
}

/// Where nothing is on the calendar: it was removed, or never was there.
fn gone(board: &Board, starts_at: Timestamp) -> Dialog {
    let l = board.l;
    let date = board.zone.date_at(starts_at);
    let blank = Blank::new(
        Icon("calendar-x"),
        l.t("calendar-no-slot"),
        l.t("calendar-no-slot-text"),
    )
    .action(why(board, starts_at))
    .action(Action::dialog(
        l.t("calendar-whole-day"),
        board.at.page(&[("day", &date.to_string())]),
    ));
    let title = l.day_time(board.zone.local(starts_at));
    Dialog::new(l, title, board.at.back(), Markup::of(&blank))
}
