//! Who lost their time is found, is suggested a time of their own, and moves on one confirmation.

mod storm;

use std::collections::HashSet;

use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::id::ProviderId;
use kalends_domain::opening::{PublishMode, Window};
use kalends_domain::permission::Role;
use kalends_domain::time::{Interval, LocalTime};
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, at};

use super::{Lost, Move, Stranded, list, move_all, suggest};
use crate::appointments::Reschedule;
use crate::booking::Overrides;
use crate::booking::tests::people::Practice;
use crate::closures::{self, NewClosure};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::openings::{self, NewHours, OpeningPatch};

type Outcome<T> = std::result::Result<T, Box<dyn std::error::Error>>;

async fn booked(practice: &Practice, minutes: i64) -> Outcome<Appointment> {
    Ok(practice
        .book(&practice.patient().await?, practice.wish(at(minutes)))
        .await?)
}

async fn take_off(practice: &Practice, admin: &Ctx, provider: ProviderId, from: i64, to: i64) -> Outcome<()> {
    let off = NewClosure {
        provider_id: Some(provider),
        starts_at: Some(at(from)),
        ends_at: Some(at(to)),
        ..NewClosure::default()
    };
    closures::create(&practice.app, admin, off, &Once::unkeyed()).await?;
    Ok(())
}

async fn stranded(practice: &Practice, ctx: &Ctx) -> Result<Vec<Stranded>> {
    let found = list(&practice.app, ctx, &Default::default(), Lost::default()).await?;
    suggest(&practice.app, ctx, found.items).await
}

fn to_first(it: &Stranded) -> Option<Move> {
    let slot = it.times.first()?;
    Some(Move {
        id: it.named.appointment.id,
        to: Reschedule {
            starts_at: slot.starts_at,
            provider_id: Some(slot.provider_id),
            location_id: Some(slot.location_id),
            overrides: Overrides::default(),
            expected: Some(it.named.appointment.version),
            range: Range::This,
        },
    })
}

on_both! {
    async fn everybody_in_time_off_is_suggested_a_time_of_their_own(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let admin = practice.ctx(Role::Admin, practice.clinic.user, None, None);
        for minutes in [60, 90, 120, 300] {
            booked(&practice, minutes).await?;
        }
        assert!(stranded(&practice, &admin).await?.is_empty());
        take_off(&practice, &admin, practice.clinic.provider, 0, 180).await?;
        let found = stranded(&practice, &admin).await?;
        assert_eq!(found.len(), 3, "the one in the afternoon keeps its time");
        let moves: Vec<Move> = found.iter().filter_map(to_first).collect();
        let starts: HashSet<_> = moves.iter().map(|it| it.to.starts_at).collect();
        assert_eq!(starts.len(), 3, "{moves:?}");
        assert!(starts.iter().all(|start| *start >= at(180)));

        // Somebody is faster with the first one's new time: only that one stays.
        practice.book(&practice.patient().await?, practice.wish(moves[0].to.starts_at)).await?;
        let outcomes = move_all(&practice.app, &admin, moves).await?;
        let refused: Vec<_> = outcomes.iter().filter(|(_, outcome)| outcome.is_err()).collect();
        assert!(matches!(refused[..], [(_, Err(AppError::SlotTaken { .. }))]), "{outcomes:?}");
        let left = stranded(&practice, &admin).await?;
        assert_eq!(left.len(), 1);
        let again: Vec<Move> = left.iter().filter_map(to_first).collect();
        assert!(move_all(&practice.app, &admin, again).await?.iter().all(|(_, outcome)| outcome.is_ok()));
        assert!(stranded(&practice, &admin).await?.is_empty());
        practice.verify().await
    }

    async fn another_provider_is_suggested_where_there_is_no_time_left(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let admin = practice.ctx(Role::Admin, practice.clinic.user, None, None);
        booked(&practice, 60).await?;
        let (colleague, _) = practice.clinic.add_provider(&[practice.clinic.service]).await?;
        take_off(&practice, &admin, practice.clinic.provider, 0, 480).await?;
        let found = stranded(&practice, &admin).await?;
        assert_eq!(found[0].times[0].provider_id, colleague);
        // A doctor moves within their own calendar.
        assert_eq!(stranded(&practice, &practice.doctor()).await?[0].times, []);
        Ok(())
    }

    async fn hours_that_touch_hold_what_lies_across(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let admin = practice.ctx(Role::Admin, practice.clinic.user, None, None);
        let (noon, evening) = (LocalTime::on_the_hour(12), LocalTime::on_the_hour(18));
        booked(&practice, 105).await?;
        let patch = OpeningPatch { to: Some(noon), ..OpeningPatch::default() };
        openings::update(&practice.app, &admin, practice.clinic.opening, patch).await?;
        assert_eq!(stranded(&practice, &admin).await?.len(), 1, "the second half of it is closed");
        let afternoon = NewHours {
            provider_id: practice.clinic.provider,
            location_id: Some(practice.clinic.location),
            date: "2027-01-15".parse()?,
            window: Window { from: noon, to: evening },
            slot_minutes: Interval::HALF_HOUR,
            publish_mode: PublishMode::Online,
        };
        openings::create(&practice.app, &admin, afternoon, &Once::unkeyed()).await?;
        assert!(stranded(&practice, &admin).await?.is_empty());
        Ok(())
    }
}
