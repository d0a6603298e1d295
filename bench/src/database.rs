//! A database of its own for a measurement.

use std::fmt;

use tempfile::TempDir;
use tokio::process::Command;

use crate::Result;

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    Sqlite,
}

impl fmt::Display for Kind {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        })
    }
}

/// An empty database; the file goes with it, PostgreSQL's goes with the private cluster.
pub struct Database {
    kind: Kind,
    /// What `--database-url` takes.
    pub url: String,
    _folder: Option<TempDir>,
}

impl Database {
    /// Makes one, on PostgreSQL in the cluster at `KALENDS_TEST_POSTGRES`.
    ///
    /// # Errors
    /// When there is no such cluster.
    pub async fn create(kind: Kind, name: &str) -> Result<Self> {
        if kind == Kind::Sqlite {
            let folder = tempfile::tempdir()?;
            let url = format!("sqlite://{}", folder.path().join("kalends.db").display());
            return Ok(Self {
                kind,
                url,
                _folder: Some(folder),
            });
        }
        let cluster = setting("KALENDS_TEST_POSTGRES")?;
        sql(&cluster, &format!("CREATE DATABASE bench_{name}")).await?;
        let (server, _) = cluster.rsplit_once('/').ok_or("no database in the URL")?;
        Ok(Self {
            kind,
            url: format!("{server}/bench_{name}"),
            _folder: None,
        })
    }

    /// Lets PostgreSQL's planner know the tables, as in a database that has been in use for a day.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn settle(&self) -> Result<()> {
        match self.kind {
            // It says of each table of the system's own that it may not.
            Kind::Postgres => sql(&self.url, "SET client_min_messages = error; ANALYZE").await,
            Kind::Sqlite => Ok(()),
        }
    }
}

/// Runs a statement.
///
/// # Errors
/// When PostgreSQL refuses it.
pub async fn sql(url: &str, statement: &str) -> Result<()> {
    let arguments = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, url];
    let done = Command::new(program("psql")?).args(arguments).status().await?;
    if done.success() {
        Ok(())
    } else {
        Err("psql failed".into())
    }
}

/// One of PostgreSQL's programs.
///
/// # Errors
/// When the measurement was not started by `bench/run`.
pub fn program(name: &str) -> Result<String> {
    Ok(format!("{}/{name}", setting("KALENDS_PG_BIN")?))
}

#[expect(
    clippy::disallowed_methods,
    reason = "bench/run says where the cluster and its programs are"
)]
fn setting(name: &str) -> Result<String> {
    Ok(std::env::var(name).map_err(|_| format!("{name} is not set: use bench/run"))?)
}
