//! The days on which clocks change, all over the world: every slot exists once, is labelled so that it can be told from its
//! twin, and can be booked.

use std::collections::BTreeSet;

use kalends_store::on_both;
use serde_json::{Value, json};

use crate::api::clinic::Clinic;
use crate::api::server::{Answer, scaled};

/// A zone, a date, how many half hours that date has there, its first start and its last. Written down from the announcements
/// of the changes, not computed.
pub const DAYS: [(&str, &str, usize, &str, &str); 19] = [
    // Half an hour, in the south.
    (
        "Australia/Lord_Howe",
        "2027-04-04",
        49,
        "00:00:00+11:00",
        "23:30:00+10:30",
    ),
    (
        "Australia/Lord_Howe",
        "2027-10-03",
        47,
        "00:00:00+10:30",
        "23:30:00+11:00",
    ),
    // An hour, off by half an hour.
    (
        "Australia/Adelaide",
        "2027-04-04",
        50,
        "00:00:00+10:30",
        "23:30:00+09:30",
    ),
    (
        "Australia/Adelaide",
        "2027-10-03",
        46,
        "00:00:00+09:30",
        "23:30:00+10:30",
    ),
    // At midnight: the day ends twice, or begins at one.
    ("America/Santiago", "2027-04-03", 50, "00:00:00-03:00", "23:30:00-04:00"),
    ("America/Santiago", "2027-09-05", 46, "01:00:00-03:00", "23:30:00-03:00"),
    ("Africa/Cairo", "2027-04-30", 46, "01:00:00+03:00", "23:30:00+03:00"),
    ("Africa/Cairo", "2027-10-28", 50, "00:00:00+03:00", "23:30:00+02:00"),
    ("Asia/Beirut", "2027-03-28", 46, "01:00:00+03:00", "23:30:00+03:00"),
    ("Asia/Beirut", "2027-10-30", 50, "00:00:00+03:00", "23:30:00+02:00"),
    // At quarters to and past.
    ("Pacific/Chatham", "2027-04-04", 50, "00:00:00+13:45", "23:30:00+12:45"),
    ("Pacific/Chatham", "2027-09-26", 46, "00:00:00+12:45", "23:30:00+13:45"),
    // In the north.
    ("Europe/Berlin", "2027-03-28", 46, "00:00:00+01:00", "23:30:00+02:00"),
    ("Europe/Berlin", "2027-10-31", 50, "00:00:00+02:00", "23:30:00+01:00"),
    ("America/New_York", "2027-03-14", 46, "00:00:00-05:00", "23:30:00-04:00"),
    ("America/New_York", "2027-11-07", 50, "00:00:00-04:00", "23:30:00-05:00"),
    ("America/St_Johns", "2027-03-14", 46, "00:00:00-03:30", "23:30:00-02:30"),
    ("America/St_Johns", "2027-11-07", 50, "00:00:00-02:30", "23:30:00-03:30"),
    // No change at all.
    ("Asia/Kathmandu", "2027-03-28", 48, "00:00:00+05:45", "23:30:00+05:45"),
];

fn items(answer: &Answer) -> Vec<Value> {
    answer.body["items"].as_array().cloned().unwrap_or_default()
}

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn roll<T: Copy>(&mut self, sides: &[T]) -> T {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from(self.0 >> 33).unwrap_or_default();
        sides[index % sides.len()]
    }
}

on_both! {
    async fn a_day_has_the_slots_that_its_clock_shows(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let service = clinic.add_service(json!({"start_interval_minutes": null, "booking_horizon_days": 400})).await?;
        for (zone, date, count, first, last) in DAYS {
            let provider = clinic.open_all_day(zone, date, &service).await?;
            let path = format!("/slots?service_id={service}&provider_id={provider}&from={date}&to={date}");
            let slots = items(&clinic.server.visitor().get(&path).await?.expect(200)?);
            let starts: Vec<&str> = slots.iter().filter_map(|slot| slot["local_start"].as_str()).collect();
            assert_eq!(starts.len(), count, "{zone} {date}: {starts:?}");
            assert_eq!(starts.first(), Some(&format!("{date}T{first}").as_str()), "{zone}");
            assert_eq!(starts.last(), Some(&format!("{date}T{last}").as_str()), "{zone}");
            assert_eq!(starts.iter().collect::<BTreeSet<_>>().len(), count, "{zone}: labels are not unique");
            // What the clock shows twice is told apart by the offset alone; what it skips is not there.
            let walls: BTreeSet<&str> = starts.iter().filter_map(|start| start.get(..19)).collect();
            assert_eq!(walls.len(), count.min(48), "{zone}");
            // Those around the change, each by somebody: in the night, or at the end of a day that ends twice.
            let patient = clinic.server.patient().await?;
            for slot in slots[..9].iter().chain(&slots[count - 4..]) {
                let wish = json!({"service_id": service, "provider_id": provider, "starts_at": slot["starts_at"]});
                let booked = patient.post("/appointments", &wish).await?.expect(201)?;
                assert_eq!(booked.body["local_start"], slot["local_start"]);
            }
            let left = items(&clinic.server.visitor().get(&path).await?.expect(200)?);
            assert_eq!(left.len(), count - 13, "{zone}");
        }
        clinic.server.verify().await
    }

    async fn what_is_offered_can_be_booked_whatever_the_rules(database: TestDatabase) {
        let clinic = Clinic::start(&database).await?;
        let mut dice = Dice(20_270_104);
        for _ in 0..scaled(60, 6) {
            let (zone, date, ..) = dice.roll(&DAYS);
            let service = clinic.add_service(json!({
                "duration_minutes": dice.roll(&[5, 20, 45, 60, 95, 240]),
                "buffer_before_minutes": dice.roll(&[0, 0, 5, 30]),
                "buffer_after_minutes": dice.roll(&[0, 0, 10, 45]),
                "start_interval_minutes": dice.roll(&[None, Some(5), Some(20), Some(60)]),
                "lead_time_minutes": dice.roll(&[0, 60, 3000]),
                "booking_horizon_days": 400,
            })).await?;
            let provider = clinic.open_all_day(zone, date, &service).await?;
            let path = format!("/slots?service_id={service}&provider_id={provider}&from={date}&to={date}");
            for _ in 0..12 {
                let slots = items(&clinic.server.visitor().get(&path).await?.expect(200)?);
                if slots.is_empty() {
                    break;
                }
                let chosen = dice.roll(&(0..slots.len()).collect::<Vec<_>>());
                let starts_at = &slots[chosen]["starts_at"];
                let wish = json!({"service_id": service, "provider_id": provider, "starts_at": starts_at});
                let patient = clinic.server.patient().await?;
                patient.post("/appointments", &wish).await?.expect(201)?;
            }
        }
        clinic.server.verify().await
    }
}
