//! Users.

use kalends_domain::id::{TenantId, UserId};
use kalends_domain::page::{Page, PageRequest, SortValue};
use kalends_domain::permission::Role;
use kalends_domain::text::fold;
use kalends_domain::user::{EmailKey, User};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::list::{self, Filter, ListRow, ListSpec, SortColumn};
use crate::memberships;
use crate::tx::Tx;
use crate::value::Instant;

/// The widest role of a user who has several: what they are shown as, and what a sign-in gives them.
macro_rules! widest_role {
    () => {
        "(SELECT m.role FROM memberships m
          WHERE m.tenant_id = t.tenant_id AND m.user_id = t.id AND m.revoked_at IS NULL
          ORDER BY CASE m.role WHEN 'operator' THEN 0 WHEN 'admin' THEN 1 WHEN 'doctor' THEN 2 WHEN 'receptionist' THEN 3
                               ELSE 4 END
          LIMIT 1)"
    };
}

const COLUMNS: &str = concat!(
    "SELECT t.id, t.email, t.given_name, t.family_name, t.language, ",
    widest_role!(),
    " AS role, t.password_hash, t.name_key, t.created_at, t.updated_at, t.archived_at, t.version
     FROM users t WHERE t.tenant_id = $1"
);

const LIST: ListSpec<'static> = ListSpec {
    select: COLUMNS,
    sorts: &[
        SortColumn {
            name: "name",
            sql: "t.name_key",
            instant: false,
        },
        SortColumn {
            name: "email",
            sql: "t.email_key",
            instant: false,
        },
        SortColumn {
            name: "created_at",
            sql: "t.created_at",
            instant: true,
        },
    ],
    search: Some("t.search_key"),
    archived: Some("t.archived_at"),
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    given_name: String,
    family_name: String,
    language: Option<String>,
    role: Option<String>,
    password_hash: Option<String>,
    name_key: String,
    created_at: Instant,
    updated_at: Instant,
    archived_at: Option<Instant>,
    version: i64,
}

impl ListRow for Row {
    fn id(&self) -> Uuid {
        self.id
    }

    fn sort_value(&self, column: &str) -> SortValue {
        match column {
            "created_at" => list::instant(self.created_at),
            "email" => SortValue::Text(EmailKey::of(&self.email).as_str().to_owned()),
            _ => SortValue::Text(self.name_key.clone()),
        }
    }
}

impl TryFrom<Row> for User {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            role: row.role.map(|name| memberships::role(row.id, &name)).transpose()?,
            email: row.email,
            given_name: row.given_name,
            family_name: row.family_name,
            language: row.language,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            archived_at: row.archived_at.map(Into::into),
            version: row.version,
        })
    }
}

/// A user with the hash of their password, for those who check it.
pub struct Account {
    pub user: User,
    pub password_hash: Option<String>,
}

/// One page of users, of one role or of all.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(tx: &mut Tx, tenant: TenantId, request: &PageRequest, role: Option<Role>) -> Result<Page<User>> {
    let of_role = Filter::optional(concat!(widest_role!(), " ="), role.map(Role::name));
    let page = list::page::<Row>(tx, tenant, &LIST, request, of_role.into_iter().collect()).await?;
    let items = page.items.into_iter().map(User::try_from).collect::<Result<_>>()?;
    Ok(Page { items, next: page.next })
}

/// The user, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: UserId) -> Result<Option<User>> {
    Ok(account(tx, tenant, id).await?.map(|account| account.user))
}

/// The user with their password's hash, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn account(tx: &mut Tx, tenant: TenantId, id: UserId) -> Result<Option<Account>> {
    one(tx, tenant, "AND t.id = $2", id.uuid()).await
}

/// The user with their password's hash. On PostgreSQL the row stays locked until the transaction ends, so that a sign-in and a
/// change of the password happen one after the other.
///
/// # Errors
/// What the database refused.
pub async fn lock(tx: &mut Tx, tenant: TenantId, id: UserId) -> Result<Option<Account>> {
    let condition = if tx.is_postgres() {
        "AND t.id = $2 FOR UPDATE"
    } else {
        "AND t.id = $2"
    };
    one(tx, tenant, condition, id.uuid()).await
}

/// The user whose address has this key, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find_by_email(tx: &mut Tx, tenant: TenantId, key: &EmailKey) -> Result<Option<Account>> {
    one(tx, tenant, "AND t.email_key = $2", key.as_str()).await
}

async fn one(
    tx: &mut Tx,
    tenant: TenantId,
    condition: &'static str,
    value: impl crate::bind::Bind,
) -> Result<Option<Account>> {
    let row: Option<Row> = tx
        .query_built(format!("{COLUMNS} {condition}"))
        .bind(tenant)
        .bind(value)
        .optional()
        .await?;
    let Some(mut row) = row else { return Ok(None) };
    let password_hash = row.password_hash.take();
    Ok(Some(Account {
        user: row.try_into()?,
        password_hash,
    }))
}

/// Stores a new user. Their role is stored as a membership.
///
/// # Errors
/// [`StoreError::Unique`] when the address is taken, by an archived user too.
pub async fn insert(tx: &mut Tx, tenant: TenantId, it: &User, password_hash: Option<&str>) -> Result<()> {
    tx.query(
        "INSERT INTO users (tenant_id, id, email, email_key, given_name, family_name, language, password_hash,
             created_at, updated_at, version, name_key, search_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(tenant)
    .bind(it.id)
    .bind(&it.email)
    .bind(EmailKey::of(&it.email).as_str())
    .bind(&it.given_name)
    .bind(&it.family_name)
    .bind(it.language.as_deref())
    .bind(password_hash)
    .bind(it.created_at)
    .bind(it.updated_at)
    .bind(it.version)
    .bind(name_key(it))
    .bind(search_key(it))
    .execute()
    .await
    .map(drop)
}

/// What users are sorted by.
fn name_key(it: &User) -> String {
    fold(&format!("{} {}", it.family_name, it.given_name))
}

/// What users are found by.
fn search_key(it: &User) -> String {
    fold(&format!("{} {} {}", it.family_name, it.given_name, it.email))
}

/// Stores a changed user in place of version `expected`.
///
/// # Errors
/// [`StoreError::Stale`] when they have another version by now, [`StoreError::Unique`] when the address is taken.
pub async fn update(tx: &mut Tx, tenant: TenantId, it: &User, expected: i64) -> Result<()> {
    let changed = tx
        .query(
            "UPDATE users SET email = $4, email_key = $5, given_name = $6, family_name = $7, language = $8,
                 updated_at = $9, archived_at = $10, version = $11, name_key = $12, search_key = $13
             WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(tenant)
        .bind(it.id)
        .bind(expected)
        .bind(&it.email)
        .bind(EmailKey::of(&it.email).as_str())
        .bind(&it.given_name)
        .bind(&it.family_name)
        .bind(it.language.as_deref())
        .bind(it.updated_at)
        .bind(it.archived_at)
        .bind(it.version)
        .bind(name_key(it))
        .bind(search_key(it))
        .execute()
        .await?;
    if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
}

/// Stores the hash of a new password.
///
/// # Errors
/// What the database refused.
pub async fn set_password(tx: &mut Tx, tenant: TenantId, id: UserId, hash: &str) -> Result<()> {
    tx.query("UPDATE users SET password_hash = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(hash)
        .execute()
        .await
        .map(drop)
}
