//! The calendar read by room: a day of a location's rooms and equipment beside each other, or a week of one of them.

use jiff::civil::{Date, Time, time};
use kalends_app::error::Result;
use kalends_app::resources::{self, ResourceFilter, Taken};
use kalends_domain::allocation::Owner;
use kalends_domain::id::ResourceId;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::resource::Resource;

use super::board::Board;
use super::view::View;
use crate::pages::kit::{Lane, Markup, Span, Status, Tab, Tabs, Timeline};

/// How much of a day is drawn at least: a room has no hours of its own.
const DAY: (Time, Time) = (time(7, 0, 0, 0), time(19, 0, 0, 0));

/// Whether the address asks for it. A month is always a provider's.
pub fn is_asked(board: &Board) -> bool {
    !board.at.is_own() && board.at.get("by") == "rooms" && !matches!(board.view, View::Month(_))
}

/// The switch between the two readings; none for a doctor's own calendar, and none beside a month.
pub fn switch(board: &Board) -> Option<Tabs> {
    if board.at.is_own() || matches!(board.view, View::Month(_)) {
        return None;
    }
    let l = board.l;
    let by_room = is_asked(board);
    let tabs = vec![
        Tab::new(
            l.t("calendar-by-doctor"),
            board.at.page(&[("by", ""), ("room", "")]),
            !by_room,
        ),
        Tab::new(l.t("calendar-by-room"), board.at.page(&[("by", "rooms")]), by_room),
    ];
    Some(Tabs::new(l, l.t("calendar-by"), tabs).joined())
}

/// What stands there; nothing where the location has neither rooms nor equipment.
pub async fn grid(board: &Board) -> Result<Option<Markup>> {
    let filter = ResourceFilter {
        location_id: Some(board.location.id),
        kind: None,
    };
    let everything = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let rooms = resources::list(&board.app, &board.ctx, &everything, filter)
        .await?
        .items;
    let asked = board.at.parsed::<ResourceId>("room");
    let one = rooms
        .iter()
        .find(|room| Some(room.id) == asked)
        .or_else(|| rooms.first());
    let Some(one) = one else { return Ok(None) };
    let mut lanes = Vec::new();
    let label = if matches!(board.view, View::Week(_)) {
        lanes.extend(of_room(board, one).await?.into_iter().map(|(date, lane)| Lane {
            title: board.l.day(date),
            text: one.name.clone(),
            href: board.at.page(&[("view", "day"), ("date", &date.to_string())]),
            ..lane
        }));
        format!("{}, {}", one.name, board.view.title(board.l))
    } else {
        for room in &rooms {
            let href = board.at.page(&[("view", "week"), ("room", &room.id.to_string())]);
            lanes.extend(
                of_room(board, room)
                    .await?
                    .into_iter()
                    .map(|(_, lane)| lane.href(&href)),
            );
        }
        board.view.title(board.l)
    };
    Ok(Some(Markup::of(&Timeline::new(board.l, label, lanes))))
}

/// A column for each date of the view.
async fn of_room(board: &Board, room: &Resource) -> Result<Vec<(Date, Lane)>> {
    let (first, last) = board.view.dates();
    let days = resources::calendar(&board.app, &board.ctx, room.id, first, last).await?;
    let lane = |day: resources::Day| {
        let taken = day.taken.iter().filter_map(|taken| span(board, day.date, taken));
        let spans = std::iter::once(Span::open(DAY.0, DAY.1)).chain(taken).collect();
        let lane = Lane::new(&room.name, &room.kind, spans).now((day.date == board.today).then(|| board.now()));
        (day.date, lane)
    };
    Ok(days.into_iter().map(lane).collect())
}

/// As much of it as lies on the date; who it is for where the reader may see that.
fn span(board: &Board, date: Date, taken: &Taken) -> Option<Span> {
    let shown = board.zone.day(date)?.intersection(&taken.span)?;
    let clock = |at| board.zone.local(at).time();
    let (from, to) = (clock(shown.starts_at()), clock(shown.ends_at()));
    Some(match (&taken.appointment, taken.allocation.owner) {
        (Some(it), _) => Span::entry(from, to, it.appointment.status.into(), &it.patient_name)
            .text(format!("{} · {}", it.service_in(board.l.code()), it.provider_name))
            .href(board.at.dialog(&[("appointment", &it.appointment.id.to_string())])),
        (None, Owner::Hold { .. }) => Span::entry(from, to, Status::Held, board.l.t("calendar-held")),
        (None, _) => Span::entry(from, to, Status::Booked, board.l.t("calendar-room-taken")),
    })
}
