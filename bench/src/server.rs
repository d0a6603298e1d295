//! A server of its own for a measurement: the released program as anybody starts it.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::Result;
use crate::client::Client;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/kalends");

/// The one account that a measured installation starts with.
pub const ADMIN: (&str, &str) = ("admin@bench.test", "a-password-of-the-bench");

/// A running `kalends serve`; dropped, it is ended.
pub struct Server {
    pub address: SocketAddr,
    /// From the start of the process to its first answer.
    pub first_answer: Duration,
    child: Child,
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts it on a database, without limits.
    ///
    /// # Errors
    /// When it ends before it listens.
    pub async fn start(url: &str) -> Result<Self> {
        let began = Instant::now();
        let mut child = Command::new(PROGRAM)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--limits",
                "off",
                "--database-url",
                url,
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut line = String::new();
        output.read_line(&mut line).await?;
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .ok_or("it did not start")?;
        let address = address.parse()?;
        let status = Client::connect(address).await?.get("/readyz").await?.status;
        if status != 200 {
            return Err(format!("/readyz answers {status}").into());
        }
        Ok(Self {
            address,
            first_answer: began.elapsed(),
            child,
            _output: output,
        })
    }

    /// What of it is in memory, in bytes: the resident set, shared pages of the program's file included.
    ///
    /// # Errors
    /// When it has ended.
    pub fn resident(&self) -> Result<u64> {
        let pid = self.child.id().ok_or("it has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub async fn stop(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// Makes the schema and the first admin of the tenant `default`.
///
/// # Errors
/// When the program refuses.
pub async fn install(url: &str) -> Result<()> {
    let mut child = Command::new(PROGRAM)
        .args([
            "create-admin",
            "--password-stdin",
            "--email",
            ADMIN.0,
            "--database-url",
            url,
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let mut input = child.stdin.take().ok_or("no input")?;
    input.write_all(format!("{}\n", ADMIN.1).as_bytes()).await?;
    drop(input);
    let done = child.wait().await?;
    if done.success() {
        Ok(())
    } else {
        Err("create-admin failed".into())
    }
}
