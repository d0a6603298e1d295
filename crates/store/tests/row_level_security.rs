//! PostgreSQL keeps tenants apart by itself: a statement of the server's that forgets the tenant reads and changes nothing.

use kalends_domain::id::TenantId;
use kalends_store::store::{Access, Store};
use kalends_store::testing::clinic::{Clinic, id};
use kalends_store::testing::{Kind, TestDatabase, TestResult};
use kalends_store::tx::Tx;

/// Tables with a tenant, but for the one that is read to find it.
const TABLES: &str = "SELECT c.table_name::text FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE'
       AND c.table_name <> 'tenant_hosts' ORDER BY 1";

/// A clinic, and its database as the owner sees it.
async fn clinic(database: &TestDatabase) -> Result<(Clinic, Store), Box<dyn std::error::Error>> {
    let clinic = Clinic::open(database).await?;
    clinic.add_patient().await?;
    let owner = Store::connect(&database.url, Access::Owner).await?;
    Ok((clinic, owner))
}

/// Rows of a table that is only known now.
async fn count(mut tx: Tx, table: &str) -> kalends_store::error::Result<i64> {
    let sql: &'static str = Box::leak(format!("SELECT COUNT(*) FROM {table}").into_boxed_str());
    tx.query(sql).scalar().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_names_no_tenant_reads_nothing() -> TestResult {
    let database = TestDatabase::create(Kind::Postgres).await?;
    let (clinic, owner) = clinic(&database).await?;
    let tables: Vec<String> = owner.read_untenanted().await?.query(TABLES).scalars().await?;
    let mut filled = 0;
    for table in &tables {
        let all = count(owner.read_untenanted().await?, table).await?;
        let own = count(clinic.store.read(clinic.tenant).await?, table).await?;
        assert_eq!(all, own, "{table}: the tenant's own rows");
        filled += usize::from(all > 0);
        // The connection that just served the tenant is the one that is used next.
        let server = &clinic.store;
        assert_eq!(
            count(server.read_untenanted().await?, table).await?,
            0,
            "{table} without a tenant"
        );
        assert_eq!(
            count(server.begin_untenanted().await?, table).await?,
            0,
            "{table} without a tenant"
        );
        assert_eq!(
            count(server.read(id::<TenantId>()).await?, table).await?,
            0,
            "{table} of another"
        );
    }
    assert!(
        tables.len() > 20 && filled > 5,
        "{filled} of {} tables have rows",
        tables.len()
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_with_a_tenant_is_guarded() -> TestResult {
    let database = TestDatabase::create(Kind::Postgres).await?;
    let owner = Store::connect(&database.url, Access::Owner).await?;
    let unguarded: Vec<String> = owner
        .read_untenanted()
        .await?
        .query(
            "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
             WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'tenant_hosts'
               AND (NOT c.relrowsecurity OR NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))",
        )
        .scalars()
        .await?;
    assert_eq!(unguarded, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_changes_nothing_of_anothers() -> TestResult {
    let database = TestDatabase::create(Kind::Postgres).await?;
    let (victim, owner) = clinic(&database).await?;
    let attacker = Clinic::open(&database).await?;
    for sql in [
        "UPDATE users SET given_name = 'Mallory'",
        "DELETE FROM openings",
        "UPDATE providers SET title = 'X'",
    ] {
        let mut tx = attacker.store.begin(attacker.tenant).await?;
        tx.query(sql).execute().await?;
        tx.commit().await?;
    }
    let spoilt: i64 = owner
        .begin(victim.tenant)
        .await?
        .query(
            "SELECT (SELECT COUNT(*) FROM users WHERE tenant_id = $1 AND given_name = 'Mallory')
                  + (SELECT COUNT(*) FROM providers WHERE tenant_id = $1 AND title = 'X')
                  + (SELECT CASE COUNT(*) WHEN 0 THEN 1 ELSE 0 END FROM openings WHERE tenant_id = $1)",
        )
        .bind(victim.tenant)
        .scalar()
        .await?;
    assert_eq!(spoilt, 0);

    let mut tx = attacker.store.begin(attacker.tenant).await?;
    let moved = tx
        .query("UPDATE users SET tenant_id = $1")
        .bind(victim.tenant)
        .execute()
        .await;
    assert!(moved.is_err(), "a row was moved into another tenant");
    let mut tx = attacker.store.begin(attacker.tenant).await?;
    let planted = tx
        .query(
            "INSERT INTO provider_locations (tenant_id, provider_id, location_id) SELECT $1, $2, $3 FROM tenants LIMIT 1",
        )
        .bind(victim.tenant)
        .bind(victim.provider)
        .bind(victim.location)
        .execute()
        .await;
    let error = planted.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(
        error.contains("row-level security"),
        "a row was planted in another tenant: {error}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_may_not_rewrite_what_it_only_reads() -> TestResult {
    let database = TestDatabase::create(Kind::Postgres).await?;
    let (clinic, _) = clinic(&database).await?;
    for sql in [
        "INSERT INTO signing_keys (kid, algorithm, private_key, created_at) VALUES ('mine', 'EdDSA', '', now())",
        "UPDATE signing_keys SET retired_at = now()",
        "DELETE FROM signing_keys",
        "DELETE FROM tenants",
        "DELETE FROM audit_entries",
        "UPDATE audit_entries SET action = 'nothing'",
        "DELETE FROM appointment_events",
        "UPDATE appointment_events SET reason = ''",
        "ALTER TABLE users DISABLE ROW LEVEL SECURITY",
        "DROP TABLE users",
    ] {
        let mut tx = clinic.store.begin(clinic.tenant).await?;
        let error = tx.query(sql).execute().await.err();
        let error = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(
            error.contains("permission denied") || error.contains("must be owner"),
            "{sql}: {error}"
        );
    }
    Ok(())
}
