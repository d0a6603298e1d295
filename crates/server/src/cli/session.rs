//! How a command works on the database: as the program itself, in one organisation.

use std::sync::Arc;

use kalends_app::app::App;
use kalends_app::ctx::{Actor, Ctx};
use kalends_app::error::AppError;
use kalends_app::tenants;

use super::settings::{Common, NoFlags};
use crate::serve::{Failure, database};
use crate::telemetry;

/// The use cases over the database that the settings name, brought up to date as the server would.
pub async fn open(common: &Common) -> Result<App, Failure> {
    let settings = common.settings(&NoFlags {})?;
    telemetry::start(&settings)?;
    database::open(&settings).await
}

/// The program itself, in the organisation with this slug.
pub async fn ctx(app: &App, slug: &str) -> Result<Ctx, Failure> {
    let tenant = tenants::find(app, slug).await?;
    let tenant = tenant.ok_or_else(|| format!("there is no tenant {slug}"))?;
    Ok(Ctx {
        tenant: Arc::new(tenant),
        actor: Actor::System,
        now: app.now(),
        request_id: None,
        address: None,
    })
}

/// A refusal in words for the command line: fields by name, with the rule that they break.
pub fn explain(error: AppError) -> Failure {
    let AppError::Invalid(fields) = error else {
        return error.into();
    };
    let lines: Vec<String> = fields
        .iter()
        .map(|field| {
            let limits: Vec<String> = field
                .params
                .iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            format!(
                "{}: {} {}",
                field.pointer.trim_start_matches('/'),
                field.code,
                limits.join(", ")
            )
        })
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("; ").into()
}
