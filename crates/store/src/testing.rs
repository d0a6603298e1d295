//! A real database for a test: a migrated template made once, cloned for each test.

pub mod clinic;
pub mod rows;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection as _, Executor as _};
use uuid::Uuid;

use crate::store::{Access, POSTGRES_MIGRATIONS, Store, migrate};

/// What a test returns, so that it can use `?` on everything.
pub type TestResult<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The two databases that every test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database of one test, which goes with it: hundreds of them would fill the disk.
pub struct TestDatabase {
    /// What `--database-url` takes.
    pub url: String,
    kind: Kind,
    _folder: tempfile::TempDir,
}

impl Drop for TestDatabase {
    /// The wish is best effort, so that a test that failed shows its own fault: the cluster goes after the run anyway.
    fn drop(&mut self) {
        if self.kind == Kind::Postgres {
            let url = std::mem::take(&mut self.url);
            // A thread of its own, because the test's runtime cannot be waited for from within.
            let _ = std::thread::spawn(move || drop(remove(&url))).join();
        }
    }
}

impl TestDatabase {
    /// A fresh, migrated, empty database.
    ///
    /// # Errors
    /// When `KALENDS_TEST_POSTGRES` is missing (run tests through `scripts/with-postgres`) or the server is out of reach.
    pub async fn create(kind: Kind) -> std::result::Result<Self, Box<dyn std::error::Error>> {
        match kind {
            Kind::Sqlite => {
                let database = Self::empty(kind).await?;
                migrate(&database.url).await?;
                Ok(database)
            }
            Kind::Postgres => Ok(Self {
                url: clone_template().await?,
                kind,
                _folder: tempfile::tempdir()?,
            }),
        }
    }

    /// A database on which no migration has run; of an embedded one not even the file is there.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub async fn empty(kind: Kind) -> std::result::Result<Self, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("kalends.db").display()),
            Kind::Postgres => copy(&test_server()?, "template0").await?,
        };
        Ok(Self {
            url,
            kind,
            _folder: folder,
        })
    }

    /// Connects as the server does.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn store(&self) -> crate::error::Result<Store> {
        Store::connect(&self.url, Access::Server).await
    }
}

/// The PostgreSQL server of this run.
#[expect(clippy::disallowed_methods, reason = "a test finds its server in the environment")]
fn test_server() -> std::result::Result<PgConnectOptions, Box<dyn std::error::Error>> {
    let admin = std::env::var("KALENDS_TEST_POSTGRES")
        .map_err(|_| "KALENDS_TEST_POSTGRES is not set: run the tests through scripts/with-postgres")?;
    Ok(admin.parse()?)
}

/// The URL of a new clone of the migrated template.
async fn clone_template() -> std::result::Result<String, Box<dyn std::error::Error>> {
    let options = test_server()?;
    let template = template_name();
    let mut connection = options.clone().connect().await?;
    // Several test processes start at once: one makes the template, the others wait.
    connection.execute("SELECT pg_advisory_lock(7265)").await?;
    let made: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
        .bind(&template)
        .fetch_one(&mut connection)
        .await?;
    if !made {
        let draft = "kalends_template_draft";
        execute(&mut connection, format!("DROP DATABASE IF EXISTS {draft}")).await?;
        execute(&mut connection, format!("CREATE DATABASE {draft}")).await?;
        migrate(options.clone().database(draft).to_url_lossy().as_str()).await?;
        execute(&mut connection, format!("ALTER DATABASE {draft} RENAME TO {template}")).await?;
    }
    connection.execute("SELECT pg_advisory_unlock(7265)").await?;
    connection.close().await?;
    copy(&options, &template).await
}

/// The URL of a new database, made from that one.
#[expect(clippy::disallowed_methods, reason = "its name must be its own")]
async fn copy(options: &PgConnectOptions, template: &str) -> std::result::Result<String, Box<dyn std::error::Error>> {
    let mut connection = options.clone().connect().await?;
    let name = format!("kalends_test_{}", Uuid::new_v4().simple());
    execute(&mut connection, format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
    connection.close().await?;
    Ok(options.clone().database(&name).to_url_lossy().to_string())
}

/// Removes the database at that address, whoever is still connected to it.
fn remove(url: &str) -> TestResult {
    let options: PgConnectOptions = url.parse()?;
    let name = options.get_database().ok_or("a database has a name")?.to_owned();
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let mut connection = test_server()?.connect().await?;
            execute(&mut connection, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            Ok(connection.close().await?)
        })
}

/// A name of its own for each state of the migrations, so that a server that outlives a change never serves an old schema.
fn template_name() -> String {
    let mut hasher = DefaultHasher::new();
    for migration in POSTGRES_MIGRATIONS.iter() {
        migration.checksum.hash(&mut hasher);
    }
    format!("kalends_template_{:016x}", hasher.finish())
}

async fn execute(connection: &mut PgConnection, sql: String) -> std::result::Result<(), sqlx::Error> {
    connection.execute(AssertSqlSafe(sql)).await.map(drop)
}

/// Declares a test that runs on both databases: `on_both! { async fn name(database: TestDatabase) { … Ok(()) } }`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident: TestDatabase) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, clippy::wildcard_imports, clippy::allow_attributes, reason = "the body sees what its file imports")]
            use super::*;

            async fn run($database: $crate::testing::TestDatabase) -> $crate::testing::TestResult $body

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() -> $crate::testing::TestResult {
                run($crate::testing::TestDatabase::create($crate::testing::Kind::Sqlite).await?).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() -> $crate::testing::TestResult {
                run($crate::testing::TestDatabase::create($crate::testing::Kind::Postgres).await?).await
            }
        }
    )+};
}
