//! One transaction of one tenant, and the statements in it.

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Decode, FromRow, SqlSafeStr, SqlStr, Type};

use crate::bind::{Args, Bind};
use crate::error::Result;
use crate::sqlite::writer::Turn;

/// A transaction. On PostgreSQL it sees one tenant's rows only; dropped without a commit, it is rolled back.
pub struct Tx {
    pub(crate) connection: Connection,
}

pub(crate) enum Connection {
    Postgres(sqlx::Transaction<'static, Postgres>),
    SqliteRead(sqlx::Transaction<'static, Sqlite>),
    SqliteWrite(Turn),
}

/// A row struct that both databases can fill: `#[derive(sqlx::FromRow)]`.
pub trait Record: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}

/// A single value that both databases can fill.
pub trait Scalar:
    for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite> + Send + Unpin
{
}
impl<T> Scalar for T where
    T: for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite> + Send + Unpin
{
}

impl Tx {
    /// A statement with `$1`-style placeholders, the same text for both databases.
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        self.statement(sql.into_sql_str())
    }

    /// A statement put together at run time, from constants only: values are bound, never written into the text.
    pub(crate) fn query_built(&mut self, sql: String) -> Query<'_> {
        self.statement(AssertSqlSafe(sql).into_sql_str())
    }

    fn statement(&mut self, sql: SqlStr) -> Query<'_> {
        let args = match self.connection {
            Connection::Postgres(_) => Args::Postgres(PgArguments::default()),
            Connection::SqliteRead(_) | Connection::SqliteWrite(_) => Args::Sqlite(SqliteArguments::default()),
        };
        Query {
            tx: self,
            sql,
            args: Ok(args),
        }
    }

    /// Whether this transaction is on PostgreSQL, for the few statements that differ.
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.connection, Connection::Postgres(_))
    }

    /// Makes everything that was written durable. When this returns, it is on disk.
    ///
    /// # Errors
    /// When the database cannot commit; then nothing was written.
    pub async fn commit(self) -> Result<()> {
        match self.connection {
            Connection::Postgres(tx) => Ok(tx.commit().await?),
            Connection::SqliteRead(tx) => Ok(tx.commit().await?),
            Connection::SqliteWrite(turn) => turn.commit().await,
        }
    }

    /// Undoes what was written. When this returns, all that the transaction saw is durable and every reader sees it: a refusal
    /// is no truer than what refuses.
    ///
    /// # Errors
    /// When the database cannot commit what the transaction saw.
    pub async fn undo(self) -> Result<()> {
        match self.connection {
            Connection::Postgres(tx) => Ok(tx.rollback().await?),
            Connection::SqliteRead(tx) => Ok(tx.rollback().await?),
            Connection::SqliteWrite(turn) => turn.undo().await,
        }
    }
}

/// A statement being put together.
pub struct Query<'t> {
    tx: &'t mut Tx,
    sql: SqlStr,
    args: std::result::Result<Args, BoxDynError>,
}

/// Runs `$call` on the connection at hand with the arguments in that connection's form.
macro_rules! run {
    ($self:ident, |$args:ident, $connection:ident| $call:expr) => {{
        let args = $self.args.map_err(sqlx::Error::Encode)?;
        match (&mut $self.tx.connection, args) {
            (Connection::Postgres(tx), Args::Postgres($args)) => {
                let $connection = &mut **tx;
                Ok($call?)
            }
            (Connection::SqliteRead(tx), Args::Sqlite($args)) => {
                let $connection = &mut **tx;
                Ok($call?)
            }
            (Connection::SqliteWrite(turn), Args::Sqlite($args)) => {
                let $connection = turn.connection();
                Ok($call?)
            }
            _ => Err(sqlx::Error::Protocol("arguments of another database".into()).into()),
        }
    }};
}

impl Query<'_> {
    /// The value of the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: impl Bind) -> Self {
        if let Ok(args) = &mut self.args
            && let Err(error) = value.bind(args)
        {
            self.args = Err(error);
        }
        self
    }

    /// Runs the statement and counts the rows that it changed.
    ///
    /// # Errors
    /// What the database refused.
    pub async fn execute(self) -> Result<u64> {
        run!(self, |args, connection| {
            sqlx::query_with(self.sql, args)
                .execute(connection)
                .await
                .map(|done| done.rows_affected())
        })
    }

    /// Every row.
    ///
    /// # Errors
    /// What the database refused, or a row that does not parse.
    pub async fn all<R: Record>(self) -> Result<Vec<R>> {
        run!(self, |args, connection| sqlx::query_as_with(self.sql, args)
            .fetch_all(connection)
            .await)
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// What the database refused, or a row that does not parse.
    pub async fn optional<R: Record>(self) -> Result<Option<R>> {
        run!(self, |args, connection| sqlx::query_as_with(self.sql, args)
            .fetch_optional(connection)
            .await)
    }

    /// The first column of every row.
    ///
    /// # Errors
    /// What the database refused, or a value that does not parse.
    pub async fn scalars<T: Scalar>(self) -> Result<Vec<T>> {
        run!(self, |args, connection| sqlx::query_scalar_with(self.sql, args)
            .fetch_all(connection)
            .await)
    }

    /// The one value of the one row.
    ///
    /// # Errors
    /// What the database refused, or that there is no such row.
    pub async fn scalar<T: Scalar>(self) -> Result<T> {
        run!(self, |args, connection| sqlx::query_scalar_with(self.sql, args)
            .fetch_one(connection)
            .await)
    }
}
