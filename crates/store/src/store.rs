//! The database behind one handle, embedded or PostgreSQL.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use kalends_domain::id::TenantId;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection as _, Executor as _};

use crate::change::postgres::Rush;
use crate::error::{Result, StoreError};
use crate::sqlite::writer::Writer;
use crate::tx::{Connection, Tx};

pub(crate) static POSTGRES_MIGRATIONS: Migrator = sqlx_macros::migrate!("../../migrations/postgres");
static SQLITE_MIGRATIONS: Migrator = sqlx_macros::migrate!("../../migrations/sqlite");

/// How long a statement waits for another process's write to the embedded database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Who is connected: the program that serves, bound by row-level security, or the owner, who is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// What `serve` and `worker` use: one tenant at a time.
    Server,
    /// What `migrate`, `verify`, `backup` and `restore` use: every row.
    Owner,
    /// The owner of a file that counts only once it is complete: commits to the embedded database do not wait for the disk.
    Filler,
}

/// A pool of connections to one database.
#[derive(Clone)]
pub struct Store {
    database: Database,
}

#[derive(Clone)]
enum Database {
    Postgres { pool: PgPool, rush: Rush },
    Sqlite { readers: SqlitePool, writer: Writer },
}

impl Store {
    /// Connects to `postgres://…` or `sqlite://PATH`; a missing SQLite file is created. The schema is left as it is.
    ///
    /// # Errors
    /// When the URL is of another kind or the database cannot be reached.
    pub async fn connect(url: &str, access: Access) -> Result<Self> {
        let database = if url.starts_with("postgres") {
            connect_postgres(url, access).await?
        } else {
            connect_sqlite(url, access).await?
        };
        Ok(Self { database })
    }

    /// A transaction that only reads, from one snapshot on SQLite.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn read(&self, tenant: TenantId) -> Result<Tx> {
        let connection = match &self.database {
            Database::Postgres { pool, .. } => Connection::Postgres(begin_postgres(pool, tenant).await?),
            Database::Sqlite { readers, .. } => Connection::SqliteRead(readers.begin().await?),
        };
        Ok(Tx { connection })
    }

    /// A transaction that writes.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin(&self, tenant: TenantId) -> Result<Tx> {
        let connection = match &self.database {
            Database::Postgres { pool, .. } => Connection::Postgres(begin_postgres(pool, tenant).await?),
            Database::Sqlite { writer, .. } => Connection::SqliteWrite(writer.turn().await?),
        };
        Ok(Tx { connection })
    }

    /// A reading transaction before the tenant is known: `tenants`, `tenant_hosts` and `signing_keys` only (see
    /// `tenants.rs` and `signing_keys.rs`); on PostgreSQL every other table is empty in it, unless the owner asks.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn read_untenanted(&self) -> Result<Tx> {
        let connection = match &self.database {
            // A reader of many tables (`verify`) needs them all as of one moment.
            Database::Postgres { pool, .. } => {
                Connection::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?)
            }
            Database::Sqlite { readers, .. } => Connection::SqliteRead(readers.begin().await?),
        };
        Ok(Tx { connection })
    }

    /// A writing transaction before the tenant is known: to make a tenant or a signing key.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin_untenanted(&self) -> Result<Tx> {
        let connection = match &self.database {
            Database::Postgres { pool, .. } => Connection::Postgres(pool.begin().await?),
            Database::Sqlite { writer, .. } => Connection::SqliteWrite(writer.turn().await?),
        };
        Ok(Tx { connection })
    }

    /// What writes changes on PostgreSQL; absent on SQLite, where they take turns.
    pub(crate) const fn rush(&self) -> Option<&Rush> {
        match &self.database {
            Database::Postgres { rush, .. } => Some(rush),
            Database::Sqlite { .. } => None,
        }
    }

    /// Answers whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        match &self.database {
            Database::Postgres { pool, .. } => pool.execute("SELECT 1").await.map(drop)?,
            Database::Sqlite { readers, .. } => readers.execute("SELECT 1").await.map(drop)?,
        }
        Ok(())
    }

    /// Whether every migration of this program has been made; a newer schema counts as one, so that nodes of two versions can
    /// work side by side.
    ///
    /// # Errors
    /// When the database is empty or out of reach.
    pub async fn is_current(&self) -> Result<bool> {
        let mut tx = self.read_untenanted().await?;
        let made: Vec<i64> = tx
            .query("SELECT version FROM _sqlx_migrations WHERE success")
            .scalars()
            .await?;
        let migrations = match &self.database {
            Database::Postgres { .. } => &POSTGRES_MIGRATIONS,
            Database::Sqlite { .. } => &SQLITE_MIGRATIONS,
        };
        Ok(migrations.iter().all(|migration| made.contains(&migration.version)))
    }

    /// Finishes open writes and closes every connection.
    ///
    /// # Errors
    /// When the embedded database cannot be closed in order.
    pub async fn close(&self) -> Result<()> {
        match &self.database {
            Database::Postgres { pool, .. } => pool.close().await,
            Database::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await?;
            }
        }
        Ok(())
    }
}

/// Brings the schema up to date; does nothing when it is. Several at once wait for each other.
///
/// # Errors
/// When the database is newer than this program, or a migration fails.
pub async fn migrate(url: &str) -> Result<()> {
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await?;
        POSTGRES_MIGRATIONS.run(&mut connection).await?;
        return Ok(connection.close().await?);
    }
    let mut connection = sqlite_options(url)?.connect().await?;
    SQLITE_MIGRATIONS.run(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Takes the schema back to the state after migration `version`; 0 leaves an empty database.
///
/// # Errors
/// When a migration fails.
pub async fn migrate_down(url: &str, version: i64) -> Result<()> {
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await?;
        POSTGRES_MIGRATIONS.undo(&mut connection, version).await?;
        return Ok(connection.close().await?);
    }
    let mut connection = sqlite_options(url)?.connect().await?;
    SQLITE_MIGRATIONS.undo(&mut connection, version).await?;
    Ok(connection.close().await?)
}

async fn connect_postgres(url: &str, access: Access) -> Result<Database> {
    let options = PgConnectOptions::from_str(url)?.application_name("kalends");
    let pool = PgPoolOptions::new()
        .max_connections(20)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if access == Access::Server {
                    connection
                        .execute("SET ROLE kalends_app; SET lock_timeout = '5s'; SET statement_timeout = '30s'")
                        .await?;
                }
                Ok(())
            })
        })
        .connect_with(options)
        .await?;
    Ok(Database::Postgres {
        rush: Rush::new(pool.clone()),
        pool,
    })
}

/// The tenant is set in the same round trip that opens the transaction.
async fn begin_postgres(pool: &PgPool, tenant: TenantId) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    // A UUID prints as hexadecimal digits and dashes only.
    Ok(pool
        .begin_with(AssertSqlSafe(format!("BEGIN; SET LOCAL kalends.tenant = '{tenant}'")))
        .await?)
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url)?;
    if let Some(folder) = options
        .get_filename()
        .parent()
        .filter(|folder| *folder != Path::new(""))
    {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::Database(sqlx::Error::Io(error)))?;
    }
    Ok(options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .optimize_on_close(true, None))
}

async fn connect_sqlite(url: &str, access: Access) -> Result<Database> {
    let mut options = sqlite_options(url)?;
    if access == Access::Filler {
        options = options.synchronous(SqliteSynchronous::Off);
    }
    // The writer first: it creates the file and sets the journal mode.
    let writer: SqliteConnection = options.connect().await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "ON").optimize_on_close(false, None))
        .await?;
    Ok(Database::Sqlite {
        readers,
        writer: Writer::new(writer),
    })
}
