//! Links between records of the catalogue: tables of pairs, read for many owners at once and written by difference.

use std::collections::HashMap;

use kalends_domain::id::TenantId;
use uuid::Uuid;

use crate::error::Result;
use crate::stored::{Stored, placeholders};
use crate::tx::Tx;

/// One direction of a table of pairs.
pub struct Link {
    pub table: &'static str,
    pub owner: &'static str,
    pub other: &'static str,
    /// The table of the other side; archived records are left out.
    pub others: &'static str,
    /// Whether the pairs of one owner are in an order of their own (a column `position`).
    pub ordered: bool,
}

#[derive(sqlx::FromRow)]
struct Pair {
    owner: Uuid,
    other: Uuid,
}

/// What each owner is linked to.
pub struct Linked(HashMap<Uuid, Vec<Uuid>>);

impl Linked {
    /// What this owner is linked to, taken out.
    pub fn take<T: From<Uuid>>(&mut self, owner: impl Into<Uuid>) -> Vec<T> {
        let ids = self.0.remove(&owner.into()).unwrap_or_default();
        ids.into_iter().map(T::from).collect()
    }
}

/// Reads the links of all `owners` at once.
///
/// # Errors
/// What the database refused.
pub async fn read<R: Stored>(tx: &mut Tx, tenant: TenantId, link: &Link, owners: &[R]) -> Result<Linked> {
    let mut linked: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    if owners.is_empty() {
        return Ok(Linked(linked));
    }
    let Link {
        table,
        owner,
        other,
        others,
        ordered,
    } = link;
    let order = if *ordered {
        "l.position, o.name_key"
    } else {
        "o.name_key"
    };
    let sql = format!(
        "SELECT l.{owner} AS owner, l.{other} AS other FROM {table} l
         JOIN {others} o ON o.tenant_id = l.tenant_id AND o.id = l.{other}
         WHERE l.tenant_id = $1 AND o.archived_at IS NULL AND l.{owner} IN ({})
         ORDER BY {order}, o.id",
        placeholders(2, owners.len())
    );
    let mut query = tx.query_built(sql).bind(tenant);
    for it in owners {
        query = query.bind(it.id().into());
    }
    for pair in query.all::<Pair>().await? {
        linked.entry(pair.owner).or_default().push(pair.other);
    }
    Ok(Linked(linked))
}

/// Makes `after` of `before`; links that are in neither, such as those to archived records, stay.
///
/// # Errors
/// [`StoreError::ForeignKey`](crate::error::StoreError::ForeignKey) when one of them is not of this tenant.
pub async fn write<T: Copy + PartialEq + Into<Uuid>>(
    tx: &mut Tx,
    tenant: TenantId,
    link: &Link,
    owner: impl Into<Uuid>,
    before: Option<&[T]>,
    after: &[T],
) -> Result<()> {
    let (owner, before) = (owner.into(), before.unwrap_or_default());
    let Link {
        table,
        owner: owner_column,
        other,
        ordered,
        ..
    } = link;
    if before == after {
        return Ok(());
    }
    for id in before.iter().filter(|id| !after.contains(id)) {
        let sql = format!("DELETE FROM {table} WHERE tenant_id = $1 AND {owner_column} = $2 AND {other} = $3");
        let query = tx.query_built(sql).bind(tenant).bind(owner).bind((*id).into());
        query.execute().await?;
    }
    for (position, id) in (0_i32..).zip(after).filter(|(_, id)| *ordered || !before.contains(id)) {
        let (column, value, conflict) = if *ordered {
            (
                ", position",
                ", $4",
                format!("(tenant_id, {owner_column}, {other}) DO UPDATE SET position = excluded.position"),
            )
        } else {
            ("", "", "DO NOTHING".to_owned())
        };
        let sql = format!(
            "INSERT INTO {table} (tenant_id, {owner_column}, {other}{column}) VALUES ($1, $2, $3{value}) ON CONFLICT {conflict}"
        );
        let query = tx.query_built(sql).bind(tenant).bind(owner).bind((*id).into());
        let query = if *ordered { query.bind(position) } else { query };
        query.execute().await?;
    }
    Ok(())
}
