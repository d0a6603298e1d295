//! What a form sent, made into what a use case takes. What cannot be read is noted beside its field.

use std::str::FromStr;

use kalends_app::error::{AppError, FieldError, Result};

use crate::pages::kit::Submitted;
use crate::pages::price::read_price;

/// Reads a form field by field and collects what is not readable.
pub struct Reading<'s> {
    submitted: &'s Submitted,
    errors: Vec<FieldError>,
}

impl<'s> Reading<'s> {
    pub const fn of(submitted: &'s Submitted) -> Self {
        Self {
            submitted,
            errors: Vec::new(),
        }
    }

    /// A line as it was typed.
    pub fn text(&self, name: &str) -> String {
        self.submitted.get(name).to_owned()
    }

    /// A line, or nothing where it is blank.
    pub fn maybe(&self, name: &str) -> Option<String> {
        self.submitted.some(name)
    }

    /// Whether a box was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.submitted.is_checked(name)
    }

    /// A number, date or choice, or nothing where it is blank.
    pub fn parsed<T: FromStr>(&mut self, name: &str, code: &'static str) -> Option<T> {
        let text = self.submitted.some(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.errors.push(FieldError {
                pointer: format!("/{name}"),
                code,
                params: Vec::new(),
            });
        }
        value
    }

    /// A whole number, or nothing where it is blank.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        self.parsed(name, "not-a-number")
    }

    /// A whole number that must be there.
    pub fn required_number(&mut self, name: &str) -> Option<i64> {
        if self.submitted.some(name).is_none() {
            self.errors.push(FieldError {
                pointer: format!("/{name}"),
                code: "required",
                params: Vec::new(),
            });
        }
        self.number(name)
    }

    /// A price, in the smallest unit of its currency, or nothing where it is blank.
    pub fn price(&mut self, name: &str, currency: Option<&str>) -> Option<i64> {
        let text = self.submitted.some(name)?;
        let minor = read_price(currency, &text);
        if minor.is_none() {
            self.errors.push(FieldError {
                pointer: format!("/{name}"),
                code: "not-a-price",
                params: Vec::new(),
            });
        }
        minor
    }

    /// The chosen records. What was not offered as a choice is left to the use case to refuse.
    pub fn chosen<T: FromStr>(&mut self, name: &str) -> Vec<T> {
        self.submitted
            .all(name)
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect()
    }

    /// Succeeds when everything was readable.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with all that was not.
    pub fn finish(self) -> Result<()> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(AppError::Invalid(self.errors))
        }
    }
}
