//! The day as a line: the hours, who is in them, and the gaps between.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;
use kalends_app::slots::Day;
use kalends_domain::appointment::{NamedAppointment, Status as Life};
use kalends_domain::time::{Span, Zone};

use crate::http::locale::Locale;
use crate::pages::kit::{Badge, Blank, Icon, Search, Status};

/// How long the drawn line is, in units of its own.
const LENGTH: i64 = 720;
/// Shorter gaps are none.
const GAP_MINUTES: i64 = 15;

/// The line, drawn, and the same as a list.
#[derive(Template)]
#[template(path = "doctor/line.html")]
pub struct Line {
    l: Locale,
    open: Vec<Stretch>,
    visits: Vec<Stretch>,
    /// Where the hours are, and their names.
    hours: Vec<(i64, String)>,
    /// Where the present is, if it is on the line.
    now: Option<i64>,
    entries: Vec<Entry>,
    /// Whether the list is folded away until somebody wants it.
    folded: bool,
    blank: Option<Blank>,
}

impl HtmlSafe for Line {}

/// From where to where, and what stands there.
struct Stretch {
    x: i64,
    width: i64,
    class: &'static str,
}

/// A line of the list.
enum Entry {
    Visit {
        time: String,
        name: String,
        what: String,
        href: String,
        badge: Badge,
        is_over: bool,
    },
    /// `25 min free`, and when.
    Gap { time: String, text: String },
}

/// Something on the line, in order of time.
enum Item<'i> {
    Visit(&'i NamedAppointment),
    Gap(Span),
}

impl Line {
    /// The same with its list folded away, where several lines stand on one page.
    #[must_use]
    pub fn folded(mut self) -> Self {
        self.folded = true;
        self
    }

    /// Draws the openings and the visits of one day; `calendar` is the address of the provider's.
    pub fn new(
        l: Locale,
        zone: &Zone,
        now: Timestamp,
        days: &[Day],
        visits: &[NamedAppointment],
        calendar: &str,
    ) -> Self {
        let open: Vec<Span> = days
            .iter()
            .flat_map(|day| &day.openings)
            .map(|opening| opening.span)
            .collect();
        let busy: Vec<Span> = visits
            .iter()
            .filter_map(|it| Span::new(it.appointment.starts_at, it.appointment.ends_at).ok())
            .collect();
        let all = || open.iter().chain(&busy);
        let from = all().map(Span::starts_at).min();
        let to = all().map(Span::ends_at).max();
        let (Some(from), Some(to)) = (from, to) else {
            return Self {
                l,
                open: Vec::new(),
                visits: Vec::new(),
                hours: Vec::new(),
                now: None,
                entries: Vec::new(),
                folded: false,
                blank: Some(Blank::new(
                    Icon("calendar"),
                    l.t("doctor-empty"),
                    l.t("doctor-empty-text"),
                )),
            };
        };
        let length = to.duration_since(from).as_mins().max(1);
        let x = |at: Timestamp| at.duration_since(from).as_mins() * LENGTH / length;
        let stretch = |span: &Span, class| Stretch {
            x: x(span.starts_at()),
            width: (x(span.ends_at()) - x(span.starts_at())).max(4) - 2,
            class,
        };
        let blocked: Vec<Span> = days
            .iter()
            .flat_map(|day| &day.busy)
            .filter_map(|it| Span::new(it.block_starts_at, it.block_ends_at).ok())
            .collect();
        let taken: Vec<Span> = busy.iter().chain(&blocked).copied().collect();
        Self {
            l,
            open: open.iter().map(|span| stretch(span, "")).collect(),
            visits: visits
                .iter()
                .zip(&busy)
                .map(|(it, span)| stretch(span, Status::from(it.appointment.status).class()))
                .collect(),
            hours: hours(l, zone, from, to)
                .into_iter()
                .map(|(at, name)| (x(at), name))
                .collect(),
            now: (from..to).contains(&now).then(|| x(now)),
            entries: entries(l, zone, now, &gaps(&open, &taken), visits, calendar),
            folded: false,
            blank: None,
        }
    }

    /// The drawing's length.
    fn length(&self) -> i64 {
        LENGTH
    }
}

/// The full hours from the first to the last, as the clock shows them.
fn hours(l: Locale, zone: &Zone, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, String)> {
    let first = zone.local(from);
    let ahead = (60 - i64::from(first.minute())) % 60;
    let mut at = from
        .saturating_add(jiff::SignedDuration::from_mins(ahead))
        .unwrap_or(to);
    let mut hours = Vec::new();
    while at < to {
        hours.push((at, l.time(zone.local(at).time())));
        at = at.saturating_add(jiff::SignedDuration::from_hours(1)).unwrap_or(to);
    }
    hours
}

/// What of the open time nobody and nothing takes.
fn gaps(open: &[Span], taken: &[Span]) -> Vec<Span> {
    let mut taken: Vec<&Span> = taken.iter().collect();
    taken.sort_by_key(|span| span.starts_at());
    let mut gaps = Vec::new();
    for span in open {
        let mut at = span.starts_at();
        for busy in &taken {
            if busy.starts_at() > at {
                gaps.extend(Span::new(at, busy.starts_at().min(span.ends_at())).ok());
            }
            at = at.max(busy.ends_at());
        }
        gaps.extend(Span::new(at, span.ends_at()).ok());
    }
    gaps.retain(|gap| gap.duration().as_mins() >= GAP_MINUTES);
    gaps
}

fn entries(
    l: Locale,
    zone: &Zone,
    now: Timestamp,
    gaps: &[Span],
    visits: &[NamedAppointment],
    calendar: &str,
) -> Vec<Entry> {
    // A gap that is over is of no use to anybody.
    let gaps = gaps.iter().filter(|gap| gap.ends_at() > now);
    let gaps = gaps.map(|gap| (gap.starts_at(), Item::Gap(*gap)));
    let visits = visits.iter().map(|it| (it.appointment.starts_at, Item::Visit(it)));
    let mut items: Vec<(Timestamp, Item<'_>)> = gaps.chain(visits).collect();
    items.sort_by_key(|(at, _)| *at);
    let clock = |at| l.time(zone.local(at).time());
    let entry = |(at, item): (Timestamp, Item<'_>)| match item {
        Item::Gap(gap) => {
            let from = gap.starts_at().max(now);
            let minutes = gap.ends_at().duration_since(from).as_mins();
            Entry::Gap {
                time: clock(from),
                text: l.tf("doctor-gap", &[("time", l.minutes(minutes).into())]),
            }
        }
        Item::Visit(it) => {
            let of = &it.appointment;
            let date = zone.date_at(of.starts_at);
            Entry::Visit {
                time: clock(at),
                name: it.patient_name.clone(),
                what: it.service_in(l.code()).to_owned(),
                href: Search::of(calendar).with(&[
                    ("view", "day"),
                    ("date", &date.to_string()),
                    ("appointment", &of.id.to_string()),
                ]),
                badge: Status::from(of.status).badge(l),
                is_over: matches!(of.status, Life::Fulfilled | Life::NoShow),
            }
        }
    };
    items.into_iter().map(entry).collect()
}
