//! Somebody stands at the desk: one form, and they are booked as soon as may be and have arrived.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::booking::Overrides;
use kalends_app::error::{AppError, FieldError, Result};
use kalends_app::idempotency::Once;
use kalends_app::providers::{self, ProviderFilter};
use kalends_app::services::{self, ServiceFilter};
use kalends_app::walk_ins::{self, Who};
use kalends_domain::id::PatientId;
use kalends_domain::permission::{Action, Resource};
use kalends_domain::rule::Rule;

use super::book::{clock, nearest};
use super::person::names;
use super::{Returned, Today, all};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Choice, Field, Form, Frame, Notice, Refused, Search, Submitted, Toast, Tone, refusal, see_other_saying,
};
use crate::pages::rule;
use crate::pages::session::AsDesk;

/// The form, folded away until somebody is there.
#[derive(Template)]
#[template(path = "desk/walk_in.html")]
pub struct WalkIn {
    l: Locale,
    form: Form,
    /// For nobody's card: a card of its own.
    alone: bool,
    is_open: bool,
    notice: Option<Notice>,
}

impl HtmlSafe for WalkIn {}

/// For a patient, or for a new one of this name.
///
/// # Errors
/// What the database refused.
pub async fn read(
    today: &Today<'_>,
    patient: Option<PatientId>,
    words: &str,
    returned: Option<&Returned<'_>>,
) -> Result<WalkIn> {
    let (app, ctx, l) = (&today.state.app, today.ctx, today.l);
    let mut offered = services::list(app, ctx, &all(), ServiceFilter::default()).await?.items;
    l.sort_by_name(&mut offered, |service| service.name_in(l.code()));
    let here = ProviderFilter {
        location_id: today.location.as_ref().map(|it| it.id),
        ..ProviderFilter::default()
    };
    let doctors = providers::list(app, ctx, &all(), here).await?.items;
    let anyone = Choice::new("", l.t("book-anyone"));
    let doctors = doctors.iter().map(|it| Choice::new(it.id.to_string(), it.full_name()));
    let services = offered
        .iter()
        .map(|it| Choice::new(it.id.to_string(), it.name_in(l.code())))
        .collect();
    let form = Form::post(l, "/desk/walk-ins", l.t("desk-walk-in-button")).hidden("location", today.place());
    let form = match patient {
        Some(patient) => form.hidden("patient", patient.to_string()),
        None => {
            let (given, family) = names(words);
            form.row([
                Field::text("walk_in_given_name", l.t("records-given-name"))
                    .required()
                    .value(given),
                Field::text("walk_in_family_name", l.t("records-family-name"))
                    .required()
                    .value(family),
            ])
        }
    };
    // Names of their own: other forms for the same person stand on the page.
    let form = form.row([
        Field::select("walk_in_service", l.t("calendar-service"), services).required(),
        Field::select(
            "walk_in_doctor",
            l.t("book-with"),
            std::iter::once(anyone).chain(doctors).collect(),
        ),
    ]);
    let form = if ctx.require(Resource::Appointment, Action::Override).is_ok() {
        form.field(Field::text("walk_in_over", l.t("desk-walk-in-over")).hint(l.t("desk-walk-in-over-hint")))
    } else {
        form
    };
    Ok(WalkIn {
        l,
        form: match returned {
            Some(it) => form.keep(it.submitted).refused(&it.errors),
            None => form,
        },
        alone: patient.is_none(),
        is_open: returned.is_some(),
        // On a card it stands at the top.
        notice: returned.filter(|_| patient.is_none()).map(|it| it.notice.clone()),
    })
}

/// Whether what came back is this form.
pub fn is_of(returned: &Returned<'_>) -> bool {
    returned.submitted.some("walk_in_service").is_some()
}

/// `POST /desk/walk-ins`
pub async fn receive(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let patient = submitted.parsed::<PatientId>("patient");
    let who = match patient {
        Some(id) => Who::Known(id),
        None => Who::New {
            given_name: submitted.get("walk_in_given_name").to_owned(),
            family_name: submitted.get("walk_in_family_name").to_owned(),
        },
    };
    let input = walk_ins::WalkIn {
        who,
        service_id: submitted.parsed("walk_in_service").ok_or(AppError::NotFound)?,
        location_id: submitted.parsed("location").ok_or(AppError::NotFound)?,
        provider_id: submitted.parsed("walk_in_doctor"),
        reason: None,
        overrides: match submitted.some("walk_in_over") {
            Some(reason) => Overrides {
                rules: vec![Rule::Taken],
                reason: Some(reason),
            },
            None => Overrides::default(),
        },
    };
    let location = submitted.get("location");
    let error = match walk_ins::receive(&state.app, &ctx, input, &Once::unkeyed()).await {
        Ok(it) => {
            let at = clock(&it.time_zone)?.local(it.starts_at);
            let card = Search::of("/desk").with(&[("location", location), ("patient", &it.patient_id.to_string())]);
            let doctor = providers::get(&state.app, &ctx, it.provider_id).await?;
            let said = [
                ("time", l.time(at.time()).into()),
                ("doctor", doctor.full_name().into()),
            ];
            return Ok(see_other_saying(&card, &Toast::success(l.tf("desk-walked-in", &said))));
        }
        Err(error) => error,
    };
    let not = |text: String| Notice::new(Tone::Error, l.t("desk-not-walked-in")).text(text);
    let (status, notice, errors): (_, _, Vec<FieldError>) = match error {
        AppError::SlotTaken { alternatives, .. } => (StatusCode::CONFLICT, not(nearest(l, &alternatives)?), Vec::new()),
        AppError::NotBookable { rule, .. } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            not(rule::to_staff(l, &rule)),
            Vec::new(),
        ),
        AppError::Invalid(errors) => {
            let words: Vec<String> = errors.iter().map(|error| refusal(l, error)).collect();
            let beside = errors.into_iter().map(|error| FieldError {
                pointer: match error.pointer.as_str() {
                    "/override_reason" => "/walk_in_over".into(),
                    known => known.replacen('/', "/walk_in_", 1),
                },
                ..error
            });
            (StatusCode::UNPROCESSABLE_ENTITY, not(words.join(" ")), beside.collect())
        }
        error => return Err(error.into()),
    };
    let id = patient.map(|id| id.to_string()).unwrap_or_default();
    let back = [("location", location), ("patient", id.as_str())];
    let returned = Returned {
        status,
        submitted: &submitted,
        notice,
        errors,
        nearest: None,
    };
    super::page(
        &state,
        &ctx,
        &frame,
        &Search::of(&Search::of("/desk").with(&back)),
        Some(returned),
    )
    .await
}
