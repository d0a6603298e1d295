//! Time as people say it and as the rules count it: zones, local times, months, and spans of instants.

mod local;
mod minutes;
mod month;
mod span;
mod weekday;
mod zone;

pub use local::{LocalTime, NotALocalTime};
pub use minutes::{Interval, Minutes, NotAnInterval};
pub use month::{Month, NotAMonth};
pub use span::{EmptySpan, Span};
pub use weekday::Weekday;
pub use zone::{UnknownZone, Zone};

/// How many days later `to` is than `from`; negative when it is earlier.
pub fn days_between(from: jiff::civil::Date, to: jiff::civil::Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests;
