//! What frees up goes to those who wait, in their order, once.

use jiff::SignedDuration;
use jiff::civil::date;
use kalends_domain::id::WaitlistOfferId;
use kalends_domain::page::PageRequest;
use kalends_domain::time::LocalTime;
use kalends_domain::waitlist::OfferState;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, Rules, at};
use kalends_store::testing::{TestDatabase, TestResult};

use super::offers::{Accepted, accept, decline, offer_due};
use super::{NewEntry, Query, Waiting, contact, get, join, leave, list};
use crate::appointments::{Stepped, cancel};
use crate::booking::tests::people::{Practice, later};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;

/// One provider with one time a day, which somebody has; and who has it.
async fn full(database: &TestDatabase) -> TestResult<(Practice, Ctx, kalends_domain::appointment::Appointment)> {
    let mut clinic = Clinic::open(database).await?;
    let rules = Rules {
        duration_minutes: 480,
        ..Rules::default()
    };
    clinic.service = clinic.add_service(&rules).await?;
    (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
    let practice = Practice::new(clinic)?;
    let lucky = practice.patient().await?;
    let booked = practice.book(&lucky, practice.wish(at(0))).await?;
    Ok((practice, lucky, booked))
}

fn wish(practice: &Practice) -> NewEntry {
    NewEntry {
        patient_id: None,
        service_id: practice.clinic.service,
        provider_ids: Vec::new(),
        location_id: None,
        weekdays: Vec::new(),
        local_from: None,
        local_to: None,
        from: None,
        until: date(2027, 1, 31),
        note: None,
    }
}

/// So many people who wait since some minutes, one after the other.
async fn queue(practice: &Practice, count: i64) -> TestResult<Vec<(Ctx, Waiting)>> {
    let mut waiting = Vec::new();
    for minute in (1..=count).rev() {
        let ctx = practice.patient().await?;
        let then = later(&ctx, ctx.now - SignedDuration::from_mins(minute));
        let entry = join(&practice.app, &then, wish(practice), &Once::unkeyed()).await?;
        waiting.push((ctx, entry));
    }
    Ok(waiting)
}

/// The open offer that this caller has.
async fn open(practice: &Practice, ctx: &Ctx) -> Result<Option<WaitlistOfferId>> {
    let found = list(&practice.app, ctx, &PageRequest::default(), Query::default()).await?;
    let offers = found.items.into_iter().flat_map(|it| it.offers);
    Ok(offers
        .filter(|it| it.state(ctx.now) == OfferState::Open)
        .map(|it| it.id)
        .next())
}

async fn offered(practice: &Practice, waiting: &[(Ctx, Waiting)]) -> Result<Vec<bool>> {
    let mut offered = Vec::new();
    for (ctx, _) in waiting {
        offered.push(open(practice, ctx).await?.is_some());
    }
    Ok(offered)
}

async fn messages(practice: &Practice, kind: &'static str) -> Result<i64> {
    Ok(practice.clinic.count(kind).await?)
}

const OFFERS: &str = "SELECT count(*) FROM jobs WHERE tenant_id = $1 AND CAST(payload AS text) LIKE '%\"offer\"%'";
const GONE: &str = "SELECT count(*) FROM jobs WHERE tenant_id = $1 AND CAST(payload AS text) LIKE '%\"offer-gone\"%'";

on_both! {
    async fn the_first_who_takes_an_offer_has_it_and_the_rest_are_told(database: TestDatabase) {
        let (practice, lucky, booked) = full(&database).await?;
        let waiting = queue(&practice, 5).await?;
        let tenant = practice.clinic.tenant;
        assert_eq!(offer_due(&practice.app, tenant).await?, 0, "nothing is free");
        cancel(&practice.app, &lucky, booked.id, Stepped::default()).await?;
        // Two nodes look at the same moment.
        let (one, other) = tokio::join!(offer_due(&practice.app, tenant), offer_due(&practice.app, tenant));
        assert_eq!(one? + other?, 3);
        assert_eq!(offered(&practice, &waiting).await?, [true, true, true, false, false]);
        assert_eq!(messages(&practice, OFFERS).await?, 3);
        // It is kept from everybody else.
        let stranger = practice.book(&practice.patient().await?, practice.wish(at(0))).await;
        assert!(matches!(stranger, Err(AppError::SlotTaken { .. })), "{stranger:?}");

        let mut taking = Vec::new();
        for (ctx, _) in &waiting[..3] {
            taking.push((ctx.clone(), open(&practice, ctx).await?.ok_or("no offer")?));
        }
        let mut racers = tokio::task::JoinSet::new();
        for (ctx, id) in taking {
            let practice = practice.clone();
            racers.spawn(async move { accept(&practice.app, &ctx, id, Accepted::default(), &Once::unkeyed()).await });
        }
        let outcomes = racers.join_all().await;
        let won = outcomes.iter().filter(|it| it.is_ok()).count();
        let late = outcomes.iter().filter(|it| matches!(it, Err(AppError::HoldExpired { .. } | AppError::SlotTaken { .. }))).count();
        assert_eq!((won, late), (1, 2), "{outcomes:?}");
        assert_eq!(messages(&practice, GONE).await?, 2);
        assert_eq!(offered(&practice, &waiting).await?, [false; 5]);
        assert_eq!(offer_due(&practice.app, tenant).await?, 0);
        let still = list(&practice.app, &practice.receptionist(), &PageRequest::default(), Query::default()).await?;
        assert_eq!(still.items.len(), 4, "who was booked waits no more");
        practice.verify().await
    }

    async fn what_nobody_takes_goes_to_the_next(database: TestDatabase) {
        let (practice, lucky, booked) = full(&database).await?;
        let waiting = queue(&practice, 5).await?;
        let tenant = practice.clinic.tenant;
        cancel(&practice.app, &lucky, booked.id, Stepped::default()).await?;
        assert_eq!(offer_due(&practice.app, tenant).await?, 3);
        for (ctx, _) in &waiting[..3] {
            assert_eq!(offer_due(&practice.app, tenant).await?, 0, "it is kept while one of them may take it");
            let id = open(&practice, ctx).await?.ok_or("no offer")?;
            decline(&practice.app, ctx, id).await?;
            assert!(matches!(decline(&practice.app, ctx, id).await, Err(AppError::NotFound)));
        }
        assert_eq!(offer_due(&practice.app, tenant).await?, 2);
        assert_eq!(offered(&practice, &waiting).await?, [false, false, false, true, true]);
        practice.verify().await
    }

    async fn an_offer_that_expired_is_nobodys(database: TestDatabase) {
        let (practice, lucky, booked) = full(&database).await?;
        practice.clinic.change("UPDATE tenants SET settings = '{\"waitlist_offer_minutes\": 10, \"waitlist_offers_at_once\": 1}' WHERE id = $1").await?;
        let waiting = queue(&practice, 2).await?;
        let tenant = practice.clinic.tenant;
        cancel(&practice.app, &lucky, booked.id, Stepped::default()).await?;
        assert_eq!(offer_due(&practice.app, tenant).await?, 1);
        let first = open(&practice, &waiting[0].0).await?.ok_or("no offer")?;
        practice.app.clock.advance(SignedDuration::from_mins(10));
        let now = practice.app.now();
        assert_eq!(offer_due(&practice.app, tenant).await?, 1);
        let late = accept(&practice.app, &later(&waiting[0].0, now), first, Accepted::default(), &Once::unkeyed()).await;
        assert!(matches!(late, Err(AppError::HoldExpired { .. })), "{late:?}");
        let second = later(&waiting[1].0, now);
        let id = open(&practice, &second).await?.ok_or("no offer")?;
        let taken = accept(&practice.app, &second, id, Accepted::default(), &Once::unkeyed()).await?;
        assert_eq!(taken.starts_at, at(0));
        practice.verify().await
    }

    async fn nobody_is_offered_what_does_not_suit_or_would_be_refused(database: TestDatabase) {
        let (practice, lucky, booked) = full(&database).await?;
        let (busy, early, fits) = (practice.patient().await?, practice.patient().await?, practice.patient().await?);
        // Somebody who has something else then, and somebody who can only come in the morning.
        let other = practice.clinic.add_service(&Rules::default()).await?;
        practice.clinic.add_provider(&[other]).await?;
        practice.book(&busy, crate::booking::NewBooking { service_id: other, ..practice.wish(at(60)) }).await?;
        join(&practice.app, &busy, wish(&practice), &Once::unkeyed()).await?;
        let mornings = NewEntry { local_to: Some(LocalTime::on_the_hour(12)), ..wish(&practice) };
        join(&practice.app, &early, mornings, &Once::unkeyed()).await?;
        join(&practice.app, &fits, wish(&practice), &Once::unkeyed()).await?;
        cancel(&practice.app, &lucky, booked.id, Stepped::default()).await?;
        assert_eq!(offer_due(&practice.app, practice.clinic.tenant).await?, 1);
        assert!(open(&practice, &fits).await?.is_some());
        practice.verify().await
    }

    async fn the_desks_share_is_given_out_by_telephone(database: TestDatabase) {
        let (practice, lucky, booked) = full(&database).await?;
        practice.clinic.change("UPDATE tenants SET settings = '{\"waitlist_desk_share\": 100}' WHERE id = $1").await?;
        let waiting = queue(&practice, 1).await?;
        cancel(&practice.app, &lucky, booked.id, Stepped::default()).await?;
        assert_eq!(offer_due(&practice.app, practice.clinic.tenant).await?, 1);
        assert_eq!((offered(&practice, &waiting).await?, messages(&practice, OFFERS).await?), (vec![false], 0));
        let desk = practice.receptionist();
        let id = open(&practice, &desk).await?.ok_or("no offer")?;
        assert!(matches!(decline(&practice.app, &waiting[0].0, id).await, Err(AppError::NotFound)));
        let taken = accept(&practice.app, &desk, id, Accepted::default(), &Once::unkeyed()).await?;
        assert_eq!(Some(taken.patient_id), waiting[0].0.signed_in()?.patient_id);
        practice.verify().await
    }

    async fn a_wish_is_checked_seen_by_whom_it_concerns_and_given_up(database: TestDatabase) {
        let (practice, lucky, booked) = full(&database).await?;
        let (app, desk) = (&practice.app, practice.receptionist());
        let (own, stranger) = (practice.patient().await?, practice.patient().await?);
        let wrong = NewEntry {
            until: date(2026, 1, 1), provider_ids: vec![practice.clinic.user.uuid().into()],
            local_from: Some(LocalTime::on_the_hour(12)), local_to: Some(LocalTime::on_the_hour(12)), ..wish(&practice)
        };
        let refused = join(app, &own, wrong, &Once::unkeyed()).await;
        let Err(AppError::Invalid(fields)) = refused else { return Err(format!("{refused:?}").into()) };
        let codes: Vec<_> = fields.iter().map(|field| (field.pointer.as_str(), field.code)).collect();
        assert_eq!(codes, [("/until", "past"), ("/local_to", "end-not-after-start"), ("/provider_ids", "unknown-id")]);
        let on_behalf = NewEntry { patient_id: stranger.signed_in()?.patient_id, ..wish(&practice) };
        assert!(matches!(join(app, &own, on_behalf.clone(), &Once::unkeyed()).await, Err(AppError::NotFound)));

        let entry = join(app, &own, wish(&practice), &Once::unkeyed()).await?;
        let id = entry.named.entry.id;
        assert!(matches!(get(app, &stranger, id).await, Err(AppError::NotFound)));
        assert!(matches!(leave(app, &stranger, id).await, Err(AppError::NotFound)));
        assert!(matches!(contact(app, &own, id).await, Err(AppError::Forbidden)));
        contact(app, &later(&desk, at(-10)), id).await?;
        assert_eq!(get(app, &own, id).await?.named.entry.contacted_at, Some(at(-10)));
        // A doctor sees who waits for them by name; other people's patients are strangers.
        let (doctor, all) = (practice.doctor(), PageRequest::default());
        assert_eq!(list(app, &doctor, &all, Query::default()).await?.items.len(), 0);
        let named = NewEntry { provider_ids: vec![practice.clinic.provider], until: date(2027, 1, 14), ..wish(&practice) };
        join(app, &own, named, &Once::unkeyed()).await?;
        assert_eq!(list(app, &doctor, &all, Query::default()).await?.items.len(), 1);

        // Whoever leaves lets go of what they were offered.
        cancel(app, &lucky, booked.id, Stepped::default()).await?;
        assert_eq!(offer_due(app, practice.clinic.tenant).await?, 1);
        leave(app, &own, id).await?;
        assert!(matches!(leave(app, &own, id).await, Err(AppError::NotFound)));
        practice.book(&stranger, practice.wish(at(0))).await?;
        practice.verify().await
    }
}
