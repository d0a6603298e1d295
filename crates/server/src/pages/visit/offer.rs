//! The visits that fit, as a page offers them: what a page looks for, the choice among what is found, and what was chosen.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use kalends_app::visits::{Part, VisitSearch, VisitSlot};
use kalends_domain::id::{LocationId, ProviderId, ServiceId};
use kalends_domain::time::Zone;

use crate::http::locale::Locale;
use crate::pages::kit::{Choice, Field, Submitted};

/// As many visits are offered at once.
const OFFERED: usize = 20;
/// How many days are looked at.
const DAYS: i32 = 14;

/// The day from which the reader looks: today, unless they said another.
pub fn first_day(typed: &Submitted, zone: &Zone, now: Timestamp) -> Date {
    let today = zone.date_at(now);
    typed.parsed::<Date>("from").unwrap_or(today).max(today)
}

/// The day after those that are looked at.
pub fn later(from: Date) -> Date {
    from.saturating_add(DAYS.days())
}

/// A look at the days from `from` on, of which the caller still says for what.
pub fn search(from: Date, location_id: LocationId) -> VisitSearch {
    VisitSearch {
        parts: Vec::new(),
        location_id,
        patient_id: None,
        moving: None,
        from,
        to: from.saturating_add((DAYS - 1).days()),
        limit: OFFERED,
    }
}

/// What was chosen: start and provider of each part, in their order.
pub fn chosen(typed: &Submitted) -> Option<Vec<(Timestamp, ProviderId)>> {
    let chosen = typed.some("at")?;
    let times = chosen.split(',').map(|part| {
        let (starts_at, provider) = part.split_once('~')?;
        Some((starts_at.parse().ok()?, provider.parse().ok()?))
    });
    times.collect()
}

/// In whose words visits are told.
pub struct Words {
    pub l: Locale,
    pub zone: Zone,
    pub services: BTreeMap<ServiceId, String>,
    pub people: BTreeMap<ProviderId, String>,
}

impl Words {
    /// The visits to choose from, each with its parts.
    pub fn choice(&self, found: &[VisitSlot]) -> Field {
        let choices = found.iter().map(|slot| {
            let parts = slot
                .parts
                .iter()
                .map(|part| format!("{}~{}", part.starts_at, part.provider_id));
            let value = parts.collect::<Vec<_>>().join(",");
            let times = slot.parts.first().zip(slot.parts.last());
            let label = times.map(|(first, last)| self.when(first.starts_at, last.ends_at));
            Choice::new(value, label.unwrap_or_default()).hint(self.told(slot))
        });
        Field::radios("at", self.l.t("visit-when"), choices.collect()).required()
    }

    /// `Tue 12 Jan, 10:00–10:40`
    fn when(&self, from: Timestamp, to: Timestamp) -> String {
        self.l.day_time_range(self.zone.local(from), self.zone.local(to))
    }

    /// `10:00 Blood test, Laboratory · 10:15 Consultation, Dr Okafor · 5 min of waiting`
    fn told(&self, slot: &VisitSlot) -> String {
        let parts = slot.parts.iter().map(|part: &Part| {
            let name = self.people.get(&part.provider_id).map_or("", String::as_str);
            self.part(part.starts_at, part.service_id, name)
        });
        let mut told: Vec<String> = parts.collect();
        let waiting = slot.waiting().as_mins();
        if waiting > 0 {
            let length = self.l.minutes(waiting);
            told.push(self.l.tf("visit-waiting", &[("length", length.into())]));
        }
        told.join(" · ")
    }

    /// `10:00 Blood test, Laboratory`
    pub fn part(&self, starts_at: Timestamp, service: ServiceId, name: &str) -> String {
        let args = [
            ("time", self.l.time(self.zone.local(starts_at).time()).into()),
            ("service", self.services.get(&service).map_or("", String::as_str).into()),
            ("name", name.into()),
        ];
        self.l.tf("visit-part", &args)
    }
}
