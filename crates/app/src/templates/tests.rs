//! Weekly hours and the calendar that follows them. The present is Friday 2027-01-15, 09:00 in Berlin.

use jiff::SignedDuration;
use jiff::civil::date;
use kalends_domain::opening::{Opening, PublishMode, Window};
use kalends_domain::permission::Role;
use kalends_domain::time::{Interval, Minutes, Weekday};
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, id};

use super::*;
use crate::booking::tests::people::Practice;
use crate::ctx::{Actor, Ctx};
use crate::openings;

type Trouble = Box<dyn std::error::Error>;

fn weekly(weekday: Weekday, from: &str, to: &str) -> std::result::Result<WeeklyWindow, Trouble> {
    Ok(WeeklyWindow {
        weekday,
        window: Window {
            from: from.parse()?,
            to: to.parse()?,
        },
        slot_minutes: Interval::HALF_HOUR,
        publication: Publication::default(),
    })
}

/// Mondays and Tuesdays from nine to twelve.
fn mornings(practice: &Practice) -> std::result::Result<NewTemplate, Trouble> {
    Ok(NewTemplate {
        provider_id: practice.clinic.provider,
        location_id: None,
        effective_from: None,
        effective_until: None,
        every_weeks: 1,
        windows: vec![
            weekly(Weekday::Monday, "09:00", "12:00")?,
            weekly(Weekday::Tuesday, "09:00", "12:00")?,
        ],
        dry_run: false,
    })
}

async fn made(practice: &Practice, new: NewTemplate) -> Result<Applied> {
    create(&practice.app, &practice.receptionist(), new, &Once::unkeyed()).await
}

/// The provider's openings from next Monday on, for three weeks.
async fn weeks(practice: &Practice) -> Result<Vec<Opening>> {
    let (staff, provider) = (practice.receptionist(), practice.clinic.provider);
    openings::list(&practice.app, &staff, provider, date(2027, 1, 18), date(2027, 2, 7)).await
}

fn told(applied: &Applied) -> (usize, usize, usize, usize) {
    (
        applied.openings_created,
        applied.openings_removed,
        applied.kept,
        applied.stranded.len(),
    )
}

fn broken<T>(outcome: Result<T>) -> Vec<(String, &'static str)> {
    match outcome {
        Err(AppError::Invalid(fields)) => fields.into_iter().map(|field| (field.pointer, field.code)).collect(),
        _ => Vec::new(),
    }
}

on_both! {
    async fn its_openings_are_made_to_the_horizon(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let dry = made(&practice, NewTemplate { dry_run: true, ..mornings(&practice)? }).await?;
        assert_eq!(told(&dry), (54, 0, 0, 0), "two a week for 27 weeks");
        assert_eq!(dry.slots, 54 * 6);
        assert_eq!(weeks(&practice).await?.len(), 0);
        assert!(matches!(get(&practice.app, &practice.receptionist(), dry.template.id).await, Err(AppError::NotFound)));

        let applied = made(&practice, mornings(&practice)?).await?;
        assert_eq!(told(&applied), (54, 0, 0, 0));
        assert_eq!(applied.template.effective_from, date(2027, 1, 15));
        assert_eq!(applied.template.published_until, Some(date(2027, 7, 23)));
        let openings = weeks(&practice).await?;
        assert_eq!(openings.len(), 6);
        assert!(openings.iter().all(|it| it.template_id == Some(applied.template.id)));
        assert_eq!(list(&practice.app, &practice.doctor(), practice.clinic.provider).await?, [applied.template]);
        Ok(())
    }

    async fn a_change_is_a_change_of_the_calendar(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let staff = practice.receptionist();
        let template = made(&practice, mornings(&practice)?).await?.template;
        let monday = weeks(&practice).await?[0].clone();
        let first = practice.book(&practice.patient().await?, practice.wish(monday.span.starts_at())).await?;
        let second = practice.book(&practice.patient().await?, practice.wish(monday.span.ends_at() - SignedDuration::from_mins(30))).await?;
        let by_hand = weeks(&practice).await?[2].clone();
        let longer = openings::OpeningPatch { to: Some("13:00".parse()?), ..Default::default() };
        openings::update(&practice.app, &staff, by_hand.id, longer).await?;

        // Mondays end an hour earlier, and Tuesdays are free.
        let shorter = TemplatePatch {
            windows: Some(vec![weekly(Weekday::Monday, "09:00", "11:00")?]),
            dry_run: true,
            ..TemplatePatch::default()
        };
        let dry = update(&practice.app, &staff, template.id, None, shorter.clone()).await?;
        let changed = update(&practice.app, &staff, template.id, Some(1), TemplatePatch { dry_run: false, ..shorter.clone() }).await?;
        assert_eq!(told(&dry), told(&changed));
        assert_eq!(told(&changed), (26, 53, 1, 1), "a Monday changed by hand stays");
        assert_eq!(changed.stranded[0].appointment_id, second.id);
        let left = weeks(&practice).await?;
        let hours: Vec<String> = left.iter().map(|it| format!("{} {}-{}", it.local_date, it.local_from, it.local_to)).collect();
        assert_eq!(hours, ["2027-01-18 09:00-11:00", "2027-01-25 09:00-13:00", "2027-02-01 09:00-11:00"]);
        let stale = update(&practice.app, &staff, template.id, Some(1), shorter).await;
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");

        let archived = archive(&practice.app, &staff, template.id, Some(2), false).await?;
        assert_eq!(told(&archived), (0, 26, 0, 1));
        assert_eq!(archived.stranded[0].appointment_id, first.id);
        assert_eq!(weeks(&practice).await?.len(), 1);
        assert_eq!(list(&practice.app, &staff, practice.clinic.provider).await?, []);
        assert!(matches!(archive(&practice.app, &staff, template.id, None, false).await, Err(AppError::NotFound)));
        practice.verify().await
    }

    async fn the_horizon_rolls_on_and_brings_nothing_back(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (tenant, staff) = (practice.clinic.tenant, practice.receptionist());
        made(&practice, mornings(&practice)?).await?;
        let removed = weeks(&practice).await?[3].id;
        openings::delete(&practice.app, &staff, removed, false).await?;
        assert_eq!(publish_due(&practice.app, tenant).await?, 0);
        practice.app.clock.advance(SignedDuration::from_hours(7 * 24));
        assert_eq!(publish_due(&practice.app, tenant).await?, 2);
        assert_eq!(publish_due(&practice.app, tenant).await?, 0);
        assert_eq!(weeks(&practice).await?.len(), 5);
        Ok(())
    }

    async fn what_others_may_book_is_theirs_from_the_release_on(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let mut template = mornings(&practice)?;
        // Sunday 09:00 UTC+1 is two days before Tuesday 09:00.
        template.windows[1].publication.release = Some(Minutes(2 * 24 * 60));
        template.windows[0].publication.mode = PublishMode::Contact;
        made(&practice, template).await?;
        let openings = weeks(&practice).await?;
        let patient = practice.patient().await?;
        let rule = |outcome: Result<_>| match outcome {
            Err(AppError::NotBookable { rule, .. }) => rule,
            other => format!("{other:?}"),
        };
        let monday = practice.wish(openings[0].span.starts_at());
        let tuesday = practice.wish(openings[1].span.starts_at());
        assert_eq!(rule(practice.book(&patient, monday).await), "not-published");
        assert_eq!(rule(practice.book(&patient, tuesday.clone()).await), "not-released");
        let sunday = Ctx { now: openings[1].span.starts_at() - SignedDuration::from_hours(48), ..patient };
        assert!(practice.book(&sunday, tuesday).await.is_ok());
        practice.verify().await
    }

    async fn hours_that_make_no_sense_are_refused_by_field(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let good = mornings(&practice)?;
        let none = NewTemplate { windows: vec![], every_weeks: 53, ..good.clone() };
        assert_eq!(broken(made(&practice, none).await), [("/windows".into(), "no-window"), ("/every_weeks".into(), "weeks-out-of-range")]);
        let mut twice = good.clone();
        twice.windows.push(weekly(Weekday::Tuesday, "11:00", "13:00")?);
        twice.windows[0].publication.services = vec![id()];
        assert_eq!(
            broken(made(&practice, twice).await),
            [("/windows/2/from".into(), "windows-overlap"), ("/windows/0/service_ids".into(), "unknown")]
        );
        let reversed = NewTemplate { effective_until: Some(date(2027, 1, 1)), ..good.clone() };
        assert_eq!(broken(made(&practice, reversed).await), [("/effective_until".into(), "dates-reversed")]);
        let nowhere = NewTemplate { location_id: Some(id()), ..good };
        assert_eq!(broken(made(&practice, nowhere).await), [("/location_id".into(), "unknown")]);
        Ok(())
    }

    async fn only_those_who_keep_the_calendar_change_its_hours(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let template = made(&practice, mornings(&practice)?).await?.template;
        let other = practice.ctx(Role::Doctor, practice.clinic.user, None, Some(id()));
        let patient = practice.patient().await?;
        let nobody = Ctx { actor: Actor::Anonymous, ..practice.receptionist() };
        for (ctx, refusal) in [(&other, "Forbidden"), (&patient, "Forbidden"), (&nobody, "Unauthenticated")] {
            let outcomes = [
                create(&practice.app, ctx, mornings(&practice)?, &Once::unkeyed()).await.map(drop),
                update(&practice.app, ctx, template.id, None, TemplatePatch::default()).await.map(drop),
                archive(&practice.app, ctx, template.id, None, true).await.map(drop),
                list(&practice.app, ctx, practice.clinic.provider).await.map(drop),
                get(&practice.app, ctx, template.id).await.map(drop),
            ];
            for outcome in outcomes {
                let refused = outcome.err().map(|error| format!("{error:?}"));
                assert_eq!(refused.as_deref(), Some(refusal));
            }
        }
        assert!(archive(&practice.app, &practice.doctor(), template.id, None, true).await.is_ok());
        Ok(())
    }

    async fn a_booking_and_a_change_of_hours_at_once_are_both_told_the_truth(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        for _ in 0..4 {
            let (provider, _) = practice.clinic.add_provider(&[practice.clinic.service]).await?;
            let template = made(&practice, NewTemplate { provider_id: provider, ..mornings(&practice)? }).await?.template;
            let monday = date(2027, 1, 18).at(9, 0, 0, 0).in_tz("Europe/Berlin")?.timestamp();
            let mut bookers = tokio::task::JoinSet::new();
            for index in 0..6 {
                let (practice, ctx) = (practice.clone(), practice.patient().await?);
                let start = monday + SignedDuration::from_mins(30 * index);
                let wish = crate::booking::NewBooking { provider_id: Some(provider), ..practice.wish(start) };
                bookers.spawn(async move { practice.book(&ctx, wish).await });
            }
            let keeper = practice.clone();
            let end = tokio::spawn(async move { archive(&keeper.app, &keeper.receptionist(), template.id, None, false).await });
            let mut stranded: Vec<_> = end.await??.stranded.iter().map(|it| it.appointment_id).collect();
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
