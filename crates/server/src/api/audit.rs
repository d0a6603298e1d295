//! The audit trail.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use kalends_app::audit::{self, AuditFilter, AuditRecord};
use kalends_domain::audit::Outcome;
use kalends_domain::id::{PatientId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::caller::Caller;
use crate::http::list::{ListAnswer, ListParams, Listing};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// Who did or saw what.
#[derive(Serialize, ToSchema)]
pub struct AuditEntryView {
    id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `anonymous`, `user` or `system`.
    actor_kind: &'static str,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    role: Option<&'static str>,
    action: String,
    /// `done` or `refused`.
    outcome: &'static str,
    resource: String,
    resource_id: Option<Uuid>,
    patient_id: Option<Uuid>,
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    request_id: Option<Uuid>,
    address: Option<String>,
    /// Its place in the chain, once it is sealed.
    seal_number: Option<i64>,
}

impl From<AuditRecord> for AuditEntryView {
    fn from(it: AuditRecord) -> Self {
        Self {
            id: it.entry.id.uuid(),
            at: it.entry.at,
            actor_kind: it.entry.actor_kind.name(),
            actor_id: it.entry.actor_id.map(UserId::uuid),
            actor_name: it.actor_name,
            role: it.entry.role.map(|role| role.name()),
            action: it.entry.action,
            outcome: it.entry.outcome.name(),
            resource: it.entry.resource,
            resource_id: it.entry.resource_id,
            patient_id: it.entry.patient_id.map(PatientId::uuid),
            detail: it.entry.detail,
            request_id: it.entry.request_id,
            address: it.entry.address,
            seal_number: it.seal_number,
        }
    }
}

/// Who did or saw something with the caller's own record.
#[derive(Serialize, ToSchema)]
pub struct OwnAuditEntryView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    actor_name: Option<String>,
    role: Option<&'static str>,
    action: String,
    resource: String,
    resource_id: Option<Uuid>,
}

impl From<AuditRecord> for OwnAuditEntryView {
    fn from(it: AuditRecord) -> Self {
        Self {
            at: it.entry.at,
            actor_name: it.actor_name,
            role: it.entry.role.map(|role| role.name()),
            action: it.entry.action,
            resource: it.entry.resource,
            resource_id: it.entry.resource_id,
        }
    }
}

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditFilters {
    actor_id: Option<Uuid>,
    action: Option<String>,
    /// `done` or `refused`.
    #[param(value_type = Option<String>)]
    outcome: Option<Outcome>,
    resource: Option<String>,
    resource_id: Option<Uuid>,
    patient_id: Option<Uuid>,
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// The operations on the trail.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(list_own))
}

/// The organisation's trail, by time.
#[utoipa::path(get, path = "/audit", tag = "audit", params(ListParams, AuditFilters), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<AuditEntryView>), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<AuditFilters>,
) -> ApiResult<Json<ListAnswer<AuditEntryView>>> {
    let filters = listing.filters;
    let filter = AuditFilter {
        actor_id: filters.actor_id.map(UserId),
        action: filters.action,
        outcome: filters.outcome,
        resource: filters.resource,
        resource_id: filters.resource_id,
        patient_id: filters.patient_id.map(PatientId),
        from: filters.from,
        to: filters.to,
    };
    let page = audit::list(&state.app, &ctx, &listing.page, filter).await?;
    Ok(Json(ListAnswer::new(page, AuditEntryView::from)))
}

/// Whose record.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwnAuditFilters {
    /// Somebody for whom the caller fully acts; absent: the caller's own.
    patient_id: Option<Uuid>,
}

/// Who saw or changed the caller's own record, or that of somebody for whom they fully act, by time.
#[utoipa::path(get, path = "/me/audit", tag = "audit", params(ListParams, OwnAuditFilters), security(("bearer" = [])),
    responses((status = 200, body = ListAnswer<OwnAuditEntryView>), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn list_own(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    listing: Listing<OwnAuditFilters>,
) -> ApiResult<Json<ListAnswer<OwnAuditEntryView>>> {
    let patient = listing.filters.patient_id.map(PatientId);
    let page = audit::list_own(&state.app, &ctx, &listing.page, patient).await?;
    Ok(Json(ListAnswer::new(page, OwnAuditEntryView::from)))
}
