//! Questions of a service and their answers, as the API writes them.

use std::collections::BTreeMap;

use kalends_app::app::App;
use kalends_app::error::{AppError, FieldError};
use kalends_domain::id::QuestionId;
use kalends_domain::intake::{Answer, AnswerChoice, Condition, Question, QuestionKind, Stop};
use kalends_domain::texts::Texts;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// A text by language: `{"en": "…", "ar": "…"}`. Readers of another language get the English one.
type TextsView = BTreeMap<String, String>;

/// What a service asks before it is booked.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionView {
    /// Keep it when the question is changed; absent for a new one.
    question_id: Option<Uuid>,
    /// `text`, `choice`, `number`, `date`, `yes_no` or `consent`.
    #[schema(value_type = String, examples("text"))]
    kind: QuestionKind,
    /// Of a consent: whether it must be given.
    #[serde(default)]
    required: bool,
    text: TextsView,
    /// Of a `choice` only.
    #[serde(default)]
    choices: Vec<ChoiceView>,
    /// An answer that stops the booking.
    stop: Option<StopView>,
}

/// One of a question's choices.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceView {
    /// What is sent as the answer.
    value: String,
    text: TextsView,
}

/// Which answer stops the booking: exactly one member beside `text`, which says what to do instead.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopView {
    /// A choice's value, `yes` or `no`.
    is: Option<String>,
    /// A number below this one.
    below: Option<i64>,
    above: Option<i64>,
    /// A date less than so many years ago.
    younger_than: Option<i64>,
    /// A date so many years ago or more.
    older_than: Option<i64>,
    text: TextsView,
}

/// An answer, with the question as it was asked.
#[derive(Serialize, ToSchema)]
pub struct AnswerView {
    question_id: Uuid,
    question: String,
    /// As it was sent.
    answer: Value,
}

impl From<&Answer> for AnswerView {
    fn from(it: &Answer) -> Self {
        Self {
            question_id: it.question_id.uuid(),
            question: it.question.clone(),
            answer: it.value.clone(),
        }
    }
}

impl From<&Question> for QuestionView {
    fn from(it: &Question) -> Self {
        let choice = |choice: &AnswerChoice| ChoiceView {
            value: choice.value.clone(),
            text: choice.text.0.clone(),
        };
        Self {
            question_id: Some(it.id.uuid()),
            kind: it.kind,
            required: it.required,
            text: it.text.0.clone(),
            choices: it.choices.iter().map(choice).collect(),
            stop: it.stop.as_ref().map(StopView::from),
        }
    }
}

impl From<&Stop> for StopView {
    fn from(it: &Stop) -> Self {
        let mut view = Self {
            is: None,
            below: None,
            above: None,
            younger_than: None,
            older_than: None,
            text: it.text.0.clone(),
        };
        match &it.when {
            Condition::Is(value) => view.is = Some(value.clone()),
            Condition::Below(bound) => view.below = Some(*bound),
            Condition::Above(bound) => view.above = Some(*bound),
            Condition::YoungerThan(years) => view.younger_than = Some(*years),
            Condition::OlderThan(years) => view.older_than = Some(*years),
        }
        view
    }
}

/// The questions as they are wanted, each with its id or a new one.
///
/// # Errors
/// A condition that is none, or several.
pub fn questions(app: &App, views: Vec<QuestionView>) -> Result<Vec<Question>, AppError> {
    let mut questions = Vec::new();
    for (position, view) in views.into_iter().enumerate() {
        let stop = match view.stop {
            None => None,
            Some(stop) => Some(read(stop).ok_or_else(|| {
                AppError::Invalid(vec![FieldError {
                    pointer: format!("/intake/{position}/stop"),
                    code: "not-with-this-kind",
                    params: Vec::new(),
                }])
            })?),
        };
        let choice = |choice: ChoiceView| AnswerChoice {
            value: choice.value,
            text: Texts(choice.text),
        };
        questions.push(Question {
            id: view.question_id.map_or_else(|| app.new_id(), QuestionId),
            kind: view.kind,
            required: view.required,
            text: Texts(view.text),
            choices: view.choices.into_iter().map(choice).collect(),
            stop,
        });
    }
    Ok(questions)
}

fn read(stop: StopView) -> Option<Stop> {
    let conditions = [
        stop.is.map(Condition::Is),
        stop.below.map(Condition::Below),
        stop.above.map(Condition::Above),
        stop.younger_than.map(Condition::YoungerThan),
        stop.older_than.map(Condition::OlderThan),
    ];
    let mut given = conditions.into_iter().flatten();
    let when = given.next()?;
    given.next().is_none().then_some(Stop {
        when,
        text: Texts(stop.text),
    })
}
