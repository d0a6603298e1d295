//! The commands over either database: from nothing to an organisation that is suspended while the server runs.

use std::path::Path;
use std::process::Output;

use kalends_store::testing::{Kind, TestDatabase};
use reqwest::Client;
use serde_json::{Value, json};

use crate::program::{Outcome, Server, run, run_with_input};

const PASSWORD: &str = "a good password";

/// A new installation.
struct Place<'a> {
    dir: &'a Path,
    url: &'a str,
}

impl Place<'_> {
    fn run(&self, args: &[&str]) -> Outcome<Output> {
        run(self.dir, &[args, &["--database-url", self.url]].concat())
    }

    /// What a command that succeeds prints.
    fn told(&self, args: &[&str]) -> Outcome<String> {
        let output = self.run(args)?;
        if output.status.success() {
            Ok(String::from_utf8(output.stdout)?)
        } else {
            Err(format!("{args:?}: {output:?}").into())
        }
    }

    /// Why a command is refused.
    fn refused(&self, args: &[&str]) -> Outcome<String> {
        let output = self.run(args)?;
        assert_eq!(output.status.code(), Some(1), "{args:?}: {output:?}");
        Ok(String::from_utf8(output.stderr)?)
    }

    fn create_admin(&self, more: &[&str]) -> Outcome<Output> {
        let args = ["create-admin", "--password-stdin", "--database-url", self.url];
        run_with_input(self.dir, &[&args, more].concat(), &format!("{PASSWORD}\n"))
    }
}

/// What signing in to a tenant answers.
async fn sign_in(server: &Server, email: &str, tenant: &str) -> Outcome<(u16, Value)> {
    let body = json!({"email": email, "password": PASSWORD, "tenant": tenant});
    let request = Client::new().post(format!("http://{}/api/v1/auth/login", server.address));
    let answer = request
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await?;
    let status = answer.status().as_u16();
    Ok((status, serde_json::from_str(&answer.text().await?)?))
}

async fn story(kind: Kind) -> Outcome {
    let database = TestDatabase::empty(kind).await?;
    let dir = tempfile::tempdir()?;
    let place = Place {
        dir: dir.path(),
        url: &database.url,
    };
    place.refused(&["serve", "--no-migrate", "--listen", "127.0.0.1:0"])?;
    place.told(&["migrate"])?;
    place.told(&["migrate"])?;
    let verified: Value = serde_json::from_str(&place.told(&["verify", "--json"])?)?;
    assert_eq!(
        (&verified["ok"], &verified["rows"]["tenants"]),
        (&json!(true), &json!(1))
    );

    let ana = ["--email", "ana@example.org", "--name", "Ana Lopes"];
    assert!(place.create_admin(&ana)?.status.success());
    let again = place.create_admin(&ana)?;
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8(again.stderr)?.contains("has an account already"));

    let server = Server::start(place.dir, &["serve", "--database-url", place.url])?;
    assert!(server.get("/readyz")?.starts_with("HTTP/1.1 200"));
    let (status, signed_in) = sign_in(&server, "ana@example.org", "default").await?;
    assert_eq!((status, &signed_in["user"]["role"]), (200, &json!("admin")));

    // Beside the server, which heeds each of them at once.
    place.told(&["tenant", "create", "st-anna", "--name", "St Anna"])?;
    place.refused(&["tenant", "create", "st-anna"])?;
    assert!(
        place
            .create_admin(&["--email", "eve@example.org", "--tenant", "st-anna"])?
            .status
            .success()
    );
    assert_eq!(sign_in(&server, "eve@example.org", "st-anna").await?.0, 200);
    assert_eq!(sign_in(&server, "eve@example.org", "default").await?.0, 401);
    place.told(&["tenant", "suspend", "st-anna"])?;
    assert_eq!(sign_in(&server, "eve@example.org", "st-anna").await?.0, 401);
    place.refused(&["tenant", "suspend", "nobody"])?;
    let listed = place.told(&["tenant", "list"])?;
    assert!(listed.contains("default\tactive\t"), "{listed}");
    assert!(listed.contains("st-anna\tsuspended\tSt Anna"), "{listed}");
    place.told(&["verify"])?;
    server.stop()?;
    place.told(&["verify"]).map(drop)
}

#[tokio::test]
async fn everything_on_sqlite() -> Outcome {
    story(Kind::Sqlite).await
}

#[tokio::test]
async fn everything_on_postgres() -> Outcome {
    story(Kind::Postgres).await
}
