//! One-off commands.

use std::os::unix::fs::PermissionsExt as _;

use crate::program::{Outcome, kalends, run, run_with_input};

#[test]
fn an_admin_is_made_once_and_never_overwritten() -> Outcome {
    let dir = tempfile::tempdir()?;
    let make = [
        "create-admin",
        "--email",
        "ana@example.org",
        "--name",
        "Ana Lopes",
        "--password-stdin",
    ];
    let made = run_with_input(dir.path(), &make, "a good password\n")?;
    assert!(made.status.success(), "{made:?}");
    let again = run_with_input(dir.path(), &make, "another password\n")?;
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8(again.stderr)?.contains("has an account already"));
    let other_case = ["create-admin", "--email", "ANA@example.org", "--password-stdin"];
    assert_eq!(
        run_with_input(dir.path(), &other_case, "another password\n")?
            .status
            .code(),
        Some(1)
    );
    Ok(())
}

#[test]
fn a_short_password_is_refused_by_its_rule() -> Outcome {
    let dir = tempfile::tempdir()?;
    let refused = run_with_input(
        dir.path(),
        &["create-admin", "--email", "ana@example.org", "--password-stdin"],
        "short\n",
    )?;
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr)?.contains("password-too-short"));
    Ok(())
}

#[test]
fn tenants_are_made_listed_and_suspended() -> Outcome {
    let dir = tempfile::tempdir()?;
    assert!(
        run(dir.path(), &["tenant", "create", "st-anna", "--name", "St Anna"])?
            .status
            .success()
    );
    assert_eq!(
        run(dir.path(), &["tenant", "create", "st-anna"])?.status.code(),
        Some(1)
    );
    assert_eq!(
        run(dir.path(), &["tenant", "create", "Not A Slug"])?.status.code(),
        Some(1)
    );
    assert!(run(dir.path(), &["tenant", "suspend", "st-anna"])?.status.success());
    assert_eq!(
        run(dir.path(), &["tenant", "suspend", "nobody"])?.status.code(),
        Some(1)
    );
    let listed = String::from_utf8(run(dir.path(), &["tenant", "list"])?.stdout)?;
    assert!(listed.contains("default\tactive\t"), "{listed}");
    assert!(listed.contains("st-anna\tsuspended\tSt Anna"), "{listed}");
    Ok(())
}

#[test]
fn migrating_twice_changes_nothing() -> Outcome {
    let dir = tempfile::tempdir()?;
    let url = format!("sqlite://{}", dir.path().join("new/clinic.db").display());
    for _ in 0..2 {
        let migrated = kalends(&["migrate", "--database-url", &url]).output()?;
        assert!(migrated.status.success(), "{migrated:?}");
    }
    let made = std::fs::metadata(dir.path().join("new/clinic.db"))?;
    assert_eq!(made.permissions().mode() & 0o077, 0, "nobody else reads it");
    Ok(())
}

#[test]
fn verify_needs_a_database_and_tells_its_rows() -> Outcome {
    let dir = tempfile::tempdir()?;
    assert_eq!(run(dir.path(), &["verify"])?.status.code(), Some(1));
    assert!(run(dir.path(), &["migrate"])?.status.success());
    let verified = run(dir.path(), &["verify", "--json"])?;
    assert!(verified.status.success(), "{verified:?}");
    let document: serde_json::Value = serde_json::from_slice(&verified.stdout)?;
    assert_eq!(document["ok"], true);
    assert_eq!(document["rows"]["tenants"], 1);
    assert_eq!(document["rows"]["signing_keys"], 1);
    Ok(())
}

#[test]
fn wrong_arguments_exit_with_2() -> Outcome {
    assert_eq!(
        kalends(&["serve", "--limits", "maybe"]).output()?.status.code(),
        Some(2)
    );
    assert_eq!(kalends(&[]).output()?.status.code(), Some(2));
    Ok(())
}
