//! The keys that access tokens are signed with: Ed25519, made once by `migrate`, kept in the database.

use std::collections::HashMap;

use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{DecodingKey, EncodingKey};
use kalends_domain::id::HoldId;
use kalends_store::error::StoreError;
use kalends_store::signing_keys::{self as store, SigningKey};
use kalends_store::store::Store;

use crate::clock::random_bytes;

/// Why the program refuses to start.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("there is no signing key: run `kalends migrate` first")]
    Missing,
    #[error("the signing key {0} is not a usable Ed25519 key")]
    Weak(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The keys in use.
pub struct Keys {
    /// The name of the one that signs.
    kid: String,
    signing: EncodingKey,
    verifying: HashMap<String, DecodingKey>,
    successors: hmac::Key,
    holds: hmac::Key,
}

impl Keys {
    /// A fresh key, for a database that has none.
    ///
    /// # Errors
    /// [`KeyError::Weak`] when the cryptographic library refuses it.
    pub fn generate() -> Result<SigningKey, KeyError> {
        let kid = URL_SAFE_NO_PAD.encode(random_bytes::<12>());
        let weak = || KeyError::Weak(kid.clone());
        let pair = Ed25519KeyPair::from_seed_unchecked(&random_bytes::<32>()).map_err(|_| weak())?;
        let private_key = pair.to_pkcs8().map_err(|_| weak())?.as_ref().to_vec();
        Ok(SigningKey { kid, private_key })
    }

    /// Takes stored keys into use, the one that signs first.
    ///
    /// # Errors
    /// [`KeyError::Missing`] when there is none, [`KeyError::Weak`] when one cannot be used.
    pub fn new(stored: &[SigningKey]) -> Result<Self, KeyError> {
        let first = stored.first().ok_or(KeyError::Missing)?;
        let mut verifying = HashMap::new();
        for SigningKey { kid, private_key } in stored {
            let weak = || KeyError::Weak(kid.clone());
            let pair = Ed25519KeyPair::from_pkcs8(private_key).map_err(|_| weak())?;
            // A seed that is one repeated byte was typed by somebody, not drawn.
            let seed = pair.seed().and_then(|seed| seed.as_be_bytes()).map_err(|_| weak())?;
            if seed.as_ref().windows(2).all(|pair| pair[0] == pair[1]) {
                return Err(weak());
            }
            verifying.insert(kid.clone(), DecodingKey::from_ed_der(pair.public_key().as_ref()));
        }
        // Secrets of their own, derived from the key, so that there is one thing to keep.
        let master = hmac::Key::new(hmac::HMAC_SHA256, &first.private_key);
        let derived = |purpose: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&master, purpose).as_ref());
        Ok(Self {
            kid: first.kid.clone(),
            signing: EncodingKey::from_ed_der(&first.private_key),
            verifying,
            successors: derived(b"kalends: successors of refresh tokens"),
            holds: derived(b"kalends: secrets of holds"),
        })
    }

    /// The key that signs, by its name.
    pub(crate) fn signing(&self) -> (&str, &EncodingKey) {
        (&self.kid, &self.signing)
    }

    /// The key that a token names, if it is one of ours.
    pub(crate) fn verifying(&self, kid: &str) -> Option<&DecodingKey> {
        self.verifying.get(kid)
    }

    /// What follows a refresh token: the same for every node, and unknown to whoever has only the token.
    pub(crate) fn successor(&self, token: &str) -> hmac::Tag {
        hmac::sign(&self.successors, token.as_bytes())
    }

    /// The secret of a hold: the same for every node, and unknown to whoever knows its id.
    pub(crate) fn hold_secret(&self, id: HoldId) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.holds, id.uuid().as_bytes()))
    }
}

/// Makes the first key, if there is none. Needs the owner's connection: `migrate` calls it.
///
/// # Errors
/// What the database refused.
pub async fn ensure(owner: &Store, now: Timestamp) -> Result<(), KeyError> {
    let mut tx = owner.begin_untenanted().await?;
    if store::list(&mut tx).await?.is_empty() {
        store::insert(&mut tx, &Keys::generate()?, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Reads the keys, for `serve`, which does not start without.
///
/// # Errors
/// [`KeyError::Missing`], [`KeyError::Weak`], or what the database refused.
pub async fn load(server: &Store) -> Result<Keys, KeyError> {
    let mut tx = server.read_untenanted().await?;
    Keys::new(&store::list(&mut tx).await?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_generated_key_is_usable() {
        assert!(Keys::new(&[Keys::generate().unwrap()]).is_ok());
    }

    #[test]
    fn no_key_and_weak_keys_are_refused() {
        assert!(matches!(Keys::new(&[]), Err(KeyError::Missing)));
        let zeros = Ed25519KeyPair::from_seed_unchecked(&[0; 32]).unwrap();
        let typed = zeros.to_pkcs8().unwrap().as_ref().to_vec();
        for private_key in [Vec::new(), b"secret".to_vec(), vec![7; 16], typed] {
            let stored = SigningKey {
                kid: "k".into(),
                private_key,
            };
            assert!(matches!(Keys::new(&[stored]), Err(KeyError::Weak(_))));
        }
    }
}
