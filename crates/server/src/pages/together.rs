//! What an appointment was booked together with: "3 of 10", and the way to the others.

use askama::Template;
use askama::filters::HtmlSafe;
use kalends_app::appointments::Company;
use kalends_app::ctx::Ctx;
use kalends_domain::appointment::{Appointment, Together};
use kalends_domain::permission::Role;
use kalends_domain::time::Zone;

use super::kit::{Badge, Icon, Status};
use crate::http::locale::Locale;

/// The others of a series or a visit, and the appointment among them.
#[derive(Template)]
#[template(path = "together.html")]
pub struct Others {
    title: String,
    lines: Vec<Line>,
}

impl HtmlSafe for Others {}

struct Line {
    /// Empty for the appointment that is open.
    href: String,
    /// `3 of 10`; empty for what is called off.
    number: String,
    when: String,
    what: String,
    badge: Option<Badge>,
}

/// `A series: 3 of 10`
pub fn told(l: Locale, of: &Appointment, company: &Company) -> Option<String> {
    let name = match of.together? {
        Together::Series(_) => l.t("series-part-of-series"),
        Together::Visit(_) => l.t("series-part-of-visit"),
    };
    Some(match number(l, of, company) {
        Some(number) => l.tf("series-numbered", &[("name", name.into()), ("number", number.into())]),
        None => name,
    })
}

fn number(l: Locale, of: &Appointment, company: &Company) -> Option<String> {
    let number = i64::try_from(company.number(of.id)?).ok()?;
    let count = i64::try_from(company.count()).ok()?;
    Some(l.tf("series-which-of", &[("n", number.into()), ("all", count.into())]))
}

/// The list; nothing where the reader sees no other.
pub fn others(ctx: &Ctx, l: Locale, of: &Appointment, company: &Company) -> Option<Others> {
    let title = match of.together? {
        Together::Series(_) => "series-others",
        Together::Visit(_) => "series-others-visit",
    };
    let lines = company.shown.iter().map(|it| {
        let each = &it.appointment;
        let local = Zone::new(&each.time_zone).map(|zone| zone.local(each.starts_at));
        Line {
            href: if each.id == of.id {
                String::new()
            } else {
                place(ctx, each)
            },
            number: number(l, each, company).unwrap_or_default(),
            when: local.map_or_else(|_| each.starts_at.to_string(), |at| l.day_time(at)),
            what: format!("{} · {}", it.service_in(l.code()), it.provider_name),
            badge: (each.status != kalends_domain::appointment::Status::Booked)
                .then(|| Status::from(each.status).badge(l)),
        }
    });
    (company.shown.len() > 1).then(|| Others {
        title: l.t(title),
        lines: lines.collect(),
    })
}

impl Others {
    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }
}

/// Where the reader finds an appointment: on its page, or in the calendar, on its day.
pub fn place(ctx: &Ctx, of: &Appointment) -> String {
    let calendar = match ctx.role() {
        Some(Role::Patient) => return format!("/patient/appointments/{}", of.id),
        Some(Role::Doctor) => "/doctor/calendar?".to_owned(),
        _ => format!("/admin/calendar?provider={}&", of.provider_id),
    };
    let date = Zone::new(&of.time_zone)
        .map(|zone| zone.date_at(of.starts_at).to_string())
        .unwrap_or_default();
    format!("{calendar}view=day&date={date}&appointment={}", of.id)
}
