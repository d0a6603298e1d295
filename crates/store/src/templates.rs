//! Providers' weekly hours.

use std::collections::HashMap;

use jiff::civil::Date;
use kalends_domain::id::{ProviderId, ServiceId, TemplateId, TenantId};
use kalends_domain::opening::{Publication, Window};
use kalends_domain::stamp::Stamp;
use kalends_domain::template::{Template, WeeklyWindow};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::{self, Day, Instant};

const COLUMNS: &str = "SELECT t.id, t.provider_id, t.location_id, t.effective_from, t.effective_until, t.every_weeks,
    t.published_until, t.created_at, t.updated_at, t.archived_at, t.version FROM templates t WHERE t.tenant_id = $1";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    provider_id: Uuid,
    location_id: Uuid,
    effective_from: Day,
    effective_until: Option<Day>,
    every_weeks: i32,
    published_until: Option<Day>,
    created_at: Instant,
    updated_at: Instant,
    archived_at: Option<Instant>,
    version: i64,
}

#[derive(sqlx::FromRow)]
struct WindowRow {
    template_id: Uuid,
    position: i32,
    weekday: String,
    local_from: String,
    local_to: String,
    slot_minutes: i32,
    publish_mode: String,
    release_minutes: Option<i32>,
}

#[derive(sqlx::FromRow)]
struct ServiceRow {
    template_id: Uuid,
    position: i32,
    service_id: Uuid,
}

impl Row {
    fn with(self, windows: Vec<WeeklyWindow>) -> Result<Template> {
        Ok(Template {
            id: self.id.into(),
            provider_id: self.provider_id.into(),
            location_id: self.location_id.into(),
            effective_from: self.effective_from.0,
            effective_until: self.effective_until.map(Into::into),
            every_weeks: u8::try_from(self.every_weeks).map_err(|_| StoreError::Corrupt {
                table: "templates",
                column: "every_weeks",
                row: self.id.to_string(),
                value: self.every_weeks.to_string(),
            })?,
            windows,
            published_until: self.published_until.map(Into::into),
            stamp: Stamp {
                created_at: self.created_at.0,
                updated_at: self.updated_at.0,
                archived_at: self.archived_at.map(Into::into),
                version: self.version,
            },
        })
    }
}

impl WindowRow {
    fn with(self, services: Vec<ServiceId>) -> Result<WeeklyWindow> {
        let corrupt = |column, value: &dyn ToString| StoreError::Corrupt {
            table: "template_windows",
            column,
            row: self.template_id.to_string(),
            value: value.to_string(),
        };
        let interval = u32::try_from(self.slot_minutes)
            .ok()
            .and_then(|minutes| minutes.try_into().ok());
        Ok(WeeklyWindow {
            weekday: self.weekday.parse().map_err(|_| corrupt("weekday", &self.weekday))?,
            window: Window {
                from: self
                    .local_from
                    .parse()
                    .map_err(|_| corrupt("local_from", &self.local_from))?,
                to: self.local_to.parse().map_err(|_| corrupt("local_to", &self.local_to))?,
            },
            slot_minutes: interval.ok_or_else(|| corrupt("slot_minutes", &self.slot_minutes))?,
            publication: Publication {
                mode: self
                    .publish_mode
                    .parse()
                    .map_err(|_| corrupt("publish_mode", &self.publish_mode))?,
                release: value::minutes(self.release_minutes).map_err(|value| corrupt("release_minutes", &value))?,
                services,
            },
        })
    }
}

/// A provider's templates that are in use, at one location after the other and in the order in which they take effect.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list(tx: &mut Tx, tenant: TenantId, provider: ProviderId) -> Result<Vec<Template>> {
    let condition = "AND t.provider_id = $2 AND t.archived_at IS NULL ORDER BY t.location_id, t.effective_from, t.id";
    read(tx, tenant, condition, provider.uuid()).await
}

/// The template, in use or archived.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: TemplateId) -> Result<Option<Template>> {
    Ok(read(tx, tenant, "AND t.id = $2", id.uuid()).await?.pop())
}

/// The same, locked: two who make its openings at once wait for each other. The embedded database has one writer at a time,
/// which comes to the same.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn lock(tx: &mut Tx, tenant: TenantId, id: TemplateId) -> Result<Option<Template>> {
    if tx.is_postgres() {
        let _locked: Vec<Uuid> = tx
            .query("SELECT t.id FROM templates t WHERE t.tenant_id = $1 AND t.id = $2 FOR UPDATE")
            .bind(tenant)
            .bind(id)
            .scalars()
            .await?;
    }
    find(tx, tenant, id).await
}

/// Those in use whose openings are not made up to `date`, although they hold for longer.
///
/// # Errors
/// What the database refused.
pub async fn list_due(tx: &mut Tx, tenant: TenantId, date: Date) -> Result<Vec<TemplateId>> {
    let due: Vec<Uuid> = tx
        .query(
            "SELECT t.id FROM templates t JOIN providers p ON p.tenant_id = t.tenant_id AND p.id = t.provider_id
             WHERE t.tenant_id = $1 AND t.archived_at IS NULL AND p.archived_at IS NULL AND t.effective_from <= $2
               AND (t.published_until IS NULL
                    OR t.published_until < $2 AND (t.effective_until IS NULL OR t.effective_until > t.published_until))
             ORDER BY t.id",
        )
        .bind(tenant)
        .bind(date)
        .scalars()
        .await?;
    Ok(due.into_iter().map(TemplateId).collect())
}

async fn read(tx: &mut Tx, tenant: TenantId, condition: &str, of: Uuid) -> Result<Vec<Template>> {
    let rows: Vec<Row> = tx
        .query_built(format!("{COLUMNS} {condition}"))
        .bind(tenant)
        .bind(of)
        .all()
        .await?;
    // A provider's, or one: every statement of a template's parts asks for the same ones.
    let parts = "IN (SELECT t.id FROM templates t WHERE t.tenant_id = $1 AND (t.provider_id = $2 OR t.id = $2))";
    let services: Vec<ServiceRow> = tx
        .query_built(format!(
            "SELECT s.template_id, s.position, s.service_id FROM template_window_services s
             WHERE s.tenant_id = $1 AND s.template_id {parts} ORDER BY s.service_id"
        ))
        .bind(tenant)
        .bind(of)
        .all()
        .await?;
    let mut services_of: HashMap<(Uuid, i32), Vec<ServiceId>> = HashMap::new();
    for row in services {
        let window = services_of.entry((row.template_id, row.position)).or_default();
        window.push(row.service_id.into());
    }
    let windows: Vec<WindowRow> = tx
        .query_built(format!(
            "SELECT w.template_id, w.position, w.weekday, w.local_from, w.local_to, w.slot_minutes, w.publish_mode,
                 w.release_minutes
             FROM template_windows w WHERE w.tenant_id = $1 AND w.template_id {parts} ORDER BY w.template_id, w.position"
        ))
        .bind(tenant)
        .bind(of)
        .all()
        .await?;
    let mut windows_of: HashMap<Uuid, Vec<WeeklyWindow>> = HashMap::new();
    for row in windows {
        let services = services_of.remove(&(row.template_id, row.position)).unwrap_or_default();
        let template = row.template_id;
        windows_of.entry(template).or_default().push(row.with(services)?);
    }
    rows.into_iter()
        .map(|row| {
            let windows = windows_of.remove(&row.id).unwrap_or_default();
            row.with(windows)
        })
        .collect()
}

/// Stores a new template.
///
/// # Errors
/// What the database refused.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &Template) -> Result<()> {
    tx.query(
        "INSERT INTO templates (tenant_id, id, provider_id, location_id, effective_from, effective_until, every_weeks,
             published_until, created_at, updated_at, archived_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.provider_id)
    .bind(it.location_id)
    .bind(it.effective_from)
    .bind(it.effective_until)
    .bind(i32::from(it.every_weeks))
    .bind(it.published_until)
    .bind(it.stamp.created_at)
    .bind(it.stamp.updated_at)
    .bind(it.stamp.archived_at)
    .bind(it.stamp.version)
    .execute()
    .await?;
    insert_windows(tx, tenant, it).await
}

/// Stores what changed of a template, with its windows anew; [`lock`] it first. Its provider and location stay.
///
/// # Errors
/// What the database refused.
pub async fn update(tx: &mut Tx, tenant: TenantId, it: &Template) -> Result<()> {
    tx.query(
        "UPDATE templates SET effective_from = $3, effective_until = $4, every_weeks = $5, published_until = $6,
             updated_at = $7, archived_at = $8, version = $9
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.effective_from)
    .bind(it.effective_until)
    .bind(i32::from(it.every_weeks))
    .bind(it.published_until)
    .bind(it.stamp.updated_at)
    .bind(it.stamp.archived_at)
    .bind(it.stamp.version)
    .execute()
    .await?;
    tx.query("DELETE FROM template_windows WHERE tenant_id = $1 AND template_id = $2")
        .bind(tenant)
        .bind(it.id)
        .execute()
        .await?;
    insert_windows(tx, tenant, it).await
}

/// Notes up to which date a template's openings were made.
///
/// # Errors
/// What the database refused.
pub async fn publish(tx: &mut Tx, tenant: TenantId, id: TemplateId, until: Date) -> Result<()> {
    tx.query("UPDATE templates SET published_until = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(until)
        .execute()
        .await
        .map(drop)
}

async fn insert_windows(tx: &mut Tx, tenant: TenantId, it: &Template) -> Result<()> {
    for (position, window) in (0_i32..).zip(&it.windows) {
        let publication = &window.publication;
        tx.query(
            "INSERT INTO template_windows (tenant_id, template_id, position, weekday, local_from, local_to, slot_minutes,
                 publish_mode, release_minutes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(tenant)
        .bind(it.id)
        .bind(position)
        .bind(window.weekday.name())
        .bind(window.window.from.to_string())
        .bind(window.window.to.to_string())
        .bind(value::stored(u32::from(window.slot_minutes)))
        .bind(publication.mode.name())
        .bind(publication.release.map(|release| value::stored(release.0)))
        .execute()
        .await?;
        for service in &publication.services {
            tx.query(
                "INSERT INTO template_window_services (tenant_id, template_id, position, service_id) VALUES ($1, $2, $3, $4)",
            )
            .bind(tenant)
            .bind(it.id)
            .bind(position)
            .bind(*service)
            .execute()
            .await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
