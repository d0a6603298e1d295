//! The accounts of an organisation: kept by its admins.

use kalends_domain::id::UserId;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource, Role};
use kalends_domain::user::{Membership, User};
use kalends_store::error::StoreError;
use kalends_store::tx::Tx;
use kalends_store::{audit, sessions, users as store};

use crate::app::App;
use crate::ctx::{Actor, Ctx};
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::passwords::{self, Verdict};
use crate::validate::{Check, NAME_MAX};

mod change;

pub use change::{UserPatch, update};

/// What a new account needs. Without a password its owner cannot sign in yet.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub email: String,
    pub given_name: String,
    pub family_name: String,
    pub language: Option<String>,
    pub role: Role,
    pub password: Option<String>,
}

/// An account that is ready to be stored: checked, its password hashed. See [`prepare`] and [`insert`].
pub struct Account {
    pub user: User,
    /// What the person is; a provider's or a patient's id is added by whoever makes that record.
    pub membership: Membership,
    password_hash: Option<String>,
}

/// One page of users, of one role or of all.
///
/// # Errors
/// [`AppError::Forbidden`], or a list that cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest, role: Option<Role>) -> Result<Page<User>> {
    ctx.require(Resource::User, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(store::list(&mut tx, ctx.tenant_id(), request, role).await?)
}

/// One user, archived or not.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn get(app: &App, ctx: &Ctx, id: UserId) -> Result<User> {
    ctx.require(Resource::User, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)
}

/// Makes an account.
///
/// # Errors
/// Fields that break a rule, [`AppError::EmailTaken`], [`AppError::Forbidden`] for the operator's role.
pub async fn create(app: &App, ctx: &Ctx, input: NewUser, once: &Once<'_, User>) -> Result<User> {
    ctx.require(Resource::User, Action::Write)?;
    may_give(ctx, input.role)?;
    let mut check = Check::default();
    let account = prepare(app, ctx, &mut check, &input).await?;
    check.finish()?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    once.begin(&mut tx, ctx).await?;
    change::add_person(app, ctx, &mut tx, &account).await?;
    once.finish(&mut tx, ctx, &account.user).await?;
    tx.commit().await?;
    Ok(account.user)
}

/// Checks an account's fields and hashes its password, before a transaction is opened. When a field breaks a rule nothing is
/// hashed; the caller must `finish` the check.
///
/// # Errors
/// [`AppError::RateLimited`] when too many passwords wait to be hashed.
pub async fn prepare(app: &App, ctx: &Ctx, check: &mut Check, input: &NewUser) -> Result<Account> {
    let user = User {
        id: app.new_id(),
        email: check.email("email", &input.email),
        given_name: check.line("given_name", &input.given_name, NAME_MAX),
        family_name: check.line("family_name", &input.family_name, NAME_MAX),
        language: check.optional_language("language", input.language.as_deref()),
        role: Some(input.role),
        created_at: ctx.now,
        updated_at: ctx.now,
        archived_at: None,
        version: 1,
    };
    let membership = Membership {
        id: app.new_id(),
        user_id: user.id,
        role: input.role,
        provider_id: None,
        patient_id: None,
        created_at: ctx.now,
        revoked_at: None,
    };
    if let Some(password) = &input.password {
        passwords::check(check, "password", password);
    }
    let password_hash = match &input.password {
        Some(password) if check.is_clean() => Some(app.passwords.hash(password).await?),
        _ => None,
    };
    Ok(Account {
        user,
        membership,
        password_hash,
    })
}

/// Stores a prepared account without its membership, which may name a provider or patient that is stored after the user and
/// before [`memberships::insert`](kalends_store::memberships::insert).
///
/// # Errors
/// [`AppError::EmailTaken`].
pub async fn insert(tx: &mut Tx, ctx: &Ctx, account: &Account) -> Result<()> {
    store::insert(tx, ctx.tenant_id(), &account.user, account.password_hash.as_deref())
        .await
        .map_err(email_taken)?;
    let entry = ctx.audit("create", "user", Some(account.user.id.uuid()));
    Ok(audit::insert(tx, ctx.tenant_id(), &[entry]).await?)
}

/// Changes the caller's own password and ends their other sessions.
///
/// # Errors
/// `current_password` with `wrong-password`, or a new one that breaks a rule.
pub async fn change_password(app: &App, ctx: &Ctx, current: &str, new: &str) -> Result<()> {
    let user = ctx.signed_in()?;
    let mut check = Check::default();
    passwords::check(&mut check, "new_password", new);
    check.finish()?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.read(tenant).await?;
    let account = store::account(&mut tx, tenant, user.user_id)
        .await?
        .ok_or(AppError::NotFound)?;
    drop(tx);
    if app.passwords.verify(current, account.password_hash.as_deref()).await? == Verdict::Wrong {
        return Err(AppError::field("current_password", "wrong-password"));
    }
    let hash = app.passwords.hash(new).await?;
    let mut tx = app.store.begin(tenant).await?;
    let locked = store::lock(&mut tx, tenant, user.user_id).await?;
    if locked.is_none_or(|locked| locked.password_hash != account.password_hash) {
        return Err(AppError::Stale);
    }
    store::set_password(&mut tx, tenant, user.user_id, &hash).await?;
    sessions::revoke_all(&mut tx, tenant, user.user_id, Some(user.session_id), ctx.now).await?;
    let entry = ctx.audit("change_password", "user", Some(user.user_id.uuid()));
    audit::insert(&mut tx, tenant, &[entry]).await?;
    Ok(tx.commit().await?)
}

/// Makes the first admin (or the operator) of a tenant, for the command line.
///
/// # Errors
/// [`AppError::EmailTaken`]: an account is never overwritten. Fields that break a rule.
pub async fn create_admin(app: &App, ctx: &Ctx, input: NewUser) -> Result<User> {
    create(app, ctx, input, &Once::unkeyed()).await
}

/// Whether the caller may give, or change an account that has, this role. The operator's is the command line's to give:
/// otherwise every organisation's admin could make themselves the operator of all.
fn may_give(ctx: &Ctx, role: Role) -> Result<()> {
    let allowed = role != Role::Operator || matches!(ctx.actor, Actor::System) || ctx.role() == Some(Role::Operator);
    if allowed { Ok(()) } else { Err(AppError::Forbidden) }
}

fn email_taken(error: StoreError) -> AppError {
    match error {
        StoreError::Unique { table } if table == "users" => AppError::EmailTaken,
        other => other.into(),
    }
}
