//! The locations as a booking sees them: their zones, and their rooms of a kind.

use kalends_domain::id::{LocationId, ResourceId, ServiceId, TenantId};
use kalends_domain::time::Zone;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::Instant;

/// A location with its rooms of the kind that a service needs.
#[derive(Clone, Debug)]
pub struct Site {
    pub location_id: LocationId,
    pub zone: Zone,
    pub archived: bool,
    /// In the order of their names; empty when the service needs none.
    pub rooms: Vec<ResourceId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    time_zone: String,
    archived_at: Option<Instant>,
    room: Option<Uuid>,
}

/// Every location, with its rooms of the kind that `service` needs, if it needs one.
///
/// # Errors
/// What the database refused, or a zone that is none: it never becomes UTC.
pub async fn list(tx: &mut Tx, tenant: TenantId, service: Option<ServiceId>) -> Result<Vec<Site>> {
    let rows: Vec<Row> = tx
        .query(
            "SELECT l.id, l.time_zone, l.archived_at, r.id AS room FROM locations l
             LEFT JOIN resources r ON r.tenant_id = $1 AND r.location_id = l.id AND r.archived_at IS NULL
                 AND r.kind = (SELECT s.resource_kind FROM services s WHERE s.tenant_id = $1 AND s.id = $2)
             WHERE l.tenant_id = $1 ORDER BY l.id, r.name, r.id",
        )
        .bind(tenant)
        .bind(service)
        .all()
        .await?;
    let mut sites: Vec<Site> = Vec::new();
    for row in rows {
        let location_id = row.id.into();
        let room = row.room.map(ResourceId);
        match sites.last_mut().filter(|site| site.location_id == location_id) {
            Some(site) => site.rooms.extend(room),
            None => sites.push(Site {
                location_id,
                zone: Zone::new(&row.time_zone).map_err(|_| StoreError::Corrupt {
                    table: "locations",
                    column: "time_zone",
                    row: row.id.to_string(),
                    value: row.time_zone.clone(),
                })?,
                archived: row.archived_at.is_some(),
                rooms: room.into_iter().collect(),
            }),
        }
    }
    Ok(sites)
}
