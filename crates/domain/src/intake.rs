//! Intake: what a service asks before it is booked, and what was answered. One function looks at the answers, wherever they come from.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::QuestionId;
use crate::name::names;
use crate::texts::Texts;

/// The longest text of an answer, in characters.
pub const ANSWER_MAX: usize = 1_000;
/// The most questions of a service.
pub const MAX_QUESTIONS: usize = 20;

names! {
    /// How a question is answered.
    pub enum QuestionKind {
        Text = "text",
        /// One of the choices, by its value.
        Choice = "choice",
        /// A whole number.
        Number = "number",
        /// `2027-01-31`.
        Date = "date",
        YesNo = "yes_no",
        /// Only yes is an answer.
        Consent = "consent",
    }
}

/// One of a question's choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerChoice {
    /// What is sent and compared.
    pub value: String,
    pub text: Texts,
}

/// Which answers stop a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// This choice; `yes` or `no`.
    Is(String),
    /// A number below this one.
    Below(i64),
    /// A number above this one.
    Above(i64),
    /// A birth date less than so many years ago.
    YoungerThan(i64),
    /// A birth date so many years ago, or more.
    OlderThan(i64),
}

/// An answer that stops the booking, and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    pub when: Condition,
    pub text: Texts,
}

/// A question as it is stored with its service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: QuestionId,
    pub kind: QuestionKind,
    pub required: bool,
    pub text: Texts,
    /// Of a choice only.
    pub choices: Vec<AnswerChoice>,
    pub stop: Option<Stop>,
}

/// An answer, with the question as it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub question_id: QuestionId,
    pub question: String,
    /// As it was sent.
    pub value: Value,
    /// As people read it: a choice in its words. Yes and no are left to who shows them.
    pub text: String,
}

/// Why answers were not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The questions whose answers break a rule, with its code.
    Wrong(Vec<(QuestionId, &'static str)>),
    /// An answer stops the booking: what to do instead.
    Stop(String),
}

/// Who is asking, as far as questions go.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// The language that the questions are shown in.
    pub language: &'a str,
    /// Today, where the appointment will be.
    pub today: Date,
    /// Staff answer what they know, and nothing stops them.
    pub is_staff: bool,
}

/// Looks at the answers to a service's questions.
///
/// # Errors
/// [`Refusal`]: every wrong answer by its code (`required`, `unknown-question`, `must-agree`, `unknown`, `not-a-number`, `malformed`,
/// `too-long`, `control-characters`), or the first one that stops.
pub fn check(
    questions: &[Question],
    given: &BTreeMap<QuestionId, Value>,
    asking: Asking<'_>,
) -> Result<Vec<Answer>, Refusal> {
    let known: BTreeSet<QuestionId> = questions.iter().map(|it| it.id).collect();
    let unknown = given.keys().filter(|id| !known.contains(id));
    let mut wrong: Vec<(QuestionId, &'static str)> = unknown.map(|id| (*id, "unknown-question")).collect();
    let (mut answers, mut stop) = (Vec::new(), None);
    for question in questions {
        let value = given.get(&question.id).filter(|value| !is_blank(value));
        let Some(value) = value else {
            if question.required && !asking.is_staff {
                wrong.push((question.id, question.lacking()));
            }
            continue;
        };
        match question.read(value, asking.language) {
            Ok(text) => {
                if stop.is_none() && !asking.is_staff {
                    stop = question.stopped(value, asking);
                }
                answers.push(Answer {
                    question_id: question.id,
                    question: question.text.of(asking.language).to_owned(),
                    value: value.clone(),
                    text,
                });
            }
            Err(code) => wrong.push((question.id, code)),
        }
    }
    match stop {
        Some(text) => Err(Refusal::Stop(text)),
        None if wrong.is_empty() => Ok(answers),
        None => Err(Refusal::Wrong(wrong)),
    }
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

impl Question {
    const fn lacking(&self) -> &'static str {
        match self.kind {
            QuestionKind::Consent => "must-agree",
            _ => "required",
        }
    }

    /// The answer as people read it.
    fn read(&self, value: &Value, language: &str) -> Result<String, &'static str> {
        let text = value.as_str();
        match self.kind {
            QuestionKind::Text => {
                let text = text.ok_or("malformed")?.trim();
                if text.chars().count() > ANSWER_MAX {
                    return Err("too-long");
                }
                let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
                if text.contains(hidden) {
                    return Err("control-characters");
                }
                Ok(text.to_owned())
            }
            QuestionKind::Choice => {
                let choice = self.choices.iter().find(|it| Some(it.value.as_str()) == text);
                Ok(choice.ok_or("unknown")?.text.of(language).to_owned())
            }
            QuestionKind::Number => value.as_i64().map(|number| number.to_string()).ok_or("not-a-number"),
            QuestionKind::Date => text
                .and_then(|text| text.parse::<Date>().ok())
                .map(|date| date.to_string())
                .ok_or("malformed"),
            QuestionKind::YesNo => value.as_bool().map(|_| String::new()).ok_or("malformed"),
            QuestionKind::Consent if value.as_bool() == Some(true) => Ok(String::new()),
            QuestionKind::Consent if self.required => Err("must-agree"),
            QuestionKind::Consent => value.as_bool().map(|_| String::new()).ok_or("malformed"),
        }
    }

    /// What to do instead, if this answer stops the booking.
    fn stopped(&self, value: &Value, asking: Asking<'_>) -> Option<String> {
        let stop = self.stop.as_ref()?;
        let years = || {
            let date: Date = value.as_str()?.parse().ok()?;
            Some(years_between(date, asking.today))
        };
        let stops = match &stop.when {
            Condition::Is(wanted) => match value {
                Value::Bool(yes) => wanted == if *yes { "yes" } else { "no" },
                other => other.as_str() == Some(wanted),
            },
            Condition::Below(bound) => value.as_i64().is_some_and(|number| number < *bound),
            Condition::Above(bound) => value.as_i64().is_some_and(|number| number > *bound),
            Condition::YoungerThan(bound) => years().is_some_and(|years| years < *bound),
            Condition::OlderThan(bound) => years().is_some_and(|years| years >= *bound),
        };
        stops.then(|| stop.text.of(asking.language).to_owned())
    }
}

/// Whole years: a birthday on 29 February comes on 1 March where there is none.
fn years_between(from: Date, to: Date) -> i64 {
    let years = i64::from(to.year()) - i64::from(from.year());
    let before = (to.month(), to.day()) < (from.month(), from.day());
    years - i64::from(before)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn texts(text: &str) -> Texts {
        Texts(BTreeMap::from([("en".to_owned(), text.to_owned())]))
    }

    fn question(number: u128, kind: QuestionKind, stop: Option<Condition>) -> Question {
        Question {
            id: QuestionId(Uuid::from_u128(number)),
            kind,
            required: true,
            text: texts("Asked?"),
            choices: vec![AnswerChoice {
                value: "a".into(),
                text: texts("The first"),
            }],
            stop: stop.map(|when| Stop {
                when,
                text: texts("Please call us"),
            }),
        }
    }

    fn asked(question: &Question, value: Value) -> Result<Vec<Answer>, Refusal> {
        let asking = Asking {
            language: "ar",
            today: date(2027, 1, 5),
            is_staff: false,
        };
        check(
            std::slice::from_ref(question),
            &BTreeMap::from([(question.id, value)]),
            asking,
        )
    }

    #[test]
    fn every_kind_has_its_answers() {
        use QuestionKind as K;
        for (kind, good, bad, code) in [
            (K::Text, json!("It itches"), json!(3), "malformed"),
            (K::Choice, json!("a"), json!("b"), "unknown"),
            (K::Number, json!(3), json!("three"), "not-a-number"),
            (K::Date, json!("2024-02-29"), json!("2025-02-29"), "malformed"),
            (K::YesNo, json!(false), json!("no"), "malformed"),
            (K::Consent, json!(true), json!(false), "must-agree"),
        ] {
            let question = question(1, kind, None);
            assert!(asked(&question, good).is_ok(), "{kind}");
            assert_eq!(
                asked(&question, bad),
                Err(Refusal::Wrong(vec![(question.id, code)])),
                "{kind}"
            );
        }
        let choice = question(1, K::Choice, None);
        assert_eq!(
            asked(&choice, json!("a")).unwrap()[0].text,
            "The first",
            "in English, where there is no Arabic"
        );
        let missing = asked(&choice, json!(" "));
        assert_eq!(missing, Err(Refusal::Wrong(vec![(choice.id, "required")])));
    }

    #[test]
    fn an_answer_stops_where_its_condition_says() {
        use QuestionKind as K;
        for (kind, when, value, stops) in [
            (K::Date, Condition::YoungerThan(2), "2025-01-06", true),
            (K::Date, Condition::YoungerThan(2), "2025-01-05", false),
            (K::Date, Condition::OlderThan(80), "1947-01-05", true),
            (K::Date, Condition::OlderThan(80), "1947-01-06", false),
            (K::Choice, Condition::Is("a".into()), "a", true),
        ] {
            let question = question(1, kind, Some(when));
            let stopped = asked(&question, json!(value)) == Err(Refusal::Stop("Please call us".into()));
            assert_eq!(stopped, stops, "{value}");
        }
        let number = question(1, K::Number, Some(Condition::Above(40)));
        assert!(asked(&number, json!(40)).is_ok());
        assert_eq!(asked(&number, json!(41)), Err(Refusal::Stop("Please call us".into())));
        let yes = question(1, K::YesNo, Some(Condition::Is("yes".into())));
        assert!(asked(&yes, json!(false)).is_ok());
        assert_eq!(asked(&yes, json!(true)), Err(Refusal::Stop("Please call us".into())));
    }

    #[test]
    fn staff_answer_what_they_know() {
        let question = question(1, QuestionKind::YesNo, Some(Condition::Is("yes".into())));
        let asking = Asking {
            language: "en",
            today: date(2027, 1, 5),
            is_staff: true,
        };
        assert_eq!(
            check(std::slice::from_ref(&question), &BTreeMap::new(), asking),
            Ok(Vec::new())
        );
        let stranger = BTreeMap::from([(QuestionId(Uuid::from_u128(9)), json!(true))]);
        let refused = Refusal::Wrong(vec![(QuestionId(Uuid::from_u128(9)), "unknown-question")]);
        assert_eq!(check(&[question], &stranger, asking), Err(refused));
    }
}
