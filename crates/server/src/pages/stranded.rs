//! `/stranded`: the appointments that lost their time to a closure, time off, changed hours or a changed clock, each with a suggested new one, and one
//! confirmation that moves all that are ticked.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use kalends_app::appointments::Reschedule;
use kalends_app::booking::Overrides;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::providers::{self, ProviderFilter};
use kalends_app::slots::Slot;
use kalends_app::stranded::{self, Lost, Move, Stranded};
use kalends_domain::appointment::Range;
use kalends_domain::closure::Extent;
use kalends_domain::id::{AppointmentId, ProviderId};
use kalends_domain::page::PageRequest;
use kalends_domain::permission::Role;
use kalends_domain::provider::Provider;
use kalends_domain::time::{Span, Zone};

use super::kit::{
    Blank, Frame, Icon, Notice, Page, Refused, Search, Submitted, Toast, Tone, render_as, see_other_saying,
};
use super::session::AsStaff;
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// So many stand on one page; when they are moved, the next ones come up.
const MOST: u32 = 50;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new().route("/stranded", get(show).post(apply))
}

/// The page with those in these calendars at that time.
pub fn within(extent: Extent, span: Span) -> String {
    let whose = match extent {
        Extent::Organisation => String::new(),
        Extent::Location(id) => format!("location={id}&"),
        Extent::Provider(id) => format!("provider={id}&"),
    };
    format!("/stranded?{whose}from={}&to={}", span.starts_at(), span.ends_at())
}

/// The page with all of one provider's.
pub fn of_provider(id: ProviderId) -> String {
    format!("/stranded?provider={id}")
}

#[derive(Template)]
#[template(path = "stranded.html")]
struct Show {
    page: Page,
    notices: Vec<Notice>,
    /// Where the form is sent: the page's own address.
    action: String,
    lines: Vec<Line>,
    none: Blank,
}

/// One appointment.
struct Line {
    id: String,
    version: i64,
    patient: String,
    what: String,
    /// When it is now, and the way to it.
    when: String,
    /// What was agreed, where the clock shows something else by now.
    agreed: String,
    href: String,
    times: Vec<Time>,
    chosen: bool,
    /// Why it could not be moved just now.
    error: String,
}

/// A time to choose.
struct Time {
    value: String,
    label: String,
}

type Answer = std::result::Result<Response, Refused>;

/// `GET /stranded`
async fn show(State(state): State<AppState>, AsStaff(ctx): AsStaff, frame: Frame, search: Search) -> Answer {
    page(&state, &ctx, frame, &search, StatusCode::OK, 0, &HashMap::new()).await
}

/// `POST /stranded`
async fn apply(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
    submitted: Submitted,
) -> Answer {
    let moves: Vec<Move> = submitted
        .all("move")
        .iter()
        .filter_map(|id| chosen(&submitted, id))
        .collect();
    if moves.is_empty() {
        let toast = Toast::info(frame.l.t("stranded-none-chosen"));
        return Ok(see_other_saying(&search.with(&[]), &toast));
    }
    let outcomes = stranded::move_all(&state.app, &ctx, moves).await?;
    let moved = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    let mut refused = HashMap::new();
    for (id, outcome) in outcomes {
        if let Err(error) = outcome {
            refused.insert(id, why(frame.l, error)?);
        }
    }
    if refused.is_empty() {
        let toast = Toast::success(frame.l.tf("stranded-moved", &[("n", count(moved).into())]));
        return Ok(see_other_saying(&search.with(&[]), &toast));
    }
    page(&state, &ctx, frame, &search, StatusCode::CONFLICT, moved, &refused).await
}

/// Where one appointment goes, as its row says: a start, with whom and where.
fn chosen(submitted: &Submitted, id: &str) -> Option<Move> {
    let to = submitted.some(&format!("to-{id}"))?;
    let mut parts = to.split('|');
    Some(Move {
        id: id.parse().ok().map(AppointmentId)?,
        to: Reschedule {
            starts_at: parts.next()?.parse().ok()?,
            provider_id: Some(parts.next()?.parse().ok().map(ProviderId)?),
            location_id: Some(parts.next()?.parse().ok().map(kalends_domain::id::LocationId)?),
            overrides: Overrides::default(),
            expected: submitted.parsed(&format!("version-{id}")),
            range: Range::This,
        },
    })
}

/// Why an appointment keeps its old time.
fn why(l: Locale, error: AppError) -> Result<String> {
    Ok(match error {
        AppError::SlotTaken { .. } | AppError::HoldExpired { .. } => l.t("stranded-taken"),
        AppError::NotBookable { rule, .. } => super::rule::to_staff(l, &rule),
        AppError::Stale | AppError::WrongState(_) | AppError::NotFound => l.t("stranded-changed"),
        AppError::Forbidden => l.t("stranded-not-yours"),
        AppError::Invalid(_) => l.t("stranded-not-possible"),
        error => return Err(error),
    })
}

async fn page(
    state: &AppState,
    ctx: &Ctx,
    frame: Frame,
    search: &Search,
    status: StatusCode,
    moved: usize,
    refused: &HashMap<AppointmentId, String>,
) -> Answer {
    let l = frame.l;
    let lost = Lost {
        from: search.some("from").and_then(|at| at.parse().ok()),
        to: search.some("to").and_then(|at| at.parse().ok()),
        provider_id: search.some("provider").and_then(|id| id.parse().ok()).map(ProviderId),
        location_id: search
            .some("location")
            .and_then(|id| id.parse().ok())
            .map(kalends_domain::id::LocationId),
    };
    let request = PageRequest {
        limit: MOST,
        ..PageRequest::default()
    };
    let found = stranded::list(&state.app, ctx, &request, lost).await?;
    let more = found.next.is_some();
    let lost = stranded::suggest(&state.app, ctx, found.items).await?;
    let providers = providers::list(&state.app, ctx, &super::admin::all(), ProviderFilter::default())
        .await?
        .items;
    let lines: Vec<Line> = lost.iter().map(|it| line(l, ctx, it, &providers, refused)).collect();
    let mut notices = Vec::new();
    if !refused.is_empty() {
        let args = [("moved", count(moved).into()), ("kept", count(refused.len()).into())];
        notices.push(Notice::new(Tone::Warning, l.tf("stranded-some", &args)).text(l.t("stranded-some-text")));
    }
    if more {
        notices.push(Notice::new(
            Tone::Info,
            l.tf("stranded-more", &[("n", count(lines.len()).into())]),
        ));
    }
    let page = frame.page(ctx, l.t("stranded-title"));
    let page = if lines.is_empty() {
        page
    } else {
        page.lead(l.t("stranded-lead"))
    };
    Ok(render_as(
        status,
        &Show {
            action: search.with(&[]),
            none: Blank::new(
                Icon("calendar-check-2"),
                l.t("stranded-none"),
                l.t("stranded-none-text"),
            ),
            page,
            notices,
            lines,
        },
    ))
}

fn line(l: Locale, ctx: &Ctx, it: &Stranded, providers: &[Provider], refused: &HashMap<AppointmentId, String>) -> Line {
    let of = &it.named.appointment;
    let local = Zone::new(&of.time_zone).map(|zone| zone.local(of.starts_at));
    let date = local.as_ref().map(|at| at.date().to_string()).unwrap_or_default();
    let calendar = match ctx.role() {
        Some(Role::Doctor) => "/doctor/calendar?".to_owned(),
        _ => format!("/admin/calendar?provider={}&", of.provider_id),
    };
    Line {
        id: of.id.to_string(),
        version: of.version,
        patient: it.named.patient_name.clone(),
        what: format!("{} · {}", it.named.service_in(l.code()), it.named.provider_name),
        when: local.map_or_else(|_| of.starts_at.to_string(), |at| l.day_time(at)),
        agreed: it.agreed.map_or_else(String::new, |at| {
            l.tf("stranded-agreed", &[("time", l.day_time(at).into())])
        }),
        href: format!("{calendar}view=day&date={date}&appointment={}", of.id),
        times: it
            .times
            .iter()
            .map(|slot| time(l, slot, of.provider_id, providers))
            .collect(),
        chosen: !it.times.is_empty(),
        error: refused.get(&of.id).cloned().unwrap_or_default(),
    }
}

/// A time, with the name of whoever it would be with instead.
fn time(l: Locale, slot: &Slot, own: ProviderId, providers: &[Provider]) -> Time {
    let when = Zone::new(&slot.time_zone).map_or_else(
        |_| slot.local_start.clone(),
        |zone| l.day_time(zone.local(slot.starts_at)),
    );
    let other = providers
        .iter()
        .find(|it| it.id == slot.provider_id && slot.provider_id != own);
    Time {
        value: format!("{}|{}|{}", slot.starts_at, slot.provider_id, slot.location_id),
        label: match other {
            Some(other) => format!("{when} · {}", other.full_name()),
            None => when,
        },
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
