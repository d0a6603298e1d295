//! The page: the chosen calendar, with a dialog over it where the address or a refused form asks for one.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::address::Address;
use super::board::Board;
use super::by_room;
use super::dialog;
use super::grid::Grid;
use super::rail::Rail;
use crate::pages::kit::{
    Action, Blank, Dialog, Icon, Page, Refused, Status, Tab, Tabs, Toast, render_as, see_other_saying,
};

#[derive(Template)]
#[template(path = "calendar/calendar.html")]
struct CalendarPage {
    page: Page,
    /// None for a doctor, who has no choice.
    rail: Option<Rail>,
    name: String,
    title: String,
    previous: Step,
    next: Step,
    today: Step,
    views: Tabs,
    /// By doctor or by room.
    readings: Option<Tabs>,
    /// Empty where there is only one.
    locations: Option<Tabs>,
    place: String,
    zone: String,
    /// Where the page is, for the form that opens a dialog over it.
    at: Address,
    why: String,
    /// The provider's weekly hours.
    hours: String,
    grid: Grid,
    /// What to do where nothing is open.
    blank: Option<Blank>,
    legend: Vec<Status>,
    dialog: Option<Dialog>,
}

/// A link to another time; without an address where there is none.
struct Step {
    label: String,
    href: String,
}

/// `GET /admin/calendar`, `GET /doctor/calendar`
pub async fn page(board: Board) -> Result<Response, Refused> {
    let dialog = dialog::asked(&board).await?;
    board.show(StatusCode::OK, dialog).await
}

impl Board {
    /// The page with this dialog over it.
    pub async fn show(self, status: StatusCode, dialog: Option<Dialog>) -> Result<Response, Refused> {
        let l = self.l;
        let grid = Grid::load(&self).await?;
        let mut page = self.frame.page(&self.ctx, l.t("calendar-title"));
        // A refused form stands at an address that only takes forms; choosing another language leads to the page.
        page.path = self.at.within(&[]);
        let (previous, next) = self.view.step_keys();
        let step = |key: &str, view: Option<super::view::View>| Step {
            label: l.t(key),
            href: view.map(|view| view.href(&self.at)).unwrap_or_default(),
        };
        let by_room = by_room::is_asked(&self);
        let no_room = || {
            Blank::new(
                Icon("door-open"),
                l.t("calendar-no-rooms"),
                l.t("calendar-no-rooms-text"),
            )
        };
        let not_open = || {
            Blank::new(Icon("calendar-plus"), l.t("calendar-none"), l.t("calendar-none-text"))
                .action(Action::dialog(l.t("calendar-fill"), self.at.page(&[("generate", "1")])))
        };
        let blank = (!grid.is_open).then(|| if by_room { no_room() } else { not_open() });
        let shown = CalendarPage {
            rail: Rail::of(&self).filter(|_| !by_room),
            name: if by_room {
                l.t("calendar-rooms")
            } else {
                self.provider.full_name()
            },
            title: self.view.title(l),
            previous: step(previous, self.view.previous()),
            next: step(next, self.view.next()),
            today: step("calendar-today", self.view.around(l, self.today)),
            views: self.view.tabs(l, &self.at, self.today),
            readings: by_room::switch(&self),
            locations: self.places(),
            place: self.location.name.clone(),
            zone: self.zone.name().to_owned(),
            why: self.at.page(&[("why", "1")]),
            hours: format!("/hours/{}", self.provider_id()),
            blank,
            at: self.at.clone(),
            legend: LEGEND.to_vec(),
            grid,
            dialog,
            page,
        };
        Ok(render_as(status, &shown))
    }

    /// Back to where the dialog was opened, with a message.
    pub fn done(&self, text: impl Into<String>) -> Response {
        see_other_saying(&self.at.back(), &Toast::success(text))
    }

    fn places(&self) -> Option<Tabs> {
        let tabs = self.locations.iter().map(|location| {
            let href = self.at.page(&[("location", &location.id.to_string())]);
            Tab::new(&location.name, href, location.id == self.location.id)
        });
        let tabs: Vec<Tab> = tabs.collect();
        (tabs.len() > 1).then(|| Tabs::new(self.l, self.l.t("calendar-locations"), tabs).joined())
    }
}

const LEGEND: [Status; 7] = [
    Status::Available,
    Status::Held,
    Status::Pending,
    Status::Booked,
    Status::Fulfilled,
    Status::Blocked,
    Status::Past,
];
