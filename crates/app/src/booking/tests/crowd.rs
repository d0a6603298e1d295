//! Sixty-four callers at once, at everything that people do with times: afterwards the rows themselves are checked, by rules that
//! are written here anew ([`ledger`]) and know nothing of the program's own judgement.

mod ledger;
mod member;

use std::collections::BTreeMap;

use kalends_domain::appointment::Appointment;
use kalends_domain::id::{AppointmentId, ProviderId, ServiceId};
use kalends_domain::need::Need;
use kalends_domain::opening::PublishMode;
use kalends_domain::time::{Month, Weekday};
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, Rules};
use kalends_store::testing::{TestDatabase, TestResult};

use self::ledger::{Ledger, Terms};
use self::member::Member;
use super::people::Practice;
use crate::idempotency::Once;
use crate::openings::{Generate, generate};

const CALLERS: u64 = 64;
/// Patients cancel and move until so many minutes before.
const CUTOFF: i32 = 120;

/// How much everybody wants.
#[expect(clippy::disallowed_methods, reason = "the length of a run is the runner's to choose")]
fn wishes() -> usize {
    if std::env::var_os("KALENDS_SOAK").is_some() {
        48
    } else {
        8
    }
}

/// Three doctors, two gyms and a scanner for all of them.
#[derive(Clone)]
pub struct House {
    practice: Practice,
    doctors: Vec<ProviderId>,
    terms: BTreeMap<ServiceId, Terms>,
}

impl House {
    async fn open(database: &TestDatabase) -> TestResult<Self> {
        let clinic = Clinic::open(database).await?;
        let mut terms = BTreeMap::new();
        for (minutes, (before, after), seats, needs) in [
            (30, (0, 5), 1, vec![]),
            (45, (5, 10), 1, vec!["gym"]),
            (20, (0, 0), 1, vec!["gym", "scanner"]),
            (60, (0, 15), 3, vec!["gym"]),
        ] {
            let rules = Rules {
                duration_minutes: minutes,
                buffer_before_minutes: before,
                buffer_after_minutes: after,
                cutoff_minutes: CUTOFF,
                start_interval_minutes: Some(15),
                ..Rules::default()
            };
            let service = clinic.add_service(&rules).await?;
            let kinds: Vec<Need> = needs.iter().map(|kind| Need::Kind((*kind).into())).collect();
            clinic.set_needs(service, &kinds).await?;
            let its = Terms {
                before: before.into(),
                after: after.into(),
                seats,
                needs,
            };
            terms.insert(service, its);
        }
        let class = "UPDATE services SET capacity = 3 WHERE tenant_id = $1 AND duration_minutes = 60";
        clinic.change(class).await?;
        for kind in ["gym", "gym", "scanner"] {
            clinic.add_room(kind).await?;
        }
        let services: Vec<ServiceId> = terms.keys().copied().collect();
        let mut doctors = Vec::new();
        for _ in 0..3 {
            doctors.push(clinic.add_provider(&services).await?.0);
        }
        let house = Self {
            practice: Practice::new(clinic)?,
            doctors,
            terms,
        };
        for doctor in &house.doctors {
            house.open_month(*doctor).await?;
        }
        Ok(house)
    }

    async fn open_month(&self, provider_id: ProviderId) -> TestResult {
        let order = Generate {
            provider_id,
            month: Month::of(jiff::civil::date(2027, 1, 1))?,
            location_id: None,
            weekdays: Weekday::ALL.to_vec(),
            windows: vec![Generate::HOURS],
            slot_minutes: Generate::SLOT_MINUTES,
            publish_mode: PublishMode::Online,
            dry_run: false,
        };
        generate(&self.practice.app, &self.practice.admin(), order, &Once::unkeyed()).await?;
        Ok(())
    }
}

/// What somebody was told last of each.
fn latest(told: Vec<Appointment>) -> BTreeMap<AppointmentId, Appointment> {
    let mut latest: BTreeMap<AppointmentId, Appointment> = BTreeMap::new();
    for appointment in told {
        let known = latest.get(&appointment.id).map_or(0, |known| known.version);
        if appointment.version > known {
            latest.insert(appointment.id, appointment);
        }
    }
    latest
}

on_both! {
    async fn sixty_four_at_everything_leave_every_row_right(database: TestDatabase) {
        let house = House::open(&database).await?;
        let mut crowd = tokio::task::JoinSet::new();
        for seed in 0..CALLERS {
            let member = Member::new(&house, seed, house.practice.patient().await?)?;
            crowd.spawn(member.live(wishes()));
        }
        let mut told = Vec::new();
        let mut done = BTreeMap::new();
        for outcome in crowd.join_all().await {
            let member = outcome?;
            told.extend(member.told);
            for (what, count) in member.done {
                *done.entry(what).or_insert(0) += count;
            }
        }
        for what in ["booked", "held", "moved", "cancelled", "overbooked", "in a series", "in a visit"] {
            assert!(done.get(what).is_some_and(|count| *count > 0), "nobody {what}: {done:?}");
        }
        let ledger = Ledger::read(&house.practice, &database).await?;
        ledger.check(&house, &latest(told))?;
        assert!(ledger.shared() > 0, "nobody shares a class");
        house.practice.verify().await?;
        let findings = crate::verify::verify(&database.url).await?;
        assert_eq!(findings.violations, []);
        Ok(())
    }
}
