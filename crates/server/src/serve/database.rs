//! The database as the server finds it: brought up to date, with a key to sign with.

use kalends_app::clock::Clock;
use kalends_app::{signing_keys, tenants};
use kalends_store::store::{self, Access, Store};

use super::start::Failure;
use crate::config::Settings;

/// Brings the schema up to date, and makes what a first start needs: a signing key and the tenant `default`.
///
/// # Errors
/// When the database is out of reach or newer than this program.
pub async fn migrate(settings: &Settings) -> Result<(), Failure> {
    make_data_dir(settings)?;
    store::migrate(&settings.database_url()).await?;
    let owner = Store::connect(&settings.database_url(), Access::Owner).await?;
    let now = Clock::System.now();
    signing_keys::ensure(&owner, now).await?;
    tenants::ensure_default(&owner, now).await?;
    Ok(owner.close().await?)
}

/// Connects as the server, after bringing the database up to date unless the settings forbid it.
pub(super) async fn open(settings: &Settings) -> Result<Store, Failure> {
    if !settings.no_migrate {
        migrate(settings).await?;
    }
    Ok(Store::connect(&settings.database_url(), Access::Server).await?)
}

/// Makes the data directory, readable by this user alone: it holds patients' data and the signing key.
fn make_data_dir(settings: &Settings) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;

    if settings.database_url.is_some() || settings.data_dir.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&settings.data_dir)
        .map_err(|error| format!("{}: {error}", settings.data_dir.display()))?;
    Ok(())
}
