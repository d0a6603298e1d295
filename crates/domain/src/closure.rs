//! A span during which calendars are closed: all of them, those of one location, or one provider's (their time off).
//! Appointments in it stay, and are told.

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan as _};

use crate::id::{ClosureId, LocationId, ProviderId, UserId};
use crate::name::names;
use crate::time::{LocalTime, Span, Zone};

/// Whose calendars are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Everybody's, at every location.
    Organisation,
    /// Everybody's at this location.
    Location(LocationId),
    /// This provider's, wherever they are: their time off.
    Provider(ProviderId),
}

impl Extent {
    /// Of a location or of a provider, never of both; of neither, it is everybody's.
    pub const fn of(location: Option<LocationId>, provider: Option<ProviderId>) -> Option<Self> {
        match (location, provider) {
            (None, None) => Some(Self::Organisation),
            (Some(id), None) => Some(Self::Location(id)),
            (None, Some(id)) => Some(Self::Provider(id)),
            (Some(_), Some(_)) => None,
        }
    }

    /// Whether this provider's calendar at this location is closed.
    pub fn covers(self, provider: ProviderId, location: LocationId) -> bool {
        match self {
            Self::Organisation => true,
            Self::Location(id) => id == location,
            Self::Provider(id) => id == provider,
        }
    }

    /// The one location, if it is one.
    pub const fn location_id(self) -> Option<LocationId> {
        match self {
            Self::Location(id) => Some(id),
            Self::Organisation | Self::Provider(_) => None,
        }
    }

    /// Whose time off it is, if it is one.
    pub const fn provider_id(self) -> Option<ProviderId> {
        match self {
            Self::Provider(id) => Some(id),
            Self::Organisation | Self::Location(_) => None,
        }
    }
}

names! {
    /// What became of a closure. Only an approved one closes anything.
    pub enum ClosureStatus {
        /// A provider asked for time off, and somebody has yet to decide.
        Requested = "requested",
        Approved = "approved",
        Declined = "declined",
    }
}

/// A closure as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    pub id: ClosureId,
    pub extent: Extent,
    pub span: Span,
    pub status: ClosureStatus,
    pub reason: Option<String>,
    /// Who made it or asked for it; absent: the program itself.
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    /// What was said when it was asked for and somebody decided.
    pub decision: Option<String>,
    /// When somebody decided; absent for what nobody had to decide.
    pub decided_at: Option<Timestamp>,
    /// The first date of the last repetition that was made; absent: it does not repeat. Each repetition is a closure of its own.
    pub yearly_until: Option<Date>,
}

/// The same dates and times so many years later, on the same clock. A day that the year lacks, 29 February, is the one before it; a time that
/// the clock skips makes it the whole day.
pub fn years_later(span: Span, zone: &Zone, years: i32) -> Option<Span> {
    let (from, to) = (zone.local(span.starts_at()), zone.local(span.ends_at()));
    let until_midnight = to.time() == Time::midnight();
    let last = if until_midnight {
        to.date().yesterday().ok()?
    } else {
        to.date()
    };
    let first_later = from.date().checked_add(years.years()).ok()?;
    let last_later = first_later.checked_add(last.since(from.date()).ok()?).ok()?;
    let at = |time: Time| LocalTime::new(time.hour().unsigned_abs().into(), time.minute().unsigned_abs().into()).ok();
    let to_time = if until_midnight {
        LocalTime::END_OF_DAY
    } else {
        at(to.time())?
    };
    let (starts_at, ends_at) = (
        zone.instant(first_later, at(from.time())?),
        zone.instant(last_later, to_time),
    );
    match starts_at.zip(ends_at) {
        Some((starts_at, ends_at)) => Span::new(starts_at, ends_at).ok(),
        None => zone.days(first_later, last_later),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Extent, years_later};
    use crate::id::{LocationId, ProviderId};
    use crate::time::{LocalTime, Zone};

    #[test]
    fn a_repetition_is_on_the_same_dates_whatever_the_clock_does() -> Result<(), Box<dyn std::error::Error>> {
        let zone = Zone::new("Europe/Berlin")?;
        let day = |date: &str| Ok::<_, Box<dyn std::error::Error>>(zone.day(date.parse()?).ok_or("no such day")?);
        // The clocks change on 28 March 2027 and on 26 March 2028.
        let later = years_later(day("2027-03-28")?, &zone, 1);
        assert_eq!(
            (day("2027-03-28")?.duration().as_hours(), later),
            (23, Some(day("2028-03-28")?))
        );
        assert_eq!(
            years_later(day("2027-03-26")?, &zone, 1).map(|it| it.duration().as_hours()),
            Some(23)
        );
        assert_eq!(years_later(day("2028-02-29")?, &zone, 1), Some(day("2029-02-28")?));
        assert_eq!(years_later(day("2028-02-29")?, &zone, 4), Some(day("2032-02-29")?));
        // A day before a leap day does not grow over it.
        assert_eq!(years_later(day("2027-02-28")?, &zone, 1), Some(day("2028-02-28")?));
        let eve = zone.window("2027-12-24".parse()?, LocalTime::new(13, 30)?, LocalTime::END_OF_DAY);
        let next = zone.window("2028-12-24".parse()?, LocalTime::new(13, 30)?, LocalTime::END_OF_DAY);
        assert_eq!(years_later(eve.ok_or("no eve")?, &zone, 1), next);
        Ok(())
    }

    #[test]
    fn an_extent_covers_its_own_calendars_alone() {
        let (here, there) = (LocationId(Uuid::from_u128(1)), LocationId(Uuid::from_u128(2)));
        let (she, he) = (ProviderId(Uuid::from_u128(1)), ProviderId(Uuid::from_u128(2)));
        assert!(Extent::Organisation.covers(she, here));
        assert!(Extent::Location(here).covers(she, here));
        assert!(!Extent::Location(here).covers(she, there));
        assert!(Extent::Provider(she).covers(she, there));
        assert!(!Extent::Provider(she).covers(he, there));
        assert_eq!(Extent::of(Some(here), Some(she)), None);
        assert_eq!(Extent::of(None, None), Some(Extent::Organisation));
    }
}
