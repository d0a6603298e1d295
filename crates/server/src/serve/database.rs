//! The database as the server finds it: brought up to date, with a key to sign with.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use kalends_app::app::App;
use kalends_app::clock::Clock;
use kalends_app::{installation, signing_keys};
use kalends_store::store::{self, Access, Store};

use super::Failure;
use crate::config::Settings;

/// Brings the schema up to date, and makes the signing key and the tenant `default` where they are missing.
///
/// # Errors
/// When the database is out of reach or newer than this program.
pub async fn migrate(settings: &Settings) -> Result<(), Failure> {
    let owner = migrated(settings).await?;
    installation::complete(&owner, Clock::System.now()).await?;
    Ok(owner.close().await?)
}

/// Connects as the server, after bringing the database up to date unless the settings forbid it. A database that nobody has
/// used yet gets its signing key and the tenant `default`; in any other a missing or weak key is a reason not to start.
///
/// # Errors
/// When the database is out of reach, or is not what this program needs.
pub async fn open(settings: &Settings) -> Result<App, Failure> {
    if !settings.no_migrate {
        let owner = migrated(settings).await?;
        installation::complete_new(&owner, Clock::System.now()).await?;
        owner.close().await?;
    }
    let store = Store::connect(&settings.database_url(), Access::Server).await?;
    if !store.is_current().await? {
        return Err("the schema is not up to date: run `kalends migrate` first".into());
    }
    let keys = signing_keys::load(&store).await?;
    Ok(App::new(store, Clock::System, keys))
}

/// The database at the present schema, as its owner sees it.
async fn migrated(settings: &Settings) -> Result<Store, Failure> {
    if let Some(file) = settings.sqlite_file() {
        make_file(&file)?;
    }
    let url = settings.database_url();
    store::migrate(&url).await?;
    Ok(Store::connect(&url, Access::Owner).await?)
}

/// Makes the file of an embedded database, with its directory, where there is none. Only this user can read it: it will hold
/// patients' data and the signing key. What SQLite puts beside it is made alike.
///
/// # Errors
/// When it cannot be made.
pub fn make_file(file: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    if let Some(dir) = file.parent().filter(|dir| !dir.as_os_str().is_empty() && !dir.is_dir()) {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(failed)?;
    }
    if !file.exists() {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        options.open(file).map_err(failed)?;
    }
    Ok(())
}
