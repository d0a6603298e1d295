//! A specialty unit.

use serde::Serialize;

use crate::id::DepartmentId;
use crate::stamp::Stamp;

/// A department as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Department {
    pub id: DepartmentId,
    pub name: String,
    pub description: Option<String>,
    pub stamp: Stamp,
}
