//! Signing in, staying signed in and signing out.
//!
//! An access token says whose session it is; whether that session is good is read from the database with every request, so
//! that what ends it (a sign-out, a removed role, a suspended tenant) ends it at once. See docs/decisions/0003-tokens.md.

pub mod refresh;

use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::digest;
use kalends_domain::id::{MembershipId, TenantId};
use kalends_domain::session::{ACCESS_LIFETIME, RefreshToken, SESSION_IDLE, SESSION_LIFETIME, Session, Standing};
use kalends_domain::tenant::{Tenant, TenantStatus};
use kalends_domain::user::{EmailKey, Membership};
use kalends_store::tx::Tx;
use kalends_store::{audit, memberships, refresh_tokens, sessions as store, users};
use uuid::Uuid;

use crate::app::App;
use crate::ctx::{Actor, Ctx, SignedIn};
use crate::error::{AppError, Result};
use crate::passwords::Verdict;
use crate::tokens::{self, Access, Refresh};

pub use refresh::{refresh, sign_out_with};

/// Where a request comes from, before anybody knows who sent it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The tenant that the host name names; a token of another one is refused.
    pub tenant: Option<TenantId>,
    pub client: Client,
    /// The connection's address.
    pub address: Option<IpAddr>,
    pub request_id: Option<Uuid>,
}

/// What tells one browser from another: a hash of how it describes itself and of the network that it is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client(Vec<u8>);

impl Client {
    /// A client by its `User-Agent` and its address. An IPv6 client moves within its /64.
    pub fn new(user_agent: &str, address: Option<IpAddr>) -> Self {
        let network = match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => address.octets().to_vec(),
            Some(IpAddr::V6(address)) => address.octets()[..8].to_vec(),
            None => Vec::new(),
        };
        let described = [&network[..], &[0], user_agent.as_bytes()].concat();
        Self(digest::digest(&digest::SHA256, &described).as_ref().to_vec())
    }

    /// The hash.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What a client is given when it signs in or renews its session.
#[derive(Clone)]
pub struct Grant {
    pub access_token: String,
    pub refresh_token: String,
    /// How long the access token is good for, in seconds.
    pub expires_in_seconds: i64,
    /// How long the refresh token is good for, in seconds.
    pub refresh_expires_in_seconds: i64,
    pub tenant: Arc<Tenant>,
    pub user: Arc<SignedIn>,
    /// What the person is in this organisation, this session's membership among them.
    pub memberships: Vec<Membership>,
}

/// Who sends this access token, and whether they still may. One transaction, one statement.
///
/// # Errors
/// [`AppError::Unauthenticated`] when the token is not ours or has expired, its session, user, membership or tenant has
/// ended, or it is of another tenant than the host name's.
pub async fn authenticate(app: &App, origin: &Origin, token: &str) -> Result<Ctx> {
    let now = app.now();
    let access = tokens::decode(&app.keys, token, now)?;
    if origin.tenant.is_some_and(|tenant| tenant != access.tenant) {
        return Err(AppError::Unauthenticated);
    }
    let mut tx = app.store.read(access.tenant).await?;
    let standing = store::find_standing(&mut tx, access.tenant, access.session)
        .await?
        .filter(|standing| standing.is_good(now) && standing.user.id == access.user)
        .ok_or(AppError::Unauthenticated)?;
    Ok(Ctx {
        tenant: Arc::new(standing.tenant.clone()),
        actor: Actor::User(Arc::new(signed_in(standing, now))),
        now,
        request_id: origin.request_id,
        address: origin.address,
    })
}

/// Signs somebody in with an address and a password.
///
/// # Errors
/// [`AppError::InvalidCredentials`], one for every cause: an unknown address, a wrong password, an account without password,
/// archived or without a role, a suspended tenant. [`AppError::RateLimited`] when too many sign in at once.
pub async fn sign_in(app: &App, ctx: &Ctx, client: &Client, email: &str, password: &str) -> Result<Grant> {
    let tenant = ctx.tenant_id();
    let key = EmailKey::of(email);
    let mut tx = app.store.read(tenant).await?;
    // PostgreSQL has no text with NUL in it, so nobody is called that.
    let found = if key.as_str().contains('\0') {
        None
    } else {
        users::find_by_email(&mut tx, tenant, &key).await?
    };
    // No connection is held while the password is hashed.
    drop(tx);
    let known = found.as_ref().map(|account| account.user.id);
    let account = found.filter(|account| {
        let may_sign_in = account.user.archived_at.is_none() && account.user.role.is_some();
        may_sign_in && ctx.tenant.status == TenantStatus::Active
    });
    let stored = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let verdict = app.passwords.verify(password, stored).await?;

    let mut tx = app.store.begin(tenant).await?;
    let Some((account, Verdict::Right { rehashed })) = account.map(|account| (account, verdict)) else {
        let mut entry = ctx.audit("sign_in", "user", known.map(|id| id.uuid()));
        entry.outcome = kalends_domain::audit::Outcome::Refused;
        audit::insert(&mut tx, tenant, &[entry]).await?;
        tx.commit().await?;
        return Err(AppError::InvalidCredentials);
    };
    // Between the comparison and now the password may have been changed or the account archived.
    let current = users::lock(&mut tx, tenant, account.user.id)
        .await?
        .filter(|current| current.password_hash == account.password_hash && current.user.archived_at.is_none())
        .ok_or(AppError::InvalidCredentials)?;
    if let Some(hash) = rehashed {
        users::set_password(&mut tx, tenant, current.user.id, &hash).await?;
    }
    let memberships = memberships::list(&mut tx, tenant, current.user.id).await?;
    let membership = memberships
        .iter()
        .find(|it| it.revoked_at.is_none() && Some(it.role) == current.user.role)
        .ok_or(AppError::InvalidCredentials)?;
    let grant = start(app, ctx, &mut tx, client, membership).await?;
    tx.commit().await?;
    Ok(grant)
}

/// Starts a session of a membership, in the transaction of what led to it.
///
/// # Errors
/// What the database refused.
pub async fn start(app: &App, ctx: &Ctx, tx: &mut Tx, client: &Client, membership: &Membership) -> Result<Grant> {
    let tenant = ctx.tenant_id();
    let session = Session {
        id: app.new_id(),
        user_id: membership.user_id,
        membership_id: membership.id,
        client_hash: client.as_bytes().to_vec(),
        created_at: ctx.now,
        last_seen_at: ctx.now,
        expires_at: ctx.now + SESSION_LIFETIME,
        revoked_at: None,
    };
    store::insert(tx, tenant, &session).await?;
    let token = Refresh::first(tenant);
    let stored = RefreshToken {
        token_hash: token.hash(),
        session_id: session.id,
        generation: 0,
        issued_at: ctx.now,
        expires_at: ctx.now + SESSION_IDLE,
        spent_at: None,
    };
    refresh_tokens::insert(tx, tenant, &stored).await?;
    let standing = store::find_standing(tx, tenant, session.id)
        .await?
        .ok_or_else(|| AppError::Internal("a session that was just made is not there".into()))?;
    let mut entry = ctx.audit("sign_in", "session", Some(session.id.uuid()));
    entry.actor_kind = kalends_domain::audit::ActorKind::User;
    entry.actor_id = Some(membership.user_id);
    entry.role = Some(membership.role);
    audit::insert(tx, tenant, &[entry]).await?;
    grant(app, tx, standing, token, &stored, ctx.now).await
}

/// Ends the caller's own session.
///
/// # Errors
/// [`AppError::Unauthenticated`] when nobody is signed in.
pub async fn sign_out(app: &App, ctx: &Ctx) -> Result<()> {
    let user = ctx.signed_in()?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    if store::revoke(&mut tx, ctx.tenant_id(), user.session_id, ctx.now).await? {
        let entry = ctx.audit("sign_out", "session", Some(user.session_id.uuid()));
        audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends every session of the caller, this one too, and counts them.
///
/// # Errors
/// [`AppError::Unauthenticated`] when nobody is signed in.
pub async fn sign_out_everywhere(app: &App, ctx: &Ctx) -> Result<u64> {
    let user = ctx.signed_in()?.user_id;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let ended = store::revoke_all(&mut tx, ctx.tenant_id(), user, None, ctx.now).await?;
    let entry = ctx.audit("sign_out_everywhere", "user", Some(user.uuid()));
    audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(ended)
}

/// What the caller is in this organisation.
///
/// # Errors
/// [`AppError::Unauthenticated`] when nobody is signed in.
pub async fn memberships(app: &App, ctx: &Ctx) -> Result<Vec<Membership>> {
    let user = ctx.signed_in()?.user_id;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    Ok(current(memberships::list(&mut tx, ctx.tenant_id(), user).await?))
}

/// Deletes a tenant's sessions that have run out, for the sweep, and counts them.
///
/// # Errors
/// What the database refused.
pub async fn delete_ended(app: &App, tenant: TenantId) -> Result<u64> {
    let mut tx = app.store.begin(tenant).await?;
    let deleted = store::delete_ended(&mut tx, tenant, app.now()).await?;
    tx.commit().await?;
    Ok(deleted)
}

/// The tokens for a session, with who it is.
async fn grant(
    app: &App,
    tx: &mut Tx,
    standing: Standing,
    refresh: Refresh,
    stored: &RefreshToken,
    now: jiff::Timestamp,
) -> Result<Grant> {
    let tenant = standing.tenant.clone();
    let memberships = current(memberships::list(tx, tenant.id, standing.user.id).await?);
    let access = Access {
        tenant: tenant.id,
        user: standing.user.id,
        session: standing.session.id,
    };
    Ok(Grant {
        access_token: tokens::encode(&app.keys, access, now)?,
        refresh_token: refresh.into_text(),
        expires_in_seconds: ACCESS_LIFETIME.as_secs(),
        refresh_expires_in_seconds: stored.expires_at.duration_since(now).as_secs(),
        tenant: Arc::new(tenant),
        user: Arc::new(signed_in(standing, now)),
        memberships,
    })
}

fn current(memberships: Vec<Membership>) -> Vec<Membership> {
    memberships.into_iter().filter(|it| it.revoked_at.is_none()).collect()
}

fn signed_in(standing: Standing, now: jiff::Timestamp) -> SignedIn {
    let membership_id: MembershipId = standing.membership.id;
    SignedIn {
        user_id: standing.user.id,
        session_id: standing.session.id,
        membership_id,
        role: standing.membership.role,
        email: standing.user.email,
        given_name: standing.user.given_name,
        family_name: standing.user.family_name,
        language: standing.user.language,
        provider_id: standing.membership.provider_id,
        patient_id: standing.membership.patient_id,
        locations: standing.locations,
        departments: standing.departments,
        acts_for: standing.acts_for.into_iter().filter(|it| it.is_good(now)).collect(),
    }
}
