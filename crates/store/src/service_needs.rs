//! What services need of rooms and equipment.

use kalends_domain::id::{ServiceId, TenantId};
use kalends_domain::need::Need;
use kalends_domain::service::Service;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::stored::placeholders;
use crate::tx::Tx;

/// Whether a resource `r` would do for something that the service `$2` of tenant `$1` needs.
pub(crate) const FITS: &str = "EXISTS (SELECT 1 FROM service_needs n
    WHERE n.tenant_id = $1 AND n.service_id = $2 AND (n.kind = r.kind OR n.resource_id = r.id))";

#[derive(sqlx::FromRow)]
struct Row {
    service_id: Uuid,
    kind: Option<String>,
    resource_id: Option<Uuid>,
}

impl Row {
    fn need(self) -> Result<Need> {
        match (self.kind, self.resource_id) {
            (Some(kind), None) => Ok(Need::Kind(kind)),
            (None, Some(id)) => Ok(Need::Resource(id.into())),
            _ => Err(StoreError::Corrupt {
                table: "service_needs",
                column: "kind",
                row: self.service_id.to_string(),
                value: String::new(),
            }),
        }
    }
}

/// What the service needs, in the order in which it was given.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list(tx: &mut Tx, tenant: TenantId, service: ServiceId) -> Result<Vec<Need>> {
    let rows = read(tx, tenant, &[service]).await?;
    rows.into_iter().map(Row::need).collect()
}

/// Adds to services that were just read what they need.
pub(crate) async fn add_to(tx: &mut Tx, tenant: TenantId, services: &mut [Service]) -> Result<()> {
    if services.is_empty() {
        return Ok(());
    }
    let ids: Vec<ServiceId> = services.iter().map(|it| it.id).collect();
    for row in read(tx, tenant, &ids).await? {
        let owner = services.iter_mut().find(|it| it.id.uuid() == row.service_id);
        let need = row.need()?;
        if let Some(service) = owner {
            service.needs.push(need);
        }
    }
    Ok(())
}

async fn read(tx: &mut Tx, tenant: TenantId, services: &[ServiceId]) -> Result<Vec<Row>> {
    let sql = format!(
        "SELECT service_id, kind, resource_id FROM service_needs WHERE tenant_id = $1 AND service_id IN ({})
         ORDER BY service_id, position",
        placeholders(2, services.len())
    );
    let query = tx.query_built(sql).bind(tenant);
    services.iter().fold(query, |query, id| query.bind(*id)).all().await
}

/// Stores all that the service needs.
pub(crate) async fn write(tx: &mut Tx, tenant: TenantId, service: ServiceId, needs: &[Need]) -> Result<()> {
    let sql = "DELETE FROM service_needs WHERE tenant_id = $1 AND service_id = $2";
    tx.query(sql).bind(tenant).bind(service).execute().await?;
    for (position, need) in (0_i32..).zip(needs) {
        let (kind, resource) = match need {
            Need::Kind(kind) => (Some(&kind[..]), None),
            Need::Resource(id) => (None, Some(*id)),
        };
        let sql = "INSERT INTO service_needs (tenant_id, service_id, position, kind, resource_id) VALUES ($1, $2, $3, $4, $5)";
        let query = tx.query(sql).bind(tenant).bind(service).bind(position).bind(kind);
        query.bind(resource).execute().await?;
    }
    Ok(())
}
