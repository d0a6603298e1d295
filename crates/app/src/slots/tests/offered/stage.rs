//! A scene as it stands in the database, and those who act in it.

use jiff::{Timestamp, ToSpan as _};
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{LocationId, ProviderId, ServiceId};
use kalends_domain::opening::{PublishMode, Window};
use kalends_domain::permission::Role;
use kalends_domain::slot::Candidate;
use kalends_domain::time::{Interval, LocalTime, Month};
use kalends_store::testing::clinic::id;
use uuid::Uuid;

use super::super::{Outcome, Search, nobody};
use super::scene::{Around, Scene};
use crate::blocks::{self, BlockInput};
use crate::booking::NewBooking;
use crate::booking::tests::people::{Practice, later};
use crate::closures::{self, NewClosure};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::locations::{self, LocationPatch};
use crate::openings::{self, Generate};
use crate::providers::{self, NewProvider, ProviderPatch};
use crate::services::{self, ServicePatch};
use crate::slots::{Slot, explain, list_days};

/// One service at one location of its own, so that scenes are not in each other's way.
pub struct Stage<'s> {
    practice: &'s Practice,
    pub scene: &'s Scene,
    staff: Ctx,
    location: LocationId,
    service: ServiceId,
    pub providers: Vec<ProviderId>,
}

fn local(fives: u16) -> Outcome<LocalTime> {
    Ok(LocalTime::new(fives / 12, fives % 12 * 5)?)
}

impl<'s> Stage<'s> {
    pub async fn set(practice: &'s Practice, scene: &'s Scene) -> Outcome<Self> {
        let admin = practice.ctx(Role::Admin, practice.clinic.user, None, None);
        let (app, staff) = (&practice.app, later(&admin, scene.now()));
        let name = id::<Uuid>().to_string();
        let location = LocationPatch {
            name: Some(name.clone()),
            time_zone: Some(scene.zone.name().to_owned()),
            ..LocationPatch::default()
        };
        let location = locations::create(app, &staff, location, &Once::unkeyed()).await?.id;
        let service = ServicePatch {
            name: Some(name),
            ..scene.service.clone()
        };
        let service = services::create(app, &staff, service, &Once::unkeyed()).await?.id;
        let mut stage = Self {
            practice,
            scene,
            staff,
            location,
            service,
            providers: Vec::new(),
        };
        for _ in 0..scene.providers {
            stage.add_provider().await?;
        }
        for block in &scene.blocks {
            stage.block(*block).await?;
        }
        if let Some(closure) = scene.closure {
            stage.close(closure).await?;
        }
        Ok(stage)
    }

    async fn add_provider(&mut self) -> Outcome<()> {
        let profile = ProviderPatch {
            given_name: Some("Eve".into()),
            family_name: Some("Doctor".into()),
            location_ids: Some(vec![self.location]),
            service_ids: Some(vec![self.service]),
            ..ProviderPatch::default()
        };
        let new = NewProvider {
            profile,
            ..NewProvider::default()
        };
        let app = &self.practice.app;
        let provider_id = providers::create(app, &self.staff, new, &Once::unkeyed()).await?.id;
        let mut windows = Vec::new();
        for (from, to) in &self.scene.windows {
            windows.push(Window {
                from: local(*from)?,
                to: local(*to)?,
            });
        }
        let order = Generate {
            provider_id,
            month: Month::of(self.scene.zone.date_at(self.scene.change))?,
            location_id: None,
            weekdays: self.scene.weekdays.clone(),
            windows,
            slot_minutes: Interval::new(self.scene.slot_minutes)?,
            publish_mode: PublishMode::Online,
            dry_run: false,
        };
        openings::generate(app, &self.staff, order, &Once::unkeyed()).await?;
        self.providers.push(provider_id);
        Ok(())
    }

    /// Blocks time of the first provider; what is past or blocked already is left.
    async fn block(&self, time: Around) -> Outcome<()> {
        let (starts_at, ends_at) = self.scene.span(time);
        let block = BlockInput {
            provider_id: self.providers[0],
            starts_at,
            ends_at,
            reason: None,
        };
        match blocks::create(&self.practice.app, &self.staff, block, &Once::unkeyed()).await {
            Ok(_) | Err(AppError::Occupied { .. }) => Ok(()),
            Err(AppError::Invalid(_)) if ends_at <= self.staff.now => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn close(&self, time: Around) -> Outcome<()> {
        let (starts_at, ends_at) = self.scene.span(time);
        let closure = NewClosure {
            location_id: Some(self.location),
            starts_at: Some(starts_at),
            ends_at: Some(ends_at),
            ..NewClosure::default()
        };
        match closures::create(&self.practice.app, &self.staff, closure, &Once::unkeyed()).await {
            Ok(_) => Ok(()),
            Err(AppError::Invalid(_)) if ends_at <= self.staff.now => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What a visitor is offered in the days around the change.
    pub async fn offered(&self) -> Outcome<Vec<Slot>> {
        let day = self.scene.zone.date_at(self.scene.change);
        let search = Search {
            service_id: self.service,
            provider_id: None,
            department_id: None,
            location_id: None,
            patient_id: None,
            ticket_id: None,
            moving: None,
            from: day.checked_sub(2.days())?,
            to: day.checked_add(2.days())?,
            limit: 1,
        };
        let visitor = later(&nobody(self.practice), self.staff.now);
        Ok(list_days(&self.practice.app, &visitor, &search).await?)
    }

    pub async fn explained(&self, provider: ProviderId, starts_at: Timestamp) -> Result<Candidate> {
        let (app, staff) = (&self.practice.app, &self.staff);
        Ok(explain(app, staff, self.service, provider, None, starts_at)
            .await?
            .patients)
    }

    /// A new patient's attempt.
    pub async fn book(&self, provider_id: ProviderId, starts_at: Timestamp) -> Outcome<Result<Appointment>> {
        let patient = later(&self.practice.patient().await?, self.staff.now);
        let wish = NewBooking {
            service_id: self.service,
            provider_id: Some(provider_id),
            ..self.practice.wish(starts_at)
        };
        Ok(self.practice.book(&patient, wish).await)
    }
}
