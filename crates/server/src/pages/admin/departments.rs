//! `/admin/departments`

use kalends_app::ctx::Ctx;
use kalends_app::departments::{self, DepartmentPatch};
use kalends_app::error::Result;
use kalends_app::idempotency::Once;
use kalends_domain::department::Department;
use kalends_domain::id::DepartmentId;
use kalends_domain::page::{Page, PageRequest};
use uuid::Uuid;

use super::reading::Reading;
use super::records::{Records, Words};
use super::translated;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Cell, Column, Field, Form, Icon, Search, Submitted};
use crate::pages::session::AsAdmin;

pub struct Departments;

impl Records for Departments {
    const PATH: &'static str = "/admin/departments";
    type Who = AsAdmin;
    type Record = Department;
    type Id = DepartmentId;
    /// The languages into which it can be translated.
    type Choices = Vec<Locale>;

    fn words(l: Locale) -> Words {
        Words {
            title: l.t("departments-title"),
            search: l.t("departments-search"),
            add: l.t("departments-add"),
            none: l.t("departments-none"),
            none_text: l.t("departments-none-text"),
            icon: Icon("building-2"),
        }
    }

    async fn choices(_: &AppState, ctx: &Ctx) -> Result<Vec<Locale>> {
        Ok(translated::languages(ctx))
    }

    async fn list(state: &AppState, ctx: &Ctx, request: &PageRequest, _: &Search) -> Result<Page<Department>> {
        departments::list(&state.app, ctx, request).await
    }

    async fn get(state: &AppState, ctx: &Ctx, id: DepartmentId) -> Result<Department> {
        departments::get(&state.app, ctx, id).await
    }

    async fn save(
        state: &AppState,
        ctx: &Ctx,
        existing: Option<(DepartmentId, Option<i64>)>,
        submitted: &Submitted,
    ) -> Result<()> {
        let read = Reading::of(submitted);
        let (names, descriptions) = translated::read(&read, &translated::languages(ctx));
        let patch = DepartmentPatch {
            name: Some(read.text("name")),
            names: Some(names),
            description: Some(read.maybe("description")),
            descriptions: Some(descriptions),
            ..DepartmentPatch::default()
        };
        match existing {
            None => departments::create(&state.app, ctx, patch, &Once::unkeyed())
                .await
                .map(drop),
            Some((id, version)) => departments::update(&state.app, ctx, id, version, patch).await.map(drop),
        }
    }

    async fn archive(state: &AppState, ctx: &Ctx, id: DepartmentId, archived: bool) -> Result<()> {
        let patch = DepartmentPatch {
            archived: Some(archived),
            ..DepartmentPatch::default()
        };
        departments::update(&state.app, ctx, id, None, patch).await.map(drop)
    }

    fn columns(l: Locale) -> Vec<Column> {
        vec![
            Column::new(l.t("records-name")).sort("name"),
            Column::new(l.t("records-description")),
        ]
    }

    fn cells(_: Locale, it: &Department, _: &Vec<Locale>) -> Vec<Cell> {
        vec![Cell::text(&it.name), Cell::maybe(it.description.as_deref())]
    }

    fn fields(l: Locale, form: Form, languages: &Vec<Locale>, it: Option<&Department>) -> Form {
        let form = form
            .field(
                Field::text("name", l.t("records-name"))
                    .required()
                    .maybe(it.map(|it| it.name.clone())),
            )
            .field(
                Field::textarea("description", l.t("records-description"))
                    .maybe(it.and_then(|it| it.description.clone())),
            );
        translated::fields(
            l,
            form,
            languages,
            it.map(|it| &it.names),
            it.map(|it| &it.descriptions),
        )
    }

    fn id(it: &Department) -> Uuid {
        it.id.uuid()
    }

    fn name(it: &Department) -> String {
        it.name.clone()
    }

    fn version(it: &Department) -> i64 {
        it.stamp.version
    }

    fn is_archived(it: &Department) -> bool {
        it.stamp.archived_at.is_some()
    }
}
