//! Departments.

use kalends_domain::department::Department;
use kalends_domain::id::{DepartmentId, TenantId};
use kalends_domain::page::{Page, PageRequest, SortValue};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::list::{self, ListRow, ListSpec, SortColumn};
use crate::tx::Tx;
use crate::value::Instant;

const COLUMNS: &str = "SELECT t.id, t.name, t.description, t.created_at, t.updated_at, t.archived_at, t.version
     FROM departments t WHERE t.tenant_id = $1";

const LIST: ListSpec = ListSpec {
    select: COLUMNS,
    sorts: &[
        SortColumn {
            name: "name",
            sql: "lower(t.name)",
            instant: false,
        },
        SortColumn {
            name: "created_at",
            sql: "t.created_at",
            instant: true,
        },
    ],
    search: Some("lower(t.name || ' ' || COALESCE(t.description, ''))"),
    archived: Some("t.archived_at"),
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    description: Option<String>,
    created_at: Instant,
    updated_at: Instant,
    archived_at: Option<Instant>,
    version: i64,
}

impl ListRow for Row {
    fn id(&self) -> Uuid {
        self.id
    }

    fn sort_value(&self, column: &str) -> SortValue {
        match column {
            "created_at" => list::instant(self.created_at),
            _ => SortValue::Text(self.name.to_lowercase()),
        }
    }
}

impl From<Row> for Department {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            description: row.description,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            archived_at: row.archived_at.map(Into::into),
            version: row.version,
        }
    }
}

/// One page of departments.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(tx: &mut Tx, tenant: TenantId, request: &PageRequest) -> Result<Page<Department>> {
    Ok(list::page::<Row>(tx, tenant, &LIST, request, Vec::new())
        .await?
        .map(Department::from))
}

/// The department, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: DepartmentId) -> Result<Option<Department>> {
    let row: Option<Row> = tx
        .query_built(format!("{COLUMNS} AND t.id = $2"))
        .bind(tenant)
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(Department::from))
}

/// Stores a new department.
///
/// # Errors
/// [`StoreError::Unique`] when another current one has this name.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &Department) -> Result<()> {
    tx.query(
        "INSERT INTO departments (tenant_id, id, name, description, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(&it.name)
    .bind(it.description.as_deref())
    .bind(it.created_at)
    .bind(it.updated_at)
    .bind(it.version)
    .execute()
    .await
    .map(drop)
}

/// Stores a changed department in place of version `expected`; `it.version` is the new one.
///
/// # Errors
/// [`StoreError::Stale`] when it has another version by now, [`StoreError::Unique`] when another one has this name.
pub async fn update(tx: &mut Tx, tenant: TenantId, it: &Department, expected: i64) -> Result<()> {
    let changed = tx
        .query(
            "UPDATE departments SET name = $4, description = $5, updated_at = $6, archived_at = $7, version = $8
             WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(tenant)
        .bind(it.id)
        .bind(expected)
        .bind(&it.name)
        .bind(it.description.as_deref())
        .bind(it.updated_at)
        .bind(it.archived_at)
        .bind(it.version)
        .execute()
        .await?;
    if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
}
