//! What a provider does otherwise than a service says: kept by those who keep the catalogue, seen by staff.

use kalends_domain::id::{ProviderId, ServiceId};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::provider_service::ProviderService;
use kalends_domain::service::Service;
use kalends_store::provider_services as store;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::services::{PRICE_MAX, YEAR_MINUTES};
use crate::validate::{CAP_MAX, Check};

/// A provider's own way with a service, whole: what is absent is as the service says.
#[derive(Clone, Debug, Default)]
pub struct OwnWay {
    pub duration_minutes: Option<i64>,
    pub buffer_before_minutes: Option<i64>,
    pub buffer_after_minutes: Option<i64>,
    pub start_interval_minutes: Option<i64>,
    pub lead_time_minutes: Option<i64>,
    pub booking_horizon_days: Option<i64>,
    pub cancel_cutoff_minutes: Option<i64>,
    pub reschedule_cutoff_minutes: Option<i64>,
    pub price_minor: Option<i64>,
    pub requires_approval: Option<bool>,
    pub max_per_day: Option<i64>,
    pub max_per_week: Option<i64>,
    pub weight: Option<i64>,
}

/// How each provider gives the service, those without anything of their own too; by the provider's name.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown service.
pub async fn list(app: &App, ctx: &Ctx, service: ServiceId) -> Result<Vec<ProviderService>> {
    require_staff(ctx)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let known = kalends_store::services::find(&mut tx, ctx.tenant_id(), service).await?;
    known.ok_or(AppError::NotFound)?;
    Ok(store::list(&mut tx, ctx.tenant_id(), service).await?)
}

/// How the provider gives the service.
///
/// # Errors
/// [`AppError::NotFound`] when they do not.
pub async fn get(app: &App, ctx: &Ctx, service: ServiceId, provider: ProviderId) -> Result<ProviderService> {
    require_staff(ctx)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    store::find(&mut tx, ctx.tenant_id(), service, provider)
        .await?
        .ok_or(AppError::NotFound)
}

/// Replaces what the provider does otherwise. Appointments that exist keep the rules under which they were booked.
///
/// # Errors
/// [`AppError::NotFound`] when the provider does not give the service, or fields that break a rule.
pub async fn update(
    app: &App,
    ctx: &Ctx,
    service_id: ServiceId,
    provider_id: ProviderId,
    way: OwnWay,
) -> Result<ProviderService> {
    ctx.require(Resource::Catalogue, Action::Write)?;
    let mut check = Check::default();
    let mut number = |field, value: Option<i64>, min, max| value.map(|value| check.number(field, value, min, max));
    let own = ProviderService {
        provider_id,
        service_id,
        duration_minutes: number("duration_minutes", way.duration_minutes, 5, 1440),
        buffer_before_minutes: number("buffer_before_minutes", way.buffer_before_minutes, 0, 480),
        buffer_after_minutes: number("buffer_after_minutes", way.buffer_after_minutes, 0, 480),
        start_interval_minutes: number("start_interval_minutes", way.start_interval_minutes, 5, 480),
        lead_time_minutes: number("lead_time_minutes", way.lead_time_minutes, 0, YEAR_MINUTES),
        booking_horizon_days: number("booking_horizon_days", way.booking_horizon_days, 1, 1830),
        cancel_cutoff_minutes: number("cancel_cutoff_minutes", way.cancel_cutoff_minutes, 0, YEAR_MINUTES),
        reschedule_cutoff_minutes: number(
            "reschedule_cutoff_minutes",
            way.reschedule_cutoff_minutes,
            0,
            YEAR_MINUTES,
        ),
        price_minor: number("price_minor", way.price_minor, 0, PRICE_MAX).map(i64::from),
        requires_approval: way.requires_approval,
        max_per_day: number("max_per_day", way.max_per_day, 1, CAP_MAX),
        max_per_week: number("max_per_week", way.max_per_week, 1, CAP_MAX),
        weight: number("weight", way.weight, 1, 100),
    };
    check.finish()?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    if !store::update(&mut tx, ctx.tenant_id(), &own).await? {
        return Err(AppError::NotFound);
    }
    let mut entry = ctx.audit("update", "provider_service", Some(service_id.uuid()));
    entry.detail = serde_json::json!({ "provider_id": provider_id });
    kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(own)
}

/// The service as this provider gives it, for whoever may see the service.
///
/// # Errors
/// What the database refused.
pub async fn given(app: &App, ctx: &Ctx, service: Service, provider: ProviderId) -> Result<Service> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let own = store::find(&mut tx, ctx.tenant_id(), service.id, provider).await?;
    Ok(match own {
        Some(own) => own.given(service),
        None => service,
    })
}

/// The rules as such are the staff's; patients see what follows from them.
fn require_staff(ctx: &Ctx) -> Result<()> {
    ctx.require(Resource::Catalogue, Action::Read)?;
    if ctx.is_staff() {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}
