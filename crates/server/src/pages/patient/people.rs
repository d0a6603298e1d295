//! The people whom a patient looks after, and those who act for the patient.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result as Outcome};
use kalends_app::idempotency::Once;
use kalends_app::patients;
use kalends_app::proxies::{self, NewDependant};
use kalends_domain::id::ProxyId;
use kalends_domain::permission::{Action as Doing, Resource};
use kalends_domain::proxy::{ActsFor, ProxyScope};
use kalends_domain::time::Zone;

use super::details;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::wanted::Wanted;
use crate::pages::kit::{
    Action, Blank, Dialog, ErrorKind, Form, Frame, Icon, Kind, Page, Refused, Submitted, Toast, render, render_as,
    see_other_saying,
};
use crate::pages::proxies::{clock, last_day, relation, relation_field, scope};
use crate::pages::session::AsPatient;

const PATH: &str = "/patient/people";

/// Somebody on the page: whom the reader looks after, or who acts for the reader.
struct Person {
    name: String,
    /// `You are their parent.`
    relation: String,
    /// `Books, moves and cancels`
    scope: String,
    /// `Until 12 January 2027`
    until: Option<String>,
    actions: Vec<Action>,
}

#[derive(Template)]
#[template(path = "patient/people.html")]
struct People {
    page: Page,
    add: Option<Action>,
    wards: Vec<Person>,
    blank: Option<Blank>,
    proxies: Vec<Person>,
    dialog: Option<Dialog>,
}

#[derive(Template)]
#[template(path = "patient/ward.html")]
struct Ward {
    page: Page,
    form: Form,
    /// Who looked at their record; empty for somebody who has none yet.
    access: String,
}

/// `GET /patient/people`
pub async fn list(State(state): State<AppState>, AsPatient(ctx): AsPatient, frame: Frame) -> Result<Response, Refused> {
    Ok(render(&people(&state, &ctx, &frame, None).await?))
}

async fn people(state: &AppState, ctx: &Ctx, frame: &Frame, dialog: Option<Dialog>) -> Outcome<People> {
    let l = frame.l;
    let user = ctx.signed_in()?;
    let own = user.patient_id.ok_or(AppError::Forbidden)?;
    let clock = clock(&state.app, ctx).await?;
    let acting = proxies::list(&state.app, ctx, own).await?;
    let acting = acting.iter().map(|it| Person {
        name: it.user_name.clone(),
        relation: l.tf(
            "people-acting-relation",
            &[("relation", relation(l, it.proxy.relationship).into())],
        ),
        scope: scope(l, it.proxy.scope),
        until: until(l, &clock, it.proxy.expires_at),
        actions: vec![stop(l, it.proxy.id, &it.user_name)],
    });
    let add = (!ctx.tenant.settings.dependants_by_desk).then(|| {
        Action::link(l.t("people-add"), format!("{PATH}/new"))
            .primary()
            .icon(Icon("user-round-plus"))
    });
    let blank = user.acts_for.is_empty().then(|| {
        let text = if add.is_some() {
            "people-none-text"
        } else {
            "people-none-desk"
        };
        Blank::new(Icon("users"), l.t("people-none"), l.t(text))
    });
    Ok(People {
        page: frame.page(ctx, l.t("people-title")).lead(l.t("people-lead")),
        wards: user.acts_for.iter().map(|it| ward(l, &clock, it)).collect(),
        proxies: acting.collect(),
        add,
        blank,
        dialog,
    })
}

fn until(l: Locale, clock: &Zone, end: Option<jiff::Timestamp>) -> Option<String> {
    end.map(|end| l.tf("people-until", &[("date", l.date_plain(last_day(clock, end)).into())]))
}

fn ward(l: Locale, clock: &Zone, it: &ActsFor) -> Person {
    let name = it.full_name();
    let mut actions = Vec::new();
    if it.scope.covers(Resource::Appointment, Doing::Write) {
        let wanted = Wanted {
            patient: Some(it.patient_id),
            ..Wanted::default()
        };
        actions.push(
            Action::link(l.t("patient-book"), wanted.address("/book"))
                .icon(Icon("calendar-plus"))
                .about(&name),
        );
    }
    if it.scope == ProxyScope::Full {
        actions.push(Action::link(l.t("people-details"), format!("{PATH}/{}", it.proxy_id)).about(&name));
    }
    actions.push(stop(l, it.proxy_id, &name));
    Person {
        relation: l.tf(
            "people-ward-relation",
            &[("relation", relation(l, it.relationship).into())],
        ),
        scope: scope(l, it.scope),
        until: until(l, clock, it.expires_at),
        actions,
        name,
    }
}

fn stop(l: Locale, id: ProxyId, name: &str) -> Action {
    Action::dialog(l.t("people-stop"), format!("{PATH}/{id}/stop"))
        .kind(Kind::Plain)
        .about(name)
}

fn id(text: &str) -> Result<ProxyId, Refused> {
    text.parse().map_err(|_| Refused(ErrorKind::NotFound))
}

/// `GET /patient/people/{id}/stop`: for whom the reader looks after, and who acts for the reader.
pub async fn ask(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
) -> Result<Response, Refused> {
    let (l, id) = (frame.l, id(&text)?);
    let user = ctx.signed_in()?;
    let own = user.patient_id.ok_or(AppError::Forbidden)?;
    let ward = user
        .acts_for
        .iter()
        .find(|it| it.proxy_id == id)
        .map(ActsFor::full_name);
    let (title, text, name) = match ward {
        Some(name) => ("people-stop-title", "people-stop-text", name),
        None => {
            let acting = proxies::list(&state.app, &ctx, own).await?;
            let found = acting.into_iter().find(|it| it.proxy.id == id);
            let name = found.ok_or(AppError::NotFound)?.user_name;
            ("people-stop-acting-title", "people-stop-acting-text", name)
        }
    };
    let form = Form::post(l, format!("{PATH}/{id}/stop"), l.t("people-stop")).kind(Kind::DangerPrimary);
    let title = l.tf(title, &[("name", name.as_str().into())]);
    let text = l.tf(text, &[("name", name.as_str().into())]);
    let dialog = Dialog::confirm(l, title, text, PATH, form);
    Ok(render(&people(&state, &ctx, &frame, Some(dialog)).await?))
}

/// `POST /patient/people/{id}/stop`
pub async fn revoke(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
) -> Result<Response, Refused> {
    proxies::revoke(&state.app, &ctx, id(&text)?).await?;
    Ok(see_other_saying(PATH, &Toast::success(frame.l.t("people-stopped"))))
}

/// `GET /patient/people/new`
pub async fn new(AsPatient(ctx): AsPatient, frame: Frame) -> Result<Response, Refused> {
    if ctx.tenant.settings.dependants_by_desk {
        return Err(Refused(ErrorKind::NotFound));
    }
    Ok(added(&ctx, &frame, StatusCode::OK, add_form(frame.l)))
}

fn added(ctx: &Ctx, frame: &Frame, status: StatusCode, form: Form) -> Response {
    let l = frame.l;
    let page = frame.page(ctx, l.t("people-add-title")).lead(l.t("people-add-lead"));
    let page = Ward {
        page: page.crumb(l.t("people-title"), PATH),
        form,
        access: String::new(),
    };
    render_as(status, &page)
}

fn add_form(l: Locale) -> Form {
    let form = Form::post(l, PATH, l.t("people-add-save")).field(relation_field(l, l.t("people-you-are")).required());
    details::fields(l, form, None).cancel(PATH)
}

/// `POST /patient/people`
pub async fn create(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let made = match (details::patch(&submitted), submitted.parsed("relationship")) {
        (Ok(details), Some(relationship)) => {
            let input = NewDependant { relationship, details };
            proxies::add_dependant(&state.app, &ctx, input, &Once::unkeyed()).await
        }
        (Err(error), _) => Err(error),
        (_, None) => Err(AppError::field("relationship", "required")),
    };
    match made {
        Ok(made) => {
            let text = frame.l.tf("people-added", &[("name", made.patient_name.into())]);
            Ok(see_other_saying(PATH, &Toast::success(text)))
        }
        Err(AppError::Invalid(errors)) => {
            let form = add_form(frame.l).keep(&submitted).refused(&errors);
            Ok(added(&ctx, &frame, StatusCode::UNPROCESSABLE_ENTITY, form))
        }
        Err(error) => Err(error.into()),
    }
}

/// The ward of the address, whom the reader fully acts for.
fn known<'c>(ctx: &'c Ctx, text: &str) -> Result<&'c ActsFor, Refused> {
    let id = id(text)?;
    let user = ctx.signed_in()?;
    let found = user.acts_for.iter().find(|it| it.proxy_id == id);
    found.ok_or(Refused(ErrorKind::NotFound))
}

/// `GET /patient/people/{id}`: the details of somebody whom the reader looks after.
pub async fn edit(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
) -> Result<Response, Refused> {
    edited(&state, &ctx, &frame, known(&ctx, &text)?, None).await
}

async fn edited(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    ward: &ActsFor,
    refused: Option<(StatusCode, &Submitted, AppError)>,
) -> Result<Response, Refused> {
    let l = frame.l;
    let patient = patients::get(&state.app, ctx, ward.patient_id).await?;
    let form = Form::post(l, format!("{PATH}/{}", ward.proxy_id), l.t("patient-save"));
    let form = details::fields(l, form, Some(&patient)).cancel(PATH);
    let (status, form) = match refused {
        None => (StatusCode::OK, form),
        Some((status, submitted, AppError::Invalid(errors))) => (status, form.keep(submitted).refused(&errors)),
        Some((status, submitted, _)) => (status, form.keep(submitted).error(l.t("records-stale"))),
    };
    let page = Ward {
        page: frame.page(ctx, patient.full_name()).crumb(l.t("people-title"), PATH),
        form: form.hidden("version", patient.stamp.version.to_string()),
        access: format!("/patient/profile/access?patient={}", patient.id),
    };
    Ok(render_as(status, &page))
}

/// `POST /patient/people/{id}`
pub async fn update(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(text): Path<String>,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let ward = known(&ctx, &text)?;
    let saved = match details::patch(&submitted) {
        Ok(patch) => patients::update(&state.app, &ctx, ward.patient_id, submitted.parsed("version"), patch).await,
        Err(error) => Err(error),
    };
    let (status, error) = match saved {
        Ok(_) => return Ok(see_other_saying(PATH, &Toast::success(frame.l.t("patient-saved")))),
        Err(error @ AppError::Invalid(_)) => (StatusCode::UNPROCESSABLE_ENTITY, error),
        Err(error @ AppError::Stale) => (StatusCode::CONFLICT, error),
        Err(error) => return Err(error.into()),
    };
    edited(&state, &ctx, &frame, ward, Some((status, &submitted, error))).await
}
