//! Openings made from random patterns in random zones around changes of the clock.

use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use kalends_domain::id::{LocationId, OpeningId, ProviderId};
use kalends_domain::opening::{Dates, Opening, Pattern, Place, Plan, Publication, Window, generate};
use kalends_domain::slot::{Asker, Judgement, Own, Site, Standing, Terms};
use kalends_domain::time::{Interval, LocalTime, Weekday, Zone};
use proptest::collection::{btree_set, vec};
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::TestCaseError;
use uuid::Uuid;

const LOCATION: LocationId = LocationId(Uuid::from_u128(2));

#[derive(Clone, Debug)]
struct Order {
    zone: Zone,
    now: Timestamp,
    dates: Dates,
    pattern: Pattern,
}

impl Order {
    fn plan(&self, existing: &[Opening]) -> Result<Plan, TestCaseError> {
        let place = Place {
            provider_id: ProviderId(Uuid::from_u128(1)),
            location_id: LOCATION,
            zone: &self.zone,
        };
        generate(&place, self.dates, &self.pattern, self.now, existing)
            .map_err(|flaws| TestCaseError::fail(format!("{flaws:?}")))
    }

    /// How many starts staff are offered in each opening by itself, for an appointment as long as its slots.
    fn offered(&self, openings: &[Opening]) -> usize {
        let sites = [Site {
            location_id: LOCATION,
            zone: &self.zone,
            archived: false,
            rooms: &[],
        }];
        let one = |opening: &Opening| {
            let judgement = Judgement {
                now: self.now,
                asker: Asker::Staff,
                service_id: None,
                terms: Terms::plain(opening.slot_minutes.minutes()),
                needs: &[],
                standing: Standing::GOOD,
                sites: &sites,
                openings: std::slice::from_ref(opening),
                busy: &[],
                closings: &[],
                patient_busy: &[],
                held: &[],
                caps: &[],
                own: Own::default(),
                overrides: &[],
            };
            judgement
                .candidates(opening.span)
                .filter(|candidate| candidate.offered().is_some())
                .count()
        };
        openings.iter().map(one).sum()
    }
}

fn made(plan: &Plan) -> Vec<Opening> {
    let ids = (1_000u128..).map(|number| OpeningId(Uuid::from_u128(number)));
    plan.create
        .iter()
        .cloned()
        .zip(ids)
        .map(|(opening, id)| opening.with_id(id))
        .collect()
}

/// One to four windows that do not overlap, each with room for a slot.
fn windows() -> impl Strategy<Value = Vec<Window>> {
    btree_set(0..=24 * 4_u16, 2..9).prop_map(|quarters| {
        let times: Vec<LocalTime> = quarters
            .into_iter()
            .filter_map(|quarter| LocalTime::new(quarter / 4, quarter % 4 * 15).ok())
            .collect();
        times
            .chunks_exact(2)
            .map(|pair| Window {
                from: pair[0],
                to: pair[1],
            })
            .rev()
            .collect()
    })
}

fn order() -> impl Strategy<Value = Order> {
    let names: Vec<String> = Zone::names().filter(|name| name != "Etc/Unknown").collect();
    let place = (proptest::sample::select(names), 0..2_500_000_000_i64).prop_filter_map("a zone", |(name, second)| {
        let around = Timestamp::from_second(second).ok()?;
        let rules = TimeZoneDatabase::bundled().get(&name).ok()?;
        let change = rules
            .following(around)
            .next()
            .map_or(around, |change| change.timestamp());
        Some((Zone::new(&name).ok()?, change))
    });
    let slot = (5..=15_u32).prop_filter_map("an interval", |minutes| Interval::new(minutes).ok());
    let weekdays = proptest::sample::subsequence(Weekday::ALL.to_vec(), 1..=7);
    (place, -6..2_i64, 0..9_i64, -150..150_i64, windows(), weekdays, slot).prop_filter_map(
        "dates",
        |((zone, change), before, days, hours, windows, weekdays, slot_minutes)| {
            let first: Date = zone.date_at(change).checked_add(before.days()).ok()?;
            let last = first.checked_add(days.days()).ok()?;
            Some(Order {
                now: change + SignedDuration::from_hours(hours),
                zone,
                dates: Dates { first, last },
                pattern: Pattern {
                    weekdays,
                    windows,
                    slot_minutes,
                    publication: Publication::default(),
                },
            })
        },
    )
}

proptest! {
    /// What is made never overlaps, is never over, and lies where the wall says.
    #[test]
    fn openings_are_sound(order in order()) {
        let plan = order.plan(&[])?;
        let today = order.zone.date_at(order.now);
        for pair in plan.create.windows(2) {
            prop_assert!(pair[0].span.ends_at() <= pair[1].span.starts_at());
        }
        for opening in &plan.create {
            prop_assert!(opening.span.ends_at() > order.now && opening.local_date >= today);
            prop_assert!(order.pattern.weekdays.contains(&Weekday::of(opening.local_date)));
            let window = order.zone.window(opening.local_date, opening.local_from, opening.local_to);
            prop_assert_eq!(window, Some(opening.span));
        }
    }

    /// The number of slots that is told beforehand is the number that is offered afterwards.
    #[test]
    fn the_slots_are_counted_right(order in order()) {
        let plan = order.plan(&[])?;
        prop_assert_eq!(plan.slots, order.offered(&made(&plan)));
    }

    /// Planning again adds nothing; what was taken away comes back, and nothing else changes.
    #[test]
    fn planning_again_only_fills_up(order in order(), removed in vec(any::<bool>(), 60)) {
        let all = made(&order.plan(&[])?);
        prop_assert_eq!(order.plan(&all)?.create, vec![]);
        let removed: std::collections::HashSet<OpeningId> =
            all.iter().zip(removed).filter_map(|(opening, gone)| gone.then_some(opening.id)).collect();
        let (gone, mut left): (Vec<Opening>, Vec<Opening>) = all.into_iter().partition(|opening| removed.contains(&opening.id));
        let kept: Vec<OpeningId> = left.iter().map(|opening| opening.id).collect();
        left.reverse();
        let again = order.plan(&left)?;
        prop_assert_eq!(&again.kept, &kept);
        let spans = |openings: &[Opening]| openings.iter().map(|opening| opening.span).collect::<Vec<_>>();
        prop_assert_eq!(spans(&made(&again)), spans(&gone));
    }
}
