//! `kalends create-admin`.

use std::io::{BufRead as _, stdin};
use std::process::ExitCode;

use clap::Args;
use kalends_app::error::AppError;
use kalends_app::users::{self, NewUser};
use kalends_domain::permission::Role;
use kalends_domain::tenant::DEFAULT_SLUG;

use super::session;
use super::settings::Common;
use crate::serve::Failure;

/// Whom to make.
#[derive(Debug, Args)]
pub struct Flags {
    /// The address to sign in with
    #[arg(long, env = "KALENDS_EMAIL", value_name = "ADDRESS")]
    email: String,
    /// The organisation, by its slug
    #[arg(long, env = "KALENDS_TENANT", value_name = "SLUG", default_value = DEFAULT_SLUG)]
    tenant: String,
    /// Given and family name [default: the address]
    #[arg(long, env = "KALENDS_NAME")]
    name: Option<String>,
    /// Read the password from the first line of standard input instead of asking for it
    #[arg(long, env = "KALENDS_PASSWORD_STDIN")]
    password_stdin: bool,
    /// Make an operator, who keeps the organisations and sees no patients
    #[arg(long, env = "KALENDS_OPERATOR")]
    operator: bool,
}

/// Makes the account; one that exists is left as it is.
pub async fn run(common: &Common, flags: &Flags) -> Result<ExitCode, Failure> {
    let app = session::open(common).await?;
    let ctx = session::ctx(&app, &flags.tenant).await?;
    let (given_name, family_name) = names(flags.name.as_deref(), &flags.email);
    let (role, what) = if flags.operator {
        (Role::Operator, "operator")
    } else {
        (Role::Admin, "admin")
    };
    let input = NewUser {
        email: flags.email.clone(),
        given_name,
        family_name,
        language: None,
        role,
        password: Some(password(flags.password_stdin)?),
    };
    let user = users::create_admin(&app, &ctx, input)
        .await
        .map_err(|error| match error {
            AppError::EmailTaken => format!("{} has an account already; nothing was changed", flags.email).into(),
            other => session::explain(other),
        })?;
    app.store.close().await?;
    println!(
        "{} is {what} of {} and signs in at /staff/login.",
        user.email, flags.tenant
    );
    Ok(ExitCode::SUCCESS)
}

/// The last word of a name is the family's; without one, both are the address's first part.
fn names(name: Option<&str>, email: &str) -> (String, String) {
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(email));
    let (given, family) = name.rsplit_once(' ').unwrap_or((name, name));
    (given.trim().to_owned(), family.to_owned())
}

fn password(from_stdin: bool) -> Result<String, Failure> {
    if from_stdin {
        let mut line = String::new();
        stdin().lock().read_line(&mut line)?;
        let end = line
            .strip_suffix('\n')
            .map_or(line.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        return Ok(end.to_owned());
    }
    let password = rpassword::prompt_password("Password (at least 8 characters): ")?;
    if password != rpassword::prompt_password("Once more: ")? {
        return Err("the two passwords differ; nothing was changed".into());
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_name_is_taken_apart() {
        let both = |name, email| {
            let (given, family) = names(name, email);
            format!("{given}|{family}")
        };
        assert_eq!(both(Some(" Ana Maria Lopes "), "a@b.org"), "Ana Maria|Lopes");
        assert_eq!(both(Some("Ana"), "a@b.org"), "Ana|Ana");
        assert_eq!(both(None, "ana@b.org"), "ana|ana");
    }
}
