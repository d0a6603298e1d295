//! The program as its users start it.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A call of the program without anything from this machine's environment.
pub fn kalends(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kalends"));
    command.env_clear().args(args);
    command
}

/// Runs a command to its end.
pub fn run(dir: &Path, args: &[&str]) -> Outcome<Output> {
    Ok(kalends(args).arg("--data-dir").arg(dir).output()?)
}

/// Runs a command that reads a line.
pub fn run_with_input(dir: &Path, args: &[&str], line: &str) -> Outcome<Output> {
    let mut child = kalends(args)
        .arg("--data-dir")
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().ok_or("no stdin")?.write_all(line.as_bytes())?;
    Ok(child.wait_with_output()?)
}

/// A server at work; killed if a test forgets it.
pub struct Server {
    child: Child,
    /// Host and port.
    pub address: String,
    /// What it printed before it answered.
    pub greeting: String,
}

impl Server {
    /// Starts `serve` or `demo` on a free port and waits until it answers.
    pub fn start(dir: &Path, args: &[&str]) -> Outcome<Self> {
        let mut child = kalends(args)
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no stdout")?).lines();
        let mut greeting = String::new();
        for line in &mut lines {
            let line = line?;
            if let Some(address) = line.strip_prefix("listening on http://") {
                let address = address.to_owned();
                return Ok(Self {
                    child,
                    address,
                    greeting,
                });
            }
            greeting.push_str(&line);
            greeting.push('\n');
        }
        Err(format!("it ended without listening: {:?}", child.wait()?).into())
    }

    /// The answer to a request, head and body.
    pub fn get(&self, path: &str) -> Outcome<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// Asks it to stop, as a service manager does.
    pub fn terminate(&self) -> Outcome {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status()?;
        if told.success() {
            Ok(())
        } else {
            Err("kill failed".into())
        }
    }

    /// Ends it in the middle of whatever it does, as a power cut would.
    pub fn kill(mut self) -> Outcome {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits until it has stopped.
    pub fn wait(mut self) -> Outcome<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// Stops it in order.
    pub fn stop(self) -> Outcome {
        self.terminate()?;
        let status = self.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("it ended with {status}").into())
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.child.kill();
    }
}
