//! Why a time cannot be had, in a patient's words, with what to do next.

use axum::http::StatusCode;
use jiff::civil::DateTime;
use kalends_app::ctx::Ctx;
use kalends_app::error::{Alternative, AppError};
use kalends_domain::rule::{NextStep, Rule};

use super::offered::{Offered, zone};
use super::wanted::Pick;
use super::ways::{Asked, ways};
use crate::http::locale::Locale;
use crate::pages::kit::{Notice, Tone};
use crate::pages::rule;

/// What was refused, as a page says it.
pub struct Refusal {
    pub status: StatusCode,
    pub notice: Notice,
    pub alternatives: Vec<Alternative>,
}

/// The refusal of a time, with the best that can be done next; an error that is none comes back.
///
/// # Errors
/// The error itself, where it is not about the time.
pub fn explain(
    ctx: &Ctx,
    l: Locale,
    asked: &Asked<'_>,
    wanted: DateTime,
    error: AppError,
) -> Result<Refusal, AppError> {
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
                notice: with_ways(
                    Notice::new(Tone::Error, title).text(text),
                    ctx,
                    l,
                    asked,
                    if alternatives.is_empty() {
                        Rule::Taken.next_steps()
                    } else {
                        &[]
                    },
                ),
                alternatives,
            })
        }
        AppError::NotBookable { rule, .. } => {
            let notice = Notice::new(Tone::Error, l.t("book-not-possible")).text(rule::to_patient(l, &rule));
            Ok(Refusal {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                notice: with_ways(notice, ctx, l, asked, next_steps(&rule)),
                alternatives: Vec::new(),
            })
        }
        other => Err(other),
    }
}

fn with_ways(notice: Notice, ctx: &Ctx, l: Locale, asked: &Asked<'_>, steps: &[NextStep]) -> Notice {
    ways(ctx, l, asked, steps).into_iter().fold(notice, Notice::action)
}

/// What can be done about a refusal that has a rule's name.
fn next_steps(rule: &str) -> &'static [NextStep] {
    match (rule, rule.parse::<Rule>()) {
        (_, Ok(rule)) => rule.next_steps(),
        ("too-many-holds", _) => &[NextStep::OtherTime],
        _ => &[NextStep::Phone, NextStep::OtherTime],
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
