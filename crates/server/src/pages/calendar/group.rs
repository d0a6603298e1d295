//! A group's details: who shares the time, and a seat for one more.

use askama::Template;
use kalends_app::appointments::{self, Query};
use kalends_app::error::Result;
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::id::GroupId;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::permission::{Action as Doing, Resource};
use kalends_domain::time::Span;

use super::board::Board;
use super::item::seats;
use super::sheet::{clock_range, dated};
use crate::http::locale::Locale;
use crate::pages::kit::{Action, Actions, Cell, Dialog, Facts, Icon, Markup, Status};

#[derive(Template)]
#[template(path = "calendar/group.html")]
struct Details {
    l: Locale,
    facts: Facts,
    actions: Actions,
    members: Vec<Member>,
}

/// One of them.
struct Member {
    name: String,
    status: Status,
    href: String,
}

/// The details; none once everybody has left it.
pub async fn dialog(board: &Board, id: GroupId) -> Result<Option<Dialog>> {
    let members = members(board, id).await?;
    let Some(first) = members.first() else {
        return Ok(None);
    };
    let of = &first.appointment;
    let l = board.l;
    let Ok(span) = Span::new(of.starts_at, of.ends_at) else {
        return Ok(None);
    };
    let when = clock_range(l, &board.zone, &span);
    let place = match first.resources() {
        Some(room) => format!("{} · {room}", first.location_name),
        None => first.location_name.clone(),
    };
    let title = dated(l, l.day(board.zone.date_at(of.starts_at)), when);
    let details = Details {
        l,
        facts: Facts::new(l)
            .row(l.t("calendar-service"), Cell::text(first.service_in(l.code())))
            .row(l.t("calendar-taken-seats"), Cell::text(seats(l, &members)))
            .row(l.t("calendar-doctor"), Cell::text(&first.provider_name))
            .row(l.t("calendar-location"), Cell::text(place).second(board.zone.name())),
        actions: Actions(actions(board, &members)),
        members: members.iter().map(|it| member(board, it)).collect(),
    };
    Ok(Some(Dialog::new(l, title, board.at.back(), Markup::of(&details))))
}

/// Those who take a seat, by name.
async fn members(board: &Board, id: GroupId) -> Result<Vec<NamedAppointment>> {
    let query = Query {
        group_id: Some(id),
        ..Query::default()
    };
    let mut members = Vec::new();
    let mut request = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    loop {
        let page = appointments::list(&board.app, &board.ctx, &request, query.clone()).await?;
        members.extend(page.items);
        let Some(next) = page.next else { break };
        request.after = Some(next);
    }
    members.retain(|it| it.appointment.status.holds_time());
    let mut sorted: Vec<&NamedAppointment> = members.iter().collect();
    board.l.sort_by_name(&mut sorted, |it| &it.patient_name);
    Ok(sorted.into_iter().cloned().collect())
}

fn actions(board: &Board, members: &[NamedAppointment]) -> Vec<Action> {
    let Some(of) = members.first().map(|it| &it.appointment) else {
        return Vec::new();
    };
    let may_book = board.ctx.require(Resource::Appointment, Doing::Write).is_ok();
    if !may_book || of.starts_at < board.ctx.now {
        return Vec::new();
    }
    let href = board.at.dialog(&[
        ("slot", &of.starts_at.to_string()),
        ("do", "seat"),
        ("service", &of.service_id.to_string()),
    ]);
    let label = board.l.t("calendar-book-seat");
    vec![Action::dialog(label, href).icon(Icon("plus")).primary()]
}

fn member(board: &Board, it: &NamedAppointment) -> Member {
    Member {
        name: it.patient_name.clone(),
        status: it.appointment.status.into(),
        href: board.at.dialog(&[("appointment", &it.appointment.id.to_string())]),
    }
}
