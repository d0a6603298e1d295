//! Blocks: time of one calendar that nobody may book. They are made by `change.rs`, with the allocation that keeps the time.

use jiff::Timestamp;
use kalends_domain::block::Block;
use kalends_domain::id::{BlockId, ProviderId, TenantId, UserId};
use kalends_domain::page::{Page, PageRequest, SortValue};
use kalends_domain::time::Span;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::list::{self, Filter, ListRow, ListSpec, SortColumn};
use crate::tx::Tx;
use crate::value::Instant;

const COLUMNS: &str =
    "SELECT t.id, t.provider_id, t.starts_at, t.ends_at, t.reason, t.created_by, t.created_at FROM blocks t
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
    provider_id: Uuid,
    starts_at: Instant,
    ends_at: Instant,
    reason: Option<String>,
    created_by: Option<Uuid>,
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

impl TryFrom<Row> for Block {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let span = Span::new(row.starts_at.0, row.ends_at.0).map_err(|_| StoreError::Corrupt {
            table: "blocks",
            column: "ends_at",
            row: row.id.to_string(),
            value: row.ends_at.0.to_string(),
        })?;
        Ok(Self {
            id: row.id.into(),
            provider_id: row.provider_id.into(),
            span,
            reason: row.reason,
            created_by: row.created_by.map(UserId),
            created_at: row.created_at.0,
        })
    }
}

/// One page of a provider's blocks that are not over at `from` and begin before `to`.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    provider: ProviderId,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Page<Block>> {
    let mut filters = vec![Filter::new("t.provider_id =", provider)];
    filters.extend(Filter::optional("t.ends_at >", from));
    filters.extend(Filter::optional("t.starts_at <", to));
    let page = list::page::<Row>(tx, tenant, &LIST, request, filters).await?;
    let items = page.items.into_iter().map(Block::try_from).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next })
}

/// The block.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: BlockId) -> Result<Option<Block>> {
    let row: Option<Row> = tx
        .query_built(format!("{COLUMNS} AND t.id = $2"))
        .bind(tenant)
        .bind(id)
        .optional()
        .await?;
    row.map(Block::try_from).transpose()
}

/// Removes a block, and with it the allocation that keeps its time; `false` when there is none.
///
/// # Errors
/// What the database refused.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: BlockId) -> Result<bool> {
    let deleted = tx
        .query("DELETE FROM blocks WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .execute()
        .await?;
    Ok(deleted > 0)
}
