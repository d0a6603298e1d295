//! The time step: a week of free times as radio buttons, and the ways out of it. Booking and moving share it.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan as _};
use kalends_app::app::App;
use kalends_app::appointments;
use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::slots::{self, Search, Slot};
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{LocationId, PatientId, ProviderId};
use kalends_domain::rule::{NextStep, Rule};
use kalends_domain::tenant::NoShowConsequence;

use super::offered::{Offered, zone};
use super::wanted::{Pick, Wanted};
use super::ways::Asked;
use crate::http::locale::Locale;
use crate::pages::kit::{Action, Blank, Choice, DayTimes, Icon, Part, TimeChoice, Times};

/// The days that are shown together.
const DAYS: i32 = 7;
/// Once so many times are shown, the days that follow are left to the next page.
const ENOUGH: usize = 80;
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
    /// The appointment that is to be moved.
    pub moving: Option<&'a Appointment>,
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
    /// What the filters say at present, for a screen that has no room for them: `Anyone available · Main St`.
    narrowed: String,
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
    /// What the button of the bar does with the time.
    go: String,
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

/// Reads the free times around the wish. Without a date the week begins where the first one is; without a place it is that
/// of the first one, since each place has its own clock and its own way there.
///
/// # Errors
/// [`AppError::NotFound`](kalends_app::error::AppError::NotFound) for a provider or location who does not exist for the visitor.
pub async fn load(app: &App, ctx: &Ctx, l: Locale, step: Step<'_>) -> Result<Week> {
    let offered = step.offered;
    let from = step
        .wanted
        .from
        .unwrap_or(offered.today(step.wanted.location, ctx.now)?);
    let soonest = match (step.wanted.from, step.wanted.location) {
        (Some(_), Some(_)) => None,
        _ => next_free(app, ctx, &step, from).await?,
    };
    let wanted = Wanted {
        location: step
            .wanted
            .location
            .or(soonest.as_ref().map(|slot| slot.location_id))
            .or(offered.locations.first().map(|location| location.id)),
        ..step.wanted.clone()
    };
    let step = Step {
        wanted: &wanted,
        ..step
    };
    let today = offered.today(wanted.location, ctx.now)?;
    let first = match (wanted.from, &soonest) {
        (Some(date), _) => date.max(today),
        (None, Some(slot)) => date_of(slot)?,
        (None, None) => today,
    };
    let search = search(&step, first, plus(first, DAYS - 1));
    let mut slots = slots::list_days(app, ctx, &search).await?;
    slots.retain(|slot| !is_present(&step, slot));
    let next = match slots.is_empty() {
        true => next_free(app, ctx, &step, plus(first, DAYS)).await?,
        false => None,
    };
    let next = next.as_ref().map(date_of).transpose()?;
    // Whoever may not book online finds nothing anywhere: they are told why.
    let of_patient = appointments::consequence(app, ctx, whose(ctx, &step)).await?;
    let by_phone = of_patient == NoShowConsequence::PhoneOnly;
    let around = Around {
        today,
        first,
        next,
        by_phone,
    };
    week(ctx, l, &step, around, &slots)
}

/// The dates that matter to a week.
struct Around {
    today: Date,
    first: Date,
    /// The next date with a free time, where the week has none.
    next: Option<Date>,
    /// Whether the patient books by telephone only.
    by_phone: bool,
}

/// Whom the times are for, as far as that is known.
fn whose(ctx: &Ctx, step: &Step<'_>) -> Option<PatientId> {
    let own = || ctx.signed_in().ok().and_then(|user| user.patient_id);
    let moved = step.moving.map(|it| it.patient_id);
    moved.or(step.wanted.patient).or_else(own)
}

fn date_of(slot: &Slot) -> Result<Date> {
    Ok(zone(&slot.time_zone)?.date_at(slot.starts_at))
}

fn plus(date: Date, days: i32) -> Date {
    date.checked_add(days.days()).unwrap_or(date)
}

/// Whether it is the time that the appointment has already: then it is no move. At the same time with somebody else it is one,
/// but only for whom that somebody was asked for.
fn is_present(step: &Step<'_>, slot: &Slot) -> bool {
    step.moving.is_some_and(|it| {
        let with = step.wanted.provider.unwrap_or(it.provider_id);
        (it.starts_at, it.location_id, it.provider_id) == (slot.starts_at, slot.location_id, with)
    })
}

fn search(step: &Step<'_>, from: Date, to: Date) -> Search {
    Search {
        service_id: step.offered.service.id,
        provider_id: step.wanted.provider,
        department_id: None,
        location_id: step.wanted.location,
        patient_id: step.wanted.patient.filter(|_| step.moving.is_none()),
        moving: step.moving.map(|it| it.id),
        ticket_id: step.wanted.ticket.filter(|_| step.moving.is_none()),
        from,
        to,
        limit: 1,
    }
}

/// The first free time from `from` on.
async fn next_free(app: &App, ctx: &Ctx, step: &Step<'_>, from: Date) -> Result<Option<Slot>> {
    let mut from = from;
    for _ in 0..SEARCHES {
        let to = plus(from, REACH);
        if let Some(slot) = slots::list(app, ctx, &search(step, from, to)).await?.into_iter().next() {
            return Ok(Some(slot));
        }
        from = plus(to, 1);
    }
    Ok(None)
}

fn week(ctx: &Ctx, l: Locale, step: &Step<'_>, around: Around, slots: &[Slot]) -> Result<Week> {
    let Around {
        today,
        first,
        next,
        by_phone,
    } = around;
    let Step { wanted, offered, .. } = step;
    let filters = filters(l, step);
    let days = days(l, step, slots)?;
    let last = last(first, &days);
    let place = wanted.location.and_then(|id| offered.location(id));
    let place_words = place.map(|place| {
        let args = [
            ("place", place.name.as_str().into()),
            ("zone", place.time_zone.as_str().into()),
        ];
        l.tf("book-times-at", &args)
    });
    let none = l.t("book-day-none");
    let day = |date: Date| {
        let parts = days.get(&date).cloned().unwrap_or_default();
        DayTimes {
            heading: l.day_long(date),
            hint: l.days_away(today, date),
            none: if parts.is_empty() { none.clone() } else { String::new() },
            parts,
        }
    };
    let text = match (next, by_phone) {
        (_, true) => "rule-phone-only",
        (Some(_), _) => "book-week-none-text",
        (None, _) => "book-none-text",
    };
    Ok(Week {
        l,
        path: step.path.to_owned(),
        action: step.action.to_owned(),
        hidden: wanted.from(first).pairs(),
        kept: kept(step),
        narrowed: narrowed(l, &filters),
        filters,
        first,
        today,
        place: place_words.unwrap_or_default(),
        zone: place.map(|place| place.time_zone.clone()).unwrap_or_default(),
        range: l.date_range(first, last),
        earlier: if first > today {
            wanted.from(plus(first, -DAYS).max(today)).address(step.path)
        } else {
            String::new()
        },
        later: wanted.from(plus(last, 1)).address(step.path),
        times: (!days.is_empty()).then(|| {
            let dates = (0..DAYS).map(|offset| plus(first, offset));
            Times::new("at", dates.take_while(|date| *date <= last).map(day).collect())
        }),
        blank: days
            .is_empty()
            .then(|| Blank::new(Icon("calendar-x-2"), l.t("book-week-none"), l.t(text))),
        ways: if by_phone {
            let asked = Asked {
                path: step.path,
                offered,
                wanted,
            };
            super::ways::ways(ctx, l, &asked, Rule::PhoneOnly.next_steps())
        } else {
            ways(ctx, l, step, next, days.is_empty())
        },
        chosen: l.t("book-choose-time"),
        go: match step.moving {
            Some(_) => l.t("patient-move-here"),
            None => l.t("book-continue"),
        },
    })
}

/// The last date that is shown: a busy clinic's week has more times than a page should.
fn last(first: Date, days: &BTreeMap<Date, Vec<Part>>) -> Date {
    let mut count = 0;
    for (date, parts) in days {
        count += parts.iter().map(|part| part.times.len()).sum::<usize>();
        if count >= ENOUGH {
            return *date;
        }
    }
    plus(first, DAYS - 1)
}

/// The free times of each date, in parts of the day.
fn days(l: Locale, step: &Step<'_>, slots: &[Slot]) -> Result<BTreeMap<Date, Vec<Part>>> {
    let mut days: BTreeMap<Date, [Vec<TimeChoice>; 3]> = BTreeMap::new();
    let mut before = None;
    let seats = seats(slots);
    let preferred: BTreeSet<(Timestamp, LocationId)> = slots
        .iter()
        .filter(|slot| slot.preferred)
        .map(|slot| (slot.starts_at, slot.location_id))
        .collect();
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
        // A time that the clock shows twice is told apart by its offset.
        let offset = zone
            .is_repeated(slot.starts_at)
            .then(|| slot.local_start.get(19..).unwrap_or_default().to_owned());
        let left = seats.get(&(slot.starts_at, slot.location_id));
        let left = left.map(|left| l.tf("book-seats-left", &[("count", i64::from(*left).into())]));
        let is_preferred = preferred.contains(&(slot.starts_at, slot.location_id));
        let recommended = is_preferred.then(|| l.t("book-recommended"));
        let note: Vec<String> = offset.into_iter().chain(left).chain(recommended).collect();
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
            .note(note.join(" · "))
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

/// How many seats are left at each time, with all who give it then; nothing where one has the time alone.
fn seats(slots: &[Slot]) -> BTreeMap<(Timestamp, LocationId), u32> {
    let mut seats = BTreeMap::new();
    for slot in slots {
        if let Some(left) = slot.seats_left {
            *seats.entry((slot.starts_at, slot.location_id)).or_default() += left;
        }
    }
    seats
}

/// What narrows the times: with whom, and where. One choice is none.
fn filters(l: Locale, step: &Step<'_>) -> Vec<Filter> {
    let Step { wanted, offered, .. } = step;
    let anyone = Choice::new("", l.t("book-anyone"));
    let providers = offered.providers.iter();
    let providers = providers.map(|it| Choice::new(it.id.to_string(), it.full_name()));
    let locations = offered.locations.iter();
    let locations = locations.map(|it| Choice::new(it.id.to_string(), it.name.clone()));
    let with = Filter {
        name: "provider",
        label: l.t("book-with"),
        choices: [anyone].into_iter().chain(providers).collect(),
        chosen: wanted.provider.map(|id| id.to_string()).unwrap_or_default(),
    };
    let place = Filter {
        name: "location",
        label: l.t("book-where"),
        choices: locations.collect(),
        chosen: wanted.location.map(|id| id.to_string()).unwrap_or_default(),
    };
    let with = Some(with).filter(|_| offered.providers.len() > 1);
    let place = Some(place).filter(|_| offered.locations.len() > 1);
    with.into_iter().chain(place).collect()
}

/// The choices of the filters in a line; where there are none, the date alone can be chosen.
fn narrowed(l: Locale, filters: &[Filter]) -> String {
    let chosen = filters.iter().filter_map(|filter| {
        let chosen = filter.choices.iter().find(|choice| choice.value == filter.chosen);
        chosen.map(|choice| choice.label.as_str())
    });
    let chosen: Vec<&str> = chosen.collect();
    if chosen.is_empty() {
        l.t("book-other-day")
    } else {
        chosen.join(" · ")
    }
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
fn ways(ctx: &Ctx, l: Locale, step: &Step<'_>, next: Option<Date>, is_empty: bool) -> Vec<Action> {
    let mut ways = Vec::new();
    if let Some(date) = next {
        let label = l.tf("book-next-free", &[("day", l.day(date).into())]);
        ways.push(Action::link(label, step.wanted.from(date).address(step.path)).primary());
    }
    let steps: &[NextStep] = if is_empty {
        &[
            NextStep::OtherProvider,
            NextStep::OtherLocation,
            NextStep::Waitlist,
            NextStep::OtherService,
            NextStep::Phone,
        ]
    } else {
        &[NextStep::OtherProvider, NextStep::Waitlist, NextStep::Phone]
    };
    let asked = Asked {
        path: step.path,
        offered: step.offered,
        wanted: step.wanted,
    };
    ways.extend(super::ways::ways(ctx, l, &asked, steps));
    // With times to choose from there is nothing to make up for.
    ways.retain(|way| is_empty || way.href != "/book");
    ways
}

/// `{time} where you are`, for the script that knows the reader's clock.
pub fn your_time(l: Locale) -> String {
    l.tf("book-your-time", &[("time", "{time}".into())])
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
