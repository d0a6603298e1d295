//! Months in the life of a clinic of forty doctors, on a clock that is moved: everything that people do with a calendar, day by day,
//! and at the end of every week nothing sold twice and nothing lost. A year with `KALENDS_SOAK=1`, else a month.

mod changes;
mod wishes;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use kalends_domain::appointment::{Appointment, Status};
use kalends_domain::id::{AppointmentId, PatientId, ProviderId, ServiceId};
use kalends_domain::opening::{Publication, Window};
use kalends_domain::permission::Role;
use kalends_domain::template::WeeklyWindow;
use kalends_domain::time::{Interval, LocalTime, Weekday, Zone};
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, NOW, Rules};
use kalends_store::testing::{TestDatabase, TestResult};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use crate::appointments::{self, Stepped};
use crate::booking::tests::people::{Practice, later};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::slots::Search;
use crate::sweep::Sweep;
use crate::templates::{self, NewTemplate};

const DOCTORS: usize = 40;
const PATIENTS: usize = 300;

/// How many working weeks, and how many people want something on each of their days.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a test runs is said in the environment"
)]
fn extent() -> (usize, usize) {
    if std::env::var_os("KALENDS_SOAK").is_some() {
        (52, 200)
    } else {
        (4, 40)
    }
}

/// The clinic, and what happened in it so far.
struct Life {
    practice: Practice,
    chance: StdRng,
    talk: ServiceId,
    therapy: ServiceId,
    services: Vec<ServiceId>,
    doctors: Vec<ProviderId>,
    /// Who gives what.
    gives: Vec<(ServiceId, ProviderId)>,
    patients: Vec<PatientId>,
    /// Everything that was booked, by its day, as it was when it was last looked at.
    booked: BTreeMap<AppointmentId, Appointment>,
    counted: BTreeMap<&'static str, usize>,
}

/// What becomes of a wish in a world where others want something too.
fn unless_refused<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(
            AppError::NotBookable { .. }
            | AppError::SlotTaken { .. }
            | AppError::HoldExpired { .. }
            | AppError::NotAll { .. }
            | AppError::WrongState(_)
            | AppError::Stale,
        ) => Ok(None),
        Err(error) => Err(error),
    }
}

fn mornings_and_afternoons() -> TestResult<Vec<WeeklyWindow>> {
    let days = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
    ];
    let mut windows = Vec::new();
    for weekday in days {
        for (from, to) in [("09:00", "12:30"), ("13:30", "17:00")] {
            windows.push(WeeklyWindow {
                weekday,
                window: Window {
                    from: from.parse()?,
                    to: to.parse()?,
                },
                slot_minutes: Interval::HALF_HOUR,
                publication: Publication::default(),
            });
        }
    }
    Ok(windows)
}

impl Life {
    async fn begin(database: &TestDatabase) -> TestResult<Self> {
        let clinic = Clinic::open(database).await?;
        let in_a_room = Rules {
            duration_minutes: 45,
            buffer_before_minutes: 5,
            buffer_after_minutes: 10,
            resource_kind: Some("gym"),
            start_interval_minutes: Some(15),
            ..Rules::default()
        };
        let on_request = Rules {
            duration_minutes: 20,
            requires_approval: true,
            start_interval_minutes: Some(20),
            ..Rules::default()
        };
        let every_half_hour = Rules {
            start_interval_minutes: Some(30),
            cutoff_minutes: 24 * 60,
            ..Rules::default()
        };
        let (talk, therapy) = (
            clinic.add_service(&every_half_hour).await?,
            clinic.add_service(&in_a_room).await?,
        );
        let check = clinic.add_service(&on_request).await?;
        let class = Rules {
            duration_minutes: 50,
            ..in_a_room
        };
        let class = clinic.add_service(&class).await?;
        for _ in 0..6 {
            clinic.add_room("gym").await?;
        }
        clinic
            .change("UPDATE services SET capacity = 6 WHERE tenant_id = $1 AND duration_minutes = 50")
            .await?;
        let services = vec![talk, therapy, check, class];
        let mut life = Self {
            practice: Practice::new(clinic)?,
            chance: StdRng::seed_from_u64(2027),
            talk,
            therapy,
            services,
            doctors: Vec::new(),
            gives: Vec::new(),
            patients: Vec::new(),
            booked: BTreeMap::new(),
            counted: BTreeMap::new(),
        };
        for number in 0..DOCTORS {
            let gives = [life.services[number % 4], talk, therapy];
            let mut gives = gives.to_vec();
            gives.sort_unstable();
            gives.dedup();
            let (doctor, _) = life.practice.clinic.add_provider(&gives).await?;
            life.doctors.push(doctor);
            life.gives.extend(gives.iter().map(|service| (*service, doctor)));
            let new = NewTemplate {
                provider_id: doctor,
                location_id: None,
                effective_from: None,
                effective_until: None,
                every_weeks: 1,
                windows: mornings_and_afternoons()?,
                dry_run: false,
            };
            templates::create(&life.practice.app, &life.admin(), new, &Once::unkeyed()).await?;
        }
        for _ in 0..PATIENTS {
            life.patients.push(life.practice.clinic.add_patient().await?);
        }
        Ok(life)
    }

    fn now(&self) -> Timestamp {
        self.practice.app.now()
    }

    fn admin(&self) -> Ctx {
        later(&self.practice.admin(), self.now())
    }

    fn patient(&self, id: PatientId) -> Ctx {
        let ctx = self
            .practice
            .ctx(Role::Patient, self.practice.clinic.user, Some(id), None);
        later(&ctx, self.now())
    }

    fn somebody(&mut self) -> PatientId {
        self.patients
            .choose(&mut self.chance)
            .copied()
            .unwrap_or(self.patients[0])
    }

    fn count(&mut self, what: &'static str, n: usize) {
        *self.counted.entry(what).or_default() += n;
    }

    fn keep(&mut self, what: &'static str, all: impl IntoIterator<Item = Appointment>) {
        for appointment in all {
            self.count(what, 1);
            self.booked.insert(appointment.id, appointment);
        }
    }

    fn who_gives(&mut self, service: ServiceId) -> Option<ProviderId> {
        let all: Vec<ProviderId> = self
            .gives
            .iter()
            .filter(|(of, _)| *of == service)
            .map(|(_, who)| *who)
            .collect();
        all.choose(&mut self.chance).copied()
    }

    fn search(&mut self, service_id: ServiceId, moving: Option<AppointmentId>, today: Date) -> Search {
        let from = today.saturating_add(self.chance.random_range(0..6).days());
        Search {
            service_id,
            // Most want somebody in particular.
            provider_id: if moving.is_none() && self.chance.random_bool(0.7) {
                self.who_gives(service_id)
            } else {
                None
            },
            department_id: None,
            location_id: None,
            patient_id: None,
            ticket_id: None,
            moving,
            from,
            to: from.saturating_add(3.days()),
            limit: 100,
        }
    }

    fn date(&self, at: Timestamp) -> Date {
        // Germany's date and UTC's are the same while people are about.
        at.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// Requests are answered, and whoever was to come today came, or did not.
    async fn end_of_day(&mut self, today: Date) -> Result<()> {
        let (app, admin) = (self.practice.app.clone(), self.admin());
        let ids: Vec<AppointmentId> = self
            .booked
            .values()
            .filter(|it| it.status.is_open())
            .map(|it| it.id)
            .collect();
        for id in ids {
            let known = &self.booked[&id];
            if known.status == Status::Pending && self.chance.random_bool(0.7) {
                let confirmed = unless_refused(appointments::confirm(&app, &admin, id, Stepped::default()).await)?;
                self.keep("confirmed", confirmed);
            }
            let known = self.booked[&id].clone();
            if known.status != Status::Booked || self.date(known.starts_at) != today {
                continue;
            }
            let with = Stepped::default();
            if self.chance.random_bool(0.08) {
                let missed = unless_refused(appointments::mark_no_show(&app, &admin, id, with).await)?;
                self.keep("missed", missed);
                continue;
            }
            let steps = async {
                appointments::check_in(&app, &admin, id, with.clone()).await?;
                appointments::start(&app, &admin, id, with.clone()).await?;
                appointments::fulfil(&app, &admin, id, with).await
            };
            let done = unless_refused(steps.await)?;
            self.keep("fulfilled", done);
        }
        Ok(())
    }

    /// A working day, from seven in the morning till evening.
    async fn live(&mut self, today: Date, wishes: usize) -> TestResult {
        let clock = self.practice.app.clock.clone();
        let morning = Zone::new("Europe/Berlin")?
            .instant(today, LocalTime::on_the_hour(7))
            .ok_or("no morning")?;
        clock.advance(morning.duration_since(clock.now()));
        for sweep in Sweep::ALL {
            sweep.run(&self.practice.app).await?;
        }
        self.answer_offers().await?;
        for number in 0..wishes {
            match number % 20 {
                3 => self.cancel().await?,
                7 => self.reschedule(today).await?,
                11 => self.book_series().await?,
                15 => self.book_visit(today).await?,
                _ => self.book(today).await?,
            }
        }
        if self.chance.random_bool(0.6) {
            self.time_off().await?;
        }
        clock.advance(SignedDuration::from_hours(12));
        self.end_of_day(today).await?;
        Sweep::AuditSeal.run(&self.practice.app).await?;
        Ok(())
    }
}

on_both! {
    async fn a_clinic_lives_and_nothing_is_sold_twice(database: TestDatabase) {
        let mut life = Life::begin(&database).await?;
        let (weeks, wishes) = extent();
        let mut day = life.date(NOW).saturating_add(3.days());
        for _ in 0..weeks {
            life.change_hours().await?;
            for _ in 0..5 {
                life.live(day, wishes).await?;
                day = day.tomorrow()?;
            }
            day = day.saturating_add(2.days());
            life.practice.verify().await?;
            let findings = crate::verify::verify(&database.url).await?;
            let broken: BTreeSet<&str> = findings.violations.iter().map(|it| it.invariant).collect();
            assert!(broken.is_empty(), "{broken:?} by {day}");
        }
        let least = |what: &str, n: usize| {
            let counted = life.counted.get(what).copied().unwrap_or_default();
            assert!(counted >= n * weeks, "{what}: {counted} in {weeks} weeks; {:?}", life.counted);
        };
        least("booked", wishes * 3);
        least("in series", 10);
        least("in visits", 8);
        least("cancelled", 4);
        least("moved", 3);
        least("closures", 1);
        least("hours changed", 1);
        least("stranded and moved", 1);
        least("waiting", 1);
        least("fulfilled", wishes);
        least("missed", 1);
        least("confirmed", 5);
        Ok(())
    }
}
