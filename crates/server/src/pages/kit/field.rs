//! One question of a form, with its label, hint, answer and what is wrong with it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::icon::Icon;
use crate::http::locale::Locale;

/// One of several answers to choose from.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// More words about it; empty for none.
    pub hint: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: String::new(),
        }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// How it is answered.
#[derive(Clone, Debug)]
pub enum Control {
    /// An `<input>` of this type.
    Input(&'static str),
    Textarea,
    Select(Vec<Choice>),
    /// Yes or no; sent as `true`, or not at all.
    Checkbox,
    Checkboxes(Vec<Choice>),
    Radios(Vec<Choice>),
}

/// A question. `Field::email("email", l.t("field-email")).required()`.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/field.html")]
pub struct Field {
    /// Set by the form: the language of its marks.
    pub l: Locale,
    pub name: String,
    pub label: String,
    pub control: Control,
    pub values: Vec<String>,
    pub hint: String,
    pub error: String,
    pub required: bool,
    pub autocomplete: &'static str,
    /// Further attributes with fixed names: `dir`, `min`, `max`, `step`, `maxlength`, `inputmode`, `pattern`.
    pub attributes: Vec<(&'static str, String)>,
    /// As wide as what is typed into it.
    pub short: bool,
    /// Choices beside each other instead of below.
    pub across: bool,
    pub autofocus: bool,
}

impl Field {
    pub fn new(name: impl Into<String>, label: impl Into<String>, control: Control) -> Self {
        Self {
            l: Locale::En,
            name: name.into(),
            label: label.into(),
            control,
            values: Vec::new(),
            hint: String::new(),
            error: String::new(),
            required: false,
            autocomplete: "",
            attributes: Vec::new(),
            short: false,
            across: false,
            autofocus: false,
        }
    }

    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Input("text"))
    }

    pub fn email(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Input("email")).autocomplete("email")
    }

    /// `autocomplete` is `current-password` or `new-password`.
    pub fn password(name: impl Into<String>, label: impl Into<String>, autocomplete: &'static str) -> Self {
        Self::new(name, label, Control::Input("password")).autocomplete(autocomplete)
    }

    pub fn tel(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Input("tel"))
            .autocomplete("tel")
            .short()
    }

    pub fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Input("date")).short()
    }

    pub fn month(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Input("month")).short()
    }

    pub fn time(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Input("time")).short()
    }

    pub fn number(name: impl Into<String>, label: impl Into<String>, min: i64, max: i64) -> Self {
        Self::new(name, label, Control::Input("number"))
            .attribute("min", min.to_string())
            .attribute("max", max.to_string())
            .attribute("inputmode", "numeric")
            .short()
    }

    pub fn textarea(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Textarea)
    }

    pub fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Control::Select(choices))
    }

    pub fn checkbox(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Checkbox)
    }

    pub fn checkboxes(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Control::Checkboxes(choices))
    }

    pub fn radios(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, Control::Radios(choices))
    }

    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.values = vec![value.into()];
        self
    }

    /// Nothing where there is none.
    #[must_use]
    pub fn maybe(mut self, value: Option<impl Into<String>>) -> Self {
        self.values = value.map(Into::into).into_iter().collect();
        self
    }

    /// Several chosen answers, or a ticked checkbox: `["true"]`.
    #[must_use]
    pub fn values(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.values = values.into_iter().map(Into::into).collect();
        self
    }

    #[must_use]
    pub fn checked(self, checked: bool) -> Self {
        if checked { self.value("true") } else { self }
    }

    #[must_use]
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    #[must_use]
    pub fn attribute(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn short(mut self) -> Self {
        self.short = true;
        self
    }

    #[must_use]
    pub fn across(mut self) -> Self {
        self.across = true;
        self
    }

    #[must_use]
    pub fn autofocus(mut self) -> Self {
        self.autofocus = true;
        self
    }

    fn first_value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|chosen| chosen == value)
    }

    /// A password is never sent back.
    fn shown_value(&self) -> &str {
        if matches!(self.control, Control::Input("password")) {
            ""
        } else {
            self.first_value()
        }
    }

    /// Whether what is typed runs from left to right in every language.
    fn is_latin(&self) -> bool {
        matches!(self.control, Control::Input("email" | "tel" | "url" | "password"))
    }

    fn described_by(&self) -> String {
        let name = &self.name;
        match (self.hint.is_empty(), self.error.is_empty()) {
            (true, true) => String::new(),
            (false, true) => format!("{name}-hint"),
            (true, false) => format!("{name}-error"),
            (false, false) => format!("{name}-hint {name}-error"),
        }
    }

    /// The id that the error summary's link leads to: for several choices, that of the first.
    pub(super) fn target(&self) -> String {
        match &self.control {
            Control::Checkboxes(_) | Control::Radios(_) => format!("{}-1", self.name),
            _ => self.name.clone(),
        }
    }

    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }
}

impl HtmlSafe for Field {}
