//! One appointment: all about it, and what can be done with it. It is also the confirmation of a booking.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::requests::EXPIRED;
use kalends_app::{appointments, locations};
use kalends_domain::appointment::{Appointment, NamedAppointment, Status as Life};
use kalends_domain::id::AppointmentId;

use super::history::{Happened, history};
use super::proposal;
use super::terms::{Terms, cutoffs};
use super::whose::{is_own, may_change};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::offered::zone;
use crate::pages::book::wanted::Wanted;
use crate::pages::book::ways::call;
use crate::pages::kit::{
    Action, Badge, Cell, ErrorKind, Facts, Frame, Icon, Kind, Markup, Notice, Page, Refused, Search, Status, Tone,
    render,
};
use crate::pages::session::AsPatient;
use crate::pages::together::{self, Others};
use crate::pages::{intake, visit};

#[derive(Template)]
#[template(path = "patient/appointment.html")]
struct Show {
    page: Page,
    notice: Option<Notice>,
    /// The other time that the clinic proposes.
    proposal: Option<Markup>,
    /// Under which key the browser may forget what was typed on the way here.
    arrived: String,
    badge: Badge,
    facts: Facts,
    starts_at: String,
    zone: String,
    cutoffs: String,
    actions: Vec<Action>,
    /// What it was booked together with.
    others: Option<Others>,
    history: Vec<Happened>,
}

/// An id in an address; what is none names nothing.
pub fn id(text: &str) -> Result<AppointmentId, Refused> {
    text.parse().map_err(|_| Refused(ErrorKind::NotFound))
}

/// The key under which a browser's tab keeps what a patient types on the way to a booking.
pub fn typed(ctx: &Ctx) -> String {
    ctx.user_id().map(|id| format!("reason-{id}")).unwrap_or_default()
}

/// `GET /patient/appointments/{id}`; `?new=1` right after booking.
pub async fn show(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    search: Search,
    Path(text): Path<String>,
) -> Result<Response, Refused> {
    let l = frame.l;
    let named = appointments::get(&state.app, &ctx, id(&text)?).await?;
    let appointment = &named.appointment;
    let zone = zone(&appointment.time_zone)?;
    let terms = Terms::of(appointment, &zone);
    let is_open = appointment.status.is_open() && appointment.starts_at > ctx.now;
    let is_new = !search.get("new").is_empty() && is_open;
    let title = match (is_new, appointment.status) {
        (true, Life::Pending) => l.t("patient-requested-title"),
        (true, _) => l.t("patient-booked-title"),
        _ => named.service_in(l.code()).to_owned(),
    };
    let mut page = frame.page(&ctx, title);
    if !is_new {
        page = page.crumb(l.t("patient-appointments-title"), "/patient/appointments");
    }
    let company = appointments::company(&state.app, &ctx, appointment).await?;
    let mut facts = facts(&state, &ctx, l, &named).await?;
    let mut others = None;
    if let Some(company) = &company {
        let told = together::told(l, appointment, company);
        facts = facts.maybe(l.t("series-part-of"), told.as_deref());
        others = together::others(&ctx, l, appointment, company);
    }
    let view = Show {
        notice: is_new.then(|| welcome(l, &named)),
        proposal: proposal::ask(&state, &ctx, l, &named).await?,
        arrived: typed(&ctx),
        badge: Status::from(appointment.status).badge(l),
        facts,
        starts_at: appointment.starts_at.to_string(),
        zone: zone.name().to_owned(),
        cutoffs: if is_open && may_change(&ctx, &named) {
            cutoffs(&ctx, l, &terms)
        } else {
            String::new()
        },
        actions: actions(&ctx, l, &named, &terms),
        others,
        history: history(&state, &ctx, l, &named, &zone).await?,
        page,
    };
    Ok(render(&view))
}

fn welcome(l: Locale, named: &NamedAppointment) -> Notice {
    if named.appointment.status == Life::Pending {
        Notice::new(Tone::Info, l.t("patient-requested")).text(l.t("patient-requested-text"))
    } else {
        Notice::new(Tone::Success, l.t("patient-booked")).text(l.t("patient-booked-text"))
    }
}

/// What, when, with whom, where.
pub async fn facts(state: &AppState, ctx: &Ctx, l: Locale, named: &NamedAppointment) -> Result<Facts, AppError> {
    let appointment = &named.appointment;
    let zone = zone(&appointment.time_zone)?;
    let (from, to) = (zone.local(appointment.starts_at), zone.local(appointment.ends_at));
    let place = locations::get(&state.app, ctx, appointment.location_id).await?;
    let when = format!("{} · {}", l.time_range(from.time(), to.time()), zone.name());
    let facts = Facts::new(l)
        .row(l.t("book-fact-what"), Cell::text(named.service_in(l.code())))
        .row(l.t("book-fact-when"), Cell::text(l.date_long(from.date())).second(when))
        .row(l.t("book-fact-with"), Cell::text(named.provider_name.as_str()))
        .row(
            l.t("book-fact-where"),
            Cell::text(named.location_name.as_str()).second(place.address.unwrap_or_default()),
        );
    let facts = match place.phone {
        None => facts,
        number => facts.row(l.t("patient-fact-phone"), Cell::phone(number.as_deref())),
    };
    let own = is_own(ctx, appointment.patient_id);
    let looks_after = !ctx.signed_in()?.acts_for.is_empty();
    let name = (!own || looks_after).then_some(named.patient_name.as_str());
    let booked_by = named.booked_by_name.as_deref();
    let booked_by = booked_by.filter(|_| appointment.booked_by.is_none());
    let facts = facts
        .maybe(l.t("book-fact-who"), name)
        .maybe(l.t("patient-fact-booked-by"), booked_by)
        .maybe(l.t("patient-fact-reason"), appointment.reason.as_deref());
    Ok(intake::facts(l, facts, appointment).maybe(
        l.t("patient-fact-status-reason"),
        status_reason(l, appointment).as_deref(),
    ))
}

/// Why it was cancelled or declined; what the program itself declined has the program's words.
pub fn status_reason(l: Locale, of: &Appointment) -> Option<String> {
    match of.status_reason.as_deref() {
        Some(EXPIRED) if of.status == Life::Declined => Some(l.t("requests-expired")),
        reason => reason.map(str::to_owned),
    }
}

/// The way to another time: to patients a visit is one.
pub fn moving(l: Locale, of: &Appointment) -> Action {
    if of.visit().is_some() {
        Action::link(l.t("visit-move"), visit::moving(of.id))
    } else {
        Action::link(l.t("patient-move"), format!("/patient/appointments/{}/move", of.id))
    }
}

fn actions(ctx: &Ctx, l: Locale, named: &NamedAppointment, terms: &Terms<'_>) -> Vec<Action> {
    let appointment = &named.appointment;
    let href = format!("/patient/appointments/{}", appointment.id);
    let mut actions = Vec::new();
    if appointment.status.is_open() && appointment.starts_at > ctx.now {
        let file = format!("{href}/calendar.ics");
        actions.push(Action::link(l.t("patient-add-to-calendar"), file).icon(Icon("calendar-plus")));
        let (may_move, may_cancel) = (terms.may_move(ctx.now), terms.may_cancel(ctx.now));
        if !may_change(ctx, named) {
            return actions;
        }
        if may_move {
            actions.push(moving(l, appointment).icon(Icon("calendar-clock")));
        }
        if may_cancel {
            let label = if appointment.visit().is_some() {
                "visit-cancel"
            } else {
                "patient-cancel"
            };
            let cancel = Action::link(l.t(label), format!("{href}/cancel"));
            actions.push(cancel.kind(Kind::Danger).icon(Icon("x")));
        }
        if !may_move && !may_cancel {
            actions.extend(call(ctx, l));
        }
    } else if may_change(ctx, named) {
        let wanted = Wanted {
            patient: Some(appointment.patient_id).filter(|id| !is_own(ctx, *id)),
            service: Some(appointment.service_id),
            provider: Some(appointment.provider_id),
            ..Wanted::default()
        };
        actions.push(Action::link(l.t("patient-rebook"), wanted.address("/book")).icon(Icon("rotate-cw")));
    }
    actions
}
