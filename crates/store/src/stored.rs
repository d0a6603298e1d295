//! How every kept record is read, listed, stored and changed: one way for all nouns that have a stamp. A noun says which
//! table and columns are its own, and how a row reads; what stands in other tables (links) it reads and writes itself.

use std::collections::HashSet;
use std::future::Future;

use jiff::Timestamp;
use kalends_domain::id::TenantId;
use kalends_domain::page::{Page, PageRequest, SortValue};
use kalends_domain::stamp::Stamp;
use kalends_domain::text::fold;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::list::{self, Filter, ListRow, ListSpec, SortColumn};
use crate::tx::{Query, Record, Tx};
use crate::value::Instant;

/// A noun with a table of its own.
pub trait Stored: Clone + PartialEq + serde::Serialize + Send + Sync {
    type Id: Copy + From<Uuid> + Into<Uuid> + Send + Sync;
    /// The noun's own columns as they are read.
    type Row: Record;

    const TABLE: &'static str;
    /// What one record is called: `department`.
    const NOUN: &'static str;
    /// The noun's own columns, in the order of [`Stored::bind`].
    const COLUMNS: &'static [&'static str];
    /// Further expressions that the row reads, over the alias `t`.
    const ALSO: &'static str = "";

    /// Which of the `appointments` need the record `$2` of tenant `$1`.
    const BOOKED_AS: Option<&'static str> = None;

    fn id(&self) -> Self::Id;
    fn stamp(&self) -> &Stamp;
    fn stamp_mut(&mut self) -> &mut Stamp;
    /// What the record is sorted by.
    fn sort_name(&self) -> String;
    /// What the record is found by, beside its name.
    fn search_text(&self) -> String;
    /// The values of the own columns.
    fn bind<'t>(&self, query: Query<'t>) -> Query<'t>;
    /// The record of a row.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a value that does not parse.
    fn parse(id: Self::Id, row: Self::Row, stamp: Stamp) -> Result<Self>;

    /// Adds what stands in other tables to records that were just read.
    fn read_links(_tx: &mut Tx, _tenant: TenantId, _items: &mut [Self]) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Stores what stands in other tables, where it differs from `before`.
    fn write_links(
        &self,
        _tx: &mut Tx,
        _tenant: TenantId,
        _before: Option<&Self>,
    ) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}

/// The columns that all nouns have.
#[derive(sqlx::FromRow)]
struct Shared {
    id: Uuid,
    name_key: String,
    created_at: Instant,
    updated_at: Instant,
    archived_at: Option<Instant>,
    version: i64,
}

#[derive(sqlx::FromRow)]
struct Row<T> {
    #[sqlx(flatten)]
    shared: Shared,
    #[sqlx(flatten)]
    own: T,
}

impl<T: Record> ListRow for Row<T> {
    fn id(&self) -> Uuid {
        self.shared.id
    }

    fn sort_value(&self, column: &str) -> SortValue {
        match column {
            "created_at" => list::instant(self.shared.created_at),
            _ => SortValue::Text(self.shared.name_key.clone()),
        }
    }
}

const SORTS: &[SortColumn] = &[
    SortColumn {
        name: "name",
        sql: "t.name_key",
        instant: false,
    },
    SortColumn {
        name: "created_at",
        sql: "t.created_at",
        instant: true,
    },
];

fn parse<R: Stored>(row: Row<R::Row>) -> Result<R> {
    let stamp = Stamp {
        created_at: row.shared.created_at.0,
        updated_at: row.shared.updated_at.0,
        archived_at: row.shared.archived_at.map(Into::into),
        version: row.shared.version,
    };
    R::parse(row.shared.id.into(), row.own, stamp)
}

fn select<R: Stored>() -> String {
    let own: String = R::COLUMNS.iter().map(|column| format!(", t.{column}")).collect();
    format!(
        "SELECT t.id, t.name_key, t.created_at, t.updated_at, t.archived_at, t.version{own}{} FROM {} t WHERE t.tenant_id = $1",
        R::ALSO,
        R::TABLE
    )
}

/// One page of records.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list<R: Stored>(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    filters: Vec<Filter>,
) -> Result<Page<R>> {
    let select = select::<R>();
    let spec = ListSpec {
        select: &select,
        sorts: SORTS,
        search: Some("t.search_key"),
        archived: Some("t.archived_at"),
    };
    let page: Page<Row<R::Row>> = list::page(tx, tenant, &spec, request, filters).await?;
    let mut items: Vec<R> = page.items.into_iter().map(parse).collect::<Result<_>>()?;
    R::read_links(tx, tenant, &mut items).await?;
    Ok(Page { items, next: page.next })
}

/// The record, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find<R: Stored>(tx: &mut Tx, tenant: TenantId, id: R::Id) -> Result<Option<R>> {
    read(tx, tenant, id, "").await
}

/// The record to be changed: on PostgreSQL its row stays locked until the transaction ends, so that two changes that expect
/// no particular version follow each other.
///
/// # Errors
/// What the database refused.
pub async fn lock<R: Stored>(tx: &mut Tx, tenant: TenantId, id: R::Id) -> Result<Option<R>> {
    let lock = if tx.is_postgres() { "FOR UPDATE OF t" } else { "" };
    read(tx, tenant, id, lock).await
}

async fn read<R: Stored>(tx: &mut Tx, tenant: TenantId, id: R::Id, lock: &str) -> Result<Option<R>> {
    let row: Option<Row<R::Row>> = tx
        .query_built(format!("{} AND t.id = $2 {lock}", select::<R>()))
        .bind(tenant)
        .bind(id.into())
        .optional()
        .await?;
    let mut items: Vec<R> = row.into_iter().map(parse).collect::<Result<_>>()?;
    R::read_links(tx, tenant, &mut items).await?;
    Ok(items.pop())
}

/// Stores a new record.
///
/// # Errors
/// [`StoreError::Unique`] when a current one has this name, where names are unique.
pub async fn insert<R: Stored>(tx: &mut Tx, tenant: TenantId, it: &R) -> Result<()> {
    let columns: String = R::COLUMNS.iter().map(|column| format!(", {column}")).collect();
    let values: String = (9..9 + R::COLUMNS.len()).map(|n| format!(", ${n}")).collect();
    let sql = format!(
        "INSERT INTO {} (tenant_id, id, version, created_at, updated_at, archived_at, name_key, search_key{columns})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8{values})",
        R::TABLE
    );
    let stamp = it.stamp();
    let query = tx
        .query_built(sql)
        .bind(tenant)
        .bind(it.id().into())
        .bind(stamp.version)
        .bind(stamp.created_at)
        .bind(stamp.updated_at)
        .bind(stamp.archived_at);
    it.bind(keys(it, query)).execute().await?;
    it.write_links(tx, tenant, None).await
}

/// Stores a changed record in place of what it was `before`; its stamp carries the new version.
///
/// # Errors
/// [`StoreError::Stale`] when it has another version by now, [`StoreError::Unique`] when another one has this name.
pub async fn update<R: Stored>(tx: &mut Tx, tenant: TenantId, it: &R, before: &R) -> Result<()> {
    let columns: String = (9..)
        .zip(R::COLUMNS)
        .map(|(n, column)| format!(", {column} = ${n}"))
        .collect();
    let sql = format!(
        "UPDATE {} SET version = $4, updated_at = $5, archived_at = $6, name_key = $7, search_key = $8{columns}
         WHERE tenant_id = $1 AND id = $2 AND version = $3",
        R::TABLE
    );
    let stamp = it.stamp();
    let query = tx
        .query_built(sql)
        .bind(tenant)
        .bind(it.id().into())
        .bind(before.stamp().version)
        .bind(stamp.version)
        .bind(stamp.updated_at)
        .bind(stamp.archived_at);
    if it.bind(keys(it, query)).execute().await? == 0 {
        return Err(StoreError::Stale);
    }
    it.write_links(tx, tenant, Some(before)).await
}

fn keys<'t, R: Stored>(it: &R, query: Query<'t>) -> Query<'t> {
    let name = fold(&it.sort_name());
    let search = fold(&format!("{name} {}", it.search_text()));
    query.bind(name).bind(search)
}

/// Those of `ids` that name a record that is in use.
///
/// # Errors
/// What the database refused.
pub async fn current<R: Stored>(tx: &mut Tx, tenant: TenantId, ids: &[R::Id]) -> Result<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!(
        "SELECT id FROM {} WHERE tenant_id = $1 AND archived_at IS NULL AND id IN ({})",
        R::TABLE,
        placeholders(2, ids.len())
    );
    let mut query = tx.query_built(sql).bind(tenant);
    for id in ids {
        query = query.bind((*id).into());
    }
    Ok(query.scalars().await?.into_iter().collect())
}

/// Whether an appointment that has not ended by `now` needs the record.
///
/// # Errors
/// What the database refused.
pub async fn is_booked<R: Stored>(tx: &mut Tx, tenant: TenantId, id: R::Id, now: Timestamp) -> Result<bool> {
    let Some(need_it) = R::BOOKED_AS else {
        return Ok(false);
    };
    let sql = format!(
        "SELECT COUNT(*) FROM appointments WHERE tenant_id = $1 AND {need_it} AND ends_at > $3
         AND status IN ('pending', 'booked', 'arrived', 'in_progress')"
    );
    let count: i64 = tx
        .query_built(sql)
        .bind(tenant)
        .bind(id.into())
        .bind(now)
        .scalar()
        .await?;
    Ok(count > 0)
}

/// `$2, $3, $4` for three values from the second one on.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let names: Vec<String> = (first..first + count).map(|n| format!("${n}")).collect();
    names.join(", ")
}
