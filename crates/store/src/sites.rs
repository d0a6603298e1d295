//! The locations as a booking sees them: their zones, and their rooms for a service.

use kalends_domain::id::{LocationId, ResourceId, ServiceId, TenantId};
use kalends_domain::time::Zone;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::service_needs;
use crate::tx::Tx;
use crate::value::Instant;

/// A location with the rooms that a service may take.
#[derive(Clone, Debug)]
pub struct Site {
    pub location_id: LocationId,
    pub zone: Zone,
    pub archived: bool,
    /// In the order of their names; empty when the service needs none.
    pub rooms: Vec<SiteRoom>,
}

/// A room or a piece of equipment there.
#[derive(Clone, Debug)]
pub struct SiteRoom {
    pub id: ResourceId,
    pub name: String,
    pub kind: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    time_zone: String,
    archived_at: Option<Instant>,
    room: Option<Uuid>,
    room_name: Option<String>,
    room_kind: Option<String>,
}

/// Every location, with its rooms that would do for something that `service` needs.
///
/// # Errors
/// What the database refused, or a zone that is none: it never becomes UTC.
pub async fn list(tx: &mut Tx, tenant: TenantId, service: Option<ServiceId>) -> Result<Vec<Site>> {
    let rows: Vec<Row> = tx
        .query_built(format!(
            "SELECT l.id, l.time_zone, l.archived_at, r.id AS room, r.name AS room_name, r.kind AS room_kind FROM locations l
             LEFT JOIN resources r ON r.tenant_id = $1 AND r.location_id = l.id AND r.archived_at IS NULL
                 AND {}
             WHERE l.tenant_id = $1 ORDER BY l.id, r.name, r.id",
            service_needs::FITS
        ))
        .bind(tenant)
        .bind(service)
        .all()
        .await?;
    let mut sites: Vec<Site> = Vec::new();
    for row in rows {
        let location_id = row.id.into();
        let room = match (row.room, row.room_name, row.room_kind) {
            (Some(id), Some(name), Some(kind)) => Some(SiteRoom {
                id: id.into(),
                name,
                kind,
            }),
            _ => None,
        };
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
