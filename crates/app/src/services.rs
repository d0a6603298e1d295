//! Services: the public ones are seen by everybody, all of them by staff; kept by those who keep the catalogue.

use kalends_domain::assignment::Assignment;
use kalends_domain::department::Department;
use kalends_domain::id::{DepartmentId, ProviderId, ServiceId};
use kalends_domain::intake::Question;
use kalends_domain::need::{self, Need};
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::provider::Provider;
use kalends_domain::resource::Resource as Equipment;
use kalends_domain::service::{Clientele, Mode, Service};
use kalends_domain::stamp::Stamp;
use kalends_domain::texts::Texts;
use kalends_store::services as store;

pub use kalends_store::services::ServiceFilter;

use crate::app::App;
use crate::catalogue::{self, Change};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::intake;
use crate::validate::{CAP_MAX, Check, DESCRIPTION_MAX, KIND_MAX, NAME_MAX};

pub(crate) const YEAR_MINUTES: i64 = 525_600;
pub(crate) const PRICE_MAX: i64 = 100_000_000;
/// The most patients who can share a time.
pub const CAPACITY_MAX: i64 = 500;
/// The most appointments to come that one patient can be limited to.
pub const MOST_OPEN: i64 = 1_000;

/// What changes, or what a new service has (`name` and `duration_minutes` at least): an absent member stays as it is,
/// `Some(None)` clears. A new service is public and needs no approval; its other numbers are 0 or absent, its capacity 1.
#[derive(Clone, Debug, Default)]
pub struct ServicePatch {
    pub name: Option<String>,
    /// The translations of the name, all of them.
    pub names: Option<Texts>,
    pub description: Option<Option<String>>,
    pub descriptions: Option<Texts>,
    pub department_id: Option<Option<DepartmentId>>,
    pub duration_minutes: Option<i64>,
    pub buffer_before_minutes: Option<i64>,
    pub buffer_after_minutes: Option<i64>,
    pub start_interval_minutes: Option<Option<i64>>,
    pub start_on_hour: Option<bool>,
    pub lead_time_minutes: Option<i64>,
    pub booking_horizon_days: Option<Option<i64>>,
    pub cancel_cutoff_minutes: Option<i64>,
    pub reschedule_cutoff_minutes: Option<i64>,
    pub capacity: Option<i64>,
    pub assignment: Option<Assignment>,
    pub usual_provider_first: Option<bool>,
    pub clientele: Option<Clientele>,
    pub max_per_day: Option<Option<i64>>,
    pub max_per_week: Option<Option<i64>>,
    pub max_open_per_patient: Option<Option<i64>>,
    /// The short form of needing one room of a kind, or nothing: instead of `needs`.
    pub resource_kind: Option<Option<String>>,
    pub needs: Option<Vec<Need>>,
    pub requires_approval: Option<bool>,
    pub public: Option<bool>,
    pub mode: Option<Mode>,
    pub intake: Option<Vec<Question>>,
    pub price_minor: Option<Option<i64>>,
    pub provider_ids: Option<Vec<ProviderId>>,
    /// `true` takes it out of use, `false` back into it.
    pub archived: Option<bool>,
}

/// One page of services; only public ones for those who do not work here.
///
/// # Errors
/// When archived ones are asked for by somebody who does not keep the catalogue, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest, mut filter: ServiceFilter) -> Result<Page<Service>> {
    catalogue::may_list(ctx, request)?;
    if !catalogue::sees_private(ctx) {
        filter.public = Some(true);
    }
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(store::list(&mut tx, ctx.tenant_id(), request, filter).await?)
}

/// One service, archived or not.
///
/// # Errors
/// [`AppError::NotFound`], also when it is not public and the caller does not work here.
pub async fn get(app: &App, ctx: &Ctx, id: ServiceId) -> Result<Service> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .filter(|it| it.public || catalogue::sees_private(ctx))
        .ok_or(AppError::NotFound)
}

/// Makes a service.
///
/// # Errors
/// Fields that break a rule, `name` with `taken` among them; [`AppError::Replayed`] when the key was used before.
pub async fn create(app: &App, ctx: &Ctx, input: ServicePatch, once: &Once<'_, Service>) -> Result<Service> {
    ctx.require(Resource::Catalogue, Action::Write)?;
    let blank = Service {
        id: app.new_id(),
        department_id: None,
        name: String::new(),
        names: Texts::default(),
        description: None,
        descriptions: Texts::default(),
        duration_minutes: 0,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        start_interval_minutes: None,
        start_on_hour: false,
        lead_time_minutes: 0,
        booking_horizon_days: None,
        cancel_cutoff_minutes: 0,
        reschedule_cutoff_minutes: 0,
        capacity: 1,
        assignment: Assignment::Random,
        usual_provider_first: false,
        clientele: Clientele::Anyone,
        max_per_day: None,
        max_per_week: None,
        max_open_per_patient: None,
        needs: Vec::new(),
        requires_approval: false,
        public: true,
        mode: Mode::InPerson,
        intake: Vec::new(),
        price_minor: None,
        provider_ids: Vec::new(),
        stamp: Stamp::new(ctx.now),
    };
    let mut change = catalogue::make(app, ctx, blank, once).await?;
    apply(ctx, &mut change, input).await?;
    change.save_once(ctx, None, once).await
}

/// Changes a service. Appointments that exist keep the rules under which they were booked.
///
/// # Errors
/// [`AppError::Stale`] when `expected` is not its version, [`AppError::InUse`] when an appointment keeps it from being
/// archived, or fields that break a rule.
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: ServiceId,
    expected: Option<i64>,
    patch: ServicePatch,
) -> Result<Service> {
    ctx.require(Resource::Catalogue, Action::Write)?;
    let mut change = catalogue::open(app, ctx, id, expected).await?;
    apply(ctx, &mut change, patch).await?;
    change.save(ctx, None).await
}

async fn apply(ctx: &Ctx, change: &mut Change<Service>, patch: ServicePatch) -> Result<()> {
    let mut check = Check::default();
    if let Some(department) = patch.department_id {
        let already = change.it.department_id;
        if let Some(id) = department {
            change
                .check_link::<Department>(ctx, &mut check, "department_id", id, already)
                .await?;
        }
        change.it.department_id = department;
    }
    if let Some(ids) = patch.provider_ids.clone() {
        let already = change.it.provider_ids.clone();
        change.it.provider_ids = change
            .check_links::<Provider>(ctx, &mut check, "provider_ids", ids, &already)
            .await?;
    }
    set_needs(ctx, change, &mut check, &patch).await?;
    let archived = patch.archived;
    fields(&mut check, &mut change.it, patch);
    check.finish()?;
    change.archive(ctx, archived).await
}

/// What it needs: of kinds, and of resources that are in use or that it needed before, none of them twice.
async fn set_needs(ctx: &Ctx, change: &mut Change<Service>, check: &mut Check, patch: &ServicePatch) -> Result<()> {
    if let Some(kind) = &patch.resource_kind {
        if patch.needs.is_some() {
            check.fail("resource_kind", "or-needs");
        }
        let kind = check.optional_line("resource_kind", kind.as_deref(), KIND_MAX);
        change.it.needs = kind.map(Need::Kind).into_iter().collect();
    }
    let Some(needs) = &patch.needs else {
        return Ok(());
    };
    if needs.len() > need::MOST {
        check.fail_with("needs", "too-many", vec![("max", need::MOST.to_string())]);
        return Ok(());
    }
    let before = std::mem::take(&mut change.it.needs);
    for (position, need) in needs.iter().enumerate() {
        let field = format!("needs/{position}");
        let checked = match need {
            Need::Kind(kind) => Need::Kind(check.line(&field, kind, KIND_MAX)),
            Need::Resource(id) => {
                let already = before.contains(need).then_some(*id);
                change.check_link::<Equipment>(ctx, check, &field, *id, already).await?;
                if change.it.needs.contains(need) {
                    check.fail(&field, "needed-twice");
                }
                need.clone()
            }
        };
        change.it.needs.push(checked);
    }
    Ok(())
}

fn fields(check: &mut Check, it: &mut Service, patch: ServicePatch) {
    check.name("name", patch.name, &mut it.name);
    if let Some(names) = patch.names {
        it.names = check.translations("names", names, NAME_MAX, Check::optional_line);
    }
    if let Some(descriptions) = patch.descriptions {
        it.descriptions = check.translations("descriptions", descriptions, DESCRIPTION_MAX, Check::optional_lines);
    }
    if let Some(description) = patch.description {
        it.description = check.optional_lines("description", description.as_deref(), DESCRIPTION_MAX);
    }
    if patch.duration_minutes.is_none() && it.duration_minutes == 0 {
        check.fail("duration_minutes", "required");
    }
    let numbers = [
        (
            "duration_minutes",
            patch.duration_minutes,
            5..=1440,
            &mut it.duration_minutes,
        ),
        (
            "buffer_before_minutes",
            patch.buffer_before_minutes,
            0..=480,
            &mut it.buffer_before_minutes,
        ),
        (
            "buffer_after_minutes",
            patch.buffer_after_minutes,
            0..=480,
            &mut it.buffer_after_minutes,
        ),
        (
            "lead_time_minutes",
            patch.lead_time_minutes,
            0..=YEAR_MINUTES,
            &mut it.lead_time_minutes,
        ),
        (
            "cancel_cutoff_minutes",
            patch.cancel_cutoff_minutes,
            0..=YEAR_MINUTES,
            &mut it.cancel_cutoff_minutes,
        ),
        (
            "reschedule_cutoff_minutes",
            patch.reschedule_cutoff_minutes,
            0..=YEAR_MINUTES,
            &mut it.reschedule_cutoff_minutes,
        ),
    ];
    for (field, new, range, value) in numbers {
        check.set_number(field, new, range, value);
    }
    let start_interval = patch.start_interval_minutes;
    check.set_optional_number(
        "start_interval_minutes",
        start_interval,
        5..=480,
        &mut it.start_interval_minutes,
    );
    let horizon = patch.booking_horizon_days;
    check.set_optional_number("booking_horizon_days", horizon, 1..=1830, &mut it.booking_horizon_days);
    check.set_number("capacity", patch.capacity, 1..=CAPACITY_MAX, &mut it.capacity);
    if let Some(price) = patch.price_minor {
        it.price_minor = price.map(|price| check.number("price_minor", price, 0, PRICE_MAX).into());
    }
    it.start_on_hour = patch.start_on_hour.unwrap_or(it.start_on_hour);
    it.assignment = patch.assignment.unwrap_or(it.assignment);
    it.usual_provider_first = patch.usual_provider_first.unwrap_or(it.usual_provider_first);
    it.clientele = patch.clientele.unwrap_or(it.clientele);
    check.set_optional_number("max_per_day", patch.max_per_day, 1..=CAP_MAX, &mut it.max_per_day);
    check.set_optional_number("max_per_week", patch.max_per_week, 1..=CAP_MAX, &mut it.max_per_week);
    let open = patch.max_open_per_patient;
    check.set_optional_number(
        "max_open_per_patient",
        open,
        1..=MOST_OPEN,
        &mut it.max_open_per_patient,
    );
    it.requires_approval = patch.requires_approval.unwrap_or(it.requires_approval);
    it.public = patch.public.unwrap_or(it.public);
    if let Some(questions) = patch.intake {
        intake::check_questions(check, &questions);
        it.intake = questions;
    }
    it.mode = patch.mode.unwrap_or(it.mode);
}
