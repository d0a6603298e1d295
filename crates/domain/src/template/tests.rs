use jiff::Timestamp;
use uuid::Uuid;

use super::{Template, WeeklyWindow};
use crate::id::{LocationId, OpeningId, ProviderId, ServiceId, TemplateId};
use crate::opening::{Dates, Flaw, Opening, Place, Publication, PublishMode, Renewal, Window, renew};
use crate::stamp::Stamp;
use crate::time::{Interval, Minutes, Weekday, Zone};

type Trouble = Box<dyn std::error::Error>;
type Outcome = Result<(), Trouble>;

fn weekly(weekday: Weekday, from: &str, to: &str) -> Result<WeeklyWindow, Trouble> {
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

/// Monday mornings and afternoons and Thursday mornings, from Thursday 2027-01-07 on.
fn template() -> Result<Template, Trouble> {
    Ok(Template {
        id: TemplateId(Uuid::from_u128(9)),
        provider_id: ProviderId(Uuid::from_u128(1)),
        location_id: LocationId(Uuid::from_u128(2)),
        effective_from: "2027-01-07".parse()?,
        effective_until: None,
        every_weeks: 1,
        windows: vec![
            weekly(Weekday::Monday, "09:00", "12:00")?,
            weekly(Weekday::Monday, "13:00", "17:00")?,
            weekly(Weekday::Thursday, "09:00", "12:00")?,
        ],
        published_until: None,
        stamp: Stamp::new(Timestamp::UNIX_EPOCH),
    })
}

fn january() -> Result<Dates, Trouble> {
    Ok(Dates::month("2027-01".parse()?))
}

fn renewed(template: &Template, now: &str, existing: &[Opening]) -> Result<Renewal, Trouble> {
    let zone = Zone::new("Europe/Berlin")?;
    let place = Place {
        provider_id: template.provider_id,
        location_id: template.location_id,
        zone: &zone,
    };
    Ok(renew(&place, january()?, template, now.parse()?, existing))
}

/// What the renewal makes, with ids.
fn made(renewal: Renewal) -> Vec<Opening> {
    let ids = (1_000u128..).map(|number| OpeningId(Uuid::from_u128(number)));
    let new = renewal.plan.create.into_iter().zip(ids);
    new.map(|(opening, id)| opening.with_id(id)).collect()
}

fn starts(openings: &[Opening]) -> Vec<String> {
    openings
        .iter()
        .map(|it| format!("{} {}", it.local_date.strftime("%d"), it.local_from))
        .collect()
}

const EARLY: &str = "2026-12-01T00:00:00Z";

#[test]
fn it_holds_from_its_first_date_to_its_last() -> Outcome {
    let mut template = template()?;
    template.effective_until = Some("2027-01-18".parse()?);
    let openings = made(renewed(&template, EARLY, &[])?);
    let expected = ["07 09:00", "11 09:00", "11 13:00", "14 09:00", "18 09:00", "18 13:00"];
    assert_eq!(starts(&openings), expected);
    assert!(openings.iter().all(|it| it.template_id == Some(template.id)));
    Ok(())
}

#[test]
fn every_other_week_is_counted_from_the_week_of_the_first_date() -> Outcome {
    let mut template = template()?;
    template.every_weeks = 2;
    // The 7th is in the week of the 4th, so the 18th is a Monday of the next week that counts.
    assert_eq!(
        starts(&made(renewed(&template, EARLY, &[])?)),
        ["07 09:00", "18 09:00", "18 13:00", "21 09:00"]
    );
    Ok(())
}

#[test]
fn renewing_what_is_right_changes_nothing() -> Outcome {
    let template = template()?;
    let openings = made(renewed(&template, EARLY, &[])?);
    let again = renewed(&template, EARLY, &openings)?;
    assert_eq!(
        (again.remove.len(), again.plan.create.len(), again.plan.kept.len()),
        (0, 0, 0)
    );
    assert_eq!(again.unchanged, openings.len());
    Ok(())
}

#[test]
fn a_changed_template_takes_away_what_it_no_longer_wants_and_leaves_the_rest() -> Outcome {
    let mut template = template()?;
    let mut openings = made(renewed(&template, EARLY, &[])?);
    // Changed by hand: no longer the template's.
    openings[1].template_id = None;
    template.windows[0].window.to = "11:00".parse()?;
    template.windows.remove(1);
    let renewal = renewed(&template, EARLY, &openings)?;
    let removed: Vec<Opening> = openings
        .iter()
        .filter(|it| renewal.remove.contains(&it.id))
        .cloned()
        .collect();
    assert_eq!(
        starts(&removed),
        ["11 13:00", "18 09:00", "18 13:00", "25 09:00", "25 13:00"]
    );
    assert_eq!(renewal.plan.kept, [openings[1].id]);
    assert_eq!(renewal.unchanged, 4, "the Thursdays");
    assert_eq!(starts(&made(renewal)), ["18 09:00", "25 09:00"]);
    Ok(())
}

#[test]
fn what_has_begun_is_left_alone() -> Outcome {
    let template = template()?;
    let openings = made(renewed(&template, EARLY, &[])?);
    let archived = Template {
        windows: vec![],
        ..template
    };
    let renewal = renewed(&archived, "2027-01-18T09:00:00Z", &openings)?;
    let removed: Vec<Opening> = openings
        .iter()
        .filter(|it| renewal.remove.contains(&it.id))
        .cloned()
        .collect();
    assert_eq!(
        starts(&removed),
        ["18 13:00", "21 09:00", "25 09:00", "25 13:00", "28 09:00"]
    );
    Ok(())
}

#[test]
fn a_window_for_others_is_another_window() -> Outcome {
    let mut template = template()?;
    let openings = made(renewed(&template, EARLY, &[])?);
    template.windows[2].publication = Publication {
        mode: PublishMode::Online,
        release: Some(Minutes(60)),
        services: vec![ServiceId(Uuid::from_u128(3))],
    };
    let renewal = renewed(&template, EARLY, &openings)?;
    assert_eq!(renewal.remove.len(), 4);
    let made = made(renewal);
    assert!(made.iter().all(|it| it.publication == template.windows[2].publication));
    assert_eq!(made.len(), 4);
    Ok(())
}

#[test]
fn each_flaw_is_told_with_its_window() -> Outcome {
    let good = template()?;
    assert_eq!(good.flaws(), []);
    let with = |windows: Vec<WeeklyWindow>| {
        Template {
            windows,
            ..good.clone()
        }
        .flaws()
    };
    assert_eq!(with(vec![]), [(Flaw::NoWindow, None)]);
    let monday = weekly(Weekday::Monday, "09:00", "12:00")?;
    assert_eq!(
        with(vec![monday.clone(), weekly(Weekday::Monday, "12:00", "12:00")?]),
        [(Flaw::EndNotAfterStart, Some(1))]
    );
    assert_eq!(
        with(vec![monday.clone(), weekly(Weekday::Monday, "12:00", "12:20")?]),
        [(Flaw::ShorterThanSlot, Some(1))]
    );
    assert_eq!(
        with(vec![
            monday.clone(),
            weekly(Weekday::Tuesday, "09:00", "12:00")?,
            weekly(Weekday::Monday, "11:30", "14:00")?
        ]),
        [(Flaw::WindowsOverlap, Some(2))]
    );
    let reversed = Template {
        effective_until: Some("2027-01-06".parse()?),
        every_weeks: 0,
        ..good.clone()
    };
    assert_eq!(
        reversed.flaws(),
        [(Flaw::DatesReversed, None), (Flaw::WeeksOutOfRange, None)]
    );
    let many = vec![monday; Template::MOST_WINDOWS + 1];
    assert!(with(many).contains(&(Flaw::TooManyWindows, None)));
    Ok(())
}
