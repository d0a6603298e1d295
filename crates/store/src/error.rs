//! What the database refused, by name.

use kalends_domain::allocation::Whose;
use kalends_domain::rule::Rule;

/// Why a read or a write did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A record with the same unique value exists.
    #[error("a record of {table} with this value exists")]
    Unique { table: String },
    /// A record that is referred to does not exist in this tenant, or is still referred to.
    #[error("a record that is referred to is missing")]
    ForeignKey,
    /// The time is taken.
    #[error("the time of the {0} is taken")]
    Taken(Whose),
    /// The provider is open then already.
    #[error("openings of one provider overlap")]
    Overlap,
    /// The opening was removed, shortened or closed.
    #[error("the opening is no longer open for this time")]
    OpeningGone,
    /// The record was changed since it was read.
    #[error("the record has another version by now")]
    Stale,
    /// The hold was used, released or has expired.
    #[error("the hold is gone")]
    HoldGone,
    /// The ticket was revoked or has expired.
    #[error("the ticket is gone")]
    TicketGone,
    /// The person keeps as many holds as they may.
    #[error("there are too many holds of one person")]
    TooManyHolds,
    /// There would be more appointments than may be, by this rule.
    #[error("the limit {0} is reached")]
    LimitReached(Rule),
    /// Two transactions waited for each other; trying again may succeed.
    #[error("two changes met; this one was rolled back")]
    Conflict,
    /// A list was asked to sort by something that it cannot.
    #[error("cannot sort by {0}")]
    UnknownSort(String),
    /// A list was asked for what it does not have, by the parameter's name.
    #[error("this list has no {0}")]
    NotInList(&'static str),
    /// A stored value that does not parse.
    #[error("{table}.{column} of {row} is not readable: {value}")]
    Corrupt {
        table: &'static str,
        column: &'static str,
        row: String,
        value: String,
    },
    /// The schema is not the one this program was built for.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database failed or is out of reach.
    #[error("database: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(cause) = error.as_database_error() else {
            return Self::Database(error);
        };
        let code = cause.code().unwrap_or_default().into_owned();
        let message = cause.message();
        match code.as_str() {
            // Raised by apply_change, see migrations/postgres/0006_guard.up.sql.
            "KL001" => match message.parse() {
                Ok(whose) => Self::Taken(whose),
                Err(_) => Self::Database(error),
            },
            "KL007" => match message.parse() {
                Ok(rule) => Self::LimitReached(rule),
                Err(_) => Self::Database(error),
            },
            "KL002" => Self::OpeningGone,
            "KL003" => Self::Stale,
            "KL004" => Self::HoldGone,
            "KL008" => Self::TicketGone,
            "KL005" => Self::TooManyHolds,
            "23505" => Self::Unique {
                table: cause.table().unwrap_or_default().to_owned(),
            },
            "23503" | "787" => Self::ForeignKey,
            // The constraint of `openings`; allocations are inserted with ON CONFLICT DO NOTHING.
            "23P01" => Self::Overlap,
            // A trigger's RAISE.
            "1811" if message == "openings_no_overlap" => Self::Overlap,
            "40P01" | "40001" => Self::Conflict,
            "2067" | "1555" => Self::Unique {
                table: sqlite_table(message),
            },
            _ => Self::Database(error),
        }
    }
}

/// The table in SQLite's "UNIQUE constraint failed: users.tenant_id, users.email_key" or "… index 'users_name'".
fn sqlite_table(message: &str) -> String {
    let (_, subject) = message.rsplit_once("failed: ").unwrap_or_default();
    let name = subject.trim_start_matches("index '");
    let end = if subject.starts_with("index") {
        name.rfind('_')
    } else {
        name.find('.')
    };
    name[..end.unwrap_or(name.len())].to_owned()
}

/// The outcome of a store function.
pub type Result<T> = std::result::Result<T, StoreError>;
