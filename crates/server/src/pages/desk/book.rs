//! Booking for the patient whose card is open: service, free times, done.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_app::booking::{self, NewBooking, Overrides};
use kalends_app::error::{AppError, Result};
use kalends_app::idempotency::Once;
use kalends_app::services::{self, ServiceFilter};
use kalends_app::slots;
use kalends_domain::id::{PatientId, ServiceId};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::time::Zone;

use super::Board;
use crate::http::state::AppState;
use crate::pages::kit::{
    Choice, Field, Form, Frame, Notice, Refused, Search, Submitted, Toast, Tone, refusal, rule_words, see_other_saying,
};
use crate::pages::session::AsDesk;

/// How many free times are shown at once.
const TIMES: usize = 12;

/// The two steps: which service and from when; then which time.
#[derive(Template)]
#[template(path = "desk/booking.html")]
pub struct Booking {
    l: crate::http::locale::Locale,
    ask: Form,
    times: Option<Form>,
    none: bool,
}

impl HtmlSafe for Booking {}

/// What the address asks for: `service` and `on`.
pub async fn read(board: &Board<'_>, patient: PatientId) -> Result<Booking> {
    let l = board.l;
    let all = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let offered = services::list(&board.state.app, board.ctx, &all, ServiceFilter::default())
        .await?
        .items;
    let service = board.search.some("service").and_then(|id| id.parse::<ServiceId>().ok());
    let today = board.zone.date_at(board.ctx.now);
    let on = board
        .search
        .some("on")
        .and_then(|date| date.parse::<Date>().ok())
        .unwrap_or(today)
        .max(today);
    let location = board.location.as_ref().map(|it| it.id);
    let choices = offered.iter().map(|it| {
        Choice::new(
            it.id.to_string(),
            format!("{} · {}", it.name, l.minutes(it.duration_minutes)),
        )
    });
    let ask = Form::get(l, "/desk", l.t("desk-times"))
        .row([
            Field::select("service", l.t("appointments-service"), choices.collect())
                .required()
                .maybe(service.map(|id| id.to_string())),
            Field::date("on", l.t("desk-from")).value(on.to_string()),
        ])
        .hidden("patient", patient.to_string())
        .hidden("location", location.map(|id| id.to_string()).unwrap_or_default());
    let Some(service) = service else {
        return Ok(Booking {
            l,
            ask,
            times: None,
            none: false,
        });
    };
    let wanted = slots::Search {
        service_id: service,
        provider_id: None,
        department_id: None,
        location_id: location,
        patient_id: Some(patient),
        moving: None,
        from: on,
        to: on.checked_add(60.days()).unwrap_or(on),
        limit: TIMES,
    };
    let free = slots::list(&board.state.app, board.ctx, &wanted).await?;
    let providers = kalends_app::providers::list(
        &board.state.app,
        board.ctx,
        &all,
        kalends_app::providers::ProviderFilter::default(),
    );
    let providers = providers.await?.items;
    let choices: Vec<Choice> = free
        .iter()
        .map(|slot| {
            let zone = Zone::new(&slot.time_zone).unwrap_or_else(|_| board.zone.clone());
            let who = providers
                .iter()
                .find(|it| it.id == slot.provider_id)
                .map(|it| it.full_name())
                .unwrap_or_default();
            Choice::new(
                format!("{} {}", slot.starts_at, slot.provider_id),
                l.day_time(zone.local(slot.starts_at)),
            )
            .hint(who)
        })
        .collect();
    let none = choices.is_empty();
    let first = choices.first().map(|choice| choice.value.clone());
    let times = Form::post(
        l,
        board.search.with(&[]).replacen("/desk", "/desk/book", 1),
        l.t("desk-book"),
    )
    .field(Field::radios("slot", l.t("desk-free"), choices).required().maybe(first))
    .field(Field::text("reason", l.t("desk-reason")))
    .hidden("patient", patient.to_string())
    .hidden("service", service.to_string());
    Ok(Booking {
        l,
        ask,
        times: (!none).then_some(times),
        none,
    })
}

/// `POST /desk/book`
pub async fn create(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    search: Search,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let back = Search::of(&search.with(&[]).replacen("/desk/book", "/desk", 1));
    let (starts_at, provider) = submitted.get("slot").split_once(' ').ok_or(AppError::NotFound)?;
    let input = NewBooking {
        service_id: submitted.parsed("service").ok_or(AppError::NotFound)?,
        starts_at: starts_at.parse().map_err(|_| AppError::NotFound)?,
        provider_id: Some(provider.parse().map_err(|_| AppError::NotFound)?),
        location_id: None,
        patient_id: Some(submitted.parsed("patient").ok_or(AppError::NotFound)?),
        hold_token: None,
        reason: submitted.some("reason"),
        overrides: Overrides::default(),
    };
    let words = match booking::book(&state.app, &ctx, input, &Once::unkeyed()).await {
        Ok(_) => {
            let to = back.with(&[("service", ""), ("on", "")]);
            return Ok(see_other_saying(&to, &Toast::success(l.t("desk-booked"))));
        }
        Err(AppError::SlotTaken { .. }) => l.t("desk-taken"),
        Err(AppError::NotBookable { rule, .. }) => rule_words(l, &rule),
        Err(AppError::Invalid(errors)) => errors
            .iter()
            .map(|error| refusal(l, error))
            .collect::<Vec<_>>()
            .join(" "),
        Err(error) => return Err(error.into()),
    };
    let notice = Notice::new(Tone::Error, l.t("desk-not-booked")).text(words);
    super::page(&state, &ctx, &frame, &back, StatusCode::CONFLICT, Some(notice)).await
}
