//! `/doctor/dashboard`: the visit at hand, the next two, the day as a line, and what waits to be done.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::{Timestamp, ToSpan as _};
use kalends_app::appointments::{self, Query};
use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::slots;
use kalends_domain::appointment::{NamedAppointment, Status as Life};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::time::Zone;

use super::day::Line;
use super::own;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::desk::steps;
use crate::pages::kit::{Action, Badge, Blank, Frame, Icon, Page, Refused, Status, render};
use crate::pages::session::AsDoctor;

/// How many visits are shown after the one at hand.
const NEXT: usize = 2;
/// How far back visits are looked for that nobody closed.
const BACK_DAYS: i64 = 30;
/// As many to-dos are shown of each kind.
const TO_DOS: u32 = 10;

#[derive(Template)]
#[template(path = "doctor/dashboard.html")]
struct Dashboard {
    page: Page,
    calendar: Action,
    now: Option<Visit>,
    none: Blank,
    next: Vec<Visit>,
    line: Line,
    requests: Vec<Visit>,
    unclosed: Vec<Visit>,
}

/// A visit: who, why, when, how late, and what can be pressed.
struct Visit {
    /// `With you since 10:05`
    label: String,
    name: String,
    /// `10:00–10:40`, with its day where that is not today.
    when: String,
    /// `First visit · Room 2`
    what: String,
    reason: String,
    notes: String,
    late: String,
    badge: Badge,
    /// In the calendar.
    href: String,
    steps: Vec<Action>,
}

/// What every visit on the page is told with.
struct Told<'t> {
    l: Locale,
    now: Timestamp,
    zone: &'t Zone,
}

/// `GET /doctor/dashboard`
pub async fn show(
    State(state): State<AppState>,
    AsDoctor(ctx): AsDoctor,
    frame: Frame,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let (provider, zone) = own(&state, &ctx).await?;
    let today = zone.date_at(ctx.now);
    let day = zone.day(today);
    let of_today = Query {
        from: day.map(|day| day.starts_at()),
        to: day.map(|day| day.ends_at()),
        ..Query::default()
    };
    let mut items = list(&state, &ctx, MAX_LIMIT, of_today).await?;
    items.retain(|it| it.appointment.status.holds_time());
    items.sort_by_key(|it| it.appointment.starts_at);
    let openings = slots::calendar(&state.app, &ctx, provider.id, today, today, None).await?;
    let line = Line::new(l, &zone, ctx.now, &openings, &items, "/doctor/calendar");

    let told = Told {
        l,
        now: ctx.now,
        zone: &zone,
    };
    let at_hand = at_hand(&items, ctx.now);
    let coming = items.iter().filter(|it| {
        let status = it.appointment.status;
        let waits = status == Life::Arrived || (status == Life::Booked && it.appointment.ends_at > ctx.now);
        waits && at_hand.is_none_or(|now| now.appointment.id != it.appointment.id)
    });
    let next: Vec<Visit> = coming.take(NEXT).map(|it| told.visit(it)).collect();

    let pending = Query {
        from: Some(ctx.now),
        statuses: vec![Life::Pending],
        ..Query::default()
    };
    let requests = list(&state, &ctx, TO_DOS, pending).await?;
    let open = Query {
        from: Some(ctx.now.checked_sub((24 * BACK_DAYS).hours()).unwrap_or(ctx.now)),
        to: Some(ctx.now),
        statuses: vec![Life::Booked, Life::Arrived, Life::InProgress],
        ..Query::default()
    };
    let mut unclosed = list(&state, &ctx, MAX_LIMIT, open).await?;
    unclosed.retain(|it| {
        it.appointment.ends_at <= ctx.now && at_hand.is_none_or(|now| now.appointment.id != it.appointment.id)
    });
    unclosed.truncate(usize::try_from(TO_DOS).unwrap_or(usize::MAX));
    Ok(render(&Dashboard {
        page: frame.page(&ctx, l.t("doctor-today")).lead(l.date_long(today)),
        calendar: Action::link(l.t("doctor-calendar"), "/doctor/calendar?view=day").icon(Icon("calendar-days")),
        now: at_hand.map(|it| told.visit(it)),
        none: if next.is_empty() {
            Blank::new(Icon("coffee"), l.t("doctor-none"), l.t("doctor-none-text"))
        } else {
            Blank::new(Icon("coffee"), l.t("doctor-pause"), l.t("doctor-pause-text"))
        },
        next,
        line,
        requests: requests.iter().map(|it| told.visit(it)).collect(),
        unclosed: unclosed.iter().map(|it| told.visit(it)).collect(),
    }))
}

async fn list(state: &AppState, ctx: &Ctx, limit: u32, query: Query) -> Result<Vec<NamedAppointment>> {
    let request = PageRequest {
        limit,
        ..PageRequest::default()
    };
    Ok(appointments::list(&state.app, ctx, &request, query).await?.items)
}

/// Who is inside, else who waits: of several the one who came for the earliest time.
fn at_hand(items: &[NamedAppointment], now: Timestamp) -> Option<&NamedAppointment> {
    let first = |wanted: Life| items.iter().find(|it| it.appointment.status == wanted);
    let due = || {
        let is_due = |it: &&NamedAppointment| {
            let of = &it.appointment;
            of.status == Life::Booked && (of.starts_at..of.ends_at).contains(&now)
        };
        items.iter().find(is_due)
    };
    first(Life::InProgress).or_else(|| first(Life::Arrived)).or_else(due)
}

impl Told<'_> {
    fn visit(&self, it: &NamedAppointment) -> Visit {
        let (l, of) = (self.l, &it.appointment);
        let zone = Zone::new(&of.time_zone).unwrap_or_else(|_| self.zone.clone());
        let (from, to) = (zone.local(of.starts_at), zone.local(of.ends_at));
        let since = || [("time", l.time(zone.local(of.updated_at).time()).into())];
        let label = match of.status {
            Life::InProgress => l.tf("doctor-inside-since", &since()),
            Life::Arrived => l.tf("doctor-waiting-since", &since()),
            Life::Booked if of.starts_at <= self.now => l.t("doctor-expected"),
            _ => l.t("doctor-next"),
        };
        let late = match of.status {
            Life::InProgress => ("doctor-over-time", self.now.duration_since(of.ends_at).as_mins()),
            _ => ("doctor-late", self.now.duration_since(of.starts_at).as_mins()),
        };
        let is_today = from.date() == self.zone.date_at(self.now);
        let room = it.resources();
        let what: Vec<&str> = [it.service_in(l.code())].into_iter().chain(room.as_deref()).collect();
        let mut steps = steps(l, it, "/doctor/dashboard");
        // Nobody fails to come before their time.
        steps.retain(|step| of.starts_at <= self.now || !step.href.ends_with("/no-show"));
        Visit {
            label,
            name: it.patient_name.clone(),
            when: if is_today {
                l.time_range(from.time(), to.time())
            } else {
                l.day_time(from)
            },
            what: what.join(" · "),
            reason: of.reason.clone().unwrap_or_default(),
            notes: of.notes.clone().unwrap_or_default(),
            late: if late.1 > 0 && is_today && of.status != Life::Pending {
                l.tf(late.0, &[("time", l.minutes(late.1).into())])
            } else {
                String::new()
            },
            badge: Status::from(of.status).badge(l),
            href: format!("/doctor/calendar?view=day&date={}&appointment={}", from.date(), of.id),
            steps,
        }
    }
}
