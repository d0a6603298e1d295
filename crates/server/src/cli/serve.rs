//! `kalends serve`.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::Failure;
use super::settings::Common;
use crate::config::Switch;
use crate::{serve, telemetry};

/// What the server takes.
#[derive(Debug, Args, Serialize)]
pub struct Flags {
    /// Address and port; port 0 picks a free one [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// Where people reach it, such as https://booking.example.org [default: the address that is listened on]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// `<slug>.<base domain>` names a tenant [default: localhost]
    #[arg(long, value_name = "DOMAIN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    base_domain: Option<String>,
    /// Request limits; `off` for load tests on loopback addresses [default: on]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<Switch>,
    /// Serve plain HTTP to other machines, where it can be read on the way
    #[arg(long)]
    #[serde(skip_serializing_if = "is_absent")]
    insecure_http: bool,
    /// Leave the schema as it is; refuse to start when it is not up to date
    #[arg(long)]
    #[serde(skip_serializing_if = "is_absent")]
    no_migrate: bool,
    /// Leave the sweeps to `kalends worker`
    #[arg(long)]
    #[serde(skip_serializing_if = "is_absent")]
    no_worker: bool,
    /// Addresses, separated by commas, whose X-Forwarded-For is believed [default: nobody's]
    #[arg(long, value_name = "ADDRESSES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    trusted_proxies: Option<String>,
    /// How long a request may take [default: 30]
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    request_timeout: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn is_absent(flag: &bool) -> bool {
    !flag
}

/// Serves until it is told to stop.
pub async fn run(common: &Common, flags: &Flags) -> Result<ExitCode, Failure> {
    let settings = common.settings(flags)?;
    telemetry::start(&settings)?;
    serve::run(&settings).await?;
    Ok(ExitCode::SUCCESS)
}
