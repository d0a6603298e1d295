//! `kalends migrate`.

use std::process::ExitCode;

use super::Failure;
use super::settings::{Common, NoFlags};
use crate::serve::database;
use crate::telemetry;

/// Brings the database up to date.
pub async fn run(common: &Common) -> Result<ExitCode, Failure> {
    let settings = common.settings(&NoFlags {})?;
    telemetry::start(&settings)?;
    database::migrate(&settings).await?;
    println!("The database is up to date.");
    Ok(ExitCode::SUCCESS)
}
