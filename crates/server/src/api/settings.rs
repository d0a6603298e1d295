//! What an organisation decides for itself.

use axum::extract::State;
use kalends_app::settings::{self, SettingsInput};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::tenant::Tenant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::caller::Caller;
use crate::http::conditional::{IfMatch, Versioned};
use crate::http::json::Body;
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// The organisation's name and settings.
#[derive(Serialize, ToSchema)]
pub struct SettingsView {
    name: String,
    tagline: Option<String>,
    phone: Option<String>,
    language: Option<String>,
    currency: Option<String>,
    booking_horizon_days: Option<i32>,
    published_weeks: Option<i32>,
    /// Only the desk adds people whom a patient looks after.
    dependants_by_desk: bool,
    /// Whether times that fill gaps are recommended.
    fill_gaps: bool,
    time_off_needs_approval: bool,
    max_open_per_patient: Option<i32>,
    requests_expire_after_hours: Option<i32>,
    requests_expire_before_hours: Option<i32>,
    waitlist_offers_at_once: Option<i32>,
    waitlist_offer_minutes: Option<i32>,
    waitlist_desk_share: Option<i32>,
    overbookings_per_day: Option<i32>,
    no_show_window_days: Option<i32>,
    no_show_threshold: Option<i32>,
    /// `none`, `approval` or `phone_only`.
    no_show_consequence: &'static str,
    version: i64,
}

impl From<&Tenant> for SettingsView {
    fn from(it: &Tenant) -> Self {
        Self {
            name: it.name.clone(),
            tagline: it.settings.tagline.clone(),
            phone: it.settings.phone.clone(),
            language: it.settings.language.clone(),
            currency: it.settings.currency.clone(),
            booking_horizon_days: it.settings.booking_horizon_days,
            published_weeks: it.settings.published_weeks,
            dependants_by_desk: it.settings.dependants_by_desk,
            fill_gaps: it.settings.fill_gaps,
            time_off_needs_approval: it.settings.time_off_needs_approval,
            max_open_per_patient: it.settings.max_open_per_patient,
            requests_expire_after_hours: it.settings.requests_expire_after_hours,
            requests_expire_before_hours: it.settings.requests_expire_before_hours,
            waitlist_offers_at_once: it.settings.waitlist_offers_at_once,
            waitlist_offer_minutes: it.settings.waitlist_offer_minutes,
            waitlist_desk_share: it.settings.waitlist_desk_share,
            overbookings_per_day: it.settings.overbookings_per_day,
            no_show_window_days: it.settings.no_show_window_days,
            no_show_threshold: it.settings.no_show_threshold,
            no_show_consequence: it.settings.no_show_consequence.name(),
            version: it.version,
        }
    }
}

/// The settings as they are wanted: all of them; absent members take the defaults.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsBody {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    tagline: Option<String>,
    phone: Option<String>,
    /// A language that pages are written in.
    language: Option<String>,
    /// ISO 4217.
    currency: Option<String>,
    #[schema(minimum = 1, maximum = 1830)]
    booking_horizon_days: Option<i64>,
    /// How many weeks ahead openings are made from templates; absent: 27.
    #[schema(minimum = 1, maximum = 104)]
    published_weeks: Option<i64>,
    /// Only the desk adds people whom a patient looks after; absent: patients may.
    #[serde(default)]
    dependants_by_desk: bool,
    /// Whether times that fill gaps are recommended, before those that cut free time in two.
    #[serde(default)]
    fill_gaps: bool,
    /// Whether time off that a provider takes waits for approval.
    #[serde(default)]
    time_off_needs_approval: bool,
    /// How many appointments to come one patient may have; absent: without limit.
    #[schema(minimum = 1, maximum = 1000)]
    max_open_per_patient: Option<i64>,
    /// A request that nobody answered is declined so many hours after it was made; absent: never for that reason.
    #[schema(minimum = 1, maximum = 8760)]
    requests_expire_after_hours: Option<i64>,
    /// And so many hours before its time; absent: when that time comes.
    #[schema(minimum = 0, maximum = 720)]
    requests_expire_before_hours: Option<i64>,
    /// How many who wait are offered a time at once; absent: 3.
    #[schema(minimum = 1, maximum = 20)]
    waitlist_offers_at_once: Option<i64>,
    /// How long it is kept for them; absent: 120.
    #[schema(minimum = 10, maximum = 2880)]
    waitlist_offer_minutes: Option<i64>,
    /// How much of what could be offered the desk gives out by telephone, in percent; absent: nothing.
    #[schema(minimum = 0, maximum = 100)]
    waitlist_desk_share: Option<i64>,
    /// So many appointments of one provider and day may be booked over others; absent: 2.
    #[schema(minimum = 0, maximum = 50)]
    overbookings_per_day: Option<i64>,
    /// How far back appointments count that a patient missed; absent: 365.
    #[schema(minimum = 1, maximum = 1830)]
    no_show_window_days: Option<i64>,
    /// As many of them have the consequence; absent: 3.
    #[schema(minimum = 1, maximum = 100)]
    no_show_threshold: Option<i64>,
    /// `none`, `approval` (what the patient books online is a request) or `phone_only`; absent: `none`.
    no_show_consequence: Option<String>,
}

/// The operations on settings.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get, update))
}

/// The organisation's settings.
#[utoipa::path(get, path = "/settings", tag = "settings", security(("bearer" = [])),
    responses((status = 200, body = SettingsView), (status = 403, body = Problem)))]
async fn get(Caller(ctx): Caller) -> ApiResult<Versioned<SettingsView>> {
    ctx.require(Resource::Settings, Action::Read)?;
    Ok(Versioned::ok(ctx.tenant.version, ctx.tenant.as_ref().into()))
}

/// Replaces the organisation's settings.
#[utoipa::path(put, path = "/settings", tag = "settings", request_body = SettingsBody, security(("bearer" = [])),
    params(("if-match" = Option<String>, Header)),
    responses((status = 200, body = SettingsView), (status = 403, body = Problem), (status = 412, body = Problem)))]
async fn update(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    IfMatch(expected): IfMatch,
    Body { value: body, .. }: Body<SettingsBody>,
) -> ApiResult<Versioned<SettingsView>> {
    let input = SettingsInput {
        name: body.name,
        tagline: body.tagline,
        phone: body.phone,
        language: body.language,
        currency: body.currency,
        booking_horizon_days: body.booking_horizon_days,
        published_weeks: body.published_weeks,
        dependants_by_desk: body.dependants_by_desk,
        fill_gaps: body.fill_gaps,
        time_off_needs_approval: body.time_off_needs_approval,
        max_open_per_patient: body.max_open_per_patient,
        requests_expire_after_hours: body.requests_expire_after_hours,
        requests_expire_before_hours: body.requests_expire_before_hours,
        waitlist_offers_at_once: body.waitlist_offers_at_once,
        waitlist_offer_minutes: body.waitlist_offer_minutes,
        waitlist_desk_share: body.waitlist_desk_share,
        overbookings_per_day: body.overbookings_per_day,
        no_show_window_days: body.no_show_window_days,
        no_show_threshold: body.no_show_threshold,
        no_show_consequence: body.no_show_consequence,
    };
    let tenant = settings::update(&state.app, &ctx, expected, input).await?;
    Ok(Versioned::ok(tenant.version, (&tenant).into()))
}
