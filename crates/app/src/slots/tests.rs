//! What is offered, to whom, and why the rest is not.

mod offered;

use jiff::Timestamp;
use jiff::civil::date;
use kalends_domain::appointment::Range;
use kalends_domain::permission::Role;
use kalends_domain::slot::{Asker, CellStatus};
use kalends_domain::time::Span;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, NOW, Rules, at, id};

use super::{Among, Asked, For, MOST_SLOTS, Search, Slot, calendar, explain, list, load};
use crate::appointments::{Reschedule, reschedule};
use crate::blocks::{self, BlockInput};
use crate::booking::tests::people::{Practice, later};
use crate::booking::{NewBooking, Overrides};
use crate::closures::{self, NewClosure};
use crate::ctx::{Actor, Ctx};
use crate::error::{AppError, Result};
use crate::holds::{HoldRequest, hold, keep_only};
use crate::idempotency::Once;

type Outcome<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn search(practice: &Practice) -> Search {
    Search {
        service_id: practice.clinic.service,
        provider_id: None,
        department_id: None,
        location_id: None,
        patient_id: None,
        ticket_id: None,
        moving: None,
        from: date(2027, 1, 15),
        to: date(2027, 1, 31),
        limit: MOST_SLOTS,
    }
}

fn nobody(practice: &Practice) -> Ctx {
    Ctx {
        actor: Actor::Anonymous,
        ..practice.receptionist()
    }
}

async fn found(practice: &Practice, ctx: &Ctx, search: Search) -> Result<Vec<Slot>> {
    list(&practice.app, ctx, &search).await
}

fn starts(slots: &[Slot]) -> Vec<Timestamp> {
    slots.iter().map(|slot| slot.starts_at).collect()
}

async fn alter(practice: &Practice, sql: &'static str) -> Outcome<()> {
    let mut tx = practice.clinic.store.begin(practice.clinic.tenant).await?;
    tx.query(sql).bind(practice.clinic.tenant).execute().await?;
    Ok(tx.commit().await?)
}

/// The names of the rules that refuse a start.
async fn reasons(practice: &Practice, ctx: &Ctx, minutes: i64) -> Result<Vec<&'static str>> {
    let (service, provider) = (practice.clinic.service, practice.clinic.provider);
    let candidate = explain(&practice.app, ctx, service, provider, None, at(minutes))
        .await?
        .patients;
    Ok(candidate.reasons().iter().map(|reason| reason.rule().name()).collect())
}

on_both! {
    async fn slots_are_told_in_the_locations_time(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let slots = found(&practice, &nobody(&practice), search(&practice)).await?;
        // Every five minutes from 10:00 until the last half hour.
        assert_eq!(slots.len(), 91);
        assert_eq!(slots[0], Slot {
            starts_at: at(0),
            ends_at: at(30),
            local_start: "2027-01-15T10:00:00+01:00".into(),
            time_zone: "Europe/Berlin".into(),
            provider_id: practice.clinic.provider,
            service_id: practice.clinic.service,
            location_id: practice.clinic.location,
            seats_left: None,
            preferred: false,
        });
        assert!(slots.is_sorted_by_key(|slot| slot.starts_at));
        let three = found(&practice, &nobody(&practice), Search { limit: 3, ..search(&practice) }).await?;
        assert_eq!(three, slots[..3]);
        let next_day = Search { from: date(2027, 1, 16), ..search(&practice) };
        assert_eq!(found(&practice, &nobody(&practice), next_day).await?, []);
        Ok(())
    }

    async fn gaps_are_filled_first_where_the_organisation_wants_it(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let before = found(&practice, &nobody(&practice), search(&practice)).await?;
        let plain = nobody(&practice);
        let mut tenant = (*plain.tenant).clone();
        tenant.settings.fill_gaps = true;
        let ctx = Ctx { tenant: tenant.into(), ..plain };
        let after = found(&practice, &ctx, search(&practice)).await?;
        assert_eq!(starts(&after), starts(&before));
        assert!(before.iter().all(|slot| !slot.preferred));
        let preferred: Vec<_> = after.iter().filter(|slot| slot.preferred).map(|slot| slot.starts_at).collect();
        assert_eq!(preferred, [at(0), at(450)]);
        Ok(())
    }

    async fn what_is_offered_can_be_booked(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        for _ in 0..4 {
            let patient = practice.patient().await?;
            let slots = found(&practice, &patient, search(&practice)).await?;
            let slot = &slots[slots.len() / 2];
            practice.book(&patient, practice.wish(slot.starts_at)).await?;
            let left = found(&practice, &patient, search(&practice)).await?;
            assert!(left.iter().all(|it| it.ends_at <= slot.starts_at || it.starts_at >= slot.ends_at));
        }
        practice.verify().await
    }

    async fn a_patients_own_appointments_are_in_their_way(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        practice.clinic.add_provider(&[practice.clinic.service]).await?;
        let patient = practice.patient().await?;
        let all = found(&practice, &patient, search(&practice)).await?.len();
        assert_eq!(all, 182);
        practice.book(&patient, practice.wish(at(60))).await?;
        // Eleven starts of either provider overlap it: it takes one provider's time, and the patient's.
        assert_eq!(found(&practice, &patient, search(&practice)).await?.len(), all - 22);
        assert_eq!(found(&practice, &nobody(&practice), search(&practice)).await?.len(), all - 11);
        Ok(())
    }

    async fn what_is_not_public_is_not_there(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (outside, staff) = (nobody(&practice), practice.receptionist());
        let of_provider = Search { provider_id: Some(practice.clinic.provider), ..search(&practice) };
        let unknown = |outcome: Result<Vec<Slot>>| matches!(outcome, Err(AppError::NotFound));
        for nowhere in [
            Search { service_id: id(), ..of_provider },
            Search { provider_id: Some(id()), ..of_provider },
            Search { location_id: Some(id()), ..of_provider },
        ] {
            assert!(unknown(found(&practice, &outside, nowhere).await));
        }

        alter(&practice, "UPDATE providers SET accepting = false WHERE tenant_id = $1").await?;
        assert_eq!(found(&practice, &outside, of_provider).await?, []);
        assert_eq!(found(&practice, &staff, of_provider).await?.len(), 91);

        alter(&practice, "UPDATE providers SET accepting = true, public = false WHERE tenant_id = $1").await?;
        assert!(unknown(found(&practice, &outside, of_provider).await));
        assert_eq!(found(&practice, &outside, search(&practice)).await?, []);
        assert_eq!(found(&practice, &staff, of_provider).await?.len(), 91);

        alter(&practice, "UPDATE services SET public = false WHERE tenant_id = $1").await?;
        assert!(unknown(found(&practice, &outside, search(&practice)).await));
        assert_eq!(found(&practice, &staff, search(&practice)).await?.len(), 91);

        alter(&practice, "DELETE FROM provider_services WHERE tenant_id = $1").await?;
        assert_eq!(found(&practice, &staff, search(&practice)).await?, []);
        assert_eq!(found(&practice, &staff, of_provider).await?, []);
        Ok(())
    }

    async fn a_department_narrows_the_search(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        practice.clinic.add_provider(&[practice.clinic.service]).await?;
        let department_id = id();
        let mut tx = practice.clinic.store.begin(practice.clinic.tenant).await?;
        tx.query("INSERT INTO departments (tenant_id, id, name, name_key, search_key, created_at, updated_at)
                  VALUES ($1, $2, 'Eyes', 'eyes', '', $3, $3)")
            .bind(practice.clinic.tenant).bind(department_id).bind(NOW).execute().await?;
        tx.query("INSERT INTO provider_departments (tenant_id, provider_id, department_id) VALUES ($1, $2, $3)")
            .bind(practice.clinic.tenant).bind(practice.clinic.provider).bind(department_id).execute().await?;
        tx.commit().await?;
        let narrowed = Search { department_id: Some(department_id), ..search(&practice) };
        let slots = found(&practice, &nobody(&practice), narrowed).await?;
        assert_eq!(slots.len(), 91);
        assert!(slots.iter().all(|slot| slot.provider_id == practice.clinic.provider));
        Ok(())
    }

    async fn what_a_patient_holds_is_theirs_to_book_and_nobody_elses(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (patient, other) = (practice.patient().await?, practice.patient().await?);
        let request = |minutes| HoldRequest {
            service_id: practice.clinic.service, starts_at: at(minutes), provider_id: None, location_id: None, patient_id: None, ticket_id: None,
        };
        let held = hold(&practice.app, &patient, request(60), &Once::unkeyed()).await?;
        assert_eq!(starts(&found(&practice, &patient, search(&practice)).await?).len(), 91);
        assert!(!starts(&found(&practice, &other, search(&practice)).await?).contains(&at(75)));
        // Another time that overlaps the first takes its place; one that does not leaves it alone.
        let second = hold(&practice.app, &patient, request(75), &Once::unkeyed()).await?;
        let holds = "SELECT count(*) FROM holds WHERE tenant_id = $1";
        assert_eq!(practice.clinic.count(holds).await?, 1);
        hold(&practice.app, &patient, request(240), &Once::unkeyed()).await?;
        assert_eq!(practice.clinic.count(holds).await?, 2);
        assert!(practice.book(&other, practice.wish(at(80))).await.is_err());
        let gone = NewBooking { hold_token: Some(held.token), ..practice.wish(at(60)) };
        assert!(matches!(practice.book(&patient, gone).await, Err(AppError::HoldExpired { .. })));
        keep_only(&practice.app, &patient, &second.hold).await?;
        assert_eq!(practice.clinic.count(holds).await?, 1);
        practice.book(&patient, practice.wish(at(90))).await?;
        assert_eq!(practice.clinic.count(holds).await?, 0);
        practice.verify().await
    }

    async fn an_appointment_is_not_in_the_way_of_its_own_move(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (patient, staff) = (practice.patient().await?, practice.receptionist());
        let own = practice.book(&patient, practice.wish(at(60))).await?;
        let lunch = practice.book(&patient, practice.wish(at(240))).await?;
        let (colleague, _) = practice.clinic.add_provider(&[practice.clinic.service]).await?;
        let to_move = Search { moving: Some(own.id), ..search(&practice) };
        for ctx in [&patient, &staff] {
            let offered = starts(&found(&practice, ctx, Search { provider_id: Some(own.provider_id), ..to_move }).await?);
            // All but what overlaps the other appointment.
            assert_eq!(offered.len(), 91 - 11);
            assert!([45, 60, 75].iter().all(|minutes| offered.contains(&at(*minutes))));
            // The patient is busy then, whoever else is free.
            let elsewhere = Search { provider_id: Some(colleague), ..to_move };
            assert!(!starts(&found(&practice, ctx, elsewhere).await?).contains(&lunch.starts_at));
        }
        let to = Reschedule {
            starts_at: at(75), provider_id: None, location_id: None, overrides: Overrides::default(), expected: None, range: Range::This,
        };
        assert_eq!(reschedule(&practice.app, &patient, own.id, to).await?.starts_at, at(75));
        let foreign = found(&practice, &practice.patient().await?, to_move).await;
        assert!(matches!(foreign, Err(AppError::NotFound)), "{foreign:?}");
        practice.verify().await
    }

    async fn staff_look_for_a_patient(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let patient = practice.patient().await?;
        let booked = practice.book(&patient, practice.wish(at(60))).await?;
        let (colleague, _) = practice.clinic.add_provider(&[practice.clinic.service]).await?;
        let of_colleague = Search { provider_id: Some(colleague), ..search(&practice) };
        let for_patient = Search { patient_id: Some(booked.patient_id), ..of_colleague };
        let staff = practice.receptionist();
        assert!(starts(&found(&practice, &staff, of_colleague).await?).contains(&at(60)));
        assert!(!starts(&found(&practice, &staff, for_patient).await?).contains(&at(60)));
        let prying = found(&practice, &practice.patient().await?, for_patient).await;
        assert!(matches!(prying, Err(AppError::NotFound)), "{prying:?}");
        let stranger = found(&practice, &nobody(&practice), for_patient).await;
        assert!(matches!(stranger, Err(AppError::Unauthenticated)), "{stranger:?}");
        Ok(())
    }

    async fn a_search_has_its_bounds(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let code = |outcome: Result<Vec<Slot>>| match outcome {
            Err(AppError::Invalid(fields)) => fields.first().map(|field| field.code),
            _ => None,
        };
        let plain = search(&practice);
        for (wrong, expected) in [
            (Search { to: date(2027, 1, 14), ..plain }, "dates-reversed"),
            (Search { to: date(2027, 4, 17), ..plain }, "too-many-days"),
            (Search { limit: 0, ..plain }, "out-of-range"),
            (Search { limit: 201, ..plain }, "out-of-range"),
            (Search { department_id: Some(id()), provider_id: Some(id()), ..plain }, "not-with-provider"),
            (Search { from: date(-9999, 1, 1), to: date(-9999, 1, 2), ..plain }, "out-of-range"),
            (Search { from: date(9999, 12, 30), to: date(9999, 12, 31), ..plain }, "out-of-range"),
        ] {
            assert_eq!(code(found(&practice, &nobody(&practice), wrong).await), Some(expected), "{wrong:?}");
        }
        let longest = Search { to: date(2027, 4, 16), ..plain };
        assert_eq!(found(&practice, &nobody(&practice), longest).await?.len(), 91);
        let long_ago = Search { from: date(-4000, 1, 1), to: date(-4000, 1, 2), ..plain };
        assert_eq!(found(&practice, &nobody(&practice), long_ago).await?, []);
        Ok(())
    }

    async fn every_refusal_has_its_name(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let rules = Rules { lead_time_minutes: 120, buffer_after_minutes: 10, start_interval_minutes: Some(30), ..Rules::default() };
        clinic.service = clinic.add_service(&rules).await?;
        (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        let staff = practice.receptionist();
        practice.book(&practice.patient().await?, practice.wish(at(240))).await?;
        assert_eq!(reasons(&practice, &staff, 90).await?, [""; 0]);
        assert_eq!(reasons(&practice, &staff, 30).await?, ["lead-time"]);
        assert_eq!(reasons(&practice, &staff, 75).await?, ["start-interval"]);
        assert_eq!(reasons(&practice, &staff, 210).await?, ["taken"]);
        assert_eq!(reasons(&practice, &staff, 240).await?, ["taken"]);
        assert_eq!(reasons(&practice, &staff, 300).await?, [""; 0]);
        assert_eq!(reasons(&practice, &staff, 480).await?, ["outside-openings"]);
        assert_eq!(reasons(&practice, &staff, 24 * 60 * 200).await?, ["booking-horizon", "outside-openings"]);
        assert_eq!(reasons(&practice, &later(&staff, at(120)), 90).await?, ["past"]);

        let (starts_at, ends_at) = (at(360), at(390));
        let block = BlockInput { provider_id: practice.clinic.provider, starts_at, ends_at, reason: None };
        blocks::create(&practice.app, &staff, block, &Once::unkeyed()).await?;
        assert_eq!(reasons(&practice, &staff, 360).await?, ["block"]);
        let admin = practice.ctx(Role::Admin, practice.clinic.user, None, None);
        let closure = NewClosure { starts_at: Some(at(420)), ends_at: Some(at(450)), ..NewClosure::default() };
        closures::create(&practice.app, &admin, closure, &Once::unkeyed()).await?;
        assert_eq!(reasons(&practice, &staff, 420).await?, ["closure"]);

        let patient = practice.patient().await?;
        assert!(matches!(reasons(&practice, &patient, 0).await, Err(AppError::Forbidden)));
        let other = practice.ctx(Role::Doctor, practice.clinic.user, None, Some(id()));
        assert!(matches!(reasons(&practice, &other, 0).await, Err(AppError::Forbidden)));
        Ok(())
    }

    async fn a_service_that_needs_a_room_is_offered_while_one_is_free(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let with_room = Rules { resource_kind: Some("room"), ..Rules::default() };
        clinic.service = clinic.add_service(&with_room).await?;
        clinic.add_provider(&[clinic.service]).await?;
        (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        practice.book(&practice.patient().await?, practice.wish(at(0))).await?;
        let free = found(&practice, &nobody(&practice), search(&practice)).await?;
        // The one room is taken, whoever is free.
        assert!(free.iter().all(|slot| slot.starts_at >= at(30)));
        practice.clinic.add_room("room").await?;
        let free = found(&practice, &nobody(&practice), search(&practice)).await?;
        assert_eq!(free.iter().filter(|slot| slot.starts_at < at(30)).count(), 6);
        Ok(())
    }

    async fn the_calendar_shows_what_became_of_each_slot(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (staff, provider) = (practice.receptionist(), practice.clinic.provider);
        let booked = practice.book(&practice.patient().await?, practice.wish(at(60))).await?;
        let block = BlockInput { provider_id: provider, starts_at: at(120), ends_at: at(150), reason: None };
        blocks::create(&practice.app, &staff, block, &Once::unkeyed()).await?;
        let now = later(&staff, at(30));
        let days = calendar(&practice.app, &now, provider, date(2027, 1, 15), date(2027, 1, 16), None).await?;
        assert_eq!(days.iter().map(|day| day.date).collect::<Vec<_>>(), [date(2027, 1, 15), date(2027, 1, 16)]);
        let cells: Vec<_> = days[0].slots.iter().map(|cell| (cell.status, cell.appointment_id)).collect();
        assert_eq!(cells.len(), 16);
        assert_eq!(cells[..5], [
            (CellStatus::Past, None),
            (CellStatus::Available, None),
            (CellStatus::Booked, Some(booked.id)),
            (CellStatus::Available, None),
            (CellStatus::Blocked, None),
        ]);
        assert_eq!((days[0].openings.len(), days[0].busy.len()), (1, 2));
        assert!(days[1].slots.is_empty() && days[1].openings.is_empty());
        let of_service = Some(practice.clinic.service);
        let fine = calendar(&practice.app, &now, provider, date(2027, 1, 15), date(2027, 1, 15), of_service).await?;
        assert_eq!(fine[0].slots.len(), 91);
        let patient = practice.patient().await?;
        let refused = calendar(&practice.app, &patient, provider, date(2027, 1, 15), date(2027, 1, 15), None).await;
        assert!(matches!(refused, Err(AppError::Forbidden)));
        Ok(())
    }

    async fn returning_patients_are_taken_by_whoever_takes_no_new_ones(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let patient = practice.patient().await?;
        let patient_id = patient.signed_in()?.patient_id;
        practice.book(&patient, practice.wish(at(0))).await?;
        alter(&practice, "UPDATE providers SET accepting = false WHERE tenant_id = $1").await?;
        let accepts = async || -> Outcome<bool> {
            let mut tx = practice.clinic.store.read(practice.clinic.tenant).await?;
            let among = Among::Provider(practice.clinic.service, practice.clinic.provider);
            let range = Span::new(at(0), at(480))?;
            let grounds = load(&mut tx, &patient.tenant, NOW, among, For { patient: patient_id, ..For::default() }, range).await?;
            let asked = Asked::by(Asker::Patient);
            Ok(grounds.judge(&grounds.providers[0], &asked, at(60)).offered().is_some())
        };
        assert!(!accepts().await?);
        alter(&practice, "UPDATE appointments SET status = 'fulfilled' WHERE tenant_id = $1").await?;
        assert!(accepts().await?);
        Ok(())
    }
}
