//! What every list understands, beside its own filters: `limit`, `cursor`, `q`, `sort`, `order`, `archived`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kalends_app::error::AppError;
use kalends_domain::page::{Cursor, MAX_LIMIT, Page, PageRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::params::read;
use crate::http::problem::Failure;

/// The parameters that all lists share.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// At most so many records, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Words that must all occur.
    pub q: Option<String>,
    /// The column to sort by.
    pub sort: Option<String>,
    #[param(inline)]
    pub order: Option<Order>,
    /// Archived records instead of current ones.
    #[serde(default)]
    #[param(required = false)]
    pub archived: bool,
}

/// The direction of a sorted list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Asc,
    Desc,
}

/// Filters for lists that have none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilters {}

/// The request for a page, with the list's own filters `F` (`deny_unknown_fields`).
pub struct Listing<F> {
    pub page: PageRequest,
    pub filters: F,
}

impl<S: Send + Sync, F: DeserializeOwned> FromRequestParts<S> for Listing<F> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        const SHARED: [&str; 6] = ["limit", "cursor", "q", "sort", "order", "archived"];
        let query = parts.uri.query().unwrap_or_default();
        let (shared, own): (Vec<_>, Vec<_>) = query
            .split('&')
            .partition(|pair| SHARED.contains(&pair.split('=').next().unwrap_or_default()));
        let page = page_request(read(&shared.join("&"))?)?;
        Ok(Self {
            page,
            filters: read(&own.join("&"))?,
        })
    }
}

/// The request for a page, from its parameters.
///
/// # Errors
/// A limit out of range, or a cursor that did not come from a list.
pub fn page_request(params: ListParams) -> Result<PageRequest, AppError> {
    if params.limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
        return Err(AppError::field("limit", "out-of-range"));
    }
    let after = params
        .cursor
        .map(|text| decode(&text).ok_or_else(|| AppError::field("cursor", "malformed")))
        .transpose()?;
    Ok(PageRequest {
        limit: params.limit.unwrap_or_default(),
        after,
        sort: params.sort,
        descending: params.order == Some(Order::Desc),
        search: params.q,
        archived: params.archived,
    })
}

/// A cursor as it stands in answers and addresses.
pub fn encode(cursor: &Cursor) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::json!(cursor).to_string())
}

fn decode(text: &str) -> Option<Cursor> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let cursor: Cursor = serde_json::from_slice(&json).ok()?;
    // PostgreSQL has no text with NUL in it.
    let text = serde_json::to_string(&cursor).ok()?;
    (!text.contains("\\u0000")).then_some(cursor)
}

/// A page of a list as it is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListAnswer<T> {
    pub items: Vec<T>,
    /// Where the next page starts; null on the last one.
    pub next_cursor: Option<String>,
}

impl<T> ListAnswer<T> {
    /// The page, each record as its view.
    pub fn new<R>(page: Page<R>, view: impl FnMut(R) -> T) -> Self {
        let next_cursor = page.next.as_ref().map(encode);
        Self {
            items: page.items.into_iter().map(view).collect(),
            next_cursor,
        }
    }
}
