//! `/admin/services/{id}/questions`: what a service asks before it is booked, a block of fields for each question and two for new
//! ones. A question without words is taken away.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::app::App;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, FieldError, Result as Outcome};
use kalends_app::services::{self, ServicePatch};
use kalends_domain::id::ServiceId;
use kalends_domain::intake::{AnswerChoice, Condition, MAX_QUESTIONS, Question, QuestionKind, Stop};
use kalends_domain::service::Service;
use kalends_domain::texts::Texts;

use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Choice, ErrorKind, Field, Form, Frame, Page, Refused, Submitted, Toast, render_as, see_other_saying,
};
use crate::pages::session::AsAdmin;

/// As many blank blocks stand below the questions.
const SPARE: usize = 2;
const CONDITIONS: [&str; 5] = ["is", "below", "above", "younger_than", "older_than"];

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct Questions {
    page: Page,
    form: Form,
}

/// `GET /admin/services/{id}/questions`
pub async fn show(
    State(state): State<AppState>,
    AsAdmin(ctx): AsAdmin,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let service = services::get(&state.app, &ctx, known(&id)?).await?;
    let form = form(frame.l, &service, service.intake.len() + SPARE);
    Ok(page(&ctx, &frame, &service, StatusCode::OK, form))
}

/// `POST /admin/services/{id}/questions`
pub async fn save(
    State(state): State<AppState>,
    AsAdmin(ctx): AsAdmin,
    frame: Frame,
    Path(id): Path<String>,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let l = frame.l;
    let id = known(&id)?;
    let (questions, blocks) = read(&state.app, &submitted);
    let saved = match questions {
        Ok(questions) => {
            let patch = ServicePatch {
                intake: Some(questions),
                ..ServicePatch::default()
            };
            services::update(&state.app, &ctx, id, submitted.parsed("version"), patch).await
        }
        Err(error) => Err(error),
    };
    let (status, error) = match saved {
        Ok(_) => {
            let path = format!("/admin/services/{id}/questions");
            return Ok(see_other_saying(&path, &Toast::success(l.t("records-saved"))));
        }
        Err(error @ AppError::Invalid(_)) => (StatusCode::UNPROCESSABLE_ENTITY, error),
        Err(error @ AppError::Stale) => (StatusCode::CONFLICT, error),
        Err(error) => return Err(error.into()),
    };
    let service = services::get(&state.app, &ctx, id).await?;
    let rows: usize = submitted.parsed("rows").unwrap_or(SPARE).min(MAX_QUESTIONS + SPARE);
    let form = form(l, &service, rows).keep(&submitted);
    let form = match error {
        AppError::Invalid(errors) => form.refused(&beside(errors, &blocks)),
        _ => form.error(l.t("records-stale")),
    };
    Ok(page(&ctx, &frame, &service, status, form))
}

fn known(id: &str) -> Result<ServiceId, Refused> {
    id.parse().map_err(|_| Refused(ErrorKind::NotFound))
}

fn page(ctx: &Ctx, frame: &Frame, service: &Service, status: StatusCode, form: Form) -> Response {
    let l = frame.l;
    let title = l.tf("intake-title", &[("service", service.name.as_str().into())]);
    let page = frame.page(ctx, title).lead(l.t("intake-lead"));
    let page = page.crumb(l.t("services-title"), "/admin/services");
    render_as(status, &Questions { page, form })
}

fn form(l: Locale, service: &Service, rows: usize) -> Form {
    let path = format!("/admin/services/{}/questions", service.id);
    let form = Form::post(l, path, l.t("intake-save"))
        .hidden("version", service.stamp.version.to_string())
        .hidden("rows", rows.to_string());
    (0..rows.min(MAX_QUESTIONS + SPARE)).fold(form, |form, row| block(l, form, row, service.intake.get(row)))
}

/// The fields of one question.
fn block(l: Locale, form: Form, row: usize, it: Option<&Question>) -> Form {
    let name = |part: &str| format!("q{row}-{part}");
    let number = i64::try_from(row).unwrap_or_default() + 1;
    let heading = l.tf("intake-question-number", &[("number", l.number(number).into())]);
    let kinds = QuestionKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.name(), word(l, *kind)));
    let conditions = CONDITIONS.iter().map(|it| Choice::new(*it, l.t(condition_key(it))));
    let conditions = std::iter::once(Choice::new("", l.t("intake-never"))).chain(conditions);
    let stop = it.and_then(|it| it.stop.as_ref());
    let (when, value) = stop.map(|stop| condition(&stop.when)).unzip();
    let in_language = |part: &str, label: &str, texts: Option<&Texts>| {
        Locale::OFFERED.map(|locale| {
            let label = format!("{} ({})", l.t(label), locale.name());
            let text = texts.and_then(|texts| texts.0.get(locale.code()).cloned());
            Field::text(format!("q{row}-{part}-{}", locale.code()), label).maybe(text)
        })
    };
    let choices = Locale::OFFERED.map(|locale| {
        let lines = it.into_iter().flat_map(|it| &it.choices);
        let lines = lines.map(|choice| choice.text.0.get(locale.code()).map_or("", String::as_str));
        let lines: Vec<&str> = lines.collect();
        let label = format!("{} ({})", l.t("intake-choices"), locale.name());
        Field::textarea(format!("q{row}-choices-{}", locale.code()), label).value(lines.join("\n"))
    });
    form.heading(heading)
        .hidden(name("id"), it.map(|it| it.id.to_string()).unwrap_or_default())
        .row(in_language("text", "intake-question", it.map(|it| &it.text)))
        .row([
            Field::select(name("kind"), l.t("intake-kind"), kinds.collect())
                .value(it.map_or(QuestionKind::Text, |it| it.kind).name()),
            Field::checkbox(name("required"), l.t("intake-required")).checked(it.is_some_and(|it| it.required)),
        ])
        .row(choices)
        .row([
            Field::select(name("stop"), l.t("intake-stops"), conditions.collect()).maybe(when),
            Field::text(name("stop-value"), l.t("intake-stop-value"))
                .hint(l.t("intake-stop-value-hint"))
                .maybe(value),
        ])
        .row(in_language("stop-text", "intake-instead", stop.map(|stop| &stop.text)))
}

fn word(l: Locale, kind: QuestionKind) -> String {
    l.t(match kind {
        QuestionKind::Text => "intake-kind-text",
        QuestionKind::Choice => "intake-kind-choice",
        QuestionKind::Number => "intake-kind-number",
        QuestionKind::Date => "intake-kind-date",
        QuestionKind::YesNo => "intake-kind-yes-no",
        QuestionKind::Consent => "intake-kind-consent",
    })
}

fn condition_key(name: &str) -> &'static str {
    match name {
        "is" => "intake-stop-is",
        "below" => "intake-stop-below",
        "above" => "intake-stop-above",
        "younger_than" => "intake-stop-younger",
        _ => "intake-stop-older",
    }
}

fn condition(when: &Condition) -> (&'static str, String) {
    match when {
        Condition::Is(value) => ("is", value.clone()),
        Condition::Below(bound) => ("below", bound.to_string()),
        Condition::Above(bound) => ("above", bound.to_string()),
        Condition::YoungerThan(years) => ("younger_than", years.to_string()),
        Condition::OlderThan(years) => ("older_than", years.to_string()),
    }
}

/// The questions of the form, and the block in which each stands.
fn read(app: &App, submitted: &Submitted) -> (Outcome<Vec<Question>>, Vec<usize>) {
    let rows: usize = submitted.parsed("rows").unwrap_or_default();
    let (mut questions, mut blocks, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows.min(MAX_QUESTIONS + SPARE) {
        let texts = |part: &str| {
            let texts = Locale::OFFERED.into_iter().filter_map(|locale| {
                let text = submitted.some(&format!("q{row}-{part}-{}", locale.code()))?;
                Some((locale.code().to_owned(), text.trim().to_owned()))
            });
            Texts(texts.collect())
        };
        let text = texts("text");
        if text.0.is_empty() {
            continue;
        }
        let get = |part: &str| submitted.get(&format!("q{row}-{part}"));
        let kind: QuestionKind = get("kind").parse().unwrap_or(QuestionKind::Text);
        let value = get("stop-value").trim();
        let when = match (get("stop"), value.parse::<i64>()) {
            ("", _) => None,
            ("is", _) => Some(Condition::Is(value.to_owned())),
            ("below", Ok(bound)) => Some(Condition::Below(bound)),
            ("above", Ok(bound)) => Some(Condition::Above(bound)),
            ("younger_than", Ok(years)) => Some(Condition::YoungerThan(years)),
            ("older_than", Ok(years)) => Some(Condition::OlderThan(years)),
            _ => {
                errors.push(FieldError {
                    pointer: format!("/q{row}-stop-value"),
                    code: "not-a-number",
                    params: Vec::new(),
                });
                None
            }
        };
        questions.push(Question {
            id: get("id").parse().unwrap_or_else(|_| app.new_id()),
            kind,
            required: submitted.is_checked(&format!("q{row}-required")),
            choices: choices(row, kind, submitted),
            stop: when.map(|when| Stop {
                when,
                text: texts("stop-text"),
            }),
            text,
        });
        blocks.push(row);
    }
    if errors.is_empty() {
        (Ok(questions), blocks)
    } else {
        (Err(AppError::Invalid(errors)), blocks)
    }
}

/// A line for each choice, in every language at the same place. The first language's line is what is stored as the answer.
fn choices(row: usize, kind: QuestionKind, submitted: &Submitted) -> Vec<AnswerChoice> {
    if kind != QuestionKind::Choice {
        return Vec::new();
    }
    let lines = Locale::OFFERED.map(|locale| {
        let text = submitted.get(&format!("q{row}-choices-{}", locale.code()));
        let lines: Vec<String> = text.lines().map(|line| line.trim().to_owned()).collect();
        (locale, lines)
    });
    let most = lines.iter().map(|(_, lines)| lines.len()).max().unwrap_or_default();
    let choice = |at: usize| {
        let texts = lines.iter().filter_map(|(locale, lines)| {
            let line = lines.get(at).filter(|line| !line.is_empty())?;
            Some((locale.code().to_owned(), line.clone()))
        });
        let text = Texts(texts.collect());
        (!text.0.is_empty()).then(|| AnswerChoice {
            value: text.of("en").to_owned(),
            text,
        })
    };
    (0..most).filter_map(choice).collect()
}

/// Errors of the use case beside the fields of their block.
fn beside(errors: Vec<FieldError>, blocks: &[usize]) -> Vec<FieldError> {
    let moved = errors.into_iter().map(|error| {
        let mut parts = error.pointer.trim_start_matches("/intake/").splitn(2, '/');
        let position = parts.next().and_then(|at| at.parse::<usize>().ok());
        let row = position.and_then(|at| blocks.get(at));
        let field = match parts.next() {
            Some("text") => Some("text-en"),
            Some("choices") => Some("choices-en"),
            Some("stop") => Some("stop-value"),
            _ => None,
        };
        match (row, field) {
            (Some(row), Some(field)) => FieldError {
                pointer: format!("/q{row}-{field}"),
                ..error
            },
            _ => error,
        }
    });
    moved.collect()
}
