//! Random calendars around changes of the clock.

use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, Timestamp};
use kalends_domain::time::{Weekday, Zone};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{select, subsequence};

use super::rules::{Rules, limited, rules};
use crate::services::ServicePatch;

/// A span by its distance from the change of the clock and its length, both in minutes.
pub type Around = (i64, i64);

/// Whom a closure concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    Everybody,
    Location,
    /// The first provider's time off.
    Provider,
}

#[derive(Clone, Copy, Debug)]
pub struct Closing {
    pub whom: Whom,
    pub time: Around,
    /// All of the date on which it begins.
    pub whole_day: bool,
}

#[derive(Clone, Debug)]
pub struct Scene {
    pub zone: Zone,
    /// A change of the clock, or just some instant where the zone has none.
    pub change: Timestamp,
    /// So many minutes before it.
    pub ago: i64,
    pub weekdays: Vec<Weekday>,
    /// From and to, in five minutes of the day.
    pub windows: Vec<(u16, u16)>,
    pub slot_minutes: u32,
    pub service: ServicePatch,
    pub providers: usize,
    pub blocks: Vec<Around>,
    pub closings: Vec<Closing>,
    pub rules: Rules,
    /// Which of those that are offered are booked.
    pub picks: Vec<usize>,
    /// Starts that are tried whether offered or not, in minutes from the change.
    pub tries: Vec<i64>,
}

impl Scene {
    /// The present.
    pub fn now(&self) -> Timestamp {
        self.at(-self.ago)
    }

    /// So many minutes from the change of the clock.
    pub fn at(&self, minutes: i64) -> Timestamp {
        self.change + SignedDuration::from_mins(minutes)
    }

    pub fn span(&self, (start, length): Around) -> (Timestamp, Timestamp) {
        (self.at(start), self.at(start + length))
    }
}

fn place() -> impl Strategy<Value = (Zone, Timestamp)> {
    let mut names: Vec<String> = Zone::names().filter(|name| name != "Etc/Unknown").collect();
    // Every other time one of those that change by half an hour, at midnight, in the south, or oddly.
    for name in [
        "Australia/Lord_Howe",
        "Australia/Adelaide",
        "America/Santiago",
        "Africa/Cairo",
        "Pacific/Chatham",
    ] {
        names.extend(std::iter::repeat_n(name.to_owned(), 120));
    }
    (select(names), 1_580_000_000..2_400_000_000_i64).prop_filter_map("a zone", |(name, second)| {
        let around = Timestamp::from_second(second - second % 60).ok()?;
        let rules = TimeZoneDatabase::bundled().get(&name).ok()?;
        let change = rules
            .following(around)
            .next()
            .map_or(around, |change| change.timestamp());
        Some((Zone::new(&name).ok()?, change))
    })
}

fn service() -> impl Strategy<Value = ServicePatch> {
    let interval = option::of(select(vec![5, 10, 15, 20, 45, 60, 90]));
    let lead_time = prop_oneof![Just(0), 0..4_000_i64];
    let horizon = option::of(1..30_i64);
    let buffers = (select(vec![0, 0, 5, 25]), select(vec![0, 0, 10, 60]));
    let capacity = prop_oneof![3 => Just(1), 1 => 2..4_i64];
    (5..200_i64, buffers, interval, lead_time, horizon, capacity).prop_map(
        |(duration, (before, after), interval, lead_time, horizon, capacity)| ServicePatch {
            capacity: Some(capacity),
            duration_minutes: Some(duration),
            buffer_before_minutes: Some(before),
            buffer_after_minutes: Some(after),
            start_interval_minutes: Some(interval),
            lead_time_minutes: Some(lead_time),
            booking_horizon_days: Some(horizon),
            ..ServicePatch::default()
        },
    )
}

fn closing(spans: impl Strategy<Value = Around>) -> impl Strategy<Value = Closing> {
    let whom = select(vec![Whom::Everybody, Whom::Location, Whom::Provider]);
    (whom, spans, any::<bool>()).prop_map(|(whom, time, whole_day)| Closing { whom, time, whole_day })
}

pub fn scene() -> impl Strategy<Value = Scene> {
    let days = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    // All day as often as not; with a pause at noon, which may take no time.
    let hours = prop_oneof![Just((0, 288)), (0..=132_u16, 162..=288_u16)];
    let windows = (hours, option::of(0..=6_u16)).prop_map(|((from, to), pause)| match pause {
        Some(pause) => vec![(from, 144), (144 + pause, to)],
        None => vec![(from, to)],
    });
    let template = (
        subsequence(days.to_vec(), 3..=7),
        windows,
        select(vec![5, 15, 20, 30, 60]),
    );
    let spans = || (-2_500..2_500_i64, 5..600_i64);
    let asked = (vec(any::<usize>(), 6), vec(-2_400..2_400_i64, 6));
    let ago = prop_oneof![-1_500..3_000_i64, 0..40_000_i64];
    (
        place(),
        ago,
        template,
        limited(service()),
        1..=2_usize,
        (vec(spans(), 0..3), vec(closing(spans()), 0..2)),
        rules(),
        asked,
    )
        .prop_map(
            |(
                (zone, change),
                ago,
                (weekdays, windows, slot_minutes),
                service,
                providers,
                (blocks, closings),
                rules,
                (picks, tries),
            )| Scene {
                zone,
                change,
                ago,
                weekdays,
                windows,
                slot_minutes,
                service,
                providers,
                blocks,
                closings,
                rules,
                picks,
                tries,
            },
        )
}
