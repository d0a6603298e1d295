//! `/admin/doctors`

use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::idempotency::Once;
use kalends_app::providers::ProviderFilter;
use kalends_app::providers::{self, NewProvider, ProviderPatch};
use kalends_app::services::ServiceFilter;
use kalends_app::{departments, locations, services};
use kalends_domain::department::Department;
use kalends_domain::id::ProviderId;
use kalends_domain::location::Location;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::provider::Provider;
use kalends_domain::service::Service;
use uuid::Uuid;

use super::reading::Reading;
use super::records::{Records, Words};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Action, Cell, Choice, Column, Field, Form, Icon, Search, Submitted, Table};
use crate::pages::session::AsAdmin;

pub struct Doctors;

/// Where a doctor can be, and what they can give.
pub struct Places {
    departments: Vec<Department>,
    locations: Vec<Location>,
    services: Vec<Service>,
}

/// Language tags, however they are set apart.
fn words(text: &str) -> Vec<String> {
    text.split([',', ' ', ';'])
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

impl Records for Doctors {
    const PATH: &'static str = "/admin/doctors";
    type Who = AsAdmin;
    type Record = Provider;
    type Id = ProviderId;
    type Choices = Places;

    fn words(l: Locale) -> Words {
        Words {
            title: l.t("doctors-title"),
            search: l.t("doctors-search"),
            add: l.t("doctors-add"),
            none: l.t("doctors-none"),
            none_text: l.t("doctors-none-text"),
            icon: Icon("stethoscope"),
        }
    }

    async fn choices(state: &AppState, ctx: &Ctx) -> Result<Places> {
        let all = super::records::all();
        Ok(Places {
            departments: departments::list(&state.app, ctx, &all).await?.items,
            locations: locations::list(&state.app, ctx, &all).await?.items,
            services: services::list(&state.app, ctx, &all, ServiceFilter::default())
                .await?
                .items,
        })
    }

    async fn list(state: &AppState, ctx: &Ctx, request: &PageRequest, search: &Search) -> Result<Page<Provider>> {
        let filter = ProviderFilter {
            department_id: search.some("department").and_then(|id| id.parse().ok()),
            location_id: search.some("location").and_then(|id| id.parse().ok()),
            ..ProviderFilter::default()
        };
        providers::list(&state.app, ctx, request, filter).await
    }

    async fn get(state: &AppState, ctx: &Ctx, id: ProviderId) -> Result<Provider> {
        providers::get(&state.app, ctx, id).await
    }

    async fn save(
        state: &AppState,
        ctx: &Ctx,
        existing: Option<(ProviderId, Option<i64>)>,
        submitted: &Submitted,
    ) -> Result<()> {
        let mut read = Reading::of(submitted);
        let patch = ProviderPatch {
            given_name: Some(read.text("given_name")),
            family_name: Some(read.text("family_name")),
            title: Some(read.maybe("title")),
            bio: Some(read.maybe("bio")),
            languages: Some(words(&read.text("languages"))),
            public: Some(read.ticked("public")),
            accepting: Some(read.ticked("accepting")),
            max_per_day: Some(read.number("max_per_day")),
            max_per_week: Some(read.number("max_per_week")),
            department_ids: Some(read.chosen("department_ids")),
            location_ids: Some(read.chosen("location_ids")),
            service_ids: Some(read.chosen("service_ids")),
            archived: None,
        };
        let (email, password) = (read.maybe("email"), read.maybe("password"));
        read.finish()?;
        match existing {
            None => {
                let new = NewProvider {
                    email,
                    password,
                    profile: patch,
                };
                providers::create(&state.app, ctx, new, &Once::unkeyed())
                    .await
                    .map(drop)
            }
            Some((id, version)) => providers::update(&state.app, ctx, id, version, patch).await.map(drop),
        }
    }

    async fn archive(state: &AppState, ctx: &Ctx, id: ProviderId, archived: bool) -> Result<()> {
        let patch = ProviderPatch {
            archived: Some(archived),
            ..ProviderPatch::default()
        };
        providers::update(&state.app, ctx, id, None, patch).await.map(drop)
    }

    fn columns(l: Locale) -> Vec<Column> {
        vec![
            Column::new(l.t("records-name")).sort("name"),
            Column::new(l.t("doctors-departments")),
            Column::new(l.t("doctors-locations")),
            Column::new(l.t("doctors-services")).end(),
            Column::new(l.t("doctors-state")),
        ]
    }

    fn cells(l: Locale, it: &Provider, places: &Places) -> Vec<Cell> {
        let departments = places
            .departments
            .iter()
            .filter(|at| it.department_ids.contains(&at.id))
            .map(|at| &*at.name);
        let locations = places
            .locations
            .iter()
            .filter(|at| it.location_ids.contains(&at.id))
            .map(|at| &*at.name);
        let state = match (it.public, it.accepting) {
            (false, _) => l.t("doctors-not-public"),
            (true, false) => l.t("doctors-not-accepting"),
            (true, true) => l.t("doctors-accepting"),
        };
        vec![
            Cell::text(it.full_name()).second(it.email.clone().unwrap_or_default()),
            Cell::text(departments.collect::<Vec<_>>().join(", ")),
            Cell::text(locations.collect::<Vec<_>>().join(", ")),
            Cell::text(l.number(i64::try_from(it.service_ids.len()).unwrap_or_default())),
            Cell::text(state),
        ]
    }

    fn filters(l: Locale, table: Table, places: &Places) -> Table {
        let departments = places
            .departments
            .iter()
            .map(|it| Choice::new(it.id.to_string(), &it.name));
        let departments = std::iter::once(Choice::new("", l.t("records-all-departments"))).chain(departments);
        let locations = places
            .locations
            .iter()
            .map(|it| Choice::new(it.id.to_string(), &it.name));
        let locations = std::iter::once(Choice::new("", l.t("records-all-locations"))).chain(locations);
        table
            .filter("department", l.t("records-department"), departments.collect())
            .filter("location", l.t("records-location"), locations.collect())
    }

    fn actions(l: Locale, it: &Provider) -> Vec<Action> {
        let calendar = format!("/admin/calendar?provider={}", it.id);
        let hours = format!("/hours/{}", it.id);
        vec![
            Action::link(l.t("doctors-calendar"), calendar).about(it.full_name()),
            Action::link(l.t("hours-link"), hours).about(it.full_name()),
        ]
    }

    fn fields(l: Locale, form: Form, places: &Places, it: Option<&Provider>) -> Form {
        let departments = places
            .departments
            .iter()
            .map(|at| Choice::new(at.id.to_string(), &at.name));
        let locations = places
            .locations
            .iter()
            .map(|at| Choice::new(at.id.to_string(), &at.name).hint(&at.time_zone));
        let services = places
            .services
            .iter()
            .map(|at| Choice::new(at.id.to_string(), &at.name));
        let form = form
            .field(
                Field::text("title", l.t("doctors-title-field"))
                    .short()
                    .maybe(it.and_then(|it| it.title.clone())),
            )
            .row([
                Field::text("given_name", l.t("records-given-name"))
                    .required()
                    .maybe(it.map(|it| it.given_name.clone())),
                Field::text("family_name", l.t("records-family-name"))
                    .required()
                    .maybe(it.map(|it| it.family_name.clone())),
            ]);
        // The account is changed under "Users": a provider's record is not the way to somebody's password.
        let form = match it {
            Some(_) => form,
            None => form.row([
                Field::email("email", l.t("records-email"))
                    .hint(l.t("doctors-email-hint"))
                    .autocomplete("off"),
                Field::password("password", l.t("doctors-password"), "new-password").hint(l.t("doctors-password-hint")),
            ]),
        };
        form.field(
            Field::checkboxes("location_ids", l.t("doctors-locations"), locations.collect())
                .values(it.into_iter().flat_map(|it| &it.location_ids).map(ToString::to_string)),
        )
        .field(
            Field::checkboxes("department_ids", l.t("doctors-departments"), departments.collect()).values(
                it.into_iter()
                    .flat_map(|it| &it.department_ids)
                    .map(ToString::to_string),
            ),
        )
        .field(
            Field::checkboxes("service_ids", l.t("doctors-services"), services.collect())
                .values(it.into_iter().flat_map(|it| &it.service_ids).map(ToString::to_string)),
        )
        .field(
            Field::text("languages", l.t("doctors-languages"))
                .hint(l.t("doctors-languages-hint"))
                .maybe(it.map(|it| it.languages.join(", "))),
        )
        .field(Field::textarea("bio", l.t("doctors-bio")).maybe(it.and_then(|it| it.bio.clone())))
        .row([
            Field::number("max_per_day", l.t("doctors-max-per-day"), 1, 10_000)
                .maybe(it.and_then(|it| it.max_per_day).map(|most| most.to_string())),
            Field::number("max_per_week", l.t("doctors-max-per-week"), 1, 10_000)
                .maybe(it.and_then(|it| it.max_per_week).map(|most| most.to_string())),
        ])
        .field(Field::checkbox("public", l.t("doctors-public")).checked(it.is_none_or(|it| it.public)))
        .field(Field::checkbox("accepting", l.t("doctors-accepting")).checked(it.is_none_or(|it| it.accepting)))
    }

    fn id(it: &Provider) -> Uuid {
        it.id.uuid()
    }

    fn name(it: &Provider) -> String {
        it.full_name()
    }

    fn version(it: &Provider) -> i64 {
        it.stamp.version
    }

    fn is_archived(it: &Provider) -> bool {
        it.stamp.archived_at.is_some()
    }
}
