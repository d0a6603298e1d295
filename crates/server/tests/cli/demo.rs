//! `kalends demo`, small.

use kalends_store::store::{Access, Store};

use crate::program::{Outcome, Server, run};

const SMALL: [&str; 3] = ["demo", "--patients", "60"];

#[tokio::test]
async fn a_demo_is_lively_sound_and_taken_up_again() -> Outcome {
    let dir = tempfile::tempdir()?;
    let dir = dir.path().join("clinic");
    let server = Server::start(&dir, &SMALL)?;
    for who in ["admin", "desk", "doctor", "patient", "operator"] {
        assert!(
            server.greeting.contains(&format!("{who}@demo.test")),
            "{}",
            server.greeting
        );
    }
    assert!(server.greeting.contains("kalends-demo"), "{}", server.greeting);
    server.stop()?;

    let verified = run(&dir, &["verify", "--json"])?;
    assert!(verified.status.success(), "{verified:?}");
    let document: serde_json::Value = serde_json::from_slice(&verified.stdout)?;
    for (table, least) in [
        ("providers", 13),
        ("departments", 6),
        ("locations", 2),
        ("services", 20),
        ("patients", 60),
    ] {
        assert!(document["rows"][table].as_i64() >= Some(least), "{table}: {document}");
    }
    let url = format!("sqlite://{}", dir.join("kalends.db").display());
    let store = Store::connect(&url, Access::Owner).await?;
    let mut tx = store.read_untenanted().await?;
    let states: Vec<String> = tx.query("SELECT DISTINCT status FROM appointments").scalars().await?;
    for state in ["pending", "booked", "fulfilled", "declined"] {
        assert!(
            states.iter().any(|found| found == state),
            "{state} is missing: {states:?}"
        );
    }
    for (what, sql) in [
        (
            "a room and equipment at once",
            "SELECT count(*) FROM (SELECT 1 FROM service_needs GROUP BY service_id HAVING count(*) > 1) found",
        ),
        ("a daily cap", "SELECT count(*) FROM services WHERE max_per_day > 0"),
        (
            "questions of which one stops",
            "SELECT count(*) FROM services WHERE intake LIKE '%\"stop\":{%' AND intake LIKE '%consent%'",
        ),
        ("a ticket", "SELECT count(*) FROM tickets"),
        ("a parent", "SELECT count(*) FROM proxies WHERE relationship = 'parent'"),
        (
            "a walk-in",
            "SELECT count(*) FROM appointments a JOIN patients p ON p.id = a.patient_id
             WHERE p.family_name = 'Petersen' AND p.given_name = 'Jule' AND a.status = 'arrived'",
        ),
        (
            "an overbooked time",
            "SELECT count(*) FROM appointments WHERE overrides LIKE '%\"taken\"%'",
        ),
        (
            "a series",
            "SELECT count(*) FROM (SELECT 1 FROM appointments WHERE series_id IS NOT NULL GROUP BY series_id HAVING count(*) > 4) found",
        ),
        (
            "a visit",
            "SELECT count(*) FROM (SELECT 1 FROM appointments WHERE visit_id IS NOT NULL GROUP BY visit_id HAVING count(*) = 2) found",
        ),
    ] {
        let found: i64 = tx.query(sql).scalar().await?;
        assert!(found > 0, "the demo shows no example of {what}");
    }
    let with_password: i64 = tx
        .query("SELECT count(*) FROM users WHERE password_hash IS NOT NULL")
        .scalar()
        .await?;
    assert_eq!(with_password, 5, "only the demo's own accounts can sign in");
    drop(tx);
    store.close().await?;

    // Taken up as it was left: making it again would take another number of patients.
    Server::start(&dir, &["demo", "--patients", "1"])?.stop()?;
    let again: serde_json::Value = serde_json::from_slice(&run(&dir, &["verify", "--json"])?.stdout)?;
    assert_eq!(again["rows"]["patients"], document["rows"]["patients"]);

    // What everybody can sign in to is not for everybody to reach.
    let refused = run(&dir, &["serve", "--listen", "0.0.0.0:0", "--insecure-http"])?;
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr)?.contains("demo's password"));

    let store = Store::connect(&url, Access::Owner).await?;
    let mut tx = store.begin_untenanted().await?;
    let sql = "DELETE FROM allocations WHERE id = (SELECT id FROM allocations WHERE kind = 'appointment' LIMIT 1)";
    tx.query(sql).execute().await?;
    tx.commit().await?;
    store.close().await?;
    let broken = run(&dir, &["verify"])?;
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8(broken.stdout)?.contains("BROKEN"));
    Ok(())
}

#[test]
fn a_directory_of_somebody_else_is_left_alone() -> Outcome {
    let dir = tempfile::tempdir()?;
    assert!(run(dir.path(), &["migrate"])?.status.success());
    let refused = run(dir.path(), &["demo", "--listen", "127.0.0.1:0"])?;
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr)?.contains("no demo of ours"));
    Ok(())
}
