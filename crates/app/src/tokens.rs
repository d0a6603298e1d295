//! Access tokens (JWT, RFC 7519, signed with EdDSA) and refresh tokens (random, single use).

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header, Validation};
use kalends_domain::id::{SessionId, TenantId, UserId};
use kalends_domain::session::ACCESS_LIFETIME;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::{self, random_bytes};
use crate::error::{AppError, Result};
use crate::signing_keys::Keys;

const ISSUER: &str = "kalends";
const AUDIENCE: &str = "kalends-api";
const TYPE: &str = "access";
/// Longer than any token of ours.
const MAX_LENGTH: usize = 2_048;
/// How far the clocks of two nodes may be apart, in seconds.
const SKEW: i64 = 5;

/// What an access token says. Every member must be there, once, and no other.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    tid: TenantId,
    sid: SessionId,
    jti: Uuid,
    typ: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// The header of our tokens: a key set, a key's address or a critical extension in it is somebody else's idea.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    typ: String,
    kid: String,
}

/// Whose session a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    pub tenant: TenantId,
    pub user: UserId,
    pub session: SessionId,
}

/// Signs an access token for ten minutes.
///
/// # Errors
/// [`AppError::Internal`] when the key cannot sign.
pub fn encode(keys: &Keys, access: Access, now: Timestamp) -> Result<String> {
    let iat = now.as_second();
    let claims = Claims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: access.user,
        tid: access.tenant,
        sid: access.session,
        jti: clock::new_id(now),
        typ: TYPE.into(),
        iat,
        nbf: iat,
        exp: iat + ACCESS_LIFETIME.as_secs(),
    };
    let (kid, key) = keys.signing();
    let header = Header {
        kid: Some(kid.to_owned()),
        ..Header::new(Algorithm::EdDSA)
    };
    jsonwebtoken::encode(&header, &claims, key).map_err(|error| AppError::Internal(format!("signing a token: {error}")))
}

/// Reads an access token that is ours and good at `now`. Whether its session is still good is the database's to say.
///
/// # Errors
/// [`AppError::Unauthenticated`], whatever is wrong with it.
pub fn decode(keys: &Keys, token: &str, now: Timestamp) -> Result<Access> {
    read(keys, token, now).ok_or(AppError::Unauthenticated)
}

fn read(keys: &Keys, token: &str, now: Timestamp) -> Option<Access> {
    if token.len() > MAX_LENGTH {
        return None;
    }
    let (header, _) = token.split_once('.')?;
    let header: StrictHeader = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if header.alg != "EdDSA" || header.typ != "JWT" {
        return None;
    }
    let key = keys.verifying(&header.kid)?;

    // The times are compared below, with the time that is handed in.
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims::<&str>(&[]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    let claims: Claims = jsonwebtoken::decode(token, key, &validation).ok()?.claims;

    let now = now.as_second();
    let in_time = claims.nbf <= now + SKEW
        && claims.iat <= now + SKEW
        && now < claims.exp
        && claims.exp - claims.iat <= ACCESS_LIFETIME.as_secs();
    (claims.typ == TYPE && in_time).then_some(Access {
        tenant: claims.tid,
        user: claims.sub,
        session: claims.sid,
    })
}

/// A refresh token: `kr_` and 48 bytes in base64, of which the first 16 are the tenant, so that it can be looked up under
/// row-level security. Compared by hash only.
pub struct Refresh(String);

const REFRESH_PREFIX: &str = "kr_";

impl Refresh {
    /// The first one of a session.
    pub fn first(tenant: TenantId) -> Self {
        Self::of(tenant, &random_bytes::<32>())
    }

    /// The one that this one is exchanged for. It is derived, so that the same one can be given out again without being kept.
    pub fn successor(&self, keys: &Keys, tenant: TenantId) -> Self {
        Self::of(tenant, keys.successor(&self.0).as_ref())
    }

    fn of(tenant: TenantId, secret: &[u8]) -> Self {
        let bytes = [tenant.uuid().as_bytes().as_slice(), secret].concat();
        Self(format!("{REFRESH_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A token as a client sent it, with the tenant that it names.
    pub fn parse(text: &str) -> Option<(Self, TenantId)> {
        let bytes: [u8; 48] = URL_SAFE_NO_PAD
            .decode(text.strip_prefix(REFRESH_PREFIX)?)
            .ok()?
            .try_into()
            .ok()?;
        let tenant = Uuid::from_slice(bytes.get(..16)?).ok()?;
        Some((Self(text.to_owned()), tenant.into()))
    }

    /// What is stored of it.
    pub fn hash(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.0.as_bytes()).as_ref().to_vec()
    }

    /// The token itself, for its client.
    pub fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests;
