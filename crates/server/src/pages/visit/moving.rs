//! `/book/visit/{id}/move`: all that is still to come of a visit goes to other times. The search and its list are those of booking one;
//! what was chosen stands beside what is, and then it is moved. The id is that of any of its appointments.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::appointments::{self, is_past_cutoff, needs_reason};
use kalends_app::booking::Overrides;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, FieldError};
use kalends_app::occurrence::{Occurrence, Verdict};
use kalends_app::visits::{self, MovedPart, VisitSearch, VisitSlot};
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::id::{AppointmentId, ProviderId, VisitId};
use kalends_domain::permission::{Action as Doing, Resource};
use kalends_domain::rule::Rule;
use kalends_domain::time::Zone;

use super::offer::{self, Words};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::ways::call;
use crate::pages::kit::{
    Action, Blank, ErrorKind, Field, Form, Frame, Icon, Notice, Page, Refused, Search, Submitted, Toast, Tone,
    render_as, see_other_saying,
};
use crate::pages::session::AsBooker;
use crate::pages::{rule, together};

#[derive(Template)]
#[template(path = "visit_move.html")]
struct Move {
    page: Page,
    notice: Option<Notice>,
    /// As it is, and beside it as it would be, once that is chosen.
    times: Vec<Times>,
    /// From when; the choice; or the last question.
    forms: Vec<Form>,
    none: Option<Blank>,
}

/// A visit as it is, or as it would be.
struct Times {
    heading: String,
    date: String,
    parts: Vec<String>,
}

/// A visit that somebody wants to move.
struct Moving<'r> {
    state: &'r AppState,
    ctx: &'r Ctx,
    words: Words,
    typed: Submitted,
    /// The appointment from which they came, and where it is found.
    id: AppointmentId,
    back: String,
    visit: VisitId,
    /// What is still to come of it, in order.
    parts: Vec<NamedAppointment>,
    patient: String,
}

/// What a page says besides.
#[derive(Default)]
struct Said {
    status: StatusCode,
    notice: Option<Notice>,
    errors: Vec<FieldError>,
}

type Answer = std::result::Result<Response, Refused>;

/// `GET /book/visit/{id}/move`
pub async fn show(
    State(state): State<AppState>,
    AsBooker(ctx): AsBooker,
    frame: Frame,
    Path(text): Path<String>,
    search: Search,
) -> Answer {
    let pairs = search.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let typed = Submitted::new(pairs.collect());
    let moving = Moving::read(&state, &ctx, frame.l, &text, typed).await?;
    moving.choice(frame, Said::default()).await
}

/// `POST /book/visit/{id}/move`: what was chosen is shown beside what is; with `sure` it is moved.
pub async fn choose(
    State(state): State<AppState>,
    AsBooker(ctx): AsBooker,
    frame: Frame,
    Path(text): Path<String>,
    submitted: Submitted,
) -> Answer {
    let l = frame.l;
    let moving = Moving::read(&state, &ctx, l, &text, submitted).await?;
    if !moving.typed.get("again").is_empty() {
        return moving.choice(frame, Said::default()).await;
    }
    let Some(times) = moving.chosen() else {
        let notice = Notice::new(Tone::Error, l.t("book-no-time-chosen")).text(l.t("book-no-time-chosen-text"));
        return moving.choice(frame, Said::refused(notice)).await;
    };
    if moving.typed.get("sure").is_empty() || moving.hindrance().is_some() {
        return moving.question(frame, &times, Said::default()).await;
    }
    let parts = moving.parts.iter().zip(&times);
    let parts: Vec<MovedPart> = parts
        .map(|(part, (starts_at, provider_id))| MovedPart {
            appointment_id: part.appointment.id,
            starts_at: *starts_at,
            provider_id: Some(*provider_id),
        })
        .collect();
    let overrides = Overrides {
        rules: Vec::new(),
        reason: moving.typed.some("override_reason"),
    };
    match visits::reschedule(&state.app, &ctx, moving.visit, &parts, &overrides).await {
        Ok(moved) => {
            let first = moved.first().ok_or(AppError::NotFound)?;
            let when = l.day_time(moving.words.zone.local(first.starts_at));
            let said = l.tf("visit-moved", &[("time", when.into())]);
            let to = moved.iter().find(|it| it.id == moving.id).unwrap_or(first);
            Ok(see_other_saying(&together::place(&ctx, to), &Toast::success(said)))
        }
        Err(error) => moving.refused(frame, &times, error).await,
    }
}

impl<'r> Moving<'r> {
    async fn read(state: &'r AppState, ctx: &'r Ctx, l: Locale, text: &str, typed: Submitted) -> Result<Self, Refused> {
        ctx.require(Resource::Appointment, Doing::Write)?;
        let id: AppointmentId = text.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
        let named = appointments::get(&state.app, ctx, id).await?;
        let of = &named.appointment;
        let visit = of.visit().ok_or(AppError::NotFound)?;
        if !ctx.is_staff() {
            ctx.require_patient(of.patient_id, Resource::Appointment, Doing::Write)?;
        }
        let company = appointments::company(&state.app, ctx, of).await?;
        let company = company.ok_or(AppError::NotFound)?;
        // A doctor moves no part of which they do not know, and what is left of a visit is not the whole.
        if !company.is_whole {
            return Err(Refused(ErrorKind::Forbidden));
        }
        let mut parts = company.shown;
        let services = parts
            .iter()
            .map(|it| (it.appointment.service_id, it.service_in(l.code()).to_owned()));
        let people = parts
            .iter()
            .map(|it| (it.appointment.provider_id, it.provider_name.clone()));
        let words = Words {
            l,
            zone: Zone::new(&of.time_zone).map_err(|error| AppError::Internal(error.to_string()))?,
            services: services.collect::<BTreeMap<_, _>>(),
            people: people.collect::<BTreeMap<_, _>>(),
        };
        parts.retain(|it| it.appointment.status.is_open() && it.appointment.starts_at > ctx.now);
        Ok(Self {
            state,
            ctx,
            words,
            typed,
            id,
            back: together::place(ctx, of),
            visit,
            parts,
            patient: named.patient_name.clone(),
        })
    }

    fn path(&self) -> String {
        super::moving(self.id)
    }

    fn from(&self) -> Date {
        offer::first_day(&self.typed, &self.words.zone, self.ctx.now)
    }

    /// A time for each part. What is no choice, or one for another number of parts, is none.
    fn chosen(&self) -> Option<Vec<(Timestamp, ProviderId)>> {
        offer::chosen(&self.typed).filter(|times| times.len() == self.parts.len())
    }

    /// Why it cannot be moved at all, with the next best step.
    fn hindrance(&self) -> Option<Notice> {
        let (ctx, l) = (self.ctx, self.words.l);
        let late = |it: &NamedAppointment| {
            let of = &it.appointment;
            is_past_cutoff(of, of.policy.reschedule_cutoff_minutes, ctx.now)
        };
        let words = if self.parts.is_empty() {
            "patient-cannot-move"
        } else if !ctx.is_staff() && self.parts.iter().any(late) {
            "patient-too-late-to-move"
        } else {
            return None;
        };
        let notice = Notice::new(Tone::Warning, l.t(words));
        let calls = call(ctx, l).filter(|_| !ctx.is_staff());
        Some(calls.into_iter().fold(notice, Notice::action))
    }

    async fn find(&self) -> kalends_app::error::Result<Vec<VisitSlot>> {
        let Some(first) = self.parts.first() else {
            return Ok(Vec::new());
        };
        let search = VisitSearch {
            moving: Some(self.visit),
            ..offer::search(self.from(), first.appointment.location_id)
        };
        let mut found = visits::list(&self.state.app, self.ctx, &search).await?;
        // Where it is already it cannot be moved to.
        found.retain(|slot| {
            let parts = slot.parts.iter().zip(&self.parts);
            parts.into_iter().any(|(new, old)| {
                (new.starts_at, new.provider_id) != (old.appointment.starts_at, old.appointment.provider_id)
            })
        });
        Ok(found)
    }

    /// The search and what it finds, to choose from.
    async fn choice(&self, frame: Frame, said: Said) -> Answer {
        let l = self.words.l;
        if let Some(hindrance) = self.hindrance() {
            let said = Said {
                notice: Some(hindrance),
                ..said
            };
            return Ok(self.page(frame, said, Vec::new(), None));
        }
        let (from, found) = (self.from(), self.find().await?);
        let day = Field::date("from", l.t("visit-from")).value(from.to_string());
        let mut forms = vec![Form::get(l, self.path(), l.t("visit-find")).field(day)];
        if found.is_empty() {
            let later = Search::of(&self.path()).with(&[("from", offer::later(from).to_string().as_str())]);
            let blank = Blank::new(Icon("calendar-x-2"), l.t("visit-none"), l.t("visit-move-none-text"))
                .action(Action::link(l.t("visit-move-later"), later).icon(Icon("calendar-days")));
            let calls = call(self.ctx, l).filter(|_| !self.ctx.is_staff());
            let blank = calls.into_iter().fold(blank, Blank::action);
            return Ok(self.page(frame, said, forms, Some(blank)));
        }
        let choices = Form::post(l, self.path(), l.t("visit-move-look"))
            .hidden("from", from.to_string())
            .field(self.words.choice(&found))
            .keep(&self.typed);
        forms.push(self.with_reason(choices));
        Ok(self.page(frame, said, forms, None))
    }

    /// What was typed already goes along while another time is chosen.
    fn with_reason(&self, form: Form) -> Form {
        match self.typed.some("override_reason") {
            Some(reason) => form.hidden("override_reason", reason),
            None => form,
        }
    }

    /// What is and what would be, beside each other.
    async fn question(&self, frame: Frame, times: &[(Timestamp, ProviderId)], said: Said) -> Answer {
        if self.hindrance().is_some() {
            return self.choice(frame, said).await;
        }
        let l = self.words.l;
        let form = Form::post(l, self.path(), l.t("visit-move"))
            .hidden("sure", "1")
            .hidden("from", self.from().to_string())
            .hidden("at", self.typed.get("at"))
            .other(l.t("visit-move-other"), "again", "1");
        let late = |it: &NamedAppointment| {
            let of = &it.appointment;
            needs_reason(self.ctx, of, of.policy.reschedule_cutoff_minutes)
        };
        let form = if self.parts.iter().any(late) {
            let field = Field::text("override_reason", l.t("calendar-late-reason"));
            form.field(field.hint(l.t("calendar-late-hint")).required())
                .keep(&self.typed)
        } else {
            form
        };
        let new = times.iter().zip(&self.parts);
        let parts = new.map(|((starts_at, provider), it)| {
            // With whom it is already, or somebody whom an address that was made by hand names.
            let name = self.words.people.get(provider).map_or("", String::as_str);
            self.words.part(*starts_at, it.appointment.service_id, name)
        });
        let new = Times {
            heading: l.t("visit-move-new"),
            date: self.date(times.first().map(|(starts_at, _)| *starts_at)),
            parts: parts.collect(),
        };
        let mut page = Move {
            notice: said.notice,
            ..self.shell(frame, vec![form.refused(&said.errors)])
        };
        page.times.push(new);
        Ok(render_as(said.status, &page))
    }

    fn page(&self, frame: Frame, said: Said, forms: Vec<Form>, none: Option<Blank>) -> Response {
        let page = Move {
            notice: said.notice,
            none,
            ..self.shell(frame, forms)
        };
        render_as(said.status, &page)
    }

    fn shell(&self, frame: Frame, forms: Vec<Form>) -> Move {
        let l = self.words.l;
        let parts = self.parts.iter();
        let parts = parts.map(|it| {
            let of = &it.appointment;
            self.words.part(of.starts_at, of.service_id, &it.provider_name)
        });
        let now = Times {
            heading: l.t("visit-move-now"),
            date: self.date(self.parts.first().map(|it| it.appointment.starts_at)),
            parts: parts.collect(),
        };
        let lead = if self.ctx.is_staff() {
            l.tf("visit-move-lead-for", &[("name", self.patient.as_str().into())])
        } else {
            l.t("visit-move-lead")
        };
        Move {
            page: frame
                .page(self.ctx, l.t("visit-move-title"))
                .crumb(l.t("visit-move-back"), self.back.as_str())
                .lead(lead),
            notice: None,
            times: if self.parts.is_empty() { Vec::new() } else { vec![now] },
            forms,
            none: None,
        }
    }

    fn date(&self, at: Option<Timestamp>) -> String {
        let date = at.map(|at| self.words.zone.date_at(at));
        date.map(|date| self.words.l.date_long(date)).unwrap_or_default()
    }

    /// Why it was not moved, above the question or above the times that are free now.
    async fn refused(&self, frame: Frame, times: &[(Timestamp, ProviderId)], error: AppError) -> Answer {
        let l = self.words.l;
        let notice = |text: String| Notice::new(Tone::Error, l.t("visit-not-moved")).text(text);
        let conflict = |text: String| Said {
            status: StatusCode::CONFLICT,
            ..Said::refused(notice(text))
        };
        let said = match error {
            AppError::Invalid(errors) if errors.iter().all(|error| error.pointer == "/override_reason") => {
                let said = Said {
                    status: StatusCode::UNPROCESSABLE_ENTITY,
                    notice: None,
                    errors,
                };
                return self.question(frame, times, said).await;
            }
            AppError::NotAll { occurrences } => match broken(&occurrences) {
                Some(rule) => Said::refused(notice(self.why(rule))),
                None => conflict(l.t("visit-taken")),
            },
            AppError::NotBookable { rule, .. } => Said::refused(notice(self.why(&rule))),
            AppError::SlotTaken { .. } => conflict(l.t("visit-taken")),
            // Its parts are others by now, or in another order.
            AppError::Invalid(_) | AppError::Stale => conflict(l.t("visit-changed")),
            AppError::WrongState(_) | AppError::NotFound => {
                return Ok(see_other_saying(&self.back, &Toast::info(l.t("patient-cannot-move"))));
            }
            error => return Err(error.into()),
        };
        self.choice(frame, said).await
    }

    fn why(&self, name: &str) -> String {
        if self.ctx.is_staff() {
            rule::to_staff(self.words.l, name)
        } else {
            rule::to_patient(self.words.l, name)
        }
    }
}

/// The rule that one of the parts breaks, where it is more than that somebody else has the time.
fn broken(occurrences: &[Occurrence]) -> Option<&str> {
    occurrences.iter().find_map(|it| match &it.verdict {
        Verdict::Refused { rule, .. } if rule != Rule::Taken.name() => Some(rule.as_str()),
        _ => None,
    })
}

impl Said {
    fn refused(notice: Notice) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            notice: Some(notice),
            errors: Vec::new(),
        }
    }
}
