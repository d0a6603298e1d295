//! Closures: when a location, or all of them, cannot be booked.

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_domain::closure::{Closure, ClosureStatus, Extent};
use kalends_domain::id::{ClosureId, LocationId, ProviderId, TenantId, UserId};
use kalends_domain::page::{Page, PageRequest, SortValue};
use kalends_domain::slot::Closing;
use kalends_domain::time::Span;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::list::{self, Filter, ListRow, ListSpec, SortColumn};
use crate::tx::Tx;
use crate::value::{Day, Instant};

const COLUMNS: &str =
    "SELECT t.id, t.location_id, t.provider_id, t.status, t.starts_at, t.ends_at, t.reason, t.created_by,
    t.created_at, t.decision, t.decided_at, t.yearly_until FROM closures t WHERE t.tenant_id = $1";

const LIST: ListSpec = ListSpec {
    select: COLUMNS,
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
    ],
    search: None,
    archived: None,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    location_id: Option<Uuid>,
    provider_id: Option<Uuid>,
    status: String,
    starts_at: Instant,
    ends_at: Instant,
    reason: Option<String>,
    created_by: Option<Uuid>,
    created_at: Instant,
    decision: Option<String>,
    decided_at: Option<Instant>,
    yearly_until: Option<Day>,
}

impl ListRow for Row {
    fn id(&self) -> Uuid {
        self.id
    }

    fn sort_value(&self, column: &str) -> SortValue {
        list::instant(match column {
            "created_at" => self.created_at,
            _ => self.starts_at,
        })
    }
}

impl TryFrom<Row> for Closure {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |column, value: String| StoreError::Corrupt {
            table: "closures",
            column,
            row: row.id.to_string(),
            value,
        };
        let extent = Extent::of(row.location_id.map(LocationId), row.provider_id.map(ProviderId));
        Ok(Self {
            id: row.id.into(),
            extent: extent.ok_or_else(|| corrupt("provider_id", format!("{:?}", row.provider_id)))?,
            span: Span::new(row.starts_at.0, row.ends_at.0)
                .map_err(|_| corrupt("ends_at", row.ends_at.0.to_string()))?,
            status: row.status.parse().map_err(|_| corrupt("status", row.status.clone()))?,
            reason: row.reason,
            created_by: row.created_by.map(UserId),
            created_at: row.created_at.0,
            decision: row.decision,
            decided_at: row.decided_at.map(|at| at.0),
            yearly_until: row.yearly_until.map(|date| date.0),
        })
    }
}

/// Which closures. What is absent does not restrict.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Those that are not over then.
    pub from: Option<Timestamp>,
    /// Those that begin before.
    pub to: Option<Timestamp>,
    /// One provider's time off.
    pub provider_id: Option<ProviderId>,
    pub location_id: Option<LocationId>,
    pub status: Option<ClosureStatus>,
    /// Time off that was not approved, of this provider alone.
    pub asked_by: Option<Option<ProviderId>>,
}

/// One page of the closures, by their start or when they were made.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(tx: &mut Tx, tenant: TenantId, request: &PageRequest, query: &Query) -> Result<Page<Closure>> {
    let filters = [
        Filter::optional("t.ends_at >", query.from),
        Filter::optional("t.starts_at <", query.to),
        Filter::optional("t.provider_id =", query.provider_id),
        Filter::optional("t.location_id =", query.location_id),
        Filter::optional("t.status =", query.status.map(ClosureStatus::name)),
        Filter::optional("(t.status = 'approved' OR t.provider_id = ?)", query.asked_by),
    ];
    let page = list::page::<Row>(tx, tenant, &LIST, request, filters.into_iter().flatten().collect()).await?;
    let items = page.items.into_iter().map(Closure::try_from).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next })
}

/// What is closed in `span`, as the slot rules see it: also time off of providers who are not in question.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn closings(tx: &mut Tx, tenant: TenantId, span: Span) -> Result<Vec<Closing>> {
    let rows: Vec<Row> = tx
        .query_built(format!(
            "{COLUMNS} AND t.status = 'approved' AND t.ends_at > $2 AND t.starts_at < $3"
        ))
        .bind(tenant)
        .bind(span.starts_at())
        .bind(span.ends_at())
        .all()
        .await?;
    let closing = |row| {
        Closure::try_from(row).map(|closure| Closing {
            span: closure.span,
            extent: closure.extent,
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
        "INSERT INTO closures (tenant_id, id, location_id, provider_id, status, starts_at, ends_at, reason, created_by,
             created_at, decision, decided_at, yearly_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.extent.location_id())
    .bind(it.extent.provider_id())
    .bind(it.status.name())
    .bind(it.span.starts_at())
    .bind(it.span.ends_at())
    .bind(it.reason.as_deref())
    .bind(it.created_by)
    .bind(it.created_at)
    .bind(it.decision.as_deref())
    .bind(it.decided_at)
    .bind(it.yearly_until)
    .execute()
    .await
    .map(drop)
}

/// The closures that repeat every year, as far as they are approved.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list_yearly(tx: &mut Tx, tenant: TenantId) -> Result<Vec<Closure>> {
    let sql = format!("{COLUMNS} AND t.status = 'approved' AND t.yearly_until IS NOT NULL ORDER BY t.id");
    let rows: Vec<Row> = tx.query_built(sql).bind(tenant).all().await?;
    rows.into_iter().map(Closure::try_from).collect()
}

/// Notes how far a closure was repeated; `false` when somebody was faster or it is gone.
///
/// # Errors
/// What the database refused.
pub async fn repeat(tx: &mut Tx, tenant: TenantId, it: &Closure, until: Date) -> Result<bool> {
    let noted = tx
        .query("UPDATE closures SET yearly_until = $3 WHERE tenant_id = $1 AND id = $2 AND yearly_until = $4")
        .bind(tenant)
        .bind(it.id)
        .bind(until)
        .bind(it.yearly_until)
        .execute()
        .await?;
    Ok(noted > 0)
}

/// Decides a request; `false` when somebody has decided already.
///
/// # Errors
/// What the database refused.
pub async fn decide(tx: &mut Tx, tenant: TenantId, it: &Closure) -> Result<bool> {
    let decided = tx
        .query(
            "UPDATE closures SET status = $3, decision = $4, decided_at = $5
             WHERE tenant_id = $1 AND id = $2 AND status = 'requested'",
        )
        .bind(tenant)
        .bind(it.id)
        .bind(it.status.name())
        .bind(it.decision.as_deref())
        .bind(it.decided_at)
        .execute()
        .await?;
    Ok(decided > 0)
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
