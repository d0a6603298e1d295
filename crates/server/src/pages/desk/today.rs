//! Who comes today, in order of time, with the step that fits.

use jiff::civil::Date;
use kalends_app::appointments::{self, Query};
use kalends_app::error::Result;
use kalends_domain::appointment::{NamedAppointment, Status};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::time::Zone;

use super::Board;
use crate::http::locale::Locale;
use crate::pages::kit::{Action, Blank, Cell, Column, Icon, Kind, Row, Search, Table, Tile, Tiles};

/// The day's numbers and its list.
pub async fn read(board: &Board<'_>, today: Date) -> Result<(Tiles, Table)> {
    let l = board.l;
    let day = board.zone.day(today);
    let query = Query {
        from: day.map(|day| day.starts_at()),
        to: day.map(|day| day.ends_at()),
        location_id: board.location.as_ref().map(|it| it.id),
        ..Query::default()
    };
    let request = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let mut items = appointments::list(&board.state.app, board.ctx, &request, query)
        .await?
        .items;
    items.retain(|it| it.appointment.status.holds_time());
    let count = |wanted: &[Status]| {
        l.number(
            i64::try_from(
                items
                    .iter()
                    .filter(|it| wanted.contains(&it.appointment.status))
                    .count(),
            )
            .unwrap_or_default(),
        )
    };
    let tiles = Tiles(vec![
        Tile::new(
            Icon("calendar-check-2"),
            l.t("desk-expected"),
            count(&[Status::Booked, Status::Pending]),
        ),
        Tile::new(Icon("user-check"), l.t("desk-waiting"), count(&[Status::Arrived])),
        Tile::new(Icon("activity"), l.t("desk-inside"), count(&[Status::InProgress])),
        Tile::new(Icon("circle-check"), l.t("desk-finished"), count(&[Status::Fulfilled])),
    ]);
    // Those who are still to be dealt with first, each group in order of time.
    items.sort_by_key(|it| (is_over(it.appointment.status), it.appointment.starts_at));
    let back = board.search.with(&[]);
    let columns = vec![
        Column::new(l.t("appointments-when")),
        Column::new(l.t("appointments-patient")),
        Column::new(l.t("appointments-service")),
        Column::new(l.t("appointments-doctor")),
        Column::new(l.t("appointments-status")),
    ];
    let rows = items.iter().map(|it| row(l, &board.zone, it, &back));
    let none = Blank::new(Icon("coffee"), l.t("desk-none"), l.t("desk-none-text"));
    Ok((
        tiles,
        Table::new(l, l.t("desk-today"), &Search::of("/desk"), columns)
            .rows(rows)
            .blank(none),
    ))
}

const fn is_over(status: Status) -> bool {
    matches!(status, Status::Fulfilled | Status::NoShow)
}

fn row(l: Locale, zone: &Zone, it: &NamedAppointment, back: &str) -> Row {
    let of = &it.appointment;
    let row = Row::new(vec![
        Cell::code(l.time(zone.local(of.starts_at).time())),
        Cell::text(&it.patient_name),
        Cell::text(&it.service_name).second(it.resource_name.clone().unwrap_or_default()),
        Cell::text(&it.provider_name),
        Cell::status(l, of.status),
    ]);
    steps(l, it, back).into_iter().fold(row, Row::action)
}

/// What can be pressed: the next step, and the way back from a wrong one.
pub fn steps(l: Locale, it: &NamedAppointment, back: &str) -> Vec<Action> {
    let step = |label: String, step: &str, kind: Kind| {
        Action::post(label, format!("/visits/{}/{step}", it.appointment.id))
            .kind(kind)
            .with("back", back)
            .about(&it.patient_name)
    };
    match it.appointment.status {
        Status::Pending => vec![step(l.t("desk-confirm"), "confirm", Kind::Primary)],
        Status::Booked => vec![
            step(l.t("desk-check-in"), "check-in", Kind::Primary),
            step(l.t("desk-no-show"), "no-show", Kind::Plain),
        ],
        Status::Arrived => {
            vec![
                step(l.t("desk-start"), "start", Kind::Primary),
                step(l.t("desk-undo"), "undo", Kind::Plain),
            ]
        }
        Status::InProgress => {
            vec![
                step(l.t("desk-fulfil"), "fulfil", Kind::Primary),
                step(l.t("desk-undo"), "undo", Kind::Plain),
            ]
        }
        Status::Fulfilled | Status::NoShow => vec![step(l.t("desk-undo"), "undo", Kind::Plain)],
        Status::Cancelled | Status::Declined => Vec::new(),
    }
}
