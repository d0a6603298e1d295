//! Why something was not done, in words for the dialog in which it was tried.

use axum::http::StatusCode;
use jiff::Timestamp;
use kalends_app::error::{Alternative, AppError, Conflict, FieldError};
use kalends_domain::allocation::{Owner, Whose};
use kalends_domain::rule::Rule;
use kalends_domain::time::Span;

use super::board::Board;
use super::sheet::{clock, clock_range};
use crate::pages::kit::{Action, Form, Markup, Notice, Refused, Submitted, Tone};
use crate::pages::rule;

/// What there is to say.
pub struct Refusal {
    pub status: StatusCode,
    /// Fields that break a rule.
    pub errors: Vec<FieldError>,
    /// The rest, above the form.
    pub notice: Option<Notice>,
    /// A rule that staff may set aside.
    pub rule: Option<Rule>,
    /// What is free instead.
    pub alternatives: Vec<Alternative>,
}

impl Refusal {
    /// Explains what a person can do something about; everything else is for the error page.
    ///
    /// # Errors
    /// The error itself, when there is nothing to explain.
    pub fn of(board: &Board, error: AppError, wanted: Option<Timestamp>) -> Result<Self, Refused> {
        let l = board.l;
        let (status, title, text) = match &error {
            AppError::Invalid(errors) => {
                return Ok(Self {
                    errors: errors.clone(),
                    ..Self::plain(StatusCode::UNPROCESSABLE_ENTITY, None)
                });
            }
            AppError::SlotTaken {
                whose: Whose::Patient, ..
            } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                l.t("calendar-refused"),
                rule::to_staff(l, Rule::PatientOverlap.name()),
            ),
            AppError::SlotTaken { whose, alternatives } => (
                StatusCode::CONFLICT,
                match whose {
                    Whose::Resource => l.t("calendar-no-room"),
                    _ => taken(board, wanted),
                },
                l.t(if alternatives.is_empty() {
                    "calendar-none-near"
                } else {
                    "calendar-nearest"
                }),
            ),
            AppError::NotBookable { rule, .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                l.t("calendar-refused"),
                rule::to_staff(l, rule),
            ),
            AppError::NotAll { occurrences } => {
                let lost = occurrences.iter().filter(|it| !it.is_free());
                let times: Vec<String> = lost
                    .map(|it| match it.starts_at {
                        Some(starts_at) => l.day_time(board.zone.local(starts_at)),
                        None => l.day_long(it.date),
                    })
                    .collect();
                (
                    StatusCode::CONFLICT,
                    l.t("series-none-moved"),
                    l.tf("series-cannot", &[("times", times.join(" · ").into())]),
                )
            }
            AppError::Occupied { .. } => (StatusCode::CONFLICT, l.t("calendar-occupied"), String::new()),
            AppError::Stale | AppError::WrongState(_) => {
                (StatusCode::CONFLICT, l.t("calendar-stale"), l.t("calendar-stale-text"))
            }
            _ => return Err(error.into()),
        };
        let mut refusal = Self::plain(status, Some(Notice::new(Tone::Warning, title).text(text)));
        match error {
            AppError::SlotTaken { whose, alternatives } => {
                refusal.alternatives = alternatives;
                refusal.rule = (whose == Whose::Patient).then_some(Rule::PatientOverlap);
            }
            AppError::NotBookable { rule, .. } => {
                refusal.rule = rule.parse().ok().filter(|rule: &Rule| rule.may_be_set_aside());
            }
            AppError::Occupied { conflicts } => {
                refusal.notice = refusal.notice.map(|notice| {
                    conflicts
                        .iter()
                        .fold(notice, |notice, it| notice.action(in_the_way(board, it)))
                });
            }
            _ => {}
        }
        Ok(refusal)
    }

    /// Fields that this page could not read.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::plain(StatusCode::UNPROCESSABLE_ENTITY, None)
        }
    }

    /// One sentence about the whole form.
    pub fn saying(text: String) -> Self {
        let notice = Notice::new(Tone::Error, text);
        Self::plain(StatusCode::UNPROCESSABLE_ENTITY, Some(notice))
    }

    fn plain(status: StatusCode, notice: Option<Notice>) -> Self {
        Self {
            status,
            errors: Vec::new(),
            notice,
            rule: None,
            alternatives: Vec::new(),
        }
    }

    /// What stands above the form.
    pub fn head(&self) -> Markup {
        self.notice.as_ref().map(Markup::of).unwrap_or_default()
    }

    /// The form with what was typed, and with what is wrong beside it.
    pub fn onto(&self, form: Form, submitted: &Submitted) -> Form {
        form.keep(submitted).refused(&self.errors)
    }
}

fn taken(board: &Board, wanted: Option<Timestamp>) -> String {
    match wanted {
        Some(wanted) => board.l.tf(
            "calendar-taken",
            &[("time", clock(board.l, &board.zone, wanted).into())],
        ),
        None => board.l.t("calendar-taken-somehow"),
    }
}

/// Something that takes a time, with the way to it.
fn in_the_way(board: &Board, conflict: &Conflict) -> Action {
    let (key, at) = match conflict.owner {
        Owner::Appointment(id) => (
            "calendar-appointment",
            board.at.page(&[("appointment", &id.to_string())]),
        ),
        Owner::Block(id) => ("calendar-block", board.at.page(&[("block", &id.to_string())])),
        Owner::Hold { .. } => ("calendar-held", board.at.page(&[])),
        Owner::External => ("calendar-busy-elsewhere", board.at.page(&[])),
    };
    let when = Span::new(conflict.starts_at, conflict.ends_at)
        .map(|span| clock_range(board.l, &board.zone, &span))
        .unwrap_or_default();
    Action::link(format!("{when} {}", board.l.t(key)), at).small()
}
