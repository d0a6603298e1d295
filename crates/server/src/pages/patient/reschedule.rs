//! Moving an appointment: the same time step as for booking. The old time is kept until the new one is certain. A
//! visit is moved as a whole, on a page of its own.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::appointments::{self, Reschedule};
use kalends_app::booking::Overrides;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_domain::appointment::{Appointment, NamedAppointment, Range};

use super::appointment::id;
use super::terms::Terms;
use crate::http::state::AppState;
use crate::pages::book::Summary;
use crate::pages::book::offered::{self, zone};
use crate::pages::book::refusal::{choice, explain};
use crate::pages::book::wanted::Wanted;
use crate::pages::book::ways::{Asked, call};
use crate::pages::book::week::{self, Step, Week};
use crate::pages::kit::{
    Action, Frame, Notice, Page, Refused, Search, Submitted, Toast, Tone, render_as, see_other, see_other_saying,
};
use crate::pages::session::AsPatient;
use crate::pages::visit;

#[derive(Template)]
#[template(path = "patient/move.html")]
struct Move {
    page: Page,
    notice: Option<Notice>,
    now: String,
    summary: Option<Summary>,
    week: Option<Week>,
}

/// `GET /patient/appointments/{id}/move`
pub async fn show(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
    search: Search,
) -> Result<Response, Refused> {
    let named = appointments::get(&state.app, &ctx, id(&text)?).await?;
    if named.appointment.visit().is_some() {
        return Ok(see_other(&visit::moving(named.appointment.id)));
    }
    let mut wanted = Wanted::read(|name| search.get(name));
    // With the same provider, until the reader says otherwise.
    if wanted.from.is_none() && wanted.provider.is_none() {
        wanted.provider = Some(named.appointment.provider_id);
    }
    times(&state, &ctx, &frame, &named, &wanted, None).await
}

/// `POST /patient/appointments/{id}/move`
pub async fn reschedule(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let l = frame.l;
    let id = id(&text)?;
    let named = appointments::get(&state.app, &ctx, id).await?;
    if named.appointment.visit().is_some() {
        return Ok(see_other(&visit::moving(id)));
    }
    let wanted = Wanted::read(|name| submitted.get(name));
    let Some(pick) = wanted.at else {
        let notice = Notice::new(Tone::Error, l.t("book-no-time-chosen")).text(l.t("book-no-time-chosen-text"));
        let refused = Some((StatusCode::UNPROCESSABLE_ENTITY, notice));
        return times(&state, &ctx, &frame, &named, &wanted, refused).await;
    };
    let provider = match pick.provider.or(wanted.provider) {
        Some(provider) => provider,
        None => someone(&state, &ctx, &named, &wanted).await?,
    };
    let to = Reschedule {
        starts_at: pick.starts_at,
        provider_id: Some(provider),
        location_id: Some(pick.location),
        overrides: Overrides::default(),
        expected: None,
        range: Range::This,
    };
    let path = format!("/patient/appointments/{id}");
    let error = match appointments::reschedule(&state.app, &ctx, id, to).await {
        Ok(moved) => {
            let at = zone(&moved.time_zone)?.local(moved.starts_at);
            let text = l.tf("patient-moved", &[("time", l.day_time(at).into())]);
            return Ok(see_other_saying(&path, &Toast::success(text)));
        }
        Err(AppError::WrongState(_)) => return Ok(see_other(&path)),
        Err(error) => error,
    };
    let offered = offered::load(
        &state.app,
        &ctx,
        named.appointment.service_id,
        named.appointment.ticket_id,
    )
    .await?;
    let at = offered.zone(pick.location)?.local(pick.starts_at);
    let move_path = format!("{path}/move");
    let asked = Asked {
        path: &move_path,
        offered: &offered,
        wanted: &wanted,
    };
    let refusal = explain(&ctx, l, &asked, at, error)?;
    let mut notice = refusal.notice;
    for alternative in &refusal.alternatives {
        let (label, pick) = choice(l, &offered, alternative)?;
        let label = l.tf("patient-move-to", &[("time", label.into())]);
        notice = notice.action(wanted.at(pick).within(Action::post(label, move_path.as_str())));
    }
    let wanted = wanted.from(at.date());
    times(&state, &ctx, &frame, &named, &wanted, Some((refusal.status, notice))).await
}

/// Whoever is free then: the present provider if it is they.
async fn someone(
    state: &AppState,
    ctx: &Ctx,
    named: &NamedAppointment,
    wanted: &Wanted,
) -> Result<kalends_domain::id::ProviderId, Refused> {
    let present = named.appointment.provider_id;
    let Some(pick) = wanted.at else { return Ok(present) };
    let offered = offered::load(
        &state.app,
        ctx,
        named.appointment.service_id,
        named.appointment.ticket_id,
    )
    .await?;
    let free = week::who_is_free(&state.app, ctx, &step("", &offered, wanted, &named.appointment), pick).await?;
    Ok(if free.contains(&present) {
        present
    } else {
        free.first().copied().unwrap_or(present)
    })
}

fn step<'a>(path: &'a str, offered: &'a offered::Offered, wanted: &'a Wanted, moving: &'a Appointment) -> Step<'a> {
    Step {
        path,
        action: path,
        offered,
        wanted,
        moving: Some(moving),
    }
}

async fn times(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    named: &NamedAppointment,
    wanted: &Wanted,
    refused: Option<(StatusCode, Notice)>,
) -> Result<Response, Refused> {
    let l = frame.l;
    let appointment = &named.appointment;
    let zone = zone(&appointment.time_zone)?;
    let back = format!("/patient/appointments/{}", appointment.id);
    let path = format!("{back}/move");
    let late = !Terms::of(appointment, &zone).may_move(ctx.now);
    let (status, mut notice) = refused.map_or((StatusCode::OK, None), |(status, notice)| (status, Some(notice)));
    if late || !appointment.status.is_open() {
        let words = if late {
            l.t("patient-too-late-to-move")
        } else {
            l.t("patient-cannot-move")
        };
        let refusal = Notice::new(Tone::Warning, words);
        notice = Some(call(ctx, l).into_iter().fold(refusal, Notice::action));
    }
    let (mut summary, mut week) = (None, None);
    if !late && appointment.status.is_open() {
        let offered = offered::load(&state.app, ctx, appointment.service_id, appointment.ticket_id).await?;
        let wanted = Wanted {
            service: Some(appointment.service_id),
            ..wanted.clone()
        };
        summary = Some(Summary::new(l, &offered, &wanted, ""));
        week = Some(week::load(&state.app, ctx, l, step(&path, &offered, &wanted, appointment)).await?);
    }
    let at = l.date_time(zone.local(appointment.starts_at));
    let page = Move {
        page: frame
            .page(ctx, l.t("patient-move-title"))
            .crumb(named.service_in(l.code()).to_owned(), back),
        now: l.tf(
            "patient-move-now",
            &[("time", at.into()), ("name", named.provider_name.as_str().into())],
        ),
        notice,
        summary,
        week,
    };
    Ok(render_as(status, &page))
}
