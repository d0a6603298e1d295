//! Blocking time, and opening it again.

use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::blocks::{self, BlockInput};
use kalends_app::error::Result;
use kalends_app::idempotency::Once;
use kalends_domain::block::Block;
use kalends_domain::id::BlockId;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::permission::{Action as Doing, Resource};
use kalends_domain::time::{LocalTime, Minutes};

use super::answers::Answers;
use super::board::Board;
use super::refusal::Refusal;
use super::sheet::{clock, dated};
use crate::pages::kit::{
    Action, Actions, Cell, Dialog, Entry, ErrorKind, Facts, Field, Form, Icon, Markup, Refused, Status, Submitted,
};

/// A block's details; none when it is gone.
pub async fn dialog(board: &Board, id: BlockId) -> Result<Option<Dialog>> {
    let Some(block) = find(board, id).await? else {
        return Ok(None);
    };
    let l = board.l;
    let at = |instant| {
        let date = board.zone.date_at(instant);
        dated(l, l.day(date), clock(l, &board.zone, instant))
    };
    let facts = Facts::new(l)
        .row(l.t("calendar-status"), Cell::status(l, Status::Blocked))
        .row(l.t("calendar-from"), Cell::text(at(block.span.starts_at())))
        .row(l.t("calendar-to"), Cell::text(at(block.span.ends_at())))
        .row(l.t("calendar-doctor"), Cell::text(board.provider_name()))
        .maybe(l.t("calendar-block-reason"), block.reason.as_deref());
    let mut dialog = Dialog::new(l, l.t("calendar-blocked-title"), board.at.back(), Markup::of(&facts));
    if board.ctx.require(Resource::Calendar, Doing::Write).is_ok() {
        let free = Action::post(
            l.t("calendar-unblock"),
            board.at.post(&format!("blocks/{}/remove", block.id)),
        );
        dialog = dialog.actions(Actions(vec![free.primary().icon(Icon("lock-open"))]));
    }
    Ok(Some(dialog))
}

/// The block, if it meets the dates on the page or the day that it was opened from.
async fn find(board: &Board, id: BlockId) -> Result<Option<Block>> {
    let (first, last) = board.view.dates();
    let day = board.at.parsed::<Date>("day");
    let span = board.zone.days(
        day.map_or(first, |day| day.min(first)),
        day.map_or(last, |day| day.max(last)),
    );
    let (from, to) = (span.map(|span| span.starts_at()), span.map(|span| span.ends_at()));
    let request = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let page = blocks::list(&board.app, &board.ctx, &request, board.provider_id(), from, to).await?;
    Ok(page.items.into_iter().find(|block| block.id == id))
}

/// The form for a new block: of the slot that it was opened from, else of the day.
pub fn new(board: &Board, refused: Option<(&Submitted, &Refusal)>) -> Dialog {
    let l = board.l;
    let slot = board.at.parsed::<Timestamp>("slot");
    let date = slot
        .map(|at| board.zone.date_at(at))
        .or_else(|| board.at.parsed("day"))
        .unwrap_or(board.today);
    let (from, to) = match slot {
        Some(at) => {
            let end = Minutes(30).after(at);
            (
                l.time(board.zone.local(at).time()),
                l.time(board.zone.local(end).time()),
            )
        }
        None => (String::new(), String::new()),
    };
    let mut form = Form::post(l, board.at.post("blocks"), l.t("calendar-block-this"))
        .field(
            Field::date("date", l.t("calendar-date"))
                .value(date.to_string())
                .required(),
        )
        .row([
            Field::time("from", l.t("calendar-from")).value(from).required(),
            Field::time("to", l.t("calendar-to")).value(to).required(),
        ])
        .field(Field::text("reason", l.t("calendar-block-reason")).hint(l.t("calendar-block-reason-hint")));
    if let Some((submitted, refusal)) = refused {
        form = refusal.onto(form, submitted);
        form.entries.insert(0, Entry::Markup(refusal.head()));
    }
    Dialog::form(l, l.t("calendar-block-title"), board.at.back(), form)
}

/// `POST …/blocks`
pub async fn create(board: Board, submitted: Submitted) -> std::result::Result<Response, Refused> {
    let mut answers = Answers::of(&submitted);
    let date = answers.date("date");
    let from = answers.time("from");
    let to = answers.time("to");
    let span = date
        .zip(from.zip(to))
        .map(|(date, (from, to))| (instant(&board, date, from), board.zone.instant(date, to)));
    let refusal = match span {
        Some((Some(starts_at), Some(ends_at))) => {
            let input = BlockInput {
                provider_id: board.provider_id(),
                starts_at,
                ends_at,
                reason: submitted.some("reason"),
            };
            match blocks::create(&board.app, &board.ctx, input, &Once::unkeyed()).await {
                Ok(_) => return Ok(board.done(board.l.t("calendar-blocked-done"))),
                Err(error) => renamed(Refusal::of(&board, error, None)?),
            }
        }
        Some(_) => {
            answers.fail("date", "out-of-range", Vec::new());
            Refusal::fields(answers.errors())
        }
        None => Refusal::fields(answers.errors()),
    };
    let dialog = new(&board, Some((&submitted, &refusal)));
    board.show(refusal.status, Some(dialog)).await
}

/// The form asks for clock times where the use case takes instants.
fn renamed(mut refusal: Refusal) -> Refusal {
    for error in &mut refusal.errors {
        match error.pointer.as_str() {
            "/starts_at" => "/from".clone_into(&mut error.pointer),
            "/ends_at" => "/to".clone_into(&mut error.pointer),
            _ => {}
        }
    }
    refusal
}

/// The instant of a clock's time; of one that occurs twice, the one whose slot the form was opened from.
fn instant(board: &Board, date: Date, time: LocalTime) -> Option<Timestamp> {
    let slot = board.at.parsed::<Timestamp>("slot");
    slot.filter(|at| Some(board.zone.local(*at)) == time.on(date))
        .or_else(|| board.zone.instant(date, time))
}

/// `POST …/blocks/{id}/remove`
pub async fn remove(board: Board, Path(id): Path<String>) -> std::result::Result<Response, Refused> {
    let id: BlockId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    blocks::delete(&board.app, &board.ctx, id).await?;
    Ok(board.done(board.l.t("calendar-unblocked")))
}
