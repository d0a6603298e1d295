use kalends_domain::allocation::Whose;
use kalends_domain::hold::KEPT_FOR;

use super::*;
use crate::change::IdempotencyKey;
use crate::change::tests::made::key;
use crate::testing::clinic::{Clinic, NOW};
use crate::testing::{Kind, TestDatabase, TestResult};

const MANY: usize = 8;

/// Bookings one after the other, each for a patient of its own.
async fn bookings(clinic: &Clinic) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for (number, from) in (0..MANY).zip((0..).step_by(30)) {
        let patient = clinic.add_patient().await?;
        let booking = clinic.booking(&clinic.appointment(patient, from, from + 30));
        changes.push(Change {
            idempotency: Some(IdempotencyKey {
                key: number.to_string(),
                ..key(1, "booked")
            }),
            ..booking
        });
    }
    Ok(changes)
}

/// Writes them as one batch.
async fn together(clinic: &Clinic, changes: &[Change]) -> TestResult<Vec<Result<Applied>>> {
    let mut batch = Vec::new();
    let mut answers = Vec::new();
    for change in changes {
        let (answer, answered) = oneshot::channel();
        let document = Document::new(clinic.tenant, NOW, change);
        assert!(document.only_adds());
        batch.push(Waiting {
            now: NOW,
            document,
            answer,
        });
        answers.push(answered);
    }
    let rush = clinic.store.rush().ok_or("not on PostgreSQL")?;
    write(&rush.pool, clinic.tenant, batch).await;
    let mut outcomes = Vec::new();
    for answered in answers {
        outcomes.push(answered.await?);
    }
    Ok(outcomes)
}

/// In how many transactions the clinic's appointments were written.
async fn transactions(clinic: &Clinic) -> Result<i64> {
    let mut tx = clinic.store.read(clinic.tenant).await?;
    let sql = "SELECT count(DISTINCT xmin::text) FROM appointments WHERE tenant_id = $1";
    tx.query(sql).bind(clinic.tenant).scalar().await
}

fn all_done(outcomes: &[Result<Applied>]) -> bool {
    outcomes.iter().all(|outcome| matches!(outcome, Ok(Applied::Done)))
}

#[tokio::test]
async fn what_waits_together_is_written_in_one_transaction() -> TestResult {
    let database = TestDatabase::create(Kind::Postgres).await?;
    let clinic = Clinic::open(&database).await?;
    let outcomes = together(&clinic, &bookings(&clinic).await?).await?;
    assert!(all_done(&outcomes), "{outcomes:?}");
    let many = i64::try_from(MANY)?;
    assert_eq!(clinic.rows().await?, [many, 2 * many, many, many, many]);
    assert_eq!(transactions(&clinic).await?, 1);
    Ok(())
}

#[tokio::test]
async fn one_that_is_refused_does_not_stop_the_others() -> TestResult {
    let database = TestDatabase::create(Kind::Postgres).await?;
    let clinic = Clinic::open(&database).await?;
    let mut changes = bookings(&clinic).await?;
    let late = clinic.add_patient().await?;
    changes[5] = clinic.booking(&clinic.appointment(late, 15, 45));
    let mut outcomes = together(&clinic, &changes).await?;
    let refused = outcomes.remove(5);
    assert!(
        matches!(refused, Err(StoreError::Taken(Whose::Provider))),
        "{refused:?}"
    );
    assert!(all_done(&outcomes), "{outcomes:?}");
    assert_eq!(transactions(&clinic).await?, i64::try_from(MANY - 1)?);
    Ok(())
}

#[tokio::test]
async fn a_key_used_before_is_replayed_for_its_own_request_alone() -> TestResult {
    let database = TestDatabase::create(Kind::Postgres).await?;
    let clinic = Clinic::open(&database).await?;
    let changes = bookings(&clinic).await?;
    let first = clinic.store.apply(clinic.tenant, NOW, &changes[2]).await?;
    assert_eq!(first, Applied::Done);
    let mut outcomes = together(&clinic, &changes).await?;
    let replayed = outcomes.remove(2);
    assert!(
        matches!(&replayed, Ok(Applied::Replayed(stored)) if stored.answer == "booked"),
        "{replayed:?}"
    );
    assert!(all_done(&outcomes), "{outcomes:?}");
    Ok(())
}

#[tokio::test]
async fn each_spends_its_own_hold() -> TestResult {
    let database = TestDatabase::create(Kind::Postgres).await?;
    let clinic = Clinic::open(&database).await?;
    let mut changes = bookings(&clinic).await?;
    changes.truncate(3);
    for (change, from) in changes.iter_mut().zip((0..).step_by(30)) {
        let (hold, kept) = clinic.hold(from, from + 30, NOW + KEPT_FOR);
        clinic.store.apply(clinic.tenant, NOW, &kept).await?;
        change.spent_holds = vec![hold];
    }
    let outcomes = together(&clinic, &changes).await?;
    assert!(all_done(&outcomes), "{outcomes:?}");
    assert_eq!(transactions(&clinic).await?, 1);
    let spent = changes[0].spent_holds.clone();
    let mut later = bookings(&clinic).await?.split_off(4);
    later[1].spent_holds = spent;
    for change in &mut later {
        change.idempotency = None;
    }
    let mut outcomes = together(&clinic, &later).await?;
    let gone = outcomes.remove(1);
    assert!(matches!(gone, Err(StoreError::HoldGone)), "{gone:?}");
    assert!(all_done(&outcomes), "{outcomes:?}");
    Ok(())
}
