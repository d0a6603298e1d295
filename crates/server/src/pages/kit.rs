//! What every page is made with: the shell around it, and components that render themselves. `docs/pages.md` shows how.
//!
//! A component is a struct with a small template. In a template, `{{ table }}` writes it as HTML; every text in it is
//! escaped by its own template.

mod action;
mod blank;
mod chart;
mod crumb;
mod dialog;
mod dress;
mod error;
mod facts;
mod field;
mod form;
mod frame;
#[cfg(test)]
mod gallery;
mod grid;
mod icon;
mod markup;
mod month;
mod nav;
mod notice;
mod page;
mod phone;
mod refusal;
mod respond;
mod status;
mod submitted;
mod tab;
mod table;
mod tile;
mod timeline;
mod times;
mod toast;

pub use self::action::{Action, Actions, Kind};
pub use self::blank::Blank;
pub use self::chart::{Bar, BarChart};
pub use self::crumb::Crumb;
pub use self::dialog::Dialog;
pub use self::dress::dress;
pub use self::error::{ErrorKind, Refused};
pub use self::facts::Facts;
pub use self::field::{Choice, Control, Field};
pub use self::form::{Entry, Form};
pub use self::frame::{Frame, Theme, Waiting};
pub use self::grid::{Group, Line};
pub use self::icon::Icon;
pub use self::markup::Markup;
pub use self::month::{Day, Month, Slot};
pub use self::nav::{NavItem, home};
pub use self::notice::{Notice, Tone};
pub use self::page::{Page, initials};
pub use self::phone::phone;
pub use self::refusal::refusal;
pub use self::respond::{render, render_as, see_other, see_other_saying};
pub use self::status::{Badge, Status};
pub use self::submitted::Submitted;
pub use self::tab::{Tab, Tabs};
pub use self::table::{Cell, Column, Filter, Row, Search, Table};
pub use self::tile::{Tile, Tiles};
pub use self::timeline::{Lane, Span, Timeline};
pub use self::times::{DayTimes, Part, TimeChoice, Times};
pub use self::toast::Toast;
