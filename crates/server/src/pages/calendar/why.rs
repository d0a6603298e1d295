//! "Why is this time not offered?": the rules that decide about a start, in words.

use askama::Template;
use jiff::civil::Date;
use kalends_app::error::Result;
use kalends_domain::id::ServiceId;
use kalends_domain::time::LocalTime;

use super::board::Board;
use super::book;
use crate::pages::kit::{Dialog, Field, Form, Markup};
use crate::pages::why::{self, Answer, Question};

#[derive(Template)]
#[template(path = "calendar/why.html")]
struct Why {
    lead: String,
    form: Form,
    answers: Vec<Answer>,
}

/// The question, and its answer once it is asked.
pub async fn dialog(board: &Board) -> Result<Dialog> {
    let l = board.l;
    let services = book::given(board).await?;
    let on = board.at.parsed::<Date>("on").unwrap_or(board.today);
    let time = board.at.get("time");
    let mut field = book::service_field(l, &services);
    let service = board
        .at
        .parsed::<ServiceId>("service")
        .or_else(|| services.first().map(|service| service.id));
    field.name = "service".to_owned();
    let form = Form::get(l, board.at.base(), l.t("calendar-why-ask"))
        .field(field.maybe(service.map(|id| id.to_string())))
        .row([
            Field::date("on", l.t("calendar-date")).value(on.to_string()).required(),
            Field::time("time", l.t("calendar-time")).value(time).required(),
        ]);
    let form = Form {
        hidden: board
            .at
            .kept(&["service", "on", "time"])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        ..form
    };
    let mut answers = Vec::new();
    if let (Some(service), Ok(time)) = (service, time.parse::<LocalTime>()) {
        let question = Question {
            service,
            provider: board.provider_id(),
            patient: None,
            on,
            time,
        };
        answers = why::answers(&board.app, &board.ctx, l, &board.zone, &question).await?;
    }
    let body = Why {
        lead: l.tf("calendar-why-lead", &[("name", board.provider_name().into())]),
        form,
        answers,
    };
    Ok(Dialog::new(l, l.t("calendar-why"), board.at.back(), Markup::of(&body)))
}
