//! Providers, with the departments, locations and services that they are linked to.

use kalends_domain::id::{DepartmentId, LocationId, ProviderId, ServiceId, TenantId};
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::provider::Provider;
use kalends_domain::stamp::Stamp;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::links::{self, Link};
use crate::list::Filter;
use crate::stored::{self, Stored};
use crate::tx::{Query, Tx};

const DEPARTMENTS: Link = Link {
    table: "provider_departments",
    owner: "provider_id",
    other: "department_id",
    others: "departments",
    ordered: false,
};
const LOCATIONS: Link = Link {
    table: "provider_locations",
    owner: "provider_id",
    other: "location_id",
    others: "locations",
    ordered: true,
};
const SERVICES: Link = Link {
    table: "provider_services",
    owner: "provider_id",
    other: "service_id",
    others: "services",
    ordered: false,
};

#[derive(sqlx::FromRow)]
pub struct Row {
    user_id: Option<Uuid>,
    email: Option<String>,
    title: Option<String>,
    given_name: String,
    family_name: String,
    bio: Option<String>,
    languages: String,
    public: bool,
    accepting: bool,
    max_per_day: Option<i32>,
    max_per_week: Option<i32>,
}

/// Which providers a list shows.
#[derive(Clone, Debug, Default)]
pub struct ProviderFilter {
    pub department_id: Option<DepartmentId>,
    pub location_id: Option<LocationId>,
    pub service_id: Option<ServiceId>,
    pub accepting: Option<bool>,
    pub public: Option<bool>,
}

impl Stored for Provider {
    type Id = ProviderId;
    type Row = Row;

    const TABLE: &'static str = "providers";
    const NOUN: &'static str = "provider";
    const BOOKED_AS: Option<&'static str> = Some("provider_id = $2");
    const COLUMNS: &'static [&'static str] = &[
        "user_id",
        "title",
        "given_name",
        "family_name",
        "bio",
        "languages",
        "public",
        "accepting",
        "max_per_day",
        "max_per_week",
    ];
    const ALSO: &'static str =
        ", (SELECT u.email FROM users u WHERE u.tenant_id = t.tenant_id AND u.id = t.user_id) AS email";

    fn id(&self) -> ProviderId {
        self.id
    }

    fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    fn stamp_mut(&mut self) -> &mut Stamp {
        &mut self.stamp
    }

    fn sort_name(&self) -> String {
        format!("{} {}", self.family_name, self.given_name)
    }

    fn search_text(&self) -> String {
        self.title.clone().unwrap_or_default()
    }

    fn bind<'t>(&self, query: Query<'t>) -> Query<'t> {
        query
            .bind(self.user_id)
            .bind(self.title.as_deref())
            .bind(&self.given_name)
            .bind(&self.family_name)
            .bind(self.bio.as_deref())
            .bind(serde_json::json!(self.languages).to_string())
            .bind(self.public)
            .bind(self.accepting)
            .bind(self.max_per_day)
            .bind(self.max_per_week)
    }

    fn parse(id: ProviderId, row: Row, stamp: Stamp) -> Result<Self> {
        let languages = serde_json::from_str(&row.languages).map_err(|_| StoreError::Corrupt {
            table: Self::TABLE,
            column: "languages",
            row: id.to_string(),
            value: row.languages.clone(),
        })?;
        Ok(Self {
            id,
            user_id: row.user_id.map(Into::into),
            email: row.email,
            title: row.title,
            given_name: row.given_name,
            family_name: row.family_name,
            bio: row.bio,
            languages,
            public: row.public,
            accepting: row.accepting,
            max_per_day: row.max_per_day,
            max_per_week: row.max_per_week,
            department_ids: Vec::new(),
            location_ids: Vec::new(),
            service_ids: Vec::new(),
            stamp,
        })
    }

    async fn read_links(tx: &mut Tx, tenant: TenantId, items: &mut [Self]) -> Result<()> {
        let mut departments = links::read(tx, tenant, &DEPARTMENTS, items).await?;
        let mut locations = links::read(tx, tenant, &LOCATIONS, items).await?;
        let mut services = links::read(tx, tenant, &SERVICES, items).await?;
        for it in items {
            it.department_ids = departments.take(it.id);
            it.location_ids = locations.take(it.id);
            it.service_ids = services.take(it.id);
        }
        Ok(())
    }

    async fn write_links(&self, tx: &mut Tx, tenant: TenantId, before: Option<&Self>) -> Result<()> {
        let departments = before.map(|it| &it.department_ids[..]);
        links::write(tx, tenant, &DEPARTMENTS, self.id, departments, &self.department_ids).await?;
        let locations = before.map(|it| &it.location_ids[..]);
        links::write(tx, tenant, &LOCATIONS, self.id, locations, &self.location_ids).await?;
        let services = before.map(|it| &it.service_ids[..]);
        links::write(tx, tenant, &SERVICES, self.id, services, &self.service_ids).await
    }
}

/// One page of providers.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    filter: ProviderFilter,
) -> Result<Page<Provider>> {
    let filters = [
        Filter::optional(
            "t.id IN (SELECT l.provider_id FROM provider_departments l
                WHERE l.tenant_id = t.tenant_id AND l.department_id = ?)",
            filter.department_id,
        ),
        Filter::optional(
            "t.id IN (SELECT l.provider_id FROM provider_locations l
                WHERE l.tenant_id = t.tenant_id AND l.location_id = ?)",
            filter.location_id,
        ),
        Filter::optional(
            "t.id IN (SELECT l.provider_id FROM provider_services l
                WHERE l.tenant_id = t.tenant_id AND l.service_id = ?)",
            filter.service_id,
        ),
        Filter::optional("t.accepting =", filter.accepting),
        Filter::optional("t.public =", filter.public),
    ];
    stored::list(tx, tenant, request, filters.into_iter().flatten().collect()).await
}

/// The provider, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: ProviderId) -> Result<Option<Provider>> {
    stored::find(tx, tenant, id).await
}
