//! A provider's weekly hours at one location, from which openings are made: by hand, or to a rolling horizon.

use jiff::civil::Date;

use crate::id::{LocationId, ProviderId, TemplateId};
use crate::opening::{Flaw, Hours, Opening, Publication, Window};
use crate::stamp::Stamp;
use crate::time::{Interval, Weekday, days_between};

/// A window of the week. What lies between two windows of a day is a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeeklyWindow {
    pub weekday: Weekday,
    pub window: Window,
    pub slot_minutes: Interval,
    pub publication: Publication,
}

/// The weekly hours of a provider at a location. Somebody who works at several has a template for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub id: TemplateId,
    pub provider_id: ProviderId,
    pub location_id: LocationId,
    /// The first date on which it holds.
    pub effective_from: Date,
    /// The last one; absent: until further notice.
    pub effective_until: Option<Date>,
    /// It holds in every n-th week, counted from the one of [`effective_from`](Self::effective_from); weeks begin on Monday.
    pub every_weeks: u8,
    /// In the order of the week; empty once the template is archived.
    pub windows: Vec<WeeklyWindow>,
    /// The last date for which its openings were made; absent: none yet.
    pub published_until: Option<Date>,
    pub stamp: Stamp,
}

impl Template {
    /// Twelve a day.
    pub const MOST_WINDOWS: usize = 7 * 12;
    pub const MOST_WEEKS: u8 = 52;

    /// Whether it holds on a date, whatever the weekday.
    pub fn holds_on(&self, date: Date) -> bool {
        let in_time = self.effective_from <= date && self.effective_until.is_none_or(|last| date <= last);
        let weeks = days_between(monday(self.effective_from), monday(date)) / 7;
        in_time && weeks % i32::from(self.every_weeks.max(1)) == 0
    }

    /// The hours of a date.
    pub fn on(&self, date: Date) -> Vec<Hours> {
        if !self.holds_on(date) {
            return Vec::new();
        }
        let weekday = Weekday::of(date);
        let windows = self.windows.iter().filter(|it| it.weekday == weekday);
        let hours = |it: &WeeklyWindow| Hours {
            window: it.window,
            slot_minutes: it.slot_minutes,
            publication: it.publication.clone(),
        };
        windows.map(hours).collect()
    }

    /// Whether the opening is just as this template would make it.
    pub fn wants(&self, opening: &Opening) -> bool {
        opening.location_id == self.location_id
            && self.on(opening.local_date).into_iter().any(|hours| {
                (hours.window.from, hours.window.to) == (opening.local_from, opening.local_to)
                    && hours.slot_minutes == opening.slot_minutes
                    && hours.publication == opening.publication
            })
    }

    /// Every rule that it breaks, each once, with the index of the first window that does.
    pub fn flaws(&self) -> Vec<(Flaw, Option<usize>)> {
        let mut flaws = Vec::new();
        if self.windows.is_empty() {
            flaws.push((Flaw::NoWindow, None));
        }
        if self.windows.len() > Self::MOST_WINDOWS {
            flaws.push((Flaw::TooManyWindows, None));
        }
        if self.effective_until.is_some_and(|last| last < self.effective_from) {
            flaws.push((Flaw::DatesReversed, None));
        }
        if !(1..=Self::MOST_WEEKS).contains(&self.every_weeks) {
            flaws.push((Flaw::WeeksOutOfRange, None));
        }
        let first = |is_wrong: &dyn Fn(&WeeklyWindow) -> bool| self.windows.iter().position(is_wrong);
        let ends_early = |it: &WeeklyWindow| it.window.to <= it.window.from;
        if let Some(index) = first(&ends_early) {
            flaws.push((Flaw::EndNotAfterStart, Some(index)));
        }
        if let Some(index) = first(&|it| !ends_early(it) && u32::from(it.window.length()) < u32::from(it.slot_minutes))
        {
            flaws.push((Flaw::ShorterThanSlot, Some(index)));
        }
        let overlaps = |(index, it): (usize, &WeeklyWindow)| {
            let mut earlier = self.windows[..index].iter();
            earlier.any(|other| other.weekday == it.weekday && other.window.overlaps(it.window))
        };
        if let Some(index) = self.windows.iter().enumerate().position(overlaps) {
            flaws.push((Flaw::WindowsOverlap, Some(index)));
        }
        flaws
    }
}

fn monday(date: Date) -> Date {
    let into = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(jiff::Span::new().days(into)).unwrap_or(date)
}

#[cfg(test)]
mod tests;
