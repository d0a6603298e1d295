//! Visits: found where they fit, booked and moved as one.

use jiff::SignedDuration;
use jiff::civil::date;
use kalends_domain::appointment::{Appointment, Range, Status};
use kalends_domain::id::{ProviderId, ServiceId};
use kalends_domain::opening::{PublishMode, Window};
use kalends_domain::time::{LocalTime, Month, Weekday};
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, Rules, at};
use kalends_store::testing::{TestDatabase, TestResult};

use super::{BookedTogether, MovedPart, NewPart, NewVisit, VisitSearch, VisitSlot, WantedPart, book, list, reschedule};
use crate::appointments::{self, Reschedule, Stepped, cancel, get};
use crate::booking::tests::people::Practice;
use crate::booking::{NewBooking, Overrides};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::intake::Answers;
use crate::openings::{Generate, generate};

/// A laboratory whose tests take a quarter of an hour and ten minutes of cleaning in the only room of its kind; a doctor who gives
/// that too, and half an hour of talk, with whom it is one of the two.
struct House {
    practice: Practice,
    test: ServiceId,
    talk: ServiceId,
    laboratory: ProviderId,
    doctor: ProviderId,
}

async fn house(database: &TestDatabase) -> TestResult<House> {
    let mut clinic = Clinic::open(database).await?;
    let rules = Rules {
        duration_minutes: 15,
        buffer_after_minutes: 10,
        resource_kind: Some("laboratory"),
        ..Rules::default()
    };
    let test = clinic.add_service(&rules).await?;
    let talk = clinic.add_service(&Rules::default()).await?;
    clinic.add_room("laboratory").await?;
    let (laboratory, _) = clinic.add_provider(&[test]).await?;
    let (doctor, _) = clinic.add_provider(&[test, talk]).await?;
    clinic.service = talk;
    clinic.provider = doctor;
    Ok(House {
        practice: Practice::new(clinic)?,
        test,
        talk,
        laboratory,
        doctor,
    })
}

impl House {
    fn search(&self) -> VisitSearch {
        let part = |service_id| WantedPart {
            service_id,
            provider_id: None,
        };
        VisitSearch {
            parts: vec![part(self.test), part(self.talk)],
            location_id: self.practice.clinic.location,
            patient_id: None,
            moving: None,
            from: date(2027, 1, 15),
            to: date(2027, 1, 15),
            limit: 200,
        }
    }

    async fn list(&self, ctx: &Ctx, search: &VisitSearch) -> Result<Vec<VisitSlot>> {
        list(&self.practice.app, ctx, search).await
    }

    fn visit(&self, slot: &VisitSlot) -> NewVisit {
        let part = |part: &super::Part| NewPart {
            service_id: part.service_id,
            starts_at: part.starts_at,
            provider_id: Some(part.provider_id),
            answers: Answers::default(),
        };
        NewVisit {
            parts: slot.parts.iter().map(part).collect(),
            location_id: slot.location_id,
            patient_id: None,
            reason: None,
            overrides: Overrides::default(),
        }
    }

    async fn book(&self, ctx: &Ctx, visit: NewVisit) -> Result<BookedTogether> {
        book(&self.practice.app, ctx, visit, &Once::unkeyed()).await
    }

    /// Books the talk alone, for somebody else.
    async fn take(&self, minutes: i64) -> TestResult<Appointment> {
        let other = self.practice.patient().await?;
        let wish = NewBooking {
            provider_id: Some(self.doctor),
            ..self.practice.wish(at(minutes))
        };
        Ok(self.practice.book(&other, wish).await?)
    }

    async fn starts(&self, ctx: &Ctx, booked: &[Appointment]) -> Result<Vec<jiff::Timestamp>> {
        let mut starts = Vec::new();
        for it in booked {
            starts.push(get(&self.practice.app, ctx, it.id).await?.appointment.starts_at);
        }
        Ok(starts)
    }

    async fn taking(&self) -> TestResult<i64> {
        let taking =
            "SELECT count(*) FROM appointments WHERE tenant_id = $1 AND status NOT IN ('cancelled', 'declined')";
        Ok(self.practice.clinic.count(taking).await?)
    }
}

fn minutes(duration: SignedDuration) -> i64 {
    duration.as_mins()
}

on_both! {
    async fn each_part_is_as_soon_after_the_one_before_as_can_be(database: TestDatabase) {
        let house = house(&database).await?;
        let patient = house.practice.patient().await?;
        let slots = house.list(&patient, &house.search()).await?;
        let first = slots.first().ok_or("no slot")?;
        assert_eq!(minutes(first.waiting()), 0);
        assert_eq!((first.parts[0].provider_id, first.parts[1].provider_id), (house.laboratory, house.doctor), "no cleaning in between");

        // With the doctor for both, the cleaning comes first; and what they have already.
        let mut search = house.search();
        search.parts[0].provider_id = Some(house.doctor);
        let slots = house.list(&patient, &search).await?;
        assert_eq!(slots.first().map(VisitSlot::waiting).map(minutes), Some(10));
        house.take(30).await?;
        let slots = house.list(&patient, &search).await?;
        // 10:00 to 10:15, busy from 10:30 to 11:00.
        assert_eq!(slots.first().map(|slot| slot.parts[1].starts_at), Some(at(60)));
        assert!(slots.is_sorted_by_key(|slot| slot.parts[0].starts_at));
        Ok(())
    }

    async fn all_of_it_is_on_one_day(database: TestDatabase) {
        let house = house(&database).await?;
        let window = |from: u8, to: u8| Window { from: LocalTime::on_the_hour(from), to: LocalTime::on_the_hour(to) };
        for provider_id in [house.laboratory, house.doctor] {
            let nights = Generate {
                provider_id,
                month: Month::of(date(2027, 1, 1))?,
                location_id: None,
                weekdays: Weekday::ALL.to_vec(),
                windows: vec![window(0, 4), window(20, 24)],
                slot_minutes: Generate::SLOT_MINUTES,
                publish_mode: PublishMode::Online,
                dry_run: false,
            };
            generate(&house.practice.app, &house.practice.admin(), nights, &Once::unkeyed()).await?;
        }
        let search = VisitSearch { from: date(2027, 1, 20), to: date(2027, 1, 20), ..house.search() };
        let slots = house.list(&house.practice.patient().await?, &search).await?;
        let midnight = "2027-01-20T23:00:00Z".parse()?;
        assert!(slots.iter().any(|slot| slot.parts[0].starts_at < midnight));
        let across: Vec<_> = slots.iter().filter(|slot| slot.parts[1].starts_at >= midnight).collect();
        assert_eq!(across, Vec::<&VisitSlot>::new());
        Ok(())
    }

    async fn what_is_offered_can_be_booked_as_one(database: TestDatabase) {
        let house = house(&database).await?;
        house.take(95).await?;
        house.take(300).await?;
        let mut booked = 0;
        loop {
            let patient = house.practice.patient().await?;
            let slots = house.list(&patient, &house.search()).await?;
            // From both ends and the middle, until nothing fits any more.
            let Some(slot) = slots.get(match booked % 3 { 0 => 0, 1 => slots.len().saturating_sub(1), _ => slots.len() / 2 }) else { break };
            let visit = house.book(&patient, house.visit(slot)).await?;
            let places: Vec<_> = visit.appointments.iter().map(|it| (it.service_id, it.starts_at, it.provider_id)).collect();
            let offered: Vec<_> = slot.parts.iter().map(|it| (it.service_id, it.starts_at, it.provider_id)).collect();
            assert_eq!(places, offered);
            assert!(visit.appointments.iter().all(|it| it.together == Some(visit.together)));
            booked += 1;
        }
        assert!(booked >= 8, "{booked}");
        house.practice.verify().await
    }

    async fn all_of_it_or_nothing(database: TestDatabase) {
        let house = house(&database).await?;
        let patient = house.practice.patient().await?;
        let slots = house.list(&patient, &house.search()).await?;
        let visit = house.visit(&slots[0]);
        house.take(15).await?;
        let outcome = house.book(&patient, visit.clone()).await;
        let Err(AppError::NotAll { occurrences }) = outcome else { return Err(format!("{outcome:?}").into()) };
        assert_eq!(occurrences.iter().map(crate::occurrence::Occurrence::is_free).collect::<Vec<_>>(), [true, false]);
        assert_eq!(house.taking().await?, 1, "only the other one's");

        let reversed = NewVisit { parts: visit.parts.iter().rev().cloned().collect(), ..visit.clone() };
        let alone = NewVisit { parts: visit.parts[..1].to_vec(), ..visit };
        for (wrong, pointer) in [(reversed, "/parts/1/starts_at"), (alone, "/parts")] {
            let Err(AppError::Invalid(fields)) = house.book(&patient, wrong).await else { return Err("booked".into()) };
            assert_eq!(fields[0].pointer, pointer);
        }
        Ok(())
    }

    async fn it_is_moved_as_one(database: TestDatabase) {
        let house = house(&database).await?;
        let patient = house.practice.patient().await?;
        let slots = house.list(&patient, &house.search()).await?;
        let visit = house.book(&patient, house.visit(&slots[0])).await?;
        let id = visit.appointments[0].visit().ok_or("no visit")?;
        let search = VisitSearch { moving: Some(id), ..house.search() };
        let others = house.list(&patient, &search).await?;
        // Five minutes later: over its own time.
        let target = others.iter().find(|slot| slot.parts[0].starts_at == at(5)).ok_or("in its own way")?;
        let parts: Vec<MovedPart> = target.parts.iter().filter_map(|part| Some(MovedPart {
            appointment_id: part.appointment_id?, starts_at: part.starts_at, provider_id: Some(part.provider_id),
        })).collect();
        let moved = reschedule(&house.practice.app, &patient, id, &parts, &Overrides::default()).await?;
        assert_eq!(moved.iter().map(|it| it.starts_at).collect::<Vec<_>>(), target.parts.iter().map(|it| it.starts_at).collect::<Vec<_>>());
        let half = reschedule(&house.practice.app, &patient, id, &parts[..1], &Overrides::default()).await;
        assert!(matches!(half, Err(AppError::Invalid(_))), "{half:?}");

        // The patient names one part, and all of it moves.
        let to = Reschedule {
            starts_at: at(120), provider_id: None, location_id: None, overrides: Overrides::default(), expected: None, range: Range::This,
        };
        appointments::reschedule(&house.practice.app, &patient, visit.appointments[0].id, to.clone()).await?;
        assert_eq!(house.starts(&patient, &visit.appointments).await?, [at(120), at(135)]);
        house.take(195).await?;
        let outcome = appointments::reschedule(&house.practice.app, &patient, visit.appointments[0].id, Reschedule { starts_at: at(180), ..to }).await;
        assert!(matches!(outcome, Err(AppError::NotAll { .. })), "{outcome:?}");
        assert_eq!(house.starts(&patient, &visit.appointments).await?, [at(120), at(135)], "none of it");

        let stranger = house.practice.patient().await?;
        let theirs = reschedule(&house.practice.app, &stranger, id, &parts, &Overrides::default()).await;
        assert!(matches!(theirs, Err(AppError::NotFound)), "{theirs:?}");
        house.practice.verify().await
    }

    async fn patients_call_off_all_of_it_and_staff_also_a_part(database: TestDatabase) {
        let house = house(&database).await?;
        let patient = house.practice.patient().await?;
        let staff = house.practice.receptionist();
        for (who, left) in [(&patient, 0), (&staff, 1)] {
            let slots = house.list(&patient, &house.search()).await?;
            let visit = house.book(&patient, house.visit(&slots[0])).await?;
            let off = cancel(&house.practice.app, who, visit.appointments[1].id, Stepped::default()).await?;
            assert_eq!(off.status, Status::Cancelled);
            assert_eq!(house.taking().await?, left);
        }
        house.practice.verify().await
    }

    async fn of_many_at_once_each_is_whole(database: TestDatabase) {
        let house = house(&database).await?;
        let patient = house.practice.patient().await?;
        let slots = house.list(&patient, &house.search()).await?;
        let visit = house.visit(&slots[3]);
        let mut racers = tokio::task::JoinSet::new();
        for ctx in house.practice.patients(12).await? {
            let (app, visit) = (house.practice.app.clone(), visit.clone());
            racers.spawn(async move { book(&app, &ctx, visit, &Once::unkeyed()).await });
        }
        let singles = house.practice.patients(4).await?;
        let starts_at = slots[3].parts[1].starts_at;
        let singles = singles.into_iter().map(|ctx| (ctx, NewBooking { provider_id: Some(house.doctor), ..house.practice.wish(starts_at) }));
        let singles = house.practice.race(singles.collect()).await;
        let mut taken = singles.iter().filter(|outcome| outcome.is_ok()).count();
        for outcome in racers.join_all().await {
            match outcome {
                Ok(booked) => taken += booked.appointments.len() - 1,
                Err(AppError::NotAll { .. } | AppError::SlotTaken { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        assert_eq!(taken, 1, "the doctor's time, once");
        let halves = "SELECT count(*) FROM (SELECT visit_id FROM appointments WHERE tenant_id = $1 AND visit_id IS NOT NULL
            GROUP BY visit_id HAVING count(*) <> 2) AS half";
        assert_eq!(house.practice.clinic.count(halves).await?, 0);
        house.practice.verify().await
    }
}
