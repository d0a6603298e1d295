//! A room or a piece of equipment.

use serde::Serialize;

use crate::id::{LocationId, ResourceId};
use crate::stamp::Stamp;

/// A resource as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resource {
    pub id: ResourceId,
    pub location_id: LocationId,
    pub name: String,
    /// What services ask for: any resource of this kind at the location will do.
    pub kind: String,
    pub stamp: Stamp,
}
