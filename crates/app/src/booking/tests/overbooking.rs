//! A provider's time is booked over by staff with a reason, so many times a day, and never behind anybody's back.

use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::rule::Rule;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, Rules, at};

use super::people::Practice;
use crate::appointments::{self, Stepped, cancel, undo};
use crate::booking::{NewBooking, Overrides};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::holds::{HoldRequest, hold};
use crate::idempotency::Once;

fn over(reason: Option<&str>) -> Overrides {
    Overrides {
        rules: vec![Rule::Taken],
        reason: reason.map(str::to_owned),
    }
}

/// A wish of the desk's for a new patient, over whoever is there.
async fn wish(practice: &Practice, minutes: i64) -> std::result::Result<NewBooking, Box<dyn std::error::Error>> {
    let patient_id = Some(practice.clinic.add_patient().await?);
    Ok(NewBooking {
        patient_id,
        overrides: over(Some("In pain")),
        ..practice.wish(at(minutes))
    })
}

fn capped(outcome: &Result<Appointment>) -> bool {
    matches!(outcome, Err(AppError::NotBookable { rule, .. }) if rule == "overbooking-limit")
}

on_both! {
    async fn staff_book_over_with_a_reason_up_to_the_cap(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (desk, patient) = (practice.receptionist(), practice.patient().await?);
        practice.book(&patient, practice.wish(at(0))).await?;
        let silent = NewBooking { overrides: over(None), ..wish(&practice, 0).await? };
        assert!(matches!(practice.book(&desk, silent).await, Err(AppError::Invalid(_))));
        let own = NewBooking { overrides: over(Some("Please")), ..practice.wish(at(0)) };
        assert!(matches!(practice.book(&practice.patient().await?, own).await, Err(AppError::Forbidden)));

        // On free time there is nothing to set aside, and nothing counts.
        let free = practice.book(&desk, wish(&practice, 120).await?).await?;
        assert!(free.overrides.is_empty());
        // The default is two a day.
        for minutes in [0, 15] {
            let booked = practice.book(&desk, wish(&practice, minutes).await?).await?;
            assert_eq!(booked.overrides, ["taken"]);
        }
        let third = practice.book(&desk, wish(&practice, 120).await?).await;
        assert!(capped(&third), "{third:?}");
        practice.verify().await
    }

    async fn the_cap_holds_for_many_at_once(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        practice.book(&practice.patient().await?, practice.wish(at(0))).await?;
        let mut wishes: Vec<(Ctx, NewBooking)> = Vec::new();
        for number in 0..8 {
            wishes.push((practice.receptionist(), wish(&practice, number % 3 * 5).await?));
        }
        let outcomes = practice.race(wishes).await;
        assert_eq!(outcomes.iter().filter(|it| it.is_ok()).count(), 2, "{outcomes:?}");
        assert!(outcomes.iter().all(|it| it.is_ok() || capped(it)), "{outcomes:?}");
        practice.verify().await
    }

    async fn who_was_booked_over_another_remains_when_that_one_leaves(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (desk, patient) = (practice.receptionist(), practice.patient().await?);
        let first = practice.book(&patient, practice.wish(at(0))).await?;
        let second = practice.book(&desk, wish(&practice, 0).await?).await?;
        cancel(&practice.app, &patient, first.id, Stepped::default()).await?;
        let stranger = practice.book(&practice.patient().await?, practice.wish(at(0))).await;
        assert!(matches!(stranger, Err(AppError::SlotTaken { .. })), "{stranger:?}");
        cancel(&practice.app, &desk, second.id, Stepped::default()).await?;
        undo(&practice.app, &desk, second.id, Stepped::default()).await?;
        let kept = appointments::get(&practice.app, &desk, second.id).await?.appointment;
        assert_eq!(kept.overrides, ["taken"]);
        practice.verify().await
    }

    async fn who_holds_the_time_gets_it_beside_whom_the_desk_booked_over_it(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (patient, other) = (practice.patient().await?, practice.patient().await?);
        let NewBooking { service_id, starts_at, provider_id, .. } = practice.wish(at(0));
        let request = HoldRequest {
            service_id,
            starts_at,
            provider_id,
            location_id: None,
            patient_id: None,
            ticket_id: None,
        };
        let held = hold(&practice.app, &patient, request, &Once::unkeyed()).await?;
        practice.book(&practice.receptionist(), wish(&practice, 0).await?).await?;
        let stranger = practice.book(&other, practice.wish(at(0))).await;
        assert!(matches!(stranger, Err(AppError::SlotTaken { .. })), "{stranger:?}");
        let promised = NewBooking { hold_token: Some(held.token), ..practice.wish(at(0)) };
        practice.book(&patient, promised).await?;
        practice.verify().await
    }

    async fn nobody_is_booked_over_into_one_room(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let rules = Rules { resource_kind: Some("scanner"), ..Rules::default() };
        clinic.service = clinic.add_service(&rules).await?;
        clinic.add_room("scanner").await?;
        (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        practice.book(&practice.patient().await?, practice.wish(at(0))).await?;
        let refused = practice.book(&practice.receptionist(), wish(&practice, 0).await?).await;
        assert!(matches!(refused, Err(AppError::SlotTaken { .. })), "{refused:?}");
        practice.verify().await
    }

    async fn staff_change_within_the_cutoff_with_a_reason(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let rules = Rules { cutoff_minutes: 600, ..Rules::default() };
        clinic.service = clinic.add_service(&rules).await?;
        (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        let (desk, patient) = (practice.receptionist(), practice.patient().await?);
        let booked = practice.book(&patient, practice.wish(at(60))).await?;
        let late = cancel(&practice.app, &patient, booked.id, Stepped::default()).await;
        assert!(matches!(late, Err(AppError::NotBookable { .. })), "{late:?}");
        let silent = cancel(&practice.app, &desk, booked.id, Stepped::default()).await;
        assert!(matches!(silent, Err(AppError::Invalid(_))), "{silent:?}");
        let to = |reason: Option<&str>| appointments::Reschedule {
            starts_at: at(120),
            provider_id: None,
            location_id: None,
            overrides: Overrides { rules: Vec::new(), reason: reason.map(str::to_owned) },
            expected: None, range: Range::This,
        };
        let silent = appointments::reschedule(&practice.app, &desk, booked.id, to(None)).await;
        assert!(matches!(silent, Err(AppError::Invalid(_))), "{silent:?}");
        appointments::reschedule(&practice.app, &desk, booked.id, to(Some("She called"))).await?;
        let why = Stepped { reason: Some("She is ill".into()), expected: None, range: Range::This };
        cancel(&practice.app, &desk, booked.id, why).await?;
        practice.verify().await
    }
}
