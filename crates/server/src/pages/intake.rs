//! What services ask: the fields of a booking, what they sent, and what was answered.

use std::collections::BTreeMap;

use kalends_app::error::FieldError;
use kalends_app::intake::Answers;
use kalends_domain::appointment::Appointment;
use kalends_domain::id::QuestionId;
use kalends_domain::intake::{ANSWER_MAX, Question, QuestionKind};
use serde_json::Value;

use super::kit::{Cell, Choice, Facts, Field, Submitted};
use crate::http::locale::Locale;

/// The name of a question's field.
fn name(question: &Question) -> String {
    format!("answer-{}", question.id)
}

/// A field for each question, in the reader's language.
pub fn fields(l: Locale, questions: &[Question]) -> Vec<Field> {
    questions.iter().map(|question| field(l, question)).collect()
}

fn field(l: Locale, question: &Question) -> Field {
    let (name, label) = (name(question), question.text.of(l.code()).to_owned());
    let field = match question.kind {
        QuestionKind::Text => Field::textarea(name, label).attribute("maxlength", ANSWER_MAX.to_string()),
        QuestionKind::Choice => {
            let choices = question.choices.iter();
            let choices = choices.map(|it| Choice::new(it.value.clone(), it.text.of(l.code())));
            Field::radios(name, label, choices.collect())
        }
        QuestionKind::Number => Field::text(name, label).short().attribute("inputmode", "numeric"),
        QuestionKind::Date => Field::date(name, label),
        QuestionKind::YesNo => {
            let choices = vec![
                Choice::new("yes", l.t("intake-yes")),
                Choice::new("no", l.t("intake-no")),
            ];
            Field::radios(name, label, choices).across()
        }
        QuestionKind::Consent => Field::checkbox(name, label),
    };
    if question.required { field.required() } else { field }
}

/// What a form with these fields sent.
pub fn answers(l: Locale, questions: &[Question], submitted: &Submitted) -> Answers {
    let mut given = BTreeMap::new();
    for question in questions {
        let Some(text) = submitted.some(&name(question)) else {
            continue;
        };
        let value = match question.kind {
            QuestionKind::Text | QuestionKind::Choice | QuestionKind::Date => Value::String(text),
            // What is no number is told so where it is looked at.
            QuestionKind::Number => text.trim().parse::<i64>().map_or(Value::String(text), Value::from),
            QuestionKind::YesNo if text == "yes" => Value::Bool(true),
            QuestionKind::YesNo if text == "no" => Value::Bool(false),
            QuestionKind::YesNo => Value::String(text),
            QuestionKind::Consent => Value::Bool(submitted.is_checked(&name(question))),
        };
        given.insert(question.id, value);
    }
    Answers {
        given,
        language: Some(l.code().to_owned()),
    }
}

/// Errors beside the fields of their questions.
pub fn beside(errors: &[FieldError]) -> Vec<FieldError> {
    let moved = errors.iter().map(|error| {
        let id = error.pointer.strip_prefix("/answers/");
        let id = id.and_then(|id| id.parse::<QuestionId>().ok());
        FieldError {
            pointer: id.map_or_else(|| error.pointer.clone(), |id| format!("/answer-{id}")),
            ..error.clone()
        }
    });
    moved.collect()
}

/// What was typed, to be sent again from a page that does not ask.
pub fn kept(questions: &[Question], submitted: &Submitted) -> Vec<(String, String)> {
    let kept = questions.iter().filter_map(|question| {
        let name = name(question);
        submitted.some(&name).map(|text| (name, text))
    });
    kept.collect()
}

/// What was answered, question by question.
pub fn facts(l: Locale, facts: Facts, appointment: &Appointment) -> Facts {
    appointment.answers.iter().fold(facts, |facts, answer| {
        let text = match answer.value.as_bool() {
            Some(true) => l.t("intake-yes"),
            Some(false) => l.t("intake-no"),
            None => answer.text.clone(),
        };
        facts.row(answer.question.clone(), Cell::text(text))
    })
}
