//! `/doctor/profile`: what patients see of a doctor, the month in numbers, and when they work.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::providers::{self, ProviderPatch};
use kalends_domain::provider::Provider;
use kalends_domain::time::Zone;

use super::{own, schedule};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, Field, Form, Frame, Icon, Page, Refused, Submitted, Table, Tiles, Toast, render_as, see_other_saying,
};
use crate::pages::session::AsDoctor;

#[derive(Template)]
#[template(path = "doctor/profile.html")]
struct Profile {
    page: Page,
    /// Where patients book them; none where they cannot.
    public: Option<Action>,
    hours: Action,
    numbers: Tiles,
    form: Form,
    week: Table,
    weeks: Table,
}

/// `GET /doctor/profile`
pub async fn show(State(state): State<AppState>, AsDoctor(ctx): AsDoctor, frame: Frame) -> Result<Response, Refused> {
    let (provider, zone) = own(&state, &ctx).await?;
    let form = form(frame.l, &provider);
    page(&state, &ctx, &frame, &zone, StatusCode::OK, &provider, form).await
}

/// `POST /doctor/profile`
pub async fn update(
    State(state): State<AppState>,
    AsDoctor(ctx): AsDoctor,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let l = frame.l;
    let (provider, zone) = own(&state, &ctx).await?;
    let languages = submitted
        .get("languages")
        .split([',', ' ', ';'])
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned);
    let patch = ProviderPatch {
        title: Some(submitted.some("title")),
        bio: Some(submitted.some("bio")),
        languages: Some(languages.collect()),
        accepting: Some(submitted.is_checked("accepting")),
        ..ProviderPatch::default()
    };
    let blank = form(l, &provider).keep(&submitted);
    let (status, form) =
        match providers::update(&state.app, &ctx, provider.id, submitted.parsed("version"), patch).await {
            Ok(_) => {
                return Ok(see_other_saying(
                    "/doctor/profile",
                    &Toast::success(l.t("records-saved")),
                ));
            }
            Err(AppError::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, blank.refused(&errors)),
            Err(AppError::Stale) => (StatusCode::CONFLICT, blank.error(l.t("records-stale"))),
            Err(error) => return Err(error.into()),
        };
    page(&state, &ctx, &frame, &zone, status, &provider, form).await
}

fn form(l: Locale, it: &Provider) -> Form {
    Form::post(l, "/doctor/profile", l.t("records-save"))
        .field(
            Field::text("title", l.t("doctors-title-field"))
                .short()
                .maybe(it.title.clone()),
        )
        .field(
            Field::textarea("bio", l.t("doctors-bio"))
                .hint(l.t("doctor-bio-hint"))
                .maybe(it.bio.clone()),
        )
        .field(
            Field::text("languages", l.t("doctors-languages"))
                .hint(l.t("doctors-languages-hint"))
                .value(it.languages.join(", ")),
        )
        .field(Field::checkbox("accepting", l.t("doctors-accepting")).checked(it.accepting))
        .hidden("version", it.stamp.version.to_string())
}

async fn page(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    zone: &Zone,
    status: StatusCode,
    provider: &Provider,
    form: Form,
) -> Result<Response, Refused> {
    let l = frame.l;
    let days = schedule::days(state, ctx, zone, provider.id).await?;
    let public = provider.public && !provider.service_ids.is_empty();
    let profile = Profile {
        page: frame.page(ctx, provider.full_name()).lead(l.t("doctor-profile-lead")),
        public: public.then(|| {
            Action::link(l.t("doctor-see-public"), format!("/book?provider={}", provider.id)).icon(Icon("eye"))
        }),
        hours: Action::link(l.t("hours-link"), format!("/hours/{}", provider.id)).icon(Icon("calendar-clock")),
        numbers: schedule::numbers(state, ctx, l, zone, &days).await?,
        form,
        week: schedule::week(state, ctx, l, zone, &days).await?,
        weeks: schedule::weeks(state, ctx, l, zone).await?,
    };
    Ok(render_as(status, &profile))
}
