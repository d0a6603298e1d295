//! What can be answered at once: yes, no with a reason, and taking a proposal back.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::appointments::{self, Stepped};
use kalends_app::error::{AppError, FieldError, Result};
use kalends_app::proposals;
use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::id::AppointmentId;

use super::{Returned, page, zone};
use crate::http::local_path::local_path;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Frame, Notice, Refused, Search, Submitted, Toast, Tone, refusal, see_other_saying};
use crate::pages::session::AsStaff;

/// An id in an address; what is none names nothing.
pub fn id(text: &str) -> Result<AppointmentId> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// Where an answer leads: to the list as it was.
pub fn back<'a>(search: &'a Search, submitted: &'a Submitted) -> &'a str {
    let back = [search.get("back"), submitted.get("back")];
    let path = back
        .into_iter()
        .map(local_path)
        .find(|path| path.starts_with("/requests"));
    path.unwrap_or("/requests")
}

/// What became of it, or that somebody else was faster; another error is for the error page.
fn told(l: Locale, answered: Result<Appointment>, said: &str) -> Result<Toast> {
    match answered {
        Ok(it) => {
            let at = zone(&it.time_zone)?.local(it.starts_at);
            Ok(Toast::success(l.tf(said, &[("when", l.day_time(at).into())])))
        }
        Err(AppError::WrongState(_) | AppError::Stale | AppError::NotFound) => {
            Ok(Toast::error(l.t("desk-wrong-state")))
        }
        Err(error) => Err(error),
    }
}

/// `POST /requests/{id}/confirm`
pub async fn confirm(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
    Path(text): Path<String>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let with = Stepped {
        reason: None,
        expected: submitted.parsed("version"),
        range: Range::This,
    };
    let answered = appointments::confirm(&state.app, &ctx, id(&text)?, with).await;
    let toast = told(frame.l, answered, "requests-confirmed")?;
    Ok(see_other_saying(back(&search, &submitted), &toast))
}

/// `POST /requests/{id}/decline`: with a reason, which the patient reads.
pub async fn decline(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
    Path(text): Path<String>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let required = FieldError {
        pointer: "/reason".into(),
        code: "required",
        params: Vec::new(),
    };
    let with = Stepped {
        reason: submitted.some("reason"),
        expected: submitted.parsed("version"),
        range: Range::This,
    };
    let answered = match &with.reason {
        Some(_) => appointments::decline(&state.app, &ctx, id(&text)?, with).await,
        None => Err(AppError::Invalid(vec![required])),
    };
    let back = back(&search, &submitted);
    if let Err(AppError::Invalid(errors)) = &answered {
        let words: Vec<String> = errors.iter().map(|error| refusal(l, error)).collect();
        let returned = Returned {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            submitted: &submitted,
            notice: Notice::new(Tone::Error, words.join(" ")),
        };
        let search = Search::of(&Search::of(back).with(&[("decline", &text)]));
        return page(&state, &ctx, &frame, &search, Some(&returned)).await;
    }
    Ok(see_other_saying(back, &told(l, answered, "requests-declined")?))
}

/// `POST /requests/{id}/withdraw`
pub async fn withdraw(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
    Path(text): Path<String>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let answered = proposals::withdraw(&state.app, &ctx, id(&text)?).await;
    let toast = told(frame.l, answered, "requests-withdrawn")?;
    Ok(see_other_saying(back(&search, &submitted), &toast))
}
