//! Somebody who signs in, and what they are in their organisation.

use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;

use crate::id::{MembershipId, PatientId, ProviderId, UserId};
use crate::permission::Role;

/// A user as they are stored, without their password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    /// The address as it was written.
    pub email: String,
    pub given_name: String,
    pub family_name: String,
    /// The language they read, as a BCP 47 tag.
    pub language: Option<String>,
    /// The widest role that they hold; absent when every membership was taken away.
    pub role: Option<Role>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub version: i64,
}

/// What a user is in the organisation. One user may be both a patient and staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub id: MembershipId,
    pub user_id: UserId,
    pub role: Role,
    /// The provider that this person is.
    pub provider_id: Option<ProviderId>,
    /// The patient that this person is.
    pub patient_id: Option<PatientId>,
    pub created_at: Timestamp,
    /// When it was taken away.
    pub revoked_at: Option<Timestamp>,
}

/// An e-mail address as it is compared: trimmed, in Unicode's composed form, lower case. Two addresses with one key are one
/// account. Look-alikes and `+tags` stay different: mail servers treat them so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailKey(String);

impl EmailKey {
    /// The key of an address.
    pub fn of(address: &str) -> Self {
        let composed: String = address.trim().nfc().collect();
        // Lower case may decompose (U+0130), so it is composed once more.
        Self(composed.to_lowercase().nfc().collect())
    }

    /// The key as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::EmailKey;

    #[test]
    fn one_mailbox_has_one_key() {
        assert_eq!(EmailKey::of(" Ana@Example.ORG "), EmailKey::of("ana@example.org"));
        assert_eq!(EmailKey::of("jose\u{301}@x.org"), EmailKey::of("JOS\u{c9}@x.org"));
        assert_ne!(EmailKey::of("ana+clinic@example.org"), EmailKey::of("ana@example.org"));
        // A Cyrillic а is another letter.
        assert_ne!(EmailKey::of("\u{430}na@example.org"), EmailKey::of("ana@example.org"));
    }

    proptest::proptest! {
        #[test]
        fn a_key_is_its_own_key(address in ".{0,40}") {
            let key = EmailKey::of(&address);
            proptest::prop_assert_eq!(EmailKey::of(key.as_str()), key);
        }
    }
}
