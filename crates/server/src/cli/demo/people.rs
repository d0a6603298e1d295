//! The patients.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_app::idempotency::Once;
use kalends_app::patients::{self, PatientPatch};
use kalends_app::users::{self, NewUser};
use kalends_domain::id::PatientId;
use kalends_domain::page::PageRequest;
use kalends_domain::permission::Role;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::chance::Chance;
use super::names;
use super::stage::{Person, Stage, making};
use super::{AT_ONCE, PASSWORD};
use crate::serve::Failure;

/// A patient as far as the diaries care.
#[derive(Clone, Copy)]
pub struct Patient {
    pub id: PatientId,
    pub is_child: bool,
}

/// A patient who signs in and books by themselves.
pub struct Online {
    pub id: PatientId,
    pub person: Person,
}

const NOTES: [&str; 8] = [
    "Prefers to be called in the afternoon.",
    "Comes with an interpreter.",
    "Wheelchair: please use the ground-floor room.",
    "Allergic to penicillin.",
    "Hard of hearing; speak towards the left side.",
    "Moved here in spring; records requested from the previous practice.",
    "Afraid of needles: take time.",
    "Please send reminders by text message.",
];

/// Makes `count` patients without accounts, some of them children.
pub async fn make(stage: &Stage, desk: &Person, count: usize) -> Result<Vec<Patient>, Failure> {
    let mut chance = Chance::new(1);
    let mut tasks = JoinSet::new();
    let room = Arc::new(Semaphore::new(AT_ONCE));
    for number in 0..count {
        let (input, age_days) = draw(&mut chance, stage, number);
        let is_child = age_days < 16 * 365;
        // Known for some months up to two years, and not before they were born.
        let known_days = (70 + chance.below(660)).min(age_days - 2);
        let known_hours = i64::try_from(known_days * 24)?;
        let ctx = stage.ctx(desk, stage.now - known_hours.hours());
        let (app, room) = (stage.app.clone(), Arc::clone(&room));
        tasks.spawn(async move {
            let _turn = room.acquire().await;
            let made = patients::create(&app, &ctx, input, &Once::unkeyed()).await;
            made.map(|patient| {
                (
                    number,
                    Patient {
                        id: patient.id,
                        is_child,
                    },
                )
            })
        });
    }
    let mut made = Vec::with_capacity(count);
    while let Some(outcome) = tasks.join_next().await {
        made.push(outcome?.map_err(making("patients"))?);
    }
    made.sort_by_key(|(number, _)| *number);
    Ok(made.into_iter().map(|(_, patient)| patient).collect())
}

/// A patient, and how many days old they are.
fn draw(chance: &mut Chance, stage: &Stage, number: usize) -> (PatientPatch, usize) {
    let name = names::draw(chance);
    let age_days = if chance.percent(18) {
        90 + chance.below(15 * 365)
    } else {
        18 * 365 + chance.below(70 * 365)
    };
    let today = jiff::tz::Offset::UTC.to_datetime(stage.now).date();
    let birth_date: Option<Date> = i64::try_from(age_days)
        .ok()
        .and_then(|days| today.checked_sub(days.days()).ok());
    let has_email = chance.percent(72);
    // Numbers that regulators keep free for films and examples: Berlin's 23125, Britain's 07700 900.
    let phone = if chance.percent(80) {
        format!("+493023125{:03}", chance.below(1_000))
    } else {
        format!("+447700900{:03}", chance.below(1_000))
    };
    let has_phone = !has_email || chance.percent(75);
    let note = chance.percent(6).then(|| chance.pick(&NOTES).copied()).flatten();
    let input = PatientPatch {
        given_name: Some(name.given.into()),
        family_name: Some(name.family.into()),
        email: Some(has_email.then(|| format!("{}@example.test", mailbox(&name, number)))),
        phone: Some(has_phone.then_some(phone)),
        birth_date: Some(birth_date),
        language: Some(Some(name.language.into())),
        notes: Some(note.map(str::to_owned)),
        archived: None,
    };
    (input, age_days)
}

/// An address that reads like the name where the name is written with A to Z.
fn mailbox(name: &names::Name, number: usize) -> String {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if plain(name.given) && plain(name.family) {
        format!("{}.{}{number}", name.given, name.family).to_lowercase()
    } else {
        format!("patient{number}")
    }
}

/// The demo's patient, who signs in.
pub async fn make_demo_patient(stage: &Stage) -> Result<Online, Failure> {
    let online = register(stage, "patient@demo.test", ("Noor", "Haddad"), Some(PASSWORD)).await?;
    let details = PatientPatch {
        phone: Some(Some("+493023125042".into())),
        birth_date: Some(Some(jiff::civil::date(1988, 5, 17))),
        language: Some(Some("en".into())),
        ..PatientPatch::default()
    };
    let ctx = stage.ctx(&Person::system(), stage.now - 9_000.hours());
    patients::update(&stage.app, &ctx, online.id, None, details)
        .await
        .map_err(making("the demo's patient"))?;
    Ok(online)
}

/// Patients with accounts, but without passwords.
pub async fn make_online(stage: &Stage, count: usize) -> Result<Vec<Online>, Failure> {
    let mut chance = Chance::new(2);
    let mut made = Vec::new();
    for number in 0..count {
        let name = names::draw(&mut chance);
        let email = format!("online{number}@example.test");
        made.push(register(stage, &email, (name.given, name.family), None).await?);
    }
    Ok(made)
}

async fn register(
    stage: &Stage,
    email: &str,
    (given, family): (&str, &str),
    password: Option<&str>,
) -> Result<Online, Failure> {
    let ctx = stage.ctx(&Person::system(), stage.now - 9_000.hours());
    let input = NewUser {
        email: email.into(),
        given_name: given.into(),
        family_name: family.into(),
        language: None,
        role: Role::Patient,
        password: password.map(str::to_owned),
    };
    let user = users::create(&stage.app, &ctx, input, &Once::unkeyed())
        .await
        .map_err(making(email))?;
    let by_email = PageRequest {
        search: Some(email.into()),
        ..PageRequest::default()
    };
    let found = patients::list(&stage.app, &ctx, &by_email)
        .await
        .map_err(making(email))?;
    let patient = found.items.into_iter().find(|patient| patient.user_id == Some(user.id));
    let id = patient.ok_or("a registered patient has no record")?.id;
    Ok(Online {
        id,
        person: Person::user(&stage.app, &user, Role::Patient, None, Some(id)),
    })
}
