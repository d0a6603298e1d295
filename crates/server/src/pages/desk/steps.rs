//! The steps of a visit: what can be pressed, and what pressing it does.

use axum::extract::{Path, State};
use axum::response::Response;
use kalends_app::appointments::{self, Stepped};
use kalends_app::error::AppError;
use kalends_domain::appointment::{NamedAppointment, Status};
use kalends_domain::id::AppointmentId;

use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Action, Frame, Kind, Refused, Submitted, Toast, see_other_saying};
use crate::pages::rule;
use crate::pages::session::AsStaff;

/// The next step, and the way back from a wrong one; `back` is where they lead afterwards.
pub fn steps(l: Locale, it: &NamedAppointment, back: &str) -> Vec<Action> {
    let step = |label: String, step: &str, kind: Kind| {
        Action::post(label, format!("/visits/{}/{step}", it.appointment.id))
            .kind(kind)
            .with("back", back)
            .about(&it.patient_name)
    };
    let undo = || step(l.t("desk-undo"), "undo", Kind::Plain);
    match it.appointment.status {
        Status::Pending => vec![
            step(l.t("desk-confirm"), "confirm", Kind::Primary),
            step(l.t("desk-decline"), "decline", Kind::Plain),
        ],
        Status::Booked => vec![
            step(l.t("desk-check-in"), "check-in", Kind::Primary),
            step(l.t("desk-no-show"), "no-show", Kind::Plain),
        ],
        Status::Arrived => vec![step(l.t("desk-start"), "start", Kind::Primary), undo()],
        Status::InProgress => vec![step(l.t("desk-fulfil"), "fulfil", Kind::Primary), undo()],
        Status::Fulfilled | Status::NoShow => vec![undo()],
        Status::Cancelled | Status::Declined => Vec::new(),
    }
}

/// `POST /visits/{id}/{step}`: takes it, and goes back to where it was pressed.
pub async fn take(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path((id, step)): Path<(String, String)>,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let id: AppointmentId = id.parse().map_err(|_| AppError::NotFound)?;
    let (app, with) = (&state.app, Stepped::default());
    let (taken, done) = match step.as_str() {
        "confirm" => (appointments::confirm(app, &ctx, id, with).await, "desk-confirmed"),
        "decline" => (appointments::decline(app, &ctx, id, with).await, "desk-declined"),
        "check-in" => (appointments::check_in(app, &ctx, id, with).await, "desk-checked-in"),
        "start" => (appointments::start(app, &ctx, id, with).await, "desk-started"),
        "fulfil" => (appointments::fulfil(app, &ctx, id, with).await, "desk-fulfilled"),
        "no-show" => (
            appointments::mark_no_show(app, &ctx, id, with).await,
            "desk-marked-no-show",
        ),
        "undo" => (appointments::undo(app, &ctx, id, with).await, "desk-undone"),
        _ => return Err(AppError::NotFound.into()),
    };
    let l = frame.l;
    let toast = match taken {
        Ok(_) => Toast::success(l.t(done)),
        Err(AppError::WrongState(_) | AppError::Stale) => Toast::error(l.t("desk-wrong-state")),
        Err(AppError::NotBookable { rule, .. }) => Toast::error(rule::to_staff(l, &rule)),
        Err(AppError::SlotTaken { .. }) => Toast::error(l.t("desk-taken")),
        Err(error) => return Err(error.into()),
    };
    let back = submitted.get("back");
    Ok(see_other_saying(if back.is_empty() { "/desk" } else { back }, &toast))
}
