//! Who may read the trail, and that it is sealed.

use kalends_domain::page::PageRequest;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::testing::clinic::{Clinic, at};

use super::{AuditFilter, AuditRecord, list, list_own, seal, seal_all};
use crate::booking::tests::people::Practice;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};

async fn actions(practice: &Practice, ctx: &Ctx, filter: AuditFilter) -> Result<Vec<String>> {
    let page = list(&practice.app, ctx, &PageRequest::default(), filter).await?;
    Ok(page.items.into_iter().map(|it: AuditRecord| it.entry.action).collect())
}

on_both! {
    async fn admins_read_all_and_patients_their_own(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        let (first, second) = (practice.patient().await?, practice.patient().await?);
        let booked = practice.book(&first, practice.wish(at(0))).await?;
        practice.book(&second, practice.wish(at(60))).await?;

        let admin = practice.ctx(Role::Admin, practice.clinic.user, None, None);
        assert_eq!(actions(&practice, &admin, AuditFilter::default()).await?, ["book", "book"]);
        let of_one = AuditFilter { resource_id: Some(booked.id.uuid()), ..AuditFilter::default() };
        assert_eq!(actions(&practice, &admin, of_one).await?, ["book"]);
        let none = AuditFilter { action: Some("read".into()), ..AuditFilter::default() };
        assert_eq!(actions(&practice, &admin, none).await?, [""; 0]);

        let own = list_own(&practice.app, &first, &PageRequest::default(), None).await?.items;
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].entry.resource_id, Some(booked.id.uuid()));
        assert_eq!(own[0].actor_name.as_deref(), Some("Ann Example"));
        for ctx in [&first, &practice.doctor(), &practice.receptionist()] {
            let refused = actions(&practice, ctx, AuditFilter::default()).await;
            assert!(matches!(refused, Err(AppError::Forbidden)));
        }
        let refused = list_own(&practice.app, &admin, &PageRequest::default(), None).await;
        assert!(matches!(refused, Err(AppError::Forbidden)));
        Ok(())
    }

    async fn entries_are_sealed_once_whoever_comes_first(database: TestDatabase) {
        let practice = Practice::new(Clinic::open(&database).await?)?;
        for slot in 0..5 {
            practice.book(&practice.patient().await?, practice.wish(at(slot * 30))).await?;
        }
        let mut sealers = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let practice = practice.clone();
            sealers.spawn(async move { seal(&practice.app, practice.clinic.tenant).await });
        }
        let sealed: u64 = sealers.join_all().await.into_iter().collect::<Result<Vec<_>>>()?.iter().sum();
        assert_eq!(sealed, 5);
        assert_eq!(seal_all(&practice.app).await?, 0);
        assert_eq!(crate::verify::verify(&database.url).await?.violations, []);
        Ok(())
    }
}
