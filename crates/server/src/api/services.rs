//! Services.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use kalends_app::idempotency::Once;
use kalends_app::services::{self, ServicePatch};
use kalends_domain::assignment::Assignment;
use kalends_domain::id::ServiceId;
use kalends_domain::need::Need;
use kalends_domain::service::{Clientele, Mode, Service};
use kalends_domain::texts::Texts;
use kalends_store::services::ServiceFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::intake::{self, QuestionView};
use super::need::{NeedView, needs};
use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::{Body, given, present};
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::Id;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// What is booked, with its rules.
#[derive(Serialize, ToSchema)]
pub struct ServiceView {
    id: Uuid,
    department_id: Option<Uuid>,
    name: String,
    /// Its translations, by language: `{"ar": "…"}`.
    names: BTreeMap<String, String>,
    description: Option<String>,
    descriptions: BTreeMap<String, String>,
    duration_minutes: i32,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    /// The spacing of starts; null: the opening's.
    start_interval_minutes: Option<i32>,
    /// Whether starts are counted from the full hour instead of from the opening's beginning.
    start_on_hour: bool,
    /// The minimum notice.
    lead_time_minutes: i32,
    /// How far ahead may be booked; null: what the organisation says.
    booking_horizon_days: Option<i32>,
    /// The latest cancellation by the patient, before the start.
    cancel_cutoff_minutes: i32,
    reschedule_cutoff_minutes: i32,
    capacity: i32,
    /// Who gets it when it is booked with anyone: `random`, `least_busy` (on that day), `round_robin` or `weighted` (by shares).
    #[schema(value_type = String)]
    assignment: Assignment,
    /// Whether the provider whom the patient saw last comes before that rule.
    usual_provider_first: bool,
    /// Whom it is for: `anyone`, `new` or `returning` patients.
    #[schema(value_type = String)]
    clientele: Clientele,
    /// How often it may be booked in a day and in a week (from Monday); null: without limit.
    max_per_day: Option<i32>,
    max_per_week: Option<i32>,
    /// How many appointments of it one patient may have to come.
    max_open_per_patient: Option<i32>,
    /// The short form of `needs`, where it needs one resource of a kind and nothing else.
    resource_kind: Option<String>,
    /// The rooms and the equipment that it takes, all at once.
    needs: Vec<NeedView>,
    requires_approval: bool,
    public: bool,
    #[schema(value_type = String)]
    mode: Mode,
    /// What is asked before it is booked, in this order.
    intake: Vec<QuestionView>,
    /// To show, in the smallest unit of the organisation's currency.
    price_minor: Option<i64>,
    provider_ids: Vec<Uuid>,
    archived: bool,
    version: i64,
}

impl From<&Service> for ServiceView {
    fn from(it: &Service) -> Self {
        Self {
            id: it.id.uuid(),
            department_id: it.department_id.map(Into::into),
            name: it.name.clone(),
            names: it.names.0.clone(),
            description: it.description.clone(),
            descriptions: it.descriptions.0.clone(),
            duration_minutes: it.duration_minutes,
            buffer_before_minutes: it.buffer_before_minutes,
            buffer_after_minutes: it.buffer_after_minutes,
            start_interval_minutes: it.start_interval_minutes,
            start_on_hour: it.start_on_hour,
            lead_time_minutes: it.lead_time_minutes,
            booking_horizon_days: it.booking_horizon_days,
            cancel_cutoff_minutes: it.cancel_cutoff_minutes,
            reschedule_cutoff_minutes: it.reschedule_cutoff_minutes,
            capacity: it.capacity,
            assignment: it.assignment,
            usual_provider_first: it.usual_provider_first,
            clientele: it.clientele,
            max_per_day: it.max_per_day,
            max_per_week: it.max_per_week,
            max_open_per_patient: it.max_open_per_patient,
            resource_kind: match &it.needs[..] {
                [Need::Kind(kind)] => Some(kind.clone()),
                _ => None,
            },
            needs: it.needs.iter().map(NeedView::from).collect(),
            requires_approval: it.requires_approval,
            public: it.public,
            mode: it.mode,
            intake: it.intake.iter().map(QuestionView::from).collect(),
            price_minor: it.price_minor,
            provider_ids: it.provider_ids.iter().map(|id| id.uuid()).collect(),
            archived: it.stamp.is_archived(),
            version: it.stamp.version,
        }
    }
}

/// What a new service needs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceBody {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[schema(maximum = 1440, minimum = 5)]
    duration_minutes: i64,
    #[schema(max_length = 2000)]
    description: Option<String>,
    department_id: Option<Uuid>,
    #[schema(minimum = 0, maximum = 480)]
    buffer_before_minutes: Option<i64>,
    #[schema(minimum = 0, maximum = 480)]
    buffer_after_minutes: Option<i64>,
    /// The spacing of starts; null: the opening's.
    #[schema(minimum = 5, maximum = 480)]
    start_interval_minutes: Option<i64>,
    /// `false` when absent: starts are counted from the opening's beginning, not from the full hour.
    start_on_hour: Option<bool>,
    /// The minimum notice.
    #[schema(minimum = 0, maximum = 525600)]
    lead_time_minutes: Option<i64>,
    /// How far ahead may be booked; null: what the organisation says.
    #[schema(minimum = 1, maximum = 1830)]
    booking_horizon_days: Option<i64>,
    /// The latest cancellation by the patient, before the start.
    #[schema(minimum = 0, maximum = 525600)]
    cancel_cutoff_minutes: Option<i64>,
    #[schema(minimum = 0, maximum = 525600)]
    reschedule_cutoff_minutes: Option<i64>,
    /// How many patients may share a time; 1 when absent.
    #[schema(minimum = 1, maximum = 500)]
    capacity: Option<i64>,
    /// Who gets it when it is booked with anyone: `random` when absent, `least_busy`, `round_robin` or `weighted`.
    #[schema(value_type = Option<String>)]
    assignment: Option<Assignment>,
    /// Whether the provider whom the patient saw last comes before that rule; `false` when absent.
    usual_provider_first: Option<bool>,
    /// `anyone` when absent, `new` or `returning` patients.
    #[schema(value_type = Option<String>)]
    clientele: Option<Clientele>,
    /// How often it may be booked in a day and in a week (from Monday); null: without limit.
    #[schema(minimum = 1, maximum = 10000)]
    max_per_day: Option<i64>,
    #[schema(minimum = 1, maximum = 10000)]
    max_per_week: Option<i64>,
    /// How many appointments of it one patient may have to come.
    #[schema(minimum = 1, maximum = 1000)]
    max_open_per_patient: Option<i64>,
    /// Short for `needs` of one resource of this kind.
    #[schema(max_length = 60)]
    resource_kind: Option<String>,
    /// The rooms and the equipment that it takes, all at once.
    #[schema(max_items = 8)]
    needs: Option<Vec<NeedView>>,
    requires_approval: Option<bool>,
    /// `true` when absent.
    public: Option<bool>,
    /// `in_person` when absent, `video` or `phone`.
    #[schema(value_type = Option<String>)]
    mode: Option<Mode>,
    /// What is asked before it is booked, in this order.
    intake: Option<Vec<QuestionView>>,
    #[schema(minimum = 0, maximum = 100000000)]
    price_minor: Option<i64>,
    provider_ids: Option<Vec<Uuid>>,
    /// Translations of the name, by language: `{"ar": "…"}`.
    names: Option<BTreeMap<String, String>>,
    descriptions: Option<BTreeMap<String, String>>,
}

impl From<ServiceBody> for ServicePatch {
    fn from(body: ServiceBody) -> Self {
        Self {
            name: Some(body.name),
            names: body.names.map(Texts),
            description: Some(body.description),
            descriptions: body.descriptions.map(Texts),
            department_id: Some(body.department_id.map(Into::into)),
            duration_minutes: Some(body.duration_minutes),
            buffer_before_minutes: body.buffer_before_minutes,
            buffer_after_minutes: body.buffer_after_minutes,
            start_interval_minutes: Some(body.start_interval_minutes),
            start_on_hour: body.start_on_hour,
            lead_time_minutes: body.lead_time_minutes,
            booking_horizon_days: Some(body.booking_horizon_days),
            cancel_cutoff_minutes: body.cancel_cutoff_minutes,
            reschedule_cutoff_minutes: body.reschedule_cutoff_minutes,
            capacity: body.capacity,
            assignment: body.assignment,
            usual_provider_first: body.usual_provider_first,
            clientele: body.clientele,
            max_per_day: Some(body.max_per_day),
            max_per_week: Some(body.max_per_week),
            max_open_per_patient: Some(body.max_open_per_patient),
            resource_kind: body.resource_kind.map(Some),
            needs: body.needs.map(needs),
            requires_approval: body.requires_approval,
            public: body.public,
            mode: body.mode,
            intake: None,
            price_minor: Some(body.price_minor),
            provider_ids: body.provider_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
            archived: None,
        }
    }
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServicePatchBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    department_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64)]
    duration_minutes: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64)]
    buffer_before_minutes: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64)]
    buffer_after_minutes: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    start_interval_minutes: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    start_on_hour: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64)]
    lead_time_minutes: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    booking_horizon_days: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64)]
    cancel_cutoff_minutes: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64)]
    reschedule_cutoff_minutes: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64)]
    capacity: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    assignment: Option<Assignment>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    usual_provider_first: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    clientele: Option<Clientele>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    max_per_day: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    max_per_week: Option<Option<i64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    max_open_per_patient: Option<Option<i64>>,
    /// Instead of all `needs`: one resource of this kind, or null for nothing.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    resource_kind: Option<Option<String>>,
    /// All that it takes.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<NeedView>)]
    needs: Option<Vec<NeedView>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    requires_approval: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    public: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    mode: Option<Mode>,
    /// All of them, in their order; those that keep their `question_id` stay the same questions.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<QuestionView>)]
    intake: Option<Vec<QuestionView>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    price_minor: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<Uuid>)]
    provider_ids: Option<Vec<Uuid>>,
    /// `true` archives, `false` restores.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool)]
    archived: Option<bool>,
    /// All translations of the name, by language.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = BTreeMap<String, String>)]
    names: Option<BTreeMap<String, String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = BTreeMap<String, String>)]
    descriptions: Option<BTreeMap<String, String>>,
}

impl From<ServicePatchBody> for ServicePatch {
    fn from(body: ServicePatchBody) -> Self {
        Self {
            name: body.name,
            names: body.names.map(Texts),
            description: body.description,
            descriptions: body.descriptions.map(Texts),
            department_id: body.department_id.map(|id| id.map(Into::into)),
            duration_minutes: body.duration_minutes,
            buffer_before_minutes: body.buffer_before_minutes,
            buffer_after_minutes: body.buffer_after_minutes,
            start_interval_minutes: body.start_interval_minutes,
            start_on_hour: body.start_on_hour,
            lead_time_minutes: body.lead_time_minutes,
            booking_horizon_days: body.booking_horizon_days,
            cancel_cutoff_minutes: body.cancel_cutoff_minutes,
            reschedule_cutoff_minutes: body.reschedule_cutoff_minutes,
            capacity: body.capacity,
            assignment: body.assignment,
            usual_provider_first: body.usual_provider_first,
            clientele: body.clientele,
            max_per_day: body.max_per_day,
            max_per_week: body.max_per_week,
            max_open_per_patient: body.max_open_per_patient,
            resource_kind: body.resource_kind,
            needs: body.needs.map(needs),
            requires_approval: body.requires_approval,
            public: body.public,
            mode: body.mode,
            intake: None,
            price_minor: body.price_minor,
            provider_ids: body.provider_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
            archived: body.archived,
        }
    }
}

/// Which services.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ServiceFilters {
    department_id: Option<Uuid>,
    /// Those that this provider gives.
    provider_id: Option<Uuid>,
    public: Option<bool>,
}

impl From<ServiceFilters> for ServiceFilter {
    fn from(filters: ServiceFilters) -> Self {
        Self {
            department_id: filters.department_id.map(Into::into),
            provider_id: filters.provider_id.map(Into::into),
            public: filters.public,
        }
    }
}

/// The operations on services.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, archive))
}

/// The services, by name.
#[utoipa::path(get, path = "/services", tag = "services", params(ListParams, ServiceFilters),
    responses((status = 200, body = ListAnswer<ServiceView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<ServiceFilters>,
) -> ApiResult<axum::Json<ListAnswer<ServiceView>>> {
    let page = services::list(&state.app, &ctx, &listing.page, listing.filters.into()).await?;
    Ok(axum::Json(ListAnswer::new(page, |it| ServiceView::from(&it))))
}

/// One service.
#[utoipa::path(get, path = "/services/{id}", tag = "services", params(("id" = Uuid, Path)),
    responses((status = 200, body = ServiceView), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ServiceId>,
) -> ApiResult<Versioned<ServiceView>> {
    let it = services::get(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Makes a service.
#[utoipa::path(post, path = "/services", tag = "services", request_body = ServiceBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = ServiceView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    mut body: Body<ServiceBody>,
) -> ApiResult<Versioned<ServiceView>> {
    let render = |it: &Service| created(&ServiceView::from(it));
    let once = Once::new(key.of(&ctx, "services.create", body.fingerprint), &render);
    let questions = body.value.intake.take();
    let input = ServicePatch {
        intake: questions.map(|it| intake::questions(&state.app, it)).transpose()?,
        ..body.value.into()
    };
    let it = services::create(&state.app, &ctx, input, &once).await?;
    Ok(Versioned::created(it.stamp.version, (&it).into()))
}

/// Changes a service.
#[utoipa::path(patch, path = "/services/{id}", tag = "services", request_body = ServicePatchBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = ServiceView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ServiceId>,
    IfMatch(expected): IfMatch,
    Body { value: mut body, .. }: Body<ServicePatchBody>,
) -> ApiResult<Versioned<ServiceView>> {
    let questions = body.intake.take();
    let patch = ServicePatch {
        intake: questions.map(|it| intake::questions(&state.app, it)).transpose()?,
        ..body.into()
    };
    let it = services::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(Versioned::ok(it.stamp.version, (&it).into()))
}

/// Archives a service; refused while an appointment that is still to come needs it.
#[utoipa::path(delete, path = "/services/{id}", tag = "services", security(("bearer" = [])),
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
async fn archive(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<ServiceId>,
    IfMatch(expected): IfMatch,
) -> ApiResult<StatusCode> {
    let patch = ServicePatch {
        archived: Some(true),
        ..ServicePatch::default()
    };
    services::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(StatusCode::NO_CONTENT)
}
