//! Who gets what is booked with anyone.

use std::collections::HashMap;

use jiff::SignedDuration;
use kalends_domain::id::ProviderId;
use kalends_store::on_both;
use kalends_store::testing::TestResult;
use kalends_store::testing::clinic::{Clinic, NOW, at};

use super::people::{Practice, later};
use crate::booking::NewBooking;

/// Books with anyone at these minutes, each for somebody else, and says with whom.
async fn booked(practice: &Practice, starts: impl Iterator<Item = i64>) -> TestResult<Vec<ProviderId>> {
    let mut providers = Vec::new();
    for start in starts {
        let ctx = practice.patient().await?;
        providers.push(practice.book(&ctx, practice.wish(at(start))).await?.provider_id);
    }
    Ok(providers)
}

fn count(providers: &[ProviderId]) -> HashMap<ProviderId, usize> {
    providers.iter().fold(HashMap::new(), |mut counts, id| {
        *counts.entry(*id).or_default() += 1;
        counts
    })
}

on_both! {
    async fn equal_shares_are_equally_many(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        for _ in 0..2 {
            clinic.add_provider(&[clinic.service]).await?;
        }
        clinic.change("UPDATE services SET assignment = 'weighted' WHERE tenant_id = $1").await?;
        let practice = Practice::new(clinic)?;
        let counts = count(&booked(&practice, (0..9).map(|number| number * 30)).await?);
        assert_eq!(counts.len(), 3);
        assert!(counts.values().all(|count| *count == 3), "{counts:?}");
        practice.verify().await
    }

    async fn in_turn_it_is_who_was_given_one_longest_ago(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        clinic.add_provider(&[clinic.service]).await?;
        clinic.add_provider(&[clinic.service]).await?;
        clinic.change("UPDATE services SET assignment = 'round_robin' WHERE tenant_id = $1").await?;
        let practice = Practice::new(clinic)?;
        let mut given = Vec::new();
        for minute in 0..6 {
            let ctx = later(&practice.patient().await?, NOW + SignedDuration::from_mins(minute));
            given.push(practice.book(&ctx, practice.wish(at(60 + minute * 30))).await?.provider_id);
        }
        assert_eq!(given[..3], given[3..], "the same order again");
        assert_eq!(count(&given).len(), 3, "{given:?}");
        practice.verify().await
    }

    async fn shares_are_kept(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        clinic.change("UPDATE services SET assignment = 'weighted' WHERE tenant_id = $1").await?;
        clinic.change("UPDATE provider_services SET weight = 3 WHERE tenant_id = $1").await?;
        clinic.add_provider(&[clinic.service]).await?;
        let practice = Practice::new(clinic)?;
        let counts = count(&booked(&practice, (0..12).map(|number| number * 30)).await?);
        assert_eq!(counts.get(&practice.clinic.provider), Some(&9), "{counts:?}");
        Ok(())
    }

    async fn the_least_busy_gets_it(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        let other = clinic.add_provider(&[clinic.service]).await?.0;
        clinic.change("UPDATE services SET assignment = 'least_busy' WHERE tenant_id = $1").await?;
        let practice = Practice::new(clinic)?;
        for start in [0, 60] {
            let with = NewBooking { provider_id: Some(practice.clinic.provider), ..practice.wish(at(start)) };
            practice.book(&practice.patient().await?, with).await?;
        }
        assert_eq!(booked(&practice, [120, 180].into_iter()).await?, [other, other]);
        practice.verify().await
    }

    async fn whom_the_patient_saw_last_comes_first(database: TestDatabase) {
        let clinic = Clinic::open(&database).await?;
        for _ in 0..3 {
            clinic.add_provider(&[clinic.service]).await?;
        }
        clinic.change("UPDATE services SET assignment = 'least_busy', usual_provider_first = TRUE WHERE tenant_id = $1").await?;
        let practice = Practice::new(clinic)?;
        let ctx = practice.patient().await?;
        let usual = practice.book(&ctx, practice.wish(at(0))).await?.provider_id;
        for start in [60, 120, 180] {
            assert_eq!(practice.book(&ctx, practice.wish(at(start))).await?.provider_id, usual);
        }
        // Somebody else is with them at that time: then the rule decides.
        let taken = NewBooking { provider_id: Some(usual), ..practice.wish(at(240)) };
        practice.book(&practice.patient().await?, taken).await?;
        assert_ne!(practice.book(&ctx, practice.wish(at(240))).await?.provider_id, usual);
        practice.verify().await
    }
}
