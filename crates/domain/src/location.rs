//! A site with an address and a time zone.

use serde::Serialize;

use crate::id::LocationId;
use crate::stamp::Stamp;

/// A location as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    pub id: LocationId,
    pub name: String,
    pub address: Option<String>,
    pub phone: Option<String>,
    /// An IANA zone.
    pub time_zone: String,
    pub stamp: Stamp,
}
