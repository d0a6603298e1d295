//! The services that openings are limited to.

use kalends_domain::id::{ServiceId, TenantId};
use kalends_domain::opening::Opening;
use uuid::Uuid;

use crate::error::Result;
use crate::stored::placeholders;
use crate::tx::Tx;

/// Few enough for the placeholders of one statement on either database.
const AT_ONCE: usize = 5_000;

#[derive(sqlx::FromRow)]
struct Pair {
    opening_id: Uuid,
    service_id: Uuid,
}

/// Adds them to the openings, `limited` being the ids of those that have any.
pub async fn read(tx: &mut Tx, tenant: TenantId, limited: &[Uuid], openings: &mut [Opening]) -> Result<()> {
    let mut pairs: Vec<Pair> = Vec::new();
    for ids in limited.chunks(AT_ONCE) {
        let mut query = tx
            .query_built(format!(
                "SELECT l.opening_id, l.service_id FROM opening_services l
                 WHERE l.tenant_id = $1 AND l.opening_id IN ({}) ORDER BY l.opening_id, l.service_id",
                placeholders(2, ids.len())
            ))
            .bind(tenant);
        for id in ids {
            query = query.bind(*id);
        }
        pairs.extend(query.all::<Pair>().await?);
    }
    pairs.sort_by_key(|pair| (pair.opening_id, pair.service_id));
    for opening in openings {
        let first = pairs.partition_point(|pair| pair.opening_id < opening.id.uuid());
        let own = pairs[first..]
            .iter()
            .take_while(|pair| pair.opening_id == opening.id.uuid());
        opening.publication.services = own.map(|pair| ServiceId(pair.service_id)).collect();
    }
    Ok(())
}

/// Stores those of new openings.
pub async fn insert(tx: &mut Tx, tenant: TenantId, openings: &[&Opening]) -> Result<()> {
    let pairs: Vec<(Uuid, ServiceId)> = openings
        .iter()
        .flat_map(|opening| {
            opening
                .publication
                .services
                .iter()
                .map(|service| (opening.id.uuid(), *service))
        })
        .collect();
    for pairs in pairs.chunks(AT_ONCE) {
        let rows: Vec<String> = (0..pairs.len())
            .map(|row| format!("($1, ${}, ${})", row * 2 + 2, row * 2 + 3))
            .collect();
        let sql = format!(
            "INSERT INTO opening_services (tenant_id, opening_id, service_id) VALUES {}",
            rows.join(", ")
        );
        let mut query = tx.query_built(sql).bind(tenant);
        for (opening, service) in pairs {
            query = query.bind(*opening).bind(*service);
        }
        query.execute().await?;
    }
    Ok(())
}
