//! `kalends worker`.

use std::process::ExitCode;

use super::Failure;
use super::settings::{Common, NoFlags};
use crate::{serve, telemetry};

/// Does the periodic work until it is told to stop.
pub async fn run(common: &Common) -> Result<ExitCode, Failure> {
    let settings = common.settings(&NoFlags {})?;
    telemetry::start(&settings)?;
    serve::work(&settings).await?;
    Ok(ExitCode::SUCCESS)
}
