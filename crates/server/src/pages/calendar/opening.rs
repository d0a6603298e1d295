//! One day's hours: added, changed, removed. Whoever would be left without hours is named before it happens.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kalends_app::error::{AppError, Result};
use kalends_app::idempotency::Once;
use kalends_app::openings::{self, NewHours, OpeningPatch};
use kalends_domain::id::OpeningId;
use kalends_domain::opening::{Meeting, Opening, PublishMode, Window};

use super::answers::Answers;
use super::board::Board;
use super::generate::{publish_mode, slot_minutes};
use super::refusal::Refusal;
use super::sheet::{clock_range, dated};
use super::stranded::{self, Stranded};
use crate::pages::kit::{
    Action, Actions, Dialog, Entry, ErrorKind, Field, Form, Icon, Kind, Markup, Refused, Submitted,
};

/// The dialog about an opening that the address asks for: its hours, or the question before it is removed.
pub async fn asked(board: &Board, id: OpeningId) -> Result<Dialog> {
    let opening = openings::get(&board.app, &board.ctx, id).await?;
    if board.at.get("do") == "remove" {
        return removal(board, &opening).await;
    }
    Ok(change(board, &opening, form_of(board, &opening), Markup::default()))
}

fn hours(form: Form, board: &Board) -> Form {
    let l = board.l;
    form.row([
        Field::time("from", l.t("calendar-from")).required(),
        Field::time("to", l.t("calendar-to")).required(),
    ])
    .row([slot_minutes(board), publish_mode(board)])
}

fn form_of(board: &Board, opening: &Opening) -> Form {
    let l = board.l;
    let form = Form::post(
        l,
        board.at.post(&format!("openings/{}", opening.id)),
        l.t("calendar-change-hours"),
    );
    hours(form, board).keep(&Submitted::new(vec![
        ("from".to_owned(), opening.local_from.to_string()),
        ("to".to_owned(), opening.local_to.to_string()),
        ("slot_minutes".to_owned(), opening.slot_minutes.minutes().0.to_string()),
        ("publish_mode".to_owned(), opening.publication.mode.name().to_owned()),
    ]))
}

fn change(board: &Board, opening: &Opening, form: Form, head: Markup) -> Dialog {
    let l = board.l;
    let remove = board
        .at
        .dialog(&[("opening", &opening.id.to_string()), ("do", "remove")]);
    let form = form.cancel(board.at.back());
    let body = Markup::joined([
        head,
        Markup::of(&form),
        Markup::of(&Foot {
            actions: Actions(vec![
                Action::dialog(l.t("calendar-remove-hours"), remove)
                    .kind(Kind::Danger)
                    .icon(Icon("trash-2")),
            ]),
        }),
    ]);
    let title = dated(l, l.day(opening.local_date), clock_range(l, &board.zone, &opening.span));
    Dialog::new(l, title, board.at.back(), body)
}

#[derive(Template)]
#[template(source = "<div class=\"dialog-part\">{{ actions }}</div>", ext = "html")]
struct Foot {
    actions: Actions,
}

/// The question before hours are removed, with whom it would leave without.
async fn removal(board: &Board, opening: &Opening) -> Result<Dialog> {
    let l = board.l;
    let would = openings::delete(&board.app, &board.ctx, opening.id, true).await?;
    let back = board.at.dialog(&[("opening", &opening.id.to_string())]);
    let form = Form::post(
        l,
        board.at.post(&format!("openings/{}/remove", opening.id)),
        l.t("calendar-remove-hours"),
    )
    .kind(Kind::DangerPrimary)
    .markup(stranded(board, &would.stranded));
    let args = [
        ("day", l.day_long(opening.local_date).into()),
        ("when", clock_range(l, &board.zone, &opening.span).into()),
    ];
    Ok(Dialog::confirm(
        l,
        l.t("calendar-remove-title"),
        l.tf("calendar-remove-text", &args),
        back,
        form,
    ))
}

/// The appointments that stay but have no hours around them any more.
fn stranded(board: &Board, meetings: &[Meeting]) -> Markup {
    if meetings.is_empty() {
        return Markup::default();
    }
    let n = i64::try_from(meetings.len()).unwrap_or(i64::MAX);
    let title = board.l.tf("calendar-would-strand", &[("n", n.into())]);
    Markup::of(&Stranded::new(title, stranded::lines(board, meetings)))
}

/// The form for new hours on a date.
pub fn new(board: &Board, date: Date, refused: Option<(&Submitted, &Refusal)>) -> Dialog {
    let l = board.l;
    let form = Form::post(l, board.at.post("openings"), l.t("calendar-add-hours")).hidden("date", date.to_string());
    let mut form = hours(form, board).keep(&Submitted::new(vec![
        ("slot_minutes".to_owned(), "30".to_owned()),
        ("publish_mode".to_owned(), PublishMode::Online.name().to_owned()),
    ]));
    if let Some((submitted, refusal)) = refused {
        form = refusal.onto(form, submitted);
        form.entries.insert(0, Entry::Markup(refusal.head()));
    }
    let title = l.tf("calendar-hours-title", &[("day", l.day_long(date).into())]);
    Dialog::form(l, title, board.at.back(), form)
}

/// `POST …/openings`
pub async fn create(board: Board, submitted: Submitted) -> std::result::Result<Response, Refused> {
    let date = submitted.parsed::<Date>("date").ok_or(Refused(ErrorKind::NotFound))?;
    let mut answers = Answers::of(&submitted);
    let window = answers.time("from").zip(answers.time("to"));
    let interval = answers.interval("slot_minutes");
    let refusal = match window.zip(interval) {
        Some(((from, to), slot_minutes)) => {
            let input = NewHours {
                provider_id: board.provider_id(),
                location_id: Some(board.location.id),
                date,
                window: Window { from, to },
                slot_minutes,
                publish_mode: answers.publish_mode("publish_mode"),
            };
            match openings::create(&board.app, &board.ctx, input, &Once::unkeyed()).await {
                Ok(_) => return Ok(board.done(board.l.t("calendar-hours-added"))),
                Err(error) => Refusal::of(&board, error, None)?,
            }
        }
        None => Refusal::fields(answers.errors()),
    };
    let dialog = new(&board, date, Some((&submitted, &refusal)));
    board.show(refusal.status, Some(dialog)).await
}

/// `POST …/openings/{id}`
pub async fn update(
    board: Board,
    Path(id): Path<String>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let id: OpeningId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    let opening = openings::get(&board.app, &board.ctx, id).await?;
    let mut answers = Answers::of(&submitted);
    let (from, to) = (answers.time("from"), answers.time("to"));
    let slot_minutes = answers.interval("slot_minutes");
    let publish_mode = Some(answers.publish_mode("publish_mode"));
    let errors = answers.errors();
    let refusal = if errors.is_empty() {
        let patch = OpeningPatch {
            from,
            to,
            slot_minutes,
            publish_mode,
            dry_run: !submitted.is_checked("agreed"),
        };
        match apply(&board, id, patch).await {
            Ok(None) => return Ok(board.done(board.l.t("calendar-hours-changed"))),
            Ok(Some(left)) => {
                let mut form = form_of(&board, &opening).keep(&submitted).hidden("agreed", "true");
                form.submit = board.l.t("calendar-change-anyway");
                let dialog = change(&board, &opening, form, stranded(&board, &left));
                return board.show(StatusCode::OK, Some(dialog)).await;
            }
            Err(error) => Refusal::of(&board, error, None)?,
        }
    } else {
        Refusal::fields(errors)
    };
    let form = refusal.onto(form_of(&board, &opening), &submitted);
    let dialog = change(&board, &opening, form, refusal.head());
    board.show(refusal.status, Some(dialog)).await
}

/// Changes the hours, unless that would leave somebody without and nobody agreed to it yet: then it says whom.
async fn apply(board: &Board, id: OpeningId, patch: OpeningPatch) -> Result<Option<Vec<Meeting>>> {
    let edited = openings::update(&board.app, &board.ctx, id, patch).await?;
    if patch.dry_run {
        if !edited.stranded.is_empty() {
            return Ok(Some(edited.stranded));
        }
        let patch = OpeningPatch {
            dry_run: false,
            ..patch
        };
        openings::update(&board.app, &board.ctx, id, patch).await?;
    }
    Ok(None)
}

/// `POST …/openings/{id}/remove`
pub async fn remove(board: Board, Path(id): Path<String>) -> std::result::Result<Response, Refused> {
    let id: OpeningId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    match openings::delete(&board.app, &board.ctx, id, false).await {
        Ok(_) => Ok(board.done(board.l.t("calendar-hours-removed"))),
        // Hours that are over by now are history, and stay.
        Err(error @ AppError::Invalid(_)) => {
            let opening = openings::get(&board.app, &board.ctx, id).await?;
            let refusal = Refusal::of(&board, error, None)?;
            let form = form_of(&board, &opening).refused(&refusal.errors);
            let dialog = change(&board, &opening, form, refusal.head());
            board.show(refusal.status, Some(dialog)).await
        }
        Err(error) => Err(error.into()),
    }
}
