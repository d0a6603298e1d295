//! The command line: one file for each command.

mod create_admin;
pub mod demo;
mod migrate;
mod serve;
mod session;
mod settings;
mod tenant;
mod verify;
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
    /// Serve a clinic full of made-up people, on a database of its own
    Demo(demo::Flags),
    /// Serve the pages and the API; makes the embedded database when there is none
    Serve(serve::Flags),
    /// Bring the database up to date; make the signing key and the tenant `default` when they are missing
    Migrate,
    /// Check every promise of the database: no time sold twice, nothing lost, nothing across organisations
    Verify(verify::Flags),
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
        Command::Demo(flags) => demo::run(&cli.common, &flags).await,
        Command::Verify(flags) => verify::run(&cli.common, &flags).await,
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    /// Every flag of a command and its subcommands.
    fn flags(command: &clap::Command, found: &mut Vec<String>) {
        let longs = command.get_arguments().filter_map(|arg| arg.get_long());
        found.extend(
            longs
                .filter(|long| !["help", "version"].contains(long))
                .map(str::to_owned),
        );
        for subcommand in command.get_subcommands() {
            flags(subcommand, found);
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_has_a_variable_in_the_example() {
        let example = include_str!("../../../kalends.example.toml");
        let mut found = Vec::new();
        flags(&Cli::command(), &mut found);
        assert!(found.len() > 15, "the walk finds the flags");
        for flag in found {
            let variable = format!("KALENDS_{}", flag.replace('-', "_").to_uppercase());
            assert!(example.contains(&format!("--{flag}")), "--{flag} is explained");
            assert!(example.contains(&variable), "{variable} is explained");
        }
    }
}
