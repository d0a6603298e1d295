//! A signed-in device: how long it lasts, and what ends it.

use jiff::{SignedDuration, Timestamp};

use crate::id::{DepartmentId, LocationId, MembershipId, SessionId, UserId};
use crate::proxy::ActsFor;
use crate::tenant::{Tenant, TenantStatus};
use crate::user::{Membership, User};

/// How long an access token is good for; it is renewed with a refresh token.
pub const ACCESS_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// A session ends so long after the sign-in, however busy it is.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A session that was not renewed for so long has ended.
pub const SESSION_IDLE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Parallel requests of one browser may renew with the same token: within this time the second is given what the first got.
pub const REPLAY_GRACE: SignedDuration = SignedDuration::from_secs(10);

/// A signed-in device of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub membership_id: MembershipId,
    /// A hash of what the client shows of itself, to tell one browser from another.
    pub client_hash: Vec<u8>,
    pub created_at: Timestamp,
    /// When it was last renewed.
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// A session with everything that decides whether it is still good, as of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub tenant: Tenant,
    pub session: Session,
    pub user: User,
    pub membership: Membership,
    /// The sites and departments that the membership is limited to; none means all.
    pub locations: Vec<LocationId>,
    pub departments: Vec<DepartmentId>,
    /// The patients whom the user may act for beside themselves: as a patient, not as staff. Some may have expired.
    pub acts_for: Vec<ActsFor>,
}

impl Standing {
    /// Whether the session is good at `now`: neither it, the user, the membership nor the tenant has ended.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.tenant.status == TenantStatus::Active
            && self.session.revoked_at.is_none()
            && now < self.session.expires_at
            && self.user.archived_at.is_none()
            && self.membership.revoked_at.is_none()
    }
}

/// A refresh token as it is stored: never the token, only its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    pub token_hash: Vec<u8>,
    pub session_id: SessionId,
    /// 0 for the one from the sign-in; each renewal counts on.
    pub generation: i32,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    /// When it was exchanged for its successor.
    pub spent_at: Option<Timestamp>,
}
