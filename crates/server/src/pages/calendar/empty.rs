//! Where there is nobody whose calendar could be shown yet.

use askama::Template;
use axum::response::Response;
use kalends_app::ctx::Ctx;

use super::address::Address;
use crate::pages::kit::{Action, Blank, Frame, Icon, Page, render};

#[derive(Template)]
#[template(path = "calendar/empty.html")]
struct Empty {
    page: Page,
    blank: Blank,
}

/// What is missing, a location or a provider, and where it is made.
pub fn page(ctx: &Ctx, frame: &Frame, at: &Address, no_location: bool) -> Response {
    let l = frame.l;
    let searched = !at.get("find").is_empty();
    let blank = if no_location {
        Blank::new(
            Icon("map-pin"),
            l.t("calendar-no-location"),
            l.t("calendar-no-location-text"),
        )
        .action(Action::link(l.t("calendar-to-locations"), "/admin/locations").primary())
    } else if searched {
        Blank::new(Icon("search"), l.t("calendar-nobody"), l.t("calendar-nobody-text"))
            .action(Action::link(l.t("calendar-everybody"), at.page(&[("find", "")])))
    } else {
        Blank::new(
            Icon("stethoscope"),
            l.t("calendar-no-doctor"),
            l.t("calendar-no-doctor-text"),
        )
        .action(Action::link(l.t("calendar-to-doctors"), "/admin/doctors").primary())
    };
    render(&Empty {
        page: frame.page(ctx, l.t("calendar-title")),
        blank,
    })
}
