//! One of each of what the program can do besides: a service that asks, takes a room and equipment and is not given often; a ticket, a
//! child, a series, a visit, an overbooked time and somebody who walked in.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use kalends_app::booking::{self, NewBooking, Overrides};
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::intake::Answers;
use kalends_app::patients::PatientPatch;
use kalends_app::proxies::{self, NewDependant};
use kalends_app::resources::{self, ResourcePatch};
use kalends_app::series::{self, NewSeries};
use kalends_app::services::{self, ServicePatch};
use kalends_app::tickets::{self, NewTicket};
use kalends_app::visits::{self, NewPart, NewVisit, VisitSearch, WantedPart};
use kalends_app::walk_ins::{self, WalkIn, Who};
use kalends_domain::id::PatientId;
use kalends_domain::intake::{AnswerChoice, Condition, Question, QuestionKind, Stop};
use kalends_domain::need::Need;
use kalends_domain::opening::Opening;
use kalends_domain::proxy::Relationship;
use kalends_domain::recurrence::{End, Recurrence, Unit};
use kalends_domain::rule::Rule;
use kalends_domain::service::Service;
use kalends_domain::texts::Texts;

use super::arabic;
use super::diary::aligned;
use super::house::{House, Member};
use super::own;
use super::people::Online;
use super::stage::{Person, Stage, making};
use crate::serve::Failure;

/// The places in the plan of whom and what is booked here.
const FAMILY_DOCTOR: usize = 0;
const EARLY_RISER: usize = 1;
const CARDIOLOGISTS: [usize; 2] = [3, 4];
const CHILDRENS_DOCTOR: usize = 7;
const PHYSIOTHERAPIST: usize = 10;
const CONSULTATION: usize = 0;
const BLOOD_TEST: usize = 3;
const CHILD_CHECK_UP: usize = 13;
const PHYSIOTHERAPY: usize = 16;

/// The service that asks.
pub const ASKING: &str = "Stress ECG";
/// The equipment for it, at each site.
const TREADMILLS: [&str; 2] = ["Treadmill", "Passadeira"];

/// Makes all of it, before the diaries fill up.
///
/// # Errors
/// What a use case refused that is not a time, or the database.
pub async fn show(
    stage: &Stage,
    house: &House,
    calendars: &[Vec<Opening>],
    patient: &Online,
    others: &[Online],
) -> Result<(), Failure> {
    offer_stress_test(stage, house).await?;
    grant_ticket(stage, house, patient).await?;
    bring_child(stage, house, calendars, patient).await?;
    repeat(stage, house, calendars, patient).await?;
    visit(stage, house, patient).await?;
    overbook(stage, house, calendars, others).await?;
    walk_in(stage, house).await
}

fn both(english: &str, arabic: &str) -> Texts {
    let text = |language: &str, text: &str| (language.to_owned(), text.to_owned());
    Texts(BTreeMap::from([text("en", english), text("ar", arabic)]))
}

fn service(house: &House, place: usize) -> Result<&Service, Failure> {
    house.services.get(place).ok_or_else(|| "no such service".into())
}

fn member(house: &House, place: usize) -> Result<&Member, Failure> {
    house.providers.get(place).ok_or_else(|| "no such doctor".into())
}

fn today(stage: &Stage, house: &House) -> Result<Date, Failure> {
    let (_, zone) = house.sites.first().ok_or("the clinic has no sites")?;
    Ok(zone.date_at(stage.now))
}

/// A room and a treadmill at once, four times a day at most, and questions of every kind.
async fn offer_stress_test(stage: &Stage, house: &House) -> Result<(), Failure> {
    let ctx = stage.ctx(&Person::system(), stage.now - 9_000.hours());
    for ((site, _), name) in house.sites.iter().zip(TREADMILLS) {
        let treadmill = ResourcePatch {
            name: Some(name.into()),
            kind: Some("treadmill".into()),
            location_id: Some(*site),
            archived: None,
        };
        resources::create(&stage.app, &ctx, treadmill, &Once::unkeyed())
            .await
            .map_err(making(name))?;
    }
    let (names, descriptions) = arabic::words(ASKING);
    let department = service(house, 6)?.department_id;
    let cardiologists = CARDIOLOGISTS.iter().map(|place| Ok(member(house, *place)?.id));
    let input = ServicePatch {
        name: Some(ASKING.into()),
        names: Some(names),
        description: Some(Some("On the treadmill, up to your limit. Bring sports shoes.".into())),
        descriptions: Some(descriptions),
        department_id: Some(department),
        duration_minutes: Some(30),
        buffer_after_minutes: Some(10),
        lead_time_minutes: Some(24 * 60),
        needs: Some(vec![
            Need::Kind("treatment room".into()),
            Need::Kind("treadmill".into()),
        ]),
        max_per_day: Some(Some(4)),
        intake: Some(questions(stage)),
        price_minor: Some(Some(8_500)),
        provider_ids: Some(cardiologists.collect::<Result<_, Failure>>()?),
        ..ServicePatch::default()
    };
    let made = services::create(&stage.app, &ctx, input, &Once::unkeyed()).await;
    made.map(drop).map_err(making(ASKING))
}

fn questions(stage: &Stage) -> Vec<Question> {
    let question = |kind, required, text| Question {
        id: stage.app.new_id(),
        kind,
        required,
        text,
        choices: Vec::new(),
        stop: None,
    };
    let choice = |value: &str, text| AnswerChoice {
        value: value.into(),
        text,
    };
    let pain = both("Do you have chest pain at rest?", "هل تشعر بألم في الصدر وأنت مستريح؟");
    let call = both(
        "Please do not wait for an appointment: call 112, or come to us at once.",
        "لا تنتظر موعدًا من فضلك: اتصل بالرقم 112 أو تعال إلينا فورًا.",
    );
    let heavy = both(
        "Our treadmill carries up to 150 kg. Please call us: there is another way.",
        "يتحمل جهازنا حتى 150 كغ. يرجى الاتصال بنا: هناك طريقة أخرى.",
    );
    vec![
        Question {
            stop: Some(Stop {
                when: Condition::Is("yes".into()),
                text: call,
            }),
            ..question(QuestionKind::YesNo, true, pain)
        },
        Question {
            stop: Some(Stop {
                when: Condition::Above(150),
                text: heavy,
            }),
            ..question(
                QuestionKind::Number,
                true,
                both("Your weight in kilograms", "وزنك بالكيلوغرام"),
            )
        },
        Question {
            choices: vec![
                choice("never", both("Hardly ever", "نادرًا")),
                choice("weekly", both("Once or twice a week", "مرة أو مرتين في الأسبوع")),
                choice("often", both("More often", "أكثر من ذلك")),
            ],
            ..question(
                QuestionKind::Choice,
                true,
                both("How often do you do sports?", "كم مرة تمارس الرياضة؟"),
            )
        },
        question(
            QuestionKind::Text,
            false,
            both("Which medicines do you take?", "ما الأدوية التي تتناولها؟"),
        ),
        question(
            QuestionKind::Date,
            false,
            both("When was your last ECG?", "متى كان آخر تخطيط لقلبك؟"),
        ),
        question(
            QuestionKind::Consent,
            true,
            both(
                "I know that the test is strenuous and can be stopped at any time.",
                "أعلم أن الاختبار مجهد ويمكن إيقافه في أي وقت.",
            ),
        ),
    ]
}

async fn grant_ticket(stage: &Stage, house: &House, patient: &Online) -> Result<(), Failure> {
    let (_, zone) = house.sites.first().ok_or("the clinic has no sites")?;
    let last = zone.day(today(stage, house)?.checked_add(60.days())?);
    let ticket = NewTicket {
        patient_id: patient.id,
        service_id: service(house, PHYSIOTHERAPY)?.id,
        provider_id: None,
        department_id: None,
        valid_until: last.map(|day| day.ends_at()),
        note: Some("For the neck, as we discussed.".into()),
    };
    let ctx = stage.ctx(&member(house, FAMILY_DOCTOR)?.person, stage.now - 20.hours());
    let granted = tickets::create(&stage.app, &ctx, ticket, &Once::unkeyed()).await;
    granted.map(drop).map_err(making("a ticket"))
}

/// The demo patient is a parent.
async fn bring_child(stage: &Stage, house: &House, calendars: &[Vec<Opening>], parent: &Online) -> Result<(), Failure> {
    let child = NewDependant {
        relationship: Relationship::Parent,
        details: PatientPatch {
            given_name: Some("Sami".into()),
            family_name: Some("Haddad".into()),
            birth_date: Some(today(stage, house)?.checked_sub(5.years()).ok()),
            ..PatientPatch::default()
        },
    };
    let ctx = stage.ctx(&parent.person, stage.now - 2_000.hours());
    let proxy = proxies::add_dependant(&stage.app, &ctx, child, &Once::unkeyed())
        .await
        .map_err(making("a child"))?;
    let from = today(stage, house)?.checked_add(5.days())?;
    let check_up = service(house, CHILD_CHECK_UP)?;
    let times = starts(calendars, CHILDRENS_DOCTOR, check_up, from);
    for (starts_at, opening) in times {
        let input = booked(
            house,
            (CHILDRENS_DOCTOR, CHILD_CHECK_UP),
            starts_at,
            opening,
            proxy.proxy.patient_id,
        )?;
        if book(stage, house, input).await? {
            break;
        }
    }
    Ok(())
}

/// Late in the morning of the first eight openings from that day on.
fn starts<'a>(
    calendars: &'a [Vec<Opening>],
    doctor: usize,
    service: &'a Service,
    from: Date,
) -> impl Iterator<Item = (Timestamp, &'a Opening)> {
    let openings = calendars.get(doctor).into_iter().flatten();
    let there = openings.filter(move |opening| opening.local_date >= from).take(8);
    there.map(|opening| {
        (
            aligned(opening, service, opening.span.starts_at() + 120.minutes()),
            opening,
        )
    })
}

fn booked(
    house: &House,
    (doctor, service_at): (usize, usize),
    starts_at: Timestamp,
    opening: &Opening,
    patient: PatientId,
) -> Result<NewBooking, Failure> {
    Ok(NewBooking {
        service_id: service(house, service_at)?.id,
        starts_at,
        provider_id: Some(member(house, doctor)?.id),
        location_id: Some(opening.location_id),
        patient_id: Some(patient),
        ticket_id: None,
        answers: Answers::default(),
        hold_token: None,
        reason: None,
        overrides: Overrides::default(),
    })
}

/// At the desk, an hour ago. Whether the time could be had.
async fn book(stage: &Stage, house: &House, input: NewBooking) -> Result<bool, Failure> {
    let ctx = stage.ctx(&house.desk, stage.now - 1.hours());
    match booking::book(&stage.app, &ctx, input, &Once::unkeyed()).await {
        Ok(_) => Ok(true),
        Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) => Ok(false),
        Err(error) => Err(making("an appointment of the showcase")(error)),
    }
}

/// Physiotherapy every fourth day, of which some is done already.
async fn repeat(stage: &Stage, house: &House, calendars: &[Vec<Opening>], patient: &Online) -> Result<(), Failure> {
    let physiotherapy = service(house, PHYSIOTHERAPY)?;
    let from = today(stage, house)?.checked_sub(14.days())?;
    for (starts_at, opening) in starts(calendars, PHYSIOTHERAPIST, physiotherapy, from) {
        let input = NewSeries {
            service_id: physiotherapy.id,
            starts_at,
            provider_id: Some(member(house, PHYSIOTHERAPIST)?.id),
            location_id: opening.location_id,
            patient_id: patient.id,
            recurrence: Recurrence {
                every: 4,
                unit: Unit::Days,
                weekdays: Vec::new(),
                end: End::Count(8),
            },
            instead: Vec::new(),
            skip_conflicts: true,
            reason: Some("Shoulder, eight times by prescription".into()),
            answers: Answers::default(),
            overrides: Overrides::default(),
        };
        let ctx = stage.ctx(&house.desk, starts_at - 72.hours());
        let booked = match series::book(&stage.app, &ctx, input, &Once::unkeyed()).await {
            Ok(booked) => booked,
            Err(AppError::NotAll { .. } | AppError::NotBookable { .. } | AppError::SlotTaken { .. }) => continue,
            Err(error) => return Err(making("a series")(error)),
        };
        for done in booked.appointments.iter().filter(|it| it.ends_at < stage.now) {
            own::carry_out(stage, house, PHYSIOTHERAPIST, done).await?;
        }
        break;
    }
    Ok(())
}

/// A blood test, and what it is for right after it.
async fn visit(stage: &Stage, house: &House, patient: &Online) -> Result<(), Failure> {
    let location_id = house.sites.first().ok_or("the clinic has no sites")?.0;
    let from = today(stage, house)?.checked_add(4.days())?;
    let part = |place| {
        Ok::<_, Failure>(WantedPart {
            service_id: service(house, place)?.id,
            provider_id: None,
        })
    };
    let search = VisitSearch {
        parts: vec![part(BLOOD_TEST)?, part(CONSULTATION)?],
        location_id,
        patient_id: Some(patient.id),
        moving: None,
        from,
        to: from.checked_add(13.days())?,
        limit: 1,
    };
    let ctx = stage.ctx(&house.desk, stage.now - 3.hours());
    let found = visits::list(&stage.app, &ctx, &search).await;
    let Some(slot) = found.map_err(making("a visit"))?.into_iter().next() else {
        return Ok(());
    };
    let parts = slot.parts.iter().map(|part| NewPart {
        service_id: part.service_id,
        starts_at: part.starts_at,
        provider_id: Some(part.provider_id),
        answers: Answers::default(),
    });
    let visit = NewVisit {
        parts: parts.collect(),
        location_id,
        patient_id: Some(patient.id),
        reason: Some("Always tired".into()),
        overrides: Overrides::default(),
    };
    let booked = visits::book(&stage.app, &ctx, visit, &Once::unkeyed()).await;
    booked.map(drop).map_err(making("a visit"))
}

/// Two people at one time: the desk found that one of them cannot wait.
async fn overbook(stage: &Stage, house: &House, calendars: &[Vec<Opening>], others: &[Online]) -> Result<(), Failure> {
    let (Some(first), Some(second)) = (others.get(10), others.get(11)) else {
        return Ok(());
    };
    let from = today(stage, house)?.checked_add(1.days())?;
    let what = (EARLY_RISER, CONSULTATION);
    for (starts_at, opening) in starts(calendars, EARLY_RISER, service(house, CONSULTATION)?, from) {
        let input = booked(house, what, starts_at, opening, first.id)?;
        let over = NewBooking {
            overrides: Overrides {
                rules: vec![Rule::Taken],
                reason: Some("In pain since the weekend; Dr. Weidmann agrees".into()),
            },
            ..booked(house, what, starts_at, opening, second.id)?
        };
        if book(stage, house, input).await? && book(stage, house, over).await? {
            break;
        }
    }
    Ok(())
}

/// Half an hour ago somebody stood at the desk, or just now where nobody was there then.
async fn walk_in(stage: &Stage, house: &House) -> Result<(), Failure> {
    let (location_id, _) = house.sites.first().ok_or("the clinic has no sites")?;
    for minutes_ago in [30, 0] {
        let input = WalkIn {
            who: Who::New {
                given_name: "Jule".into(),
                family_name: "Petersen".into(),
            },
            service_id: service(house, CONSULTATION)?.id,
            location_id: *location_id,
            provider_id: None,
            reason: Some("Cut her hand in the kitchen".into()),
            overrides: Overrides::default(),
        };
        let ctx = stage.ctx(&house.desk, stage.now - minutes_ago.minutes());
        match walk_ins::receive(&stage.app, &ctx, input, &Once::unkeyed()).await {
            Ok(_) => break,
            Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) => {}
            Err(error) => return Err(making("a walk-in")(error)),
        }
    }
    Ok(())
}
