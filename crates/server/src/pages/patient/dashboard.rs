//! Where a patient lands: the next appointment, and what to do.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kalends_app::appointments::{self, Query};
use kalends_app::ctx::Ctx;
use kalends_app::tickets;
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::page::PageRequest;
use kalends_domain::permission::{Action as Doing, Resource};

use super::appointment::moving;
use super::appointments::UPCOMING;
use super::card::AppointmentCard;
use super::terms::{Terms, cutoffs};
use super::waitlist::{self, Wish};
use super::whose::{is_own, may_change, whose};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::offered::zone;
use crate::pages::book::wanted::Wanted;
use crate::pages::kit::{Action, Badge, Blank, Frame, Icon, Page, Refused, Status, render};
use crate::pages::proxies::{clock, last_day};
use crate::pages::session::AsPatient;

/// As many as are shown after the next one.
const FOLLOWING: u32 = 5;

/// The next appointment, large.
struct Next {
    /// `in 3 days`
    away: String,
    when: String,
    service: String,
    provider: String,
    place: String,
    whose: Option<String>,
    badge: Badge,
    cutoffs: String,
    starts_at: String,
    zone: String,
    actions: Vec<Action>,
}

/// A ticket that can be used.
struct Granted {
    /// `Follow-up`
    service: String,
    /// `With Dr Okafor · Until 12 January`
    terms: String,
    note: Option<String>,
    whose: Option<String>,
    book: Option<Action>,
}

#[derive(Template)]
#[template(path = "patient/dashboard.html")]
struct Dashboard {
    page: Page,
    next: Option<Next>,
    following: Vec<AppointmentCard>,
    /// What staff granted to book.
    tickets: Vec<Granted>,
    /// Wishes for which a time has become free.
    offered: Vec<Wish>,
    blank: Option<Blank>,
}

/// `GET /patient/dashboard`
pub async fn show(State(state): State<AppState>, AsPatient(ctx): AsPatient, frame: Frame) -> Result<Response, Refused> {
    let l = frame.l;
    let request = PageRequest {
        limit: FOLLOWING + 1,
        sort: Some("starts_at".into()),
        ..PageRequest::default()
    };
    let coming = Query {
        from: Some(ctx.now),
        statuses: UPCOMING.to_vec(),
        ..Query::default()
    };
    let found = appointments::list(&state.app, &ctx, &request, coming).await?.items;
    let next = match found.first() {
        Some(first) => Some(next(&ctx, l, first)?),
        None => None,
    };
    let mut following = Vec::new();
    for named in found.iter().skip(1) {
        following.push(AppointmentCard::new(&ctx, l, named, false)?);
    }
    let name = ctx.signed_in()?.given_name.clone();
    let blank = next.is_none().then(|| {
        Blank::new(
            Icon("calendar"),
            l.t("patient-no-upcoming"),
            l.t("patient-no-upcoming-text"),
        )
        .action(
            Action::link(l.t("patient-book"), "/book")
                .primary()
                .icon(Icon("calendar-plus")),
        )
    });
    Ok(render(&Dashboard {
        page: frame.page(&ctx, l.tf("patient-hello", &[("name", name.into())])),
        next,
        following,
        tickets: tickets(&state, &ctx, l).await?,
        offered: waitlist::waiting(&state, &ctx, &frame)
            .await?
            .into_iter()
            .filter(Wish::is_offered)
            .collect(),
        blank,
    }))
}

async fn tickets(state: &AppState, ctx: &Ctx, l: Locale) -> Result<Vec<Granted>, Refused> {
    let found = tickets::list_good(&state.app, ctx).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let clock = clock(&state.app, ctx).await?;
    let granted = found.into_iter().map(|it| {
        let ticket = &it.ticket;
        let with = it.provider_name.as_deref().or(it.department_name.as_deref());
        let with = with.map(|name| l.tf("book-with-provider", &[("name", name.into())]));
        let until = ticket.valid_until.map(|end| {
            let date = l.date_plain(last_day(&clock, end));
            l.tf("people-until", &[("date", date.into())])
        });
        let own = is_own(ctx, ticket.patient_id);
        let wanted = Wanted {
            patient: Some(ticket.patient_id).filter(|_| !own),
            ticket: Some(ticket.id),
            service: Some(ticket.service_id),
            provider: ticket.provider_id,
            ..Wanted::default()
        };
        let may_book = ctx
            .require_patient(ticket.patient_id, Resource::Appointment, Doing::Write)
            .is_ok();
        let label = l.tf("tickets-book", &[("service", it.service_in(l.code()).into())]);
        Granted {
            terms: with.into_iter().chain(until).collect::<Vec<_>>().join(" · "),
            note: ticket.note.clone(),
            whose: (!own).then(|| l.tf("patient-for", &[("name", it.patient_name.as_str().into())])),
            book: may_book.then(|| {
                Action::link(label, wanted.address("/book"))
                    .primary()
                    .icon(Icon("calendar-plus"))
            }),
            service: it.service_in(l.code()).to_owned(),
        }
    });
    Ok(granted.collect())
}

fn next(ctx: &kalends_app::ctx::Ctx, l: Locale, named: &NamedAppointment) -> Result<Next, Refused> {
    let appointment = &named.appointment;
    let zone = zone(&appointment.time_zone)?;
    let (from, to) = (zone.local(appointment.starts_at), zone.local(appointment.ends_at));
    let href = format!("/patient/appointments/{}", appointment.id);
    let terms = Terms::of(appointment, &zone);
    let mut actions = vec![Action::link(l.t("patient-details"), href.as_str())];
    if appointment.status.is_open() && terms.may_move(ctx.now) && may_change(ctx, named) {
        actions.push(moving(l, appointment));
    }
    let cutoffs = if appointment.status.is_open() && may_change(ctx, named) {
        cutoffs(ctx, l, &terms)
    } else {
        String::new()
    };
    Ok(Next {
        away: l.days_away(zone.date_at(ctx.now), from.date()),
        when: l.day_time_range(from, to),
        service: named.service_in(l.code()).to_owned(),
        provider: named.provider_name.clone(),
        place: named.location_name.clone(),
        whose: whose(ctx, l, named),
        badge: Status::from(appointment.status).badge(l),
        cutoffs,
        starts_at: appointment.starts_at.to_string(),
        zone: zone.name().to_owned(),
        actions,
    })
}
