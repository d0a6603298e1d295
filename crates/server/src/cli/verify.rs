//! `kalends verify`.

use std::process::ExitCode;

use clap::Args;
use kalends_app::verify::{self, Findings};
use serde_json::json;

use super::settings::{Common, NoFlags};
use crate::serve::Failure;
use crate::telemetry;

/// How to tell it.
#[derive(Debug, Args)]
pub struct Flags {
    /// Print one JSON object instead of lines
    #[arg(long, env = "KALENDS_JSON")]
    json: bool,
}

/// Checks the database as it is, beside a server at work. Exits with 1 when a promise is broken.
pub async fn run(common: &Common, flags: &Flags) -> Result<ExitCode, Failure> {
    let settings = common.settings(&NoFlags {})?;
    telemetry::start(&settings)?;
    if settings.sqlite_file().is_some_and(|file| !file.exists()) {
        return Err(format!("there is no database at {}", settings.database_url()).into());
    }
    let findings = verify::verify(&settings.database_url()).await?;
    if flags.json {
        println!("{}", document(&findings));
    } else {
        tell(&findings);
    }
    Ok(if findings.violations.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn document(findings: &Findings) -> serde_json::Value {
    let tables = findings.tables.iter().map(|(name, rows)| (name.clone(), json!(rows)));
    let violations = findings.violations.iter().map(|violation| {
        json!({
            "invariant": violation.invariant,
            "tenant_id": violation.tenant_id,
            "id": violation.id,
            "detail": violation.detail,
        })
    });
    json!({
        "ok": findings.violations.is_empty(),
        "rows": tables.collect::<serde_json::Map<_, _>>(),
        "violations": violations.collect::<Vec<_>>(),
    })
}

fn tell(findings: &Findings) {
    for (table, rows) in &findings.tables {
        println!("{table:<24} {rows:>10} rows");
    }
    for violation in &findings.violations {
        let (invariant, tenant, id) = (violation.invariant, violation.tenant_id, violation.id);
        println!(
            "BROKEN {invariant}: {} (tenant {tenant}, record {id})",
            violation.detail
        );
    }
    match findings.violations.len() {
        0 => println!("Every promise holds."),
        count => println!("{count} broken."),
    }
}
