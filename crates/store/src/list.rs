//! One way to read every list: searched, sorted by a named column, in pages that start after a given record.

use kalends_domain::id::TenantId;
use kalends_domain::page::{Cursor, Page, PageRequest, SortValue};
use kalends_domain::text;
use uuid::Uuid;

use crate::bind::Bind;
use crate::error::{Result, StoreError};
use crate::tx::{Query, Record, Tx};
use crate::value::Instant;

/// A row of a list: what it is sorted by stands beside it, so that the next page knows where to start.
pub trait ListRow: Record {
    /// The row's own id.
    fn id(&self) -> Uuid;
    /// The value of the column that the list is sorted by.
    fn sort_value(&self, column: &str) -> SortValue;
}

/// A column that a list can be sorted by.
pub struct SortColumn {
    /// The name that callers use.
    pub name: &'static str,
    /// The SQL expression, over the table's alias.
    pub sql: &'static str,
    /// Instants compare as instants, everything else as text.
    pub instant: bool,
}

/// What is the same for every page of one list.
pub struct ListSpec<'s> {
    /// `SELECT … FROM … t WHERE t.tenant_id = $1`; further conditions and the order are appended.
    pub select: &'s str,
    /// The first one is the order when none is asked for.
    pub sorts: &'static [SortColumn],
    /// A folded text expression to search in.
    pub search: Option<&'static str>,
    /// The alias's `archived_at`, for lists that hide archived records.
    pub archived: Option<&'static str>,
}

/// A condition with what it compares to, such as `("t.location_id =", id)`.
pub struct Filter {
    condition: &'static str,
    values: Vec<Value>,
    set: bool,
}

type Value = Box<dyn FnOnce(Query<'_>) -> Query<'_> + Send>;

impl Filter {
    /// The placeholder goes where the `?` is, or at the end: `"t.kind ="`, `"t.id IN (SELECT … = ?)"`.
    pub fn new(condition: &'static str, value: impl Bind + Send + 'static) -> Self {
        Self {
            condition,
            values: vec![boxed(value)],
            set: false,
        }
    }

    /// The filter, if there is a value to filter by.
    pub fn optional<T: Bind + Send + 'static>(condition: &'static str, value: Option<T>) -> Option<Self> {
        value.map(|value| Self::new(condition, value))
    }

    /// `condition` has a `?` where the set goes, which may be empty: `"t.status IN ?"`.
    pub fn one_of<T: Bind + Send + 'static>(condition: &'static str, values: impl IntoIterator<Item = T>) -> Self {
        Self {
            condition,
            values: values.into_iter().map(boxed).collect(),
            set: true,
        }
    }

    /// The condition with its placeholders, from `$next` on.
    pub(crate) fn sql(&self, next: usize) -> String {
        if !self.set {
            let (before, after) = self.condition.split_once('?').unwrap_or((self.condition, ""));
            return format!("{before} ${next}{after}");
        }
        // PostgreSQL has no empty set.
        let set = match self.values.len() {
            0 => "(NULL)".to_owned(),
            count => {
                let placeholders: Vec<String> = (next..next + count).map(|at| format!("${at}")).collect();
                format!("({})", placeholders.join(", "))
            }
        };
        self.condition.replacen('?', &set, 1)
    }

    pub(crate) const fn placeholders(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn bind(self, query: Query<'_>) -> Query<'_> {
        self.values.into_iter().fold(query, |query, value| value(query))
    }
}

fn boxed(value: impl Bind + Send + 'static) -> Value {
    Box::new(move |query| query.bind(value))
}

/// Reads one page.
///
/// # Errors
/// [`StoreError::UnknownSort`] for a column that the list does not name, [`StoreError::NotInList`] for a search or archived
/// records where it has none, or what the database refused.
pub async fn page<R: ListRow>(
    tx: &mut Tx,
    tenant: TenantId,
    spec: &ListSpec<'_>,
    request: &PageRequest,
    filters: Vec<Filter>,
) -> Result<Page<R>> {
    let sort = match &request.sort {
        None => spec.sorts.first(),
        Some(name) => spec.sorts.iter().find(|column| column.name == name),
    }
    .ok_or_else(|| StoreError::UnknownSort(request.sort.clone().unwrap_or_default()))?;

    // What a list cannot do is refused: a search that finds everything would be believed.
    let words = patterns(request.search.as_deref());
    if spec.search.is_none() && !words.is_empty() {
        return Err(StoreError::NotInList("q"));
    }
    if spec.archived.is_none() && request.archived {
        return Err(StoreError::NotInList("archived"));
    }

    let mut sql = spec.select.to_owned();
    let mut next = 2;
    for filter in &filters {
        sql += &format!(" AND {}", filter.sql(next));
        next += filter.placeholders();
    }
    let mut placeholder = || {
        next += 1;
        next - 1
    };
    if let Some(column) = spec.archived {
        sql += &format!(
            " AND {column} IS {}",
            if request.archived { "NOT NULL" } else { "NULL" }
        );
    }
    if let Some(expression) = spec.search {
        for _ in &words {
            sql += &format!(" AND {expression} LIKE ${} ESCAPE '\\'", placeholder());
        }
    }
    let (beyond, direction) = if request.descending {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    if request.after.is_some() {
        sql += &format!(
            " AND ({}, t.id) {beyond} (${}, ${})",
            sort.sql,
            placeholder(),
            placeholder()
        );
    }
    let limit = request.limit();
    sql += &format!(
        " ORDER BY {} {direction}, t.id {direction} LIMIT {}",
        sort.sql,
        limit + 1
    );

    let mut query = tx.query_built(sql).bind(tenant);
    for filter in filters {
        query = filter.bind(query);
    }
    if spec.search.is_some() {
        for word in words {
            query = query.bind(word);
        }
    }
    if let Some(cursor) = &request.after {
        query = match (&cursor.value, sort.instant) {
            (SortValue::Text(text), false) => query.bind(text),
            (SortValue::Number(micros), true) => query.bind(
                jiff::Timestamp::from_microsecond(*micros).map_err(|_| StoreError::UnknownSort("cursor".into()))?,
            ),
            _ => return Err(StoreError::UnknownSort("cursor".into())),
        };
        query = query.bind(cursor.id);
    }
    let mut items: Vec<R> = query.all().await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|last| Cursor {
        value: last.sort_value(sort.name),
        id: last.id(),
    });
    Ok(Page { items, next })
}

/// Every word as a `LIKE` pattern, with the pattern's own signs taken literally.
fn patterns(search: Option<&str>) -> Vec<String> {
    text::search_words(search.unwrap_or_default())
        .into_iter()
        .map(|word| {
            let literal = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            format!("%{literal}%")
        })
        .collect()
}

/// An instant as a sort value.
pub fn instant(value: Instant) -> SortValue {
    SortValue::Number(value.0.as_microsecond())
}
