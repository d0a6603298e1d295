//! Until when a patient may change an appointment by themselves.

use jiff::{SignedDuration, Timestamp};
use kalends_app::ctx::Ctx;
use kalends_domain::appointment::Appointment;
use kalends_domain::time::Zone;

use crate::http::locale::Locale;

/// An appointment's start, and how long before it a change is the last.
pub struct Terms<'a> {
    pub starts_at: Timestamp,
    pub zone: &'a Zone,
    pub cancel_minutes: i32,
    pub move_minutes: i32,
}

impl<'a> Terms<'a> {
    pub fn of(appointment: &Appointment, zone: &'a Zone) -> Self {
        Self {
            starts_at: appointment.starts_at,
            zone,
            cancel_minutes: appointment.policy.cancel_cutoff_minutes,
            move_minutes: appointment.policy.reschedule_cutoff_minutes,
        }
    }

    /// The last moment for a change so many minutes before the start.
    fn last(&self, minutes: i32) -> Timestamp {
        let notice = SignedDuration::from_mins(i64::from(minutes));
        self.starts_at.checked_sub(notice).unwrap_or(self.starts_at)
    }

    pub fn may_cancel(&self, now: Timestamp) -> bool {
        now <= self.last(self.cancel_minutes) && now < self.starts_at
    }

    pub fn may_move(&self, now: Timestamp) -> bool {
        now <= self.last(self.move_minutes) && now < self.starts_at
    }

    fn day_time(&self, l: Locale, instant: Timestamp) -> String {
        l.day_time(self.zone.local(instant))
    }
}

/// `You can move or cancel until Mon 11 Jan, 10:30.`
pub fn cutoffs(ctx: &Ctx, l: Locale, terms: &Terms<'_>) -> String {
    let cancel = terms.day_time(l, terms.last(terms.cancel_minutes));
    let moved = terms.day_time(l, terms.last(terms.move_minutes));
    match (terms.may_move(ctx.now), terms.may_cancel(ctx.now)) {
        (true, true) if cancel == moved => l.tf("patient-terms-both", &[("until", cancel.into())]),
        (true, true) => l.tf(
            "patient-terms-each",
            &[("move", moved.into()), ("cancel", cancel.into())],
        ),
        (true, false) => l.tf("patient-terms-move", &[("until", moved.into())]),
        (false, true) => l.tf("patient-terms-cancel", &[("until", cancel.into())]),
        (false, false) => l.t("patient-terms-none"),
    }
}

#[cfg(test)]
mod tests {
    use kalends_domain::time::Zone;

    use super::Terms;

    #[test]
    fn the_last_moment_is_still_in_time() -> Result<(), Box<dyn std::error::Error>> {
        let zone = Zone::new("Europe/Berlin")?;
        let terms = Terms {
            starts_at: "2027-01-12T09:00:00Z".parse()?,
            zone: &zone,
            cancel_minutes: 1440,
            move_minutes: 0,
        };
        assert!(terms.may_cancel("2027-01-11T09:00:00Z".parse()?));
        assert!(!terms.may_cancel("2027-01-11T09:00:01Z".parse()?));
        assert!(terms.may_move("2027-01-12T08:59:59Z".parse()?));
        assert!(!terms.may_move("2027-01-12T09:00:00Z".parse()?));
        Ok(())
    }
}
