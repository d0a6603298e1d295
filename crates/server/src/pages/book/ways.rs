//! The ways on from where a patient finds no time: no page of the booking is a dead end.

use kalends_app::ctx::Ctx;
use kalends_domain::rule::NextStep;

use super::offered::Offered;
use super::wanted::Wanted;
use crate::http::locale::Locale;
use crate::pages::kit::{Action, Icon, Search, phone};

/// What was looked for, and on which page.
pub struct Asked<'a> {
    pub path: &'a str,
    pub offered: &'a Offered,
    pub wanted: &'a Wanted,
}

/// Those of the next steps that lead somewhere, the best first. Never nothing: at last there are the other services.
pub fn ways(ctx: &Ctx, l: Locale, asked: &Asked<'_>, steps: &[NextStep]) -> Vec<Action> {
    let mut ways: Vec<Action> = steps.iter().filter_map(|step| way(ctx, l, asked, *step)).collect();
    if ways.is_empty() && !steps.is_empty() {
        ways.extend(way(ctx, l, asked, NextStep::OtherService));
    }
    ways
}

fn way(ctx: &Ctx, l: Locale, asked: &Asked<'_>, step: NextStep) -> Option<Action> {
    let Asked { path, offered, wanted } = asked;
    let anew = Wanted {
        from: None,
        at: None,
        ..(*wanted).clone()
    };
    match step {
        NextStep::OtherTime => {
            Some(Action::link(l.t("book-next-times"), anew.address(path)).icon(Icon("calendar-days")))
        }
        NextStep::OtherProvider => {
            let others = Wanted {
                provider: None,
                from: wanted.from,
                ..anew
            };
            let others = Action::link(l.t("book-others"), others.address(path)).icon(Icon("users"));
            (wanted.provider.is_some() && offered.providers.len() > 1).then_some(others)
        }
        NextStep::OtherLocation => {
            let elsewhere = Wanted { location: None, ..anew };
            let elsewhere = Action::link(l.t("book-elsewhere"), elsewhere.address(path)).icon(Icon("map-pin"));
            (offered.locations.len() > 1).then_some(elsewhere)
        }
        NextStep::OwnAppointments => {
            let own = Action::link(l.t("nav-my-appointments"), "/patient/appointments");
            ctx.signed_in().is_ok().then(|| own.icon(Icon("calendar-check-2")))
        }
        NextStep::Waitlist => {
            // A ticket is for booking; for moving there is a time already; staff have a list of their own.
            let joins = wanted.ticket.is_none() && *path == "/book" && !ctx.is_staff();
            let wish = Wanted {
                patient: wanted.patient,
                service: Some(offered.service.id),
                provider: wanted.provider,
                location: wanted.location.filter(|_| offered.locations.len() > 1),
                ..Wanted::default()
            };
            let mut to = wish.address("/patient/waitlist/join");
            if ctx.signed_in().is_err() {
                to = Search::of("/patient/login").with(&[("next", to.as_str())]);
            }
            joins.then(|| Action::link(l.t("waitlist-join"), to).icon(Icon("bell")))
        }
        NextStep::OtherService => Some(Action::link(l.t("book-other-service"), "/book").icon(Icon("clipboard-list"))),
        NextStep::Phone => call(ctx, l).or_else(|| {
            let place = wanted.location.and_then(|id| offered.location(id));
            let place = place.or(offered.locations.first())?;
            place.phone.as_deref().map(|number| dial(l, number))
        }),
    }
}

/// The organisation's telephone, for whom the page does not help.
pub fn call(ctx: &Ctx, l: Locale) -> Option<Action> {
    ctx.tenant.settings.phone.as_deref().map(|number| dial(l, number))
}

fn dial(l: Locale, number: &str) -> Action {
    let dialled: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let shown = format!("\u{2066}{}\u{2069}", phone(number));
    Action::link(l.tf("book-call", &[("phone", shown.into())]), format!("tel:{dialled}")).icon(Icon("phone"))
}
