//! Signed-in devices.

use jiff::Timestamp;
use kalends_domain::id::{DepartmentId, LocationId, SessionId, TenantId, UserId};
use kalends_domain::proxy::ActsFor;
use kalends_domain::session::{Session, Standing};
use kalends_domain::user::{Membership, User};
use uuid::Uuid;

use crate::error::Result;
use crate::memberships;
use crate::proxies;
use crate::tenants;
use crate::tx::Tx;
use crate::value::Instant;

/// One row per site or department of a member of staff, one per patient whom a patient acts for, or one without either.
#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    tenant: tenants::Row,
    session_id: Uuid,
    client_hash: Vec<u8>,
    session_created_at: Instant,
    last_seen_at: Instant,
    expires_at: Instant,
    session_revoked_at: Option<Instant>,
    user_id: Uuid,
    email: String,
    given_name: String,
    family_name: String,
    language: Option<String>,
    user_created_at: Instant,
    user_updated_at: Instant,
    user_archived_at: Option<Instant>,
    user_version: i64,
    membership_id: Uuid,
    role: String,
    provider_id: Option<Uuid>,
    patient_id: Option<Uuid>,
    membership_created_at: Instant,
    membership_revoked_at: Option<Instant>,
    only_location_id: Option<Uuid>,
    only_department_id: Option<Uuid>,
    proxy_id: Option<Uuid>,
    proxy_patient_id: Option<Uuid>,
    proxy_given_name: Option<String>,
    proxy_family_name: Option<String>,
    proxy_relationship: Option<String>,
    proxy_scope: Option<String>,
    proxy_expires_at: Option<Instant>,
}

const STANDING: &str = "SELECT t.id, t.slug, t.name, t.status, t.settings, t.created_at, t.updated_at, t.version,
        s.id AS session_id, s.client_hash, s.created_at AS session_created_at, s.last_seen_at, s.expires_at,
        s.revoked_at AS session_revoked_at,
        u.id AS user_id, u.email, u.given_name, u.family_name, u.language, u.created_at AS user_created_at,
        u.updated_at AS user_updated_at, u.archived_at AS user_archived_at, u.version AS user_version,
        m.id AS membership_id, m.role, m.provider_id, m.patient_id, m.created_at AS membership_created_at,
        m.revoked_at AS membership_revoked_at, o.location_id AS only_location_id, o.department_id AS only_department_id,
        x.id AS proxy_id, x.patient_id AS proxy_patient_id, w.given_name AS proxy_given_name,
        w.family_name AS proxy_family_name, x.relationship AS proxy_relationship, x.scope AS proxy_scope,
        x.expires_at AS proxy_expires_at
     FROM sessions s
     JOIN tenants t ON t.id = s.tenant_id
     JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
     JOIN memberships m ON m.tenant_id = s.tenant_id AND m.id = s.membership_id AND m.user_id = s.user_id
     LEFT JOIN (SELECT tenant_id, membership_id, location_id, NULL AS department_id FROM membership_locations
                UNION ALL
                SELECT tenant_id, membership_id, NULL, department_id FROM membership_departments) o
         ON o.tenant_id = m.tenant_id AND o.membership_id = m.id
     LEFT JOIN (proxies x JOIN patients w ON w.tenant_id = x.tenant_id AND w.id = x.patient_id AND w.archived_at IS NULL)
         ON x.tenant_id = m.tenant_id AND x.user_id = m.user_id AND m.role = 'patient' AND x.revoked_at IS NULL
     WHERE s.tenant_id = $1 AND s.id = $2";

/// The session with all that decides whether it is good, in one statement.
///
/// # Errors
/// What the database refused.
pub async fn find_standing(tx: &mut Tx, tenant: TenantId, id: SessionId) -> Result<Option<Standing>> {
    let rows: Vec<Row> = tx.query(STANDING).bind(tenant).bind(id).all().await?;
    let locations: Vec<LocationId> = rows
        .iter()
        .filter_map(|row| row.only_location_id)
        .map(Into::into)
        .collect();
    let departments: Vec<DepartmentId> = rows
        .iter()
        .filter_map(|row| row.only_department_id)
        .map(Into::into)
        .collect();
    let mut acts_for = Vec::new();
    for row in &rows {
        acts_for.extend(row.acts_for()?);
    }
    acts_for.sort_by(|one, other| (&one.given_name, one.patient_id).cmp(&(&other.given_name, other.patient_id)));
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let role = memberships::role(row.membership_id, &row.role)?;
    let user_id = row.user_id.into();
    Ok(Some(Standing {
        tenant: row.tenant.try_into()?,
        session: Session {
            id: row.session_id.into(),
            user_id,
            membership_id: row.membership_id.into(),
            client_hash: row.client_hash,
            created_at: row.session_created_at.0,
            last_seen_at: row.last_seen_at.0,
            expires_at: row.expires_at.0,
            revoked_at: row.session_revoked_at.map(Into::into),
        },
        user: User {
            id: user_id,
            email: row.email,
            given_name: row.given_name,
            family_name: row.family_name,
            language: row.language,
            role: Some(role),
            created_at: row.user_created_at.0,
            updated_at: row.user_updated_at.0,
            archived_at: row.user_archived_at.map(Into::into),
            version: row.user_version,
        },
        membership: Membership {
            id: row.membership_id.into(),
            user_id,
            role,
            provider_id: row.provider_id.map(Into::into),
            patient_id: row.patient_id.map(Into::into),
            created_at: row.membership_created_at.0,
            revoked_at: row.membership_revoked_at.map(Into::into),
        },
        locations,
        departments,
        acts_for,
    }))
}

impl Row {
    /// The patient whom the user may act for, if this row names one.
    fn acts_for(&self) -> Result<Option<ActsFor>> {
        let (Some(id), Some(patient_id)) = (self.proxy_id, self.proxy_patient_id) else {
            return Ok(None);
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(Some(ActsFor {
            proxy_id: id.into(),
            patient_id: patient_id.into(),
            given_name: text(&self.proxy_given_name),
            family_name: text(&self.proxy_family_name),
            relationship: proxies::named(id, "relationship", &text(&self.proxy_relationship))?,
            scope: proxies::named(id, "scope", &text(&self.proxy_scope))?,
            expires_at: self.proxy_expires_at.map(Into::into),
        }))
    }
}

/// Stores a new session.
///
/// # Errors
/// What the database refused.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &Session) -> Result<()> {
    tx.query(
        "INSERT INTO sessions (tenant_id, id, user_id, membership_id, client_hash, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(it.user_id)
    .bind(it.membership_id)
    .bind(&it.client_hash[..])
    .bind(it.created_at)
    .bind(it.last_seen_at)
    .bind(it.expires_at)
    .execute()
    .await
    .map(drop)
}

/// Notes that a client renewed the session.
///
/// # Errors
/// What the database refused.
pub async fn renew(tx: &mut Tx, tenant: TenantId, id: SessionId, client_hash: &[u8], now: Timestamp) -> Result<()> {
    tx.query("UPDATE sessions SET last_seen_at = $3, client_hash = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(now)
        .bind(client_hash)
        .execute()
        .await
        .map(drop)
}

/// Ends one session: true when it had not ended before.
///
/// # Errors
/// What the database refused.
pub async fn revoke(tx: &mut Tx, tenant: TenantId, id: SessionId, now: Timestamp) -> Result<bool> {
    let ended = tx
        .query("UPDATE sessions SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL")
        .bind(tenant)
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    Ok(ended == 1)
}

/// Ends every session of a user, except the one that is `kept`; counts those that ended.
///
/// # Errors
/// What the database refused.
pub async fn revoke_all(
    tx: &mut Tx,
    tenant: TenantId,
    user: UserId,
    kept: Option<SessionId>,
    now: Timestamp,
) -> Result<u64> {
    tx.query(
        "UPDATE sessions SET revoked_at = $3
         WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL AND id <> $4",
    )
    .bind(tenant)
    .bind(user)
    .bind(now)
    // No session has the nil id, so that nothing is kept when nothing is named.
    .bind(kept.unwrap_or(SessionId(Uuid::nil())))
    .execute()
    .await
}

/// Deletes the sessions that ran out before `now`, with their refresh tokens, and counts them. Revoked ones stay until then,
/// so that a spent token is still recognised.
///
/// # Errors
/// What the database refused.
pub async fn delete_ended(tx: &mut Tx, tenant: TenantId, now: Timestamp) -> Result<u64> {
    tx.query(
        "DELETE FROM refresh_tokens WHERE tenant_id = $1
         AND session_id IN (SELECT s.id FROM sessions s WHERE s.tenant_id = $1 AND s.expires_at <= $2)",
    )
    .bind(tenant)
    .bind(now)
    .execute()
    .await?;
    tx.query("DELETE FROM sessions WHERE tenant_id = $1 AND expires_at <= $2")
        .bind(tenant)
        .bind(now)
        .execute()
        .await
}
