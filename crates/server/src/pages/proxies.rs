//! What the pages about proxies share: the words for who somebody is to a patient, what they may do, and until when.

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_app::app::App;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::locations;
use kalends_domain::page::PageRequest;
use kalends_domain::proxy::{ProxyScope, Relationship};
use kalends_domain::time::Zone;

use super::book::offered::zone;
use super::kit::{Choice, Field};
use crate::http::locale::Locale;

/// What somebody is to a patient.
pub fn relation(l: Locale, relationship: Relationship) -> String {
    l.t(match relationship {
        Relationship::Parent => "proxies-parent",
        Relationship::Guardian => "proxies-guardian",
        Relationship::Child => "proxies-child",
        Relationship::Partner => "proxies-partner",
        Relationship::Sibling => "proxies-sibling",
        Relationship::Carer => "proxies-carer",
        Relationship::Other => "proxies-other",
    })
}

/// What they may do.
pub fn scope(l: Locale, scope: ProxyScope) -> String {
    l.t(match scope {
        ProxyScope::View => "proxies-view",
        ProxyScope::Book => "proxies-book",
        ProxyScope::Full => "proxies-full",
    })
}

/// A choice of what somebody is to a patient.
pub fn relation_field(l: Locale, label: String) -> Field {
    let choices = Relationship::ALL
        .iter()
        .map(|it| Choice::new(it.name(), relation(l, *it)));
    Field::select("relationship", label, choices.collect())
}

/// The clock by which days are counted here: that of the first location.
pub async fn clock(app: &App, ctx: &Ctx) -> Result<Zone> {
    let places = locations::list(app, ctx, &PageRequest::default()).await?.items;
    zone(places.first().map_or("UTC", |place| place.time_zone.as_str()))
}

/// The end of a day that is still included.
///
/// # Errors
/// `expires_at` with `malformed` for a day that the calendar does not have.
pub fn end_of(clock: &Zone, date: Date) -> Result<Timestamp> {
    let day = clock
        .day(date)
        .ok_or_else(|| AppError::field("expires_at", "malformed"))?;
    Ok(day.ends_at())
}

/// The last day that is included.
pub fn last_day(clock: &Zone, end: Timestamp) -> Date {
    let within = end.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(end);
    clock.date_at(within)
}
