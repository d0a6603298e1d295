//! `/admin/locations`

use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::idempotency::Once;
use kalends_app::locations::{self, LocationPatch};
use kalends_domain::id::LocationId;
use kalends_domain::location::Location;
use kalends_domain::page::{Page, PageRequest};
use uuid::Uuid;

use super::reading::Reading;
use super::records::{Records, Words};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Action, Cell, Column, Field, Form, Icon, Search, Submitted, phone};
use crate::pages::session::AsAdmin;

pub struct Locations;

impl Records for Locations {
    const PATH: &'static str = "/admin/locations";
    type Who = AsAdmin;
    type Record = Location;
    type Id = LocationId;
    type Choices = ();

    fn words(l: Locale) -> Words {
        Words {
            title: l.t("locations-title"),
            search: l.t("locations-search"),
            add: l.t("locations-add"),
            none: l.t("locations-none"),
            none_text: l.t("locations-none-text"),
            icon: Icon("map-pin"),
        }
    }

    async fn choices(_: &AppState, _: &Ctx) -> Result<()> {
        Ok(())
    }

    async fn list(state: &AppState, ctx: &Ctx, request: &PageRequest, _: &Search) -> Result<Page<Location>> {
        locations::list(&state.app, ctx, request).await
    }

    async fn get(state: &AppState, ctx: &Ctx, id: LocationId) -> Result<Location> {
        locations::get(&state.app, ctx, id).await
    }

    async fn save(
        state: &AppState,
        ctx: &Ctx,
        existing: Option<(LocationId, Option<i64>)>,
        submitted: &Submitted,
    ) -> Result<()> {
        let read = Reading::of(submitted);
        let patch = LocationPatch {
            name: Some(read.text("name")),
            time_zone: Some(read.text("time_zone")),
            address: Some(read.maybe("address")),
            phone: Some(read.maybe("phone")),
            archived: None,
        };
        read.finish()?;
        match existing {
            None => locations::create(&state.app, ctx, patch, &Once::unkeyed())
                .await
                .map(drop),
            Some((id, version)) => locations::update(&state.app, ctx, id, version, patch).await.map(drop),
        }
    }

    async fn archive(state: &AppState, ctx: &Ctx, id: LocationId, archived: bool) -> Result<()> {
        let patch = LocationPatch {
            archived: Some(archived),
            ..LocationPatch::default()
        };
        locations::update(&state.app, ctx, id, None, patch).await.map(drop)
    }

    fn columns(l: Locale) -> Vec<Column> {
        vec![
            Column::new(l.t("records-name")).sort("name"),
            Column::new(l.t("locations-address")),
            Column::new(l.t("locations-time-zone")),
            Column::new(l.t("records-phone")),
        ]
    }

    fn cells(_: Locale, it: &Location, (): &()) -> Vec<Cell> {
        vec![
            Cell::text(&it.name),
            Cell::maybe(it.address.as_deref()),
            Cell::code(&it.time_zone),
            Cell::phone(it.phone.as_deref()),
        ]
    }

    fn actions(l: Locale, it: &Location) -> Vec<Action> {
        vec![Action::link(l.t("locations-rooms"), format!("/admin/rooms?location={}", it.id)).about(&it.name)]
    }

    fn fields(l: Locale, form: Form, (): &(), it: Option<&Location>) -> Form {
        form.field(
            Field::text("name", l.t("records-name"))
                .required()
                .maybe(it.map(|it| it.name.clone())),
        )
        .field(Field::textarea("address", l.t("locations-address")).maybe(it.and_then(|it| it.address.clone())))
        .field(
            Field::text("time_zone", l.t("locations-time-zone"))
                .required()
                .hint(l.t("locations-time-zone-hint"))
                .maybe(it.map(|it| it.time_zone.clone())),
        )
        .field(Field::tel("phone", l.t("records-phone")).maybe(it.and_then(|it| it.phone.as_deref()).map(phone)))
    }

    fn id(it: &Location) -> Uuid {
        it.id.uuid()
    }

    fn name(it: &Location) -> String {
        it.name.clone()
    }

    fn version(it: &Location) -> i64 {
        it.stamp.version
    }

    fn is_archived(it: &Location) -> bool {
        it.stamp.archived_at.is_some()
    }
}
