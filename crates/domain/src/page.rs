//! Lists in pages: what is asked for, and what comes back with the place where the next page starts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most records that one page may have.
pub const MAX_LIMIT: u32 = 200;

/// The place after which the next page starts: the last record's sort value and id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "v")]
    pub value: SortValue,
    #[serde(rename = "i")]
    pub id: Uuid,
}

/// What a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortValue {
    #[serde(rename = "t")]
    Text(String),
    /// An instant, or a plain number.
    #[serde(rename = "n")]
    Number(i64),
}

/// Which records, from where and in which order.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// At most so many records; 0 and anything above [`MAX_LIMIT`] mean the default of 50 and the maximum.
    pub limit: u32,
    pub after: Option<Cursor>,
    /// The name of a sortable column; an unknown one is refused by the list.
    pub sort: Option<String>,
    pub descending: bool,
    /// Words that must all occur in the record's searchable text.
    pub search: Option<String>,
    /// Archived records instead of current ones.
    pub archived: bool,
}

impl PageRequest {
    /// The number of records to return, between 1 and [`MAX_LIMIT`].
    pub fn limit(&self) -> u32 {
        if self.limit == 0 { 50 } else { self.limit.min(MAX_LIMIT) }
    }
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page starts; absent on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}
