//! What is booked together in a scene: each part is booked where it was judged free, and all of them or none.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan as _};
use kalends_domain::recurrence::{End, Recurrence, Unit};

use super::super::Outcome;
use super::stage::Stage;
use crate::booking::Overrides;
use crate::error::AppError;
use crate::idempotency::Once;
use crate::intake::Answers;
use crate::series::{self, NewSeries};
use crate::slots::Slot;
use crate::visits::{self, NewPart, NewVisit, VisitSearch, WantedPart};

const APPOINTMENTS: &str = "SELECT count(*) FROM appointments WHERE tenant_id = $1";

impl Stage<'_> {
    /// Every day at the time of `slot`, three times: as it was planned; how many were booked.
    pub async fn series(&self, slot: &Slot) -> Outcome<usize> {
        let (app, staff) = (&self.practice.app, &self.staff);
        let input = NewSeries {
            service_id: self.service,
            starts_at: slot.starts_at,
            provider_id: Some(slot.provider_id),
            location_id: self.location,
            patient_id: self.practice.clinic.add_patient().await?,
            recurrence: Recurrence {
                every: 1,
                unit: Unit::Days,
                weekdays: Vec::new(),
                end: End::Count(3),
            },
            instead: Vec::new(),
            skip_conflicts: false,
            reason: None,
            answers: Answers::default(),
            overrides: Overrides::default(),
        };
        let planned = series::plan(app, staff, &input).await?;
        let free: BTreeSet<Timestamp> = planned
            .iter()
            .filter(|it| it.is_free())
            .filter_map(|it| it.starts_at)
            .collect();
        let before = self.practice.clinic.count(APPOINTMENTS).await?;
        let whole = series::book(app, staff, input.clone(), &Once::unkeyed()).await;
        let booked = match whole {
            Ok(booked) if free.len() == planned.len() => booked.appointments,
            Err(AppError::NotAll { occurrences }) if free.len() < planned.len() => {
                assert_eq!(occurrences, planned, "refused otherwise than planned");
                assert_eq!(self.practice.clinic.count(APPOINTMENTS).await?, before);
                let rest = NewSeries {
                    skip_conflicts: true,
                    ..input
                };
                match series::book(app, staff, rest, &Once::unkeyed()).await {
                    Ok(booked) => booked.appointments,
                    Err(AppError::NotAll { .. }) if free.is_empty() => Vec::new(),
                    Err(error) => return Err(format!("{free:?} are free, but {error:?}").into()),
                }
            }
            other => return Err(format!("{planned:?} were planned, but {other:?}").into()),
        };
        let starts: BTreeSet<Timestamp> = booked.iter().map(|it| it.starts_at).collect();
        assert_eq!(starts, free);
        Ok(booked.len())
    }

    /// The service twice in one go, where that is offered; how many were booked.
    pub async fn visit(&self) -> Outcome<usize> {
        let (app, staff) = (&self.practice.app, &self.staff);
        let patient_id = Some(self.practice.clinic.add_patient().await?);
        let day = self.scene.zone.date_at(self.scene.change);
        let part = WantedPart {
            service_id: self.service,
            provider_id: None,
        };
        let search = VisitSearch {
            parts: vec![part, part],
            location_id: self.location,
            patient_id,
            moving: None,
            from: day.checked_sub(1.day())?,
            to: day.checked_add(1.day())?,
            limit: 3,
        };
        let found = visits::list(app, staff, &search).await?;
        let Some(slot) = found.last() else { return Ok(0) };
        let parts = slot.parts.iter().map(|part| NewPart {
            service_id: part.service_id,
            starts_at: part.starts_at,
            provider_id: Some(part.provider_id),
            answers: Answers::default(),
        });
        let visit = NewVisit {
            parts: parts.collect(),
            location_id: slot.location_id,
            patient_id,
            reason: None,
            overrides: Overrides::default(),
        };
        let booked = visits::book(app, staff, visit.clone(), &Once::unkeyed()).await;
        let booked = booked.map_err(|error| format!("{slot:?} is offered, but not booked: {error:?}"))?;
        let places = booked.appointments.iter().map(|it| (it.provider_id, it.starts_at));
        let offered = slot.parts.iter().map(|it| (it.provider_id, it.starts_at));
        assert!(places.eq(offered), "{slot:?}");

        // The patient is there already: the same again is refused as a whole.
        let before = self.practice.clinic.count(APPOINTMENTS).await?;
        let again = visits::book(app, staff, visit, &Once::unkeyed()).await;
        assert!(matches!(again, Err(AppError::NotAll { .. })), "{again:?}");
        assert_eq!(self.practice.clinic.count(APPOINTMENTS).await?, before);
        Ok(booked.appointments.len())
    }
}
