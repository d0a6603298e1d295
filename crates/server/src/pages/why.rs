//! `/why`: whether a time is offered, and each rule that decided, for any service, doctor and time.

mod answer;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::providers::{self, ProviderFilter};
use kalends_app::services::{self, ServiceFilter};
use kalends_app::{locations, patients};
use kalends_domain::id::{LocationId, PatientId, ServiceId};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::patient::Patient;
use kalends_domain::permission::Role;
use kalends_domain::provider::Provider;
use kalends_domain::time::{LocalTime, Zone};

use super::kit::{Action, Choice, Field, Form, Frame, Page, Refused, Search, render};
use super::session::AsStaff;
use crate::http::local_path::local_path;
use crate::http::locale::Locale;
use crate::http::state::AppState;

pub use self::answer::{Answer, Question, answers};

pub fn router() -> Router<AppState> {
    Router::new().route("/why", get(show))
}

/// The address of the question, with what is known of it.
pub fn address(pairs: &[(&str, &str)]) -> String {
    Search::of("/why").with(pairs)
}

#[derive(Template)]
#[template(path = "why/why.html")]
struct Why {
    page: Page,
    back: Option<Action>,
    answers: Vec<Answer>,
    form: Form,
}

/// `GET /why`: `service`, `provider`, `on`, `time`, `patient`; `back` is where the reader came from.
async fn show(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
) -> std::result::Result<Response, Refused> {
    let l = frame.l;
    let app = &state.app;
    let doctors = doctors(&state, &ctx).await?;
    let mut offered = services::list(app, &ctx, &all(), ServiceFilter::default()).await?.items;
    l.sort_by_name(&mut offered, |service| service.name_in(l.code()));
    let provider = chosen(&search, "provider", &doctors, |it: &Provider| it.id);
    let service = search.some("service").and_then(|id| id.parse::<ServiceId>().ok());
    let service = service.or(offered.first().map(|it| it.id));
    let patient = match search.some("patient").and_then(|id| id.parse::<PatientId>().ok()) {
        Some(id) => Some(patients::get(app, &ctx, id).await?),
        None => None,
    };
    let zone = zone(&state, &ctx, provider).await?;
    let today = zone.date_at(ctx.now);
    let on = search
        .some("on")
        .and_then(|date| date.parse::<Date>().ok())
        .unwrap_or(today);
    let time = search.get("time");
    let mut answers = Vec::new();
    if let (Some(provider), Some(service), Ok(time)) = (provider, service, time.parse::<LocalTime>()) {
        let question = Question {
            service,
            provider: provider.id,
            patient: patient.as_ref().map(|it| it.id),
            on,
            time,
        };
        answers = answer::answers(app, &ctx, l, &zone, &question).await?;
    }
    let choices = |it: &Provider| Choice::new(it.id.to_string(), it.full_name());
    let services = offered
        .iter()
        .map(|it| Choice::new(it.id.to_string(), &it.name))
        .collect();
    let form = Form::get(l, "/why", l.t("calendar-why-ask"))
        .row([
            Field::select("service", l.t("calendar-service"), services)
                .maybe(service.map(|id| id.to_string()))
                .required(),
            Field::select(
                "provider",
                l.t("calendar-doctor"),
                doctors.iter().map(choices).collect(),
            )
            .maybe(provider.map(|it| it.id.to_string()))
            .required(),
        ])
        .row([
            Field::date("on", l.t("calendar-date")).value(on.to_string()).required(),
            Field::time("time", l.t("calendar-time"))
                .value(time)
                .hint(zone.name())
                .required(),
        ]);
    let form = kept(&search)
        .into_iter()
        .fold(form, |form, (name, value)| form.hidden(name, value));
    let title = match time.parse::<LocalTime>() {
        Ok(_) => l.tf("why-title-time", &[("time", time.into())]),
        Err(_) => l.t("why-title"),
    };
    Ok(render(&Why {
        page: frame.page(&ctx, title).lead(lead(l, patient.as_ref())),
        back: way_back(l, &search),
        answers,
        form,
    }))
}

fn lead(l: Locale, patient: Option<&Patient>) -> String {
    match patient {
        Some(it) => l.tf("why-lead-patient", &[("name", it.full_name().into())]),
        None => l.t("why-lead"),
    }
}

fn way_back(l: Locale, search: &Search) -> Option<Action> {
    let back = search.some("back").filter(|path| local_path(path) == *path)?;
    Some(Action::link(l.t("why-back"), back))
}

/// What the form does not ask for, but must not forget.
fn kept(search: &Search) -> Vec<(&'static str, String)> {
    let back = search.some("back").filter(|path| local_path(path) == *path);
    [("patient", search.some("patient")), ("back", back)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.to_owned())))
        .collect()
}

fn chosen<'a, T, I: std::str::FromStr + PartialEq>(
    search: &Search,
    name: &str,
    among: &'a [T],
    id: impl Fn(&T) -> I,
) -> Option<&'a T> {
    let asked = search.some(name).and_then(|text| text.parse::<I>().ok());
    among
        .iter()
        .find(|it| asked.as_ref() == Some(&id(it)))
        .or(among.first())
}

/// Those whose calendars the reader may see.
async fn doctors(state: &AppState, ctx: &Ctx) -> Result<Vec<Provider>> {
    let user = ctx.signed_in()?;
    let mut found = providers::list(&state.app, ctx, &all(), ProviderFilter::default())
        .await?
        .items;
    found.retain(|it| {
        let here = user.locations.is_empty() || it.location_ids.iter().any(|id| user.locations.contains(id));
        let ours = user.departments.is_empty() || it.department_ids.iter().any(|id| user.departments.contains(id));
        let own = user.role != Role::Doctor || user.provider_id == Some(it.id);
        here && ours && own
    });
    Ok(found)
}

/// The clock by which the time is meant: that of the provider's first location.
async fn zone(state: &AppState, ctx: &Ctx, provider: Option<&Provider>) -> Result<Zone> {
    let places = locations::list(&state.app, ctx, &all()).await?.items;
    let first: Option<LocationId> = provider.and_then(|it| it.location_ids.first().copied());
    let place = places.iter().find(|it| Some(it.id) == first).or(places.first());
    let name = place.map_or("UTC", |it| &it.time_zone);
    Zone::new(name).map_err(|error| AppError::Internal(error.to_string()))
}

fn all() -> PageRequest {
    PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    }
}
