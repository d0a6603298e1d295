//! Icons from lucide. The build collects the names from the sources into one sprite, so each must be written out in an
//! `Icon("…")` or `page.icon("…")`.

use std::fmt;

use askama::filters::HtmlSafe;
use kalends_assets::url;

/// An icon beside a word that says the same; screen readers pass over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(pub &'static str);

impl Icon {
    /// Arrows and chevrons point along the line of text, and turn round in a right-to-left language.
    fn is_mirrored(self) -> bool {
        ["arrow-left", "arrow-right", "chevron-left", "chevron-right", "log-out"].contains(&self.0)
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, sprite) = (self.0, url("icons.svg"));
        let mirror = if self.is_mirrored() { " icon-mirror" } else { "" };
        write!(
            f,
            r##"<svg class="icon{mirror}" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"##
        )
    }
}

impl HtmlSafe for Icon {}
