//! Why a time cannot be had, in a patient's words, with what to do next.

use axum::http::StatusCode;
use jiff::civil::DateTime;
use kalends_app::ctx::Ctx;
use kalends_app::error::{Alternative, AppError};

use super::offered::{Offered, zone};
use super::wanted::Pick;
use super::week::call;
use crate::http::locale::Locale;
use crate::pages::kit::{Notice, Tone};

/// What was refused, as a page says it.
pub struct Refusal {
    pub status: StatusCode,
    pub notice: Notice,
    pub alternatives: Vec<Alternative>,
}

/// The refusal of a time; an error that is none comes back.
///
/// # Errors
/// The error itself, where it is not about the time.
pub fn explain(ctx: &Ctx, l: Locale, wanted: DateTime, error: AppError) -> Result<Refusal, AppError> {
    match error {
        AppError::SlotTaken { alternatives, .. } | AppError::HoldExpired { alternatives } => {
            let title = l.tf("book-just-taken", &[("time", l.time(wanted.time()).into())]);
            let text = if alternatives.is_empty() {
                l.t("book-just-taken-none")
            } else {
                l.t("book-just-taken-text")
            };
            Ok(Refusal {
                status: StatusCode::CONFLICT,
                notice: Notice::new(Tone::Error, title).text(text),
                alternatives,
            })
        }
        AppError::NotBookable { rule, .. } => {
            let notice = Notice::new(Tone::Error, l.t("book-not-possible")).text(l.t(words(&rule)));
            Ok(Refusal {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                notice: call(ctx, l).into_iter().fold(notice, Notice::action),
                alternatives: Vec::new(),
            })
        }
        other => Err(other),
    }
}

/// The message for a rule. What is nobody's business outside is only that the time is not to be had.
fn words(rule: &str) -> &'static str {
    match rule {
        "lead-time" => "book-rule-lead-time",
        "booking-horizon" => "book-rule-horizon",
        "patient-overlap" => "book-rule-overlap",
        "past" => "book-rule-past",
        "not-accepting" => "book-rule-not-accepting",
        "service-not-offered" | "archived" => "book-rule-not-offered",
        "closure" => "book-rule-closure",
        "too-many-holds" => "book-rule-too-many-holds",
        "cancel-cutoff" => "book-rule-cancel-cutoff",
        "reschedule-cutoff" => "book-rule-move-cutoff",
        _ => "book-rule-not-free",
    }
}

/// What an alternative's button says, and what it sends: `Book Tue 12 Jan, 10:15 with Dr Okafor`.
pub fn choice(l: Locale, offered: &Offered, alternative: &Alternative) -> Result<(String, Pick), AppError> {
    let at = zone(&alternative.time_zone)?.local(alternative.starts_at);
    let provider = offered.provider(alternative.provider_id);
    let pick = Pick {
        starts_at: alternative.starts_at,
        location: alternative.location_id,
        provider: Some(alternative.provider_id),
    };
    let label = match provider {
        Some(provider) => l.tf(
            "book-alternative",
            &[("time", l.day_time(at).into()), ("name", provider.full_name().into())],
        ),
        None => l.day_time(at),
    };
    Ok((label, pick))
}
