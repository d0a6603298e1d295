//! Believable values for each component. Their words are not in the catalogues: they stand for a clinic's own data.

use askama::Template;
use jiff::civil::{Date, Time, date, time};

use super::super::{
    Action, Actions, Badge, Bar, BarChart, Blank, Cell, Choice, Column, Day, DayTimes, Dialog, Facts, Field, Form,
    Icon, Kind, Lane, Markup, Month, Notice, Page, Part, Row, Search, Slot, Span, Status, Tab, Table, Tabs, Tile,
    Tiles, TimeChoice, Timeline, Times, Toast, Tone,
};
use super::Gallery;
use crate::http::locale::Locale;

const TODAY: Date = date(2027, 1, 13);

pub(super) fn title(name: &str) -> &'static str {
    match name {
        "list" => "Patients",
        "forms" => "Settings",
        "month" => "January 2027",
        "day" => "Wednesday 13 January",
        "dashboard" => "Dashboard",
        "book" => "Choose a time",
        "home" => "Good morning, Amara",
        _ => "Sign in",
    }
}

pub(super) fn gallery(name: &str, page: Page) -> Gallery {
    let l = page.l;
    let page = match name {
        "list" => page.toast(Toast::success("Layla Haddad was added.")),
        "sign-in" => page.bare(),
        "month" => page.crumb("Calendar", "/admin/calendar"),
        "book" => page
            .crumb("Services", "/book")
            .lead("Dermatology check · 30 min · Dr Amara Okafor"),
        _ => page,
    };
    let (actions, parts, overlay) = match name {
        "list" => list(l),
        "forms" => forms(l),
        "month" => month(l),
        "day" => day(l),
        "dashboard" => dashboard(l),
        "book" => book(l),
        "home" => home(l),
        _ => (Vec::new(), vec![part("", &sign_in(l))], Markup::default()),
    };
    Gallery {
        page,
        actions: Actions(actions),
        parts,
        overlay,
    }
}

type Sample = (Vec<Action>, Vec<(String, Markup)>, Markup);

fn part(heading: &str, component: &impl Template) -> (String, Markup) {
    (heading.to_owned(), Markup::of(component))
}

fn list(l: Locale) -> Sample {
    let columns = vec![
        Column::new("Name").sort("name"),
        Column::new("Born").sort("birth_date"),
        Column::new("Phone"),
        Column::new("Next appointment"),
        Column::new("Status"),
        Column::new("Visits").sort("visits").end(),
    ];
    let people = [
        ("Layla Haddad", "+49 30 901820", Status::Booked, 4),
        ("Jonas Weber", "+49 30 901821", Status::Arrived, 12),
        ("Chiara Rossi", "+39 06 555 0191", Status::InProgress, 1),
        ("محمد الأحمد", "+971 4 555 0123", Status::Pending, 0),
        ("Nguyễn Thị Mai", "+84 24 5550 199", Status::Fulfilled, 31),
        ("Oluwaseun Adeyemi-Bankole", "+234 1 555 0144", Status::NoShow, 7),
        ("Zoë Martínez", "+34 91 555 0177", Status::Cancelled, 2),
    ];
    let rows = people.map(|(name, phone, status, visits)| {
        Row::new(vec![
            Cell::link(name, "/admin/patients/1").second("name@example.org"),
            Cell::text(l.date_plain(date(1984, 3, 9))),
            Cell::code(phone),
            Cell::text(l.day_time(TODAY.at(10, 30, 0, 0))),
            Cell::status(l, status),
            Cell::text(l.number(visits)),
        ])
        .action(
            Action::dialog("Edit", "/admin/patients/1/edit")
                .about(name)
                .kind(Kind::Plain),
        )
        .action(
            Action::post("Archive", "/admin/patients/1/archive")
                .about(name)
                .kind(Kind::Plain),
        )
    });
    let search = Search::of("/admin/patients?q=a&sort=name&cursor=x");
    let departments = vec![Choice::new("", "All departments"), Choice::new("1", "Dermatology")];
    let table = Table::new(l, "Patients", &search, columns)
        .searched_by("Name, birth date or phone")
        .filter("department_id", "Department", departments)
        .rows(rows);
    let none = Table::new(l, "Waitlist", &Search::of("/admin/waitlist"), vec![]).blank(
        Blank::new(
            Icon("hourglass"),
            "Nobody is waiting",
            "People who found no time that suits them are listed here. Offer them a time as soon as one is free.",
        )
        .action(Action::link("Add somebody", "/admin/waitlist/new").primary()),
    );
    let actions = vec![
        Action::link("Import", "/admin/patients/import").icon(Icon("upload")),
        Action::dialog("Add patient", "/admin/patients/new")
            .icon(Icon("plus"))
            .primary(),
    ];
    (
        actions,
        vec![part("", &table), part("Waitlist", &none)],
        Markup::default(),
    )
}

fn forms(l: Locale) -> Sample {
    let form = Form::post(l, "/admin/settings", "Save settings")
        .heading("About the clinic")
        .field(Field::text("name", "Name").required().value("Kalends Demo Clinic"))
        .field(
            Field::email("email", "Email")
                .required()
                .value("hello@")
                .hint("Patients can answer to this address.")
                .error("Enter an address such as name@example.org."),
        )
        .row([
            Field::tel("phone", "Phone").value("+49 30 901820"),
            Field::select(
                "zone",
                "Time zone",
                vec![
                    Choice::new("Europe/Berlin", "Europe/Berlin"),
                    Choice::new("Asia/Dubai", "Asia/Dubai"),
                ],
            )
            .required()
            .value("Europe/Berlin"),
        ])
        .heading("Opening hours")
        .field(
            Field::checkboxes(
                "weekdays",
                "Weekdays",
                l.weekdays()
                    .map(|day| Choice::new(l.weekday_short(day), l.weekday(day)))
                    .to_vec(),
            )
            .values([l.weekday_short(jiff::civil::Weekday::Tuesday)])
            .across()
            .required(),
        )
        .row([
            Field::time("from", "From").required().value("09:00"),
            Field::time("to", "To").required().value("17:00"),
            Field::number("slot_minutes", "Slot length (minutes)", 5, 480)
                .required()
                .value("30"),
        ])
        .field(Field::radios(
            "kind",
            "New appointments",
            vec![
                Choice::new("at-once", "Are booked at once"),
                Choice::new("approval", "Wait for approval").hint("The patient hears from you within a day."),
            ],
        ))
        .field(Field::textarea("tagline", "A line about the clinic").hint("Shown on the front page."))
        .field(Field::checkbox("reminders", "Send reminders two days before").checked(true))
        .cancel("/admin/settings");
    let notices = [
        (Tone::Info, "The calendar opens in the new zone tomorrow."),
        (Tone::Success, "Everything is up to date."),
        (Tone::Warning, "Three appointments fall outside the new hours."),
        (Tone::Error, "Someone just took 10:30."),
    ];
    let notices = Markup::joined(notices.map(|(tone, title)| {
        let notice = Notice::new(tone, title).text("Nearest: 10:15 · 10:45 · Wed 9:00.");
        Markup::of(&notice.action(Action::link("Look at them", "/admin/appointments").small()))
    }));
    let buttons = [
        Kind::Primary,
        Kind::Quiet,
        Kind::Plain,
        Kind::Danger,
        Kind::DangerPrimary,
    ]
    .map(|kind| {
        Action::link(format!("{kind:?}"), "/")
            .kind(kind)
            .icon(Icon("calendar-plus"))
    });
    let badges = Markup::joined(Status::ALL.map(|status| Markup::of(&status.badge(l))));
    let facts = Facts::new(l)
        .row("Born", Cell::text(l.date_plain(date(1984, 3, 9))))
        .row("Phone", Cell::code("+49 30 901820"))
        .row("Status", Cell::badge(Badge::good("Accepting patients")))
        .maybe("Notes", Some("Prefers mornings."));
    let parts = vec![
        part("", &form),
        part("Buttons", &Actions(buttons.to_vec())),
        ("Statuses".to_owned(), badges),
        ("Notices".to_owned(), notices),
        part("Facts", &facts),
    ];
    (Vec::new(), parts, Markup::default())
}

fn month(l: Locale) -> Sample {
    let days = (1..=31)
        .filter_map(|number| {
            let date = Date::new(2027, 1, number).ok()?;
            let weekend = date.weekday().to_monday_zero_offset() > 4;
            if weekend {
                return None;
            }
            let closed = number == 6;
            let status = |at: i8| match (number + at) % 7 {
                _ if date < TODAY => Status::Past,
                0 | 3 => Status::Booked,
                5 => Status::Held,
                6 => Status::Blocked,
                _ => Status::Available,
            };
            let slots: Vec<Slot> = (0..if closed { 0 } else { 4 })
                .map(|at| {
                    Slot::new(
                        format!("{:02}:{:02}", 9 + at / 2, at % 2 * 30),
                        status(at),
                        "/admin/calendar?slot=1",
                    )
                })
                .collect();
            Some(Day {
                date,
                href: format!("/admin/calendar?day={date}"),
                note: if closed { "Epiphany".to_owned() } else { String::new() },
                closed,
                more: if closed { 0 } else { 12 },
                taken: (!closed).then_some(i64::from(number) * 3),
                free: if closed { 0 } else { 9 },
                summary: String::new(),
                slots,
            })
        })
        .collect();
    let month = Month::new(l, TODAY, TODAY, days);
    let form = Form::post(l, "/admin/calendar/generate", "Generate Slots")
        .field(Field::month("month", "Month").required().value("2027-01"))
        .field(
            Field::checkboxes(
                "weekdays",
                "Weekdays",
                l.weekdays()
                    .map(|day| Choice::new(l.weekday_short(day), l.weekday_short(day)))
                    .to_vec(),
            )
            .across()
            .required(),
        )
        .row([
            Field::time("from", "From").required().value("09:00"),
            Field::time("to", "To").required().value("17:00"),
        ]);
    let switch = Tabs::new(
        l,
        "View",
        vec![
            Tab::new("Month", "/a", true),
            Tab::new("Week", "/b", false),
            Tab::new("Day", "/c", false),
        ],
    )
    .joined();
    let dialog = Dialog::form(l, "Create Calendar for Month", "/admin/calendar", form);
    let actions = vec![
        Action::dialog("Generate Calendar", "/admin/calendar/generate")
            .icon(Icon("calendar-plus"))
            .primary(),
    ];
    (
        actions,
        vec![part("", &switch), part("", &month)],
        if l == Locale::Ar {
            Markup::of(&dialog)
        } else {
            Markup::default()
        },
    )
}

fn day(l: Locale) -> Sample {
    let at = |hour, minute| time(hour, minute, 0, 0);
    let open = || vec![Span::open(at(9, 0), at(12, 30)), Span::open(at(13, 30), at(17, 0))];
    let entry = |from: Time, to, status, name: &str| {
        Span::entry(from, to, status, name)
            .text("Dermatology check")
            .href("/admin/appointments/1")
    };
    let lanes = vec![
        Lane::new(
            "Dr Amara Okafor",
            "Room 2 · 12/16",
            [
                open(),
                vec![
                    entry(at(9, 0), at(9, 30), Status::Fulfilled, "Layla Haddad"),
                    entry(at(9, 30), at(9, 45), Status::InProgress, "Jonas Weber"),
                    entry(at(10, 0), at(10, 45), Status::Arrived, "Chiara Rossi"),
                    entry(at(11, 0), at(11, 30), Status::Booked, "Oluwaseun Adeyemi-Bankole"),
                    entry(at(13, 30), at(14, 30), Status::Pending, "محمد الأحمد"),
                ],
            ]
            .concat(),
        )
        .href("/admin/doctors/1"),
        Lane::new(
            "Dr Henrik Lund",
            "Room 4 · 3/14",
            [
                open(),
                vec![
                    entry(at(10, 0), at(11, 0), Status::Held, "Held"),
                    entry(at(11, 30), at(12, 0), Status::NoShow, "Zoë Martínez"),
                    Span::entry(at(14, 0), at(15, 30), Status::Blocked, "Team meeting"),
                    entry(at(16, 0), at(16, 30), Status::Available, "Available"),
                ],
            ]
            .concat(),
        ),
        Lane::new("Dr Priya Raman", "Away", vec![]),
    ];
    let timeline = Timeline::new(l, "Wednesday 13 January", lanes).now(Some(at(10, 20)));
    (Vec::new(), vec![part("", &timeline)], Markup::default())
}

fn dashboard(l: Locale) -> Sample {
    let tiles = Tiles(vec![
        Tile::new(Icon("calendar-check-2"), "Appointments today", "48")
            .note("31 still to come")
            .href("/admin/appointments"),
        Tile::new(Icon("circle-dot"), "Waiting now", "5").note("longest: 12 min"),
        Tile::new(Icon("chart-column"), "Open time taken", l.percent(74)).note("this week"),
        Tile::new(Icon("x"), "Did not come", "2").note("of 39 last Wednesday"),
    ]);
    let bars = [31, 64, 74, 58, 82, 0, 12]
        .iter()
        .zip(l.weekdays())
        .map(|(value, day)| Bar::new(l.weekday_short(day), *value, l.percent(*value)))
        .collect();
    let chart = BarChart::new(l, "How full the week is", ("Day".to_owned(), "Taken".to_owned()), bars).most(100);
    let dialog = Dialog::confirm(
        l,
        "Archive Dr Lund?",
        "His 14 coming appointments stay in the calendar, and no new ones can be booked with him.",
        "/admin/doctors",
        Form::post(l, "/admin/doctors/1/archive", "Archive Dr Lund").kind(Kind::DangerPrimary),
    );
    let tabs = Tabs::new(
        l,
        "Lists",
        vec![
            Tab::new("Upcoming", "/a", true).count(1204),
            Tab::new("Past", "/b", false),
        ],
    );
    let overlay = if l == Locale::En {
        Markup::of(&dialog)
    } else {
        Markup::default()
    };
    (
        Vec::new(),
        vec![part("", &tiles), part("How full the week is", &chart), part("", &tabs)],
        overlay,
    )
}

fn book(l: Locale) -> Sample {
    let choice = |label: &str| TimeChoice::new(format!("2027-01-12T{label}"), label).chosen(label == "10:15");
    let part_of = |name: &str, labels: &[&str]| Part {
        name: name.to_owned(),
        times: labels.iter().map(|label| choice(label)).collect(),
    };
    let days = vec![
        DayTimes {
            heading: l.day_long(date(2027, 1, 12)),
            hint: "in 3 days".to_owned(),
            parts: vec![
                part_of("Morning", &["09:00", "09:30", "10:15", "11:00", "11:30"]),
                part_of("Afternoon", &["13:30", "15:00"]),
            ],
            none: String::new(),
        },
        DayTimes {
            heading: l.day_long(date(2027, 1, 13)),
            hint: String::new(),
            parts: vec![],
            none: "Nothing free".to_owned(),
        },
        DayTimes {
            heading: l.day_long(date(2027, 1, 14)),
            hint: "in 5 days".to_owned(),
            parts: vec![Part {
                name: "Night".to_owned(),
                times: vec![choice("02:30").note("UTC+2"), choice("02:45").note("UTC+1")],
            }],
            none: String::new(),
        },
    ];
    let actions = Actions(vec![
        Action::link("Next free: Fri 22 Jan", "/book?from=2027-01-22"),
        Action::link("Other doctors", "/book?any=1"),
        Action::link("Tell me if one frees up", "/book/wait").icon(Icon("bell")),
    ]);
    (
        Vec::new(),
        vec![
            part("", &Times::new("slot", days)),
            part("Nothing that suits?", &actions),
        ],
        Markup::default(),
    )
}

fn home(l: Locale) -> Sample {
    let form = Form::post(l, "/patient/profile", "Save")
        .field(Field::text("given_name", "Given name").required().value("Amara"))
        .field(
            Field::date("birth_date", "Date of birth")
                .hint("We ask for it so that nobody is mistaken for you.")
                .error("Enter something here."),
        );
    let notice = Notice::new(Tone::Info, "Your appointment is on Tue 12 Jan, 10:15")
        .text("Dermatology check with Dr Amara Okafor, Main St (Europe/Berlin). You can move or cancel it until Mon 11 Jan, 10:15.")
        .action(Action::link("Move", "/patient/appointments/1/move"))
        .action(Action::dialog("Cancel", "/patient/appointments/1/cancel").kind(Kind::Danger));
    let blank = Blank::new(
        Icon("calendar-plus"),
        "No other appointments",
        "Your coming appointments are listed here.",
    )
    .action(Action::link("Book an appointment", "/book").primary());
    (
        Vec::new(),
        vec![part("", &notice), part("", &blank), part("Your details", &form)],
        Markup::default(),
    )
}

fn sign_in(l: Locale) -> Form {
    Form::post(l, "/patient/login", "Sign in")
        .field(Field::email("email", "Email").required().autofocus())
        .field(Field::password("password", "Password", "current-password").required())
}
