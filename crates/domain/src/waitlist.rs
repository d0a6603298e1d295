//! The waitlist: who waits for which times of a service, and what they were offered.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::id::{HoldId, LocationId, PatientId, ProviderId, ServiceId, UserId, WaitlistEntryId, WaitlistOfferId};
use crate::name::names;
use crate::texts::Texts;
use crate::time::{LocalTime, Span, Weekday, Zone};

/// How many are offered one time at once, where the organisation does not say.
pub const OFFERS_AT_ONCE: usize = 3;
/// How long an offered time is kept, where the organisation does not say.
pub const OFFERED_FOR: SignedDuration = SignedDuration::from_hours(2);
/// As long as somebody waits without a word from anybody before the worklist says so.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(14 * 24);
/// As near as the last day that suits may come before the worklist says so.
const ENDS_SOON: i32 = 3;

names! {
    /// What became of somebody's waiting.
    pub enum EntryState {
        Waiting = "waiting",
        /// They have the service, however they came by it.
        Booked = "booked",
        /// They, or staff for them, gave it up.
        Left = "left",
        /// The last day that suited them is over.
        Ended = "ended",
    }
}

names! {
    /// What became of an offer.
    pub enum OfferState {
        /// The time is kept for those who have it.
        Open = "open",
        Declined = "declined",
        /// Nobody took it in time.
        Expired = "expired",
        /// Somebody took it: perhaps the one who asks.
        Taken = "taken",
    }
}

names! {
    /// Why somebody on the waitlist should hear from a person.
    pub enum Attention {
        /// The last day that suits is near.
        EndsSoon = "ends-soon",
        /// Nobody was in touch with them for two weeks.
        Forgotten = "forgotten",
    }
}

/// Somebody's wish for a time that is not free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitlistEntry {
    pub id: WaitlistEntryId,
    pub patient_id: PatientId,
    pub service_id: ServiceId,
    /// With one of these; none: with anyone who gives it.
    pub provider_ids: Vec<ProviderId>,
    /// Absent: at any.
    pub location_id: Option<LocationId>,
    /// On one of these; none: on any.
    pub weekdays: Vec<Weekday>,
    /// The hours in which all of the appointment must lie, on the clock at the location.
    pub local_from: LocalTime,
    pub local_to: LocalTime,
    /// The first and the last day that suits.
    pub from: Date,
    pub until: Date,
    /// For whoever looks for a time.
    pub note: Option<String>,
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    /// When staff were last in touch about it.
    pub contacted_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    /// Whether the patient was booked for the service since they wait.
    pub booked: bool,
    /// When they were last offered something.
    pub offered_at: Option<Timestamp>,
}

impl WaitlistEntry {
    /// Whether a time suits them.
    pub fn suits(&self, provider: ProviderId, location: LocationId, span: &Span, zone: &Zone) -> bool {
        let (starts, ends) = (zone.local(span.starts_at()), zone.local(span.ends_at()));
        let date = starts.date();
        let minute = |time: jiff::civil::Time| time.hour() as i32 * 60 + i32::from(time.minute());
        // Midnight is the end of the day on which it began.
        let until = if ends.date() == date {
            minute(ends.time())
        } else {
            24 * 60
        };
        (self.provider_ids.is_empty() || self.provider_ids.contains(&provider))
            && self.location_id.is_none_or(|wanted| wanted == location)
            && (self.weekdays.is_empty() || self.weekdays.contains(&Weekday::of(date)))
            && (self.from..=self.until).contains(&date)
            && i32::from(self.local_from.minute_of_day()) <= minute(starts.time())
            && until <= i32::from(self.local_to.minute_of_day())
    }

    /// What became of it.
    pub fn state(&self, today: Date) -> EntryState {
        if self.booked {
            EntryState::Booked
        } else if self.left_at.is_some() {
            EntryState::Left
        } else if self.until < today {
            EntryState::Ended
        } else {
            EntryState::Waiting
        }
    }

    /// Why somebody should call them, while they wait.
    pub fn attention(&self, now: Timestamp, today: Date) -> Option<Attention> {
        let last_word = [Some(self.created_at), self.contacted_at, self.offered_at];
        let silent_since = last_word.into_iter().flatten().max()?;
        let left = self.until.since(today).map_or(i32::MAX, |left| left.get_days());
        if self.state(today) != EntryState::Waiting {
            None
        } else if left <= ENDS_SOON {
            Some(Attention::EndsSoon)
        } else {
            (now.duration_since(silent_since) > FORGOTTEN_AFTER).then_some(Attention::Forgotten)
        }
    }
}

/// An entry with what its people and things are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedEntry {
    pub entry: WaitlistEntry,
    pub patient_name: String,
    pub patient_phone: Option<String>,
    pub service_name: String,
    /// Its translations.
    pub service_names: Texts,
    pub location_name: Option<String>,
    /// In the order of [`WaitlistEntry::provider_ids`].
    pub provider_names: Vec<String>,
}

impl NamedEntry {
    /// What is booked, for readers of this language.
    pub fn service_in(&self, language: &str) -> &str {
        self.service_names.or(&self.service_name, language)
    }
}

/// A time that is kept for somebody who waits, as for others at the same time: the first who takes it has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitlistOffer {
    pub id: WaitlistOfferId,
    pub entry_id: WaitlistEntryId,
    /// What keeps the time; it goes with whoever takes it.
    pub hold_id: HoldId,
    pub provider_id: ProviderId,
    pub location_id: LocationId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// Whether staff make it by telephone: the patient is not told by the program.
    pub by_desk: bool,
    pub offered_at: Timestamp,
    pub expires_at: Timestamp,
    pub declined_at: Option<Timestamp>,
    /// Whether the hold is still there.
    pub held: bool,
}

impl WaitlistOffer {
    /// What became of it.
    pub fn state(&self, now: Timestamp) -> OfferState {
        if self.declined_at.is_some() {
            OfferState::Declined
        } else if self.expires_at <= now {
            OfferState::Expired
        } else if self.held {
            OfferState::Open
        } else {
            OfferState::Taken
        }
    }
}

/// Whether the desk gives this time out by telephone: `share` percent of all times, always the same ones.
pub fn is_for_desk(provider: ProviderId, starts_at: Timestamp, share: u32) -> bool {
    let ids = provider.uuid().as_u128() ^ u128::from(starts_at.as_second().unsigned_abs());
    // Neighbouring times differ in few bits: a multiplication spreads them (Knuth's, with 2^128 divided by the golden ratio).
    let mixed = ids.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 96;
    mixed % 100 < u128::from(share)
}

#[cfg(test)]
mod tests;
