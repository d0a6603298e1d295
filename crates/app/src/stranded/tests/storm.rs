//! A doctor falls ill: everybody of three hundred is told once, a third is moved to a colleague, the rest is called off, and what is
//! free again goes to those who wait, once.

use std::collections::BTreeSet;

use kalends_domain::appointment::{NamedAppointment, Range};
use kalends_domain::id::ProviderId;
use kalends_domain::opening::PublishMode;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::time::{Month, Weekday};
use kalends_domain::waitlist::OfferState;
use kalends_store::on_both;
use kalends_store::testing::TestResult;
use kalends_store::testing::clinic::{Clinic, Rules, at};

use super::super::{Lost, Move, list, move_all};
use crate::appointments::{Reschedule, Stepped, cancel};
use crate::booking::tests::people::Practice;
use crate::booking::{NewBooking, Overrides};
use crate::closures::{self, NewClosure};
use crate::ctx::Ctx;
use crate::error::AppError;
use crate::idempotency::Once;
use crate::openings::{Generate, generate};
use crate::waitlist::offers::{Accepted, accept, offer_due};
use crate::waitlist::{self, NewEntry, Query};

const DAYS: i64 = 10;
const A_DAY: i64 = 30;
const DAY: i64 = 24 * 60;
const LIVE: &str = "SELECT count(*) FROM appointments WHERE tenant_id = $1 AND status NOT IN ('cancelled', 'declined') AND version = 2";
const TWICE_CHANGED: &str = "SELECT count(*) FROM appointments WHERE tenant_id = $1 AND version <> 2";

/// Open every day from nine to five.
async fn open_month(practice: &Practice, provider_id: ProviderId) -> TestResult {
    let order = Generate {
        provider_id,
        month: Month::of(jiff::civil::date(2027, 1, 1))?,
        location_id: None,
        weekdays: Weekday::ALL.to_vec(),
        windows: vec![Generate::HOURS],
        slot_minutes: Generate::SLOT_MINUTES,
        publish_mode: PublishMode::Online,
        dry_run: false,
    };
    generate(&practice.app, &practice.admin(), order, &Once::unkeyed()).await?;
    Ok(())
}

/// Ten full days of a quarter of an hour each, of as many people; and a colleague with nothing to do.
async fn full(clinic: Clinic) -> TestResult<(Practice, ProviderId)> {
    let mut clinic = clinic;
    let rules = Rules {
        duration_minutes: 15,
        ..Rules::default()
    };
    clinic.service = clinic.add_service(&rules).await?;
    (clinic.provider, clinic.opening) = clinic.add_provider(&[clinic.service]).await?;
    let (colleague, _) = clinic.add_provider(&[clinic.service]).await?;
    let practice = Practice::new(clinic)?;
    for provider in [practice.clinic.provider, colleague] {
        open_month(&practice, provider).await?;
    }
    for day in 0..DAYS {
        for number in 0..A_DAY {
            let wish = NewBooking {
                provider_id: Some(practice.clinic.provider),
                // From nine, or ten on the first day.
                ..practice.wish(at(day * DAY + number * 15 - 60 * i64::from(day > 0)))
            };
            practice.book(&practice.patient().await?, wish).await?;
        }
    }
    Ok((practice, colleague))
}

/// The patients to whom something is to be sent, one for each message.
async fn told(practice: &Practice) -> TestResult<Vec<String>> {
    let mut tx = practice.clinic.store.read(practice.clinic.tenant).await?;
    let sql = "SELECT CAST(payload AS text) FROM jobs WHERE tenant_id = $1 AND kind = 'notify'";
    let payloads: Vec<String> = tx.query(sql).bind(practice.clinic.tenant).scalars().await?;
    let mut patients = Vec::new();
    for payload in payloads {
        let payload: serde_json::Value = serde_json::from_str(&payload)?;
        patients.push(payload["patient_id"].to_string());
    }
    Ok(patients)
}

/// All who lost their time.
async fn stranded(practice: &Practice) -> TestResult<Vec<NamedAppointment>> {
    let page = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let half = Some(at(DAYS / 2 * DAY - 120));
    let mut all = Vec::new();
    for (from, to) in [(None, half), (half, None)] {
        let lost = Lost {
            from,
            to,
            ..Lost::default()
        };
        all.extend(list(&practice.app, &practice.admin(), &page, lost).await?.items);
    }
    Ok(all)
}

/// Five who want this doctor and no other.
async fn queue(practice: &Practice) -> TestResult<Vec<Ctx>> {
    let mut waiting = Vec::new();
    for _ in 0..5 {
        let ctx = practice.patient().await?;
        let entry = NewEntry {
            patient_id: None,
            service_id: practice.clinic.service,
            provider_ids: vec![practice.clinic.provider],
            location_id: None,
            weekdays: Vec::new(),
            local_from: None,
            local_to: None,
            from: None,
            until: jiff::civil::date(2027, 1, 20),
            note: None,
        };
        waitlist::join(&practice.app, &ctx, entry, &Once::unkeyed()).await?;
        waiting.push(ctx);
    }
    Ok(waiting)
}

on_both! {
    async fn three_hundred_are_told_once_and_their_time_is_free_once(database: TestDatabase) {
        let (practice, colleague) = full(Clinic::open(&database).await?).await?;
        let (app, admin) = (&practice.app, practice.admin());
        practice.clinic.change("DELETE FROM jobs WHERE tenant_id = $1").await?;
        let off = NewClosure {
            provider_id: Some(practice.clinic.provider),
            starts_at: Some(at(0)),
            ends_at: Some(at(20 * DAY)),
            ..NewClosure::default()
        };
        let off = closures::create(app, &admin, off, &Once::unkeyed()).await?;
        let waiting = queue(&practice).await?;
        practice.clinic.change("DELETE FROM jobs WHERE tenant_id = $1").await?;
        let lost = stranded(&practice).await?;
        assert_eq!(lost.len(), 300);
        assert_eq!(off.stranded.len(), 300);

        // Two at the desk do the same at the same moment.
        let moves = || lost[..100].iter().map(|it| Move {
            id: it.appointment.id,
            to: Reschedule {
                starts_at: it.appointment.starts_at,
                provider_id: Some(colleague),
                location_id: None,
                overrides: Overrides::default(),
                expected: Some(it.appointment.version),
                range: Range::This,
            },
        }).collect::<Vec<Move>>();
        let (one, other) = tokio::join!(move_all(app, &admin, moves()), move_all(app, &admin, moves()));
        let moved = one?.into_iter().chain(other?).filter(|(_, outcome)| outcome.is_ok()).count();
        assert_eq!(moved, 100);
        for it in &lost[100..] {
            let ill = || Stepped { reason: Some("ill".into()), expected: Some(it.appointment.version), range: Range::This };
            let id = it.appointment.id;
            let (one, other) = tokio::join!(cancel(app, &admin, id, ill()), cancel(app, &admin, id, ill()));
            match (one, other) {
                (Ok(_), Err(AppError::Stale | AppError::WrongState(_))) | (Err(AppError::Stale | AppError::WrongState(_)), Ok(_)) => {}
                other => return Err(format!("{other:?}").into()),
            }
        }
        let patients = told(&practice).await?;
        assert_eq!(patients.len(), 300);
        assert_eq!(patients.into_iter().collect::<BTreeSet<_>>().len(), 300);
        assert_eq!(practice.clinic.count(LIVE).await?, 100);
        assert_eq!(practice.clinic.count(TWICE_CHANGED).await?, 0);
        assert_eq!(stranded(&practice).await?, []);

        // Nothing is offered of a doctor who is not there; and everything once, when they are back.
        let tenant = practice.clinic.tenant;
        assert_eq!(offer_due(app, tenant).await?, 0);
        closures::delete(app, &admin, off.closure.id).await?;
        let (one, other) = tokio::join!(offer_due(app, tenant), offer_due(app, tenant));
        assert!(one? + other? > 0);
        let mut racers = tokio::task::JoinSet::new();
        for ctx in waiting {
            let found = waitlist::list(app, &ctx, &PageRequest::default(), Query::default()).await?;
            let open: Vec<_> = found.items.into_iter().flat_map(|it| it.offers).filter(|it| it.state(ctx.now) == OfferState::Open).collect();
            assert!(open.len() <= 1, "{open:?}");
            for offer in open {
                let (practice, ctx) = (practice.clone(), ctx.clone());
                racers.spawn(async move { accept(&practice.app, &ctx, offer.id, Accepted::default(), &Once::unkeyed()).await });
            }
        }
        let outcomes = racers.join_all().await;
        let won: BTreeSet<_> = outcomes.iter().flatten().map(|it| (it.provider_id, it.starts_at)).collect();
        assert_eq!(won.len(), outcomes.iter().filter(|it| it.is_ok()).count(), "one time for two: {outcomes:?}");
        assert!(!won.is_empty(), "{outcomes:?}");
        practice.verify().await
    }
}
