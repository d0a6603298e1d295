//! Services.

use kalends_domain::id::{DepartmentId, ProviderId, ServiceId, TenantId};
use kalends_domain::intake::Question;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::service::Service;
use kalends_domain::stamp::Stamp;
use kalends_domain::texts::Texts;
use sqlx::types::Json;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::links::{self, Link};
use crate::list::Filter;
use crate::service_needs;
use crate::stored::{self, Stored};
use crate::tx::{Query, Tx};

const PROVIDERS: Link = Link {
    table: "provider_services",
    owner: "service_id",
    other: "provider_id",
    others: "providers",
    ordered: false,
};

#[derive(sqlx::FromRow)]
pub struct Row {
    department_id: Option<Uuid>,
    name: String,
    names: Json<Texts>,
    description: Option<String>,
    descriptions: Json<Texts>,
    duration_minutes: i32,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    start_interval_minutes: Option<i32>,
    start_on_hour: bool,
    lead_time_minutes: i32,
    booking_horizon_days: Option<i32>,
    cancel_cutoff_minutes: i32,
    reschedule_cutoff_minutes: i32,
    capacity: i32,
    assignment: String,
    usual_provider_first: bool,
    clientele: String,
    max_per_day: Option<i32>,
    max_per_week: Option<i32>,
    max_open_per_patient: Option<i32>,
    requires_approval: bool,
    public: bool,
    mode: String,
    intake: Json<Vec<Question>>,
    price_minor: Option<i64>,
}

/// Which services a list shows.
#[derive(Clone, Debug, Default)]
pub struct ServiceFilter {
    pub department_id: Option<DepartmentId>,
    /// Those that this provider gives.
    pub provider_id: Option<ProviderId>,
    pub public: Option<bool>,
}

impl Stored for Service {
    type Id = ServiceId;
    type Row = Row;

    const TABLE: &'static str = "services";
    const NOUN: &'static str = "service";
    const BOOKED_AS: Option<&'static str> = Some("service_id = $2");
    const COLUMNS: &'static [&'static str] = &[
        "department_id",
        "name",
        "names",
        "description",
        "descriptions",
        "duration_minutes",
        "buffer_before_minutes",
        "buffer_after_minutes",
        "start_interval_minutes",
        "start_on_hour",
        "lead_time_minutes",
        "booking_horizon_days",
        "cancel_cutoff_minutes",
        "reschedule_cutoff_minutes",
        "capacity",
        "assignment",
        "usual_provider_first",
        "clientele",
        "max_per_day",
        "max_per_week",
        "max_open_per_patient",
        "requires_approval",
        "public",
        "mode",
        "intake",
        "price_minor",
    ];

    fn id(&self) -> ServiceId {
        self.id
    }

    fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    fn stamp_mut(&mut self) -> &mut Stamp {
        &mut self.stamp
    }

    fn sort_name(&self) -> String {
        self.name.clone()
    }

    fn search_text(&self) -> String {
        let own = self.description.clone().unwrap_or_default();
        format!("{own} {} {}", self.names.joined(), self.descriptions.joined())
    }

    fn bind<'t>(&self, query: Query<'t>) -> Query<'t> {
        query
            .bind(self.department_id)
            .bind(&self.name)
            .bind(serde_json::json!(self.names))
            .bind(self.description.as_deref())
            .bind(serde_json::json!(self.descriptions))
            .bind(self.duration_minutes)
            .bind(self.buffer_before_minutes)
            .bind(self.buffer_after_minutes)
            .bind(self.start_interval_minutes)
            .bind(self.start_on_hour)
            .bind(self.lead_time_minutes)
            .bind(self.booking_horizon_days)
            .bind(self.cancel_cutoff_minutes)
            .bind(self.reschedule_cutoff_minutes)
            .bind(self.capacity)
            .bind(self.assignment.name())
            .bind(self.usual_provider_first)
            .bind(self.clientele.name())
            .bind(self.max_per_day)
            .bind(self.max_per_week)
            .bind(self.max_open_per_patient)
            .bind(self.requires_approval)
            .bind(self.public)
            .bind(self.mode.name())
            .bind(serde_json::json!(self.intake))
            .bind(self.price_minor)
    }

    fn parse(id: ServiceId, row: Row, stamp: Stamp) -> Result<Self> {
        let corrupt = |column, value: &str| StoreError::Corrupt {
            table: Self::TABLE,
            column,
            row: id.to_string(),
            value: value.to_owned(),
        };
        let mode = row.mode.parse().map_err(|_| corrupt("mode", &row.mode))?;
        let assignment = row
            .assignment
            .parse()
            .map_err(|_| corrupt("assignment", &row.assignment))?;
        let clientele = row
            .clientele
            .parse()
            .map_err(|_| corrupt("clientele", &row.clientele))?;
        Ok(Self {
            id,
            department_id: row.department_id.map(Into::into),
            name: row.name,
            names: row.names.0,
            description: row.description,
            descriptions: row.descriptions.0,
            duration_minutes: row.duration_minutes,
            buffer_before_minutes: row.buffer_before_minutes,
            buffer_after_minutes: row.buffer_after_minutes,
            start_interval_minutes: row.start_interval_minutes,
            start_on_hour: row.start_on_hour,
            lead_time_minutes: row.lead_time_minutes,
            booking_horizon_days: row.booking_horizon_days,
            cancel_cutoff_minutes: row.cancel_cutoff_minutes,
            reschedule_cutoff_minutes: row.reschedule_cutoff_minutes,
            capacity: row.capacity,
            assignment,
            usual_provider_first: row.usual_provider_first,
            clientele,
            max_per_day: row.max_per_day,
            max_per_week: row.max_per_week,
            max_open_per_patient: row.max_open_per_patient,
            needs: Vec::new(),
            requires_approval: row.requires_approval,
            public: row.public,
            mode,
            intake: row.intake.0,
            price_minor: row.price_minor,
            provider_ids: Vec::new(),
            stamp,
        })
    }

    async fn read_links(tx: &mut Tx, tenant: TenantId, items: &mut [Self]) -> Result<()> {
        let mut linked = links::read(tx, tenant, &PROVIDERS, items).await?;
        for it in &mut *items {
            it.provider_ids = linked.take(it.id);
        }
        service_needs::add_to(tx, tenant, items).await
    }

    async fn write_links(&self, tx: &mut Tx, tenant: TenantId, before: Option<&Self>) -> Result<()> {
        if before.map(|it| &it.needs[..]).unwrap_or_default() != self.needs {
            service_needs::write(tx, tenant, self.id, &self.needs).await?;
        }
        let before = before.map(|it| &it.provider_ids[..]);
        links::write(tx, tenant, &PROVIDERS, self.id, before, &self.provider_ids).await
    }
}

/// One page of services.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    filter: ServiceFilter,
) -> Result<Page<Service>> {
    let filters = [
        Filter::optional("t.department_id =", filter.department_id),
        Filter::optional(
            "t.id IN (SELECT l.service_id FROM provider_services l WHERE l.tenant_id = t.tenant_id AND l.provider_id = ?)",
            filter.provider_id,
        ),
        Filter::optional("t.public =", filter.public),
    ];
    stored::list(tx, tenant, request, filters.into_iter().flatten().collect()).await
}

/// The service, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: ServiceId) -> Result<Option<Service>> {
    stored::find(tx, tenant, id).await
}

#[derive(sqlx::FromRow)]
struct IntakeRow {
    intake: Json<Vec<Question>>,
}

/// What the service asks before it is booked.
///
/// # Errors
/// What the database refused, or questions that do not parse.
pub async fn intake(tx: &mut Tx, tenant: TenantId, id: ServiceId) -> Result<Vec<Question>> {
    let row: Option<IntakeRow> = tx
        .query("SELECT intake FROM services WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(|row| row.intake.0).unwrap_or_default())
}
