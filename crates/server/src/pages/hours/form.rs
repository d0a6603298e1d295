//! The form of weekly hours: a week with a line for each window; a line without times is no window.

use jiff::civil::Date;
use kalends_app::error::{FieldError, Result};
use kalends_app::templates::{NewTemplate, TemplatePatch};
use kalends_app::validate::Check;
use kalends_domain::id::ServiceId;
use kalends_domain::opening::{Publication, PublishMode, Window};
use kalends_domain::template::{Template, WeeklyWindow};
use kalends_domain::time::{Interval, LocalTime, Minutes, Weekday, Zone};

use super::Desk;
use super::week::{named, time_value};
use crate::pages::calendar::mode_words;
use crate::pages::kit::{Choice, Field, Form, Group, Line, Markup, Submitted};

/// A week like most.
const WORKDAYS: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];
const LONGEST_RELEASE_HOURS: i64 = 366 * 24;

/// A line of the week: a window that is there, or a blank one.
type Lines<'t> = Vec<(Weekday, Option<&'t WeeklyWindow>)>;

/// The form of a new template: Monday to Friday from nine to five, in slots of half an hour; or with the lines that were sent.
pub fn new(desk: &Desk, sent: Option<&Submitted>) -> Form {
    let windows = WORKDAYS.map(|weekday| WeeklyWindow {
        weekday,
        window: Window {
            from: LocalTime::on_the_hour(9),
            to: LocalTime::on_the_hour(17),
        },
        slot_minutes: Interval::HALF_HOUR,
        publication: Publication::default(),
    });
    let l = desk.l;
    let mut form = Form::post(l, format!("{}/new", desk.path()), l.t("hours-save"));
    if desk.locations.len() > 1 {
        let places = desk.locations.iter().map(|it| Choice::new(it.id.to_string(), &it.name));
        let first = desk.locations.first().map(|it| it.id.to_string());
        form = form.field(
            Field::select("location_id", l.t("calendar-location"), places.collect())
                .maybe(first)
                .required(),
        );
    }
    let zone = desk.locations.first().and_then(|it| Zone::new(&it.time_zone).ok());
    let today = zone.map(|zone| zone.date_at(desk.ctx.now));
    kept(fields(desk, form, (today, None, 1), &lines(sent, &windows)), sent)
}

/// The form of a template that is there, or with the lines that were sent.
pub fn edit(desk: &Desk, it: &Template, sent: Option<&Submitted>) -> Form {
    let form = Form::post(desk.l, format!("{}/{}", desk.path(), it.id), desk.l.t("hours-save"))
        .hidden("version", it.stamp.version.to_string());
    let dates = (Some(it.effective_from), it.effective_until, it.every_weeks);
    kept(fields(desk, form, dates, &lines(sent, &it.windows)), sent)
}

fn kept(form: Form, sent: Option<&Submitted>) -> Form {
    match sent {
        Some(sent) => form.keep(sent),
        None => form,
    }
}

/// The lines that were sent, else those of the windows, with a blank one for each day that has none.
fn lines<'t>(sent: Option<&Submitted>, windows: &'t [WeeklyWindow]) -> Lines<'t> {
    if let Some(sent) = sent {
        let day = |row| Some((sent.parsed(&field(row, "day"))?, None));
        return (0..rows(sent))
            .map(|row| day(row).unwrap_or((Weekday::Monday, None)))
            .collect();
    }
    let filled = windows.iter().map(|it| (it.weekday, Some(it)));
    let has = |day: &Weekday| windows.iter().any(|it| it.weekday == *day);
    let blank = Weekday::ALL.iter().filter(|day| !has(day)).map(|day| (*day, None));
    filled.chain(blank).collect()
}

/// How many lines were sent.
fn rows(sent: &Submitted) -> usize {
    let rows = sent.parsed::<usize>("rows").unwrap_or_default();
    rows.min(Template::MOST_WINDOWS + Weekday::ALL.len())
}

fn fields(desk: &Desk, form: Form, (from, until, every): (Option<Date>, Option<Date>, u8), lines: &Lines<'_>) -> Form {
    let l = desk.l;
    let days = l.weekdays().map(|day| {
        let of_day = lines
            .iter()
            .enumerate()
            .filter(|(_, (weekday, _))| *weekday == named(day));
        Group {
            label: l.weekday(day),
            lines: of_day.map(|(row, (_, it))| line(desk, row, named(day), *it)).collect(),
            add: (l.t("hours-more-times"), "add".to_owned(), named(day).name().to_owned()),
        }
    });
    let names = || {
        l.weekdays()
            .map(|day| Choice::new(named(day).name(), l.weekday(day)))
            .to_vec()
    };
    form.row([
        Field::date("effective_from", l.t("hours-from"))
            .maybe(from.map(|date| date.to_string()))
            .required(),
        Field::date("effective_until", l.t("hours-until"))
            .hint(l.t("hours-until-hint"))
            .maybe(until.map(|date| date.to_string())),
        Field::number("every_weeks", l.t("hours-every"), 1, i64::from(Template::MOST_WEEKS))
            .hint(l.t("hours-every-hint"))
            .value(every.to_string())
            .required(),
    ])
    .hidden("rows", lines.len().to_string())
    .heading(l.t("hours-week"))
    .grid(days.into())
    .heading(l.t("hours-copy"))
    .field(
        Field::select("copy_from", l.t("hours-copy-from"), names())
            .value(named(l.weekdays()[0]).name())
            .short(),
    )
    .field(Field::checkboxes("copy_to", l.t("hours-copy-to"), names()).across())
    .markup(Markup::of(&Copy {
        label: l.t("hours-copy-do"),
    }))
    .other(l.t("calendar-preview"), "preview", "true")
    .cancel(desk.path())
}

#[derive(askama::Template)]
#[template(
    source = "<div><button class=\"btn\" name=\"copy\" value=\"true\">{{ label }}</button></div>",
    ext = "html"
)]
struct Copy {
    label: String,
}

/// The fields of one window.
fn line(desk: &Desk, row: usize, weekday: Weekday, it: Option<&WeeklyWindow>) -> Line {
    let l = desk.l;
    let name = |part: &str| field(row, part);
    let modes = PublishMode::ALL
        .iter()
        .map(|mode| Choice::new(mode.name(), mode_words(l, *mode)));
    let publication = it.map(|it| &it.publication);
    let mode = publication.map_or(PublishMode::Online, |it| it.mode);
    let release = publication
        .and_then(|it| it.release)
        .map(|release| (release.0 / 60).to_string());
    let slot = it.map_or(Interval::HALF_HOUR, |it| it.slot_minutes);
    let limits = (i64::from(Interval::SHORTEST), i64::from(Interval::LONGEST));
    let mut more = vec![
        Field::number(name("slot"), l.t("calendar-slot-minutes"), limits.0, limits.1)
            .attribute("step", "5")
            .value(u32::from(slot).to_string()),
        Field::select(name("mode"), l.t("calendar-publish-mode"), modes.collect()).value(mode.name()),
        Field::number(name("release"), l.t("hours-release"), 0, LONGEST_RELEASE_HOURS)
            .hint(l.t("hours-release-hint"))
            .maybe(release),
    ];
    let chosen = publication.map_or(&[][..], |it| &it.services);
    let services = choices(desk, chosen);
    if !services.is_empty() {
        more.push(
            Field::checkboxes(name("services"), l.t("hours-services"), services)
                .hint(l.t("hours-services-hint"))
                .values(chosen.iter().map(ToString::to_string)),
        );
    }
    Line {
        hidden: (name("day"), weekday.name().to_owned()),
        fields: vec![
            Field::time(name("from"), l.t("calendar-from")).maybe(it.map(|it| time_value(it.window.from))),
            Field::time(name("to"), l.t("calendar-to")).maybe(it.map(|it| time_value(it.window.to))),
        ],
        more_label: l.t("hours-terms"),
        more,
    }
}

/// What the provider gives, and what the window is kept for though they give it no more.
fn choices(desk: &Desk, chosen: &[ServiceId]) -> Vec<Choice> {
    let given = desk.services.iter().map(|it| Choice::new(it.id.to_string(), &it.name));
    let is_given = |id: &ServiceId| desk.services.iter().any(|it| it.id == *id);
    let former = chosen.iter().filter(|id| !is_given(id));
    let former = former.map(|id| Choice::new(id.to_string(), desk.l.t("hours-other-services")));
    given.chain(former).collect()
}

/// What was sent with one more line, or with one day's lines copied to others: what the two buttons in the week ask for.
pub fn rearranged(sent: &Submitted) -> Option<Submitted> {
    const PARTS: [&str; 6] = ["from", "to", "slot", "mode", "release", "services"];
    let mut lines: Vec<(String, Vec<(&str, String)>)> = (0..rows(sent))
        .map(|row| {
            let values = |part: &'static str| sent.all(&field(row, part)).into_iter().map(move |value| (part, value));
            (
                sent.get(&field(row, "day")).to_owned(),
                PARTS.into_iter().flat_map(values).collect(),
            )
        })
        .collect();
    let added = sent.some("add");
    if let Some(day) = &added {
        let slot = u32::from(Interval::HALF_HOUR).to_string();
        lines.push((day.clone(), vec![("slot", slot)]));
    } else if sent.is_checked("copy") {
        let from = sent.get("copy_from").to_owned();
        let mut to = sent.all("copy_to");
        to.retain(|day| *day != from);
        let copied: Vec<_> = lines.iter().filter(|(day, _)| *day == from).cloned().collect();
        lines.retain(|(day, _)| !to.contains(day));
        for day in to {
            lines.extend(copied.iter().map(|(_, values)| (day.clone(), values.clone())));
        }
    } else {
        return None;
    }
    let kept = [
        "location_id",
        "effective_from",
        "effective_until",
        "every_weeks",
        "version",
        "copy_from",
    ];
    let mut pairs: Vec<(String, String)> = kept
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), sent.some(name)?)))
        .collect();
    pairs.push(("rows".to_owned(), lines.len().to_string()));
    for (row, (day, values)) in lines.into_iter().enumerate() {
        pairs.push((field(row, "day"), day));
        pairs.extend(values.into_iter().map(|(part, value)| (field(row, part), value)));
    }
    Some(Submitted::new(pairs))
}

/// What the services are called, as far as this provider still gives them.
pub fn names(desk: &Desk, services: &[ServiceId]) -> String {
    let known = desk.services.iter().filter(|it| services.contains(&it.id));
    let names: Vec<&str> = known.map(|it| it.name.as_str()).collect();
    if names.is_empty() {
        desk.l.t("hours-other-services")
    } else {
        desk.l.list(&names)
    }
}

fn field(row: usize, part: &str) -> String {
    format!("w{row}-{part}")
}

/// The rows that are filled in, in order.
fn filled(submitted: &Submitted) -> Vec<usize> {
    let is_filled = |row: &usize| {
        ["from", "to"]
            .iter()
            .any(|part| submitted.some(&field(*row, part)).is_some())
    };
    (0..rows(submitted)).filter(is_filled).collect()
}

/// Reads the form of a new template.
///
/// # Errors
/// What could not be read.
pub fn read_new(desk: &Desk, submitted: &Submitted, dry_run: bool) -> Result<NewTemplate> {
    let patch = read_patch(submitted, dry_run)?;
    let only = desk
        .locations
        .first()
        .map(|it| it.id)
        .filter(|_| desk.locations.len() == 1);
    Ok(NewTemplate {
        provider_id: desk.provider.id,
        location_id: submitted.parsed("location_id").or(only),
        effective_from: patch.effective_from,
        effective_until: patch.effective_until.flatten(),
        every_weeks: patch.every_weeks.unwrap_or(1),
        windows: patch.windows.unwrap_or_default(),
        dry_run,
    })
}

/// Reads the form.
///
/// # Errors
/// What could not be read.
pub fn read_patch(submitted: &Submitted, dry_run: bool) -> Result<TemplatePatch> {
    let mut check = Check::default();
    let from = date(&mut check, submitted, "effective_from");
    if from.is_none() && submitted.some("effective_from").is_none() {
        check.fail("effective_from", "required");
    }
    let until = date(&mut check, submitted, "effective_until");
    let mut windows = Vec::new();
    for row in filled(submitted) {
        windows.extend(read_window(&mut check, submitted, row));
    }
    check.finish()?;
    Ok(TemplatePatch {
        effective_from: from,
        effective_until: Some(until),
        // What is no number, or out of range, is so for the template too.
        every_weeks: Some(submitted.parsed("every_weeks").unwrap_or(0)),
        windows: Some(windows),
        dry_run,
    })
}

fn date(check: &mut Check, submitted: &Submitted, name: &str) -> Option<Date> {
    let date = submitted.some(name)?.parse().ok();
    if date.is_none() {
        check.fail(name, "malformed");
    }
    date
}

fn read_window(check: &mut Check, submitted: &Submitted, row: usize) -> Option<WeeklyWindow> {
    let mut required = |part: &str| {
        let value = submitted.some(&field(row, part));
        if value.is_none() {
            check.fail(&field(row, part), "required");
        }
        value
    };
    let (day, from, to) = (required("day"), required("from"), required("to"));
    let weekday: Option<Weekday> = day.and_then(|day| day.parse().ok());
    let mut time = |part: &str, text: Option<String>| {
        let time = text.as_deref()?.parse::<LocalTime>().ok();
        if time.is_none() {
            check.fail(&field(row, part), "malformed");
        }
        time
    };
    let (from, to) = (time("from", from), time("to", to));
    // A browser's field cannot say 24:00: an end at 00:00 is the end of the day.
    let to = to.map(|to| {
        if to == LocalTime::START_OF_DAY {
            LocalTime::END_OF_DAY
        } else {
            to
        }
    });
    let slot = submitted.parsed::<i64>(&field(row, "slot")).unwrap_or_default();
    let slot = check.number(
        &field(row, "slot"),
        slot,
        i64::from(Interval::SHORTEST),
        i64::from(Interval::LONGEST),
    );
    let release = submitted.some(&field(row, "release")).map(|text| {
        let hours = text.trim().parse().unwrap_or(-1);
        check.number(&field(row, "release"), hours, 0, LONGEST_RELEASE_HOURS)
    });
    Some(WeeklyWindow {
        weekday: weekday?,
        window: Window { from: from?, to: to? },
        slot_minutes: u32::try_from(slot).ok().and_then(|slot| Interval::new(slot).ok())?,
        publication: Publication {
            mode: submitted.parsed(&field(row, "mode")).unwrap_or(PublishMode::Online),
            release: release
                .and_then(|hours| u32::try_from(hours).ok())
                .map(|hours| Minutes(hours * 60)),
            services: submitted
                .all(&field(row, "services"))
                .iter()
                .filter_map(|id| id.parse().ok())
                .collect(),
        },
    })
}

/// Puts what is wrong with the n-th window beside the fields of its row.
pub fn place(submitted: &Submitted, errors: Vec<FieldError>) -> Vec<FieldError> {
    let rows = filled(submitted);
    let placed = |mut error: FieldError| {
        let parts: Vec<&str> = error.pointer.split('/').collect();
        if let ["", "windows", index, part] = parts[..] {
            let row = index.parse::<usize>().ok().and_then(|index| rows.get(index));
            let part = match part {
                "release_minutes" => "release",
                "service_ids" => "services",
                other => other,
            };
            if let Some(row) = row {
                error.pointer = format!("/{}", field(*row, part));
            }
        }
        error
    };
    errors.into_iter().map(placed).collect()
}
