//! A form: fields, what is wrong with them, and one button that says what it does.

use askama::Template;
use askama::filters::HtmlSafe;
use kalends_app::error::FieldError;

use super::action::Kind;
use super::field::Field;
use super::grid::{Group, Line};
use super::icon::Icon;
use super::markup::Markup;
use super::refusal::refusal;
use super::submitted::Submitted;
use crate::http::locale::Locale;

/// A part of a form.
#[derive(Clone, Debug)]
pub enum Entry {
    One(Box<Field>),
    /// Fields beside each other where there is room.
    Row(Vec<Field>),
    /// A heading over the fields that follow.
    Heading(String),
    Markup(Markup),
    /// Groups of lines, each a day with its hours.
    Grid(Vec<Group>),
}

/// A form as it is written on a page.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/form.html")]
pub struct Form {
    pub l: Locale,
    pub action: String,
    pub get: bool,
    pub entries: Vec<Entry>,
    pub hidden: Vec<(String, String)>,
    pub submit: String,
    pub kind: Kind,
    /// A second button, told apart by its name and value.
    pub other: Option<(String, String, String)>,
    /// Where its cancel link leads; empty for none.
    pub back: String,
    /// Errors that belong to no field.
    pub errors: Vec<String>,
}

impl Form {
    /// A form that posts to `action` with a button that reads `submit`.
    pub fn post(l: Locale, action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            l,
            action: action.into(),
            get: false,
            entries: Vec::new(),
            hidden: Vec::new(),
            submit: submit.into(),
            kind: Kind::Primary,
            other: None,
            back: String::new(),
            errors: Vec::new(),
        }
    }

    /// A form whose answers go into the address.
    pub fn get(l: Locale, action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            get: true,
            ..Self::post(l, action, submit)
        }
    }

    #[must_use]
    pub fn field(mut self, mut field: Field) -> Self {
        field.l = self.l;
        self.entries.push(Entry::One(Box::new(field)));
        self
    }

    #[must_use]
    pub fn row(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        let l = self.l;
        self.entries.push(Entry::Row(
            fields.into_iter().map(|field| Field { l, ..field }).collect(),
        ));
        self
    }

    #[must_use]
    pub fn heading(mut self, text: impl Into<String>) -> Self {
        self.entries.push(Entry::Heading(text.into()));
        self
    }

    #[must_use]
    pub fn markup(mut self, markup: Markup) -> Self {
        self.entries.push(Entry::Markup(markup));
        self
    }

    #[must_use]
    pub fn grid(mut self, mut groups: Vec<Group>) -> Self {
        for field in groups
            .iter_mut()
            .flat_map(|group| &mut group.lines)
            .flat_map(Line::all_mut)
        {
            field.l = self.l;
        }
        self.entries.push(Entry::Grid(groups));
        self
    }

    #[must_use]
    pub fn hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// A quiet button beside the first, sent as `name=value`.
    #[must_use]
    pub fn other(mut self, label: impl Into<String>, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.other = Some((label.into(), name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn cancel(mut self, back: impl Into<String>) -> Self {
        self.back = back.into();
        self
    }

    /// Shows what was typed again.
    #[must_use]
    pub fn keep(mut self, submitted: &Submitted) -> Self {
        for field in self.fields_mut() {
            field.values = submitted.all(&field.name);
        }
        self
    }

    /// Shows what a use case refused: beside its field where the form has it, else above them all.
    #[must_use]
    pub fn refused(mut self, errors: &[FieldError]) -> Self {
        let l = self.l;
        for error in errors {
            let text = refusal(l, error);
            let name = error.pointer.split('/').nth(1).unwrap_or_default();
            if let Some(field) = self.fields_mut().find(|field| field.name == name) {
                field.error = text;
                continue;
            }
            self.errors.push(text);
        }
        self
    }

    /// An error that belongs to no field.
    #[must_use]
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.errors.push(error.into());
        self
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.entries.iter().flat_map(|entry| -> Vec<&Field> {
            match entry {
                Entry::One(field) => vec![field],
                Entry::Row(fields) => fields.iter().collect(),
                Entry::Grid(groups) => groups.iter().flat_map(|it| &it.lines).flat_map(Line::all).collect(),
                Entry::Heading(_) | Entry::Markup(_) => Vec::new(),
            }
        })
    }

    fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.entries.iter_mut().flat_map(|entry| -> Vec<&mut Field> {
            match entry {
                Entry::One(field) => vec![field],
                Entry::Row(fields) => fields.iter_mut().collect(),
                Entry::Grid(groups) => {
                    let lines = groups.iter_mut().flat_map(|it| &mut it.lines);
                    lines.flat_map(Line::all_mut).collect()
                }
                Entry::Heading(_) | Entry::Markup(_) => Vec::new(),
            }
        })
    }

    /// The id, label and error of each field that has one, for the summary.
    fn wrong(&self) -> Vec<(String, &str, &str)> {
        self.fields()
            .filter(|field| !field.error.is_empty())
            .map(|field| (field.target(), field.label.as_str(), field.error.as_str()))
            .collect()
    }

    fn is_wrong(&self) -> bool {
        !self.errors.is_empty() || self.fields().any(|field| !field.error.is_empty())
    }

    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }
}

impl HtmlSafe for Form {}
