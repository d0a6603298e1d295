#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::*;

struct Forge {
    keys: Keys,
    kid: String,
    private_key: Vec<u8>,
    now: Timestamp,
}

impl Forge {
    fn new() -> Self {
        let stored = Keys::generate().unwrap();
        Self {
            keys: Keys::new(std::slice::from_ref(&stored)).unwrap(),
            kid: stored.kid,
            private_key: stored.private_key,
            now: "2027-01-04T09:00:00Z".parse().unwrap(),
        }
    }

    fn access(&self) -> Access {
        Access {
            tenant: clock::new_id(self.now),
            user: clock::new_id(self.now),
            session: clock::new_id(self.now),
        }
    }

    fn token(&self) -> String {
        encode(&self.keys, self.access(), self.now).unwrap()
    }

    fn accepts(&self, token: &str) -> bool {
        decode(&self.keys, token, self.now).is_ok()
    }

    fn header(&self) -> Value {
        json!({"alg": "EdDSA", "typ": "JWT", "kid": self.kid})
    }

    fn claims(&self) -> Value {
        let token = self.token();
        let payload = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    }

    /// Signed with the real key, whatever it says.
    fn sign(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let pair = aws_lc_rs::signature::Ed25519KeyPair::from_pkcs8(&self.private_key).unwrap();
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    fn with_header(&self, name: &str, value: Value) -> String {
        let mut header = self.header();
        header[name] = value;
        self.sign(&header.to_string(), &self.claims().to_string())
    }

    fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[name] = value;
        self.sign(&self.header().to_string(), &claims.to_string())
    }
}

#[test]
fn a_token_says_whose_session_it_is_for_ten_minutes() {
    let forge = Forge::new();
    let access = forge.access();
    let token = encode(&forge.keys, access, forge.now).unwrap();
    let at = |seconds| decode(&forge.keys, &token, forge.now + SignedDuration::from_secs(seconds)).ok();
    assert_eq!(at(0), Some(access));
    assert_eq!(at(599), Some(access));
    assert_eq!(at(600), None);
    // Another node's clock may be a little behind, not more.
    assert_eq!(at(-5), Some(access));
    assert_eq!(at(-6), None);
    assert!(forge.accepts(&forge.sign(&forge.header().to_string(), &forge.claims().to_string())));
}

#[test]
fn only_our_algorithm_and_our_key_count() {
    let forge = Forge::new();
    for alg in [
        "none", "NoNe", "NONE", "", "HS256", "ES256", "eddsa", "EdDSA ", "Ed25519",
    ] {
        assert!(!forge.accepts(&forge.with_header("alg", json!(alg))), "{alg}");
    }
    // Unsigned, and signed with the public key as if it were a shared secret.
    let unsigned = forge.with_header("alg", json!("none"));
    let (message, _) = unsigned.rsplit_once('.').unwrap();
    assert!(!forge.accepts(&format!("{message}.")));
    assert!(!forge.accepts(message));
    let public = forge.keys.verifying(&forge.kid).unwrap().try_get_as_bytes().unwrap();
    let header = Header {
        kid: Some(forge.kid.clone()),
        ..Header::new(Algorithm::HS256)
    };
    let key = jsonwebtoken::EncodingKey::from_secret(public);
    assert!(!forge.accepts(&jsonwebtoken::encode(&header, &forge.claims(), &key).unwrap()));
    // Another installation's key under our key's name.
    let mut other = Forge::new();
    other.kid = forge.kid.clone();
    assert!(!forge.accepts(&other.sign(&forge.header().to_string(), &forge.claims().to_string())));
}

#[test]
fn a_header_brings_no_key_and_no_extension() {
    let forge = Forge::new();
    for (name, value) in [
        ("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"})),
        ("jku", json!("https://example.org/keys")),
        ("x5u", json!("https://example.org/cert")),
        ("x5c", json!(["AAAA"])),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("typ", json!("at+jwt")),
        ("kid", json!("../../dev/null")),
        ("kid", json!("' OR '1'='1")),
        ("kid", json!("")),
        ("kid", Value::Null),
    ] {
        assert!(
            !forge.accepts(&forge.with_header(name, value.clone())),
            "{name}: {value}"
        );
    }
}

#[test]
fn every_claim_is_checked() {
    let forge = Forge::new();
    let now = forge.now.as_second();
    for (name, value) in [
        ("iss", json!("other")),
        ("aud", json!("other")),
        ("aud", json!(["kalends-api", "other"])),
        ("typ", json!("refresh")),
        ("sub", json!("someone")),
        ("sid", json!(7)),
        ("exp", json!(now)),
        ("exp", json!(now + 601)),
        ("exp", json!(1e300)),
        ("exp", Value::Null),
        ("nbf", json!(now + 60)),
        ("iat", json!(now + 60)),
        ("admin", json!(true)),
    ] {
        assert!(
            !forge.accepts(&forge.with_claim(name, value.clone())),
            "{name}: {value}"
        );
    }
    let claims = forge.claims();
    for name in claims.as_object().unwrap().keys() {
        let mut fewer = claims.clone();
        fewer.as_object_mut().unwrap().remove(name);
        assert!(
            !forge.accepts(&forge.sign(&forge.header().to_string(), &fewer.to_string())),
            "without {name}"
        );
    }
    let twice = claims
        .to_string()
        .replacen('{', &format!("{{\"sub\":{},", claims["sub"]), 1);
    assert!(
        !forge.accepts(&forge.sign(&forge.header().to_string(), &twice)),
        "a claim twice"
    );
}

#[test]
fn a_token_has_one_spelling() {
    let forge = Forge::new();
    let token = forge.token();
    assert!(forge.accepts(&token));
    let (message, signature) = token.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let last = signature.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // 64 bytes leave four unused bits in the last character: sixteen spellings of one signature.
    for other in alphabet.chars().filter(|c| *c != last) {
        assert!(!forge.accepts(&format!("{message}.{}{other}", &signature[..signature.len() - 1])));
    }
    for signature in [
        URL_SAFE.encode(&bytes),
        STANDARD.encode(&bytes),
        format!("{signature}A"),
        signature[..40].to_owned(),
        String::new(),
    ] {
        assert!(!forge.accepts(&format!("{message}.{signature}")), "{signature}");
    }
    for token in [
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}."),
        format!("{token}.{token}"),
    ] {
        assert!(!forge.accepts(&token));
    }
    assert!(!forge.accepts(&"A".repeat(1_000_000)));
}

#[test]
fn a_refresh_token_names_its_tenant_and_derives_its_successor() {
    let forge = Forge::new();
    let tenant = clock::new_id(forge.now);
    let first = Refresh::first(tenant);
    assert_ne!(first.hash(), Refresh::first(tenant).hash());
    let next = first.successor(&forge.keys, tenant);
    assert_eq!(next.hash(), first.successor(&forge.keys, tenant).hash());
    assert_ne!(next.hash(), first.successor(&Forge::new().keys, tenant).hash());
    let text = next.into_text();
    let (parsed, named) = Refresh::parse(&text).unwrap();
    assert_eq!(
        (parsed.hash(), named),
        (first.successor(&forge.keys, tenant).hash(), tenant)
    );
    assert!(!forge.accepts(&text), "a refresh token as an access token");
    assert!(
        Refresh::parse(&forge.token()).is_none(),
        "an access token as a refresh token"
    );
    for text in [
        "",
        "kr_",
        "kr_AAAA",
        &format!("{text}A"),
        &text[..60],
        &text.replace("kr_", ""),
    ] {
        assert!(Refresh::parse(text).is_none(), "{text}");
    }
}
