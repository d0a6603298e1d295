//! When the clinic is open: the doctors' weeks, today's extra hours, and the times when nobody is there.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use kalends_app::blocks::{self, BlockInput};
use kalends_app::closures::{self, NewClosure};
use kalends_app::idempotency::Once;
use kalends_app::openings::{self, NewHours};
use kalends_app::templates::{self, NewTemplate};
use kalends_domain::opening::{Opening, Publication, PublishMode, Window};
use kalends_domain::template::WeeklyWindow;
use kalends_domain::time::{Interval, LocalTime, Month, Zone};

use super::house::{House, Member};
use super::stage::{Person, Stage, making};
use crate::serve::Failure;

/// On every weekday so many doctors are there, at least.
const MANNED: usize = 9;
/// So many doctors are on call.
const ON_CALL: usize = 3;

/// The months of the demo: the one before today's, today's and the next.
pub struct Quarter {
    pub first: Date,
    pub last: Date,
    /// Before its first day.
    pub planned_at: Timestamp,
}

impl Quarter {
    /// Around the date that it is in Berlin.
    pub fn around(now: Timestamp, zone: &Zone) -> Result<Self, Failure> {
        let this = Month::of(zone.date_at(now))?;
        let (before, after) = this.previous().zip(this.next()).ok_or("there is no such month")?;
        let first = before.first_day();
        let begins = zone.day(first).ok_or("the first day does not exist")?;
        Ok(Self {
            first,
            last: after.last_day(),
            planned_at: begins.starts_at() - 1_000.hours(),
        })
    }
}

/// Opens every doctor's calendar and returns their openings, in the order of the plan.
pub async fn open(stage: &Stage, house: &House, quarter: &Quarter) -> Result<Vec<Vec<Opening>>, Failure> {
    let ctx = stage.ctx(&Person::system(), quarter.planned_at);
    for member in &house.providers {
        for (site, weekdays) in member.plan.days {
            let week = NewTemplate {
                provider_id: member.id,
                location_id: house.sites.get(*site).map(|(id, _)| *id),
                effective_from: Some(quarter.first),
                effective_until: None,
                every_weeks: 1,
                windows: week(member, weekdays)?,
                dry_run: false,
            };
            templates::create(&stage.app, &ctx, week, &Once::unkeyed())
                .await
                .map_err(making("weekly hours"))?;
        }
    }
    let planned = list(stage, house, quarter).await?;
    man_today(stage, house, quarter, &planned).await?;
    let manned = list(stage, house, quarter).await?;
    stay_on(stage, house, quarter, &manned).await?;
    list(stage, house, quarter).await
}

async fn list(stage: &Stage, house: &House, quarter: &Quarter) -> Result<Vec<Vec<Opening>>, Failure> {
    let ctx = stage.ctx(&Person::system(), stage.now);
    let mut calendars = Vec::new();
    for member in &house.providers {
        let openings = openings::list(&stage.app, &ctx, member.id, quarter.first, quarter.last)
            .await
            .map_err(making("a calendar"))?;
        calendars.push(openings);
    }
    Ok(calendars)
}

/// A demo that is looked at on a Sunday shows a busy Sunday: the first doctors who are off today come in.
async fn man_today(stage: &Stage, house: &House, quarter: &Quarter, calendars: &[Vec<Opening>]) -> Result<(), Failure> {
    let is_in = |(member, openings): &(&Member, &Vec<Opening>)| {
        let date = house.home(member).map(|(_, zone)| zone.date_at(stage.now));
        openings.iter().any(|opening| Some(opening.local_date) == date)
    };
    let (working, off): (Vec<_>, Vec<_>) = house.providers.iter().zip(calendars).partition(is_in);
    let missing = MANNED.saturating_sub(working.len());
    for (member, _) in off.iter().take(missing) {
        for window in windows(member)? {
            add_today(stage, house, quarter, member, window).await?;
        }
    }
    Ok(())
}

/// A demo that is looked at in the evening shows some doctors at work: those on call see patients around this hour.
async fn stay_on(stage: &Stage, house: &House, quarter: &Quarter, calendars: &[Vec<Opening>]) -> Result<(), Failure> {
    for (member, openings) in house.providers.iter().zip(calendars).take(ON_CALL) {
        let (_, zone) = house.home(member).ok_or("a doctor has no site")?;
        let here = zone.local(stage.now);
        let hour = u16::try_from(here.hour())?;
        let mut from = LocalTime::new(hour.saturating_sub(1), 0)?;
        let mut to = LocalTime::new((hour + 3).min(24), 0)?;
        for opening in openings.iter().filter(|opening| opening.local_date == here.date()) {
            if opening.span.starts_at() > stage.now {
                to = to.min(opening.local_from);
            } else {
                from = from.max(opening.local_to);
            }
        }
        if from.minute_of_day() + 60 <= to.minute_of_day() {
            add_today(stage, house, quarter, member, Window { from, to }).await?;
        }
    }
    Ok(())
}

async fn add_today(
    stage: &Stage,
    house: &House,
    quarter: &Quarter,
    member: &Member,
    window: Window,
) -> Result<(), Failure> {
    let (location_id, zone) = house.home(member).ok_or("a doctor has no site")?;
    let hours = NewHours {
        provider_id: member.id,
        location_id: Some(*location_id),
        date: zone.date_at(stage.now),
        window,
        slot_minutes: Interval::new(member.plan.slot_minutes)?,
        publish_mode: PublishMode::Online,
    };
    let ctx = stage.ctx(&Person::system(), quarter.planned_at);
    let made = openings::create(&stage.app, &ctx, hours, &Once::unkeyed()).await;
    made.map(drop).map_err(making("today's hours"))
}

/// The doctor's windows on each of these weekdays.
fn week(member: &Member, weekdays: &str) -> Result<Vec<WeeklyWindow>, Failure> {
    let mut week = Vec::new();
    for weekday in weekdays.split(' ') {
        for window in windows(member)? {
            week.push(WeeklyWindow {
                weekday: weekday.parse()?,
                window,
                slot_minutes: Interval::new(member.plan.slot_minutes)?,
                publication: Publication::default(),
            });
        }
    }
    Ok(week)
}

fn windows(member: &Member) -> Result<Vec<Window>, Failure> {
    let window = |(from, to): &(&str, &str)| {
        Ok(Window {
            from: from.parse()?,
            to: to.parse()?,
        })
    };
    member.plan.windows.iter().map(window).collect()
}

/// Closes Lisbon for an afternoon and keeps some doctors' time free, before anybody books.
pub async fn close(stage: &Stage, house: &House) -> Result<(), Failure> {
    let ctx = stage.ctx(&Person::system(), stage.now - 1_440.hours());
    let (lisbon, zone) = house.sites.last().ok_or("the clinic has no sites")?;
    let hours = |days: i64, from: u8, to: u8| {
        let date = zone.date_at(stage.now).checked_add(days.days()).ok()?;
        zone.window(date, LocalTime::on_the_hour(from), LocalTime::on_the_hour(to))
    };
    let training = hours(12, 13, 20).ok_or("the training has no time")?;
    let closure = NewClosure {
        location_id: Some(*lisbon),
        starts_at: Some(training.starts_at()),
        ends_at: Some(training.ends_at()),
        reason: Some("Staff training".into()),
        ..NewClosure::default()
    };
    closures::create(&stage.app, &ctx, closure, &Once::unkeyed())
        .await
        .map_err(making("a closure"))?;
    const FREE: [(usize, i64, u8, u8, &str); 6] = [
        (1, 1, 10, 11, "Team meeting"),
        (3, 2, 14, 16, "Ward round"),
        (5, 0, 16, 17, "Supervision"),
        (8, 8, 7, 18, "Conference"),
        (9, 5, 7, 18, "Leave"),
        (9, 6, 7, 18, "Leave"),
    ];
    for (place, days, from, to, reason) in FREE {
        let (Some(member), Some(span)) = (house.providers.get(place), hours(days, from, to)) else {
            continue;
        };
        let block = BlockInput {
            provider_id: member.id,
            starts_at: span.starts_at(),
            ends_at: span.ends_at(),
            reason: Some(reason.into()),
        };
        blocks::create(&stage.app, &ctx, block, &Once::unkeyed())
            .await
            .map_err(making(reason))?;
    }
    Ok(())
}
