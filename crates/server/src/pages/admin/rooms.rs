//! `/admin/rooms`: rooms and equipment.

use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::idempotency::Once;
use kalends_app::locations;
use kalends_app::resources::ResourceFilter;
use kalends_app::resources::{self, ResourcePatch};
use kalends_domain::id::{LocationId, ResourceId};
use kalends_domain::location::Location;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::resource::Resource;
use uuid::Uuid;

use super::reading::Reading;
use super::records::{Records, Words};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Cell, Choice, Column, Field, Form, Icon, Search, Submitted, Table};
use crate::pages::session::AsAdmin;

pub struct Rooms;

fn choices(locations: &[Location]) -> impl Iterator<Item = Choice> {
    locations
        .iter()
        .map(|location| Choice::new(location.id.to_string(), &location.name))
}

impl Records for Rooms {
    const PATH: &'static str = "/admin/rooms";
    type Who = AsAdmin;
    type Record = Resource;
    type Id = ResourceId;
    type Choices = Vec<Location>;

    fn words(l: Locale) -> Words {
        Words {
            title: l.t("rooms-title"),
            search: l.t("rooms-search"),
            add: l.t("rooms-add"),
            none: l.t("rooms-none"),
            none_text: l.t("rooms-none-text"),
            icon: Icon("door-open"),
        }
    }

    async fn choices(state: &AppState, ctx: &Ctx) -> Result<Vec<Location>> {
        Ok(locations::list(&state.app, ctx, &super::records::all()).await?.items)
    }

    async fn list(state: &AppState, ctx: &Ctx, request: &PageRequest, search: &Search) -> Result<Page<Resource>> {
        let location_id = search.some("location").and_then(|id| id.parse::<LocationId>().ok());
        resources::list(
            &state.app,
            ctx,
            request,
            ResourceFilter {
                location_id,
                kind: None,
            },
        )
        .await
    }

    async fn get(state: &AppState, ctx: &Ctx, id: ResourceId) -> Result<Resource> {
        resources::get(&state.app, ctx, id).await
    }

    async fn save(
        state: &AppState,
        ctx: &Ctx,
        existing: Option<(ResourceId, Option<i64>)>,
        submitted: &Submitted,
    ) -> Result<()> {
        let mut read = Reading::of(submitted);
        let patch = ResourcePatch {
            name: Some(read.text("name")),
            kind: Some(read.text("kind")),
            location_id: read.parsed("location_id", "unknown-id"),
            archived: None,
        };
        read.finish()?;
        match existing {
            None => resources::create(&state.app, ctx, patch, &Once::unkeyed())
                .await
                .map(drop),
            Some((id, version)) => resources::update(&state.app, ctx, id, version, patch).await.map(drop),
        }
    }

    async fn archive(state: &AppState, ctx: &Ctx, id: ResourceId, archived: bool) -> Result<()> {
        let patch = ResourcePatch {
            archived: Some(archived),
            ..ResourcePatch::default()
        };
        resources::update(&state.app, ctx, id, None, patch).await.map(drop)
    }

    fn columns(l: Locale) -> Vec<Column> {
        vec![
            Column::new(l.t("records-name")).sort("name"),
            Column::new(l.t("rooms-kind")),
            Column::new(l.t("records-location")),
        ]
    }

    fn cells(_: Locale, it: &Resource, locations: &Vec<Location>) -> Vec<Cell> {
        let location = locations.iter().find(|location| location.id == it.location_id);
        vec![
            Cell::text(&it.name),
            Cell::text(&it.kind),
            Cell::maybe(location.map(|location| location.name.clone())),
        ]
    }

    fn filters(l: Locale, table: Table, locations: &Vec<Location>) -> Table {
        let all = Choice::new("", l.t("records-all-locations"));
        let choices = std::iter::once(all).chain(choices(locations)).collect();
        table.filter("location", l.t("records-location"), choices)
    }

    fn fields(l: Locale, form: Form, locations: &Vec<Location>, it: Option<&Resource>) -> Form {
        form.field(
            Field::text("name", l.t("records-name"))
                .required()
                .maybe(it.map(|it| it.name.clone())),
        )
        .field(
            Field::text("kind", l.t("rooms-kind"))
                .required()
                .hint(l.t("rooms-kind-hint"))
                .maybe(it.map(|it| it.kind.clone())),
        )
        .field(
            Field::select("location_id", l.t("records-location"), choices(locations).collect())
                .required()
                .maybe(it.map(|it| it.location_id.to_string())),
        )
    }

    fn id(it: &Resource) -> Uuid {
        it.id.uuid()
    }

    fn name(it: &Resource) -> String {
        it.name.clone()
    }

    fn version(it: &Resource) -> i64 {
        it.stamp.version
    }

    fn is_archived(it: &Resource) -> bool {
        it.stamp.archived_at.is_some()
    }
}
