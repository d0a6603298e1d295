//! Another time that the clinic proposes: shown with both answers on the appointment's page.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::{locations, proposals, providers};
use kalends_domain::appointment::NamedAppointment;

use super::appointment::id;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::offered::zone;
use crate::pages::kit::{Action, Frame, Icon, Markup, Refused, Toast, see_other_saying};
use crate::pages::session::AsPatient;

#[derive(Template)]
#[template(path = "patient/proposal.html")]
struct Ask {
    l: Locale,
    when: String,
    where_and_with: String,
    message: String,
    until: String,
    answers: [Action; 2],
}

/// The question, while it waits for an answer.
pub async fn ask(state: &AppState, ctx: &Ctx, l: Locale, named: &NamedAppointment) -> Result<Option<Markup>> {
    let of = &named.appointment;
    let Some(hold) = proposals::find(&state.app, ctx, of.id).await? else {
        return Ok(None);
    };
    let place = locations::get(&state.app, ctx, hold.location_id).await?;
    let with = providers::get(&state.app, ctx, hold.provider_id).await?;
    let zone = zone(&place.time_zone)?;
    let at = zone.local(hold.starts_at);
    let path = format!("/patient/appointments/{}/proposal", of.id);
    let take = l.tf("patient-proposal-accept", &[("time", l.day_time(at).into())]);
    let keep = l.tf(
        "patient-proposal-refuse",
        &[("time", l.day_time(zone.local(of.starts_at)).into())],
    );
    let ask = Ask {
        l,
        when: l.day_time_range(at, zone.local(hold.ends_at)),
        where_and_with: format!("{} · {}", with.full_name(), place.name),
        message: hold.proposed.and_then(|it| it.message).unwrap_or_default(),
        until: l.tf(
            "patient-proposal-until",
            &[("time", l.day_time(zone.local(hold.expires_at)).into())],
        ),
        answers: [
            Action::post(take, format!("{path}/accept"))
                .primary()
                .icon(Icon("check")),
            Action::post(keep, format!("{path}/refuse")),
        ],
    };
    Ok(Some(Markup::of(&ask)))
}

/// `POST /patient/appointments/{id}/proposal/accept`
pub async fn accept(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let id = id(&text)?;
    let said = match proposals::accept(&state.app, &ctx, id).await {
        Ok(moved) => {
            let at = zone(&moved.time_zone)?.local(moved.starts_at);
            Toast::success(l.tf("patient-moved", &[("time", l.day_time(at).into())]))
        }
        Err(AppError::SlotTaken { .. } | AppError::NotBookable { .. } | AppError::HoldExpired { .. }) => {
            Toast::warning(l.t("patient-proposal-gone"))
        }
        Err(error) => gone(&state, &ctx, id, error, l).await?,
    };
    Ok(see_other_saying(&format!("/patient/appointments/{id}"), &said))
}

/// `POST /patient/appointments/{id}/proposal/refuse`
pub async fn refuse(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let id = id(&text)?;
    let said = match proposals::refuse(&state.app, &ctx, id).await {
        Ok(_) => Toast::success(l.t("patient-proposal-refused")),
        Err(error) => gone(&state, &ctx, id, error, l).await?,
    };
    Ok(see_other_saying(&format!("/patient/appointments/{id}"), &said))
}

/// A proposal that is gone by now is told; an appointment that is not theirs is not found.
async fn gone(
    state: &AppState,
    ctx: &Ctx,
    id: kalends_domain::id::AppointmentId,
    error: AppError,
    l: Locale,
) -> Result<Toast> {
    if !matches!(error, AppError::NotFound) {
        return Err(error);
    }
    proposals::find(&state.app, ctx, id).await?;
    Ok(Toast::info(l.t("patient-proposal-gone")))
}
