//! What the program logs during a test.

use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

use tracing_subscriber::EnvFilter;

static WRITTEN: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();

struct Page;

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = WRITTEN.get_or_init(Mutex::default);
        written.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps everything from now on, more than an operator would ask for: all that the program says, and what its libraries say at
/// the usual level.
pub fn capture() {
    let filter = EnvFilter::new("info,kalends_domain=trace,kalends_store=trace,kalends_app=trace,kalends_server=trace");
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| Page)
        .try_init();
    // Another test of this process began to.
    drop(started);
}

/// All that was logged since.
pub fn written() -> String {
    let written = WRITTEN.get_or_init(Mutex::default);
    let bytes = written.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&bytes).into_owned()
}
