//! Random calendars.

use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, Timestamp};
use kalends_domain::allocation::Owner;
use kalends_domain::closure::Extent;
use kalends_domain::id::{AppointmentId, BlockId, HoldId, LocationId, OpeningId, ProviderId, ResourceId, ServiceId};
use kalends_domain::need::Need;
use kalends_domain::opening::{Opening, Publication, PublishMode};
use kalends_domain::rule::Rule;
use kalends_domain::service::Clientele;
use kalends_domain::slot::{
    Asker, Busy, Candidate, Cap, Closing, Horizon, Judgement, OpenLimit, Own, PatientStanding, Period, Room, Site,
    Standing, Taken, Terms,
};
use kalends_domain::time::{Interval, LocalTime, Minutes, Span, Zone};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use uuid::Uuid;

pub const HERE: LocationId = LocationId(Uuid::from_u128(1));
const THERE: LocationId = LocationId(Uuid::from_u128(2));
const PROVIDER: ProviderId = ProviderId(Uuid::from_u128(3));
const COLLEAGUE: ProviderId = ProviderId(Uuid::from_u128(5));
const SERVICE: ServiceId = ServiceId(Uuid::from_u128(4));
const OTHER_SERVICE: ServiceId = ServiceId(Uuid::from_u128(5));
const OWN_HOLD: HoldId = HoldId(Uuid::from_u128(77));

#[derive(Clone, Debug)]
pub struct Scene {
    zone: Zone,
    /// A change of the clock, or just some instant where the zone has none.
    pub change: Timestamp,
    now: Timestamp,
    asker: Asker,
    terms: Terms,
    openings: Vec<Opening>,
    busy: Vec<Busy>,
    closings: Vec<Closing>,
    patient_busy: Vec<Busy>,
    needs: Vec<Need>,
    rooms: Vec<Room>,
    caps: Vec<Cap>,
    patient: PatientStanding,
    both_sites: bool,
    lenient: bool,
}

impl Scene {
    pub fn ask<T>(&self, question: impl FnOnce(&Judgement<'_>) -> T) -> T {
        let site = |location_id| Site {
            location_id,
            zone: &self.zone,
            archived: false,
            rooms: &self.rooms,
        };
        let sites = [site(HERE), site(THERE)];
        question(&Judgement {
            now: self.now,
            asker: self.asker,
            service_id: Some(SERVICE),
            terms: self.terms,
            needs: &self.needs,
            standing: Standing {
                patient: self.patient,
                ..Standing::GOOD
            },
            sites: if self.both_sites { &sites } else { &sites[..1] },
            openings: &self.openings,
            busy: &self.busy,
            closings: &self.closings,
            patient_busy: &self.patient_busy,
            held: &[],
            caps: &self.caps,
            own: Own {
                hold: Some(OWN_HOLD),
                appointments: &[],
            },
            overrides: if self.lenient {
                &[Rule::PatientOverlap, Rule::BookingHorizon]
            } else {
                &[]
            },
        })
    }

    /// How many may book one time.
    pub const fn capacity(&self) -> u32 {
        self.terms.capacity
    }

    /// Takes the candidate's time of the provider and of the room, for one; what is guarded then.
    pub fn book(&mut self, candidate: &Candidate, number: u32) -> Span {
        let time = span(
            candidate.starts_at,
            candidate.ends_at.duration_since(candidate.starts_at),
        );
        let guarded = self.terms.guarded(&time);
        let place = candidate.offered();
        let busy = Busy {
            time,
            guarded,
            owner: Owner::Appointment(AppointmentId(Uuid::from_u128(1_000 + u128::from(number)))),
            group_id: place.and_then(|place| place.seat).map(|seat| seat.group_id),
            blocks: true,
        };
        self.busy.push(busy);
        let taken = place.map(|place| &place.resource_ids[..]).unwrap_or_default();
        for room in self.rooms.iter_mut().filter(|room| taken.contains(&room.id)) {
            room.busy.push(busy);
        }
        guarded
    }
}

fn span(starts_at: Timestamp, length: SignedDuration) -> Span {
    Span::new(starts_at, starts_at + length).unwrap_or_else(|wrong| unreachable!("{wrong}"))
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// A zone of any kind, and a change of its clock.
fn place() -> impl Strategy<Value = (Zone, Timestamp)> {
    let mut names: Vec<String> = Zone::names().filter(|name| name != "Etc/Unknown").collect();
    // Every other time one of those that change by half an hour, at midnight, in the south, or oddly.
    for name in [
        "Australia/Lord_Howe",
        "America/Santiago",
        "Africa/Cairo",
        "Asia/Beirut",
        "Antarctica/Troll",
        "Pacific/Chatham",
    ] {
        names.extend(std::iter::repeat_n(name.to_owned(), 100));
    }
    (proptest::sample::select(names), 0..2_500_000_000_i64).prop_filter_map("a zone", |(name, second)| {
        let around = Timestamp::from_second(second).ok()?;
        let rules = TimeZoneDatabase::bundled().get(&name).ok()?;
        let change = rules
            .following(around)
            .next()
            .map_or(around, |change| change.timestamp());
        Some((Zone::new(&name).ok()?, change))
    })
}

fn terms() -> impl Strategy<Value = Terms> {
    let interval = option::of((5..=60_u32).prop_filter_map("an interval", |count| Interval::new(count).ok()));
    let horizon = prop_oneof![
        (0..4_u16).prop_map(Horizon::Days),
        Just(Horizon::DEFAULT),
        Just(Horizon::Endless)
    ];
    let lead_time = prop_oneof![Just(0), 0..3_000_u32];
    (
        5..150_u32,
        0..3_u32,
        0..3_u32,
        interval,
        any::<bool>(),
        lead_time,
        horizon,
        1..4_u32,
    )
        .prop_map(
            |(duration, before, after, start_interval, start_on_hour, lead_time, horizon, capacity)| Terms {
                duration: Minutes(duration),
                buffer_before: Minutes(before * 7),
                buffer_after: Minutes(after * 5),
                start_interval,
                start_on_hour,
                lead_time: Minutes(lead_time),
                horizon,
                capacity,
            },
        )
}

/// Openings one after the other, often touching, from three days before the change.
fn openings(change: Timestamp) -> impl Strategy<Value = Vec<Opening>> {
    let gap = prop_oneof![Just(0), Just(0), 1..400_i64];
    let mode = proptest::sample::select(PublishMode::ALL.to_vec());
    let release = option::of((0..6_000_u32).prop_map(Minutes));
    let services = proptest::sample::select(vec![
        vec![],
        vec![SERVICE],
        vec![OTHER_SERVICE],
        vec![OTHER_SERVICE, SERVICE],
    ]);
    let publication = (mode, release, services).prop_map(|(mode, release, services)| Publication {
        mode,
        release,
        services,
    });
    let slot = proptest::sample::select(vec![5, 10, 15, 20, 30, 45, 60]);
    vec((gap, 5..600_i64, any::<bool>(), slot, publication), 0..14).prop_map(move |windows| {
        let mut next = change - minutes(3 * 24 * 60);
        let mut openings = Vec::new();
        for ((gap, length, here, slot, publication), number) in windows.into_iter().zip(10..) {
            let span = span(next + minutes(gap * 2), minutes(length));
            next = span.ends_at();
            openings.push(Opening {
                id: OpeningId(Uuid::from_u128(number)),
                provider_id: PROVIDER,
                location_id: if here { HERE } else { THERE },
                local_date: jiff::civil::Date::ZERO,
                local_from: LocalTime::START_OF_DAY,
                local_to: LocalTime::END_OF_DAY,
                span,
                slot_minutes: Interval::new(slot).unwrap_or_else(|wrong| unreachable!("{wrong}")),
                publication: if number % 3 == 0 {
                    publication
                } else {
                    Publication::default()
                },
                template_id: None,
            });
        }
        // Their order must not matter.
        let half = openings.len() / 2;
        openings.rotate_left(half);
        openings
    })
}

fn busy(change: Timestamp, most: usize) -> impl Strategy<Value = Vec<Busy>> {
    let one = (-4_500..2_500_i64, 1..200_i64, 0..3_u32, 0..3_u32, 0..6_u8, 0..8_u8);
    vec(one, 0..most).prop_map(move |items| {
        let each = items
            .into_iter()
            .zip(200_u128..)
            .map(|((start, length, before, after, kind, odd), number)| {
                let time = span(change + minutes(start), minutes(length));
                let expires_at = change - minutes(if kind == 0 { 3_000 } else { 0 });
                Busy {
                    time,
                    guarded: time.widened(Minutes(before * 5), Minutes(after * 10)),
                    owner: match kind {
                        0 | 1 => Owner::Hold {
                            id: if odd == 0 {
                                OWN_HOLD
                            } else {
                                HoldId(Uuid::from_u128(number))
                            },
                            expires_at,
                        },
                        2 => Owner::Block(BlockId(Uuid::from_u128(number))),
                        3 => Owner::External,
                        _ => Owner::Appointment(AppointmentId(Uuid::from_u128(number))),
                    },
                    group_id: None,
                    blocks: odd != 1,
                }
            });
        each.collect()
    })
}

fn closings(change: Timestamp) -> impl Strategy<Value = Vec<Closing>> {
    let extent = proptest::sample::select(vec![
        Extent::Organisation,
        Extent::Location(HERE),
        Extent::Location(THERE),
        Extent::Provider(PROVIDER),
        Extent::Provider(COLLEAGUE),
    ]);
    vec((-4_500..2_500_i64, 1..900_i64, extent), 0..3).prop_map(move |items| {
        let each = items.into_iter().map(|(start, length, extent)| Closing {
            span: span(change + minutes(start), minutes(length)),
            extent,
        });
        each.collect()
    })
}

fn rooms(change: Timestamp) -> impl Strategy<Value = Vec<Room>> {
    vec((busy(change, 12), kind()), 0..4).prop_map(|rooms| {
        let numbered = rooms.into_iter().zip(300..).map(|((busy, kind), number)| Room {
            id: ResourceId(Uuid::from_u128(number)),
            name: format!("{kind} {number}"),
            kind,
            busy,
        });
        numbered.collect()
    })
}

fn kind() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["room".to_owned(), "device".to_owned()])
}

/// Mostly nothing; kinds and named things, there or not, and now and then the same twice.
fn needs() -> impl Strategy<Value = Vec<Need>> {
    let named = (300..304_u128).prop_map(|number| Need::Resource(ResourceId(Uuid::from_u128(number))));
    prop_oneof![
        2 => Just(vec![]),
        3 => vec(prop_oneof![2 => kind().prop_map(Need::Kind), 1 => named], 0..3),
    ]
}

/// Caps of a few; those that count are spread over the days around the change.
fn caps(change: Timestamp) -> impl Strategy<Value = Vec<Cap>> {
    let rule = proptest::sample::select(vec![
        (Rule::ServiceDayCap, Period::Day),
        (Rule::ServiceWeekCap, Period::Week),
        (Rule::ProviderDayCap, Period::Day),
        (Rule::ProviderWeekCap, Period::Week),
    ]);
    let taken = busy(change, 12).prop_map(|busy| {
        let each = busy.into_iter().map(|it| Taken {
            owner: it.owner,
            starts_at: it.time.starts_at(),
        });
        each.collect()
    });
    let cap = (rule, 1..6_u32, taken).prop_map(|((rule, period), most, counted)| Cap {
        rule,
        period,
        most,
        provider_id: None,
        service_id: None,
        counted,
    });
    vec(cap, 0..3)
}

/// Mostly somebody whom nothing stands against.
fn patient() -> impl Strategy<Value = PatientStanding> {
    let others = proptest::sample::select(vec![Clientele::New, Clientele::Returning]);
    prop_oneof![
        8 => Just(PatientStanding::default()),
        1 => (option::of(others), option::of(0..3_u32), any::<bool>())
            .prop_map(|(for_others, most, phone_only)| PatientStanding {
                for_others,
                open_of_service: most.map(|most| OpenLimit { most, open: most }),
                open_of_any: most.map(|most| OpenLimit { most: most + 1, open: most }),
                phone_only,
            }),
    ]
}

pub fn scene() -> impl Strategy<Value = Scene> {
    place().prop_flat_map(|(zone, change)| {
        let asker = proptest::sample::select(vec![Asker::Public, Asker::Patient, Asker::Staff]);
        let calendar = (
            openings(change),
            busy(change, 20),
            closings(change),
            busy(change, 4),
            (needs(), rooms(change)),
            caps(change),
            patient(),
        );
        let asked = (-400_000..3_000_i64, asker, terms(), any::<bool>(), any::<bool>());
        (Just(zone), calendar, asked).prop_map(move |(zone, calendar, (ago, asker, terms, both_sites, lenient))| {
            let (openings, busy, closings, patient_busy, (needs, rooms), caps, patient) = calendar;
            Scene {
                zone,
                change,
                now: change - SignedDuration::from_secs(ago.max(-200_000) + 180_000),
                asker,
                terms,
                openings,
                busy,
                closings,
                patient_busy,
                needs,
                rooms,
                caps,
                patient,
                both_sites,
                lenient,
            }
        })
    })
}
