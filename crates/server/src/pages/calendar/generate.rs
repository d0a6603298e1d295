//! "Generate Calendar": a month of hours from weekdays and times, with a look at what it would do first.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::error::FieldError;
use kalends_app::idempotency::Once;
use kalends_app::openings::{self, Generate, Generated};
use kalends_domain::id::LocationId;
use kalends_domain::opening::{Meeting, PublishMode, Window};
use kalends_domain::time::{Interval, LocalTime, Month, Weekday};

use super::answers::Answers;
use super::board::Board;
use super::refusal::Refusal;
use super::stranded::{self, Stranded};
use super::view::View;
use crate::http::locale::Locale;
use crate::pages::kit::{
    Choice, Dialog, Field, Form, Markup, Notice, Refused, Submitted, Toast, Tone, see_other_saying,
};

const WEEKDAYS: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];
const FROM: &str = "09:00";
const TO: &str = "17:00";
const SLOT_MINUTES: u32 = 30;
/// How many months there are to choose from.
const MONTHS: usize = 18;

/// The modal with what is usual filled in, or with what was sent and what became of it above.
pub fn dialog(board: &Board, sent: Option<(Form, Markup)>) -> Dialog {
    let (form, head) = sent.unwrap_or_else(|| (form(board), Markup::default()));
    let l = board.l;
    let lead = Markup::of(&Lead {
        text: l.tf("calendar-generate-lead", &[("name", board.provider_name().into())]),
    });
    let form = form.cancel(board.at.back());
    let body = Markup::joined([lead, head, Markup::of(&form)]);
    Dialog::new(l, l.t("calendar-generate-title"), board.at.back(), body)
}

#[derive(Template)]
#[template(source = "<p class=\"text-muted mb-4\">{{ text }}</p>", ext = "html")]
struct Lead {
    text: String,
}

fn form(board: &Board) -> Form {
    let l = board.l;
    let month = month_to_fill(board);
    let weekdays = l.weekdays().map(|day| {
        let name = Weekday::ALL.get(usize::from(day.to_monday_zero_offset().unsigned_abs()));
        Choice::new(name.map_or("", |name| name.name()), l.weekday_short(day))
    });
    let mut form = Form::post(l, board.at.post("generate"), l.t("calendar-generate-slots"))
        .field(
            Field::select("month", l.t("calendar-month-to-fill"), months(board, month))
                .value(month.to_string())
                .required()
                .short(),
        )
        .field(
            Field::checkboxes("weekdays", l.t("calendar-weekdays"), weekdays.to_vec())
                .values(WEEKDAYS.map(Weekday::name))
                .required()
                .across(),
        )
        .row([
            Field::time("from", l.t("calendar-from")).value(FROM).required(),
            Field::time("to", l.t("calendar-to")).value(TO).required(),
        ])
        .row([
            Field::time("from2", l.t("calendar-from2")),
            Field::time("to2", l.t("calendar-to2")),
        ])
        .row([
            slot_minutes(board).value(SLOT_MINUTES.to_string()),
            publish_mode(board).value(PublishMode::Online.name()),
        ]);
    if board.locations.len() > 1 {
        let places = board
            .locations
            .iter()
            .map(|location| Choice::new(location.id.to_string(), &location.name));
        form = form.field(
            Field::select("location_id", l.t("calendar-location"), places.collect())
                .value(board.location.id.to_string())
                .required(),
        );
    }
    form.other(l.t("calendar-preview"), "preview", "true")
}

/// How far apart the starts are.
pub fn slot_minutes(board: &Board) -> Field {
    let (min, max) = (i64::from(Interval::SHORTEST), i64::from(Interval::LONGEST));
    Field::number("slot_minutes", board.l.t("calendar-slot-minutes"), min, max)
        .attribute("step", "5")
        .required()
}

/// Who may book.
pub fn publish_mode(board: &Board) -> Field {
    let l = board.l;
    let choices = PublishMode::ALL
        .iter()
        .map(|mode| Choice::new(mode.name(), mode_words(l, *mode)));
    Field::select("publish_mode", l.t("calendar-publish-mode"), choices.collect()).required()
}

/// Who may book in such hours.
pub fn mode_words(l: Locale, mode: PublishMode) -> String {
    l.t(match mode {
        PublishMode::Online => "calendar-mode-online",
        PublishMode::Contact => "calendar-mode-contact",
        PublishMode::Internal => "calendar-mode-internal",
    })
}

/// The month shown, or the first one after it that has working time left.
fn month_to_fill(board: &Board) -> Month {
    let shown = match board.view {
        View::Month(month) => month,
        View::Week(date) | View::Day(date) => Month::of(date).unwrap_or(board.this_month),
    };
    let month = shown.max(board.this_month);
    if has_time_left(board, month) {
        month
    } else {
        month.next().unwrap_or(month)
    }
}

/// Whether one usual slot on a usual day of the month is still to come.
fn has_time_left(board: &Board, month: Month) -> bool {
    let last_start = LocalTime::new(16, 30).unwrap_or(LocalTime::END_OF_DAY);
    board
        .today
        .max(month.first_day())
        .series(jiff::Span::new().days(1))
        .take_while(|date| *date <= month.last_day())
        .filter(|date| WEEKDAYS.contains(&Weekday::of(*date)))
        .any(|date| {
            board
                .zone
                .instant(date, last_start)
                .is_some_and(|start| start >= board.ctx.now)
        })
}

fn months(board: &Board, chosen: Month) -> Vec<Choice> {
    let first = board.this_month;
    let mut months: Vec<Month> = std::iter::successors(Some(first), |month| month.next())
        .take(MONTHS)
        .collect();
    if !months.contains(&chosen) {
        months.push(chosen);
    }
    let choice = |month: &Month| Choice::new(month.to_string(), board.l.month(month.first_day()));
    months.iter().map(choice).collect()
}

/// `POST …/generate`
pub async fn create(board: Board, submitted: Submitted) -> Result<Response, Refused> {
    let dry_run = submitted.is_checked("preview");
    let order = match read(&board, &submitted, dry_run) {
        Ok(order) => order,
        Err(errors) => return refused(board, &submitted, Refusal::fields(errors)).await,
    };
    let (month, location) = (order.month, order.location_id);
    match openings::generate(&board.app, &board.ctx, order, &Once::unkeyed()).await {
        Ok(made) if dry_run => {
            let head = preview(&board, &made);
            let dialog = dialog(&board, Some((form(&board).keep(&submitted), head)));
            board.show(StatusCode::OK, Some(dialog)).await
        }
        Ok(made) => {
            let location = location.map(|id| id.to_string()).unwrap_or_default();
            let shown = board.at.page(&[
                ("view", ""),
                ("date", ""),
                ("month", &month.to_string()),
                ("location", &location),
            ]);
            Ok(see_other_saying(&shown, &said(&board, &made, month)))
        }
        Err(error) => {
            let refusal = place_errors(Refusal::of(&board, error, None)?, &submitted);
            refused(board, &submitted, refusal).await
        }
    }
}

async fn refused(board: Board, submitted: &Submitted, refusal: Refusal) -> Result<Response, Refused> {
    let form = refusal.onto(form(&board), submitted);
    let dialog = dialog(&board, Some((form, refusal.head())));
    board.show(refusal.status, Some(dialog)).await
}

fn read(board: &Board, submitted: &Submitted, dry_run: bool) -> Result<Generate, Vec<FieldError>> {
    let mut answers = Answers::of(submitted);
    let month = answers.month("month");
    let mut windows = Vec::new();
    for (from, to) in [("from", "to"), ("from2", "to2")] {
        let left_out = submitted.some(from).is_none() && submitted.some(to).is_none();
        if left_out && from == "from2" {
            continue;
        }
        let window = answers.time(from).zip(answers.time(to));
        windows.extend(window.map(|(from, to)| Window { from, to }));
    }
    let slot_minutes = answers.interval("slot_minutes");
    let publish_mode = answers.publish_mode("publish_mode");
    let weekdays = submitted
        .all("weekdays")
        .iter()
        .filter_map(|name| name.parse::<Weekday>().ok())
        .collect();
    let errors = answers.errors();
    match (month, slot_minutes) {
        (Some(month), Some(slot_minutes)) if errors.is_empty() => Ok(Generate {
            provider_id: board.provider_id(),
            month,
            location_id: Some(
                submitted
                    .parsed::<LocationId>("location_id")
                    .unwrap_or(board.location.id),
            ),
            weekdays,
            windows,
            slot_minutes,
            publish_mode,
            dry_run,
        }),
        _ => Err(errors),
    }
}

/// Puts what is wrong with the windows beside the field in which it is.
fn place_errors(mut refusal: Refusal, submitted: &Submitted) -> Refusal {
    let second = |from: &str, to: &str| {
        let times = submitted
            .parsed::<LocalTime>(from)
            .zip(submitted.parsed::<LocalTime>(to));
        times.is_some_and(|(from, to)| to <= from)
    };
    for error in &mut refusal.errors {
        if error.pointer == "/windows" {
            error.pointer = "/from2".to_owned();
        } else if error.pointer == "/to" && !second("from", "to") && second("from2", "to2") {
            error.pointer = "/to2".to_owned();
        }
    }
    refusal
}

/// What it would do, above the form.
fn preview(board: &Board, made: &Generated) -> Markup {
    let l = board.l;
    let mut notice = Notice::new(Tone::Info, would(board, made));
    if made.kept > 0 {
        notice = notice.text(l.tf("calendar-kept", &[("n", count(made.kept).into())]));
    }
    Markup::joined([Markup::of(&notice), outside(board, &made.stranded)])
}

fn would(board: &Board, made: &Generated) -> String {
    if made.openings_created == 0 {
        return board.l.t("calendar-would-add-nothing");
    }
    let args = [
        ("openings", count(made.openings_created).into()),
        ("slots", count(made.slots).into()),
    ];
    board.l.tf("calendar-would-add", &args)
}

fn outside(board: &Board, meetings: &[Meeting]) -> Markup {
    if meetings.is_empty() {
        return Markup::default();
    }
    let title = board
        .l
        .tf("calendar-outside-hours", &[("n", count(meetings.len()).into())]);
    Markup::of(&Stranded::new(title, stranded::lines(board, meetings)))
}

/// What was made, for the next page.
fn said(board: &Board, made: &Generated, month: Month) -> Toast {
    let l = board.l;
    if made.openings_created == 0 {
        return Toast::info(l.t("calendar-added-nothing"));
    }
    let args = [
        ("openings", count(made.openings_created).into()),
        ("slots", count(made.slots).into()),
        ("month", l.month(month.first_day()).into()),
    ];
    let mut text = l.tf("calendar-added", &args);
    if !made.stranded.is_empty() {
        text.push(' ');
        text.push_str(&l.tf("calendar-outside-hours", &[("n", count(made.stranded.len()).into())]));
        return Toast::warning(text);
    }
    Toast::success(text)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
