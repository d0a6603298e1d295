//! Appointments: found, listed and counted here; made and changed as part of a [`Change`](crate::change::Change) only.

mod clocks;
mod counts;
mod together;

use jiff::Timestamp;
use kalends_domain::appointment::{Appointment, NamedAppointment, Policy, Status, Together};
use kalends_domain::id::{
    AppointmentId, DepartmentId, GroupId, LocationId, PatientId, ProviderId, ResourceId, SeriesId, ServiceId, TenantId,
    VisitId,
};
use kalends_domain::intake::Answer;
use kalends_domain::page::{Page, PageRequest, SortValue};
use kalends_domain::texts::Texts;
use sqlx::types::Json;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::list::{self, Filter, ListRow, ListSpec, SortColumn};
use crate::tx::{Query, Record, Tx};
use crate::value::Instant;

pub use clocks::{Clock, clocks, mark_clock_changed};
pub use counts::{counts, counts_of_patients};
pub use together::list_together;

const FIND: &str =
    "SELECT t.id, t.version, t.status, t.service_id, t.provider_id, t.patient_id, t.location_id, t.resource_ids, t.group_id, t.series_id, t.visit_id,
        t.starts_at, t.ends_at, t.time_zone, t.reason, t.notes, t.policy, t.overrides, t.booked_by, t.ticket_id, t.answers, t.status_reason, t.forgiven,
        t.created_at, t.updated_at
     FROM appointments t WHERE t.tenant_id = $1";

const NAMED: &str =
    "SELECT t.id, t.version, t.status, t.service_id, t.provider_id, t.patient_id, t.location_id, t.resource_ids, t.group_id, t.series_id, t.visit_id,
        t.starts_at, t.ends_at, t.time_zone, t.reason, t.notes, t.policy, t.overrides, t.booked_by, t.ticket_id, t.answers, t.status_reason, t.forgiven,
        t.created_at, t.updated_at,
        s.name AS service_name, s.names AS service_names, l.name AS location_name,
        COALESCE(d.title || ' ', '') || d.given_name || ' ' || d.family_name AS provider_name,
        p.given_name || ' ' || p.family_name AS patient_name,
        b.given_name || ' ' || b.family_name AS booked_by_name,
        COALESCE(t.booked_by = p.user_id, false) OR EXISTS (SELECT 1 FROM proxies x
            WHERE x.tenant_id = t.tenant_id AND x.patient_id = t.patient_id AND x.user_id = t.booked_by) AS booked_by_family,
        p.name_key AS patient_key,
        d.name_key AS provider_key
     FROM appointments t
     JOIN services s ON s.tenant_id = t.tenant_id AND s.id = t.service_id
     JOIN providers d ON d.tenant_id = t.tenant_id AND d.id = t.provider_id
     JOIN patients p ON p.tenant_id = t.tenant_id AND p.id = t.patient_id
     JOIN locations l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
     LEFT JOIN users b ON b.tenant_id = t.tenant_id AND b.id = t.booked_by
     WHERE t.tenant_id = $1";

const LIST: ListSpec = ListSpec {
    select: NAMED,
    sorts: &[
        SortColumn {
            name: "starts_at",
            sql: "t.starts_at",
            instant: true,
        },
        SortColumn {
            name: "created_at",
            sql: "t.created_at",
            instant: true,
        },
        SortColumn {
            name: "status",
            sql: "t.status",
            instant: false,
        },
        SortColumn {
            name: "patient",
            sql: "p.name_key",
            instant: false,
        },
        SortColumn {
            name: "provider",
            sql: "d.name_key",
            instant: false,
        },
    ],
    search: Some("p.search_key"),
    archived: None,
};

/// Openings of one provider never overlap, so the time is open from end to end when an opening holds its start, and each one that
/// ends within it is followed by another.
const STRANDED: &str = "t.starts_at > ? AND t.status IN ('pending', 'booked') AND (
    t.clock_changed
    OR NOT EXISTS (SELECT 1 FROM openings o
        WHERE o.tenant_id = t.tenant_id AND o.provider_id = t.provider_id AND o.location_id = t.location_id
          AND o.starts_at <= t.starts_at AND o.ends_at > t.starts_at)
    OR EXISTS (SELECT 1 FROM openings o
        WHERE o.tenant_id = t.tenant_id AND o.provider_id = t.provider_id AND o.location_id = t.location_id
          AND o.starts_at < t.ends_at AND o.ends_at > t.starts_at AND o.ends_at < t.ends_at
          AND NOT EXISTS (SELECT 1 FROM openings n
              WHERE n.tenant_id = o.tenant_id AND n.provider_id = o.provider_id AND n.location_id = o.location_id
                AND n.starts_at = o.ends_at))
    OR EXISTS (SELECT 1 FROM closures c
        WHERE c.tenant_id = t.tenant_id AND c.status = 'approved'
          AND (c.location_id IS NULL OR c.location_id = t.location_id)
          AND (c.provider_id IS NULL OR c.provider_id = t.provider_id)
          AND c.starts_at < t.ends_at AND c.ends_at > t.starts_at))";

/// Which appointments; what is absent does not narrow.
#[derive(Clone, Debug, Default)]
pub struct AppointmentFilter {
    /// Those that end after this instant,
    pub from: Option<Timestamp>,
    /// and start before this one.
    pub to: Option<Timestamp>,
    pub provider_id: Option<ProviderId>,
    pub patient_id: Option<PatientId>,
    pub service_id: Option<ServiceId>,
    pub location_id: Option<LocationId>,
    pub group_id: Option<GroupId>,
    /// Those of one series,
    pub series_id: Option<SeriesId>,
    /// or of one visit.
    pub visit_id: Option<VisitId>,
    /// Those that take time of this resource.
    pub resource_id: Option<ResourceId>,
    /// One of these; none means any.
    pub statuses: Vec<Status>,
    /// Those that start after this instant and have lost their time to a closure, time off, changed hours or a changed clock.
    pub stranded_at: Option<Timestamp>,
    /// What the caller may see at all.
    pub visible: Visible,
}

/// How far a caller sees.
#[derive(Clone, Debug, Default)]
pub struct Visible {
    /// The caller's own, as the provider.
    pub provider_id: Option<ProviderId>,
    /// Those of the patients whom the caller may act for: themselves, and whom they look after. Absent: anybody's.
    pub patients: Option<Vec<PatientId>>,
    /// The sites and departments that the caller works for; none means all.
    pub locations: Vec<LocationId>,
    pub departments: Vec<DepartmentId>,
}

impl AppointmentFilter {
    fn filters(&self) -> Vec<Filter> {
        let mut filters = self.visible.filters();
        let asked = [
            Filter::optional("t.ends_at >", self.from),
            Filter::optional("t.starts_at <", self.to),
            Filter::optional("t.provider_id =", self.provider_id),
            Filter::optional("t.patient_id =", self.patient_id),
            Filter::optional("t.service_id =", self.service_id),
            Filter::optional("t.location_id =", self.location_id),
            Filter::optional("t.group_id =", self.group_id),
            Filter::optional("t.series_id =", self.series_id),
            Filter::optional("t.visit_id =", self.visit_id),
            Filter::optional(
                "t.id IN (SELECT a.appointment_id FROM allocations a WHERE a.tenant_id = t.tenant_id AND a.bookable_id = ?)",
                self.resource_id,
            ),
            Filter::optional(STRANDED, self.stranded_at),
        ];
        filters.extend(asked.into_iter().flatten());
        if !self.statuses.is_empty() {
            let names = self.statuses.iter().map(|status| status.name());
            filters.push(Filter::one_of("t.status IN ?", names));
        }
        filters
    }
}

impl Visible {
    fn filters(&self) -> Vec<Filter> {
        let own = Filter::optional("t.provider_id =", self.provider_id);
        let mut filters: Vec<Filter> = own.into_iter().collect();
        if let Some(patients) = &self.patients {
            filters.push(Filter::one_of("t.patient_id IN ?", patients.clone()));
        }
        if !self.locations.is_empty() {
            filters.push(Filter::one_of("t.location_id IN ?", self.locations.clone()));
        }
        if !self.departments.is_empty() {
            filters.push(Filter::one_of(
                "t.provider_id IN (SELECT pd.provider_id FROM provider_departments pd
                     WHERE pd.tenant_id = t.tenant_id AND pd.department_id IN ?)",
                self.departments.clone(),
            ));
        }
        filters
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    status: String,
    service_id: Uuid,
    provider_id: Uuid,
    patient_id: Uuid,
    location_id: Uuid,
    resource_ids: Json<Vec<ResourceId>>,
    group_id: Option<Uuid>,
    series_id: Option<Uuid>,
    visit_id: Option<Uuid>,
    starts_at: Instant,
    ends_at: Instant,
    time_zone: String,
    reason: Option<String>,
    notes: Option<String>,
    policy: Json<Policy>,
    overrides: Json<Vec<String>>,
    booked_by: Option<Uuid>,
    ticket_id: Option<Uuid>,
    answers: Json<Vec<Answer>>,
    status_reason: Option<String>,
    forgiven: bool,
    created_at: Instant,
    updated_at: Instant,
}

impl TryFrom<Row> for Appointment {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            status: status(row.id, &row.status)?,
            service_id: row.service_id.into(),
            provider_id: row.provider_id.into(),
            patient_id: row.patient_id.into(),
            location_id: row.location_id.into(),
            resource_ids: row.resource_ids.0,
            group_id: row.group_id.map(Into::into),
            together: match (row.series_id, row.visit_id) {
                (Some(id), _) => Some(Together::Series(id.into())),
                (None, Some(id)) => Some(Together::Visit(id.into())),
                (None, None) => None,
            },
            starts_at: row.starts_at.0,
            ends_at: row.ends_at.0,
            time_zone: row.time_zone,
            reason: row.reason,
            notes: row.notes,
            policy: row.policy.0,
            overrides: row.overrides.0,
            booked_by: row.booked_by.map(Into::into),
            ticket_id: row.ticket_id.map(Into::into),
            answers: row.answers.0,
            status_reason: row.status_reason,
            forgiven: row.forgiven,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}

fn status(id: Uuid, name: &str) -> Result<Status> {
    name.parse().map_err(|_| StoreError::Corrupt {
        table: "appointments",
        column: "status",
        row: id.to_string(),
        value: name.to_owned(),
    })
}

#[derive(sqlx::FromRow)]
struct NamedRow {
    #[sqlx(flatten)]
    row: Row,
    service_name: String,
    service_names: Json<Texts>,
    provider_name: String,
    patient_name: String,
    location_name: String,
    booked_by_name: Option<String>,
    booked_by_family: bool,
    patient_key: String,
    provider_key: String,
}

impl ListRow for NamedRow {
    fn id(&self) -> Uuid {
        self.row.id
    }

    fn sort_value(&self, column: &str) -> SortValue {
        match column {
            "created_at" => list::instant(self.row.created_at),
            "status" => SortValue::Text(self.row.status.clone()),
            "patient" => SortValue::Text(self.patient_key.clone()),
            "provider" => SortValue::Text(self.provider_key.clone()),
            _ => list::instant(self.row.starts_at),
        }
    }
}

impl TryFrom<NamedRow> for NamedAppointment {
    type Error = StoreError;

    fn try_from(row: NamedRow) -> Result<Self> {
        Ok(Self {
            appointment: row.row.try_into()?,
            service_name: row.service_name,
            service_names: row.service_names.0,
            provider_name: row.provider_name,
            patient_name: row.patient_name,
            location_name: row.location_name,
            resource_names: Vec::new(),
            booked_by_name: row.booked_by_name,
            booked_by_family: row.booked_by_family,
        })
    }
}

/// One page of appointments; by their start unless another order is asked for.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    filter: &AppointmentFilter,
) -> Result<Page<NamedAppointment>> {
    let page = list::page::<NamedRow>(tx, tenant, &LIST, request, filter.filters()).await?;
    let items: Result<Vec<_>> = page.items.into_iter().map(NamedAppointment::try_from).collect();
    let mut items = items?;
    name_resources(tx, tenant, &mut items).await?;
    Ok(Page { items, next: page.next })
}

/// The appointment, if the caller may see it.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, visible: &Visible, id: AppointmentId) -> Result<Option<Appointment>> {
    let row: Option<Row> = find_row(tx, tenant, FIND, visible, id, "").await?;
    row.map(Appointment::try_from).transpose()
}

/// The same, and nobody else changes it until this writing transaction ends.
///
/// # Errors
/// What the database refused.
pub async fn find_locked(
    tx: &mut Tx,
    tenant: TenantId,
    visible: &Visible,
    id: AppointmentId,
) -> Result<Option<Appointment>> {
    // The embedded database has one writer, whose turn is the lock.
    let lock = if tx.is_postgres() { " FOR UPDATE OF t" } else { "" };
    let row: Option<Row> = find_row(tx, tenant, FIND, visible, id, lock).await?;
    row.map(Appointment::try_from).transpose()
}

/// The appointment with its names, if the caller may see it.
///
/// # Errors
/// What the database refused.
pub async fn find_named(
    tx: &mut Tx,
    tenant: TenantId,
    visible: &Visible,
    id: AppointmentId,
) -> Result<Option<NamedAppointment>> {
    let row: Option<NamedRow> = find_row(tx, tenant, NAMED, visible, id, "").await?;
    let mut items: Vec<NamedAppointment> = row.into_iter().map(NamedAppointment::try_from).collect::<Result<_>>()?;
    name_resources(tx, tenant, &mut items).await?;
    Ok(items.pop())
}

#[derive(sqlx::FromRow)]
struct ResourceRow {
    id: Uuid,
    name: String,
}

/// Names the rooms and the equipment of appointments that were just read.
async fn name_resources(tx: &mut Tx, tenant: TenantId, items: &mut [NamedAppointment]) -> Result<()> {
    let mut ids: Vec<ResourceId> = items
        .iter()
        .flat_map(|it| it.appointment.resource_ids.iter().copied())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(());
    }
    let select = "SELECT t.id, t.name FROM resources t WHERE t.tenant_id = $1";
    let of_these = vec![Filter::one_of("t.id IN ?", ids)];
    let rows: Vec<ResourceRow> = filtered(tx, tenant, select, of_these, " ORDER BY t.name, t.id")
        .all()
        .await?;
    for it in items {
        let given = &it.appointment.resource_ids;
        let named = rows.iter().filter(|row| given.contains(&row.id.into()));
        it.resource_names = named.map(|row| row.name.clone()).collect();
    }
    Ok(())
}

async fn find_row<R: Record>(
    tx: &mut Tx,
    tenant: TenantId,
    select: &str,
    visible: &Visible,
    id: AppointmentId,
    tail: &str,
) -> Result<Option<R>> {
    let mut filters = visible.filters();
    filters.push(Filter::new("t.id =", id));
    filtered(tx, tenant, select, filters, tail).optional().await
}

/// `select` with the filters and whatever follows them.
fn filtered<'t>(tx: &'t mut Tx, tenant: TenantId, select: &str, filters: Vec<Filter>, tail: &str) -> Query<'t> {
    let mut sql = select.to_owned();
    let mut next = 2;
    for filter in &filters {
        sql += &format!(" AND {}", filter.sql(next));
        next += filter.placeholders();
    }
    sql += tail;
    let query = tx.query_built(sql).bind(tenant);
    filters.into_iter().fold(query, |query, filter| filter.bind(query))
}

/// Whether there is such a patient, not archived; with `provider`, one who has or had an appointment with them.
///
/// # Errors
/// What the database refused.
pub async fn is_bookable_patient(
    tx: &mut Tx,
    tenant: TenantId,
    patient: PatientId,
    provider: Option<ProviderId>,
) -> Result<bool> {
    let found: i64 = tx
        .query(
            "SELECT count(*) FROM patients p WHERE p.tenant_id = $1 AND p.id = $2 AND p.archived_at IS NULL
                 AND ($3 IS NULL OR EXISTS (SELECT 1 FROM appointments a
                     WHERE a.tenant_id = $1 AND a.patient_id = $2 AND a.provider_id = $3))",
        )
        .bind(tenant)
        .bind(patient)
        .bind(provider)
        .scalar()
        .await?;
    Ok(found == 1)
}

/// The providers of these departments.
///
/// # Errors
/// What the database refused.
pub async fn providers_of(tx: &mut Tx, tenant: TenantId, departments: &[DepartmentId]) -> Result<Vec<ProviderId>> {
    let filter = Filter::one_of("t.department_id IN ?", departments.to_vec());
    let select = "SELECT t.provider_id FROM provider_departments t WHERE t.tenant_id = $1";
    let ids: Vec<Uuid> = filtered(tx, tenant, select, vec![filter], "").scalars().await?;
    Ok(ids.into_iter().map(ProviderId).collect())
}

/// The requests that nobody answered in time: those for a time before `starts_before`, and those last changed before
/// `asked_before`. While another time is proposed for one, it waits for the patient.
///
/// # Errors
/// What the database refused.
pub async fn expired_requests(
    tx: &mut Tx,
    tenant: TenantId,
    now: Timestamp,
    starts_before: Timestamp,
    asked_before: Option<Timestamp>,
) -> Result<Vec<AppointmentId>> {
    let ids: Vec<Uuid> = tx
        .query(
            "SELECT t.id FROM appointments t
             WHERE t.tenant_id = $1 AND t.status = 'pending'
               AND (t.starts_at <= $2 OR ($3 IS NOT NULL AND t.updated_at <= $3))
               AND NOT EXISTS (SELECT 1 FROM holds h
                   WHERE h.tenant_id = $1 AND h.appointment_id = t.id AND h.expires_at > $4)
             ORDER BY t.starts_at, t.id",
        )
        .bind(tenant)
        .bind(starts_before)
        .bind(asked_before)
        .bind(now)
        .scalars()
        .await?;
    Ok(ids.into_iter().map(AppointmentId).collect())
}
