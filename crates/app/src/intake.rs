//! What services ask before they are booked: the rules for questions, and the answers of a booking.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kalends_domain::id::{QuestionId, ServiceId};
use kalends_domain::intake::{self, Answer, Asking, Condition, MAX_QUESTIONS, Question, QuestionKind, Refusal};
use kalends_domain::texts::Texts;
use kalends_store::services;
use kalends_store::tx::Tx;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::error::{AppError, FieldError, Result};
use crate::settings::LANGUAGES;
use crate::validate::Check;

/// The longest question, choice or instruction, in characters.
const TEXT_MAX: usize = 500;
/// The most choices of a question.
const CHOICES_MAX: usize = 30;

/// What a caller answers.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    pub given: BTreeMap<QuestionId, Value>,
    /// The language in which the questions were shown; absent: the caller's.
    pub language: Option<String>,
}

/// The rules for a service's questions.
pub(crate) fn check_questions(check: &mut Check, questions: &[Question]) {
    if questions.len() > MAX_QUESTIONS {
        check.fail_with("intake", "too-many", vec![("max", MAX_QUESTIONS.to_string())]);
    }
    let distinct: BTreeSet<QuestionId> = questions.iter().map(|it| it.id).collect();
    if distinct.len() < questions.len() {
        check.fail("intake", "taken");
    }
    for (position, question) in questions.iter().enumerate() {
        let at = |member: &str| format!("intake/{position}/{member}");
        texts(check, &at("text"), &question.text);
        let is_choice = question.kind == QuestionKind::Choice;
        if is_choice == question.choices.is_empty() || question.choices.len() > CHOICES_MAX {
            check.fail(
                &at("choices"),
                if is_choice { "required" } else { "not-with-this-kind" },
            );
        }
        let values: BTreeSet<&str> = question.choices.iter().map(|it| it.value.as_str()).collect();
        if values.len() < question.choices.len() {
            check.fail(&at("choices"), "taken");
        }
        for choice in &question.choices {
            check.line(&at("choices"), &choice.value, TEXT_MAX);
            texts(check, &at("choices"), &choice.text);
        }
        if let Some(stop) = &question.stop {
            texts(check, &at("stop"), &stop.text);
            let fits = match (&stop.when, question.kind) {
                (Condition::Is(value), QuestionKind::Choice) => values.contains(value.as_str()),
                (Condition::Is(value), QuestionKind::YesNo) => ["yes", "no"].contains(&value.as_str()),
                (Condition::Below(_) | Condition::Above(_), QuestionKind::Number) => true,
                (Condition::YoungerThan(years) | Condition::OlderThan(years), QuestionKind::Date) => {
                    (0..=150).contains(years)
                }
                _ => false,
            };
            if !fits {
                check.fail(&at("stop"), "not-with-this-kind");
            }
        }
    }
}

/// At least one, in languages that pages are written in.
fn texts(check: &mut Check, field: &str, texts: &Texts) {
    if texts.0.is_empty() {
        check.fail(field, "required");
    }
    for (language, text) in &texts.0 {
        if !LANGUAGES.contains(&language.as_str()) {
            check.fail(field, "unknown-language");
        }
        check.line(field, text, TEXT_MAX);
    }
}

/// The answers of a booking, looked at.
///
/// # Errors
/// `answers/<question>` with the code of the rule that it breaks, or the rule `intake-stop` with what to do instead.
pub(crate) async fn answered(
    tx: &mut Tx,
    ctx: &Ctx,
    service: ServiceId,
    asks: bool,
    answers: &Answers,
    today: Date,
) -> Result<Vec<Answer>> {
    if !asks && answers.given.is_empty() {
        return Ok(Vec::new());
    }
    let questions = services::intake(tx, ctx.tenant_id(), service).await?;
    let own = ctx.signed_in().ok().and_then(|user| user.language.as_deref());
    let language = answers.language.as_deref().or(own);
    let language = language.or(ctx.tenant.settings.language.as_deref()).unwrap_or("en");
    let asking = Asking {
        language,
        today,
        is_staff: ctx.is_staff(),
    };
    intake::check(&questions, &answers.given, asking).map_err(|refusal| match refusal {
        Refusal::Stop(text) => AppError::NotBookable {
            rule: "intake-stop".into(),
            detail: Some(text),
        },
        Refusal::Wrong(wrong) => AppError::Invalid(wrong.into_iter().map(beside).collect()),
    })
}

fn beside((question, code): (QuestionId, &'static str)) -> FieldError {
    FieldError {
        pointer: format!("/answers/{question}"),
        code,
        params: if code == "too-long" {
            vec![("max", intake::ANSWER_MAX.to_string())]
        } else {
            Vec::new()
        },
    }
}
