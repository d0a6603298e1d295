//! Logs: structured lines on standard error. They never carry names, addresses of people, tokens, notes or query strings.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Settings, Wrong};

/// Starts logging for the whole program, panics included.
///
/// # Errors
/// When the filter does not parse, or logging was started before.
pub fn start(settings: &Settings) -> Result<(), Wrong> {
    let filter = EnvFilter::builder()
        .parse(&settings.log)
        .map_err(|error| Wrong(format!("log: {error}")))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_target(false);
    let started = match settings.log_format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| Wrong(format!("logging: {error}")))?;
    // A panic's message may quote what it stumbled over, such as a name; its place does not.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
    Ok(())
}
