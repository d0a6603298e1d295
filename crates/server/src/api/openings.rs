//! Openings: a month of them at a time, or one by one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::error::AppError;
use kalends_app::idempotency::{Answer, Once};
use kalends_app::openings::{self, Edited, Generate, Generated, NewHours, OpeningPatch};
use kalends_domain::id::{LocationId, OpeningId, ProviderId};
use kalends_domain::opening::{Meeting, Opening, PublishMode, Window};
use kalends_domain::time::{Interval, LocalTime, Month, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::json::Body;
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::{Id, IsoDate, Params};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A dated window in which a provider can be booked.
#[derive(Serialize, ToSchema)]
pub struct OpeningView {
    id: Uuid,
    provider_id: Uuid,
    location_id: Uuid,
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// On the wall at the location, `HH:MM`.
    #[schema(value_type = String)]
    from: LocalTime,
    #[schema(value_type = String)]
    to: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    slot_minutes: u32,
    /// `online`, `contact` or `internal`.
    publish_mode: &'static str,
    /// Released to the public so many minutes before it begins; null: at once.
    release_minutes: Option<u32>,
    /// The only services that it is for; empty: all.
    service_ids: Vec<Uuid>,
    /// The weekly hours that it was made from; null once somebody changed it by hand.
    template_id: Option<Uuid>,
}

impl From<&Opening> for OpeningView {
    fn from(it: &Opening) -> Self {
        Self {
            id: it.id.uuid(),
            provider_id: it.provider_id.uuid(),
            location_id: it.location_id.uuid(),
            date: it.local_date,
            from: it.local_from,
            to: it.local_to,
            starts_at: it.span.starts_at(),
            ends_at: it.span.ends_at(),
            slot_minutes: it.slot_minutes.into(),
            publish_mode: it.publication.mode.name(),
            release_minutes: it.publication.release.map(|release| release.0),
            service_ids: it.publication.services.iter().map(|id| id.uuid()).collect(),
            template_id: it.template_id.map(|id| id.uuid()),
        }
    }
}

/// An appointment that is left without an opening. It is kept; somebody should move it.
#[derive(Serialize, ToSchema)]
pub struct StrandedView {
    appointment_id: Uuid,
    location_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

impl From<&Meeting> for StrandedView {
    fn from(it: &Meeting) -> Self {
        Self {
            appointment_id: it.appointment_id.uuid(),
            location_id: it.location_id.uuid(),
            starts_at: it.span.starts_at(),
            ends_at: it.span.ends_at(),
        }
    }
}

/// A month to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GenerateBody {
    /// `2027-01`
    #[schema(value_type = String)]
    month: Month,
    /// Absent: the provider's first.
    location_id: Option<Uuid>,
    /// `mon` to `sun`; absent: Monday to Friday.
    #[schema(value_type = Option<Vec<String>>)]
    weekdays: Option<Vec<Weekday>>,
    /// `HH:MM`; absent: 09:00.
    #[schema(value_type = Option<String>)]
    from: Option<LocalTime>,
    /// Absent: 17:00.
    #[schema(value_type = Option<String>)]
    to: Option<LocalTime>,
    /// Several windows a day, in place of `from` and `to`.
    windows: Option<Vec<WindowBody>>,
    /// 5 to 480; absent: 30.
    slot_minutes: Option<i64>,
    /// `online`, `contact` or `internal`; absent: `online`.
    #[schema(value_type = Option<String>)]
    publish_mode: Option<PublishMode>,
    /// Only say what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// From when until when, `HH:MM`, up to 24:00.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowBody {
    #[schema(value_type = String)]
    from: LocalTime,
    #[schema(value_type = String)]
    to: LocalTime,
}

/// What was made, or would be.
#[derive(Serialize, ToSchema)]
pub struct GeneratedView {
    openings_created: usize,
    /// The starts in the new openings that are not past.
    slots: usize,
    /// Openings that were there already, and stay as they are.
    kept: usize,
    /// Appointments of the month that lie in no opening.
    stranded: Vec<StrandedView>,
}

impl From<&Generated> for GeneratedView {
    fn from(it: &Generated) -> Self {
        Self {
            openings_created: it.openings_created,
            slots: it.slots,
            kept: it.kept,
            stranded: it.stranded.iter().map(Into::into).collect(),
        }
    }
}

/// One opening to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningBody {
    #[schema(value_type = String, format = Date)]
    date: IsoDate,
    #[schema(value_type = String)]
    from: LocalTime,
    #[schema(value_type = String)]
    to: LocalTime,
    location_id: Option<Uuid>,
    slot_minutes: Option<i64>,
    #[schema(value_type = Option<String>)]
    publish_mode: Option<PublishMode>,
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningPatchBody {
    #[schema(value_type = Option<String>)]
    from: Option<LocalTime>,
    #[schema(value_type = Option<String>)]
    to: Option<LocalTime>,
    slot_minutes: Option<i64>,
    #[schema(value_type = Option<String>)]
    publish_mode: Option<PublishMode>,
    /// Only say whom it would strand.
    #[serde(default)]
    dry_run: bool,
}

/// An opening that was changed or removed.
#[derive(Serialize, ToSchema)]
pub struct EditedView {
    opening: OpeningView,
    /// The appointments that lay in it and now lie in no opening.
    stranded: Vec<StrandedView>,
}

impl From<&Edited> for EditedView {
    fn from(it: &Edited) -> Self {
        Self {
            opening: (&it.opening).into(),
            stranded: it.stranded.iter().map(Into::into).collect(),
        }
    }
}

/// The openings of a range.
#[derive(Serialize, ToSchema)]
pub struct OpeningsView {
    items: Vec<OpeningView>,
}

/// From which date to which, both included.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DateRange {
    #[param(value_type = String, format = Date)]
    from: IsoDate,
    #[param(value_type = String, format = Date)]
    to: IsoDate,
}

/// How a removal is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Removal {
    /// Only say whom it would strand.
    #[serde(default)]
    #[param(required = false)]
    pub dry_run: bool,
}

/// The operations on openings.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(generate))
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
}

/// Makes the openings of a month that are not there yet; what is there stays as it is, and past days stay empty.
#[utoipa::path(post, path = "/providers/{id}/openings/generate", tag = "calendar", request_body = GenerateBody,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = GeneratedView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn generate(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(provider_id): Id<ProviderId>,
    key: IdempotencyKey,
    body: Body<GenerateBody>,
) -> ApiResult<Json<GeneratedView>> {
    let render = |it: &Generated| Answer {
        status: 200,
        body: serde_json::json!(GeneratedView::from(it)).to_string(),
    };
    let once = Once::new(key.of(&ctx, "openings.generate", body.fingerprint), &render);
    let order = body.value;
    let input = Generate {
        provider_id,
        month: order.month,
        location_id: order.location_id.map(LocationId),
        weekdays: order.weekdays.unwrap_or_else(|| Generate::WEEKDAYS.to_vec()),
        windows: windows(order.from, order.to, order.windows)?,
        slot_minutes: interval(order.slot_minutes)?.unwrap_or(Generate::SLOT_MINUTES),
        publish_mode: order.publish_mode.unwrap_or(PublishMode::Online),
        dry_run: order.dry_run,
    };
    let generated = openings::generate(&state.app, &ctx, input, &once).await?;
    Ok(Json((&generated).into()))
}

/// A provider's openings, in order of time.
#[utoipa::path(get, path = "/providers/{id}/openings", tag = "calendar", params(("id" = Uuid, Path), DateRange),
    security(("bearer" = [])),
    responses((status = 200, body = OpeningsView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(provider): Id<ProviderId>,
    Params(range): Params<DateRange>,
) -> ApiResult<Json<OpeningsView>> {
    let openings = openings::list(&state.app, &ctx, provider, range.from.0, range.to.0).await?;
    Ok(Json(OpeningsView {
        items: openings.iter().map(Into::into).collect(),
    }))
}

/// Adds an opening.
#[utoipa::path(post, path = "/providers/{id}/openings", tag = "calendar", request_body = OpeningBody,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = OpeningView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(provider_id): Id<ProviderId>,
    key: IdempotencyKey,
    body: Body<OpeningBody>,
) -> ApiResult<(StatusCode, Json<OpeningView>)> {
    let render = |it: &Opening| created(&OpeningView::from(it));
    let once = Once::new(key.of(&ctx, "openings.create", body.fingerprint), &render);
    let new = body.value;
    let input = NewHours {
        provider_id,
        location_id: new.location_id.map(LocationId),
        date: new.date.0,
        window: Window {
            from: new.from,
            to: new.to,
        },
        slot_minutes: interval(new.slot_minutes)?.unwrap_or(Generate::SLOT_MINUTES),
        publish_mode: new.publish_mode.unwrap_or(PublishMode::Online),
    };
    let opening = openings::create(&state.app, &ctx, input, &once).await?;
    Ok((StatusCode::CREATED, Json((&opening).into())))
}

/// One opening.
#[utoipa::path(get, path = "/openings/{id}", tag = "calendar", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = OpeningView), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<OpeningId>,
) -> ApiResult<Json<OpeningView>> {
    let opening = openings::get(&state.app, &ctx, id).await?;
    Ok(Json((&opening).into()))
}

/// Changes an opening's hours, spacing or publication. Appointments stay; those left outside are listed.
#[utoipa::path(patch, path = "/openings/{id}", tag = "calendar", request_body = OpeningPatchBody,
    params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = EditedView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<OpeningId>,
    Body { value: patch, .. }: Body<OpeningPatchBody>,
) -> ApiResult<Json<EditedView>> {
    let patch = OpeningPatch {
        from: patch.from,
        to: patch.to,
        slot_minutes: interval(patch.slot_minutes)?,
        publish_mode: patch.publish_mode,
        dry_run: patch.dry_run,
    };
    let edited = openings::update(&state.app, &ctx, id, patch).await?;
    Ok(Json((&edited).into()))
}

/// Removes an opening. Appointments in it stay, and are listed.
#[utoipa::path(delete, path = "/openings/{id}", tag = "calendar", params(("id" = Uuid, Path), Removal),
    security(("bearer" = [])),
    responses((status = 200, body = EditedView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn delete(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<OpeningId>,
    Params(removal): Params<Removal>,
) -> ApiResult<Json<EditedView>> {
    let edited = openings::delete(&state.app, &ctx, id, removal.dry_run).await?;
    Ok(Json((&edited).into()))
}

/// Either `windows`, or one from `from` to `to`.
fn windows(
    from: Option<LocalTime>,
    to: Option<LocalTime>,
    windows: Option<Vec<WindowBody>>,
) -> Result<Vec<Window>, AppError> {
    match windows {
        Some(_) if from.is_some() || to.is_some() => Err(AppError::field("windows", "not-with-from-and-to")),
        Some(windows) => Ok(windows
            .into_iter()
            .map(|WindowBody { from, to }| Window { from, to })
            .collect()),
        None => Ok(vec![Window {
            from: from.unwrap_or(Generate::HOURS.from),
            to: to.unwrap_or(Generate::HOURS.to),
        }]),
    }
}

fn interval(minutes: Option<i64>) -> Result<Option<Interval>, AppError> {
    let interval = |minutes| {
        u32::try_from(minutes)
            .ok()
            .and_then(|minutes| Interval::new(minutes).ok())
    };
    minutes
        .map(|minutes| interval(minutes).ok_or_else(|| AppError::field("slot_minutes", "out-of-range")))
        .transpose()
}
