//! The rules that a scene has beside its calendar, each of them absent as often as not.

use kalends_domain::opening::{Publication, PublishMode};
use kalends_domain::service::Clientele;
use kalends_domain::tenant::Settings;
use kalends_domain::time::Minutes;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{select, subsequence};

use crate::provider_services::OwnWay;
use crate::services::ServicePatch;

/// Who looks and books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Looks before they sign in, and then is a new patient.
    Visitor,
    /// Another one every time.
    NewPatient,
    /// The same one every time.
    OnePatient,
    /// The same one every time, who has been here before the scene.
    OldPatient,
    /// The desk, for another patient every time.
    Desk,
}

/// What a service needs, of the resources in [`Rooms`].
#[derive(Clone, Copy, Debug)]
pub enum Needed {
    Kind(&'static str),
    /// The first one here.
    First,
}

/// The kinds of the resources here and at another location, and what is needed of them.
#[derive(Clone, Debug)]
pub struct Rooms {
    pub here: Vec<&'static str>,
    pub elsewhere: Vec<&'static str>,
    pub needs: Vec<Needed>,
}

/// Weekly hours instead of a month's.
#[derive(Clone, Copy, Debug)]
pub struct Weekly {
    pub every_weeks: u8,
}

/// For whom a window is.
#[derive(Clone, Copy, Debug)]
pub struct Published {
    pub mode: PublishMode,
    pub release: Option<Minutes>,
    /// For the scene's service alone; else for all.
    pub limited: bool,
}

/// How often a provider is booked, whatever for.
#[derive(Clone, Copy, Debug)]
pub struct ProviderCaps {
    pub per_day: Option<i64>,
    pub per_week: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Rules {
    pub who: Who,
    /// Patients book with a ticket what is not public.
    pub private: bool,
    pub rooms: Rooms,
    pub weekly: Option<Weekly>,
    /// Of each window of a day in weekly hours.
    pub published: Vec<Published>,
    pub provider_caps: ProviderCaps,
    /// The first provider's own way with the service.
    pub own_way: Option<OwnWay>,
    pub settings: Settings,
    /// Whether somebody else keeps the first time that is picked.
    pub held: bool,
}

fn seldom<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    option::weighted(0.25, value)
}

fn who() -> impl Strategy<Value = Who> {
    select(vec![
        Who::Visitor,
        Who::NewPatient,
        Who::OnePatient,
        Who::OldPatient,
        Who::Desk,
    ])
}

fn rooms() -> impl Strategy<Value = Rooms> {
    let kinds = || select(vec!["room", "scanner", "trolley"]);
    let needs = vec![
        Needed::Kind("room"),
        Needed::Kind("room"),
        Needed::Kind("scanner"),
        Needed::First,
    ];
    let needed = prop_oneof![3 => Just(Vec::new()), 2 => subsequence(needs, 1..=3)];
    (vec(kinds(), 2..6), vec(kinds(), 0..3), needed).prop_map(|(here, elsewhere, needs)| Rooms {
        here,
        elsewhere,
        needs,
    })
}

fn published() -> impl Strategy<Value = Published> {
    let mode =
        prop_oneof![5 => Just(PublishMode::Online), 1 => Just(PublishMode::Contact), 1 => Just(PublishMode::Internal)];
    let release = seldom((30..6_000_u32).prop_map(Minutes));
    (mode, release, any::<bool>()).prop_map(|(mode, release, limited)| Published { mode, release, limited })
}

fn provider_caps() -> impl Strategy<Value = ProviderCaps> {
    (seldom(1..4_i64), seldom(1..6_i64)).prop_map(|(per_day, per_week)| ProviderCaps { per_day, per_week })
}

fn own_way() -> impl Strategy<Value = OwnWay> {
    let times = (
        seldom(5..200_i64),
        seldom(select(vec![0, 5, 15])),
        seldom(select(vec![0, 20])),
    );
    let when = (
        seldom(select(vec![10, 25, 60])),
        seldom(0..2_000_i64),
        seldom(1..20_i64),
    );
    let how = (option::of(any::<bool>()), seldom(1..4_i64), seldom(1..6_i64));
    (times, when, how).prop_map(|(times, when, how)| OwnWay {
        duration_minutes: times.0,
        buffer_before_minutes: times.1,
        buffer_after_minutes: times.2,
        start_interval_minutes: when.0,
        lead_time_minutes: when.1,
        booking_horizon_days: when.2,
        requires_approval: how.0,
        max_per_day: how.1,
        max_per_week: how.2,
        ..OwnWay::default()
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    (any::<bool>(), seldom(1..5_i32), seldom(0..3_i32)).prop_map(
        |(fill_gaps, max_open_per_patient, overbookings_per_day)| Settings {
            fill_gaps,
            max_open_per_patient,
            overbookings_per_day,
            ..Settings::default()
        },
    )
}

pub fn rules() -> impl Strategy<Value = Rules> {
    let weekly = option::of((1..=2_u8).prop_map(|every_weeks| Weekly { every_weeks }));
    let hours = (weekly, vec(published(), 2));
    let people = (who(), seldom(Just(())), any::<bool>());
    let limits = (provider_caps(), option::of(own_way()), settings());
    (people, rooms(), hours, limits).prop_map(
        |((who, private, held), rooms, (weekly, published), (provider_caps, own_way, settings))| Rules {
            who,
            private: private.is_some(),
            rooms,
            weekly,
            published,
            provider_caps,
            own_way,
            settings,
            held,
        },
    )
}

/// The service with limits: how often, for whom, and on what starts.
pub fn limited(service: impl Strategy<Value = ServicePatch>) -> impl Strategy<Value = ServicePatch> {
    let clientele =
        prop_oneof![6 => Just(Clientele::Anyone), 2 => Just(Clientele::New), 2 => Just(Clientele::Returning)];
    let caps = (seldom(1..5_i64), seldom(1..8_i64), seldom(1..4_i64));
    (service, clientele, caps, any::<bool>(), any::<bool>()).prop_map(
        |(service, clientele, (max_per_day, max_per_week, most_open), start_on_hour, requires_approval)| ServicePatch {
            clientele: Some(clientele),
            max_per_day: Some(max_per_day),
            max_per_week: Some(max_per_week),
            max_open_per_patient: Some(most_open),
            start_on_hour: Some(start_on_hour),
            requires_approval: Some(requires_approval),
            ..service
        },
    )
}

impl Published {
    /// As the opening has it.
    pub fn publication(self, service: kalends_domain::id::ServiceId) -> Publication {
        Publication {
            mode: self.mode,
            release: self.release,
            services: self.limited.then_some(service).into_iter().collect(),
        }
    }
}
