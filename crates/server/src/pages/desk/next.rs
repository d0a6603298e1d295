//! Who comes next, who is here, and who has been: the day's arrivals in order of time.

use askama::Template;
use askama::filters::HtmlSafe;
use kalends_domain::appointment::{NamedAppointment, Status as Life};

use super::{Today, steps};
use crate::http::locale::Locale;
use crate::pages::calendar::appointment::is_overbooked;
use crate::pages::kit::{Action, Badge, Blank, Icon, Kind, Status};

/// As many arrivals have a key of their own: 1 to 9.
const KEYS: usize = 9;

/// The column.
#[derive(Template)]
#[template(path = "desk/next.html")]
pub struct Next {
    l: Locale,
    expected: Vec<Arrival>,
    here: Vec<Arrival>,
    over: Vec<Arrival>,
    blank: Option<Blank>,
}

impl HtmlSafe for Next {}

/// One patient's visit in the list.
struct Arrival {
    time: String,
    name: String,
    /// Their card.
    href: String,
    /// `Consultation · Dr Amara Okafor · Room 2`
    what: String,
    /// `5 min late`, `waiting since 10:31`
    note: String,
    is_late: bool,
    /// What is not as its group says.
    badge: Option<Badge>,
    steps: Vec<Action>,
}

/// Groups the day's visits.
pub fn read(today: &Today<'_>) -> Next {
    let group = |wanted: &[Life]| {
        let of_group = today.visits.iter().filter(|it| wanted.contains(&it.appointment.status));
        of_group.map(|it| arrival(today, it)).collect::<Vec<_>>()
    };
    let mut expected = group(&[Life::Pending, Life::Booked]);
    let check_ins = expected.iter_mut().filter_map(|it| {
        let first = it.steps.first_mut()?;
        first.href.ends_with("/check-in").then_some(first)
    });
    for (number, step) in check_ins.take(KEYS).enumerate() {
        step.key = (number + 1).to_string();
    }
    let l = today.l;
    let blank = today.visits.is_empty();
    Next {
        l,
        expected,
        here: group(&[Life::Arrived, Life::InProgress]),
        over: group(&[Life::Fulfilled, Life::NoShow]),
        blank: blank.then(|| Blank::new(Icon("coffee"), l.t("desk-none"), l.t("desk-none-text"))),
    }
}

fn arrival(today: &Today<'_>, it: &NamedAppointment) -> Arrival {
    let (l, of) = (today.l, &it.appointment);
    let late = today.ctx.now.duration_since(of.starts_at).as_mins();
    let expected = matches!(of.status, Life::Booked | Life::Pending);
    let is_late = expected && late > 0;
    let since = || vec![("time", today.clock(of.updated_at).into())];
    let note = match of.status {
        Life::Arrived => l.tf("desk-waiting-since", &since()),
        Life::InProgress => l.tf("desk-inside-since", &since()),
        _ if is_late => l.tf("desk-late", &[("time", l.minutes(late).into())]),
        _ => String::new(),
    };
    let mut steps = steps(l, it, &today.search.with(&[]));
    // Nobody fails to come before their time; what is rare is not in the way.
    steps.retain(|step| is_late || !step.href.ends_with("/no-show"));
    // A list of equals: none of them is louder than the others.
    for step in &mut steps {
        step.kind = if expected && step.kind == Kind::Primary {
            Kind::Quiet
        } else {
            Kind::Plain
        };
    }
    let room = it.resources();
    let what: Vec<&str> = [it.service_in(l.code()), it.provider_name.as_str()]
        .into_iter()
        .chain(room.as_deref())
        .collect();
    Arrival {
        time: today.clock(of.starts_at),
        name: it.patient_name.clone(),
        href: today.at(&[("patient", &of.patient_id.to_string())]),
        what: what.join(" · "),
        note,
        is_late,
        badge: if is_overbooked(of) {
            Some(Badge::plain(l.t("calendar-overbooked")))
        } else {
            matches!(of.status, Life::Pending | Life::NoShow).then(|| Status::from(of.status).badge(l))
        },
        steps: steps.into_iter().map(Action::small).collect(),
    }
}
