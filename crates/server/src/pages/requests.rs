//! `/requests`: the appointments that somebody has to agree to, each beside the doctor's day.

mod answers;
mod propose;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::appointments::{self, Query};
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::requests::{self, Numbers, Request};
use kalends_app::slots;
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::id::{AppointmentId, ProviderId};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::permission::Role;
use kalends_domain::time::Zone;

use super::doctor::day::Line;
use super::kit::{
    Action, Blank, Dialog, Field, Form, Frame, Icon, Kind, Notice, Page, Refused, Search, Submitted, Tab, Tabs, Tone,
    render_as,
};
use super::session::AsStaff;
use crate::http::list::encode;
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// The inbox's addresses.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/requests", get(show))
        .route("/requests/{id}/confirm", post(answers::confirm))
        .route("/requests/{id}/decline", post(answers::decline))
        .route("/requests/{id}/propose", post(propose::create))
        .route("/requests/{id}/withdraw", post(answers::withdraw))
}

/// So many requests stand on one page, each with a day.
const SHOWN: u32 = 10;

#[derive(Template)]
#[template(path = "requests/list.html")]
struct Inbox {
    page: Page,
    order: Tabs,
    items: Vec<Item>,
    more: Option<Action>,
    blank: Option<Blank>,
    dialog: Option<Dialog>,
}

/// One request.
struct Item {
    id: String,
    patient: String,
    href: String,
    /// `Consultation · Dr Amara Okafor · Main St`
    what: String,
    when: String,
    /// `Asked on Mon 4 Jan, 08:00`, and until when it waits.
    asked: String,
    expires: String,
    is_urgent: bool,
    reason: String,
    numbers: String,
    proposal: Option<Notice>,
    actions: Vec<Action>,
    line: Line,
}

/// A form that was refused: what was typed into it, and why.
pub struct Returned<'r> {
    status: StatusCode,
    submitted: &'r Submitted,
    notice: Notice,
}

/// `GET /requests`; `decline` and `propose` name the request whose dialog is open.
async fn show(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
) -> std::result::Result<Response, Refused> {
    page(&state, &ctx, &frame, &search, None).await
}

/// The page, with a form that was refused in its dialog.
async fn page(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    search: &Search,
    returned: Option<&Returned<'_>>,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let request = PageRequest {
        limit: SHOWN,
        ..search.request()
    };
    let found = requests::list(&state.app, ctx, &request).await?;
    let mut days = Days::default();
    let mut items = Vec::new();
    for it in &found.items {
        items.push(item(state, ctx, l, search, &mut days, it).await?);
    }
    let dialog = dialog(state, ctx, l, search, returned).await?;
    let oldest = search.sort() == Some("created_at");
    let tabs = vec![
        Tab::new(l.t("requests-soonest"), "/requests", !oldest),
        Tab::new(l.t("requests-oldest"), "/requests?sort=created_at", oldest),
    ];
    let inbox = Inbox {
        page: frame.page(ctx, l.t("requests-title")).lead(l.t("requests-lead")),
        order: Tabs::new(l, l.t("requests-order"), tabs).joined(),
        more: found
            .next
            .as_ref()
            .map(|next| Action::link(l.t("requests-more"), search.with(&[("cursor", &encode(next))]))),
        blank: items
            .is_empty()
            .then(|| Blank::new(Icon("inbox"), l.t("requests-none"), l.t("requests-none-text"))),
        items,
        dialog,
    };
    Ok(render_as(returned.map_or(StatusCode::OK, |it| it.status), &inbox))
}

/// What is on the days that stand beside the requests: one may stand beside several.
#[derive(Default)]
struct Days(HashMap<(ProviderId, Date), (Vec<slots::Day>, Vec<NamedAppointment>)>);

impl Days {
    async fn line(
        &mut self,
        state: &AppState,
        ctx: &Ctx,
        l: Locale,
        it: &NamedAppointment,
        zone: &Zone,
    ) -> Result<Line> {
        let of = &it.appointment;
        let (provider, date) = (of.provider_id, zone.date_at(of.starts_at));
        let (days, visits) = match self.0.entry((provider, date)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(day(state, ctx, provider, zone, date).await?),
        };
        let line = Line::new(l, zone, ctx.now, days, visits, &calendar(ctx, provider));
        Ok(line.folded())
    }
}

/// What is open and who is expected on one date.
async fn day(
    state: &AppState,
    ctx: &Ctx,
    provider: ProviderId,
    zone: &Zone,
    date: Date,
) -> Result<(Vec<slots::Day>, Vec<NamedAppointment>)> {
    let days = slots::calendar(&state.app, ctx, provider, date, date, None).await?;
    let span = zone.day(date);
    let query = Query {
        from: span.map(|day| day.starts_at()),
        to: span.map(|day| day.ends_at()),
        provider_id: Some(provider),
        ..Query::default()
    };
    let request = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let mut visits = appointments::list(&state.app, ctx, &request, query).await?.items;
    visits.retain(|it| it.appointment.status.holds_time());
    Ok((days, visits))
}

/// Where the reader sees this provider's calendar.
fn calendar(ctx: &Ctx, provider: ProviderId) -> String {
    match ctx.role() {
        Some(Role::Doctor) => "/doctor/calendar".to_owned(),
        _ => format!("/admin/calendar?provider={provider}"),
    }
}

async fn item(state: &AppState, ctx: &Ctx, l: Locale, search: &Search, days: &mut Days, it: &Request) -> Result<Item> {
    let (named, of) = (&it.named, &it.named.appointment);
    let zone = zone(&of.time_zone)?;
    let moment = |at: Timestamp| l.day_time(zone.local(at));
    let id = of.id.to_string();
    let today = zone.date_at(ctx.now);
    let when = l.day_time_range(zone.local(of.starts_at), zone.local(of.ends_at));
    let away = l.days_away(today, zone.date_at(of.starts_at));
    let href = match ctx.role() {
        Some(Role::Doctor) => Search::of(&calendar(ctx, of.provider_id)).with(&[("appointment", &id)]),
        _ => format!("/admin/patients/{}", of.patient_id),
    };
    let places = [
        named.service_in(l.code()),
        named.provider_name.as_str(),
        named.location_name.as_str(),
    ];
    Ok(Item {
        patient: named.patient_name.clone(),
        href,
        what: places.join(" · "),
        when: if away.is_empty() {
            when
        } else {
            format!("{when} ({away})")
        },
        asked: l.tf("requests-asked", &[("when", moment(of.created_at).into())]),
        expires: l.tf("requests-expires", &[("when", moment(it.expires_at).into())]),
        is_urgent: it.expires_at.duration_since(ctx.now).as_hours() < 24,
        reason: of.reason.clone().unwrap_or_default(),
        numbers: numbers(l, it.numbers),
        proposal: it.proposal.as_ref().map(|hold| {
            let args = [
                ("when", moment(hold.starts_at).into()),
                ("until", moment(hold.expires_at).into()),
            ];
            let back = Action::post(l.t("requests-withdraw"), format!("/requests/{id}/withdraw")).small();
            Notice::new(Tone::Info, l.tf("requests-proposed", &args)).action(back.about(&named.patient_name))
        }),
        actions: actions(l, search, named),
        line: days.line(state, ctx, l, named, &zone).await?,
        id,
    })
}

fn actions(l: Locale, search: &Search, named: &NamedAppointment) -> Vec<Action> {
    let id = named.appointment.id.to_string();
    let whom = &named.patient_name;
    let opened = |name| search.with(&[("decline", ""), ("propose", ""), (name, &id)]);
    vec![
        Action::post(l.t("requests-confirm"), format!("/requests/{id}/confirm"))
            .with("version", named.appointment.version.to_string())
            .with("back", back(search))
            .icon(Icon("check"))
            .about(whom),
        Action::dialog(l.t("requests-propose"), opened("propose"))
            .icon(Icon("calendar-clock"))
            .about(whom),
        Action::dialog(l.t("requests-decline"), opened("decline"))
            .icon(Icon("x"))
            .kind(Kind::Plain)
            .about(whom),
    ]
}

/// `3 kept · 1 not kept · 2 cancelled · 1 coming`; or that nobody knows them yet.
fn numbers(l: Locale, it: Numbers) -> String {
    let count = |id: &str, count: i64| (count > 0).then(|| l.tf(id, &[("n", count.into())]));
    let told: Vec<String> = [
        count("requests-came", it.came),
        count("requests-no-shows", it.no_shows),
        count("requests-cancelled", it.cancelled),
        count("requests-coming", it.coming),
    ]
    .into_iter()
    .flatten()
    .collect();
    if told.is_empty() {
        l.t("requests-first-time")
    } else {
        told.join(" · ")
    }
}

/// The dialog that the address asks for. What it names may be answered by now; then there is the page alone.
async fn dialog(
    state: &AppState,
    ctx: &Ctx,
    l: Locale,
    search: &Search,
    returned: Option<&Returned<'_>>,
) -> Result<Option<Dialog>> {
    let asked = |name| search.some(name).and_then(|id| id.parse::<AppointmentId>().ok());
    let (declined, proposed) = (asked("decline"), asked("propose"));
    let Some(id) = declined.or(proposed) else {
        return Ok(None);
    };
    let named = match appointments::get(&state.app, ctx, id).await {
        Ok(named) if named.appointment.status.is_open() => named,
        Ok(_) | Err(AppError::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    if declined.is_some() {
        return decline(l, search, &named, returned).map(Some);
    }
    propose::dialog(state, ctx, l, search, &named, returned).await.map(Some)
}

fn decline(l: Locale, search: &Search, named: &NamedAppointment, returned: Option<&Returned<'_>>) -> Result<Dialog> {
    let of = &named.appointment;
    let at = zone(&of.time_zone)?.local(of.starts_at);
    let action = Search::of(&format!("/requests/{}/decline", of.id)).with(&[("back", &back(search))]);
    let mut form = Form::post(l, action, l.t("requests-decline"))
        .kind(Kind::DangerPrimary)
        .hidden("version", of.version.to_string())
        .field(
            Field::textarea("reason", l.t("calendar-why-so"))
                .hint(l.t("calendar-why-so-hint"))
                .attribute("maxlength", "1000")
                .required(),
        );
    if let Some(returned) = returned {
        form = form.keep(returned.submitted).error(&returned.notice.title);
    }
    let args = [
        ("name", named.patient_name.as_str().into()),
        ("when", l.day_time(at).into()),
        ("service", named.service_in(l.code()).into()),
    ];
    Ok(Dialog::confirm(
        l,
        l.t("calendar-decline-title"),
        l.tf("calendar-decline-text", &args),
        back(search),
        form,
    ))
}

/// The list without its dialog.
fn back(search: &Search) -> String {
    search.with(&[("decline", ""), ("propose", ""), ("on", "")])
}

fn zone(name: &str) -> Result<Zone> {
    Zone::new(name).map_err(|error| AppError::Internal(error.to_string()))
}
