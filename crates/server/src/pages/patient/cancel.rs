//! Calling an appointment off: first what that means, then it is done.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::appointments::{self, Stepped};
use kalends_app::error::AppError;
use kalends_domain::appointment::NamedAppointment;

use super::appointment::{facts, id};
use super::terms::Terms;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::offered::zone;
use crate::pages::book::ways::call;
use crate::pages::calendar::which;
use crate::pages::kit::{
    Action, Facts, Field, Form, Frame, Kind, Notice, Page, Refused, Submitted, Toast, Tone, render_as, see_other_saying,
};
use crate::pages::session::AsPatient;

#[derive(Template)]
#[template(path = "patient/cancel.html")]
struct Cancel {
    page: Page,
    notice: Option<Notice>,
    /// That all of a visit is called off.
    as_one: Option<Notice>,
    facts: Facts,
    form: Option<Form>,
    keep: Action,
}

/// `GET /patient/appointments/{id}/cancel`
pub async fn show(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
) -> Result<Response, Refused> {
    let named = appointments::get(&state.app, &ctx, id(&text)?).await?;
    let form = form(frame.l, &named)?;
    confirm(&state, &ctx, &frame, &named, form, StatusCode::OK).await
}

/// `POST /patient/appointments/{id}/cancel`
pub async fn cancel(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let id = id(&text)?;
    let with = Stepped {
        reason: submitted.some("reason"),
        expected: None,
        range: submitted.parsed("range").unwrap_or_default(),
    };
    let said = match appointments::cancel(&state.app, &ctx, id, with).await {
        Ok(_) => Toast::success(frame.l.t("patient-cancelled")),
        // A second click, or the clinic was faster: the page says how it stands.
        Err(AppError::WrongState(_)) => Toast::info(frame.l.t("patient-cannot-cancel")),
        Err(AppError::NotBookable { .. }) => Toast::warning(frame.l.t("patient-too-late-to-cancel")),
        Err(AppError::Invalid(errors)) => {
            let named = appointments::get(&state.app, &ctx, id).await?;
            let form = form(frame.l, &named)?.keep(&submitted).refused(&errors);
            return confirm(&state, &ctx, &frame, &named, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Err(error) => return Err(error.into()),
    };
    Ok(see_other_saying(&format!("/patient/appointments/{id}"), &said))
}

async fn confirm(
    state: &AppState,
    ctx: &kalends_app::ctx::Ctx,
    frame: &Frame,
    named: &NamedAppointment,
    form: Form,
    status: StatusCode,
) -> Result<Response, Refused> {
    let l = frame.l;
    let appointment = &named.appointment;
    let zone = zone(&appointment.time_zone)?;
    let back = format!("/patient/appointments/{}", appointment.id);
    let notice = if !appointment.status.is_open() {
        Some(Notice::new(Tone::Info, l.t("patient-cannot-cancel")))
    } else if !Terms::of(appointment, &zone).may_cancel(ctx.now) {
        let notice = Notice::new(Tone::Warning, l.t("patient-too-late-to-cancel"));
        Some(call(ctx, l).into_iter().fold(notice, Notice::action))
    } else {
        None
    };
    let as_one = appointment.visit().is_some() && notice.is_none();
    let page = Cancel {
        as_one: as_one.then(|| Notice::new(Tone::Info, l.t("series-visit-as-one"))),
        page: frame
            .page(ctx, l.t("patient-cancel-title"))
            .crumb(named.service_in(l.code()).to_owned(), back.as_str()),
        facts: facts(state, ctx, l, named).await?,
        form: notice.is_none().then_some(form),
        keep: Action::link(l.t("patient-keep"), back.as_str()),
        notice: notice.map(|notice| notice.action(Action::link(l.t("patient-back"), back))),
    };
    Ok(render_as(status, &page))
}

fn form(l: Locale, named: &NamedAppointment) -> Result<Form, AppError> {
    let appointment = &named.appointment;
    let at = zone(&appointment.time_zone)?.local(appointment.starts_at);
    let path = format!("/patient/appointments/{}", appointment.id);
    let label = l.tf("patient-cancel-button", &[("time", l.day_time(at).into())]);
    let form = Form::post(l, format!("{path}/cancel"), label);
    // A visit is one; of a series they say which.
    let which = which(l, appointment).filter(|_| appointment.series().is_some());
    Ok(which
        .into_iter()
        .fold(form, Form::field)
        .field(
            Field::textarea("reason", l.t("patient-cancel-reason"))
                .hint(l.t("patient-cancel-reason-hint"))
                .attribute("maxlength", "1000"),
        )
        .kind(Kind::DangerPrimary))
}
