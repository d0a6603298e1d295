//! Makes the clinic in an empty database, through the use cases.

use std::sync::Arc;

use jiff::Timestamp;
use kalends_app::app::App;
use kalends_app::{audit, tenants};
use kalends_domain::service::Service;
use kalends_domain::tenant::DEFAULT_SLUG;
use tokio::task::JoinSet;

use super::chance::Chance;
use super::diary::Diary;
use super::hours::{self, Quarter};
use super::house::{self, House};
use super::own;
use super::people::{self, Patient};
use super::showcase;
use super::stage::{Stage, making};
use crate::serve::Failure;

/// The department whose patients are children.
const PAEDIATRICS: usize = 3;

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    pub patients: usize,
    pub appointments: usize,
}

/// Fills the tenant `default` with so many patients and their appointments around `now`.
///
/// # Errors
/// What a use case refused, or the database.
pub async fn seed(app: &App, now: Timestamp, patients: usize) -> Result<Made, Failure> {
    let tenant = tenants::find(app, DEFAULT_SLUG)
        .await?
        .ok_or("there is no tenant default")?;
    let stage = Stage {
        app: app.clone(),
        tenant: Arc::new(tenant),
        now,
    };
    let house = house::build(&stage).await?;
    let quarter = Quarter::around(now, &house.sites.first().ok_or("the clinic has no sites")?.1)?;
    let calendars = hours::open(&stage, &house, &quarter).await?;
    hours::close(&stage, &house).await?;
    let known = people::make(&stage, &house.desk, patients).await?;
    let demo = people::make_demo_patient(&stage).await?;
    let online = people::make_online(&stage, 24).await?;
    own::book(&stage, &house, &calendars, &demo, &online).await?;
    own::wait(&stage, &house, &demo, &online).await?;
    showcase::show(&stage, &house, &calendars, &demo, &online).await?;

    let mut diaries = JoinSet::new();
    let pools = pools(&house, &known);
    for (place, (calendar, pool)) in calendars.into_iter().zip(pools).enumerate() {
        let member = house.providers.get(place).ok_or("a calendar of nobody")?;
        let diary = Diary {
            stage: stage.clone(),
            provider: member.id,
            doctor: member.person.clone(),
            desk: house.desk.clone(),
            zone: house.home(member).ok_or("a doctor has no site")?.1.clone(),
            openings: calendar,
            services: services_of(&house, member.plan.services),
            patients: pool,
            is_full_today: place == 0,
            chance: Chance::new(100 + u64::try_from(place)?),
        };
        diaries.spawn(diary.fill());
    }
    let mut appointments = 0;
    while let Some(filled) = diaries.join_next().await {
        appointments += filled??;
    }
    audit::seal(app, stage.tenant.id)
        .await
        .map_err(making("the audit trail"))?;
    Ok(Made {
        patients: known.len() + online.len() + 1,
        appointments,
    })
}

fn services_of(house: &House, places: &[usize]) -> Vec<Service> {
    let services = places.iter().filter_map(|place| house.services.get(*place));
    services.cloned().collect()
}

/// Each doctor's patients: children at the children's doctors, everybody's their own, so that diaries can be filled side by
/// side.
fn pools(house: &House, known: &[Patient]) -> Vec<Vec<kalends_domain::id::PatientId>> {
    let mut pools = vec![Vec::new(); house.providers.len()];
    let (children, adults): (Vec<&Patient>, Vec<&Patient>) = known.iter().partition(|patient| patient.is_child);
    let of = |for_children: bool| -> Vec<usize> {
        let doctors = house.providers.iter().enumerate();
        doctors
            .filter(|(_, member)| (member.plan.department == PAEDIATRICS) == for_children)
            .map(|(place, _)| place)
            .collect()
    };
    for (patients, doctors) in [(children, of(true)), (adults, of(false))] {
        for (patient, doctor) in patients.into_iter().zip(doctors.into_iter().cycle()) {
            if let Some(pool) = pools.get_mut(doctor) {
                pool.push(patient.id);
            }
        }
    }
    pools
}
