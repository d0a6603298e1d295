//! Runs a journey with Node.js; what it prints is the test's output.

use std::path::Path;
use std::process::Command;

use kalends_app::demo::PASSWORD;

use super::site::{NOW, Outcome, Site};

/// Walks through `e2e/journeys/NAME.mjs` against the site.
pub async fn walk(name: &str, site: &Site) -> Outcome<()> {
    let e2e = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e");
    check_packages(&e2e)?;
    let mut command = Command::new("node");
    command
        .args(["--test-reporter=spec", "run.mjs", name])
        .current_dir(&e2e)
        .env("KALENDS_BASE_URL", format!("http://{}", site.address))
        .env("KALENDS_PASSWORD", PASSWORD)
        .env("KALENDS_NOW", NOW.to_string());
    // The server answers on this runtime in the meantime.
    let ended = tokio::task::spawn_blocking(move || command.status()).await?;
    let status = ended.map_err(|error| format!("node, which drives the browser, did not start: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the journey {name} failed, see above ({status})").into())
    }
}

fn check_packages(e2e: &Path) -> Outcome<()> {
    if e2e.join("node_modules/playwright-core").is_dir() {
        return Ok(());
    }
    Err("the browser tests' packages are missing: run `make test`, or scripts/node-modules e2e".into())
}
