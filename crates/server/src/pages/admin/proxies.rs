//! `/admin/patients/{id}/proxies`: who acts for a patient, with the dialogs that link, change and stop.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result as Outcome};
use kalends_app::idempotency::Once;
use kalends_app::patients;
use kalends_app::proxies::{self, NewProxy, ProxyPatch};
use kalends_domain::id::{PatientId, ProxyId};
use kalends_domain::patient::Patient;
use kalends_domain::proxy::{NamedProxy, ProxyScope, Relationship};
use kalends_domain::time::Zone;

use super::reading::Reading;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, Blank, Cell, Choice, Column, Dialog, ErrorKind, Field, Form, Frame, Icon, Kind, Page, Refused, Row, Search,
    Submitted, Table, Toast, render_as, see_other_saying,
};
use crate::pages::proxies::{clock, end_of, last_day, relation, relation_field, scope};
use crate::pages::session::AsDesk;

#[derive(Template)]
#[template(path = "admin/records.html")]
struct Proxies {
    page: Page,
    table: Table,
    add: Action,
    dialog: Option<Dialog>,
}

/// What one request is about.
struct Desk<'r> {
    state: &'r AppState,
    ctx: &'r Ctx,
    frame: &'r Frame,
    patient: Patient,
    clock: Zone,
}

/// A form that was refused.
struct Returned<'r> {
    submitted: &'r Submitted,
    error: AppError,
}

fn parsed<T: std::str::FromStr>(text: &str) -> Outcome<T> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// `GET /admin/patients/{id}/proxies`, with a dialog where the address asks for one: `?do=add`, `?do=edit&proxy=…`,
/// `?do=stop&proxy=…`.
pub async fn list(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    search: Search,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let desk = Desk::open(&state, &ctx, &frame, &id).await?;
    let asked = match search.get("do") {
        "add" => Some(Asked::Add),
        "edit" => Some(Asked::Edit(parsed(search.get("proxy"))?)),
        "stop" => Some(Asked::Stop(parsed(search.get("proxy"))?)),
        _ => None,
    };
    desk.show(StatusCode::OK, asked, None).await
}

/// Which dialog is open.
#[derive(Clone, Copy)]
enum Asked {
    Add,
    Edit(ProxyId),
    Stop(ProxyId),
}

/// `POST /admin/patients/{id}/proxies`
pub async fn create(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    Path(id): Path<String>,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let desk = Desk::open(&state, &ctx, &frame, &id).await?;
    let made = match desk.read(&submitted) {
        Ok(read) => {
            let input = NewProxy {
                patient_id: desk.patient.id,
                email: submitted.get("email").to_owned(),
                relationship: read.relationship,
                scope: read.scope,
                expires_at: read.expires_at,
            };
            proxies::create(&state.app, &ctx, input, &Once::unkeyed())
                .await
                .map(drop)
        }
        Err(error) => Err(error),
    };
    desk.answer(made, Asked::Add, &submitted).await
}

/// `POST /admin/patients/{id}/proxies/{proxy}`
pub async fn update(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    Path((id, proxy)): Path<(String, String)>,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let desk = Desk::open(&state, &ctx, &frame, &id).await?;
    let proxy = desk.find(parsed(&proxy)?).await?.proxy.id;
    let saved = match desk.read(&submitted) {
        Ok(read) => {
            let patch = ProxyPatch {
                relationship: Some(read.relationship),
                scope: Some(read.scope),
                expires_at: Some(read.expires_at),
            };
            let version = submitted.parsed("version");
            proxies::update(&state.app, &ctx, proxy, version, patch).await.map(drop)
        }
        Err(error) => Err(error),
    };
    desk.answer(saved, Asked::Edit(proxy), &submitted).await
}

/// `POST /admin/patients/{id}/proxies/{proxy}/stop`
pub async fn revoke(
    State(state): State<AppState>,
    AsDesk(ctx): AsDesk,
    frame: Frame,
    Path((id, proxy)): Path<(String, String)>,
) -> Result<Response, Refused> {
    let desk = Desk::open(&state, &ctx, &frame, &id).await?;
    let proxy = desk.find(parsed(&proxy)?).await?.proxy.id;
    proxies::revoke(&state.app, &ctx, proxy).await?;
    Ok(see_other_saying(
        &desk.path(),
        &Toast::success(frame.l.t("proxies-stopped")),
    ))
}

/// The fields of a form.
struct Read {
    relationship: Relationship,
    scope: ProxyScope,
    expires_at: Option<jiff::Timestamp>,
}

impl<'r> Desk<'r> {
    async fn open(state: &'r AppState, ctx: &'r Ctx, frame: &'r Frame, id: &str) -> Result<Self, Refused> {
        let id: PatientId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
        Ok(Self {
            patient: patients::get(&state.app, ctx, id).await?,
            clock: clock(&state.app, ctx).await?,
            state,
            ctx,
            frame,
        })
    }

    fn path(&self) -> String {
        format!("/admin/patients/{}/proxies", self.patient.id)
    }

    fn read(&self, submitted: &Submitted) -> Outcome<Read> {
        let mut read = Reading::of(submitted);
        let relationship = read.parsed::<Relationship>("relationship", "required");
        let scope = read.parsed::<ProxyScope>("scope", "required");
        let until = read.parsed::<Date>("expires_at", "malformed");
        read.finish()?;
        Ok(Read {
            relationship: relationship.ok_or_else(|| AppError::field("relationship", "required"))?,
            scope: scope.ok_or_else(|| AppError::field("scope", "required"))?,
            expires_at: until.map(|date| end_of(&self.clock, date)).transpose()?,
        })
    }

    async fn answer(&self, done: Outcome<()>, asked: Asked, submitted: &Submitted) -> Result<Response, Refused> {
        let status = match &done {
            Ok(()) => {
                let toast = Toast::success(self.frame.l.t("records-saved"));
                return Ok(see_other_saying(&self.path(), &toast));
            }
            Err(AppError::Invalid(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Err(_) => StatusCode::CONFLICT,
        };
        match done {
            Err(error @ (AppError::Invalid(_) | AppError::Stale)) => {
                self.show(status, Some(asked), Some(Returned { submitted, error }))
                    .await
            }
            Err(error) => Err(error.into()),
            Ok(()) => Err(Refused(ErrorKind::NotFound)),
        }
    }

    async fn find(&self, id: ProxyId) -> Outcome<NamedProxy> {
        let found = proxies::list(&self.state.app, self.ctx, self.patient.id).await?;
        found.into_iter().find(|it| it.proxy.id == id).ok_or(AppError::NotFound)
    }

    async fn show(
        &self,
        status: StatusCode,
        asked: Option<Asked>,
        returned: Option<Returned<'_>>,
    ) -> Result<Response, Refused> {
        let l = self.frame.l;
        let found = proxies::list(&self.state.app, self.ctx, self.patient.id).await?;
        let dialog = match asked {
            None => None,
            Some(asked) => Some(self.dialog(&found, asked, returned)?),
        };
        let search = Search::of(&self.path());
        let columns = vec![
            Column::new(l.t("records-name")),
            Column::new(l.t("proxies-relation")),
            Column::new(l.t("proxies-scope")),
            Column::new(l.t("proxies-until")),
        ];
        let add = Action::dialog(l.t("proxies-add"), search.with(&[("do", "add")]))
            .primary()
            .icon(Icon("user-round-plus"));
        let table = Table::new(l, l.t("proxies-title"), &search, columns)
            .rows(found.iter().map(|it| self.row(it, &search)))
            .blank(Blank::new(Icon("users"), l.t("proxies-none"), l.t("proxies-none-text")).action(add.clone()));
        let title = l.tf("proxies-page-title", &[("name", self.patient.full_name().into())]);
        let page = self
            .frame
            .page(self.ctx, title)
            .crumb(l.t("patients-title"), "/admin/patients");
        Ok(render_as(
            status,
            &Proxies {
                page,
                table,
                add,
                dialog,
            },
        ))
    }

    fn row(&self, it: &NamedProxy, search: &Search) -> Row {
        let l = self.frame.l;
        let expired = it.proxy.expires_at.is_some_and(|end| end <= self.ctx.now);
        let until = it.proxy.expires_at.map(|end| l.date_plain(last_day(&self.clock, end)));
        let until = match until {
            Some(date) if expired => Cell::text(date).second(l.t("proxies-expired")),
            until => Cell::maybe(until),
        };
        let id = it.proxy.id.to_string();
        let dialog = |what: &str| search.with(&[("do", what), ("proxy", &id)]);
        Row::new(vec![
            Cell::text(it.user_name.as_str()).second(it.user_email.as_str()),
            Cell::text(relation(l, it.proxy.relationship)),
            Cell::text(scope(l, it.proxy.scope)),
            until,
        ])
        .action(Action::dialog(l.t("records-edit"), dialog("edit")).about(&it.user_name))
        .action(
            Action::dialog(l.t("people-stop"), dialog("stop"))
                .kind(Kind::Plain)
                .about(&it.user_name),
        )
    }

    fn dialog(&self, found: &[NamedProxy], asked: Asked, returned: Option<Returned<'_>>) -> Result<Dialog, Refused> {
        let l = self.frame.l;
        let known = |id| {
            let it = found.iter().find(|it| it.proxy.id == id);
            it.ok_or(Refused(ErrorKind::NotFound))
        };
        let (title, form) = match asked {
            Asked::Stop(id) => {
                let it = known(id)?;
                let form = Form::post(l, format!("{}/{id}/stop", self.path()), l.t("people-stop"));
                let title = l.tf("people-stop-acting-title", &[("name", it.user_name.as_str().into())]);
                let text = l.tf("proxies-stop-text", &[("name", self.patient.full_name().into())]);
                let form = form.kind(Kind::DangerPrimary);
                return Ok(Dialog::confirm(l, title, text, self.path(), form));
            }
            Asked::Add => {
                let form = Form::post(l, self.path(), l.t("proxies-add-save")).field(
                    Field::email("email", l.t("proxies-email"))
                        .hint(l.t("proxies-email-hint"))
                        .autocomplete("off")
                        .required(),
                );
                (l.t("proxies-add"), self.fields(l, form, None))
            }
            Asked::Edit(id) => {
                let it = known(id)?;
                let form = Form::post(l, format!("{}/{id}", self.path()), l.t("records-save"));
                let form = self.fields(l, form, Some(it));
                (
                    it.user_name.clone(),
                    form.hidden("version", it.proxy.version.to_string()),
                )
            }
        };
        let form = match returned {
            None => form,
            Some(Returned { submitted, error }) => match error {
                AppError::Invalid(errors) => form.keep(submitted).refused(&errors),
                _ => form.keep(submitted).error(l.t("records-stale")),
            },
        };
        Ok(Dialog::form(l, title, self.path(), form))
    }

    fn fields(&self, l: Locale, form: Form, it: Option<&NamedProxy>) -> Form {
        let scopes = ProxyScope::ALL.iter().map(|it| Choice::new(it.name(), scope(l, *it)));
        let until = it.and_then(|it| it.proxy.expires_at);
        form.field(
            relation_field(l, l.t("proxies-relation"))
                .required()
                .maybe(it.map(|it| it.proxy.relationship.name())),
        )
        .field(
            Field::radios("scope", l.t("proxies-scope"), scopes.collect())
                .required()
                .value(it.map_or(ProxyScope::Book, |it| it.proxy.scope).name()),
        )
        .field(
            Field::date("expires_at", l.t("proxies-until"))
                .hint(l.t("proxies-until-hint"))
                .maybe(until.map(|end| last_day(&self.clock, end).to_string())),
        )
    }
}
