//! The time step: a week of free times as radio buttons, and the ways out of it. Booking and moving share it.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use kalends_app::app::App;
use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::slots::{self, Search, Slot};
use kalends_domain::id::ProviderId;

use super::offered::{Offered, zone};
use super::wanted::{Pick, Wanted};
use crate::http::locale::Locale;
use crate::pages::kit::{Action, Blank, Choice, DayTimes, Icon, Part, TimeChoice, Times};

/// The days that are shown together.
const DAYS: i32 = 7;
/// How far one search for the next free time reaches, and how many there are: past every horizon that a service has by default.
const REACH: i32 = 90;
const SEARCHES: i32 = 3;

const NOON: Time = jiff::civil::time(12, 0, 0, 0);
const EVENING: Time = jiff::civil::time(17, 0, 0, 0);

/// Where the step stands, and what its forms do.
pub struct Step<'a> {
    /// The page itself, to which dates and filters lead.
    pub path: &'a str,
    /// Where the choice is posted.
    pub action: &'a str,
    pub offered: &'a Offered,
    pub wanted: &'a Wanted,
}

/// A week of free times.
#[derive(Clone, Debug, Template)]
#[template(path = "book/week.html")]
pub struct Week {
    l: Locale,
    path: String,
    action: String,
    hidden: Vec<(&'static str, String)>,
    filters: Vec<Filter>,
    /// Pairs that the filters must keep although they do not ask for them.
    kept: Vec<(&'static str, String)>,
    first: Date,
    today: Date,
    /// `Times are those of Main St (Europe/Berlin).`
    place: String,
    zone: String,
    range: String,
    earlier: String,
    later: String,
    times: Option<Times>,
    blank: Option<Blank>,
    ways: Vec<Action>,
    chosen: String,
}

/// A choice above the times that narrows them.
#[derive(Clone, Debug)]
struct Filter {
    name: &'static str,
    label: String,
    choices: Vec<Choice>,
    chosen: String,
}

impl Week {
    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }
}

impl HtmlSafe for Week {}

/// Reads the free times around the wish. Without a date the week begins where the first one is.
///
/// # Errors
/// [`AppError::NotFound`] for a provider or location who does not exist for the visitor.
pub async fn load(app: &App, ctx: &Ctx, l: Locale, step: Step<'_>) -> Result<Week> {
    let Step { wanted, offered, .. } = step;
    let today = offered.today(wanted.location, ctx.now)?;
    let first = match wanted.from {
        Some(date) => date.max(today),
        None => next_free(app, ctx, &step, today).await?.unwrap_or(today),
    };
    let search = search(&step, first, plus(first, DAYS - 1));
    let slots = slots::list_days(app, ctx, &search).await?;
    let next = if slots.is_empty() {
        next_free(app, ctx, &step, plus(first, DAYS)).await?
    } else {
        None
    };
    week(ctx, l, &step, today, first, &slots, next)
}

fn plus(date: Date, days: i32) -> Date {
    date.checked_add(days.days()).unwrap_or(date)
}

fn search(step: &Step<'_>, from: Date, to: Date) -> Search {
    Search {
        service_id: step.offered.service.id,
        provider_id: step.wanted.provider,
        department_id: None,
        location_id: step.wanted.location,
        from,
        to,
        limit: 1,
    }
}

/// The date of the first free time from `from` on.
async fn next_free(app: &App, ctx: &Ctx, step: &Step<'_>, from: Date) -> Result<Option<Date>> {
    let mut from = from;
    for _ in 0..SEARCHES {
        let to = plus(from, REACH);
        if let Some(slot) = slots::list(app, ctx, &search(step, from, to)).await?.first() {
            return Ok(Some(zone(&slot.time_zone)?.date_at(slot.starts_at)));
        }
        from = plus(to, 1);
    }
    Ok(None)
}

fn week(
    ctx: &Ctx,
    l: Locale,
    step: &Step<'_>,
    today: Date,
    first: Date,
    slots: &[Slot],
    next: Option<Date>,
) -> Result<Week> {
    let Step { wanted, offered, .. } = step;
    let days = days(l, step, slots)?;
    let has_times = !days.is_empty();
    let last = plus(first, DAYS - 1);
    let hidden = wanted.from(first);
    let places: Vec<_> = offered
        .locations
        .iter()
        .filter(|location| slots.iter().any(|slot| slot.location_id == location.id))
        .collect();
    let names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
    let zone_name = places.first().map(|place| place.time_zone.clone()).unwrap_or_default();
    Ok(Week {
        l,
        path: step.path.to_owned(),
        action: step.action.to_owned(),
        hidden: hidden.pairs(),
        kept: kept(step),
        filters: filters(l, step),
        first,
        today,
        place: if names.is_empty() {
            String::new()
        } else {
            l.tf(
                "book-times-at",
                &[("place", l.list(&names).into()), ("zone", zone_name.as_str().into())],
            )
        },
        zone: zone_name,
        range: l.date_range(first, last),
        earlier: if first > today {
            wanted.from(plus(first, -DAYS).max(today)).address(step.path)
        } else {
            String::new()
        },
        later: wanted.from(plus(first, DAYS)).address(step.path),
        times: has_times.then(|| {
            let all = (0..DAYS).map(|offset| {
                let date = plus(first, offset);
                let parts = days.get(&date).cloned().unwrap_or_default();
                DayTimes {
                    heading: l.day_long(date),
                    hint: l.days_away(today, date),
                    none: if parts.is_empty() {
                        l.t("book-day-none")
                    } else {
                        String::new()
                    },
                    parts,
                }
            });
            Times::new("at", all.collect())
        }),
        blank: (!has_times).then(|| {
            let text = match next {
                Some(_) => l.t("book-week-none-text"),
                None => l.t("book-none-text"),
            };
            Blank::new(Icon("calendar-x-2"), l.t("book-week-none"), text)
        }),
        ways: ways(ctx, l, step, next),
        chosen: l.t("book-choose-time"),
    })
}

/// The free times of each date, in parts of the day.
fn days(l: Locale, step: &Step<'_>, slots: &[Slot]) -> Result<BTreeMap<Date, Vec<Part>>> {
    let several = slots
        .iter()
        .any(|slot| Some(slot.location_id) != slots.first().map(|first| first.location_id));
    let mut days: BTreeMap<Date, [Vec<TimeChoice>; 3]> = BTreeMap::new();
    let mut before = None;
    let mut slots: Vec<&Slot> = slots.iter().collect();
    slots.sort_by_key(|slot| (slot.starts_at, slot.location_id));
    for slot in slots {
        // With anyone, the same time with several of them is one choice.
        if before.replace((slot.starts_at, slot.location_id)) == Some((slot.starts_at, slot.location_id)) {
            continue;
        }
        let zone = zone(&slot.time_zone)?;
        let (from, to) = (zone.local(slot.starts_at), zone.local(slot.ends_at));
        let place = step.offered.location(slot.location_id);
        let mut note: Vec<&str> = Vec::new();
        // A time that the clock shows twice is told apart by its offset.
        let offset = if zone.is_repeated(slot.starts_at) {
            slot.local_start.get(19..).unwrap_or_default()
        } else {
            ""
        };
        note.extend(Some(offset).filter(|offset| !offset.is_empty()));
        note.extend(place.filter(|_| several).map(|place| place.name.as_str()));
        let pick = Pick {
            starts_at: slot.starts_at,
            location: slot.location_id,
            provider: None,
        };
        let summary = l.tf(
            "book-chosen",
            &[
                ("day", l.day(from.date()).into()),
                ("time", l.time_range(from.time(), to.time()).into()),
                ("place", place.map_or("", |place| place.name.as_str()).into()),
            ],
        );
        let chosen = step
            .wanted
            .at
            .is_some_and(|at| (at.starts_at, at.location) == (slot.starts_at, slot.location_id));
        let choice = TimeChoice::new(pick.to_string(), l.time(from.time()))
            .note(note.join(" "))
            .summary(summary, slot.starts_at.to_string())
            .chosen(chosen);
        let part = match from.time() {
            time if time < NOON => 0,
            time if time < EVENING => 1,
            _ => 2,
        };
        days.entry(from.date()).or_default()[part].push(choice);
    }
    let named = |parts: [Vec<TimeChoice>; 3]| {
        [l.t("book-morning"), l.t("book-afternoon"), l.t("book-evening")]
            .into_iter()
            .zip(parts)
            .filter(|(_, times)| !times.is_empty())
            .map(|(name, times)| Part { name, times })
            .collect()
    };
    Ok(days.into_iter().map(|(date, parts)| (date, named(parts))).collect())
}

/// What narrows the times: with whom, and where. One choice is none.
fn filters(l: Locale, step: &Step<'_>) -> Vec<Filter> {
    let Step { wanted, offered, .. } = step;
    let providers = offered
        .providers
        .iter()
        .map(|it| Choice::new(it.id.to_string(), it.full_name()));
    let locations = offered
        .locations
        .iter()
        .map(|it| Choice::new(it.id.to_string(), it.name.clone()));
    let filter = |name, label, any, choices: Vec<Choice>, chosen: Option<String>| Filter {
        name,
        label: l.t(label),
        choices: [Choice::new("", l.t(any))].into_iter().chain(choices).collect(),
        chosen: chosen.unwrap_or_default(),
    };
    let with = wanted.provider.map(|id| id.to_string());
    let at = wanted.location.map(|id| id.to_string());
    [
        filter("provider", "book-with", "book-anyone", providers.collect(), with),
        filter("location", "book-where", "book-anywhere", locations.collect(), at),
    ]
    .into_iter()
    .filter(|filter| filter.choices.len() > 2)
    .collect()
}

fn kept(step: &Step<'_>) -> Vec<(&'static str, String)> {
    let shown: Vec<_> = filters(Locale::En, step)
        .into_iter()
        .map(|filter| filter.name)
        .collect();
    let mut pairs = step.wanted.pairs();
    pairs.retain(|(name, _)| !shown.contains(name) && !["from", "at"].contains(name));
    pairs
}

/// Where to go from here if nothing suits.
fn ways(ctx: &Ctx, l: Locale, step: &Step<'_>, next: Option<Date>) -> Vec<Action> {
    let Step { wanted, offered, .. } = step;
    let mut ways = Vec::new();
    if let Some(date) = next {
        let label = l.tf("book-next-free", &[("day", l.day(date).into())]);
        ways.push(Action::link(label, wanted.from(date).address(step.path)).primary());
    }
    if wanted.provider.is_some() && offered.providers.len() > 1 {
        let others = Wanted {
            provider: None,
            at: None,
            ..(*wanted).clone()
        };
        ways.push(Action::link(l.t("book-others"), others.address(step.path)).icon(Icon("users")));
    }
    ways.extend(call(ctx, l));
    ways
}

/// The telephone, for whom the page does not help.
pub fn call(ctx: &Ctx, l: Locale) -> Option<Action> {
    let phone = ctx.tenant.settings.phone.as_deref()?;
    let dialled: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let label = l.tf("book-call", &[("phone", format!("\u{2066}{phone}\u{2069}").into())]);
    Some(Action::link(label, format!("tel:{dialled}")).icon(Icon("phone")))
}

/// Who is free at that time for the caller.
///
/// # Errors
/// As [`load`].
pub async fn who_is_free(app: &App, ctx: &Ctx, step: &Step<'_>, pick: Pick) -> Result<Vec<ProviderId>> {
    let date = step.offered.zone(pick.location)?.date_at(pick.starts_at);
    let search = Search {
        location_id: Some(pick.location),
        provider_id: pick.provider.or(step.wanted.provider),
        ..search(step, date, date)
    };
    let slots = slots::list_days(app, ctx, &search).await?;
    let then = slots.iter().filter(|slot| slot.starts_at == pick.starts_at);
    Ok(then.map(|slot| slot.provider_id).collect())
}
