//! Named rules for fields. Each refusal is a code; its text stands in the catalogues as `error-<code>`.

use kalends_domain::time::Zone;

use crate::error::{AppError, FieldError, Result};

/// Collects every field that breaks a rule, so that a form shows them all at once.
#[derive(Debug, Default)]
pub struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    /// Notes that `field` breaks rule `code`.
    pub fn fail(&mut self, field: &str, code: &'static str) {
        self.fail_with(field, code, Vec::new());
    }

    /// Notes that `field` breaks rule `code`, with what its text needs.
    pub fn fail_with(&mut self, field: &str, code: &'static str, params: Vec<(&'static str, String)>) {
        self.errors.push(FieldError {
            pointer: format!("/{field}"),
            code,
            params,
        });
    }

    /// A single line that must be there: trimmed, 1 to `max` characters, without control characters.
    pub fn line(&mut self, field: &str, text: &str, max: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.fail(field, "required");
        }
        self.text(field, text, max, false);
        text.to_owned()
    }

    /// A single line that may be left out; blank counts as absent.
    pub fn optional_line(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<String> {
        self.optional(field, text, max, false)
    }

    /// Several lines that may be left out; blank counts as absent.
    pub fn optional_lines(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<String> {
        self.optional(field, text, max, true)
    }

    fn optional(&mut self, field: &str, text: Option<&str>, max: usize, lines: bool) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        self.text(field, text, max, lines);
        Some(text.to_owned())
    }

    fn text(&mut self, field: &str, text: &str, max: usize, lines: bool) {
        if text.chars().count() > max {
            self.fail_with(field, "too-long", vec![("max", max.to_string())]);
        }
        if text
            .chars()
            .any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t')))
        {
            self.fail(field, "control-characters");
        }
    }

    /// A whole number between `min` and `max`, both included.
    pub fn number(&mut self, field: &str, value: i64, min: i64, max: i64) -> i32 {
        if !(min..=max).contains(&value) {
            self.fail_with(
                field,
                "out-of-range",
                vec![("min", min.to_string()), ("max", max.to_string())],
            );
        }
        i32::try_from(value).unwrap_or_default()
    }

    /// An e-mail address as it is written, without the space around it.
    pub fn email(&mut self, field: &str, text: &str) -> String {
        let text = self.line(field, text, 254);
        if !text.is_empty() && garde::rules::email::parse_email(&text).is_err() {
            self.fail(field, "not-an-email");
        }
        text
    }

    /// An IANA time zone, as the database spells it.
    pub fn time_zone(&mut self, field: &str, text: &str) -> String {
        let text = self.line(field, text, 64);
        match Zone::new(&text) {
            Ok(zone) => return zone.name().to_owned(),
            Err(_) if text.is_empty() => {}
            Err(_) => self.fail(field, "unknown-zone"),
        }
        text
    }

    /// Succeeds when every field kept its rules.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with all that did not.
    pub fn finish(self) -> Result<()> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(AppError::Invalid(self.errors))
        }
    }
}
