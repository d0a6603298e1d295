//! Reads what a form of the calendar sent into dates and times, noting each answer that is none.

use jiff::civil::Date;
use kalends_app::error::FieldError;
use kalends_domain::opening::PublishMode;
use kalends_domain::time::{Interval, LocalTime, Month};

use crate::pages::kit::Submitted;

/// The answers of one form.
pub struct Answers<'a> {
    submitted: &'a Submitted,
    errors: Vec<FieldError>,
}

impl<'a> Answers<'a> {
    pub fn of(submitted: &'a Submitted) -> Self {
        Self {
            submitted,
            errors: Vec::new(),
        }
    }

    /// What could not be read; nothing if all of it could.
    pub fn errors(self) -> Vec<FieldError> {
        self.errors
    }

    /// Notes that a field breaks a rule.
    pub fn fail(&mut self, name: &str, code: &'static str, params: Vec<(&'static str, String)>) {
        self.errors.push(FieldError {
            pointer: format!("/{name}"),
            code,
            params,
        });
    }

    pub fn time(&mut self, name: &str) -> Option<LocalTime> {
        self.required(name, "malformed", |text| text.parse().ok())
    }

    pub fn date(&mut self, name: &str) -> Option<Date> {
        self.required(name, "malformed", |text| text.parse().ok())
    }

    pub fn month(&mut self, name: &str) -> Option<Month> {
        self.required(name, "malformed", |text| text.parse().ok())
    }

    /// How far apart starts are.
    pub fn interval(&mut self, name: &str) -> Option<Interval> {
        let minutes = self.submitted.parsed::<u32>(name);
        let interval = minutes.and_then(|minutes| Interval::new(minutes).ok());
        if interval.is_none() {
            let limits = vec![
                ("min", Interval::SHORTEST.to_string()),
                ("max", Interval::LONGEST.to_string()),
            ];
            self.fail(name, "out-of-range", limits);
        }
        interval
    }

    /// Who may book; everybody where nothing is said.
    pub fn publish_mode(&self, name: &str) -> PublishMode {
        self.submitted.parsed(name).unwrap_or(PublishMode::Online)
    }

    fn required<T>(&mut self, name: &str, code: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let Some(text) = self.submitted.some(name) else {
            self.fail(name, "required", Vec::new());
            return None;
        };
        let value = read(&text);
        if value.is_none() {
            self.fail(name, code, Vec::new());
        }
        value
    }
}
