//! Booking and holding, refused by name, and raced.

mod assignment;
mod crowd;
mod groups;
mod needs;
mod overbooking;
pub(crate) mod people;
mod races;
mod rules;

use jiff::SignedDuration;
use kalends_domain::appointment::Status;
use kalends_domain::permission::Role;
use kalends_domain::rule::Rule;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, NOW, Rules, at, id};

use super::{NewBooking, Overrides};
use crate::error::{AppError, FieldError, Result};
use crate::holds::{HoldRequest, hold, release};
use crate::idempotency::Once;
use people::{Practice, later};

/// The rule that refused.
fn rule<T>(outcome: Result<T>) -> Option<String> {
    match outcome {
        Err(AppError::NotBookable { rule, .. }) => Some(rule),
        _ => None,
    }
}

/// The field's rule that refused.
fn code<T>(outcome: Result<T>) -> Option<&'static str> {
    match outcome {
        Err(AppError::Invalid(fields)) => fields.first().map(|field: &FieldError| field.code),
        _ => None,
    }
}

on_both! {
    async fn a_patient_books_for_themselves_alone(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let ctx = practice.patient().await?;
        let own = ctx.signed_in()?.patient_id;
        let appointment = practice.book(&ctx, practice.wish(at(60))).await?;
        assert_eq!((Some(appointment.patient_id), appointment.status), (own, Status::Booked));
        assert_eq!(appointment.time_zone, "Europe/Berlin");
        let other = practice.clinic.add_patient().await?;
        let foreign = practice.book(&ctx, NewBooking { patient_id: Some(other), ..practice.wish(at(120)) }).await;
        assert!(matches!(foreign, Err(AppError::NotFound)), "{foreign:?}");
        assert_eq!(practice.clinic.count("SELECT count(*) FROM jobs WHERE tenant_id = $1").await?, 1);
        assert_eq!(practice.clinic.count("SELECT count(*) FROM audit_entries WHERE tenant_id = $1").await?, 1);
        practice.verify().await
    }

    async fn refusals_have_names(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let rules = Rules { lead_time_minutes: 120, start_interval_minutes: None, ..Rules::default() };
        clinic.service = clinic.add_service(&rules).await?;
        (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        let ctx = practice.patient().await?;
        let refused = async |minutes| rule(practice.book(&ctx, practice.wish(at(minutes))).await);
        assert_eq!(refused(30).await.as_deref(), Some("lead-time"));
        assert_eq!(refused(75).await.as_deref(), Some("start-interval"));
        assert_eq!(refused(470).await.as_deref(), Some("outside-openings"));
        assert_eq!(refused(-120).await.as_deref(), Some("past"));
        assert_eq!(refused(60 * 24 * 300).await.as_deref(), Some("booking-horizon"));
        practice.book(&ctx, practice.wish(at(90))).await?;
        let second = practice.clinic.add_provider(&[practice.clinic.service]).await?.0;
        let wish = NewBooking { provider_id: Some(second), ..practice.wish(at(90)) };
        assert_eq!(rule(practice.book(&ctx, wish).await).as_deref(), Some("patient-overlap"));
        let off_the_minute = practice.wish(at(90) + SignedDuration::from_secs(1));
        assert_eq!(code(practice.book(&ctx, off_the_minute).await), Some("whole-minutes"));
        Ok(())
    }

    async fn unknown_ids_are_not_found(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let ctx = practice.patient().await?;
        let wish = practice.wish(at(60));
        for unknown in [
            NewBooking { service_id: id(), ..wish.clone() },
            NewBooking { provider_id: Some(id()), ..wish.clone() },
            NewBooking { location_id: Some(id()), ..wish.clone() },
        ] {
            let outcome = practice.book(&ctx, unknown).await;
            assert!(matches!(outcome, Err(AppError::NotFound)), "{outcome:?}");
        }
        let desk = practice.receptionist();
        let outcome = practice.book(&desk, NewBooking { patient_id: Some(id()), ..wish.clone() }).await;
        assert!(matches!(outcome, Err(AppError::NotFound)), "{outcome:?}");
        assert_eq!(code(practice.book(&desk, wish).await), Some("required"));
        Ok(())
    }

    async fn staff_set_rules_aside_with_a_reason(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        let desk = practice.receptionist();
        let patient_id = Some(practice.clinic.add_patient().await?);
        let wish = NewBooking { patient_id, ..practice.wish(at(60)) };
        practice.book(&desk, wish.clone()).await?;
        assert_eq!(rule(practice.book(&desk, wish.clone()).await).as_deref(), Some("patient-overlap"));
        let set_aside = |rules: Vec<Rule>, reason: Option<&str>| NewBooking {
            overrides: Overrides { rules, reason: reason.map(str::to_owned) },
            ..wish.clone()
        };
        let without_reason = set_aside(vec![Rule::PatientOverlap], None);
        assert_eq!(code(practice.book(&desk, without_reason).await), Some("required"));
        let not_allowed = set_aside(vec![Rule::NoResource], Some("please"));
        assert_eq!(code(practice.book(&desk, not_allowed).await), Some("may-not-be-set-aside"));
        let patient = practice.patient().await?;
        let own = NewBooking { patient_id: None, ..set_aside(vec![Rule::PatientOverlap], Some("please")) };
        assert!(matches!(practice.book(&patient, own).await, Err(AppError::Forbidden)));
        let both = practice.book(&desk, set_aside(vec![Rule::PatientOverlap], Some("two tests at once"))).await?;
        assert_eq!(both.overrides, vec!["patient-overlap".to_owned()]);
        practice.verify().await
    }

    async fn a_doctor_books_their_own_time_for_their_own_patients(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let (colleague, _) = clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        let doctor = practice.doctor();
        let patient_id = Some(practice.clinic.add_patient().await?);
        let stranger = practice.book(&doctor, NewBooking { patient_id, ..practice.wish(at(60)) }).await;
        assert!(matches!(stranger, Err(AppError::NotFound)), "{stranger:?}");
        let provider_id = Some(practice.clinic.provider);
        practice.book(&practice.receptionist(), NewBooking { patient_id, provider_id, ..practice.wish(at(0)) }).await?;
        let own = practice.book(&doctor, NewBooking { patient_id, ..practice.wish(at(60)) }).await?;
        assert_eq!(Some(own.provider_id), provider_id);
        let foreign = NewBooking { patient_id, provider_id: Some(colleague), ..practice.wish(at(120)) };
        assert!(matches!(practice.book(&doctor, foreign).await, Err(AppError::Forbidden)));
        let operator = practice.ctx(Role::Operator, practice.clinic.user, None, None);
        assert!(matches!(practice.book(&operator, practice.wish(at(60))).await, Err(AppError::Forbidden)));
        Ok(())
    }

    async fn what_needs_approval_waits_for_it(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        clinic.service = clinic.add_service(&Rules { requires_approval: true, ..Rules::default() }).await?;
        (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        let asked = practice.book(&practice.patient().await?, practice.wish(at(60))).await?;
        assert_eq!(asked.status, Status::Pending);
        let patient_id = Some(asked.patient_id);
        let by_staff = practice.book(&practice.receptionist(), NewBooking { patient_id, ..practice.wish(at(120)) }).await?;
        assert_eq!(by_staff.status, Status::Booked);
        Ok(())
    }

    async fn a_hold_becomes_an_appointment(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let ctx = practice.patient().await?;
        let request = |minutes| HoldRequest {
            service_id: practice.clinic.service, starts_at: at(minutes), provider_id: None, location_id: None,
            patient_id: None, ticket_id: None,
        };
        let first = hold(&practice.app, &ctx, request(60), &Once::unkeyed()).await?;
        assert_eq!(first.hold.expires_at, NOW + SignedDuration::from_mins(10));
        // Kept anew: the first secret is worth nothing now.
        let second = hold(&practice.app, &ctx, request(60), &Once::unkeyed()).await?;
        let with = |token: &str| NewBooking { hold_token: Some(token.to_owned()), ..practice.wish(at(60)) };
        let outdated = practice.book(&ctx, with(&first.token)).await;
        assert!(matches!(outdated, Err(AppError::HoldExpired { .. })), "{outdated:?}");
        let stolen = practice.book(&practice.patient().await?, with(&second.token)).await;
        assert!(matches!(stolen, Err(AppError::HoldExpired { .. })), "{stolen:?}");
        practice.book(&ctx, with(&second.token)).await?;
        assert_eq!(practice.clinic.count("SELECT count(*) FROM holds WHERE tenant_id = $1").await?, 0);
        practice.verify().await
    }

    async fn holds_are_few_and_given_up(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let ctx = practice.patient().await?;
        let keep = async |minutes| {
            let starts_at = at(minutes);
            let service_id = practice.clinic.service;
            let request = HoldRequest { service_id, starts_at, provider_id: None, location_id: None, patient_id: None, ticket_id: None };
            hold(&practice.app, &ctx, request, &Once::unkeyed()).await
        };
        let mut held = Vec::new();
        for index in 0..5 {
            held.push(keep(index * 30).await?);
        }
        assert_eq!(rule(keep(300).await).as_deref(), Some("too-many-holds"));
        let other = practice.patient().await?;
        let foreign = release(&practice.app, &other, held[0].hold.id, None).await;
        assert!(matches!(foreign, Err(AppError::NotFound)), "{foreign:?}");
        let wrong = release(&practice.app, &other, held[0].hold.id, Some("guess")).await;
        assert!(matches!(wrong, Err(AppError::NotFound)), "{wrong:?}");
        release(&practice.app, &other, held[0].hold.id, Some(&held[0].token)).await?;
        release(&practice.app, &ctx, held[1].hold.id, None).await?;
        practice.book(&other, practice.wish(at(0))).await?;
        keep(300).await?;
        let ctx = later(&ctx, NOW + SignedDuration::from_mins(10));
        practice.book(&ctx, practice.wish(at(60))).await?;
        practice.verify().await
    }
}
