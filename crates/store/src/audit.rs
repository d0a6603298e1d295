//! The audit trail: entries are inserted, sealed by a sweep, and never changed.

mod row;
pub mod seal;

use jiff::Timestamp;
use kalends_domain::audit::{AuditEntry, Outcome};
use kalends_domain::id::{PatientId, TenantId, UserId};
use kalends_domain::page::{Page, PageRequest, SortValue};
use uuid::Uuid;

use crate::error::Result;
use crate::list::{self, Filter, ListRow, ListSpec, SortColumn};
use crate::tx::Tx;

use row::Row;

const LIST: ListSpec = ListSpec {
    select: "SELECT t.tenant_id, t.id, t.at, t.actor_kind, t.actor_id, t.role, t.action, t.outcome, t.resource, t.resource_id,
                 t.patient_id, t.detail, t.request_id, t.address, t.seal_number, t.seal,
                 u.given_name || ' ' || u.family_name AS actor_name
             FROM audit_entries t LEFT JOIN users u ON u.tenant_id = $1 AND u.id = t.actor_id WHERE t.tenant_id = $1",
    sorts: &[SortColumn {
        name: "at",
        sql: "t.at",
        instant: true,
    }],
    search: None,
    archived: None,
};

/// An entry as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRecord {
    pub entry: AuditEntry,
    /// The name of whoever acted, as it is now.
    pub actor_name: Option<String>,
    /// Its place in the tenant's chain, once it is sealed.
    pub seal_number: Option<i64>,
}

/// Which entries; absent members exclude none.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub actor_id: Option<UserId>,
    pub action: Option<String>,
    pub outcome: Option<Outcome>,
    pub resource: Option<String>,
    pub resource_id: Option<Uuid>,
    pub patient_id: Option<PatientId>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    row: Row,
    actor_name: Option<String>,
}

impl ListRow for ListedRow {
    fn id(&self) -> Uuid {
        self.row.id
    }

    fn sort_value(&self, _: &str) -> SortValue {
        list::instant(self.row.at)
    }
}

/// One page of the trail, by time.
///
/// # Errors
/// An unknown sort column, what the database refused, or a row that does not parse.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    filter: AuditFilter,
) -> Result<Page<AuditRecord>> {
    let filters = [
        Filter::optional("t.actor_id =", filter.actor_id),
        Filter::optional("t.action =", filter.action),
        Filter::optional("t.outcome =", filter.outcome.map(Outcome::name)),
        Filter::optional("t.resource =", filter.resource),
        Filter::optional("t.resource_id =", filter.resource_id),
        Filter::optional("t.patient_id =", filter.patient_id),
        Filter::optional("t.at >=", filter.from),
        Filter::optional("t.at <", filter.to),
    ];
    let filters = filters.into_iter().flatten().collect();
    let page = list::page::<ListedRow>(tx, tenant, &LIST, request, filters).await?;
    let record = |listed: ListedRow| {
        Ok(AuditRecord {
            actor_name: listed.actor_name,
            seal_number: listed.row.seal_number,
            entry: listed.row.try_into()?,
        })
    };
    Ok(Page {
        items: page.items.into_iter().map(record).collect::<Result<_>>()?,
        next: page.next,
    })
}

/// Writes entries, unsealed.
///
/// # Errors
/// What the database refused.
pub async fn insert(tx: &mut Tx, tenant: TenantId, entries: &[AuditEntry]) -> Result<()> {
    for entry in entries {
        tx.query(
            "INSERT INTO audit_entries (tenant_id, id, at, actor_kind, actor_id, role, action, outcome, resource,
                 resource_id, patient_id, detail, request_id, address)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(tenant)
        .bind(entry.id)
        .bind(entry.at)
        .bind(entry.actor_kind.name())
        .bind(entry.actor_id)
        .bind(entry.role.map(|role| role.name()))
        .bind(&entry.action)
        .bind(entry.outcome.name())
        .bind(&entry.resource)
        .bind(entry.resource_id)
        .bind(entry.patient_id)
        .bind(&entry.detail)
        .bind(entry.request_id)
        .bind(entry.address.as_deref())
        .execute()
        .await?;
    }
    Ok(())
}
