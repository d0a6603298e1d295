//! What has been chosen so far, in a line with the way back to change it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::offered::Offered;
use super::wanted::Wanted;
use crate::http::locale::Locale;
use crate::pages::kit::Icon;

/// `‹ Dermatology check · 30 min · Dr Amara Okafor (change)`.
#[derive(Clone, Debug, Template)]
#[template(path = "book/summary.html")]
pub struct Summary {
    l: Locale,
    parts: Vec<String>,
    change: String,
}

impl Summary {
    /// `change` is where another service is chosen; empty where it cannot be.
    pub fn new(l: Locale, offered: &Offered, wanted: &Wanted, change: &str) -> Self {
        let service = &offered.service;
        let provider = match wanted.provider.and_then(|id| offered.provider(id)) {
            Some(provider) => provider.full_name(),
            None => match offered.providers.as_slice() {
                [only] => only.full_name(),
                _ => l.t("book-anyone"),
            },
        };
        Self {
            l,
            parts: vec![
                service.name_in(l.code()).to_owned(),
                l.minutes(service.duration_minutes),
                provider,
            ],
            change: change.to_owned(),
        }
    }

    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }
}

impl HtmlSafe for Summary {}
