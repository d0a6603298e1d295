//! Fields in groups with a few lines each, such as the days of a week with their hours.

use super::field::Field;

/// One group: a day.
#[derive(Clone, Debug)]
pub struct Group {
    pub label: String,
    pub lines: Vec<Line>,
    /// The button that asks for one more line, told apart by its name and value.
    pub add: (String, String, String),
}

/// One line: the fields that everybody needs, and the rest behind a disclosure.
#[derive(Clone, Debug)]
pub struct Line {
    pub hidden: (String, String),
    /// Beside each other; their labels are for those who do not see the line.
    pub fields: Vec<Field>,
    pub more_label: String,
    pub more: Vec<Field>,
}

impl Line {
    /// Whether what is behind the disclosure needs to be looked at.
    pub fn is_open(&self) -> bool {
        self.more.iter().any(|field| !field.error.is_empty())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().chain(&self.more)
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.fields.iter_mut().chain(&mut self.more)
    }
}
