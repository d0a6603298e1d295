//! Weekly hours, from which openings are made.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::templates::{self, Applied, NewTemplate, TemplatePatch};
use kalends_app::validate::Check;
use kalends_domain::id::{LocationId, ProviderId, ServiceId, TemplateId};
use kalends_domain::opening::{Publication, PublishMode, Window};
use kalends_domain::template::{Template, WeeklyWindow};
use kalends_domain::time::{Interval, LocalTime, Minutes, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::openings::{Removal, StrandedView};
use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::{Body, given, present};
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::{Id, IsoDate, Params};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A provider's weekly hours at one location.
#[derive(Serialize, ToSchema)]
pub struct TemplateView {
    id: Uuid,
    provider_id: Uuid,
    location_id: Uuid,
    /// The first date on which it holds.
    #[schema(value_type = String, format = Date)]
    effective_from: Date,
    /// The last one; null: until further notice.
    #[schema(value_type = Option<String>, format = Date)]
    effective_until: Option<Date>,
    /// It holds in every n-th week, counted from the week of `effective_from`; weeks begin on Monday.
    every_weeks: u8,
    windows: Vec<WeeklyWindowView>,
    /// The last date for which its openings were made.
    #[schema(value_type = Option<String>, format = Date)]
    published_until: Option<Date>,
    #[schema(value_type = Option<String>, format = DateTime)]
    archived_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    version: i64,
}

/// A window of the week. What lies between two windows of a day is a break.
#[derive(Serialize, ToSchema)]
pub struct WeeklyWindowView {
    /// `mon` to `sun`.
    #[schema(value_type = String)]
    weekday: Weekday,
    /// On the wall at the location, `HH:MM`.
    #[schema(value_type = String)]
    from: LocalTime,
    #[schema(value_type = String)]
    to: LocalTime,
    slot_minutes: u32,
    /// `online`, `contact` or `internal`.
    #[schema(value_type = String)]
    publish_mode: PublishMode,
    /// Released to the public so many minutes before it begins; null: at once.
    release_minutes: Option<u32>,
    /// The only services that it is for; empty: all.
    service_ids: Vec<Uuid>,
}

impl From<&Template> for TemplateView {
    fn from(it: &Template) -> Self {
        let window = |window: &WeeklyWindow| WeeklyWindowView {
            weekday: window.weekday,
            from: window.window.from,
            to: window.window.to,
            slot_minutes: window.slot_minutes.into(),
            publish_mode: window.publication.mode,
            release_minutes: window.publication.release.map(|release| release.0),
            service_ids: window.publication.services.iter().map(|id| id.uuid()).collect(),
        };
        Self {
            id: it.id.uuid(),
            provider_id: it.provider_id.uuid(),
            location_id: it.location_id.uuid(),
            effective_from: it.effective_from,
            effective_until: it.effective_until,
            every_weeks: it.every_weeks,
            windows: it.windows.iter().map(window).collect(),
            published_until: it.published_until,
            archived_at: it.stamp.archived_at,
            created_at: it.stamp.created_at,
            updated_at: it.stamp.updated_at,
            version: it.stamp.version,
        }
    }
}

/// A provider's templates.
#[derive(Serialize, ToSchema)]
pub struct TemplatesView {
    items: Vec<TemplateView>,
}

/// A template, and what it did to the calendar, or would do.
#[derive(Serialize, ToSchema)]
pub struct AppliedView {
    template: TemplateView,
    openings_created: usize,
    openings_removed: usize,
    /// Openings of other origin in the way of the new ones; they stay as they are.
    kept: usize,
    /// The starts in the new openings that are not past.
    slots: usize,
    /// Appointments that lay in an opening and now lie in none.
    stranded: Vec<StrandedView>,
}

impl From<&Applied> for AppliedView {
    fn from(it: &Applied) -> Self {
        Self {
            template: (&it.template).into(),
            openings_created: it.openings_created,
            openings_removed: it.openings_removed,
            kept: it.kept,
            slots: it.slots,
            stranded: it.stranded.iter().map(Into::into).collect(),
        }
    }
}

/// Hours to keep from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateBody {
    /// Absent: the provider's first.
    location_id: Option<Uuid>,
    /// Absent: today at the location.
    #[schema(value_type = Option<String>, format = Date)]
    effective_from: Option<IsoDate>,
    #[schema(value_type = Option<String>, format = Date)]
    effective_until: Option<IsoDate>,
    /// Absent: every week.
    #[schema(minimum = 1, maximum = 52)]
    every_weeks: Option<i64>,
    windows: Vec<WeeklyWindowBody>,
    /// Only say what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// What changes; absent members stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplatePatchBody {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, format = Date)]
    effective_from: Option<IsoDate>,
    /// Null: until further notice.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Date)]
    effective_until: Option<Option<IsoDate>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i64, minimum = 1, maximum = 52)]
    every_weeks: Option<i64>,
    /// All of them.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<WeeklyWindowBody>)]
    windows: Option<Vec<WeeklyWindowBody>>,
    /// Only say what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// A window of the week.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeeklyWindowBody {
    /// `mon` to `sun`.
    #[schema(value_type = String)]
    weekday: Weekday,
    #[schema(value_type = String)]
    from: LocalTime,
    #[schema(value_type = String)]
    to: LocalTime,
    /// Absent: 30.
    #[schema(minimum = 5, maximum = 480)]
    slot_minutes: Option<i64>,
    /// `online`, `contact` or `internal`; absent: `online`.
    #[schema(value_type = Option<String>)]
    publish_mode: Option<PublishMode>,
    /// Released to the public so many minutes before it begins; absent: at once.
    #[schema(minimum = 0, maximum = 527_040)]
    release_minutes: Option<i64>,
    /// The only services that it is for; absent: all.
    #[serde(default)]
    service_ids: Vec<Uuid>,
}

/// The operations on templates.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, archive))
}

/// A provider's templates that are in use.
#[utoipa::path(get, path = "/providers/{id}/templates", tag = "calendar", params(("id" = Uuid, Path)),
    security(("bearer" = [])), responses((status = 200, body = TemplatesView), (status = 404, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(provider): Id<ProviderId>,
) -> ApiResult<Json<TemplatesView>> {
    let templates = templates::list(&state.app, &ctx, provider).await?;
    Ok(Json(TemplatesView {
        items: templates.iter().map(Into::into).collect(),
    }))
}

/// Makes a template, and its openings as far ahead as the organisation publishes.
#[utoipa::path(post, path = "/providers/{id}/templates", tag = "calendar", request_body = TemplateBody,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = AppliedView, description = "What would be done"), (status = 201, body = AppliedView),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(provider_id): Id<ProviderId>,
    key: IdempotencyKey,
    body: Body<TemplateBody>,
) -> ApiResult<Versioned<AppliedView>> {
    let render = |it: &Applied| created(&AppliedView::from(it));
    let once = Once::new(key.of(&ctx, "templates.create", body.fingerprint), &render);
    let new = body.value;
    let input = NewTemplate {
        provider_id,
        location_id: new.location_id.map(LocationId),
        effective_from: new.effective_from.map(Into::into),
        effective_until: new.effective_until.map(Into::into),
        every_weeks: new.every_weeks.map_or(1, weeks),
        windows: windows(new.windows)?,
        dry_run: new.dry_run,
    };
    let applied = templates::create(&state.app, &ctx, input, &once).await?;
    Ok(Versioned {
        status: if new.dry_run {
            StatusCode::OK
        } else {
            StatusCode::CREATED
        },
        version: applied.template.stamp.version,
        value: (&applied).into(),
    })
}

/// One template.
#[utoipa::path(get, path = "/templates/{id}", tag = "calendar", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = TemplateView), (status = 404, body = Problem)))]
async fn get(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<TemplateId>,
) -> ApiResult<Versioned<TemplateView>> {
    let template = templates::get(&state.app, &ctx, id).await?;
    Ok(Versioned::ok(template.stamp.version, (&template).into()))
}

/// Changes a template, and the openings that were made from it and have not begun. Openings that were changed by hand stay, and so
/// do appointments; those left outside are listed.
#[utoipa::path(patch, path = "/templates/{id}", tag = "calendar", request_body = TemplatePatchBody,
    params(("id" = Uuid, Path), ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = AppliedView), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<TemplateId>,
    IfMatch(expected): IfMatch,
    Body { value: patch, .. }: Body<TemplatePatchBody>,
) -> ApiResult<Versioned<AppliedView>> {
    let patch = TemplatePatch {
        effective_from: patch.effective_from.map(Into::into),
        effective_until: patch.effective_until.map(|until| until.map(Into::into)),
        every_weeks: patch.every_weeks.map(weeks),
        windows: patch.windows.map(windows).transpose()?,
        dry_run: patch.dry_run,
    };
    let applied = templates::update(&state.app, &ctx, id, expected, patch).await?;
    Ok(Versioned::ok(applied.template.stamp.version, (&applied).into()))
}

/// Takes a template out of use, with the openings that were made from it and have not begun. Appointments in them stay, and are
/// listed.
#[utoipa::path(delete, path = "/templates/{id}", tag = "calendar",
    params(("id" = Uuid, Path), Removal, ("if-match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = AppliedView), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn archive(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Id(id): Id<TemplateId>,
    IfMatch(expected): IfMatch,
    Params(removal): Params<Removal>,
) -> ApiResult<Versioned<AppliedView>> {
    let applied = templates::archive(&state.app, &ctx, id, expected, removal.dry_run).await?;
    Ok(Versioned::ok(applied.template.stamp.version, (&applied).into()))
}

/// What is out of range is so for the template too.
fn weeks(every: i64) -> u8 {
    u8::try_from(every).unwrap_or(0)
}

fn windows(bodies: Vec<WeeklyWindowBody>) -> Result<Vec<WeeklyWindow>, AppError> {
    let mut check = Check::default();
    let mut windows = Vec::new();
    for (index, body) in bodies.into_iter().enumerate() {
        let mut number = |name: &str, value: i64, least: u32, most: u32| {
            let value = check.number(
                &format!("windows/{index}/{name}"),
                value,
                i64::from(least),
                i64::from(most),
            );
            u32::try_from(value).unwrap_or(least)
        };
        let slot = body
            .slot_minutes
            .map(|slot| number("slot_minutes", slot, Interval::SHORTEST, Interval::LONGEST));
        let release = body.release_minutes;
        let release = release.map(|release| number("release_minutes", release, 0, Publication::LONGEST_RELEASE.0));
        windows.push(WeeklyWindow {
            weekday: body.weekday,
            window: Window {
                from: body.from,
                to: body.to,
            },
            slot_minutes: slot
                .and_then(|slot| Interval::new(slot).ok())
                .unwrap_or(Interval::HALF_HOUR),
            publication: Publication {
                mode: body.publish_mode.unwrap_or(PublishMode::Online),
                release: release.map(Minutes),
                services: body.service_ids.into_iter().map(ServiceId).collect(),
            },
        });
    }
    check.finish()?;
    Ok(windows)
}
