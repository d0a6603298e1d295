//! Whose calendar: a list to choose from, searched by name; on a small screen one field.

use askama::Template;
use askama::filters::HtmlSafe;

use super::board::Board;
use super::grid;
use super::view::View;
use crate::http::locale::Locale;
use crate::pages::kit::{Icon, initials};

/// The chooser.
#[derive(Template)]
#[template(path = "calendar/rail.html")]
pub struct Rail {
    l: Locale,
    action: &'static str,
    /// What the searched words are.
    find: String,
    /// What the forms keep of the address.
    kept: Vec<(String, String)>,
    choices: Vec<Choice>,
    /// Whether providers can be shown beside each other.
    is_day: bool,
}

/// A provider of the list.
struct Choice {
    id: String,
    name: String,
    initials: String,
    href: String,
    chosen: bool,
    /// Shown beside the chosen one, and the address that changes that.
    beside: bool,
    toggle: String,
}

impl Rail {
    /// None on a doctor's own calendar.
    pub fn of(board: &Board) -> Option<Self> {
        if board.at.is_own() {
            return None;
        }
        let beside: Vec<String> = grid::beside(board)
            .iter()
            .map(|provider| provider.id.to_string())
            .collect();
        let choices = board.providers.iter().map(|provider| {
            let id = provider.id.to_string();
            let is_beside = beside.contains(&id);
            let others: Vec<&str> = beside
                .iter()
                .map(String::as_str)
                .filter(|other| *other != id)
                .chain((!is_beside).then_some(id.as_str()))
                .collect();
            Choice {
                name: provider.full_name(),
                initials: initials(&format!("{} {}", provider.given_name, provider.family_name)),
                href: board.at.page(&[("provider", &id), ("location", "")]),
                chosen: provider.id == board.provider.id,
                beside: is_beside,
                toggle: board.at.page(&[("providers", &others.join(","))]),
                id,
            }
        });
        let kept = board
            .at
            .of_page()
            .filter(|(name, _)| !["provider", "location", "find"].contains(name));
        Some(Self {
            l: board.l,
            action: board.at.base(),
            find: board.at.get("find").to_owned(),
            kept: kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            choices: choices.collect(),
            is_day: matches!(board.view, View::Day(_)),
        })
    }

    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }
}

impl HtmlSafe for Rail {}
