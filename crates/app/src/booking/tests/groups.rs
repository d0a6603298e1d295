//! Groups: as many appointments as there are seats, in one room, at one time, and nobody else there.

use kalends_domain::appointment::{Appointment, Range, Status};
use kalends_domain::id::ServiceId;
use kalends_domain::permission::Role;
use kalends_domain::rule::Rule;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, Rules, at};
use kalends_store::testing::{TestDatabase, TestResult};

use super::people::Practice;
use crate::appointments::{Reschedule, Stepped, cancel, get, reschedule, undo};
use crate::booking::{NewBooking, Overrides};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::holds::{HoldRequest, hold};
use crate::idempotency::Once;

const SEATS: usize = 8;
const RACERS: usize = 24;

/// One provider who gives a class of [`SEATS`] in one of two rooms; and something else, to one patient at a time.
async fn class(database: &TestDatabase) -> TestResult<(Practice, ServiceId)> {
    let mut clinic = Clinic::open(database).await?;
    let rules = Rules {
        resource_kind: Some("hall"),
        buffer_before_minutes: 5,
        buffer_after_minutes: 10,
        ..Rules::default()
    };
    let class = clinic.add_service(&rules).await?;
    clinic.add_room("hall").await?;
    clinic.add_room("hall").await?;
    (clinic.provider, clinic.opening) = clinic.add_provider(&[class, clinic.service]).await?;
    let alone = std::mem::replace(&mut clinic.service, class);
    clinic
        .change("UPDATE services SET capacity = 8 WHERE tenant_id = $1 AND id IN (SELECT service_id FROM service_needs WHERE kind = 'hall')")
        .await?;
    Ok((Practice::new(clinic)?, alone))
}

async fn race(practice: &Practice, callers: &[Ctx]) -> Vec<Result<Appointment>> {
    let wishes = callers.iter().map(|ctx| (ctx.clone(), practice.wish(at(60))));
    practice.race(wishes.collect()).await
}

/// How many are booked, after making sure that everybody else was told of other times.
fn seated(outcomes: &[Result<Appointment>]) -> usize {
    for outcome in outcomes {
        let told = matches!(outcome, Ok(_) | Err(AppError::SlotTaken { .. }));
        assert!(told, "{outcome:?}");
    }
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

fn admin(practice: &Practice) -> Ctx {
    practice.ctx(Role::Admin, practice.clinic.user, None, None)
}

fn to(minutes: i64) -> Reschedule {
    Reschedule {
        starts_at: at(minutes),
        provider_id: None,
        location_id: None,
        overrides: Overrides::default(),
        expected: None,
        range: Range::This,
    }
}

on_both! {
    async fn the_last_seat_is_sold_once(database: TestDatabase) {
        let (practice, _) = class(&database).await?;
        let callers = practice.patients(RACERS).await?;
        let outcomes = race(&practice, &callers).await;
        assert_eq!(seated(&outcomes), SEATS, "{outcomes:?}");
        let mut group = Vec::new();
        for booked in outcomes.iter().flatten() {
            assert_eq!(booked.group_id, None, "who is in it is the staff's to know");
            group.push(get(&practice.app, &practice.receptionist(), booked.id).await?.appointment);
        }
        assert!(group.iter().all(|it| it.group_id == group[0].group_id && it.resource_ids == group[0].resource_ids));
        assert!(group[0].group_id.is_some() && !group[0].resource_ids.is_empty());
        practice.verify().await?;

        // One leaves, and several are after the seat.
        let left = cancel(&practice.app, &practice.receptionist(), group[0].id, Stepped::default()).await?;
        assert_eq!(seated(&race(&practice, &practice.patients(6).await?).await), 1);
        let back = undo(&practice.app, &admin(&practice), left.id, Stepped::default()).await;
        assert!(matches!(back, Err(AppError::SlotTaken { .. })), "{back:?}");
        practice.verify().await
    }

    async fn a_group_and_anything_else_keep_each_other_out(database: TestDatabase) {
        let (practice, alone) = class(&database).await?;
        let callers = practice.patients(RACERS).await?;
        let wishes = callers.into_iter().enumerate().map(|(index, ctx)| {
            let wish = practice.wish(at(60));
            let provider_id = Some(practice.clinic.provider);
            match index % 3 {
                0 => (ctx, NewBooking { service_id: alone, provider_id, ..wish }),
                1 => (ctx, NewBooking { starts_at: at(75), ..wish }),
                _ => (ctx, wish),
            }
        });
        let outcomes = practice.race(wishes.collect()).await;
        let seated = seated(&outcomes);
        assert!(seated == 1 || seated == SEATS, "{outcomes:?}");
        practice.verify().await
    }

    async fn a_hold_is_a_seat(database: TestDatabase) {
        let (practice, _) = class(&database).await?;
        let callers = practice.patients(SEATS + 1).await?;
        let request = HoldRequest {
            service_id: practice.clinic.service, starts_at: at(60), provider_id: None, location_id: None, patient_id: None, ticket_id: None,
        };
        let held = hold(&practice.app, &callers[0], request, &Once::unkeyed()).await?;
        let others = race(&practice, &callers[1..]).await;
        assert_eq!(seated(&others), SEATS - 1, "{others:?}");
        let kept = NewBooking { hold_token: Some(held.token), ..practice.wish(at(60)) };
        assert_eq!(practice.book(&callers[0], kept).await?.status, Status::Booked);
        practice.verify().await
    }

    async fn moves_out_of_and_into_a_group_count(database: TestDatabase) {
        let (practice, _) = class(&database).await?;
        let callers = practice.patients(SEATS + 4).await?;
        let mut group = Vec::new();
        for ctx in &callers[..SEATS] {
            group.push(practice.book(ctx, practice.wish(at(60))).await?);
        }
        let apart = practice.book(&callers[SEATS], practice.wish(at(240))).await?;
        let full = reschedule(&practice.app, &callers[SEATS], apart.id, to(60)).await;
        assert!(matches!(full, Err(AppError::SlotTaken { .. })), "{full:?}");
        // One moves over to the other, and leaves a seat that two are after.
        let moved = reschedule(&practice.app, &callers[0], group[0].id, to(240)).await?;
        assert_eq!((moved.starts_at, moved.version), (at(240), 2));
        let (into, booked) = tokio::join!(
            reschedule(&practice.app, &callers[SEATS], apart.id, to(60)),
            practice.book(&callers[SEATS + 1], practice.wish(at(60))),
        );
        assert_eq!(usize::from(into.is_ok()) + usize::from(booked.is_ok()), 1, "{into:?} {booked:?}");
        practice.verify().await
    }

    async fn the_desk_may_add_a_chair_and_a_patient_sits_on_one(database: TestDatabase) {
        let (practice, _) = class(&database).await?;
        let callers = practice.patients(SEATS + 1).await?;
        assert_eq!(seated(&race(&practice, &callers[..SEATS]).await), SEATS);
        let twice = practice.book(&callers[0], practice.wish(at(60))).await;
        assert!(matches!(&twice, Err(AppError::NotBookable { rule, .. }) if rule == "patient-overlap"), "{twice:?}");
        let added = NewBooking {
            patient_id: callers[SEATS].signed_in()?.patient_id,
            overrides: Overrides { rules: vec![Rule::SessionFull], reason: Some("Her sister is in it".into()) },
            ..practice.wish(at(60))
        };
        let added = practice.book(&admin(&practice), added).await?;
        assert_eq!(added.overrides, ["session-full"]);
        practice.verify().await
    }
}
