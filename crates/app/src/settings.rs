//! What an organisation decides for itself.

use kalends_domain::permission::{Action, Resource};
use kalends_domain::tenant::{NoShowConsequence, Settings, Tenant};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::services::MOST_OPEN;
use crate::validate::Check;

const NAME_MAX: usize = 120;
const LINE_MAX: usize = 200;
const HORIZON_MAX_DAYS: i64 = 1_830;
/// The languages that pages are written in.
pub const LANGUAGES: [&str; 2] = ["en", "ar"];

/// The settings as they are wanted; blank members take the defaults.
#[derive(Clone, Debug, Default)]
pub struct SettingsInput {
    pub name: String,
    pub tagline: Option<String>,
    pub phone: Option<String>,
    pub language: Option<String>,
    pub currency: Option<String>,
    pub booking_horizon_days: Option<i64>,
    pub published_weeks: Option<i64>,
    pub dependants_by_desk: bool,
    pub fill_gaps: bool,
    pub time_off_needs_approval: bool,
    pub max_open_per_patient: Option<i64>,
    pub requests_expire_after_hours: Option<i64>,
    pub requests_expire_before_hours: Option<i64>,
    pub waitlist_offers_at_once: Option<i64>,
    pub waitlist_offer_minutes: Option<i64>,
    pub waitlist_desk_share: Option<i64>,
    pub overbookings_per_day: Option<i64>,
    pub no_show_window_days: Option<i64>,
    pub no_show_threshold: Option<i64>,
    /// A [`NoShowConsequence`]'s name.
    pub no_show_consequence: Option<String>,
}

/// Changes the organisation's name and settings.
///
/// # Errors
/// [`AppError::Stale`] when `expected` is not the present version, or fields that break a rule.
pub async fn update(app: &App, ctx: &Ctx, expected: Option<i64>, input: SettingsInput) -> Result<Tenant> {
    ctx.require(Resource::Settings, Action::Write)?;
    let mut check = Check::default();
    let name = check.line("name", &input.name, NAME_MAX);
    let language = check.optional_line("language", input.language.as_deref(), 8);
    if language.as_deref().is_some_and(|tag| !LANGUAGES.contains(&tag)) {
        check.fail("language", "unknown-language");
    }
    let currency = check
        .optional_line("currency", input.currency.as_deref(), 3)
        .map(|code| code.to_uppercase());
    if currency
        .as_deref()
        .is_some_and(|code| code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        check.fail("currency", "unknown-currency");
    }
    let consequence = input.no_show_consequence.as_deref().filter(|name| !name.is_empty());
    let no_show_consequence = consequence.map_or(Ok(NoShowConsequence::None), str::parse);
    if no_show_consequence.is_err() {
        check.fail("no_show_consequence", "unknown-consequence");
    }
    let no_show_consequence = no_show_consequence.unwrap_or_default();
    let settings = Settings {
        booking_horizon_days: input
            .booking_horizon_days
            .map(|days| check.number("booking_horizon_days", days, 1, HORIZON_MAX_DAYS)),
        published_weeks: input
            .published_weeks
            .map(|weeks| check.number("published_weeks", weeks, 1, i64::from(Settings::MOST_PUBLISHED_WEEKS))),
        fill_gaps: input.fill_gaps,
        time_off_needs_approval: input.time_off_needs_approval,
        max_open_per_patient: input
            .max_open_per_patient
            .map(|most| check.number("max_open_per_patient", most, 1, MOST_OPEN)),
        requests_expire_after_hours: input.requests_expire_after_hours.map(|hours| {
            check.number(
                "requests_expire_after_hours",
                hours,
                1,
                i64::from(Settings::MOST_AFTER_HOURS),
            )
        }),
        requests_expire_before_hours: input.requests_expire_before_hours.map(|hours| {
            check.number(
                "requests_expire_before_hours",
                hours,
                0,
                i64::from(Settings::MOST_BEFORE_HOURS),
            )
        }),
        waitlist_offers_at_once: input.waitlist_offers_at_once.map(|count| {
            check.number(
                "waitlist_offers_at_once",
                count,
                1,
                Settings::MOST_OFFERS_AT_ONCE.into(),
            )
        }),
        waitlist_offer_minutes: input.waitlist_offer_minutes.map(|minutes| {
            check.number(
                "waitlist_offer_minutes",
                minutes,
                10,
                Settings::MOST_OFFER_MINUTES.into(),
            )
        }),
        waitlist_desk_share: input
            .waitlist_desk_share
            .map(|share| check.number("waitlist_desk_share", share, 0, 100)),
        overbookings_per_day: input
            .overbookings_per_day
            .map(|most| check.number("overbookings_per_day", most, 0, i64::from(Settings::MOST_OVERBOOKINGS))),
        no_show_window_days: input
            .no_show_window_days
            .map(|days| check.number("no_show_window_days", days, 1, i64::from(Settings::MOST_NO_SHOW_DAYS))),
        no_show_threshold: input
            .no_show_threshold
            .map(|count| check.number("no_show_threshold", count, 1, i64::from(Settings::MOST_NO_SHOWS))),
        no_show_consequence,
        language,
        currency,
        phone: check.optional_line("phone", input.phone.as_deref(), 40),
        dependants_by_desk: input.dependants_by_desk,
        tagline: check.optional_line("tagline", input.tagline.as_deref(), LINE_MAX),
    };
    check.finish()?;

    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let mut tenant = kalends_store::tenants::find(&mut tx, ctx.tenant_id())
        .await?
        .ok_or(AppError::NotFound)?;
    let version = tenant.version;
    if expected.is_some_and(|expected| expected != version) {
        return Err(AppError::Stale);
    }
    tenant.name = name;
    tenant.settings = settings;
    tenant.version = version + 1;
    tenant.updated_at = ctx.now;
    kalends_store::tenants::update(&mut tx, &tenant, version).await?;
    let entry = ctx.audit("update", "settings", Some(ctx.tenant_id().uuid()));
    kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(tenant)
}
