//! The flags that set a setting; each only overrides what the file and the environment say.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::config::{LogFormat, Settings, Wrong};

/// What every command takes.
#[derive(Clone, Debug, Args, Serialize)]
pub struct Common {
    /// Settings file; `kalends.toml` is read when it exists
    #[arg(long, global = true, value_name = "FILE", env = "KALENDS_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Database: `sqlite://PATH` or `postgres://…`; a SQLite file in the data directory when absent
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<String>,
    /// Where the embedded database lives [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// What is logged, to standard error: a level or directives [default: info,sqlx=warn]
    #[arg(long, global = true, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
    /// How log lines read [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log_format: Option<LogFormat>,
}

impl Common {
    /// The settings with these flags and those of the command.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn settings(&self, flags: &impl Serialize) -> Result<Settings, Wrong> {
        let both = Both { common: self, flags };
        Settings::load(self.config.as_deref(), &both)
    }
}

impl Common {
    /// The settings of the demo, which has a directory of its own and never touches a database that the file or the
    /// environment names: only the flag can.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn demo_settings(&self, flags: &impl Serialize) -> Result<Settings, Wrong> {
        let defaults = Settings {
            data_dir: "data/demo".into(),
            ..Settings::default()
        };
        let settings = defaults.overridden(self.config.as_deref(), &Both { common: self, flags })?;
        Ok(Settings {
            database_url: self.database_url.clone(),
            ..settings
        })
    }
}

#[derive(Serialize)]
struct Both<'a, F: Serialize> {
    #[serde(flatten)]
    common: &'a Common,
    #[serde(flatten)]
    flags: &'a F,
}

/// For commands without settings of their own.
#[derive(Serialize)]
pub struct NoFlags {}
