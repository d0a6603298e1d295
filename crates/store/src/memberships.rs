//! What users are in their organisation.

use jiff::Timestamp;
use kalends_domain::id::{MembershipId, TenantId, UserId};
use kalends_domain::permission::Role;
use kalends_domain::user::Membership;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::Instant;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    role: String,
    provider_id: Option<Uuid>,
    patient_id: Option<Uuid>,
    created_at: Instant,
    revoked_at: Option<Instant>,
}

impl TryFrom<Row> for Membership {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            role: role(row.id, &row.role)?,
            provider_id: row.provider_id.map(Into::into),
            patient_id: row.patient_id.map(Into::into),
            created_at: row.created_at.0,
            revoked_at: row.revoked_at.map(Into::into),
        })
    }
}

/// A stored role by its name.
pub(crate) fn role(membership: Uuid, name: &str) -> Result<Role> {
    name.parse().map_err(|_| StoreError::Corrupt {
        table: "memberships",
        column: "role",
        row: membership.to_string(),
        value: name.to_owned(),
    })
}

/// Every membership of a user, those that were taken away too.
///
/// # Errors
/// What the database refused.
pub async fn list(tx: &mut Tx, tenant: TenantId, user: UserId) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = tx
        .query(
            "SELECT id, user_id, role, provider_id, patient_id, created_at, revoked_at FROM memberships
             WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id",
        )
        .bind(tenant)
        .bind(user)
        .all()
        .await?;
    rows.into_iter().map(Membership::try_from).collect()
}

/// The users who hold `role` now and can sign in; on PostgreSQL their rows stay locked until the transaction ends, so that
/// two changes cannot each believe that another one remains.
///
/// # Errors
/// What the database refused.
pub async fn lock_holders(tx: &mut Tx, tenant: TenantId, role: Role) -> Result<Vec<UserId>> {
    let lock = if tx.is_postgres() { "FOR UPDATE" } else { "" };
    let ids: Vec<Uuid> = tx
        .query_built(format!(
            "SELECT m.user_id FROM memberships m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
             WHERE m.tenant_id = $1 AND m.role = $2 AND m.revoked_at IS NULL AND u.archived_at IS NULL
             ORDER BY m.user_id {lock}"
        ))
        .bind(tenant)
        .bind(role.name())
        .scalars()
        .await?;
    Ok(ids.into_iter().map(UserId::from).collect())
}

/// Stores a new membership.
///
/// # Errors
/// [`StoreError::Unique`] when the user has, or had, this role; [`StoreError::ForeignKey`] when user, provider or patient is
/// not of this tenant.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &Membership) -> Result<()> {
    tx.query(
        "INSERT INTO memberships (tenant_id, id, user_id, role, provider_id, patient_id, created_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.user_id)
    .bind(it.role.name())
    .bind(it.provider_id)
    .bind(it.patient_id)
    .bind(it.created_at)
    .bind(it.revoked_at)
    .execute()
    .await
    .map(drop)
}

/// Takes a membership away, or gives it back (`None`).
///
/// # Errors
/// What the database refused.
pub async fn set_revoked(tx: &mut Tx, tenant: TenantId, id: MembershipId, at: Option<Timestamp>) -> Result<()> {
    tx.query("UPDATE memberships SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(at)
        .execute()
        .await
        .map(drop)
}

/// Says which provider and which patient the person is.
///
/// # Errors
/// [`StoreError::ForeignKey`] when one of them is not of this tenant.
pub async fn set_person(tx: &mut Tx, tenant: TenantId, it: &Membership) -> Result<()> {
    tx.query("UPDATE memberships SET provider_id = $3, patient_id = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(it.id)
        .bind(it.provider_id)
        .bind(it.patient_id)
        .execute()
        .await
        .map(drop)
}
