//! Departments.

use kalends_domain::department::Department;
use kalends_domain::id::{DepartmentId, TenantId};
use kalends_domain::stamp::Stamp;
use kalends_domain::texts::Texts;
use sqlx::types::Json;

use crate::error::Result;
use crate::stored::{self, Stored};
use crate::tx::{Query, Tx};

#[derive(sqlx::FromRow)]
pub struct Row {
    name: String,
    names: Json<Texts>,
    description: Option<String>,
    descriptions: Json<Texts>,
}

impl Stored for Department {
    type Id = DepartmentId;
    type Row = Row;

    const TABLE: &'static str = "departments";
    const NOUN: &'static str = "department";
    const COLUMNS: &'static [&'static str] = &["name", "names", "description", "descriptions"];

    fn id(&self) -> DepartmentId {
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
        let own = self.description.clone().unwrap_or_default();
        format!("{own} {} {}", self.names.joined(), self.descriptions.joined())
    }

    fn bind<'t>(&self, query: Query<'t>) -> Query<'t> {
        query
            .bind(&self.name)
            .bind(serde_json::json!(self.names))
            .bind(self.description.as_deref())
            .bind(serde_json::json!(self.descriptions))
    }

    fn parse(id: DepartmentId, row: Row, stamp: Stamp) -> Result<Self> {
        Ok(Self {
            id,
            name: row.name,
            names: row.names.0,
            description: row.description,
            descriptions: row.descriptions.0,
            stamp,
        })
    }
}

/// The department, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: DepartmentId) -> Result<Option<Department>> {
    stored::find(tx, tenant, id).await
}
