//! A day from the side: its hours, and every time with what became of it.

use askama::Template;
use jiff::civil::Date;
use kalends_app::error::Result;
use kalends_domain::permission::{Action as Doing, Resource};

use super::board::Board;
use super::generate::mode_words;
use super::grid;
use super::item::closure_name;
use super::sheet::{Day, Sheet, clock_range};
use super::view::View;
use crate::http::locale::Locale;
use crate::pages::kit::{Action, Actions, Dialog, Icon, Markup, Status};

#[derive(Template)]
#[template(path = "calendar/panel.html")]
struct Panel {
    l: Locale,
    lead: String,
    closures: Vec<String>,
    hours: Vec<Hours>,
    actions: Actions,
    lines: Vec<Line>,
    cancelled: Vec<Line>,
}

/// An opening.
struct Hours {
    when: String,
    text: String,
    /// Empty where nothing can be changed any more.
    href: String,
}

/// A time of the day.
struct Line {
    when: String,
    status: Status,
    /// Who, or why; the status's own word where there is neither.
    title: String,
    text: String,
    href: String,
}

/// The day; none where it cannot be shown.
pub async fn dialog(board: &Board, date: Date) -> Result<Option<Dialog>> {
    let sheet = Sheet::load(board, board.provider_id(), date, date).await?;
    Ok(sheet.day(date).map(|day| {
        let panel = panel(board, day);
        Dialog::new(board.l, board.l.date_long(date), board.at.page(&[]), Markup::of(&panel)).side()
    }))
}

fn panel(board: &Board, day: &Day) -> Panel {
    let l = board.l;
    let at = &board.at;
    let may_write = board.ctx.require(Resource::Calendar, Doing::Write).is_ok();
    let is_over = day.span.is_none_or(|span| span.ends_at() <= board.ctx.now);
    let hours = day.openings.iter().map(|opening| {
        let can_change = may_write && opening.span.ends_at() > board.ctx.now;
        let length = l.minutes(i64::from(opening.slot_minutes.minutes().0));
        Hours {
            when: clock_range(board.l, &board.zone, &opening.span),
            text: format!("{length} · {}", mode_words(l, opening.publication.mode)),
            href: if can_change {
                at.dialog(&[("opening", &opening.id.to_string())])
            } else {
                String::new()
            },
        }
    });
    let mut actions = Vec::new();
    if may_write && !is_over {
        actions.push(
            Action::dialog(l.t("calendar-add-hours"), at.dialog(&[("do", "hours")]))
                .icon(Icon("plus"))
                .small(),
        );
        actions.push(
            Action::dialog(l.t("calendar-block-time"), at.dialog(&[("do", "block")]))
                .icon(Icon("lock"))
                .small(),
        );
    }
    if !is_over {
        let ask = at.dialog(&[("why", "1"), ("on", &day.date.to_string())]);
        actions.push(Action::dialog(l.t("why-ask"), ask).icon(Icon("circle-help")).small());
    }
    if !matches!(board.view, View::Day(_)) {
        actions.push(Action::link(l.t("calendar-day-view"), View::Day(day.date).href(at)).small());
    }
    let lines = day.items.iter().map(|item| Line {
        when: clock_range(board.l, &board.zone, &item.span),
        status: item.status,
        title: item.title.clone(),
        text: item.text.clone(),
        href: item.href(at),
    });
    let cancelled = day.cancelled.iter().map(|it| Line {
        when: l.time_range(
            board.zone.local(it.appointment.starts_at).time(),
            board.zone.local(it.appointment.ends_at).time(),
        ),
        status: it.appointment.status.into(),
        title: it.patient_name.clone(),
        text: it.service_in(l.code()).to_owned(),
        href: at.dialog(&[("appointment", &it.appointment.id.to_string())]),
    });
    Panel {
        l,
        lead: grid::load(board, day),
        closures: day.closures.iter().map(|closure| closure_name(l, closure)).collect(),
        hours: hours.collect(),
        actions: Actions(actions),
        lines: lines.collect(),
        cancelled: cancelled.collect(),
    }
}
