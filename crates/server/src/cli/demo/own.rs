//! What patients book by themselves: the demo patient's appointments, and requests that wait for a doctor's consent.

use jiff::{Timestamp, ToSpan as _};
use kalends_app::appointments::{self, Stepped};
use kalends_app::booking::{self, NewBooking, Overrides};
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::intake::Answers;
use kalends_app::waitlist::{self, NewEntry};
use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::opening::Opening;
use kalends_domain::time::LocalTime;

use super::diary::aligned;
use super::house::House;
use super::people::Online;
use super::stage::{Person, Stage, making};
use crate::serve::Failure;

/// A wish: a doctor and a service by their places in the plan, days from today, and hours into the doctor's day.
struct Wish {
    doctor: usize,
    service: usize,
    days: i64,
    reason: &'static str,
}

const fn wish(doctor: usize, service: usize, days: i64, reason: &'static str) -> Wish {
    Wish {
        doctor,
        service,
        days,
        reason,
    }
}

/// Before and after today; the last one asks for consent.
const OF_THE_DEMO_PATIENT: [Wish; 7] = [
    wish(0, 1, -33, "New in town"),
    wish(1, 3, -26, "Blood test as agreed"),
    wish(0, 0, -19, "Results of the blood test"),
    wish(3, 6, -9, "Palpitations"),
    wish(0, 0, 3, "Blood pressure, second look"),
    wish(10, 16, 6, "Neck pain from the desk"),
    wish(5, 11, 10, "The mole on my left shoulder"),
];

/// Who asks for what needs consent, one patient each.
const REQUESTS: [Wish; 9] = [
    wish(5, 11, 4, "It has grown since summer"),
    wish(6, 11, 5, "Itches and bleeds sometimes"),
    wish(9, 17, 2, "Shin splints, marathon in April"),
    wish(10, 17, 3, "New insoles, still hurts"),
    wish(11, 17, 4, "Physiotherapist sent me"),
    wish(5, 11, 7, "My doctor says it should go"),
    wish(6, 11, 12, "Two small ones on the back"),
    wish(9, 17, 8, "Limping after the operation"),
    wish(11, 17, 9, "Runner's knee"),
];

/// Who waits for what: by the service's place in the plan, since so many days, before work or at any hour.
const WAITING: [(usize, i64, bool, &str); 5] = [
    (6, 20, true, "Only before work"),
    (8, 9, true, "Can come within the hour"),
    (11, 4, true, ""),
    (3, 2, false, ""),
    (8, 1, false, "I can come on short notice"),
];

/// Puts some people on the waitlist, the demo patient last.
pub async fn wait(stage: &Stage, house: &House, patient: &Online, others: &[Online]) -> Result<(), Failure> {
    for ((service, days, early, note), online) in WAITING.iter().zip(others.iter().rev().take(4).chain([patient])) {
        let Some(service) = house.services.get(*service) else {
            continue;
        };
        let asked_at = stage.now - (days * 24).hours();
        let (_, zone) = house.sites.first().ok_or("the clinic has no sites")?;
        let entry = NewEntry {
            patient_id: None,
            service_id: service.id,
            provider_ids: Vec::new(),
            location_id: None,
            weekdays: Vec::new(),
            local_from: None,
            local_to: early.then(|| LocalTime::on_the_hour(8)),
            from: None,
            until: zone.date_at(stage.now).checked_add(40.days())?,
            note: Some((*note).to_owned()).filter(|note| !note.is_empty()),
        };
        let ctx = stage.ctx(&online.person, asked_at);
        waitlist::join(&stage.app, &ctx, entry, &Once::unkeyed())
            .await
            .map_err(making("a place on the waitlist"))?;
    }
    Ok(())
}

/// Books them before the diaries fill up. Of the requests one is declined, one confirmed, and the others wait.
pub async fn book(
    stage: &Stage,
    house: &House,
    calendars: &[Vec<Opening>],
    patient: &Online,
    others: &[Online],
) -> Result<(), Failure> {
    let today = house
        .sites
        .first()
        .ok_or("the clinic has no sites")?
        .1
        .date_at(stage.now);
    for wish in &OF_THE_DEMO_PATIENT {
        let from = today.checked_add(wish.days.days())?;
        // Who wants to come after today asked yesterday.
        let asked = |starts_at: Timestamp| (starts_at - 96.hours()).min(stage.now - 26.hours());
        let Some(appointment) = grant(stage, house, calendars, wish, from, patient, asked).await? else {
            continue;
        };
        if appointment.ends_at < stage.now {
            carry_out(stage, house, wish.doctor, &appointment).await?;
        }
    }
    for (place, (wish, online)) in REQUESTS.iter().zip(others).enumerate() {
        let from = today.checked_add(wish.days.days())?;
        let minutes_ago = i64::try_from(place).unwrap_or(0) * 170 + 25;
        let asked = |_| stage.now - minutes_ago.minutes();
        let Some(appointment) = grant(stage, house, calendars, wish, from, online, asked).await? else {
            continue;
        };
        let ctx = stage.ctx(&house.desk, stage.now - 10.minutes());
        let answered = match place {
            6 => {
                let reason = Some("Please come to a skin check first".to_owned());
                appointments::decline(
                    &stage.app,
                    &ctx,
                    appointment.id,
                    Stepped {
                        reason,
                        expected: None,
                        range: Range::This,
                    },
                )
                .await
            }
            7 => appointments::confirm(&stage.app, &ctx, appointment.id, Stepped::default()).await,
            _ => continue,
        };
        answered.map_err(making("an answer"))?;
    }
    Ok(())
}

/// The first time from that day on that can be had, late in the morning if possible.
async fn grant(
    stage: &Stage,
    house: &House,
    calendars: &[Vec<Opening>],
    wish: &Wish,
    from: jiff::civil::Date,
    who: &Online,
    asked: impl Fn(Timestamp) -> Timestamp,
) -> Result<Option<Appointment>, Failure> {
    let (Some(member), Some(openings), Some(service)) = (
        house.providers.get(wish.doctor),
        calendars.get(wish.doctor),
        house.services.get(wish.service),
    ) else {
        return Ok(None);
    };
    for opening in openings.iter().filter(|opening| opening.local_date >= from).take(8) {
        let starts_at = aligned(opening, service, opening.span.starts_at() + 90.minutes());
        let input = NewBooking {
            service_id: service.id,
            starts_at,
            provider_id: Some(member.id),
            location_id: Some(opening.location_id),
            patient_id: Some(who.id),
            ticket_id: None,
            answers: Answers::default(),
            hold_token: None,
            reason: Some(wish.reason.into()),
            overrides: Overrides::default(),
        };
        let ctx = stage.ctx(&who.person, asked(starts_at));
        match booking::book(&stage.app, &ctx, input, &Once::unkeyed()).await {
            Ok(appointment) => return Ok(Some(appointment)),
            Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) => {}
            Err(error) => return Err(making("a patient's own appointment")(error)),
        }
    }
    Ok(None)
}

/// The patient came, and the doctor at that place in the plan saw them.
pub async fn carry_out(stage: &Stage, house: &House, doctor: usize, appointment: &Appointment) -> Result<(), Failure> {
    let doctor: &Person = &house.providers.get(doctor).ok_or("no such doctor")?.person;
    let (app, id) = (&stage.app, appointment.id);
    let at_desk = stage.ctx(&house.desk, appointment.starts_at - 8.minutes());
    let begin = stage.ctx(doctor, appointment.starts_at + 1.minutes());
    let end = stage.ctx(doctor, appointment.ends_at);
    let visit = async {
        appointments::check_in(app, &at_desk, id, Stepped::default()).await?;
        appointments::start(app, &begin, id, Stepped::default()).await?;
        appointments::fulfil(app, &end, id, Stepped::default()).await
    };
    visit.await.map(drop).map_err(making("a visit"))
}
