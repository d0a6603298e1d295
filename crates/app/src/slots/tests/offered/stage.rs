//! A scene as it stands in the database.

use jiff::ToSpan as _;
use kalends_domain::id::{LocationId, ProviderId, ResourceId, ServiceId};
use kalends_domain::need::Need;
use kalends_domain::opening::{PublishMode, Window};
use kalends_domain::permission::Role;
use kalends_domain::template::WeeklyWindow;
use kalends_domain::time::{Interval, LocalTime, Month};
use kalends_store::testing::clinic::{at, id};
use uuid::Uuid;

use super::super::Outcome;
use super::rules::{Needed, Weekly, Who};
use super::scene::{Around, Closing, Scene, Whom};
use crate::appointments::{self, Stepped};
use crate::blocks::{self, BlockInput};
use crate::booking::NewBooking;
use crate::booking::tests::people::{Practice, later};
use crate::closures::{self, NewClosure};
use crate::ctx::Ctx;
use crate::error::AppError;
use crate::idempotency::Once;
use crate::locations::{self, LocationPatch};
use crate::openings::{self, Generate};
use crate::provider_services;
use crate::providers::{self, NewProvider, ProviderPatch};
use crate::resources::{self, ResourcePatch};
use crate::services::{self, ServicePatch};
use crate::templates::{self, NewTemplate};

/// One service at one location of its own, so that scenes are not in each other's way.
pub struct Stage<'s> {
    pub practice: &'s Practice,
    pub scene: &'s Scene,
    /// Who may do everything.
    pub staff: Ctx,
    /// Who comes every time, where it is always the same one.
    pub regular: Ctx,
    pub location: LocationId,
    pub service: ServiceId,
    pub providers: Vec<ProviderId>,
}

fn local(fives: u16) -> Outcome<LocalTime> {
    Ok(LocalTime::new(fives / 12, fives % 12 * 5)?)
}

/// The caller in the scene's present, in an organisation with its settings.
pub fn in_scene(scene: &Scene, ctx: &Ctx) -> Ctx {
    let mut tenant = (*ctx.tenant).clone();
    tenant.settings = scene.rules.settings.clone();
    Ctx {
        tenant: tenant.into(),
        ..later(ctx, scene.now())
    }
}

/// Somebody else of the clinic has seen them.
async fn came_before(practice: &Practice, patient: &Ctx) -> Outcome<()> {
    let (provider, _) = practice.clinic.add_provider(&[practice.clinic.service]).await?;
    let wish = NewBooking {
        provider_id: Some(provider),
        ..practice.wish(at(0))
    };
    let before = practice.book(patient, wish).await?;
    let staff = later(&practice.admin(), before.starts_at);
    appointments::start(&practice.app, &staff, before.id, Stepped::default()).await?;
    appointments::fulfil(&practice.app, &staff, before.id, Stepped::default()).await?;
    Ok(())
}

impl<'s> Stage<'s> {
    pub async fn set(practice: &'s Practice, scene: &'s Scene) -> Outcome<Self> {
        let admin = practice.ctx(Role::Admin, practice.clinic.user, None, None);
        let staff = in_scene(scene, &admin);
        let regular = practice.patient().await?;
        if scene.rules.who == Who::OldPatient {
            came_before(practice, &regular).await?;
        }
        let regular = in_scene(scene, &regular);
        let mut stage = Self {
            practice,
            scene,
            staff,
            regular,
            location: id(),
            service: id(),
            providers: Vec::new(),
        };
        stage.location = stage.add_location().await?;
        stage.add_service().await?;
        for _ in 0..scene.providers {
            stage.add_provider().await?;
        }
        if let Some(way) = scene.rules.own_way.clone() {
            let (app, first) = (&practice.app, stage.providers[0]);
            provider_services::update(app, &stage.staff, stage.service, first, way).await?;
        }
        for block in &scene.blocks {
            stage.block(*block).await?;
        }
        for closing in &scene.closings {
            stage.close(*closing).await?;
        }
        Ok(stage)
    }

    async fn add_location(&self) -> Outcome<LocationId> {
        let location = LocationPatch {
            name: Some(id::<Uuid>().to_string()),
            time_zone: Some(self.scene.zone.name().to_owned()),
            ..LocationPatch::default()
        };
        Ok(
            locations::create(&self.practice.app, &self.staff, location, &Once::unkeyed())
                .await?
                .id,
        )
    }

    async fn add_room(&self, location: LocationId, kind: &str) -> Outcome<ResourceId> {
        let room = ResourcePatch {
            name: Some(id::<Uuid>().to_string()),
            kind: Some(kind.to_owned()),
            location_id: Some(location),
            ..ResourcePatch::default()
        };
        Ok(
            resources::create(&self.practice.app, &self.staff, room, &Once::unkeyed())
                .await?
                .id,
        )
    }

    async fn add_service(&mut self) -> Outcome<()> {
        let rooms = &self.scene.rules.rooms;
        let mut here = Vec::new();
        for kind in &rooms.here {
            here.push(self.add_room(self.location, kind).await?);
        }
        if !rooms.elsewhere.is_empty() {
            let other = self.add_location().await?;
            for kind in &rooms.elsewhere {
                self.add_room(other, kind).await?;
            }
        }
        let need = |needed: &Needed| match needed {
            Needed::Kind(kind) => Need::Kind((*kind).to_owned()),
            Needed::First => Need::Resource(here[0]),
        };
        let service = ServicePatch {
            name: Some(id::<Uuid>().to_string()),
            needs: Some(rooms.needs.iter().map(need).collect()),
            public: Some(!self.scene.rules.private),
            ..self.scene.service.clone()
        };
        self.service = services::create(&self.practice.app, &self.staff, service, &Once::unkeyed())
            .await?
            .id;
        Ok(())
    }

    async fn add_provider(&mut self) -> Outcome<()> {
        let caps = self.scene.rules.provider_caps;
        let profile = ProviderPatch {
            given_name: Some("Eve".into()),
            family_name: Some("Doctor".into()),
            location_ids: Some(vec![self.location]),
            service_ids: Some(vec![self.service]),
            max_per_day: Some(caps.per_day),
            max_per_week: Some(caps.per_week),
            ..ProviderPatch::default()
        };
        let new = NewProvider {
            profile,
            ..NewProvider::default()
        };
        let app = &self.practice.app;
        let provider = providers::create(app, &self.staff, new, &Once::unkeyed()).await?.id;
        let mut windows = Vec::new();
        for (from, to) in &self.scene.windows {
            windows.push(Window {
                from: local(*from)?,
                to: local(*to)?,
            });
        }
        match self.scene.rules.weekly {
            Some(weekly) => self.open_weekly(provider, weekly, &windows).await?,
            None => self.open_month(provider, windows).await?,
        }
        self.providers.push(provider);
        Ok(())
    }

    async fn open_month(&self, provider_id: ProviderId, windows: Vec<Window>) -> Outcome<()> {
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
        openings::generate(&self.practice.app, &self.staff, order, &Once::unkeyed()).await?;
        Ok(())
    }

    /// From the days before the change to those after it.
    async fn open_weekly(&self, provider_id: ProviderId, weekly: Weekly, windows: &[Window]) -> Outcome<()> {
        let zone = &self.scene.zone;
        let change = zone.date_at(self.scene.change);
        let first = change.saturating_sub(5.days()).max(zone.date_at(self.scene.now()));
        let mut of_week = Vec::new();
        for weekday in &self.scene.weekdays {
            for (window, published) in windows.iter().zip(&self.scene.rules.published) {
                of_week.push(WeeklyWindow {
                    weekday: *weekday,
                    window: *window,
                    slot_minutes: Interval::new(self.scene.slot_minutes)?,
                    publication: published.publication(self.service),
                });
            }
        }
        let new = NewTemplate {
            provider_id,
            location_id: None,
            effective_from: Some(first),
            effective_until: Some(change.saturating_add(8.days())),
            every_weeks: weekly.every_weeks,
            windows: of_week,
            dry_run: false,
        };
        templates::create(&self.practice.app, &self.staff, new, &Once::unkeyed()).await?;
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

    /// Closes; what is past or does not exist is left.
    async fn close(&self, closing: Closing) -> Outcome<()> {
        let (starts_at, ends_at) = self.scene.span(closing.time);
        let date = self.scene.zone.date_at(starts_at);
        let new = NewClosure {
            location_id: (closing.whom == Whom::Location).then_some(self.location),
            provider_id: (closing.whom == Whom::Provider).then(|| self.providers[0]),
            starts_at: (!closing.whole_day).then_some(starts_at),
            ends_at: (!closing.whole_day).then_some(ends_at),
            first_date: closing.whole_day.then_some(date),
            ..NewClosure::default()
        };
        // Everybody's day is that of each site, and the sites of other scenes are elsewhere.
        let over = if closing.whole_day && closing.whom == Whom::Everybody {
            true
        } else if closing.whole_day {
            self.scene
                .zone
                .day(date)
                .is_none_or(|day| day.ends_at() <= self.staff.now)
        } else {
            ends_at <= self.staff.now
        };
        match closures::create(&self.practice.app, &self.staff, new, &Once::unkeyed()).await {
            Ok(_) => Ok(()),
            Err(AppError::Invalid(_)) if over => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
