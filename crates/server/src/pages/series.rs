//! `/series/new`: the same service again and again for one patient. First the rule, then every time with its verdict, then all of them
//! booked in one go.

mod asked;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use jiff::ToSpan as _;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, FieldError, Result};
use kalends_app::idempotency::Once;
use kalends_app::occurrence::{NOT_A_TIME, Occurrence, Verdict};
use kalends_app::series;
use kalends_domain::appointment::Appointment;
use kalends_domain::id::ProviderId;
use kalends_domain::permission::Role;
use kalends_domain::time::Zone;

use self::asked::Asked;
use super::kit::{
    Badge, Form, Frame, Notice, Page, Refused, Search, Submitted, Toast, Tone, render_as, see_other_saying,
};
use super::rule;
use super::session::AsStaff;
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new().route("/series/new", get(show).post(book))
}

/// The page with the form filled in for another of these, a week later.
pub fn repeated(of: &Appointment) -> String {
    let mut pairs = vec![
        ("patient", of.patient_id.to_string()),
        ("service", of.service_id.to_string()),
        ("provider", of.provider_id.to_string()),
        ("location", of.location_id.to_string()),
    ];
    if let Ok(zone) = Zone::new(&of.time_zone) {
        let at = zone.local(of.starts_at);
        pairs.push(("date", at.date().saturating_add(1.week()).to_string()));
        pairs.push(("time", at.time().strftime("%H:%M").to_string()));
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Search::of("/series/new").with(&pairs)
}

/// The page with an empty form for a patient.
pub fn of_patient(id: &str) -> String {
    format!("/series/new?patient={id}")
}

#[derive(Template)]
#[template(path = "series.html")]
struct Show {
    page: Page,
    notice: Option<Notice>,
    form: Form,
    plan: Option<Plan>,
}

/// What the rule comes to.
struct Plan {
    /// Where the choices are sent: the page's own address, which has the rule.
    action: String,
    summary: String,
    lines: Vec<Line>,
    /// Whether some cannot be had, and whether they are left out.
    has_conflicts: bool,
    skips: bool,
}

/// One occurrence.
struct Line {
    number: usize,
    when: String,
    badge: Badge,
    /// With whom, or why not.
    text: String,
    /// What it can be instead; nothing where it is free.
    times: Vec<Time>,
}

/// A time to choose.
struct Time {
    value: String,
    label: String,
    chosen: bool,
}

/// What one answer says.
struct Shown<'s> {
    status: StatusCode,
    notice: Option<Notice>,
    /// What was chosen for times that cannot be had.
    chosen: &'s Submitted,
    /// Every time, or what is wrong with the rule.
    found: std::result::Result<Vec<Occurrence>, Vec<FieldError>>,
}

type Answer = std::result::Result<Response, Refused>;

/// `GET /series/new`
async fn show(State(state): State<AppState>, AsStaff(ctx): AsStaff, frame: Frame, search: Search) -> Answer {
    let asked = Asked::read(&state.app, &ctx, frame.l, &search).await?;
    let nothing = Submitted::new(Vec::new());
    let found = if asked.is_complete() {
        match asked.series(&nothing) {
            Ok(series) => series::plan(&state.app, &ctx, &series).await,
            Err(error) => Err(error),
        }
    } else {
        Ok(Vec::new())
    };
    let found = match found {
        Ok(found) => Ok(found),
        // Looking changes nothing: what is missing is said beside the fields.
        Err(AppError::Invalid(errors)) => Err(errors),
        Err(error) => return Err(error.into()),
    };
    let shown = Shown {
        status: StatusCode::OK,
        notice: None,
        chosen: &nothing,
        found,
    };
    asked.page(&ctx, frame, &search, shown)
}

/// `POST /series/new`: the rule is in the address, what was chosen instead in the form.
async fn book(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
    submitted: Submitted,
) -> Answer {
    let l = frame.l;
    let asked = Asked::read(&state.app, &ctx, l, &search).await?;
    let booked = match asked.series(&submitted) {
        Ok(series) => series::book(&state.app, &ctx, series, &Once::unkeyed()).await,
        Err(error) => Err(error),
    };
    let (status, notice, found) = match booked {
        Ok(booked) => {
            let n = i64::try_from(booked.appointments.len()).unwrap_or(i64::MAX);
            let left = i64::try_from(booked.left_out.len()).unwrap_or(i64::MAX);
            let said = l.tf("series-booked", &[("n", n.into()), ("left", left.into())]);
            let to = match booked.appointments.first() {
                Some(first) => calendar(&ctx, first),
                None => "/series/new".to_owned(),
            };
            return Ok(see_other_saying(&to, &Toast::success(said)));
        }
        Err(AppError::NotAll { occurrences }) => (StatusCode::CONFLICT, l.t("series-not-all-text"), Ok(occurrences)),
        Err(AppError::SlotTaken { .. }) => (StatusCode::CONFLICT, l.t("series-again-text"), Ok(Vec::new())),
        Err(AppError::NotBookable { rule, .. }) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            rule::to_staff(l, &rule),
            Ok(Vec::new()),
        ),
        Err(AppError::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, String::new(), Err(errors)),
        Err(error) => return Err(error.into()),
    };
    let notice = Notice::new(Tone::Error, l.t("series-not-booked")).text(notice);
    let shown = Shown {
        status,
        notice: Some(notice),
        chosen: &submitted,
        found,
    };
    asked.page(&ctx, frame, &search, shown)
}

/// The month of an appointment, where the reader has calendars.
fn calendar(ctx: &Ctx, of: &Appointment) -> String {
    let date = Zone::new(&of.time_zone)
        .map(|zone| zone.date_at(of.starts_at).to_string())
        .unwrap_or_default();
    match ctx.role() {
        Some(Role::Doctor) => format!("/doctor/calendar?date={date}"),
        _ => format!("/admin/calendar?provider={}&date={date}", of.provider_id),
    }
}

impl Asked {
    /// The page with what the rule comes to, or with what is wrong with it.
    fn page(&self, ctx: &Ctx, frame: Frame, search: &Search, shown: Shown<'_>) -> Answer {
        let l = frame.l;
        let form = self.form(search);
        let (form, plan) = match shown.found {
            Ok(found) if found.is_empty() => (form, None),
            Ok(found) => (form, Some(self.plan(l, search, &found, shown.chosen)?)),
            Err(errors) => {
                let errors: Vec<FieldError> = errors.into_iter().map(beside).collect();
                (form.refused(&errors), None)
            }
        };
        let name = self.patient.full_name();
        let page = frame
            .page(ctx, l.t("series-title"))
            .lead(l.tf("series-lead", &[("name", name.into())]));
        let page = Show {
            page,
            notice: shown.notice,
            form,
            plan,
        };
        Ok(render_as(shown.status, &page))
    }

    fn plan(&self, l: Locale, search: &Search, found: &[Occurrence], chosen: &Submitted) -> Result<Plan> {
        let free = found.iter().filter(|it| it.is_free()).count();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let lines: Result<Vec<Line>> = found.iter().map(|it| self.line(l, it, chosen)).collect();
        Ok(Plan {
            action: search.with(&[]),
            summary: l.tf(
                "series-summary",
                &[("free", count(free).into()), ("all", count(found.len()).into())],
            ),
            lines: lines?,
            has_conflicts: free < found.len(),
            skips: chosen.is_checked("skip"),
        })
    }

    fn line(&self, l: Locale, it: &Occurrence, chosen: &Submitted) -> Result<Line> {
        let when = match it.starts_at {
            Some(starts_at) => l.day_time(self.zone()?.local(starts_at)),
            None => l.day_long(it.date),
        };
        let (badge, text, times) = match &it.verdict {
            Verdict::Free { provider_id, .. } => {
                // What was chosen instead is sent again.
                let instead = chosen.some(&format!("instead-{}", it.number)).map(|value| Time {
                    value,
                    label: format!("{when} · {}", self.name(*provider_id)),
                    chosen: true,
                });
                let times = instead.into_iter().collect();
                (Badge::good(l.t("series-free")), self.name(*provider_id), times)
            }
            Verdict::Refused { rule, alternatives } => {
                let why = if rule == NOT_A_TIME {
                    l.t("error-not-a-time")
                } else {
                    rule::to_staff(l, rule)
                };
                let mut times = vec![Time {
                    value: String::new(),
                    label: l.t("series-leave-out"),
                    chosen: false,
                }];
                for other in alternatives {
                    let at = l.day_time(self.zone()?.local(other.starts_at));
                    let value = format!("{}|{}", other.starts_at, other.provider_id);
                    times.push(Time {
                        chosen: chosen.get(&format!("instead-{}", it.number)) == value,
                        label: format!("{at} · {}", self.name(other.provider_id)),
                        value,
                    });
                }
                (Badge::urgent(l.t("series-not-free")), why, times)
            }
        };
        Ok(Line {
            number: it.number,
            when,
            badge,
            text,
            times,
        })
    }

    fn name(&self, id: ProviderId) -> String {
        let found = self.providers.iter().find(|it| it.id == id);
        found.map(|it| it.full_name()).unwrap_or_default()
    }
}

/// Date and time are two fields of one start; a new patient is none of the form's.
fn beside(mut error: FieldError) -> FieldError {
    if error.pointer == "/starts_at" {
        error.pointer = "/date".into();
    }
    error
}
