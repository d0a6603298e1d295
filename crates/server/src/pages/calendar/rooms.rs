//! Other rooms or equipment for an appointment: one field for each thing that it needs.

use axum::extract::Path;
use axum::response::Response;
use kalends_app::appointments;
use kalends_app::error::Result;
use kalends_domain::appointment::{Appointment, NamedAppointment, Status};
use kalends_domain::id::{AppointmentId, ResourceId};
use kalends_domain::need::{MOST, Need};

use super::appointment;
use super::board::Board;
use super::refusal::Refusal;
use crate::pages::kit::{Choice, Dialog, Entry, ErrorKind, Field, Form, Refused, Submitted};

/// The name of each field, as many as one service may need.
const FIELDS: [&str; MOST] = [
    "resource_ids",
    "resource_1",
    "resource_2",
    "resource_3",
    "resource_4",
    "resource_5",
    "resource_6",
    "resource_7",
];

/// Whether there is anything to choose.
pub fn may_change(of: &Appointment) -> bool {
    let is_open = matches!(
        of.status,
        Status::Pending | Status::Booked | Status::Arrived | Status::InProgress
    );
    is_open && of.group_id.is_none() && !of.resource_ids.is_empty()
}

/// The rooms that are free for it, its own chosen.
pub async fn dialog(board: &Board, it: &NamedAppointment, refused: Option<(&Submitted, &Refusal)>) -> Result<Dialog> {
    let l = board.l;
    let of = &it.appointment;
    let rooms = appointments::rooms(&board.app, &board.ctx, of.id).await?;
    let mut form = Form::post(
        l,
        board.at.post(&format!("appointments/{}/rooms", of.id)),
        l.t("calendar-rooms-save"),
    )
    .hidden("version", of.version.to_string());
    for (place, ((need, choices), name)) in rooms.needs.iter().zip(FIELDS).enumerate() {
        let label = match need {
            Need::Kind(kind) => kind.clone(),
            Need::Resource(_) => l.t("calendar-rooms-named"),
        };
        let choices = choices.iter().map(|room| Choice::new(room.id.to_string(), &room.name));
        form = form.field(
            Field::select(name, label, choices.collect())
                .required()
                .maybe(rooms.given.get(place).map(ToString::to_string)),
        );
    }
    if let Some((submitted, refusal)) = refused {
        form = refusal.onto(form, submitted);
        form.entries.insert(0, Entry::Markup(refusal.head()));
    }
    let back = board.at.dialog(&[("appointment", &of.id.to_string())]);
    Ok(Dialog::form(l, l.t("calendar-rooms-title"), back, form))
}

/// `POST …/appointments/{id}/rooms`
pub async fn choose(
    board: Board,
    Path(id): Path<String>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let id: AppointmentId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    let chosen: Vec<ResourceId> = FIELDS.into_iter().filter_map(|name| submitted.parsed(name)).collect();
    let version = submitted.parsed("version");
    match appointments::choose_rooms(&board.app, &board.ctx, id, &chosen, version).await {
        Ok(_) => Ok(board.done(board.l.t("calendar-rooms-saved"))),
        Err(error) => {
            let refusal = Refusal::of(&board, error, None)?;
            let dialog = appointment::dialog(&board, id, Some((&submitted, &refusal))).await?;
            board.show(refusal.status, Some(dialog)).await
        }
    }
}
