//! A step on the way back up from a page.

/// A link of the breadcrumbs; the page itself is not among them.
#[derive(Clone, Debug)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}
