//! Openings made and taken away, by those who may, while others book.

use std::sync::Arc;

use jiff::civil::date;
use kalends_domain::id::ProviderId;
use kalends_domain::opening::{PublishMode, Window};
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, at, id};

use super::{Edited, Generate, Generated, NewHours, OpeningPatch, create, delete, generate, list, update};
use crate::booking::tests::people::Practice;
use crate::ctx::{Actor, Ctx};
use crate::error::{AppError, Result};
use crate::idempotency::Once;

/// What the calendar's dialog begins with.
fn defaults(provider_id: ProviderId, month: &str) -> std::result::Result<Generate, Box<dyn std::error::Error>> {
    Ok(Generate {
        provider_id,
        month: month.parse()?,
        location_id: None,
        weekdays: Generate::WEEKDAYS.to_vec(),
        windows: vec![Generate::HOURS],
        slot_minutes: Generate::SLOT_MINUTES,
        publish_mode: PublishMode::Online,
        dry_run: false,
    })
}

async fn make(practice: &Practice, ctx: &Ctx, order: Generate) -> Result<Generated> {
    generate(&practice.app, ctx, order, &Once::unkeyed()).await
}

fn made(openings_created: usize, slots: usize, kept: usize) -> Generated {
    Generated {
        openings_created,
        slots,
        kept,
        stranded: Vec::new(),
    }
}

/// The rules that fields broke.
fn codes<T>(outcome: Result<T>) -> Vec<(String, &'static str)> {
    match outcome {
        Err(AppError::Invalid(fields)) => fields.into_iter().map(|field| (field.pointer, field.code)).collect(),
        _ => Vec::new(),
    }
}

fn hours(provider_id: ProviderId, from: &str, to: &str) -> std::result::Result<NewHours, Box<dyn std::error::Error>> {
    Ok(NewHours {
        provider_id,
        location_id: None,
        date: date(2027, 1, 20),
        window: Window {
            from: from.parse()?,
            to: to.parse()?,
        },
        slot_minutes: Generate::SLOT_MINUTES,
        publish_mode: PublishMode::Online,
    })
}

on_both! {
    async fn a_month_is_made_once(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (staff, provider) = (practice.receptionist(), practice.clinic.provider);
        let february = defaults(provider, "2027-02")?;
        let dry = Generate { dry_run: true, ..february.clone() };
        assert_eq!(make(&practice, &staff, dry.clone()).await?, made(20, 320, 0));
        assert_eq!(make(&practice, &staff, dry).await?, made(20, 320, 0));
        assert_eq!(make(&practice, &staff, february.clone()).await?, made(20, 320, 0));
        assert_eq!(make(&practice, &staff, february).await?, made(0, 0, 20));
        let days = list(&practice.app, &staff, provider, date(2027, 2, 1), date(2027, 2, 28)).await?;
        assert_eq!(days.len(), 20);
        assert_eq!(days[0].local_from.to_string(), "09:00");
        assert_eq!(days[0].span.starts_at(), "2027-02-01T08:00:00Z".parse()?);
        Ok(())
    }

    async fn the_present_month_is_filled_from_today(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let january = defaults(practice.clinic.provider, "2027-01")?;
        // The 15th has its opening already; ten working days follow.
        assert_eq!(make(&practice, &practice.receptionist(), january).await?, made(10, 160, 1));
        let december = defaults(practice.clinic.provider, "2026-12")?;
        assert_eq!(make(&practice, &practice.receptionist(), december).await?, made(0, 0, 0));
        Ok(())
    }

    async fn many_who_make_the_same_month_make_it_once(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let february = defaults(practice.clinic.provider, "2027-02")?;
        let mut makers = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (practice, february) = (practice.clone(), february.clone());
            makers.spawn(async move { make(&practice, &practice.receptionist(), february).await });
        }
        let outcomes = makers.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
        let sum = |count: fn(&Generated) -> usize| outcomes.iter().map(count).sum::<usize>();
        assert_eq!(sum(|it| it.openings_created), 20);
        assert_eq!(sum(|it| it.slots), 320);
        assert_eq!(sum(|it| it.kept), 7 * 20);
        Ok(())
    }

    async fn an_order_that_makes_no_sense_is_refused_by_field(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let staff = practice.receptionist();
        let order = defaults(practice.clinic.provider, "2027-02")?;
        let window = |from: &str, to: &str| -> std::result::Result<Vec<Window>, Box<dyn std::error::Error>> {
            Ok(vec![Window { from: from.parse()?, to: to.parse()? }])
        };
        let backwards = Generate { windows: window("17:00", "09:00")?, weekdays: vec![], ..order.clone() };
        assert_eq!(
            codes(make(&practice, &staff, backwards).await),
            [("/weekdays".into(), "no-weekday"), ("/to".into(), "end-not-after-start")]
        );
        let short = Generate { windows: window("09:00", "09:10")?, ..order.clone() };
        assert_eq!(codes(make(&practice, &staff, short).await), [("/to".into(), "shorter-than-slot")]);
        let far = Generate { month: "2099-01".parse()?, ..order.clone() };
        assert_eq!(codes(make(&practice, &staff, far).await), [("/month".into(), "too-far-ahead")]);
        let nowhere = Generate { location_id: Some(id()), ..order };
        assert_eq!(codes(make(&practice, &staff, nowhere).await), [("/location_id".into(), "unknown")]);
        Ok(())
    }

    async fn a_calendar_is_changed_by_those_it_is_entrusted_to(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let order = defaults(practice.clinic.provider, "2027-02")?;
        assert!(make(&practice, &practice.doctor(), order.clone()).await.is_ok());
        let other = practice.ctx(Role::Doctor, practice.clinic.user, None, Some(id()));
        assert!(matches!(make(&practice, &other, order.clone()).await, Err(AppError::Forbidden)));
        let patient = practice.patient().await?;
        assert!(matches!(make(&practice, &patient, order.clone()).await, Err(AppError::Forbidden)));
        let nobody = Ctx { actor: Actor::Anonymous, ..practice.receptionist() };
        assert!(matches!(make(&practice, &nobody, order.clone()).await, Err(AppError::Unauthenticated)));

        let mut elsewhere = practice.receptionist();
        if let Actor::User(user) = &mut elsewhere.actor {
            Arc::make_mut(user).locations = vec![id()];
        }
        assert!(matches!(make(&practice, &elsewhere, order.clone()).await, Err(AppError::Forbidden)));

        let abroad = Practice::new(Clinic::open(&database).await?)?;
        assert!(matches!(make(&abroad, &abroad.receptionist(), order).await, Err(AppError::NotFound)));
        Ok(())
    }

    async fn a_day_is_changed_by_hand(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (app, staff, provider) = (&practice.app, practice.receptionist(), practice.clinic.provider);
        let morning = create(app, &staff, hours(provider, "08:00", "12:00")?, &Once::unkeyed()).await?;
        let overlap = create(app, &staff, hours(provider, "11:00", "13:00")?, &Once::unkeyed()).await;
        assert_eq!(codes(overlap), [("/from".into(), "overlaps-opening")]);
        let afternoon = create(app, &staff, hours(provider, "13:00", "24:00")?, &Once::unkeyed()).await?;
        let past = NewHours { date: date(2027, 1, 14), ..hours(provider, "08:00", "12:00")? };
        assert_eq!(codes(create(app, &staff, past, &Once::unkeyed()).await), [("/date".into(), "past")]);

        let earlier = OpeningPatch { from: Some("12:00".parse()?), ..OpeningPatch::default() };
        let edited = update(app, &staff, afternoon.id, earlier).await?;
        assert_eq!(edited.opening.span.starts_at(), morning.span.ends_at());
        let into_the_other = OpeningPatch { from: Some("11:00".parse()?), ..OpeningPatch::default() };
        assert_eq!(codes(update(app, &staff, afternoon.id, into_the_other).await), [("/from".into(), "overlaps-opening")]);
        assert!(delete(app, &staff, morning.id, false).await?.stranded.is_empty());
        assert!(matches!(delete(app, &staff, morning.id, false).await, Err(AppError::NotFound)));
        let left = list(app, &staff, provider, date(2027, 1, 20), date(2027, 1, 20)).await?;
        assert_eq!(left, [edited.opening]);
        Ok(())
    }

    async fn appointments_outlive_their_opening_and_are_told(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (app, staff) = (&practice.app, practice.receptionist());
        let early = practice.book(&practice.patient().await?, practice.wish(at(0))).await?;
        let late = practice.book(&practice.patient().await?, practice.wish(at(450))).await?;
        let told = |edited: &Edited| edited.stranded.iter().map(|it| it.appointment_id).collect::<Vec<_>>();

        let opening = practice.clinic.opening;
        let dry = delete(app, &staff, opening, true).await?;
        assert_eq!(told(&dry), [early.id, late.id]);
        let shorter = OpeningPatch { to: Some("17:00".parse()?), dry_run: true, ..OpeningPatch::default() };
        assert_eq!(told(&update(app, &staff, opening, shorter).await?), [late.id]);
        assert_eq!(told(&update(app, &staff, opening, OpeningPatch { dry_run: false, ..shorter }).await?), [late.id]);
        // Whoever is outside already is not told again.
        assert_eq!(told(&delete(app, &staff, opening, false).await?), [early.id]);

        let january = Generate { dry_run: true, ..defaults(practice.clinic.provider, "2027-01")? };
        let nine_to_five = make(&practice, &staff, january).await?;
        assert_eq!(nine_to_five.stranded.iter().map(|it| it.appointment_id).collect::<Vec<_>>(), [late.id]);
        practice.verify().await
    }

    async fn a_booking_and_a_removal_at_once_are_both_told_the_truth(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let practice = Practice::new(clinic)?;
        for _ in 0..8 {
            let (provider, opening) = practice.clinic.add_provider(&[practice.clinic.service]).await?;
            let mut bookers = tokio::task::JoinSet::new();
            for index in 0..6 {
                let (practice, ctx) = (practice.clone(), practice.patient().await?);
                let wish = crate::booking::NewBooking { provider_id: Some(provider), ..practice.wish(at(index * 30)) };
                bookers.spawn(async move { practice.book(&ctx, wish).await });
            }
            let remover = practice.clone();
            let removal = tokio::spawn(async move { delete(&remover.app, &remover.receptionist(), opening, false).await });
            let mut stranded: Vec<_> = removal.await??.stranded.iter().map(|it| it.appointment_id).collect();
            let outcomes = bookers.join_all().await;
            let refused = |outcome: &&Result<_>| matches!(outcome, Err(AppError::NotBookable { rule, .. }) if rule == "outside-openings");
            assert_eq!(outcomes.iter().filter(|it| it.is_ok()).count() + outcomes.iter().filter(refused).count(), 6, "{outcomes:?}");
            let mut booked: Vec<_> = outcomes.into_iter().flatten().map(|it| it.id).collect();
            booked.sort_unstable();
            stranded.sort_unstable();
            assert_eq!(booked, stranded);
        }
        practice.verify().await
    }
}
