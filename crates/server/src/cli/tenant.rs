//! `kalends tenant`.

use std::process::ExitCode;

use clap::Subcommand;
use kalends_app::error::AppError;
use kalends_app::tenants;
use kalends_domain::tenant::{DEFAULT_SLUG, TenantStatus};

use super::session;
use super::settings::Common;
use crate::serve::Failure;

/// What can be done with organisations.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make an organisation; its pages are at SLUG.<base domain>
    Create {
        slug: String,
        /// What it is called [default: the slug]
        #[arg(long, env = "KALENDS_NAME")]
        name: Option<String>,
    },
    /// List the organisations: slug, status, name
    List,
    /// Close an organisation's doors: nobody signs in and no session is good
    Suspend {
        slug: String,
        /// Open them again
        #[arg(long, env = "KALENDS_RESUME")]
        resume: bool,
    },
}

/// Does it.
pub async fn run(common: &Common, action: &Action) -> Result<ExitCode, Failure> {
    let app = session::open(common).await?;
    let ctx = session::ctx(&app, DEFAULT_SLUG).await?;
    match action {
        Action::Create { slug, name } => {
            let tenant = tenants::create(&app, &ctx, slug, name.as_deref())
                .await
                .map_err(session::explain)?;
            println!("{} is ready: {}", tenant.slug, tenant.name);
        }
        Action::List => {
            for tenant in tenants::list(&app, &ctx).await? {
                println!("{}\t{}\t{}", tenant.slug, tenant.status, tenant.name);
            }
        }
        Action::Suspend { slug, resume } => {
            let status = if *resume {
                TenantStatus::Active
            } else {
                TenantStatus::Suspended
            };
            let tenant = tenants::set_status(&app, &ctx, slug, status)
                .await
                .map_err(|error| match error {
                    AppError::NotFound => format!("there is no tenant {slug}").into(),
                    other => session::explain(other),
                })?;
            println!("{} is {}.", tenant.slug, tenant.status);
        }
    }
    app.store.close().await?;
    Ok(ExitCode::SUCCESS)
}
