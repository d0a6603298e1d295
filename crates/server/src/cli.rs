//! The command line: one file for each command.

mod create_admin;
mod migrate;
mod serve;
mod session;
mod settings;
mod tenant;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::settings::Common;
use crate::serve::Failure;

/// Appointment booking: what is offered can be booked, and no time is sold twice.
#[derive(Debug, Parser)]
#[command(name = "kalends", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and the API; makes the embedded database when there is none
    Serve(serve::Flags),
    /// Bring the database up to date; make the signing key and the tenant `default` when they are missing
    Migrate,
    /// Make an admin of an organisation, or an operator of the installation
    CreateAdmin(create_admin::Flags),
    /// Make, list and suspend organisations
    #[command(subcommand)]
    Tenant(tenant::Action),
    /// Do the periodic work that `serve --no-worker` leaves out
    Worker,
}

/// Runs the command that the program's arguments name. A failure is told on standard error and exits with 1, wrong
/// arguments with 2.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    runtime.block_on(command(cli)).unwrap_or_else(|error| failed(&error))
}

async fn command(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command {
        Command::Serve(flags) => serve::run(&cli.common, &flags).await,
        Command::Migrate => migrate::run(&cli.common).await,
        Command::CreateAdmin(flags) => create_admin::run(&cli.common, &flags).await,
        Command::Tenant(action) => tenant::run(&cli.common, &action).await,
        Command::Worker => worker::run(&cli.common).await,
    }
}

fn failed(error: &Failure) -> ExitCode {
    eprintln!("kalends: {error}");
    ExitCode::FAILURE
}
