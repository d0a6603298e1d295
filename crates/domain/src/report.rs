//! Numbers about the calendar.

use crate::appointment::Status;
use crate::id::ProviderId;

/// How a provider's time was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderUse {
    pub provider_id: ProviderId,
    pub title: Option<String>,
    pub given_name: String,
    pub family_name: String,
    /// Time that could be booked.
    pub open_minutes: i64,
    /// Time of appointments that were not cancelled or declined.
    pub booked_minutes: i64,
    pub appointments: i64,
    pub no_shows: i64,
    pub cancelled: i64,
}

impl ProviderUse {
    /// Booked ÷ open time in percent, rounded; nothing where nothing was open. Above 100 when appointments lie outside openings.
    pub fn utilisation_percent(&self) -> Option<i64> {
        percent(self.booked_minutes, self.open_minutes)
    }

    /// The sum of two: for a total line. The names are those of `self`.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        self.open_minutes += other.open_minutes;
        self.booked_minutes += other.booked_minutes;
        self.appointments += other.appointments;
        self.no_shows += other.no_shows;
        self.cancelled += other.cancelled;
        self
    }
}

/// How many appointments are in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusCount {
    pub status: Status,
    pub appointments: i64,
}

/// `part` of `whole` in percent, rounded to the nearest; nothing of nothing.
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 100 + whole / 2) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_and_nothing_of_nothing_is_nothing() {
        assert_eq!(percent(1, 3), Some(33));
        assert_eq!(percent(2, 3), Some(67));
        assert_eq!(percent(0, 0), None);
    }
}
