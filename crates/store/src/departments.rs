//! Departments.

use kalends_domain::department::Department;
use kalends_domain::id::{DepartmentId, TenantId};
use kalends_domain::stamp::Stamp;

use crate::error::Result;
use crate::stored::{self, Stored};
use crate::tx::{Query, Tx};

#[derive(sqlx::FromRow)]
pub struct Row {
    name: String,
    description: Option<String>,
}

impl Stored for Department {
    type Id = DepartmentId;
    type Row = Row;

    const TABLE: &'static str = "departments";
    const NOUN: &'static str = "department";
    const COLUMNS: &'static [&'static str] = &["name", "description"];

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
        self.description.clone().unwrap_or_default()
    }

    fn bind<'t>(&self, query: Query<'t>) -> Query<'t> {
        query.bind(&self.name).bind(self.description.as_deref())
    }

    fn parse(id: DepartmentId, row: Row, stamp: Stamp) -> Result<Self> {
        Ok(Self {
            id,
            name: row.name,
            description: row.description,
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
