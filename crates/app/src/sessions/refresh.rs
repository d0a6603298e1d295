//! Renewing a session, and ending it, with a refresh token. A token is good once; one that comes back ends the session, since
//! either the client or somebody else holds a copy.

use std::sync::Arc;

use kalends_domain::audit::Outcome;
use kalends_domain::id::TenantId;
use kalends_domain::session::{REPLAY_GRACE, RefreshToken, SESSION_IDLE, Standing};
use kalends_store::tx::Tx;
use kalends_store::{audit, refresh_tokens as store, sessions};

use crate::app::App;
use crate::ctx::{Actor, Ctx};
use crate::error::{AppError, Result};
use crate::sessions::{Grant, Origin, grant, signed_in};
use crate::tokens::Refresh;

/// Exchanges a refresh token for new tokens.
///
/// # Errors
/// [`AppError::Unauthenticated`] when the token is unknown, expired or of another tenant than the host name's, the session
/// has ended, or the token was spent before; then the session ends too, unless the same client repeats itself within ten
/// seconds and its successor is unused: that successor is given again.
pub async fn refresh(app: &App, origin: &Origin, token: &str) -> Result<Grant> {
    let (token, tenant) = known(app, origin, token).await?.ok_or(AppError::Unauthenticated)?;
    let now = app.now();
    let mut tx = app.store.begin(tenant).await?;
    // Taken first: of several requests with one token, the others wait here and then see what this one did.
    let first = store::spend(&mut tx, tenant, &token.hash(), now).await?;
    let (stored, standing) = find(&mut tx, tenant, &token).await?.ok_or(AppError::Unauthenticated)?;
    if !standing.is_good(now) || now >= stored.expires_at {
        return Err(AppError::Unauthenticated);
    }
    let successor = token.successor(&app.keys, tenant);
    if first {
        let next = RefreshToken {
            token_hash: successor.hash(),
            session_id: stored.session_id,
            generation: stored.generation + 1,
            issued_at: now,
            expires_at: (now + SESSION_IDLE).min(standing.session.expires_at),
            spent_at: None,
        };
        store::insert(&mut tx, tenant, &next).await?;
        sessions::renew(&mut tx, tenant, stored.session_id, origin.client.as_bytes(), now).await?;
        let grant = grant(app, &mut tx, standing, successor, &next, now).await?;
        tx.commit().await?;
        return Ok(grant);
    }
    let given = store::find(&mut tx, tenant, &successor.hash()).await?;
    let repeats = standing.session.client_hash == origin.client.as_bytes()
        && stored
            .spent_at
            .is_some_and(|spent| now.duration_since(spent) <= REPLAY_GRACE);
    match given.filter(|given| repeats && given.spent_at.is_none()) {
        Some(next) => grant(app, &mut tx, standing, successor, &next, now).await,
        None => {
            let ctx = ctx(origin, &standing, now);
            sessions::revoke(&mut tx, tenant, stored.session_id, now).await?;
            let mut entry = ctx.audit("refresh", "session", Some(stored.session_id.uuid()));
            entry.outcome = Outcome::Refused;
            entry.detail = serde_json::json!({ "reason": "a spent token came back; the session ended" });
            audit::insert(&mut tx, tenant, &[entry]).await?;
            tx.commit().await?;
            Err(AppError::Unauthenticated)
        }
    }
}

/// Ends the session of a refresh token, spent or not. An unknown token ends nothing and is no error.
///
/// # Errors
/// What the database refused.
pub async fn sign_out_with(app: &App, origin: &Origin, token: &str) -> Result<()> {
    let Some((token, tenant)) = known(app, origin, token).await? else {
        return Ok(());
    };
    let now = app.now();
    let mut tx = app.store.begin(tenant).await?;
    if let Some((stored, standing)) = find(&mut tx, tenant, &token).await?
        && sessions::revoke(&mut tx, tenant, stored.session_id, now).await?
    {
        let entry = ctx(origin, &standing, now).audit("sign_out", "session", Some(stored.session_id.uuid()));
        audit::insert(&mut tx, tenant, &[entry]).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A token that was given out by this tenant. Looked up before anything is locked: whoever makes tokens up costs a read.
async fn known(app: &App, origin: &Origin, token: &str) -> Result<Option<(Refresh, TenantId)>> {
    let parsed = Refresh::parse(token).filter(|(_, tenant)| origin.tenant.is_none_or(|named| named == *tenant));
    let Some((token, tenant)) = parsed else { return Ok(None) };
    let mut tx = app.store.read(tenant).await?;
    let stored = store::find(&mut tx, tenant, &token.hash()).await?;
    Ok(stored.map(|_| (token, tenant)))
}

async fn find(tx: &mut Tx, tenant: TenantId, token: &Refresh) -> Result<Option<(RefreshToken, Standing)>> {
    let Some(stored) = store::find(tx, tenant, &token.hash()).await? else {
        return Ok(None);
    };
    let standing = sessions::find_standing(tx, tenant, stored.session_id).await?;
    Ok(standing.map(|standing| (stored, standing)))
}

/// The circumstances as the session shows them.
fn ctx(origin: &Origin, standing: &Standing, now: jiff::Timestamp) -> Ctx {
    Ctx {
        tenant: Arc::new(standing.tenant.clone()),
        actor: Actor::User(Arc::new(signed_in(standing.clone(), now))),
        now,
        request_id: origin.request_id,
        address: origin.address,
    }
}
