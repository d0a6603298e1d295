//! `/hours/{provider}`: a provider's weekly hours, from which the calendar is opened. Every change can be looked at first.

mod form;
mod week;

pub use self::week::named;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use kalends_app::app::App;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::idempotency::Once;
use kalends_app::services::ServiceFilter;
use kalends_app::templates::{self, Applied};
use kalends_app::{locations, providers, services};
use kalends_domain::id::{ProviderId, TemplateId};
use kalends_domain::location::Location;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::permission::Role;
use kalends_domain::provider::Provider;
use kalends_domain::service::Service;
use kalends_domain::template::Template as Hours;
use kalends_domain::time::Zone;
use uuid::Uuid;

use super::kit::{
    Action, Blank, Form, Frame, Icon, Kind, Markup, Notice, Page, Refused, Submitted, Table, Toast, Tone, render,
    render_as, see_other_saying,
};
use super::session::AsStaff;
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/hours/{provider}", get(show))
        .route("/hours/{provider}/new", get(new).post(create))
        .route("/hours/{provider}/{template}", get(edit).post(update))
        .route("/hours/{provider}/{template}/end", get(ask).post(end))
}

/// Whose hours they are, and what a form about them offers.
struct Desk {
    app: App,
    ctx: Ctx,
    frame: Frame,
    l: Locale,
    provider: Provider,
    /// Where the provider works; every location if nowhere in particular.
    locations: Vec<Location>,
    /// What the provider gives.
    services: Vec<Service>,
}

impl Desk {
    async fn open(state: &AppState, ctx: Ctx, frame: Frame, provider: &str) -> Result<Self> {
        let app = state.app.clone();
        let id: ProviderId = known(provider)?;
        let all = PageRequest {
            limit: MAX_LIMIT,
            ..PageRequest::default()
        };
        let provider = providers::get(&app, &ctx, id).await?;
        let mut locations = locations::list(&app, &ctx, &all).await?.items;
        if !provider.location_ids.is_empty() {
            locations.retain(|it| provider.location_ids.contains(&it.id));
        }
        let given = ServiceFilter {
            provider_id: Some(id),
            ..ServiceFilter::default()
        };
        let services = services::list(&app, &ctx, &all, given).await?.items;
        Ok(Self {
            l: frame.l,
            app,
            ctx,
            frame,
            provider,
            locations,
            services,
        })
    }

    fn path(&self) -> String {
        format!("/hours/{}", self.provider.id)
    }

    fn place(&self, hours: &Hours) -> &str {
        let place = self.locations.iter().find(|it| it.id == hours.location_id);
        place.map_or("", |it| &it.name)
    }

    fn page(&self, title: String) -> Page {
        let home = match self.ctx.role() {
            Some(Role::Admin) => "/admin/doctors".to_owned(),
            Some(Role::Doctor) => "/doctor/profile".to_owned(),
            _ => format!("/admin/calendar?provider={}", self.provider.id),
        };
        self.frame.page(&self.ctx, title).crumb(self.provider.full_name(), home)
    }

    async fn template(&self, id: &str) -> Result<Hours> {
        let template = templates::get(&self.app, &self.ctx, known(id)?).await?;
        if template.provider_id == self.provider.id && !template.stamp.is_archived() {
            Ok(template)
        } else {
            Err(AppError::NotFound)
        }
    }

    /// What a change did, or would do, in one line.
    fn told(&self, id: &str, applied: &Applied) -> String {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX).into();
        let args = [
            ("created", count(applied.openings_created)),
            ("removed", count(applied.openings_removed)),
        ];
        self.l.tf(id, &args)
    }

    /// What a change would do, and whom it would leave outside.
    fn preview(&self, applied: &Applied) -> Markup {
        let l = self.l;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX).into();
        let mut would = Notice::new(Tone::Info, self.told("hours-would", applied));
        if applied.kept > 0 {
            would = would.text(l.tf("calendar-kept", &[("n", count(applied.kept))]));
        }
        if applied.stranded.is_empty() {
            return Markup::of(&would);
        }
        let zone = self.zone(&applied.template);
        let when = applied.stranded.iter().filter_map(|meeting| {
            let local = zone.as_ref()?.local(meeting.span.starts_at());
            Some(l.day_time(local))
        });
        let title = l.tf("calendar-outside-hours", &[("n", count(applied.stranded.len()))]);
        let outside = Notice::new(Tone::Warning, title).text(when.take(12).collect::<Vec<_>>().join(" · "));
        Markup::joined([Markup::of(&would), Markup::of(&outside)])
    }

    fn zone(&self, hours: &Hours) -> Option<Zone> {
        let place = self.locations.iter().find(|it| it.id == hours.location_id)?;
        Zone::new(&place.time_zone).ok()
    }

    /// Back to the list, with what was done.
    fn done(&self, id: &str, applied: &Applied) -> Response {
        let mut text = self.told(id, applied);
        let toast = if applied.stranded.is_empty() {
            Toast::success(text)
        } else {
            let n = i64::try_from(applied.stranded.len()).unwrap_or(i64::MAX);
            text.push(' ');
            text.push_str(&self.l.tf("calendar-outside-hours", &[("n", n.into())]));
            let stranded = super::stranded::of_provider(self.provider.id);
            return see_other_saying(&stranded, &Toast::warning(text));
        };
        see_other_saying(&self.path(), &toast)
    }
}

/// An id in an address; what is none names nothing.
fn known<T: From<Uuid>>(text: &str) -> Result<T> {
    let id = Uuid::try_parse(text).map_err(|_| AppError::NotFound)?;
    Ok(T::from(id))
}

#[derive(Template)]
#[template(path = "hours/list.html")]
struct List {
    page: Page,
    add: Action,
    weeks: Vec<Week>,
    none: Blank,
}

/// One template: where and when it holds, and its week.
struct Week {
    title: String,
    holds: String,
    table: Table,
    actions: Vec<Action>,
}

/// `GET /hours/{provider}`
async fn show(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(provider): Path<String>,
) -> std::result::Result<Response, Refused> {
    let desk = Desk::open(&state, ctx, frame, &provider).await?;
    let l = desk.l;
    let found = templates::list(&desk.app, &desk.ctx, desk.provider.id).await?;
    let weeks = found.iter().map(|hours| {
        let at = format!("{}/{}", desk.path(), hours.id);
        let place = desk.place(hours).to_owned();
        Week {
            holds: week::holds(l, hours),
            table: week::table(&desk, hours),
            actions: vec![
                Action::link(l.t("hours-edit"), at.clone())
                    .icon(Icon("pencil"))
                    .about(&place),
                Action::link(l.t("hours-end"), format!("{at}/end")).about(&place),
            ],
            title: place,
        }
    });
    let add = Action::link(l.t("hours-add"), format!("{}/new", desk.path())).icon(Icon("plus"));
    let list = List {
        weeks: weeks.collect(),
        none: Blank::new(Icon("calendar-clock"), l.t("hours-none"), l.t("hours-none-text")),
        page: desk.page(l.t("hours-title")).lead(l.t("hours-lead")),
        add: add.primary(),
    };
    Ok(render(&list))
}

#[derive(Template)]
#[template(path = "hours/form.html")]
struct Edit {
    page: Page,
    /// What it would do, once somebody asked.
    head: Markup,
    form: Form,
}

impl Desk {
    fn shown(&self, status: StatusCode, title: &str, head: Markup, form: Form) -> Response {
        let page = self.page(self.l.t(title)).crumb(self.l.t("hours-title"), self.path());
        render_as(status, &Edit { page, head, form })
    }

    /// The form again, with what was wrong in it.
    fn refused(
        &self,
        title: &str,
        form: Form,
        submitted: &Submitted,
        error: AppError,
    ) -> std::result::Result<Response, Refused> {
        let (status, form) = match error {
            AppError::Invalid(errors) => {
                let errors = form::place(submitted, errors);
                (StatusCode::UNPROCESSABLE_ENTITY, form.refused(&errors))
            }
            AppError::Stale => (StatusCode::CONFLICT, form.error(self.l.t("records-stale"))),
            error => return Err(error.into()),
        };
        Ok(self.shown(status, title, Markup::default(), form))
    }
}

/// `GET /hours/{provider}/new`
async fn new(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(provider): Path<String>,
) -> std::result::Result<Response, Refused> {
    let desk = Desk::open(&state, ctx, frame, &provider).await?;
    // Only those who may keep these hours see the form.
    templates::list(&desk.app, &desk.ctx, desk.provider.id).await?;
    let form = form::new(&desk, None);
    Ok(desk.shown(StatusCode::OK, "hours-new", Markup::default(), form))
}

/// `POST /hours/{provider}/new`
async fn create(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(provider): Path<String>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let desk = Desk::open(&state, ctx, frame, &provider).await?;
    if let Some(sent) = form::rearranged(&submitted) {
        let form = form::new(&desk, Some(&sent));
        return Ok(desk.shown(StatusCode::OK, "hours-new", Markup::default(), form));
    }
    let dry_run = submitted.is_checked("preview");
    let outcome = match form::read_new(&desk, &submitted, dry_run) {
        Ok(order) => templates::create(&desk.app, &desk.ctx, order, &Once::unkeyed()).await,
        Err(error) => Err(error),
    };
    let form = form::new(&desk, Some(&submitted));
    match outcome {
        Ok(applied) if dry_run => {
            let head = desk.preview(&applied);
            Ok(desk.shown(StatusCode::OK, "hours-new", head, form))
        }
        Ok(applied) => Ok(desk.done("hours-saved", &applied)),
        Err(error) => desk.refused("hours-new", form, &submitted, error),
    }
}

/// `GET /hours/{provider}/{template}`
async fn edit(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path((provider, template)): Path<(String, String)>,
) -> std::result::Result<Response, Refused> {
    let desk = Desk::open(&state, ctx, frame, &provider).await?;
    let hours = desk.template(&template).await?;
    let form = form::edit(&desk, &hours, None);
    Ok(desk.shown(StatusCode::OK, "hours-edit-title", Markup::default(), form))
}

/// `POST /hours/{provider}/{template}`
async fn update(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path((provider, template)): Path<(String, String)>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let desk = Desk::open(&state, ctx, frame, &provider).await?;
    let hours = desk.template(&template).await?;
    if let Some(sent) = form::rearranged(&submitted) {
        let form = form::edit(&desk, &hours, Some(&sent));
        return Ok(desk.shown(StatusCode::OK, "hours-edit-title", Markup::default(), form));
    }
    let dry_run = submitted.is_checked("preview");
    let outcome = match form::read_patch(&submitted, dry_run) {
        Ok(patch) => {
            let version = submitted.parsed("version");
            templates::update(&desk.app, &desk.ctx, hours.id, version, patch).await
        }
        Err(error) => Err(error),
    };
    let form = form::edit(&desk, &hours, Some(&submitted));
    match outcome {
        Ok(applied) if dry_run => {
            let head = desk.preview(&applied);
            Ok(desk.shown(StatusCode::OK, "hours-edit-title", head, form))
        }
        Ok(applied) => Ok(desk.done("hours-saved", &applied)),
        Err(error) => desk.refused("hours-edit-title", form, &submitted, error),
    }
}

/// `GET /hours/{provider}/{template}/end`: what ending them would do.
async fn ask(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path((provider, template)): Path<(String, String)>,
) -> std::result::Result<Response, Refused> {
    let desk = Desk::open(&state, ctx, frame, &provider).await?;
    let hours = desk.template(&template).await?;
    let would = templates::archive(&desk.app, &desk.ctx, hours.id, None, true).await?;
    let form = Form::post(
        desk.l,
        format!("{}/{}/end", desk.path(), hours.id),
        desk.l.t("hours-end"),
    )
    .kind(Kind::Danger)
    .hidden("version", hours.stamp.version.to_string())
    .cancel(desk.path());
    Ok(desk.shown(StatusCode::OK, "hours-end-title", desk.preview(&would), form))
}

/// `POST /hours/{provider}/{template}/end`
async fn end(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path((provider, template)): Path<(String, String)>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let desk = Desk::open(&state, ctx, frame, &provider).await?;
    let id: TemplateId = known(&template)?;
    let ended = templates::archive(&desk.app, &desk.ctx, id, submitted.parsed("version"), false).await?;
    Ok(desk.done("hours-ended", &ended))
}
