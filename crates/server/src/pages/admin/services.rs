//! `/admin/services`

use kalends_app::ctx::Ctx;
use kalends_app::departments;
use kalends_app::error::Result;
use kalends_app::idempotency::Once;
use kalends_app::providers;
use kalends_app::providers::ProviderFilter;
use kalends_app::resources::{self, ResourceFilter};
use kalends_app::services::ServiceFilter;
use kalends_app::services::{self, CAPACITY_MAX, ServicePatch};
use kalends_domain::assignment::Assignment;
use kalends_domain::department::Department;
use kalends_domain::id::ServiceId;
use kalends_domain::need::Need;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::provider::Provider;
use kalends_domain::resource::Resource;
use kalends_domain::service::{Clientele, Mode, Service};
use uuid::Uuid;

use super::reading::Reading;
use super::records::{Records, Words};
use super::translated;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Action, Cell, Choice, Column, Field, Form, Icon, Search, Submitted, Table};
use crate::pages::price::typed_price;
use crate::pages::session::AsAdmin;

pub struct Services;

/// What a service can belong to, and who can give it.
pub struct Offer {
    departments: Vec<Department>,
    providers: Vec<Provider>,
    resources: Vec<Resource>,
    /// Of the prices.
    currency: Option<String>,
    /// Into which names can be translated.
    languages: Vec<Locale>,
}

impl Offer {
    fn departments(&self) -> impl Iterator<Item = Choice> {
        self.departments
            .iter()
            .map(|it| Choice::new(it.id.to_string(), &it.name))
    }

    /// A need in a few words; nothing for a resource that is out of use.
    fn need(&self, need: &Need) -> Option<String> {
        match need {
            Need::Kind(kind) => Some(kind.clone()),
            Need::Resource(id) => self.resources.iter().find(|it| it.id == *id).map(|it| it.name.clone()),
        }
    }
}

/// What it needs of kinds, as it is typed.
fn kinds(it: &Service) -> String {
    let kinds = it.needs.iter().filter_map(|need| match need {
        Need::Kind(kind) => Some(&kind[..]),
        Need::Resource(_) => None,
    });
    kinds.collect::<Vec<_>>().join(", ")
}

/// What it needs by name.
fn named(it: &Service) -> impl Iterator<Item = String> {
    it.needs.iter().filter_map(|need| match need {
        Need::Kind(_) => None,
        Need::Resource(id) => Some(id.to_string()),
    })
}

fn needs(read: &mut Reading<'_>) -> Vec<Need> {
    let typed = read.text("needs");
    let kinds = typed
        .split([',', '\u{60c}'])
        .map(str::trim)
        .filter(|kind| !kind.is_empty());
    let kinds = kinds.map(|kind| Need::Kind(kind.to_owned()));
    kinds
        .chain(read.chosen("needed").into_iter().map(Need::Resource))
        .collect()
}

impl Records for Services {
    const PATH: &'static str = "/admin/services";
    type Who = AsAdmin;
    type Record = Service;
    type Id = ServiceId;
    type Choices = Offer;

    fn words(l: Locale) -> Words {
        Words {
            title: l.t("services-title"),
            search: l.t("services-search"),
            add: l.t("services-add"),
            none: l.t("services-none"),
            none_text: l.t("services-none-text"),
            icon: Icon("clipboard-list"),
        }
    }

    async fn choices(state: &AppState, ctx: &Ctx) -> Result<Offer> {
        let all = super::records::all();
        Ok(Offer {
            departments: departments::list(&state.app, ctx, &all).await?.items,
            providers: providers::list(&state.app, ctx, &all, ProviderFilter::default())
                .await?
                .items,
            resources: resources::list(&state.app, ctx, &all, ResourceFilter::default())
                .await?
                .items,
            currency: ctx.tenant.settings.currency.clone(),
            languages: translated::languages(ctx),
        })
    }

    async fn list(state: &AppState, ctx: &Ctx, request: &PageRequest, search: &Search) -> Result<Page<Service>> {
        let department_id = search.some("department").and_then(|id| id.parse().ok());
        services::list(
            &state.app,
            ctx,
            request,
            ServiceFilter {
                department_id,
                ..ServiceFilter::default()
            },
        )
        .await
    }

    async fn get(state: &AppState, ctx: &Ctx, id: ServiceId) -> Result<Service> {
        services::get(&state.app, ctx, id).await
    }

    async fn save(
        state: &AppState,
        ctx: &Ctx,
        existing: Option<(ServiceId, Option<i64>)>,
        submitted: &Submitted,
    ) -> Result<()> {
        let mut read = Reading::of(submitted);
        let (names, descriptions) = translated::read(&read, &translated::languages(ctx));
        let patch = ServicePatch {
            name: Some(read.text("name")),
            names: Some(names),
            description: Some(read.maybe("description")),
            descriptions: Some(descriptions),
            department_id: Some(read.parsed("department_id", "unknown-id")),
            duration_minutes: read.required_number("duration_minutes"),
            buffer_before_minutes: Some(read.number("buffer_before_minutes").unwrap_or_default()),
            buffer_after_minutes: Some(read.number("buffer_after_minutes").unwrap_or_default()),
            start_interval_minutes: Some(read.number("start_interval_minutes")),
            start_on_hour: Some(read.ticked("start_on_hour")),
            lead_time_minutes: Some(read.number("lead_time_minutes").unwrap_or_default()),
            booking_horizon_days: Some(read.number("booking_horizon_days")),
            cancel_cutoff_minutes: Some(read.number("cancel_cutoff_minutes").unwrap_or_default()),
            reschedule_cutoff_minutes: Some(read.number("reschedule_cutoff_minutes").unwrap_or_default()),
            assignment: read.parsed("assignment", "unknown"),
            usual_provider_first: Some(read.ticked("usual_provider_first")),
            clientele: read.parsed("clientele", "unknown-clientele"),
            max_per_day: Some(read.number("max_per_day")),
            max_per_week: Some(read.number("max_per_week")),
            max_open_per_patient: Some(read.number("max_open_per_patient")),
            capacity: Some(read.number("capacity").unwrap_or(1)),
            needs: Some(needs(&mut read)),
            requires_approval: Some(read.ticked("requires_approval")),
            price_minor: Some(read.price("price_minor", ctx.tenant.settings.currency.as_deref())),
            public: Some(read.ticked("public")),
            mode: read.parsed("mode", "unknown-mode"),
            provider_ids: Some(read.chosen("provider_ids")),
            ..ServicePatch::default()
        };
        read.finish()?;
        match existing {
            None => services::create(&state.app, ctx, patch, &Once::unkeyed())
                .await
                .map(drop),
            Some((id, version)) => services::update(&state.app, ctx, id, version, patch).await.map(drop),
        }
    }

    async fn archive(state: &AppState, ctx: &Ctx, id: ServiceId, archived: bool) -> Result<()> {
        let patch = ServicePatch {
            archived: Some(archived),
            ..ServicePatch::default()
        };
        services::update(&state.app, ctx, id, None, patch).await.map(drop)
    }

    fn columns(l: Locale) -> Vec<Column> {
        vec![
            Column::new(l.t("records-name")).sort("name"),
            Column::new(l.t("services-duration")).end(),
            Column::new(l.t("records-department")),
            Column::new(l.t("services-given-by")).end(),
            Column::new(l.t("services-rules")),
        ]
    }

    fn cells(l: Locale, it: &Service, offer: &Offer) -> Vec<Cell> {
        let department = it
            .department_id
            .and_then(|id| offer.departments.iter().find(|it| it.id == id));
        let mut rules = Vec::new();
        if !it.public {
            rules.push(l.t("services-not-public"));
        }
        if it.capacity > 1 {
            rules.push(l.tf("services-seats", &[("count", i64::from(it.capacity).into())]));
        }
        if it.requires_approval {
            rules.push(l.t("services-approval"));
        }
        rules.extend(it.needs.iter().filter_map(|need| offer.need(need)));
        vec![
            Cell::text(&it.name),
            Cell::text(l.minutes(it.duration_minutes)),
            Cell::maybe(department.map(|department| department.name.clone())),
            Cell::text(l.number(i64::try_from(it.provider_ids.len()).unwrap_or_default())),
            Cell::maybe((!rules.is_empty()).then(|| rules.join(" · "))),
        ]
    }

    fn actions(l: Locale, it: &Service) -> Vec<Action> {
        let own_ways = format!("/admin/services/{}/providers", it.id);
        let questions = format!("/admin/services/{}/questions", it.id);
        vec![
            Action::link(l.t("intake-link"), questions).about(&it.name),
            Action::link(l.t("own-ways-title"), own_ways).about(&it.name),
        ]
    }

    fn filters(l: Locale, table: Table, offer: &Offer) -> Table {
        let choices = std::iter::once(Choice::new("", l.t("records-all-departments")))
            .chain(offer.departments())
            .collect();
        table.filter("department", l.t("records-department"), choices)
    }

    fn fields(l: Locale, form: Form, offer: &Offer, it: Option<&Service>) -> Form {
        let number = |name: &'static str, label: String, max, value: Option<i32>| {
            Field::number(name, label, 0, max).maybe(value.map(|value| value.to_string()))
        };
        let cap = |name: &'static str, label: String, max, value: Option<i32>| {
            Field::number(name, label, 1, max).maybe(value.map(|value| value.to_string()))
        };
        let departments = std::iter::once(Choice::new("", l.t("services-no-department"))).chain(offer.departments());
        let modes = vec![
            Choice::new(Mode::InPerson.name(), l.t("services-mode-in-person")),
            Choice::new(Mode::Video.name(), l.t("services-mode-video")),
            Choice::new(Mode::Phone.name(), l.t("services-mode-phone")),
        ];
        let clienteles = vec![
            Choice::new(Clientele::Anyone.name(), l.t("services-for-anyone")),
            Choice::new(Clientele::New.name(), l.t("services-for-new")),
            Choice::new(Clientele::Returning.name(), l.t("services-for-returning")),
        ];
        let assignments = vec![
            Choice::new(Assignment::Random.name(), l.t("services-assign-random")),
            Choice::new(Assignment::LeastBusy.name(), l.t("services-assign-least-busy")),
            Choice::new(Assignment::RoundRobin.name(), l.t("services-assign-round-robin")),
            Choice::new(Assignment::Weighted.name(), l.t("services-assign-weighted")),
        ];
        let providers: Vec<Choice> = offer
            .providers
            .iter()
            .map(|it| Choice::new(it.id.to_string(), it.full_name()))
            .collect();
        let resources: Vec<Choice> = offer
            .resources
            .iter()
            .map(|it| Choice::new(it.id.to_string(), format!("{} ({})", it.name, it.kind)))
            .collect();
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
        let translations = (it.map(|it| &it.names), it.map(|it| &it.descriptions));
        let form = translated::fields(l, form, &offer.languages, translations.0, translations.1)
            .row([
                Field::number("duration_minutes", l.t("services-duration-minutes"), 5, 1440)
                    .required()
                    .value(it.map_or(30, |it| it.duration_minutes).to_string()),
                Field::select("department_id", l.t("records-department"), departments.collect())
                    .maybe(it.and_then(|it| it.department_id).map(|id| id.to_string())),
            ])
            .field(
                Field::checkboxes("provider_ids", l.t("services-given-by"), providers)
                    .values(it.into_iter().flat_map(|it| &it.provider_ids).map(ToString::to_string)),
            )
            .heading(l.t("services-rules"))
            .row([
                number(
                    "buffer_before_minutes",
                    l.t("services-buffer-before"),
                    480,
                    it.map(|it| it.buffer_before_minutes),
                ),
                number(
                    "buffer_after_minutes",
                    l.t("services-buffer-after"),
                    480,
                    it.map(|it| it.buffer_after_minutes),
                ),
                number(
                    "start_interval_minutes",
                    l.t("services-interval"),
                    480,
                    it.and_then(|it| it.start_interval_minutes),
                ),
            ])
            .field(
                Field::checkbox("start_on_hour", l.t("services-start-on-hour"))
                    .hint(l.t("services-start-on-hour-hint"))
                    .checked(it.is_some_and(|it| it.start_on_hour)),
            )
            .row([
                number(
                    "lead_time_minutes",
                    l.t("services-lead-time"),
                    525_600,
                    it.map(|it| it.lead_time_minutes),
                ),
                number(
                    "booking_horizon_days",
                    l.t("services-horizon"),
                    1_830,
                    it.and_then(|it| it.booking_horizon_days),
                ),
            ])
            .row([
                number(
                    "cancel_cutoff_minutes",
                    l.t("services-cancel-cutoff"),
                    525_600,
                    it.map(|it| it.cancel_cutoff_minutes),
                ),
                number(
                    "reschedule_cutoff_minutes",
                    l.t("services-reschedule-cutoff"),
                    525_600,
                    it.map(|it| it.reschedule_cutoff_minutes),
                ),
            ])
            .row([
                cap(
                    "max_per_day",
                    l.t("services-max-per-day"),
                    10_000,
                    it.and_then(|it| it.max_per_day),
                ),
                cap(
                    "max_per_week",
                    l.t("services-max-per-week"),
                    10_000,
                    it.and_then(|it| it.max_per_week),
                ),
                cap(
                    "max_open_per_patient",
                    l.t("services-max-open"),
                    1_000,
                    it.and_then(|it| it.max_open_per_patient),
                ),
            ])
            .field(
                Field::select("assignment", l.t("services-assignment"), assignments)
                    .hint(l.t("services-assignment-hint"))
                    .value(it.map_or(Assignment::Random, |it| it.assignment).name()),
            )
            .field(
                Field::checkbox("usual_provider_first", l.t("services-usual-first"))
                    .checked(it.is_some_and(|it| it.usual_provider_first)),
            )
            .field(
                Field::radios("clientele", l.t("services-clientele"), clienteles)
                    .across()
                    .value(it.map_or(Clientele::Anyone, |it| it.clientele).name()),
            )
            .field(
                Field::number("capacity", l.t("services-capacity"), 1, CAPACITY_MAX)
                    .hint(l.t("services-capacity-hint"))
                    .value(it.map_or(1, |it| it.capacity).to_string()),
            )
            .field(
                Field::text("needs", l.t("services-needs"))
                    .hint(l.t("services-needs-hint"))
                    .value(it.map(kinds).unwrap_or_default()),
            );
        let form = if resources.is_empty() {
            form
        } else {
            form.field(
                Field::checkboxes("needed", l.t("services-needed"), resources)
                    .hint(l.t("services-needed-hint"))
                    .values(it.into_iter().flat_map(named)),
            )
        };
        form.field(
            Field::text("price_minor", l.t("services-price"))
                .hint(l.t("services-price-hint"))
                .short()
                .maybe(
                    it.and_then(|it| it.price_minor)
                        .map(|minor| typed_price(offer.currency.as_deref(), minor)),
                ),
        )
        .field(
            Field::radios("mode", l.t("services-mode"), modes)
                .across()
                .value(it.map_or(Mode::InPerson, |it| it.mode).name()),
        )
        .field(Field::checkbox("public", l.t("services-public")).checked(it.is_none_or(|it| it.public)))
        .field(
            Field::checkbox("requires_approval", l.t("services-requires-approval"))
                .checked(it.is_some_and(|it| it.requires_approval)),
        )
    }

    fn id(it: &Service) -> Uuid {
        it.id.uuid()
    }

    fn name(it: &Service) -> String {
        it.name.clone()
    }

    fn version(it: &Service) -> i64 {
        it.stamp.version
    }

    fn is_archived(it: &Service) -> bool {
        it.stamp.archived_at.is_some()
    }
}
