//! Named rules for fields. Each refusal is a code; its text stands in the catalogues as `error-<code>`.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use kalends_domain::text::fold;
use kalends_domain::texts::Texts;
use kalends_domain::time::Zone;

use crate::error::{AppError, FieldError, Result};
use crate::settings::LANGUAGES;

/// The longest name, in characters.
pub const NAME_MAX: usize = 120;
/// The longest description.
pub const DESCRIPTION_MAX: usize = 2_000;
/// The longest notes about a person.
pub const NOTES_MAX: usize = 10_000;
/// The largest cap on a day or a week.
pub const CAP_MAX: i64 = 10_000;
/// The longest kind of resource.
pub const KIND_MAX: usize = 60;

/// The fewest and the most digits of a telephone number.
const PHONE_DIGITS: RangeInclusive<usize> = 5..=20;
/// Nobody alive was born before.
const EARLIEST_BIRTH: Date = jiff::civil::date(1900, 1, 1);

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
        let pointer = format!("/{field}");
        // A field that is checked by two records is told of once.
        if !self.errors.iter().any(|it| it.pointer == pointer && it.code == code) {
            self.errors.push(FieldError { pointer, code, params });
        }
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

    /// A name in `value`: replaced when there is a new one, and never blank.
    pub fn name(&mut self, field: &str, new: Option<String>, value: &mut String) {
        if new.is_some() || value.is_empty() {
            *value = self.line(field, new.as_deref().unwrap_or_default(), NAME_MAX);
        }
    }

    /// Translations into the languages of the pages, each read as the words themselves are: one that is blank is none.
    pub fn translations(
        &mut self,
        field: &str,
        new: Texts,
        max: usize,
        read: fn(&mut Self, &str, Option<&str>, usize) -> Option<String>,
    ) -> Texts {
        let mut all = Texts::default();
        for (language, text) in new.0 {
            let at = format!("{field}/{language}");
            if !LANGUAGES.contains(&language.as_str()) {
                self.fail(&at, "unknown-language");
            } else if let Some(text) = read(self, &at, Some(&text), max) {
                all.0.insert(language, text);
            }
        }
        all
    }

    /// A whole number in `value`, replaced when there is a new one.
    pub fn set_number(&mut self, field: &str, new: Option<i64>, range: RangeInclusive<i64>, value: &mut i32) {
        if let Some(new) = new {
            *value = self.number(field, new, *range.start(), *range.end());
        }
    }

    /// A whole number in `value` that may be absent, replaced or cleared when there is a new one.
    pub fn set_optional_number(
        &mut self,
        field: &str,
        new: Option<Option<i64>>,
        range: RangeInclusive<i64>,
        value: &mut Option<i32>,
    ) {
        if let Some(new) = new {
            *value = new.map(|new| self.number(field, new, *range.start(), *range.end()));
        }
    }

    /// A telephone number that may be left out: in the international form if it is one, otherwise as it is written, since a
    /// national number means nothing without its country. Digits, spaces and `+ - ( ) . /`, with 5 to 20 digits.
    pub fn optional_phone(&mut self, field: &str, text: Option<&str>) -> Option<String> {
        let text = fold(text?);
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let plain = text.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
        if !plain || !PHONE_DIGITS.contains(&digits) || text.chars().skip(1).any(|c| c == '+') {
            self.fail(field, "not-a-phone-number");
            return None;
        }
        let international = text.starts_with('+').then(|| phonenumber::parse(None, text));
        match international {
            Some(Ok(number)) if number.is_valid() => Some(number.format().mode(phonenumber::Mode::E164).to_string()),
            _ => Some(text.to_owned()),
        }
    }

    /// A language tag (BCP 47) that may be left out: `de`, `pt-BR`, `zh-Hans`.
    pub fn optional_language(&mut self, field: &str, text: Option<&str>) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        let well_formed = (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_alphabetic())
            && text.len() <= 35
            && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !well_formed {
            self.fail(field, "not-a-language");
        }
        Some(text.to_owned())
    }

    /// A birth date: not before 1900, and not after today, wherever it is latest.
    pub fn birth_date(&mut self, field: &str, date: Date, now: Timestamp) -> Date {
        let today = Offset::constant(14).to_datetime(now).date();
        if date < EARLIEST_BIRTH {
            self.fail(field, "too-early");
        } else if date > today {
            self.fail(field, "in-the-future");
        }
        date
    }

    /// Whether every field kept its rules so far.
    pub const fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// An instant on the minute.
    pub fn whole_minutes(&mut self, field: &str, instant: jiff::Timestamp) {
        if instant.as_nanosecond() % 60_000_000_000 != 0 {
            self.fail(field, "whole-minutes");
        }
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
