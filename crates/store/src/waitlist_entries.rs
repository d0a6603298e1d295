//! The waitlist: who waits, and for what.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_domain::id::{DepartmentId, LocationId, PatientId, ProviderId, ServiceId, TenantId, WaitlistEntryId};
use kalends_domain::page::{Page, PageRequest, SortValue};
use kalends_domain::texts::Texts;
use kalends_domain::time::Weekday;
use kalends_domain::waitlist::{NamedEntry, WaitlistEntry};
use sqlx::types::Json;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::list::{self, Filter, ListRow, ListSpec, SortColumn};
use crate::tx::Tx;
use crate::value::{Day, Instant};

const NAMED: &str =
    "SELECT t.id, t.patient_id, t.service_id, t.location_id, t.weekdays, t.local_from, t.local_to, t.from_date, t.until_date,
        t.note, t.created_by, t.created_at, t.contacted_at, t.left_at,
        EXISTS (SELECT 1 FROM appointments a
         WHERE a.tenant_id = t.tenant_id AND a.patient_id = t.patient_id AND a.service_id = t.service_id
           AND a.created_at > t.created_at AND a.status <> 'declined') AS booked,
        (SELECT max(o.offered_at) FROM waitlist_offers o WHERE o.tenant_id = t.tenant_id AND o.entry_id = t.id) AS offered_at,
        p.given_name || ' ' || p.family_name AS patient_name, p.phone AS patient_phone, s.name AS service_name, s.names AS service_names,
        l.name AS location_name, p.name_key AS patient_key
     FROM waitlist_entries t
     JOIN patients p ON p.tenant_id = t.tenant_id AND p.id = t.patient_id
     JOIN services s ON s.tenant_id = t.tenant_id AND s.id = t.service_id
     LEFT JOIN locations l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
     WHERE t.tenant_id = $1";

const LIST: ListSpec = ListSpec {
    select: NAMED,
    sorts: &[
        SortColumn {
            name: "created_at",
            sql: "t.created_at",
            instant: true,
        },
        SortColumn {
            name: "patient",
            sql: "p.name_key",
            instant: false,
        },
    ],
    search: Some("p.search_key"),
    archived: None,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    patient_id: Uuid,
    service_id: Uuid,
    location_id: Option<Uuid>,
    weekdays: Json<Vec<String>>,
    local_from: String,
    local_to: String,
    from_date: Day,
    until_date: Day,
    note: Option<String>,
    created_by: Option<Uuid>,
    created_at: Instant,
    contacted_at: Option<Instant>,
    left_at: Option<Instant>,
    booked: bool,
    offered_at: Option<Instant>,
    patient_name: String,
    patient_phone: Option<String>,
    service_name: String,
    service_names: Json<Texts>,
    location_name: Option<String>,
    patient_key: String,
}

#[derive(sqlx::FromRow)]
struct ProviderRow {
    entry_id: Uuid,
    provider_id: Uuid,
    name: String,
}

impl ListRow for Row {
    fn id(&self) -> Uuid {
        self.id
    }

    fn sort_value(&self, column: &str) -> SortValue {
        match column {
            "patient" => SortValue::Text(self.patient_key.clone()),
            _ => list::instant(self.created_at),
        }
    }
}

impl Row {
    fn with(self, providers: Vec<ProviderRow>) -> Result<NamedEntry> {
        let corrupt = |column, value: &str| StoreError::Corrupt {
            table: "waitlist_entries",
            column,
            row: self.id.to_string(),
            value: value.to_owned(),
        };
        let weekday = |name: &String| name.parse::<Weekday>().map_err(|_| corrupt("weekdays", name));
        let weekdays: Result<Vec<Weekday>> = self.weekdays.0.iter().map(weekday).collect();
        let time = |column, value: &str| value.parse().map_err(|_| corrupt(column, value));
        Ok(NamedEntry {
            entry: WaitlistEntry {
                weekdays: weekdays?,
                local_from: time("local_from", &self.local_from)?,
                local_to: time("local_to", &self.local_to)?,
                id: self.id.into(),
                patient_id: self.patient_id.into(),
                service_id: self.service_id.into(),
                provider_ids: providers.iter().map(|row| row.provider_id.into()).collect(),
                location_id: self.location_id.map(Into::into),
                from: self.from_date.0,
                until: self.until_date.0,
                note: self.note,
                created_by: self.created_by.map(Into::into),
                created_at: self.created_at.0,
                contacted_at: self.contacted_at.map(Into::into),
                left_at: self.left_at.map(Into::into),
                booked: self.booked,
                offered_at: self.offered_at.map(Into::into),
            },
            patient_name: self.patient_name,
            patient_phone: self.patient_phone,
            service_name: self.service_name,
            service_names: self.service_names.0,
            location_name: self.location_name,
            provider_names: providers.into_iter().map(|row| row.name).collect(),
        })
    }
}

/// Which entries; what is absent does not narrow.
#[derive(Clone, Debug, Default)]
pub struct EntryFilter {
    /// Those of these patients.
    pub patients: Option<Vec<PatientId>>,
    pub service_id: Option<ServiceId>,
    /// Those who still wait on this date.
    pub waiting_on: Option<Date>,
    /// Those that concern this provider: somebody waits for them by name, or is or was their patient.
    pub provider_id: Option<ProviderId>,
    /// At one of these locations, or at any; none means all.
    pub locations: Vec<LocationId>,
    /// Of a service of one of these departments, or of none; none means all.
    pub departments: Vec<DepartmentId>,
}

impl EntryFilter {
    fn filters(&self) -> Vec<Filter> {
        let mut filters: Vec<Filter> = [
            Filter::optional("t.service_id =", self.service_id),
            Filter::optional(
                "t.left_at IS NULL AND NOT EXISTS (SELECT 1 FROM appointments a
                     WHERE a.tenant_id = t.tenant_id AND a.patient_id = t.patient_id AND a.service_id = t.service_id
                       AND a.created_at > t.created_at AND a.status <> 'declined') AND t.until_date >=",
                self.waiting_on,
            ),
            Filter::optional(
                "EXISTS (SELECT 1 FROM providers d WHERE d.tenant_id = t.tenant_id AND d.id = ? AND (
                     EXISTS (SELECT 1 FROM waitlist_entry_providers w
                         WHERE w.tenant_id = t.tenant_id AND w.entry_id = t.id AND w.provider_id = d.id)
                     OR EXISTS (SELECT 1 FROM appointments a
                         WHERE a.tenant_id = t.tenant_id AND a.patient_id = t.patient_id AND a.provider_id = d.id)))",
                self.provider_id,
            ),
        ]
        .into_iter()
        .flatten()
        .collect();
        if let Some(patients) = &self.patients {
            filters.push(Filter::one_of("t.patient_id IN ?", patients.clone()));
        }
        if !self.locations.is_empty() {
            let here = "(t.location_id IS NULL OR t.location_id IN ?)";
            filters.push(Filter::one_of(here, self.locations.clone()));
        }
        if !self.departments.is_empty() {
            let theirs = "(s.department_id IS NULL OR s.department_id IN ?)";
            filters.push(Filter::one_of(theirs, self.departments.clone()));
        }
        filters
    }
}

/// One page of entries, those who wait longest first unless another order is asked for.
///
/// # Errors
/// An unknown sort column, a row that does not parse, or what the database refused.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    filter: &EntryFilter,
) -> Result<Page<NamedEntry>> {
    let page = list::page::<Row>(tx, tenant, &LIST, request, filter.filters()).await?;
    Ok(Page {
        items: with_providers(tx, tenant, page.items).await?,
        next: page.next,
    })
}

/// The entry, whatever became of it.
///
/// # Errors
/// A row that does not parse, or what the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: WaitlistEntryId) -> Result<Option<NamedEntry>> {
    let query = tx.query_built(format!("{NAMED} AND t.id = $2")).bind(tenant).bind(id);
    let row: Option<Row> = query.optional().await?;
    let found = with_providers(tx, tenant, row.into_iter().collect()).await?;
    Ok(found.into_iter().next())
}

async fn with_providers(tx: &mut Tx, tenant: TenantId, rows: Vec<Row>) -> Result<Vec<NamedEntry>> {
    let filter = Filter::one_of("w.entry_id IN ?", rows.iter().map(|row| row.id).collect::<Vec<_>>());
    let sql = format!(
        "SELECT w.entry_id, w.provider_id, COALESCE(d.title || ' ', '') || d.given_name || ' ' || d.family_name AS name
         FROM waitlist_entry_providers w JOIN providers d ON d.tenant_id = w.tenant_id AND d.id = w.provider_id
         WHERE w.tenant_id = $1 AND {} ORDER BY d.name_key, w.provider_id",
        filter.sql(2)
    );
    let query = tx.query_built(sql).bind(tenant);
    let providers: Vec<ProviderRow> = filter.bind(query).all().await?;
    let mut of: HashMap<Uuid, Vec<ProviderRow>> = HashMap::new();
    for row in providers {
        of.entry(row.entry_id).or_default().push(row);
    }
    rows.into_iter()
        .map(|row| {
            let providers = of.remove(&row.id).unwrap_or_default();
            row.with(providers)
        })
        .collect()
}

/// Stores a new entry.
///
/// # Errors
/// What the database refused.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &WaitlistEntry) -> Result<()> {
    let weekdays: Vec<&str> = it.weekdays.iter().map(|day| day.name()).collect();
    tx.query(
        "INSERT INTO waitlist_entries (tenant_id, id, patient_id, service_id, location_id, weekdays, local_from, local_to,
             from_date, until_date, note, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.patient_id)
    .bind(it.service_id)
    .bind(it.location_id)
    .bind(serde_json::json!(weekdays))
    .bind(it.local_from.to_string())
    .bind(it.local_to.to_string())
    .bind(it.from)
    .bind(it.until)
    .bind(it.note.as_deref())
    .bind(it.created_by)
    .bind(it.created_at)
    .execute()
    .await?;
    for provider in &it.provider_ids {
        tx.query("INSERT INTO waitlist_entry_providers (tenant_id, entry_id, provider_id) VALUES ($1, $2, $3)")
            .bind(tenant)
            .bind(it.id)
            .bind(*provider)
            .execute()
            .await?;
    }
    Ok(())
}

/// Ends the waiting; `false` when it was given up before.
///
/// # Errors
/// What the database refused.
pub async fn leave(tx: &mut Tx, tenant: TenantId, id: WaitlistEntryId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE waitlist_entries SET left_at = $3 WHERE tenant_id = $1 AND id = $2 AND left_at IS NULL";
    Ok(tx.query(sql).bind(tenant).bind(id).bind(now).execute().await? == 1)
}

/// Notes that staff were in touch.
///
/// # Errors
/// What the database refused.
pub async fn contact(tx: &mut Tx, tenant: TenantId, id: WaitlistEntryId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE waitlist_entries SET contacted_at = $3 WHERE tenant_id = $1 AND id = $2";
    tx.query(sql).bind(tenant).bind(id).bind(now).execute().await.map(drop)
}
