//! A specialty unit.

use serde::Serialize;

use crate::id::DepartmentId;
use crate::stamp::Stamp;
use crate::texts::Texts;

/// A department as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Department {
    pub id: DepartmentId,
    /// In the organisation's own language, and translated.
    pub name: String,
    pub names: Texts,
    pub description: Option<String>,
    pub descriptions: Texts,
    pub stamp: Stamp,
}

impl Department {
    /// Its name for readers of this language.
    pub fn name_in(&self, language: &str) -> &str {
        self.names.or(&self.name, language)
    }

    /// Its description for readers of this language; empty for none.
    pub fn description_in(&self, language: &str) -> &str {
        let own = self.description.as_deref().unwrap_or_default();
        self.descriptions.or(own, language)
    }
}
