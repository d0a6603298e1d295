//! A clean database is found clean, and each promise that is broken behind the program's back is named.

use jiff::SignedDuration;
use kalends_domain::appointment::Appointment;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use super::{Findings, Link, links, verify};
use crate::audit::seal::seal;
use crate::error::Result;
use crate::on_both;
use crate::store::{Access, Store};
use crate::testing::TestDatabase;
use crate::testing::clinic::{Clinic, NOW, id};

/// Columns that look like links and are none: what they name may be of any kind, or gone, or of no one table.
const NO_LINKS: [&str; 15] = [
    "allocations.bookable_id",
    "allocations.group_id",
    "appointment_events.actor_id",
    "appointment_events.provider_id",
    "appointments.group_id",
    "appointments.series_id",
    "appointments.visit_id",
    "audit_entries.actor_id",
    "audit_entries.patient_id",
    "audit_entries.request_id",
    "audit_entries.resource_id",
    "audit_entries.tenant_id",
    "tenant_hosts.tenant_id",
    "tenants.id",
    "waitlist_offers.hold_id",
];

async fn findings(database: &TestDatabase) -> Result<Findings> {
    let owner = Store::connect(&database.url, Access::Owner).await?;
    let mut tx = owner.read_untenanted().await?;
    verify(&mut tx).await
}

/// Runs statements as the owner, whom nothing stops.
async fn tamper(database: &TestDatabase, on_postgres: &[&'static str], on_sqlite: &[&'static str]) -> Result<()> {
    let owner = Store::connect(&database.url, Access::Owner).await?;
    let mut tx = owner.begin_untenanted().await?;
    let statements = if tx.is_postgres() { on_postgres } else { on_sqlite };
    for statement in statements {
        tx.query(statement).execute().await?;
    }
    tx.commit().await?;
    owner.close().await
}

/// The names of what is broken, each once.
fn broken(findings: &Findings) -> Vec<&'static str> {
    let mut names: Vec<_> = findings.violations.iter().map(|found| found.invariant).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Three bookings of three patients, a hold and a block.
async fn busy(database: &TestDatabase) -> std::result::Result<(Clinic, Vec<Appointment>), Box<dyn std::error::Error>> {
    let clinic = Clinic::open(database).await?;
    let mut appointments = Vec::new();
    for from in [0, 30, 60] {
        let mut appointment = clinic.appointment(clinic.add_patient().await?, from, from + 30);
        appointment.resource_ids = (from == 30).then_some(clinic.room).into_iter().collect();
        clinic
            .store
            .apply(clinic.tenant, NOW, &clinic.booking(&appointment))
            .await?;
        appointments.push(appointment);
    }
    let (_, hold) = clinic.hold(120, 150, NOW + SignedDuration::from_mins(10));
    clinic.store.apply(clinic.tenant, NOW, &hold).await?;
    clinic.store.apply(clinic.tenant, NOW, &clinic.block(180, 240)).await?;
    Ok((clinic, appointments))
}

async fn seal_all(clinic: &Clinic) -> Result<usize> {
    let mut tx = clinic.store.begin(clinic.tenant).await?;
    let sealed = seal(&mut tx, clinic.tenant).await?;
    tx.commit().await?;
    Ok(sealed)
}

on_both! {
    async fn a_clinic_at_work_is_clean_and_its_rows_are_counted(database: TestDatabase) {
        let (clinic, _) = busy(&database).await?;
        assert_eq!(seal_all(&clinic).await?, 3);
        assert_eq!(seal_all(&clinic).await?, 0);
        let findings = findings(&database).await?;
        assert_eq!(findings.violations, vec![]);
        let rows = |name: &str| findings.tables.iter().find(|(table, _)| table == name).map(|(_, rows)| *rows);
        assert_eq!(rows("appointments"), Some(3));
        assert_eq!(rows("allocations"), Some(9));
        assert_eq!(rows("holds"), Some(1));
        assert_eq!(rows("webhooks"), None);
        Ok(())
    }

    async fn a_time_sold_twice_is_found(database: TestDatabase) {
        let (_, _) = busy(&database).await?;
        let double = "INSERT INTO allocations (tenant_id, id, provider_id, kind, appointment_id, starts_at, ends_at,
                block_starts_at, block_ends_at, blocks)
            SELECT tenant_id, patient_id, provider_id, 'appointment', id, starts_at, ends_at, starts_at, ends_at, true
            FROM appointments";
        tamper(
            &database,
            &["ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap", double],
            &["DROP TRIGGER allocations_no_overlap", double],
        )
        .await?;
        let findings = findings(&database).await?;
        assert_eq!(broken(&findings), ["allocations-do-not-overlap", "appointments-take-their-time"]);
        assert_eq!(findings.violations.len(), 6);
        Ok(())
    }

    async fn a_seat_sold_twice_and_a_group_in_two_places_are_found(database: TestDatabase) {
        let (_, _) = busy(&database).await?;
        tamper(
            &database,
            &["UPDATE appointments SET group_id = tenant_id, policy = policy || '{\"capacity\": 2}'"],
            &["UPDATE appointments SET group_id = tenant_id, policy = json_set(policy, '$.capacity', 2)"],
        )
        .await?;
        let found = broken(&findings(&database).await?);
        assert!(found.contains(&"groups-are-one") && found.contains(&"groups-have-seats"), "{found:?}");
        Ok(())
    }

    async fn a_series_or_a_visit_of_several_patients_is_found(database: TestDatabase) {
        let (_, _) = busy(&database).await?;
        for mix in ["UPDATE appointments SET series_id = tenant_id", "UPDATE appointments SET series_id = NULL, visit_id = tenant_id"] {
            tamper(&database, &[mix], &[mix]).await?;
            assert_eq!(broken(&findings(&database).await?), ["what-is-together-is-one-patients"]);
        }
        Ok(())
    }

    async fn an_appointment_without_its_time_is_found(database: TestDatabase) {
        let (_, appointments) = busy(&database).await?;
        let lost = "DELETE FROM allocations WHERE resource_id IS NOT NULL";
        tamper(&database, &[lost], &[lost]).await?;
        let findings = findings(&database).await?;
        assert_eq!(broken(&findings), ["appointments-take-their-time"]);
        assert_eq!(findings.violations[0].id, appointments[1].id.uuid());
        Ok(())
    }

    async fn a_cancelled_appointment_that_goes_on_taking_time_is_found(database: TestDatabase) {
        let (_, _) = busy(&database).await?;
        let cancel = "UPDATE appointments SET status = 'cancelled' WHERE resource_ids <> '[]'";
        tamper(&database, &[cancel], &[cancel]).await?;
        let findings = findings(&database).await?;
        assert_eq!(broken(&findings), ["allocations-have-their-appointment", "appointments-have-their-history"]);
        Ok(())
    }

    async fn a_buffer_that_is_not_guarded_is_found(database: TestDatabase) {
        let (_, _) = busy(&database).await?;
        tamper(
            &database,
            &["UPDATE appointments SET policy = policy || '{\"buffer_before_minutes\": 5}' WHERE resource_ids <> '[]'"],
            &["UPDATE appointments SET policy = json_set(policy, '$.buffer_before_minutes', 5) WHERE resource_ids <> '[]'"],
        )
        .await?;
        let findings = findings(&database).await?;
        assert_eq!(broken(&findings), ["allocations-have-their-appointment", "appointments-take-their-time"]);
        Ok(())
    }

    async fn holds_and_blocks_without_their_time_are_found(database: TestDatabase) {
        let (_, _) = busy(&database).await?;
        let lost = "DELETE FROM allocations WHERE kind IN ('hold', 'block')";
        tamper(&database, &[lost], &[lost]).await?;
        assert_eq!(broken(&findings(&database).await?), ["blocks-take-their-time", "holds-take-their-time"]);
        Ok(())
    }

    async fn openings_that_overlap_are_found(database: TestDatabase) {
        let (_, _) = busy(&database).await?;
        let double = "INSERT INTO openings SELECT tenant_id, provider_id, provider_id, location_id, local_date, local_from, local_to,
            starts_at, ends_at, slot_minutes, publish_mode, release_minutes, limited, template_id, created_at FROM openings";
        tamper(
            &database,
            &["ALTER TABLE openings DROP CONSTRAINT openings_provider_id_tstzrange_excl", double],
            &["DROP TRIGGER openings_no_overlap", double],
        )
        .await?;
        assert_eq!(broken(&findings(&database).await?), ["openings-do-not-overlap"]);
        Ok(())
    }

    async fn an_edited_or_missing_audit_entry_breaks_the_chain(database: TestDatabase) {
        let (clinic, _) = busy(&database).await?;
        seal_all(&clinic).await?;
        let edit = "UPDATE audit_entries SET action = 'read' WHERE seal_number = 2";
        tamper(&database, &[edit], &["DROP TRIGGER audit_entries_no_update", edit]).await?;
        let found = findings(&database).await?;
        assert_eq!(broken(&found), ["audit-chain-holds", "changes-are-audited"]);
        let detail = |findings: &Findings| {
            let of_chain = findings.violations.iter().filter(|found| found.invariant == "audit-chain-holds");
            of_chain.map(|found| found.detail.clone()).collect::<Vec<_>>()
        };
        assert_eq!(detail(&found), ["entry 2 was changed after it was sealed"]);

        let remove = "DELETE FROM audit_entries WHERE seal_number = 2";
        tamper(&database, &[remove], &["DROP TRIGGER audit_entries_no_delete", remove]).await?;
        assert_eq!(detail(&findings(&database).await?), ["entry 2 is missing"]);
        Ok(())
    }

    async fn entries_that_nobody_seals_are_found(database: TestDatabase) {
        let (clinic, _) = busy(&database).await?;
        assert_eq!(broken(&findings(&database).await?), [""; 0]);
        let mut late = clinic.booking(&clinic.appointment(clinic.add_patient().await?, 300, 330));
        late.audit[0].at = NOW + SignedDuration::from_secs(61);
        clinic.store.apply(clinic.tenant, NOW, &late).await?;
        assert_eq!(broken(&findings(&database).await?), ["audit-is-sealed"]);
        seal_all(&clinic).await?;
        assert_eq!(broken(&findings(&database).await?), [""; 0]);
        Ok(())
    }

    async fn jobs_about_nothing_are_found(database: TestDatabase) {
        let (clinic, _) = busy(&database).await?;
        let mut tx = clinic.store.begin(clinic.tenant).await?;
        tx.query("UPDATE jobs SET payload = $2, kind = '' WHERE tenant_id = $1")
            .bind(clinic.tenant)
            .bind(serde_json::json!({"appointment_id": id::<uuid::Uuid>()}))
            .execute()
            .await?;
        tx.commit().await?;
        assert_eq!(broken(&findings(&database).await?), ["jobs-are-well-formed", "jobs-have-their-appointment"]);
        Ok(())
    }

    async fn a_link_into_another_tenant_is_found(database: TestDatabase) {
        let (clinic, _) = busy(&database).await?;
        Clinic::open(&database).await?;
        let stray = "UPDATE appointments SET service_id = (SELECT s.id FROM services s WHERE s.tenant_id <> appointments.tenant_id)
            WHERE resource_ids <> '[]'";
        if database.url.starts_with("postgres") {
            let statements = [
                "ALTER TABLE appointments DROP CONSTRAINT appointments_tenant_id_service_id_fkey",
                stray,
                "ALTER TABLE appointments ADD FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) NOT VALID",
            ];
            tamper(&database, &statements, &[]).await?;
        } else {
            let options: SqliteConnectOptions = database.url.parse()?;
            let mut unchecked = options.foreign_keys(false).connect().await?;
            unchecked.execute(stray).await?;
            unchecked.close().await?;
        }
        let findings = findings(&database).await?;
        assert_eq!(broken(&findings), ["links-stay-in-the-tenant"]);
        assert_eq!(findings.violations[0].tenant_id, clinic.tenant);
        Ok(())
    }

    async fn every_column_that_names_a_record_is_a_link(database: TestDatabase) {
        let owner = Store::connect(&database.url, Access::Owner).await?;
        let mut tx = owner.read_untenanted().await?;
        let sql = if tx.is_postgres() {
            "SELECT table_name || '.' || column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type = 'uuid' AND column_name <> 'id'"
        } else {
            "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
             WHERE m.type = 'table' AND c.type = 'BLOB' AND c.name LIKE '%\\_id' ESCAPE '\\'"
        };
        let columns: Vec<String> = tx.query(sql).scalars().await?;
        let links: Vec<Link> = links(&mut tx).await?;
        let linked = |column: &String| {
            let (table, name) = column.split_once('.').unwrap_or_default();
            links.iter().any(|link| link.table == table && link.columns.iter().any(|(here, _)| here == name))
        };
        let loose: Vec<&String> = columns
            .iter()
            .filter(|column| !linked(column) && !NO_LINKS.contains(&column.as_str()))
            .collect();
        assert_eq!(loose, Vec::<&String>::new());
        let across: Vec<&Link> = links
            .iter()
            .filter(|link| link.parent != "tenants" && !link.columns.iter().any(|(here, there)| here == "tenant_id" && there == "tenant_id"))
            .collect();
        assert_eq!(across, Vec::<&Link>::new(), "a link without the tenant could lead out of it");
        Ok(())
    }
}
