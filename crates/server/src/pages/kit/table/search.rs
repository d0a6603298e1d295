//! What a list's address asks for. Whatever a list does not know, and whatever is not readable, is passed over: an old
//! link should still open its page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kalends_domain::page::PageRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::http::list::{ListParams, Order, page_request};

/// An extractor: the path, and the pairs of its query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Search {
    /// From a path with its query.
    pub fn of(path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pairs = query
            .split('&')
            .filter_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                Some((decoded(name), decoded(value)))
            })
            .filter(|(name, value)| !value.is_empty() && name != "lang")
            .collect();
        Self {
            path: path.to_owned(),
            pairs,
        }
    }

    /// The path without its query: where a search form goes.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its pairs, in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A parameter; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// A parameter, or none.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// The searched words.
    pub fn q(&self) -> &str {
        self.get("q")
    }

    pub fn sort(&self) -> Option<&str> {
        self.some("sort")
    }

    pub fn descending(&self) -> bool {
        self.get("order") == "desc"
    }

    /// Whether archived records are asked for.
    pub fn archived(&self) -> bool {
        self.get("archived") == "true"
    }

    /// The same address with other parameters; an empty value takes one away.
    pub fn with(&self, changes: &[(&str, &str)]) -> String {
        let kept = self
            .pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        let added = changes.iter().copied().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = kept
            .chain(added)
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, query.join("&"))
        }
    }

    /// What the list's use case takes. A cursor that is not readable begins from the start.
    pub fn request(&self) -> PageRequest {
        let params = |cursor| ListParams {
            limit: Some(25),
            cursor,
            q: self.some("q").map(str::to_owned),
            sort: self.sort().map(str::to_owned),
            order: self.descending().then_some(Order::Desc),
            archived: self.archived(),
        };
        page_request(params(self.some("cursor").map(str::to_owned)))
            .or_else(|_| page_request(params(None)))
            .unwrap_or_default()
    }

    /// The pairs that a search form must keep, beside what it asks for itself.
    pub(super) fn kept(&self, asked: &[&str]) -> Vec<(&str, &str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| !asked.contains(name) && !["q", "cursor"].contains(name))
            .collect()
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

/// What a query may not have as it is. Dates, ids and times stay readable.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b':')
    .remove(b',');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

impl<S: Sync> FromRequestParts<S> for Search {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.path_and_query().map_or("/", |path| path.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::Search;

    #[test]
    fn an_address_changes_only_where_it_is_told_to() {
        let search = Search::of("/admin/patients?q=Zo%C3%AB+M&sort=name&lang=ar&cursor=x&empty=");
        assert_eq!(search.q(), "Zoë M");
        assert_eq!(
            search.with(&[("order", "desc"), ("cursor", "")]),
            "/admin/patients?q=Zo%C3%AB%20M&sort=name&order=desc"
        );
        assert_eq!(
            search.with(&[("q", ""), ("sort", ""), ("cursor", "")]),
            "/admin/patients"
        );
    }

    #[test]
    fn a_request_is_made_of_anything() {
        let request = Search::of("/a?cursor=%ff&sort=name&order=desc").request();
        assert!(request.descending);
        assert!(request.after.is_none());
    }
}
