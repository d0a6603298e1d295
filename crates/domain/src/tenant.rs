//! An isolated organisation.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::TenantId;
use crate::name::names;
use crate::waitlist::{OFFERED_FOR, OFFERS_AT_ONCE};

names! {
    /// Whether an organisation's doors are open.
    pub enum TenantStatus {
        Active = "active",
        /// Nobody signs in and no session is valid.
        Suspended = "suspended",
    }
}

names! {
    /// What follows for a patient who missed too many appointments.
    #[derive(Default)]
    pub enum NoShowConsequence {
        #[default]
        None = "none",
        /// What they book online is a request.
        Approval = "approval",
        /// They book by telephone.
        PhoneOnly = "phone_only",
    }
}

/// What an organisation decides for itself; absent members take the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How far ahead may be booked where the service does not say; absent: six calendar months.
    pub booking_horizon_days: Option<i32>,
    /// How many weeks ahead openings are made from templates; absent: [`Settings::PUBLISHED_WEEKS`].
    pub published_weeks: Option<i32>,
    /// Whether times that fill gaps are recommended before those that cut free time in two.
    pub fill_gaps: bool,
    /// Whether time off that a provider takes waits for somebody's approval.
    pub time_off_needs_approval: bool,
    /// How many appointments to come one patient may have; absent: without limit.
    pub max_open_per_patient: Option<i32>,
    /// The language of visitors who did not choose one.
    pub language: Option<String>,
    /// ISO 4217, for prices.
    pub currency: Option<String>,
    /// Shown to patients who cannot book online.
    pub phone: Option<String>,
    /// A line about the organisation for its front page.
    pub tagline: Option<String>,
    /// Only the desk adds people whom a patient looks after.
    pub dependants_by_desk: bool,
    /// A request that nobody answered is declined so many hours after it was made; absent: only when its time comes near.
    pub requests_expire_after_hours: Option<i32>,
    /// And so many hours before its time; absent: when that time comes.
    pub requests_expire_before_hours: Option<i32>,
    /// How many are offered a time at once that somebody waits for; absent: [`OFFERS_AT_ONCE`].
    pub waitlist_offers_at_once: Option<i32>,
    /// How long it is kept for them; absent: [`OFFERED_FOR`].
    pub waitlist_offer_minutes: Option<i32>,
    /// How much of what could be offered the desk gives out by telephone, in percent; absent: nothing.
    pub waitlist_desk_share: Option<i32>,
    /// So many appointments of one provider and day may be booked over others; absent: [`Settings::OVERBOOKINGS_PER_DAY`].
    pub overbookings_per_day: Option<i32>,
    /// How far back appointments count that a patient missed; absent: [`Settings::NO_SHOW_WINDOW_DAYS`].
    pub no_show_window_days: Option<i32>,
    /// As many of them have the consequence; absent: [`Settings::NO_SHOW_THRESHOLD`].
    pub no_show_threshold: Option<i32>,
    pub no_show_consequence: NoShowConsequence,
}

impl Settings {
    /// As far as may be booked where nobody says otherwise.
    pub const PUBLISHED_WEEKS: i32 = 27;
    /// Two years.
    pub const MOST_PUBLISHED_WEEKS: i32 = 104;

    pub const OVERBOOKINGS_PER_DAY: i32 = 2;
    pub const MOST_OVERBOOKINGS: i32 = 50;
    /// A year.
    pub const NO_SHOW_WINDOW_DAYS: i32 = 365;
    pub const MOST_NO_SHOW_DAYS: i32 = 1_830;
    pub const NO_SHOW_THRESHOLD: i32 = 3;
    pub const MOST_NO_SHOWS: i32 = 100;
    /// A year, and a month.
    pub const MOST_AFTER_HOURS: i32 = 8_760;
    pub const MOST_BEFORE_HOURS: i32 = 720;

    pub const MOST_OFFERS_AT_ONCE: i32 = 20;
    /// Two days.
    pub const MOST_OFFER_MINUTES: i32 = 2_880;
    /// How many appointments of one provider and day may be booked over others.
    pub fn overbookings_per_day(&self) -> u32 {
        let most = self.overbookings_per_day.unwrap_or(Self::OVERBOOKINGS_PER_DAY);
        u32::try_from(most).unwrap_or_default()
    }

    /// From when on missed appointments count.
    pub fn no_shows_since(&self, now: Timestamp) -> Timestamp {
        let days = self.no_show_window_days.unwrap_or(Self::NO_SHOW_WINDOW_DAYS);
        now.saturating_sub(hours(days.saturating_mul(24)))
            .unwrap_or(Timestamp::MIN)
    }

    /// What follows from so many missed appointments.
    pub fn consequence_of(&self, no_shows: i64) -> NoShowConsequence {
        if no_shows >= i64::from(self.no_show_threshold.unwrap_or(Self::NO_SHOW_THRESHOLD)) {
            self.no_show_consequence
        } else {
            NoShowConsequence::None
        }
    }

    /// When a request is declined that was made, or last changed, at `asked_at` for `starts_at`.
    pub fn request_expires_at(&self, asked_at: Timestamp, starts_at: Timestamp) -> Timestamp {
        let before = hours(self.requests_expire_before_hours.unwrap_or_default());
        let latest = starts_at.saturating_sub(before).unwrap_or(starts_at);
        match self.requests_expire_after_hours {
            Some(after) => asked_at.saturating_add(hours(after)).unwrap_or(latest).min(latest),
            None => latest,
        }
    }

    /// How many are offered a time at once.
    pub fn offers_at_once(&self) -> usize {
        let count = self
            .waitlist_offers_at_once
            .and_then(|count| usize::try_from(count).ok());
        count.unwrap_or(OFFERS_AT_ONCE)
    }

    /// How long it is kept for them.
    pub fn offered_for(&self) -> SignedDuration {
        let minutes = self
            .waitlist_offer_minutes
            .map(|minutes| SignedDuration::from_mins(minutes.into()));
        minutes.unwrap_or(OFFERED_FOR)
    }

    /// The desk's share of the offers, in percent.
    pub fn desk_share(&self) -> u32 {
        self.waitlist_desk_share
            .and_then(|share| u32::try_from(share).ok())
            .unwrap_or_default()
    }

    /// How many weeks ahead openings are made from templates.
    pub fn published_weeks(&self) -> i32 {
        self.published_weeks.unwrap_or(Self::PUBLISHED_WEEKS)
    }
}

fn hours(hours: i32) -> SignedDuration {
    SignedDuration::from_hours(i64::from(hours))
}

/// An organisation as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    /// Its name in addresses: `<slug>.<base domain>`.
    pub slug: String,
    pub name: String,
    pub status: TenantStatus,
    pub settings: Settings,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

/// The tenant of an installation that has only one.
pub const DEFAULT_SLUG: &str = "default";

/// Names that an installation keeps for itself.
const RESERVED: [&str; 8] = [
    "www",
    "api",
    "admin",
    "platform",
    "static",
    "assets",
    "docs",
    "localhost",
];

/// Whether `slug` can stand in a host name: 1 to 63 lower-case letters, digits and inner dashes (RFC 1123), not reserved, and
/// not in the form of an internationalised label.
pub fn is_slug(slug: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let bytes = slug.as_bytes();
    (1..=63).contains(&bytes.len())
        && bytes.iter().all(|&c| plain(c) || c == b'-')
        && bytes.first().copied().is_some_and(plain)
        && bytes.last().copied().is_some_and(plain)
        && bytes.get(2..4) != Some(b"--")
        && !RESERVED.contains(&slug)
}

#[cfg(test)]
mod tests {
    use super::is_slug;

    #[test]
    fn a_slug_is_a_host_label() {
        for slug in ["default", "a", "st-anna", "clinic24", "4you"] {
            assert!(is_slug(slug), "{slug}");
        }
        let long = "x".repeat(64);
        for slug in ["", "-a", "a-", "A", "a.b", "a_b", "ä", "www", "xn--abc", long.as_str()] {
            assert!(!is_slug(slug), "{slug}");
        }
    }
}
