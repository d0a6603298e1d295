//! The settings of an installation: defaults, then the file, then the environment, then the command line.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// The file that is read when it exists and no other is named.
const DEFAULT_FILE: &str = "kalends.toml";

/// What would end or change the path in a database's URL.
const URL_PATH: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#').add(b' ');

/// Every setting. Its name is the flag's (`--data-dir`), the variable's (`KALENDS_DATA_DIR`) and the file's (`data_dir`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where plain HTTP is served: an address and a port, or a name and a port.
    pub listen: String,
    /// Where the embedded database lives.
    pub data_dir: PathBuf,
    /// `sqlite://PATH` or `postgres://…`; absent: `kalends.db` in the data directory.
    pub database_url: Option<String>,
    /// Where people reach it, such as `https://booking.example.org`; absent: the address that is listened on.
    pub public_url: Option<String>,
    /// `<slug>.<base_domain>` names a tenant.
    pub base_domain: String,
    pub limits: Switch,
    /// Whether plain HTTP may be served to other machines.
    pub insecure_http: bool,
    /// Whether the schema is left as it is when the server starts.
    pub no_migrate: bool,
    /// Whether sweeps are left to `kalends worker`.
    pub no_worker: bool,
    /// Addresses, separated by commas, whose `X-Forwarded-For` is believed; empty: nobody's.
    pub trusted_proxies: String,
    /// How long a request may take, in seconds.
    pub request_timeout: u64,
    /// What is logged: a level, or `tracing`'s directives.
    pub log: String,
    pub log_format: LogFormat,
}

/// `on` or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    On,
    Off,
}

/// How log lines read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:3000".into(),
            data_dir: "data".into(),
            database_url: None,
            public_url: None,
            base_domain: "localhost".into(),
            limits: Switch::On,
            insecure_http: false,
            no_migrate: false,
            no_worker: false,
            trusted_proxies: String::new(),
            request_timeout: 30,
            log: "info,sqlx=warn".into(),
            log_format: LogFormat::Text,
        }
    }
}

impl Settings {
    /// Reads them from `file` (else `kalends.toml`, if there is one), the environment and the flags that were given.
    ///
    /// # Errors
    /// What is wrong, and where: a file that is named but missing, a member that does not exist, a value of another kind.
    pub fn load(file: Option<&Path>, flags: &impl Serialize) -> Result<Self, Wrong> {
        Self::default().overridden(file, flags)
    }

    /// The same over other defaults.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn overridden(self, file: Option<&Path>, flags: &impl Serialize) -> Result<Self, Wrong> {
        let file = match file {
            Some(file) => Toml::file_exact(file),
            None => Toml::file(DEFAULT_FILE),
        };
        let names = Self::names()?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let settings: Self = Figment::from(Serialized::defaults(self))
            .merge(file)
            .merge(Env::prefixed("KALENDS_").only(&names))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| Wrong(error.to_string()))?;
        settings.check()?;
        Ok(settings)
    }

    /// The name of every setting, as the file spells it.
    ///
    /// # Errors
    /// Never in practice: the settings are a plain structure.
    pub fn names() -> Result<Vec<String>, Wrong> {
        let value = serde_json::to_value(Self::default()).map_err(|error| Wrong(error.to_string()))?;
        let members = value
            .as_object()
            .ok_or_else(|| Wrong("settings are an object".into()))?;
        Ok(members.keys().cloned().collect())
    }

    fn check(&self) -> Result<(), Wrong> {
        if let Some(url) = &self.public_url {
            let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            if host.is_none_or(|host| host.trim_end_matches('/').is_empty()) {
                return Err(Wrong(format!("public_url is not a web address: {url}")));
            }
        }
        let url = self.database_url();
        if !["sqlite://", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            return Err(Wrong("database_url starts with sqlite:// or postgres://".into()));
        }
        self.proxies()?;
        if !(1..=3_600).contains(&self.request_timeout) {
            return Err(Wrong("request_timeout is 1 to 3600 seconds".into()));
        }
        Ok(())
    }

    /// The proxies whose word about a client's address is believed.
    ///
    /// # Errors
    /// When one of them is not an address.
    pub fn proxies(&self) -> Result<Vec<IpAddr>, Wrong> {
        let names = self.trusted_proxies.split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .map(|name| {
                name.parse()
                    .map_err(|_| Wrong(format!("trusted_proxies: {name} is not an address")))
            })
            .collect()
    }

    /// Where the data is.
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| sqlite_url(&self.data_dir.join("kalends.db")))
    }

    /// The file of the embedded database, if that is where the data is.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        sqlite_file(&self.database_url())
    }

    /// Whether people on other machines can reach `address`, by itself or through a proxy.
    pub fn is_public(&self, address: SocketAddr) -> bool {
        let host = self.public_url.as_deref().and_then(|url| url.split('/').nth(2));
        let is_local = |host: &str| {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            name == "localhost" || name.starts_with("127.") || name == "[::1]"
        };
        !address.ip().is_loopback() || host.is_some_and(|host| !is_local(host))
    }

    /// Refuses what would be unsafe on `address`; says what is only unwise.
    ///
    /// # Errors
    /// Plain HTTP for other machines without being asked for, or no limits for them.
    pub fn check_address(&self, address: SocketAddr) -> Result<Option<&'static str>, Wrong> {
        if address.ip().is_loopback() {
            return Ok(None);
        }
        if self.limits == Switch::Off {
            return Err(Wrong(format!(
                "limits are switched off on loopback addresses only, not on {address}"
            )));
        }
        let behind_tls = self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
        match (behind_tls, self.insecure_http) {
            (true, _) => Ok(Some(
                "other machines can reach this port without TLS; let only the proxy of public_url reach it",
            )),
            (false, true) => Ok(Some(
                "plain HTTP to other machines: passwords and patients' data can be read on the way",
            )),
            (false, false) => Err(Wrong(format!(
                "{address} is open to other machines, and plain HTTP is not safe there: put a TLS proxy in front and set \
                 public_url to its https:// address, or say --insecure-http"
            ))),
        }
    }
}

/// The URL of an embedded database in this file.
pub fn sqlite_url(file: &Path) -> String {
    let path = file.to_string_lossy();
    format!("sqlite://{}", utf8_percent_encode(&path, URL_PATH))
}

/// The file of an embedded database's URL.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://")?.split('?').next()?;
    Some(PathBuf::from(percent_decode_str(path).decode_utf8().ok()?.as_ref()))
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub String);

#[cfg(test)]
mod tests;
