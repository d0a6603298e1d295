//! Who acts for a patient: linked by the desk, or by a patient who adds somebody whom they look after. What a proxy allows is
//! read with the session ([`SignedIn::patients`](crate::ctx::SignedIn::patients)), so that one who was stopped, or has
//! expired, counts no more with the next request.

use jiff::Timestamp;
use kalends_domain::id::{PatientId, ProxyId};
use kalends_domain::job::NewJob;
use kalends_domain::patient::Patient;
use kalends_domain::permission::{Action, Resource, Role, Scope};
use kalends_domain::proxy::{MAX_DEPENDANTS, NamedProxy, Proxy, ProxyScope, Relationship};
use kalends_domain::user::EmailKey;
use kalends_store::error::StoreError;
use kalends_store::tx::Tx;
use kalends_store::{audit, jobs, memberships, proxies as store, stored, users};
use serde_json::json;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::patients::{self, PatientPatch};
use crate::validate::Check;

/// A user who shall act for a patient.
#[derive(Clone, Debug)]
pub struct NewProxy {
    pub patient_id: PatientId,
    /// The address with which they sign in as a patient.
    pub email: String,
    pub relationship: Relationship,
    pub scope: ProxyScope,
    pub expires_at: Option<Timestamp>,
}

/// Somebody whom the caller looks after and who has no record yet: both names at least.
#[derive(Clone, Debug)]
pub struct NewDependant {
    /// What the caller is to them.
    pub relationship: Relationship,
    pub details: PatientPatch,
}

/// What changes; an absent member stays as it is, `Some(None)` clears.
#[derive(Clone, Debug, Default)]
pub struct ProxyPatch {
    pub relationship: Option<Relationship>,
    pub scope: Option<ProxyScope>,
    pub expires_at: Option<Option<Timestamp>>,
}

/// Those who act for a patient, expired ones too: for staff who may see the patient, for the patient, and for those who fully
/// act for them.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx, patient: PatientId) -> Result<Vec<NamedProxy>> {
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    patients::require_within(&mut tx, ctx, patient, Action::Read).await?;
    if kalends_store::patients::find(&mut tx, ctx.tenant_id(), patient)
        .await?
        .is_none()
    {
        return Err(AppError::NotFound);
    }
    let found = store::list_of_patient(&mut tx, ctx.tenant_id(), patient).await?;
    let mut entry = ctx.audit("list", "proxy", None);
    entry.patient_id = Some(patient);
    audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(found)
}

/// Lets a user act for a patient. Staff who keep patients only.
///
/// # Errors
/// `email` with `unknown-user` when no patient signs in with it, `own-record` when it is the patient's own, `taken` when they
/// act for the patient already; `expires_at` with `past`.
pub async fn create(app: &App, ctx: &Ctx, input: NewProxy, once: &Once<'_, NamedProxy>) -> Result<NamedProxy> {
    keepers(ctx)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    once.begin(&mut tx, ctx).await?;
    let patient: Patient = kalends_store::patients::find(&mut tx, tenant, input.patient_id)
        .await?
        .filter(|it| !it.stamp.is_archived())
        .ok_or(AppError::NotFound)?;
    let mut check = Check::default();
    check_expiry(&mut check, ctx, input.expires_at);
    let email = check.email("email", &input.email);
    check.finish()?;
    let user = users::find_by_email(&mut tx, tenant, &EmailKey::of(&email))
        .await?
        .filter(|account| account.user.archived_at.is_none());
    let held = match &user {
        Some(account) => memberships::list(&mut tx, tenant, account.user.id).await?,
        None => Vec::new(),
    };
    let is_patient = held
        .iter()
        .any(|it| it.role == Role::Patient && it.revoked_at.is_none());
    let user = user
        .filter(|_| is_patient)
        .ok_or_else(|| AppError::field("email", "unknown-user"))?
        .user;
    if patient.user_id == Some(user.id) {
        return Err(AppError::field("email", "own-record"));
    }
    if let Some(before) = store::find_between(&mut tx, tenant, user.id, patient.id).await? {
        if before.proxy.expires_at.is_none_or(|end| ctx.now < end) {
            return Err(AppError::field("email", "taken"));
        }
        // It ended by itself; now that is written down, so that there is one at a time.
        end(&mut tx, ctx, before.proxy).await?;
    }
    let proxy = blank(app, ctx, input.patient_id, user.id, input.relationship, input.scope);
    let proxy = Proxy {
        expires_at: input.expires_at,
        ..proxy
    };
    let made = insert(&mut tx, app, ctx, proxy).await?;
    once.finish(&mut tx, ctx, &made).await?;
    tx.commit().await?;
    Ok(made)
}

/// Makes a record for somebody whom the caller looks after, and lets the caller fully act for them. Patients only, where the
/// organisation leaves it to them.
///
/// # Errors
/// Fields that break a rule, `given_name` with `too-many` after [`MAX_DEPENDANTS`]; [`AppError::Forbidden`].
pub async fn add_dependant(
    app: &App,
    ctx: &Ctx,
    input: NewDependant,
    once: &Once<'_, NamedProxy>,
) -> Result<NamedProxy> {
    ctx.require(Resource::Patient, Action::Write)?;
    let user = ctx.signed_in()?;
    if user.role != Role::Patient || user.patient_id.is_none() || ctx.tenant.settings.dependants_by_desk {
        return Err(AppError::Forbidden);
    }
    let mut check = Check::default();
    let mut patient = patients::blank(app.new_id(), ctx);
    patients::fields(&mut check, ctx, &mut patient, input.details);
    check.finish()?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    once.begin(&mut tx, ctx).await?;
    let added = store::count_added(&mut tx, tenant, user.user_id).await?;
    if usize::try_from(added).is_ok_and(|added| added >= MAX_DEPENDANTS) {
        let mut check = Check::default();
        check.fail_with("given_name", "too-many", vec![("max", MAX_DEPENDANTS.to_string())]);
        check.finish()?;
    }
    stored::insert(&mut tx, tenant, &patient).await?;
    let mut entry = ctx.audit("create", "patient", Some(patient.id.uuid()));
    entry.patient_id = Some(patient.id);
    audit::insert(&mut tx, tenant, &[entry]).await?;
    let proxy = blank(app, ctx, patient.id, user.user_id, input.relationship, ProxyScope::Full);
    let made = insert(&mut tx, app, ctx, proxy).await?;
    once.finish(&mut tx, ctx, &made).await?;
    tx.commit().await?;
    Ok(made)
}

/// Changes what a user may do for a patient, or until when. Staff who keep patients only.
///
/// # Errors
/// [`AppError::NotFound`], also for one that was stopped; [`AppError::Stale`] when `expected` is not its version;
/// `expires_at` with `past`.
pub async fn update(app: &App, ctx: &Ctx, id: ProxyId, expected: Option<i64>, patch: ProxyPatch) -> Result<NamedProxy> {
    keepers(ctx)?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let before = current(&mut tx, ctx, id).await?;
    if expected.is_some_and(|expected| expected != before.proxy.version) {
        return Err(AppError::Stale);
    }
    let mut after = before.clone();
    after.proxy.relationship = patch.relationship.unwrap_or(before.proxy.relationship);
    after.proxy.scope = patch.scope.unwrap_or(before.proxy.scope);
    if let Some(expires_at) = patch.expires_at {
        let mut check = Check::default();
        check_expiry(
            &mut check,
            ctx,
            expires_at.filter(|_| expires_at != before.proxy.expires_at),
        );
        check.finish()?;
        after.proxy.expires_at = expires_at;
    }
    if after == before {
        return Ok(before);
    }
    after.proxy.version += 1;
    after.proxy.updated_at = ctx.now;
    store::update(&mut tx, ctx.tenant_id(), &after.proxy).await?;
    note(&mut tx, app, ctx, "update", &after.proxy).await?;
    tx.commit().await?;
    Ok(after)
}

/// Stops somebody from acting for a patient, at once: staff who keep patients, the patient, or the one who acts.
///
/// # Errors
/// [`AppError::NotFound`], also for whom it is none of their business.
pub async fn revoke(app: &App, ctx: &Ctx, id: ProxyId) -> Result<()> {
    let user = ctx.signed_in()?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let found = current(&mut tx, ctx, id).await?.proxy;
    let concerned = found.user_id == user.user_id || user.patient_id == Some(found.patient_id);
    if !concerned && keepers(ctx).is_err() {
        return Err(AppError::NotFound);
    }
    let ended = end(&mut tx, ctx, found).await?;
    note(&mut tx, app, ctx, "revoke", &ended).await?;
    Ok(tx.commit().await?)
}

/// Only those who keep the patients of the organisation.
fn keepers(ctx: &Ctx) -> Result<()> {
    match ctx.require(Resource::Patient, Action::Write)? {
        Scope::Own => Err(AppError::Forbidden),
        Scope::Assigned | Scope::Organisation => Ok(()),
    }
}

async fn current(tx: &mut Tx, ctx: &Ctx, id: ProxyId) -> Result<NamedProxy> {
    store::find(tx, ctx.tenant_id(), id)
        .await?
        .filter(|it| it.proxy.revoked_at.is_none())
        .ok_or(AppError::NotFound)
}

fn blank(
    app: &App,
    ctx: &Ctx,
    patient_id: PatientId,
    user_id: kalends_domain::id::UserId,
    relationship: Relationship,
    scope: ProxyScope,
) -> Proxy {
    Proxy {
        id: app.new_id(),
        user_id,
        patient_id,
        relationship,
        scope,
        expires_at: None,
        created_by: ctx.user_id(),
        created_at: ctx.now,
        updated_at: ctx.now,
        revoked_at: None,
        version: 1,
    }
}

async fn insert(tx: &mut Tx, app: &App, ctx: &Ctx, proxy: Proxy) -> Result<NamedProxy> {
    store::insert(tx, ctx.tenant_id(), &proxy)
        .await
        .map_err(|error| match error {
            // Somebody else linked the two at the same moment.
            StoreError::Unique { .. } => AppError::field("email", "taken"),
            other => other.into(),
        })?;
    note(tx, app, ctx, "create", &proxy).await?;
    store::find(tx, ctx.tenant_id(), proxy.id)
        .await?
        .ok_or_else(|| AppError::Internal("a proxy that was just made is not there".into()))
}

async fn end(tx: &mut Tx, ctx: &Ctx, mut proxy: Proxy) -> Result<Proxy> {
    proxy.revoked_at = Some(ctx.now);
    proxy.updated_at = ctx.now;
    proxy.version += 1;
    store::update(tx, ctx.tenant_id(), &proxy).await?;
    Ok(proxy)
}

/// The audit entry, with both: whose record it is about, and who acts. Both are told.
async fn note(tx: &mut Tx, app: &App, ctx: &Ctx, action: &str, proxy: &Proxy) -> Result<()> {
    let mut entry = ctx.audit(action, "proxy", Some(proxy.id.uuid()));
    entry.patient_id = Some(proxy.patient_id);
    entry.detail = json!({
        "user_id": proxy.user_id, "relationship": proxy.relationship, "scope": proxy.scope, "expires_at": proxy.expires_at,
    });
    audit::insert(tx, ctx.tenant_id(), &[entry]).await?;
    let message = NewJob {
        id: app.new_id(),
        kind: "notify".into(),
        payload: json!({
            "notification": format!("proxy-{action}"), "proxy_id": proxy.id, "version": proxy.version,
            "patient_id": proxy.patient_id, "actor_id": ctx.user_id(),
        }),
        run_at: ctx.now,
    };
    Ok(jobs::enqueue(tx, ctx.tenant_id(), ctx.now, &[message]).await?)
}

fn check_expiry(check: &mut Check, ctx: &Ctx, expires_at: Option<Timestamp>) {
    if let Some(end) = expires_at {
        check.whole_minutes("expires_at", end);
        if end <= ctx.now {
            check.fail("expires_at", "past");
        }
    }
}
