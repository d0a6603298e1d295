//! Words in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text in several languages, by language tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(pub BTreeMap<String, String>);

impl Texts {
    /// In the language asked for, else in English, else in the first that there is.
    pub fn of(&self, language: &str) -> &str {
        let text = self.0.get(language).or_else(|| self.0.get("en"));
        text.or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    /// The translation into this language, else the organisation's own words.
    pub fn or<'a>(&'a self, own: &'a str, language: &str) -> &'a str {
        self.0.get(language).map_or(own, String::as_str)
    }

    /// All of it, to be found by.
    pub fn joined(&self) -> String {
        self.0.values().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}
