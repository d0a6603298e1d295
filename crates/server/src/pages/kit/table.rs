//! A list that can be searched, sorted, filtered and paged; all of that stands in its address.

mod cell;
mod search;

use askama::Template;
use askama::filters::HtmlSafe;

pub use self::cell::Cell;
pub use self::search::Search;
use super::action::Action;
use super::blank::Blank;
use super::field::Choice;
use super::icon::Icon;
use crate::http::list::encode;
use crate::http::locale::Locale;
use kalends_domain::page::Cursor;

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    pub label: String,
    /// What `sort=` calls it; empty if it cannot be sorted by.
    pub sort: &'static str,
    /// At the end of its column, as numbers are.
    pub end: bool,
}

impl Column {
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            sort: "",
            end: false,
        }
    }

    #[must_use]
    pub fn sort(mut self, name: &'static str) -> Self {
        self.sort = name;
        self
    }

    #[must_use]
    pub fn end(mut self) -> Self {
        self.end = true;
        self
    }
}

/// A record: its first cell is its name.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub cells: Vec<Cell>,
    pub actions: Vec<Action>,
}

impl Row {
    pub fn new(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            actions: Vec::new(),
        }
    }

    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action.small());
        self
    }
}

/// A choice above the table that narrows it: `?name=value`; the empty value is all of them.
#[derive(Clone, Debug)]
pub struct Filter {
    pub name: &'static str,
    pub label: String,
    pub choices: Vec<Choice>,
}

/// The table.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/table.html")]
pub struct Table {
    pub l: Locale,
    /// What the rows are, for screen readers.
    pub caption: String,
    pub search: Search,
    /// The label of the search box; empty for no box.
    pub search_label: String,
    pub filters: Vec<Filter>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Where the next page starts.
    pub next: Option<String>,
    /// Shown where there are no records at all.
    pub blank: Option<Blank>,
}

impl Table {
    pub fn new(l: Locale, caption: impl Into<String>, search: &Search, columns: Vec<Column>) -> Self {
        Self {
            l,
            caption: caption.into(),
            search: search.clone(),
            search_label: String::new(),
            filters: Vec::new(),
            columns,
            rows: Vec::new(),
            next: None,
            blank: None,
        }
    }

    /// Adds a search box.
    #[must_use]
    pub fn searched_by(mut self, label: impl Into<String>) -> Self {
        self.search_label = label.into();
        self
    }

    #[must_use]
    pub fn filter(mut self, name: &'static str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        self.filters.push(Filter {
            name,
            label: label.into(),
            choices,
        });
        self
    }

    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows = rows.into_iter().collect();
        self
    }

    #[must_use]
    pub fn next(mut self, cursor: Option<&Cursor>) -> Self {
        self.next = cursor.map(encode);
        self
    }

    #[must_use]
    pub fn blank(mut self, blank: Blank) -> Self {
        self.blank = Some(blank);
        self
    }

    fn has_tools(&self) -> bool {
        !self.search_label.is_empty() || !self.filters.is_empty()
    }

    fn has_actions(&self) -> bool {
        self.rows.iter().any(|row| !row.actions.is_empty())
    }

    /// Whether something was asked for, so that an empty list means that nothing matches.
    fn is_narrowed(&self) -> bool {
        !self.search.q().is_empty()
            || self
                .filters
                .iter()
                .any(|filter| !self.search.get(filter.name).is_empty())
    }

    /// `ascending` or `descending` if the list is sorted by this column.
    fn sorted(&self, column: &Column) -> Option<&'static str> {
        let by = !column.sort.is_empty() && self.search.sort() == Some(column.sort);
        by.then_some(if self.search.descending() {
            "descending"
        } else {
            "ascending"
        })
    }

    fn sort_icon(&self, column: &Column) -> Icon {
        match self.sorted(column) {
            None => Icon("arrow-up-down"),
            Some("ascending") => Icon("arrow-up"),
            Some(_) => Icon("arrow-down"),
        }
    }

    fn sort_href(&self, column: &Column) -> String {
        let order = if self.sorted(column) == Some("ascending") {
            "desc"
        } else {
            ""
        };
        self.search
            .with(&[("sort", column.sort), ("order", order), ("cursor", "")])
    }

    /// The pairs of the address that the tools do not ask for themselves.
    fn kept(&self) -> Vec<(&str, &str)> {
        let asked: Vec<&str> = self.filters.iter().map(|filter| filter.name).collect();
        self.search.kept(&asked)
    }

    fn next_href(&self) -> Option<String> {
        self.next
            .as_deref()
            .map(|cursor| self.search.with(&[("cursor", cursor)]))
    }

    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }

    fn label_of(&self, index0: &usize) -> &str {
        self.columns.get(*index0).map_or("", |column| column.label.as_str())
    }

    fn is_end(&self, index0: &usize) -> bool {
        self.columns.get(*index0).is_some_and(|column| column.end)
    }
}

impl HtmlSafe for Table {}
