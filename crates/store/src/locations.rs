//! Locations.

use kalends_domain::id::{LocationId, TenantId};
use kalends_domain::location::Location;
use kalends_domain::stamp::Stamp;

use crate::error::Result;
use crate::stored::{self, Stored};
use crate::tx::{Query, Tx};

#[derive(sqlx::FromRow)]
pub struct Row {
    name: String,
    address: Option<String>,
    phone: Option<String>,
    time_zone: String,
}

impl Stored for Location {
    type Id = LocationId;
    type Row = Row;

    const TABLE: &'static str = "locations";
    const NOUN: &'static str = "location";
    const BOOKED_AS: Option<&'static str> = Some("location_id = $2");
    const COLUMNS: &'static [&'static str] = &["name", "address", "phone", "time_zone"];

    fn id(&self) -> LocationId {
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
        format!("{} {}", self.address.as_deref().unwrap_or_default(), self.time_zone)
    }

    fn bind<'t>(&self, query: Query<'t>) -> Query<'t> {
        query
            .bind(&self.name)
            .bind(self.address.as_deref())
            .bind(self.phone.as_deref())
            .bind(&self.time_zone)
    }

    fn parse(id: LocationId, row: Row, stamp: Stamp) -> Result<Self> {
        Ok(Self {
            id,
            name: row.name,
            address: row.address,
            phone: row.phone,
            time_zone: row.time_zone,
            stamp,
        })
    }
}

/// The location, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: LocationId) -> Result<Option<Location>> {
    stored::find(tx, tenant, id).await
}
