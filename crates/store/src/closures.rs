//! Closures: when a location, or all of them, cannot be booked.

use jiff::Timestamp;
use kalends_domain::closure::Closure;
use kalends_domain::id::{ClosureId, LocationId, TenantId};
use kalends_domain::page::{Page, PageRequest, SortValue};
use kalends_domain::slot::Closing;
use kalends_domain::time::Span;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::list::{self, Filter, ListRow, ListSpec, SortColumn};
use crate::tx::Tx;
use crate::value::Instant;

const COLUMNS: &str = "SELECT t.id, t.location_id, t.starts_at, t.ends_at, t.reason, t.created_at FROM closures t
    WHERE t.tenant_id = $1";

const LIST: ListSpec = ListSpec {
    select: COLUMNS,
    sorts: &[SortColumn {
        name: "starts_at",
        sql: "t.starts_at",
        instant: true,
    }],
    search: None,
    archived: None,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    location_id: Option<Uuid>,
    starts_at: Instant,
    ends_at: Instant,
    reason: Option<String>,
    created_at: Instant,
}

impl ListRow for Row {
    fn id(&self) -> Uuid {
        self.id
    }

    fn sort_value(&self, _: &str) -> SortValue {
        list::instant(self.starts_at)
    }
}

impl TryFrom<Row> for Closure {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let span = Span::new(row.starts_at.0, row.ends_at.0).map_err(|_| StoreError::Corrupt {
            table: "closures",
            column: "ends_at",
            row: row.id.to_string(),
            value: row.ends_at.0.to_string(),
        })?;
        Ok(Self {
            id: row.id.into(),
            location_id: row.location_id.map(LocationId),
            span,
            reason: row.reason,
            created_at: row.created_at.0,
        })
    }
}

/// One page of the closures that are not over at `from` and begin before `to`.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Page<Closure>> {
    let filters = [
        Filter::optional("t.ends_at >", from),
        Filter::optional("t.starts_at <", to),
    ];
    let page = list::page::<Row>(tx, tenant, &LIST, request, filters.into_iter().flatten().collect()).await?;
    let items = page.items.into_iter().map(Closure::try_from).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next })
}

/// What is closed in `span`, as the slot rules see it.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn closings(tx: &mut Tx, tenant: TenantId, span: Span) -> Result<Vec<Closing>> {
    let rows: Vec<Row> = tx
        .query_built(format!("{COLUMNS} AND t.ends_at > $2 AND t.starts_at < $3"))
        .bind(tenant)
        .bind(span.starts_at())
        .bind(span.ends_at())
        .all()
        .await?;
    let closing = |row| {
        Closure::try_from(row).map(|closure| Closing {
            span: closure.span,
            location_id: closure.location_id,
        })
    };
    rows.into_iter().map(closing).collect()
}

/// The closure.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: ClosureId) -> Result<Option<Closure>> {
    let row: Option<Row> = tx
        .query_built(format!("{COLUMNS} AND t.id = $2"))
        .bind(tenant)
        .bind(id)
        .optional()
        .await?;
    row.map(Closure::try_from).transpose()
}

/// Stores a closure; lock the openings that it touches first.
///
/// # Errors
/// What the database refused.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &Closure) -> Result<()> {
    tx.query(
        "INSERT INTO closures (tenant_id, id, location_id, starts_at, ends_at, reason, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.location_id)
    .bind(it.span.starts_at())
    .bind(it.span.ends_at())
    .bind(it.reason.as_deref())
    .bind(it.created_at)
    .execute()
    .await
    .map(drop)
}

/// Removes a closure; `false` when there is none.
///
/// # Errors
/// What the database refused.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: ClosureId) -> Result<bool> {
    let deleted = tx
        .query("DELETE FROM closures WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .execute()
        .await?;
    Ok(deleted > 0)
}
