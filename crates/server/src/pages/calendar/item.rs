//! One thing on a day: a free time, an appointment, a hold, a block.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use kalends_app::slots;
use kalends_domain::allocation::Owner;
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::block::Block;
use kalends_domain::closure::{Closure, Extent};
use kalends_domain::id::{AppointmentId, BlockId, GroupId};
use kalends_domain::slot::CellStatus;
use kalends_domain::time::Span;

use super::address::Address;
use super::appointment::is_overbooked;
use crate::http::locale::Locale;
use crate::pages::kit::Status;

/// What it is, and so where its details are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Slot,
    /// A slot that lies in the time that a neighbour keeps free.
    KeptFree,
    Appointment(AppointmentId),
    /// Several appointments that share the time.
    Group(GroupId),
    Block(BlockId),
}

/// A stretch of the day.
#[derive(Clone, Debug)]
pub struct Item {
    pub what: What,
    /// Not longer than the day.
    pub span: Span,
    pub status: Status,
    /// Who it is for, or why it is blocked; empty for a free time.
    pub title: String,
    /// The service.
    pub text: String,
    /// How many appointments it is.
    pub booked: i64,
}

impl Item {
    pub fn is_free(&self) -> bool {
        self.status == Status::Available
    }

    pub fn is_appointment(&self) -> bool {
        self.booked > 0
    }

    /// The address of its details.
    pub fn href(&self, at: &Address) -> String {
        match self.what {
            What::Slot | What::KeptFree => at.dialog(&[("slot", &self.span.starts_at().to_string())]),
            What::Appointment(id) => at.dialog(&[("appointment", &id.to_string())]),
            What::Group(id) => at.dialog(&[("group", &id.to_string())]),
            What::Block(id) => at.dialog(&[("block", &id.to_string())]),
        }
    }
}

/// All of a day, in order of time. What an appointment or a block takes is shown as that, not as the slots under it.
pub fn of_day(
    l: Locale,
    span: Option<Span>,
    day: &slots::Day,
    appointments: &[NamedAppointment],
    blocks: &[Block],
    closures: &[Closure],
    now: Timestamp,
) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for cell in &day.slots {
        let Ok(time) = Span::new(cell.starts_at, cell.ends_at) else {
            continue;
        };
        let blocked = || blocks.iter().any(|block| block.span.overlaps(&time));
        let shown = cell
            .appointment_id
            .is_some_and(|id| appointments.iter().any(|it| it.appointment.id == id));
        let mut what = What::Slot;
        let (status, title) = match cell.status {
            CellStatus::Available => (Status::Available, String::new()),
            CellStatus::Past => (Status::Past, String::new()),
            CellStatus::Held => (Status::Held, l.t("calendar-held")),
            CellStatus::Booked if shown => continue,
            CellStatus::Booked => (Status::Booked, l.t("calendar-booked-elsewhere")),
            CellStatus::Blocked if blocked() => continue,
            CellStatus::Blocked => {
                let closure = closures.iter().find(|closure| closure.span.overlaps(&time));
                match closure {
                    Some(closure) => (Status::Closed, closure_name(l, closure)),
                    // What nobody could have had is of no interest once it is over.
                    None if cell.ends_at <= now => (Status::Past, String::new()),
                    None if is_busy_elsewhere(day, &time) => (Status::Blocked, l.t("calendar-busy-elsewhere")),
                    None => {
                        what = What::KeptFree;
                        (Status::Blocked, l.t("calendar-kept-free"))
                    }
                }
            }
        };
        items.push(Item {
            what,
            span: time,
            status,
            title,
            text: String::new(),
            booked: 0,
        });
    }
    let (grouped, alone): (Vec<_>, Vec<_>) = appointments.iter().partition(|it| it.appointment.group_id.is_some());
    items.extend(alone.into_iter().filter_map(|it| appointment(l, it, span)));
    let mut groups: BTreeMap<Option<GroupId>, Vec<&NamedAppointment>> = BTreeMap::new();
    for it in grouped {
        groups.entry(it.appointment.group_id).or_default().push(it);
    }
    items.extend(groups.values().filter_map(|members| group(l, members, span)));
    items.extend(blocks.iter().filter_map(|it| block(l, it, span)));
    items.sort_by_key(|item| (item.span.starts_at(), item.span.ends_at()));
    items
}

/// Whether another calendar takes some of the time.
fn is_busy_elsewhere(day: &slots::Day, time: &Span) -> bool {
    let mut busy = day.busy.iter().filter(|it| it.owner == Owner::External);
    busy.any(|it| it.starts_at < time.ends_at() && time.starts_at() < it.ends_at)
}

/// What a closure is called.
pub fn closure_name(l: Locale, closure: &Closure) -> String {
    let unnamed = match closure.extent {
        Extent::Organisation | Extent::Location(_) => "calendar-closed",
        Extent::Provider(_) => "calendar-time-off",
    };
    closure.reason.clone().unwrap_or_else(|| l.t(unnamed))
}

fn appointment(l: Locale, it: &NamedAppointment, day: Option<Span>) -> Option<Item> {
    let of = &it.appointment;
    let span = Span::new(of.starts_at, of.ends_at).ok()?;
    Some(Item {
        what: What::Appointment(of.id),
        span: within(span, day),
        status: of.status.into(),
        title: it.patient_name.clone(),
        text: if is_overbooked(of) {
            format!("{} · {}", it.service_in(l.code()), l.t("calendar-overbooked"))
        } else {
            it.service_in(l.code()).to_owned()
        },
        booked: 1,
    })
}

/// All of a group in one, by its service.
fn group(l: Locale, members: &[&NamedAppointment], day: Option<Span>) -> Option<Item> {
    let first = members.first()?;
    let of = &first.appointment;
    let alike = members.iter().all(|it| it.appointment.status == of.status);
    Some(Item {
        what: What::Group(of.group_id?),
        status: if alike { of.status.into() } else { Status::Booked },
        title: first.service_in(l.code()).to_owned(),
        text: seats(l, members),
        booked: i64::try_from(members.len()).unwrap_or(i64::MAX),
        ..appointment(l, first, day)?
    })
}

/// `8 of 12 seats`
pub fn seats<M: Borrow<NamedAppointment>>(l: Locale, members: &[M]) -> String {
    let most = members.iter().map(|it| it.borrow().appointment.policy.capacity).max();
    let taken = i64::try_from(members.len()).unwrap_or(i64::MAX);
    l.tf(
        "calendar-seats",
        &[
            ("taken", taken.into()),
            ("most", i64::from(most.unwrap_or_default()).into()),
        ],
    )
}

fn block(l: Locale, it: &Block, day: Option<Span>) -> Option<Item> {
    Some(Item {
        what: What::Block(it.id),
        span: day.map_or(Some(it.span), |day| it.span.intersection(&day))?,
        status: Status::Blocked,
        title: it.reason.clone().unwrap_or_else(|| l.t("calendar-blocked")),
        text: String::new(),
        booked: 0,
    })
}

/// As much of it as lies on the day.
fn within(span: Span, day: Option<Span>) -> Span {
    day.and_then(|day| span.intersection(&day)).unwrap_or(span)
}
