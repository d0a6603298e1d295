//! A newer release knows that the clocks of a country are to show something else than the one that booked thought.

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use kalends_domain::appointment::{Appointment, Range, Status};
use kalends_domain::block::Block;
use kalends_domain::opening::Opening;
use kalends_domain::page::PageRequest;
use kalends_domain::time::Span;
use kalends_store::on_both;
use kalends_store::openings;
use kalends_store::testing::TestResult;
use kalends_store::testing::clinic::{Clinic, Rules, at};

use super::{follow, move_openings};
use crate::appointments::{self, Stepped};
use crate::blocks::{self, BlockInput};
use crate::booking::NewBooking;
use crate::booking::tests::people::Practice;
use crate::idempotency::Once;
use crate::stranded::{self, Lost, Stranded};
use crate::sweep::Sweep;

const HOUR: i64 = 60;
/// An earlier release thought that Berlin would be two hours ahead on that winter's day, so that what is open from ten by today's rules was
/// to be open from eleven.
const EARLIER_RELEASE: [&str; 2] = [
    "UPDATE appointments SET utc_offset_seconds = 7200 WHERE tenant_id = $1",
    "UPDATE openings SET local_from = '11:00', local_to = '19:00' WHERE tenant_id = $1",
];
const TOLD: &str = "SELECT count(*) FROM jobs WHERE tenant_id = $1 AND CAST(payload AS text) LIKE '%clock_change%'";
const HISTORY: &str = "SELECT count(*) FROM appointment_events WHERE tenant_id = $1 AND reason = 'clock-changed'";
const AUDITED: &str = "SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND resource = 'appointment'
    AND action IN ('reschedule', 'clock-changed') AND actor_kind = 'system'";
const MARKED: &str = "SELECT count(*) FROM appointments WHERE tenant_id = $1 AND clock_changed";

async fn written_by_an_earlier_release(practice: &Practice) -> TestResult {
    for sql in EARLIER_RELEASE {
        practice.clinic.change(sql).await?;
    }
    Ok(())
}

async fn booked(practice: &Practice, minutes: i64) -> TestResult<Appointment> {
    let patient = practice.patient().await?;
    let wish = NewBooking {
        provider_id: Some(practice.clinic.provider),
        ..practice.wish(at(minutes))
    };
    Ok(practice.book(&patient, wish).await?)
}

async fn now(practice: &Practice, it: &Appointment) -> TestResult<Appointment> {
    Ok(appointments::get(&practice.app, &practice.admin(), it.id)
        .await?
        .appointment)
}

async fn stranded(practice: &Practice) -> TestResult<Vec<Stranded>> {
    let (app, admin) = (&practice.app, practice.admin());
    let found = stranded::list(app, &admin, &PageRequest::default(), Lost::default()).await?;
    Ok(stranded::suggest(app, &admin, found.items).await?)
}

async fn block(practice: &Practice, from: i64, to: i64) -> TestResult<Block> {
    let input = BlockInput {
        provider_id: practice.clinic.provider,
        starts_at: at(from),
        ends_at: at(to),
        reason: None,
    };
    Ok(blocks::create(&practice.app, &practice.admin(), input, &Once::unkeyed()).await?)
}

on_both! {
    async fn a_full_day_keeps_its_times_on_the_wall(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        let buffered = Rules { buffer_after_minutes: 10, resource_kind: Some("room"), ..Rules::default() };
        let with_room = clinic.add_service(&buffered).await?;
        let (other, _) = clinic.add_provider(&[clinic.service, with_room]).await?;
        let practice = Practice::new(clinic.clone())?;
        let mut all = Vec::new();
        // Back to back, so that nothing can move while another one is where it was.
        for minutes in [0, 30, 60, 90, 120, 150] {
            all.push(booked(&practice, minutes).await?);
        }
        (clinic.service, clinic.provider) = (with_room, other);
        let in_room = Practice::new(clinic.clone())?;
        for minutes in [0, 40, 80] {
            all.push(booked(&in_room, minutes).await?);
        }
        assert!(all[6..].iter().all(|it| !it.resource_ids.is_empty()));
        assert_eq!(follow(&practice.app, clinic.tenant).await?, 0, "the rules are what they were");
        written_by_an_earlier_release(&practice).await?;

        assert_eq!(Sweep::ChangedClocks.run(&practice.app).await?, all.len() as u64 + 2);
        for it in &all {
            let moved = now(&practice, it).await?;
            let hour = SignedDuration::from_mins(HOUR);
            assert_eq!((moved.starts_at, moved.ends_at), (it.starts_at + hour, it.ends_at + hour));
            assert_eq!((moved.version, moved.status), (it.version + 1, Status::Booked));
        }
        let mut tx = practice.app.store.read(clinic.tenant).await?;
        for opening in openings::list_after(&mut tx, clinic.tenant, at(-30)).await? {
            assert_eq!(opening.span, Span::new(at(HOUR), at(480 + HOUR))?);
        }
        drop(tx);
        for count in [TOLD, HISTORY, AUDITED] {
            assert_eq!(clinic.count(count).await?, all.len() as i64, "{count}");
        }
        assert!(stranded(&practice).await?.is_empty());
        practice.verify().await?;
        assert_eq!(follow(&practice.app, clinic.tenant).await?, 0, "once is enough");
        Ok(())
    }

    async fn two_nodes_that_begin_at_once_move_an_opening_once(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let practice = Practice::new(clinic.clone())?;
        written_by_an_earlier_release(&practice).await?;
        let mut tx = practice.app.store.read(clinic.tenant).await?;
        let seen = openings::list_after(&mut tx, clinic.tenant, at(-30)).await?;
        drop(tx);
        let today = |_: &Opening| Span::new(at(HOUR), at(480 + HOUR)).ok();
        let admin = practice.admin();
        assert_eq!(move_openings(&practice.app, &admin, &seen, today).await?, 1);
        assert_eq!(move_openings(&practice.app, &admin, &seen, today).await?, 0, "it is where it belongs");
        let told = "SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND resource = 'opening' AND action = 'clock-changed'";
        assert_eq!(clinic.count(told).await?, 1);
        Ok(())
    }

    async fn what_is_not_free_stays_and_is_listed_until_it_is(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let practice = Practice::new(clinic.clone())?;
        let (first, second) = (booked(&practice, 0).await?, booked(&practice, 30).await?);
        let in_the_way = block(&practice, HOUR, HOUR + 15).await?;
        written_by_an_earlier_release(&practice).await?;

        assert_eq!(follow(&practice.app, clinic.tenant).await?, 1 + 1 + 1, "the opening, the second, the mark");
        let kept = now(&practice, &first).await?;
        assert_eq!((kept.starts_at, kept.version), (first.starts_at, first.version));
        assert_eq!(now(&practice, &second).await?.starts_at, at(30 + HOUR));
        assert_eq!(clinic.count(AUDITED).await?, 2);
        practice.verify().await?;
        let found = stranded(&practice).await?;
        assert_eq!(found.iter().map(|it| it.named.appointment.id).collect::<Vec<_>>(), [first.id]);
        let agreed: DateTime = date(2027, 1, 15).at(11, 0, 0, 0);
        assert_eq!(found[0].agreed, Some(agreed));
        let nearest = found[0].times.first().ok_or("no time is suggested")?;
        assert_eq!(nearest.starts_at, at(2 * HOUR), "the first free one after what was agreed");

        assert_eq!(follow(&practice.app, clinic.tenant).await?, 0, "known already");
        blocks::delete(&practice.app, &practice.admin(), in_the_way.id).await?;
        assert_eq!(follow(&practice.app, clinic.tenant).await?, 1);
        assert_eq!(now(&practice, &first).await?.starts_at, at(HOUR));
        assert!(stranded(&practice).await?.is_empty());
        assert_eq!(clinic.count(MARKED).await?, 0);
        practice.verify().await?;
        Ok(())
    }

    async fn a_visit_moves_as_one_or_not_at_all(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let practice = Practice::new(clinic.clone())?;
        let (first, second) = (booked(&practice, 0).await?, booked(&practice, 30).await?);
        clinic.change("UPDATE appointments SET visit_id = provider_id WHERE tenant_id = $1").await?;
        let alone = booked(&practice, 150).await?;
        // Where the second part was agreed to be.
        block(&practice, 30 + HOUR + 10, 30 + HOUR + 20).await?;
        written_by_an_earlier_release(&practice).await?;

        follow(&practice.app, clinic.tenant).await?;
        assert_eq!(now(&practice, &first).await?.starts_at, first.starts_at);
        assert_eq!(now(&practice, &second).await?.starts_at, second.starts_at);
        assert_eq!(now(&practice, &alone).await?.starts_at, at(150 + HOUR));
        assert_eq!(clinic.count(MARKED).await?, 2);
        practice.verify().await?;
        Ok(())
    }

    async fn what_was_agreed_outlasts_a_step_and_ends_with_a_move(database: TestDatabase) {
        let mut clinic = Clinic::open(&database).await?;
        clinic.service = clinic.add_service(&Rules { requires_approval: true, ..Rules::default() }).await?;
        clinic.change(
            "INSERT INTO provider_services (tenant_id, provider_id, service_id)
             SELECT p.tenant_id, p.id, s.id FROM providers p CROSS JOIN services s
             WHERE p.tenant_id = $1 AND s.tenant_id = $1 ON CONFLICT DO NOTHING",
        ).await?;
        let practice = Practice::new(clinic.clone())?;
        let (asked, moved) = (booked(&practice, 0).await?, booked(&practice, 240).await?);
        written_by_an_earlier_release(&practice).await?;
        // Before the sweep comes round.
        appointments::confirm(&practice.app, &practice.admin(), asked.id, Stepped::default()).await?;
        let elsewhere = appointments::Reschedule {
            starts_at: at(300),
            provider_id: None,
            location_id: None,
            overrides: Default::default(),
            expected: None,
            range: Range::This,
        };
        appointments::reschedule(&practice.app, &practice.admin(), moved.id, elsewhere).await?;

        follow(&practice.app, clinic.tenant).await?;
        assert_eq!(now(&practice, &asked).await?.starts_at, at(HOUR));
        assert_eq!(now(&practice, &moved).await?.starts_at, at(300), "it was chosen by today's clock");
        Ok(())
    }
}
