//! The program as it is installed: processes over a database, on the machine's clock.

use kalends_store::testing::TestDatabase;
use reqwest::Client;
use tempfile::TempDir;

use crate::api::caller::Caller;
use crate::api::program::{Server, run, run_with_input};
use crate::api::server::{Outcome, PASSWORD};

/// A database, and the program beside it.
pub struct Installation {
    database: TestDatabase,
    folder: TempDir,
    client: Client,
}

impl Installation {
    pub fn new(database: TestDatabase) -> Outcome<Self> {
        Ok(Self {
            database,
            folder: tempfile::tempdir()?,
            client: Client::new(),
        })
    }

    /// Starts a server; several may share the database.
    pub fn serve(&self) -> Outcome<Server> {
        let url = &self.database.url;
        Server::start(self.folder.path(), &["serve", "--database-url", url, "--limits", "off"])
    }

    /// Somebody who has not signed in yet, before these servers.
    pub fn visitor(&self, servers: &[&Server]) -> Caller {
        let addresses: Vec<_> = servers.iter().map(|server| &server.address).collect();
        Caller::visitor(&addresses, &self.client)
    }

    /// Makes an admin's account in the tenant `default`.
    pub fn create_admin(&self, email: &str) -> Outcome<()> {
        let url = &self.database.url;
        let args = [
            "create-admin",
            "--email",
            email,
            "--password-stdin",
            "--database-url",
            url,
        ];
        let made = run_with_input(self.folder.path(), &args, &format!("{PASSWORD}\n"))?;
        made.status
            .success()
            .then_some(())
            .ok_or_else(|| format!("{made:?}").into())
    }

    /// Fails unless `kalends verify` finds nothing.
    pub fn verify(&self) -> Outcome<()> {
        let verified = run(self.folder.path(), &["verify", "--database-url", &self.database.url])?;
        if verified.status.success() {
            return Ok(());
        }
        Err(format!("verify: {}", String::from_utf8_lossy(&verified.stdout)).into())
    }
}
