//! Changing an account: what an admin may do to others, and not to themselves.

use kalends_domain::id::UserId;
use kalends_domain::permission::{Action, Resource, Role};
use kalends_domain::user::{Membership, User};
use kalends_store::tx::Tx;
use kalends_store::{audit, memberships, sessions, users as store};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::users::{Account, email_taken, insert, may_give};
use crate::validate::{Check, NAME_MAX};
use crate::{passwords, patients, providers, registration};

/// What changes: an absent member stays as it is, `Some(None)` clears.
#[derive(Clone, Debug, Default)]
pub struct UserPatch {
    pub email: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub language: Option<Option<String>>,
    pub role: Option<Role>,
    /// A new password; the account's sessions end.
    pub password: Option<String>,
    /// `true` takes the account out of use and ends its sessions, `false` brings it back.
    pub archived: Option<bool>,
}

/// Changes an account.
///
/// # Errors
/// [`AppError::Stale`] when `expected` is not its version, [`AppError::EmailTaken`], [`AppError::Forbidden`] for the
/// operator's account, `last-admin` when no admin would remain, `own-account` when admins archive or demote themselves,
/// `own-password` for their own password (see [`change_password`](crate::users::change_password)), or fields that break a rule.
pub async fn update(app: &App, ctx: &Ctx, id: UserId, expected: Option<i64>, patch: UserPatch) -> Result<User> {
    ctx.require(Resource::User, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut check = Check::default();
    if let Some(password) = &patch.password {
        if ctx.user_id() == Some(id) {
            // Whoever finds a browser open knows no password: one's own takes the present one.
            check.fail("password", "own-password");
        }
        passwords::check(&mut check, "password", password);
    }
    check.finish()?;
    let hash = match &patch.password {
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };

    let mut tx = app.store.begin(tenant).await?;
    // Before the account itself, so that two changes of admins wait for each other instead of crossing.
    let admins = memberships::lock_holders(&mut tx, tenant, Role::Admin).await?;
    let account = store::lock(&mut tx, tenant, id).await?.ok_or(AppError::NotFound)?;
    let before = account.user;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(AppError::Stale);
    }
    if let Some(role) = before.role {
        may_give(ctx, role)?;
    }
    if let Some(role) = patch.role {
        may_give(ctx, role)?;
    }
    let after = apply(ctx, &before, &patch)?;
    let role_changes = after.role != before.role;
    let archived = before.archived_at.is_none() && after.archived_at.is_some();
    let loses_admin = before.role == Some(Role::Admin) && (archived || role_changes);
    if ctx.user_id() == Some(id) && (archived || role_changes) {
        return Err(AppError::field(
            if archived { "archived" } else { "role" },
            "own-account",
        ));
    }
    if loses_admin && admins.iter().all(|admin| *admin == id) {
        return Err(AppError::field(
            if archived { "archived" } else { "role" },
            "last-admin",
        ));
    }

    store::update(&mut tx, tenant, &after, before.version)
        .await
        .map_err(email_taken)?;
    if let Some(role) = after.role.filter(|_| role_changes) {
        set_role(app, ctx, &mut tx, &after, role).await?;
    }
    if let Some(hash) = &hash {
        store::set_password(&mut tx, tenant, id, hash).await?;
    }
    if hash.is_some() || archived || role_changes {
        sessions::revoke_all(&mut tx, tenant, id, None, ctx.now).await?;
    }
    let action = match patch.archived {
        Some(true) => "archive",
        Some(false) => "restore",
        None => "update",
    };
    let mut entry = ctx.audit(action, "user", Some(id.uuid()));
    entry.detail = serde_json::json!({ "changed": changed(&before, &after, hash.is_some()) });
    audit::insert(&mut tx, tenant, &[entry]).await?;
    tx.commit().await?;
    Ok(after)
}

fn apply(ctx: &Ctx, before: &User, patch: &UserPatch) -> Result<User> {
    let mut after = before.clone();
    let mut check = Check::default();
    if let Some(email) = &patch.email {
        after.email = check.email("email", email);
    }
    if let Some(name) = &patch.given_name {
        after.given_name = check.line("given_name", name, NAME_MAX);
    }
    if let Some(name) = &patch.family_name {
        after.family_name = check.line("family_name", name, NAME_MAX);
    }
    if let Some(language) = &patch.language {
        after.language = check.optional_language("language", language.as_deref());
    }
    if let Some(archived) = patch.archived {
        after.archived_at = archived.then(|| before.archived_at.unwrap_or(ctx.now));
    }
    check.finish()?;
    after.role = patch.role.or(before.role);
    after.version += 1;
    after.updated_at = ctx.now;
    Ok(after)
}

/// The names of the fields that changed, never their values.
fn changed(before: &User, after: &User, password: bool) -> Vec<&'static str> {
    [
        ("email", before.email != after.email),
        ("given_name", before.given_name != after.given_name),
        ("family_name", before.family_name != after.family_name),
        ("language", before.language != after.language),
        ("role", before.role != after.role),
        ("archived", before.archived_at != after.archived_at),
        ("password", password),
    ]
    .into_iter()
    .filter_map(|(name, changed)| changed.then_some(name))
    .collect()
}

/// Gives a user one role among the staff, or none but the patient's. Somebody who is a patient here stays one.
async fn set_role(app: &App, ctx: &Ctx, tx: &mut Tx, user: &User, role: Role) -> Result<()> {
    let tenant = ctx.tenant_id();
    let held = memberships::list(tx, tenant, user.id).await?;
    for other in held
        .iter()
        .filter(|it| it.role != role && it.role.is_staff() && it.revoked_at.is_none())
    {
        memberships::set_revoked(tx, tenant, other.id, Some(ctx.now)).await?;
    }
    if let Some(same) = held.iter().find(|it| it.role == role) {
        return Ok(memberships::set_revoked(tx, tenant, same.id, None).await?);
    }
    let provider_id = held.iter().find_map(|it| it.provider_id);
    let membership = Membership {
        id: app.new_id(),
        user_id: user.id,
        role,
        provider_id: provider_id.filter(|_| role == Role::Doctor),
        patient_id: None,
        created_at: ctx.now,
        revoked_at: None,
    };
    insert_membership(app, ctx, tx, user, membership).await
}

/// Stores a prepared account with its membership.
pub(super) async fn add_person(app: &App, ctx: &Ctx, tx: &mut Tx, account: &Account) -> Result<()> {
    insert(tx, ctx, account).await?;
    insert_membership(app, ctx, tx, &account.user, account.membership.clone()).await
}

/// Stores a membership; a patient's and a doctor's come with the record that they are.
async fn insert_membership(app: &App, ctx: &Ctx, tx: &mut Tx, user: &User, mut membership: Membership) -> Result<()> {
    let is_new_doctor = membership.role == Role::Doctor && membership.provider_id.is_none();
    if is_new_doctor {
        membership.provider_id = Some(providers::add_for(app, ctx, tx, user).await?);
    }
    if membership.role != Role::Patient {
        return Ok(memberships::insert(tx, ctx.tenant_id(), &membership).await?);
    }
    let mut patient = patients::blank(app.new_id(), ctx);
    patient.given_name.clone_from(&user.given_name);
    patient.family_name.clone_from(&user.family_name);
    patient.language.clone_from(&user.language);
    patient.email = Some(user.email.clone());
    registration::add_patient(tx, ctx, user.id, patient, membership)
        .await
        .map(drop)
}
