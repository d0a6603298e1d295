//! The second step: with whom and when.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::ctx::Ctx;
use kalends_domain::id::ServiceId;

use super::Summary;
use super::offered::{self, Offered};
use super::wanted::Wanted;
use super::week::{self, Step, Week};
use super::whom;
use crate::http::state::AppState;
use crate::pages::kit::{Frame, Notice, Page, Refused, Tabs, render_as};

#[derive(Template)]
#[template(path = "book/time.html")]
struct TimePage {
    page: Page,
    notice: Option<Notice>,
    /// Whom it is for, where that is a question.
    whom: Option<Tabs>,
    summary: Summary,
    week: Week,
}

/// The free times, under what kept the visitor from going on, if something did.
pub async fn show(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    wanted: &Wanted,
    service: ServiceId,
    refused: Option<(StatusCode, Notice)>,
) -> Result<Response, Refused> {
    let l = frame.l;
    let offered = offered::load(&state.app, ctx, service, wanted.ticket).await?;
    let week = week::load(&state.app, ctx, l, step(&offered, wanted)).await?;
    let others = Wanted {
        service: None,
        // It is for this service.
        ticket: None,
        at: None,
        ..wanted.clone()
    };
    let page = TimePage {
        page: frame.page(ctx, l.t("book-time-title")),
        whom: whom::tabs(ctx, l, wanted),
        summary: Summary::new(l, &offered, wanted, &others.address("/book")),
        week,
        notice: refused.as_ref().map(|(_, notice)| notice.clone()),
    };
    Ok(render_as(refused.map_or(StatusCode::OK, |(status, _)| status), &page))
}

/// The step of a booking.
pub fn step<'a>(offered: &'a Offered, wanted: &'a Wanted) -> Step<'a> {
    Step {
        path: "/book",
        action: "/book/hold",
        offered,
        wanted,
        moving: None,
    }
}
