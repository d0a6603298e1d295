//! `kalends`: see `cli.rs` for what it understands.

use std::process::ExitCode;

fn main() -> ExitCode {
    kalends_server::cli::run()
}
