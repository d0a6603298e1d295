//! Series, buffers and caps across both changes of the clock, in zones that change at night, at midnight, by half an hour, in the
//! south, or from an odd offset. The table is what Python's zoneinfo says of 2027.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::id::{LocationId, ProviderId, ServiceId};
use kalends_domain::opening::{Publication, Window};
use kalends_domain::template::WeeklyWindow;
use kalends_domain::time::{Interval, LocalTime, Weekday, Zone};
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, Rules};
use kalends_store::testing::{TestDatabase, TestResult};

use crate::booking::tests::people::{Practice, later};
use crate::booking::{NewBooking, Overrides};
use crate::error::AppError;
use crate::idempotency::Once;
use crate::intake::Answers;
use crate::occurrence::{NOT_A_TIME, Occurrence, Verdict};
use crate::series::{NewSeries, plan};
use crate::templates::{self, NewTemplate};
use kalends_domain::recurrence::{End, Recurrence, Unit};

/// A zone, the instant of a change, the minute of the day that the clock would have shown, and by how many minutes it goes on.
const CHANGES: [(&str, &str, i64, i64); 18] = [
    ("Europe/Berlin", "2027-03-28T01:00Z", 120, 60),
    ("Europe/Berlin", "2027-10-31T01:00Z", 180, -60),
    ("America/New_York", "2027-03-14T07:00Z", 120, 60),
    ("America/New_York", "2027-11-07T06:00Z", 120, -60),
    ("America/Santiago", "2027-04-04T03:00Z", 0, -60),
    ("America/Santiago", "2027-09-05T04:00Z", 0, 60),
    ("Africa/Cairo", "2027-04-29T22:00Z", 0, 60),
    ("Africa/Cairo", "2027-10-28T21:00Z", 0, -60),
    ("Asia/Beirut", "2027-03-27T22:00Z", 0, 60),
    ("Asia/Beirut", "2027-10-30T21:00Z", 0, -60),
    ("Australia/Lord_Howe", "2027-04-03T15:00Z", 120, -30),
    ("Australia/Lord_Howe", "2027-10-02T15:30Z", 120, 30),
    ("Australia/Adelaide", "2027-04-03T16:30Z", 180, -60),
    ("Australia/Adelaide", "2027-10-02T16:30Z", 120, 60),
    ("Pacific/Chatham", "2027-04-03T14:00Z", 225, -60),
    ("Pacific/Chatham", "2027-09-25T14:00Z", 165, 60),
    ("America/St_Johns", "2027-03-14T05:30Z", 120, 60),
    // Nothing changes there: the same checks hold of any day.
    ("Asia/Tehran", "2027-03-20T22:30Z", 120, 0),
];

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// A clinic in that zone whose doctors work day and night.
struct Place {
    practice: Practice,
    change: Timestamp,
    at: i64,
    shift: i64,
}

impl Place {
    async fn open(database: &TestDatabase, (zone, change, at, shift): (&str, &str, i64, i64)) -> TestResult<Self> {
        let practice = Practice::new(Clinic::open(database).await?)?;
        let mut tx = practice.clinic.store.begin(practice.clinic.tenant).await?;
        tx.query("UPDATE locations SET time_zone = $2 WHERE tenant_id = $1")
            .bind(practice.clinic.tenant)
            .bind(zone)
            .execute()
            .await?;
        tx.commit().await?;
        let change: Timestamp = change.parse()?;
        Ok(Self {
            practice,
            change,
            at,
            shift,
        })
    }

    fn now(&self) -> Timestamp {
        self.change - minutes(15 * 24 * 60)
    }

    fn location(&self) -> LocationId {
        self.practice.clinic.location
    }

    /// A service whose doctor has weekly hours, all day on every day.
    async fn add(&self, rules: &Rules) -> TestResult<(ServiceId, ProviderId)> {
        let service = self.practice.clinic.add_service(rules).await?;
        let (provider_id, _) = self.practice.clinic.add_provider(&[service]).await?;
        let all_day = |weekday| WeeklyWindow {
            weekday,
            window: Window {
                from: LocalTime::on_the_hour(0),
                to: LocalTime::on_the_hour(24),
            },
            slot_minutes: Interval::HALF_HOUR,
            publication: Publication::default(),
        };
        let zone = Zone::new(CHANGES[0].0)?;
        let new = NewTemplate {
            provider_id,
            location_id: Some(self.location()),
            effective_from: None,
            effective_until: Some(zone.date_at(self.change + minutes(10 * 24 * 60))),
            every_weeks: 1,
            windows: Weekday::ALL.iter().copied().map(all_day).collect(),
            dry_run: false,
        };
        let admin = later(&self.practice.admin(), self.now());
        templates::create(&self.practice.app, &admin, new, &Once::unkeyed()).await?;
        Ok((service, provider_id))
    }

    /// The rule that refuses a new patient, if one does.
    async fn refusal(&self, service_id: ServiceId, starts_at: Timestamp) -> TestResult<Option<String>> {
        let patient = later(&self.practice.patient().await?, self.now());
        let wish = NewBooking {
            service_id,
            ..self.practice.wish(starts_at)
        };
        match self.practice.book(&patient, wish).await {
            Ok(_) => Ok(None),
            Err(AppError::SlotTaken { .. }) => Ok(Some("taken".into())),
            Err(AppError::NotBookable { rule, .. }) => Ok(Some(rule)),
            Err(error) => Err(error.into()),
        }
    }

    /// Three weeks of it, the second on the day of the change.
    async fn weekly(&self, service_id: ServiceId, starts_at: Timestamp) -> TestResult<Vec<Occurrence>> {
        let series = NewSeries {
            service_id,
            starts_at,
            provider_id: None,
            location_id: self.location(),
            patient_id: self.practice.clinic.add_patient().await?,
            recurrence: Recurrence {
                every: 1,
                unit: Unit::Weeks,
                weekdays: Vec::new(),
                end: End::Count(3),
            },
            instead: Vec::new(),
            skip_conflicts: false,
            reason: None,
            answers: Answers::default(),
            overrides: Overrides::default(),
        };
        let desk = later(&self.practice.receptionist(), self.now());
        Ok(plan(&self.practice.app, &desk, &series).await?)
    }

    /// The wall's time is kept; what the clock skips is no time, and of two the earlier counts.
    async fn series(&self) -> TestResult {
        let (service, _) = self.add(&Rules::default()).await?;
        let week = minutes(7 * 24 * 60);
        let (change, shift) = (self.change, minutes(self.shift));
        let starts = |occurrences: &[Occurrence]| occurrences.iter().map(|it| it.starts_at).collect::<Vec<_>>();

        let noon = change + minutes(10 * 60);
        let found = self.weekly(service, noon - week + shift).await?;
        assert_eq!(
            starts(&found),
            [Some(noon - week + shift), Some(noon), Some(noon + week)]
        );
        assert!(found.iter().all(Occurrence::is_free), "{found:?}");

        if self.shift > 0 {
            let found = self.weekly(service, change - week).await?;
            assert_eq!(starts(&found), [Some(change - week), None, Some(change + week - shift)]);
            assert!(matches!(&found[1].verdict, Verdict::Refused { rule, .. } if rule == NOT_A_TIME));
        } else if self.shift < 0 {
            let twice = change - shift.abs() / 2;
            let found = self.weekly(service, twice - week).await?;
            assert_eq!(
                starts(&found),
                [Some(twice - week), Some(twice), Some(twice + week + shift.abs())]
            );
            assert!(found.iter().all(Occurrence::is_free), "{found:?}");
        }
        Ok(())
    }

    /// An hour after the appointment is an hour, whatever the clock does in it.
    async fn buffers(&self) -> TestResult {
        let rules = Rules {
            buffer_after_minutes: 60,
            ..Rules::default()
        };
        let (service, _) = self.add(&rules).await?;
        assert_eq!(self.refusal(service, self.change - minutes(60)).await?, None);
        let taken = Some("taken".to_owned());
        assert_eq!(self.refusal(service, self.change + minutes(25)).await?, taken);
        assert_eq!(self.refusal(service, self.change + minutes(30)).await?, None);
        Ok(())
    }

    /// One a day is one on each date of the wall, be it 23, 24 or 25 hours long.
    async fn caps(&self) -> TestResult {
        let (service, _) = self.add(&Rules::default()).await?;
        let capped = "UPDATE services SET max_per_day = 1 WHERE tenant_id = $1";
        self.practice.clinic.change(capped).await?;
        // Where midnight comes twice, the day that is over has the hour that is shown again.
        let again_before_midnight = self.at == 0 && self.shift < 0;
        let (begins, length) = if again_before_midnight {
            (self.change - minutes(self.shift), 24 * 60)
        } else {
            (self.change - minutes(self.at), 24 * 60 - self.shift)
        };
        let ends = begins + minutes(length);
        let cap = Some("service-day-cap".to_owned());
        assert_eq!(self.refusal(service, begins).await?, None);
        assert_eq!(self.refusal(service, begins + minutes(5 * 60)).await?, cap);
        assert_eq!(self.refusal(service, ends - minutes(30)).await?, cap);
        assert_eq!(
            self.refusal(service, begins - minutes(30)).await?,
            None,
            "the day before"
        );
        assert_eq!(self.refusal(service, ends).await?, None, "the day after");
        Ok(())
    }
}

on_both! {
    async fn the_wall_the_minutes_and_the_dates_are_kept(database: TestDatabase) {
        for row in CHANGES {
            let place = Place::open(&database, row).await?;
            place.series().await.map_err(|error| format!("{row:?}: {error}"))?;
            place.buffers().await.map_err(|error| format!("{row:?}: {error}"))?;
            place.caps().await.map_err(|error| format!("{row:?}: {error}"))?;
            place.practice.verify().await?;
        }
        Ok(())
    }
}
