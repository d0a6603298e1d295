//! Resources: rooms and equipment.

use kalends_domain::id::{LocationId, ResourceId, TenantId};
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::resource::Resource;
use kalends_domain::stamp::Stamp;
use uuid::Uuid;

use crate::error::Result;
use crate::list::Filter;
use crate::stored::{self, Stored};
use crate::tx::{Query, Tx};

#[derive(sqlx::FromRow)]
pub struct Row {
    location_id: Uuid,
    name: String,
    kind: String,
}

/// Which resources a list shows.
#[derive(Clone, Debug, Default)]
pub struct ResourceFilter {
    pub location_id: Option<LocationId>,
    pub kind: Option<String>,
}

impl Stored for Resource {
    type Id = ResourceId;
    type Row = Row;

    const TABLE: &'static str = "resources";
    const NOUN: &'static str = "resource";
    const BOOKED_AS: Option<&'static str> = Some(
        "id IN (SELECT a.appointment_id FROM allocations a WHERE a.tenant_id = $1 AND a.bookable_id = $2 AND a.kind = 'appointment')",
    );
    const COLUMNS: &'static [&'static str] = &["location_id", "name", "kind"];

    fn id(&self) -> ResourceId {
        self.id
    }

    fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    fn stamp_mut(&mut self) -> &mut Stamp {
        &mut self.stamp
    }

    fn sort_name(&self) -> String {
        self.name.clone()
    }

    fn search_text(&self) -> String {
        self.kind.clone()
    }

    fn bind<'t>(&self, query: Query<'t>) -> Query<'t> {
        query.bind(self.location_id).bind(&self.name).bind(&self.kind)
    }

    fn parse(id: ResourceId, row: Row, stamp: Stamp) -> Result<Self> {
        Ok(Self {
            id,
            location_id: row.location_id.into(),
            name: row.name,
            kind: row.kind,
            stamp,
        })
    }
}

/// One page of resources.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    filter: ResourceFilter,
) -> Result<Page<Resource>> {
    let filters = [
        Filter::optional("t.location_id =", filter.location_id),
        Filter::optional("t.kind =", filter.kind),
    ];
    stored::list(tx, tenant, request, filters.into_iter().flatten().collect()).await
}

/// The resource, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: ResourceId) -> Result<Option<Resource>> {
    stored::find(tx, tenant, id).await
}
