//! One of the crowd, who wants one thing after the other, by the chance of their own seed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::id::{PatientId, ProviderId, ServiceId};
use kalends_domain::recurrence::{End, Recurrence, Unit};
use kalends_domain::rule::Rule;
use kalends_store::testing::clinic::at;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::super::people::rendered;
use super::House;
use crate::appointments::{Reschedule, Stepped, cancel, reschedule};
use crate::booking::{NewBooking, Overrides, book};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::holds::{HoldRequest, hold};
use crate::idempotency::{Key, Once};
use crate::intake::Answers;
use crate::series::{self, NewSeries};
use crate::visits::{self, NewPart, NewVisit};

pub struct Member {
    house: House,
    chance: StdRng,
    own: Ctx,
    desk: Ctx,
    patient: PatientId,
    services: Vec<ServiceId>,
    keys: usize,
    first: usize,
    /// Every answer with an appointment in it, in the order in which they came.
    pub told: Vec<Appointment>,
    pub done: BTreeMap<&'static str, usize>,
}

/// Nothing, where others were faster or a rule says no; whatever else goes wrong is wrong.
fn unless_refused<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(
            AppError::NotBookable { .. }
            | AppError::SlotTaken { .. }
            | AppError::HoldExpired { .. }
            | AppError::NotAll { .. }
            | AppError::WrongState(_)
            | AppError::Stale,
        ) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Member {
    pub fn new(house: &House, seed: u64, own: Ctx) -> Result<Self> {
        let patient = own.signed_in()?.patient_id.ok_or(AppError::Forbidden)?;
        Ok(Self {
            chance: StdRng::seed_from_u64(seed),
            desk: house.practice.admin(),
            patient,
            own,
            services: house.terms.keys().copied().collect(),
            house: house.clone(),
            keys: 0,
            first: usize::try_from(seed).unwrap_or_default(),
            told: Vec::new(),
            done: BTreeMap::new(),
        })
    }

    pub async fn live(mut self, wishes: usize) -> Result<Self> {
        // Each begins with something else, so that there is some of everything before the house is full.
        for wish in 0..wishes {
            match (self.first + wish) % 12 {
                0..3 => self.book().await?,
                3 => self.hold_and_book().await?,
                4..6 => self.reschedule().await?,
                6..8 => self.cancel().await?,
                8 => self.overbook().await?,
                9 => self.series().await?,
                10 => self.visit().await?,
                _ => self.join().await?,
            }
        }
        Ok(self)
    }

    fn keep(&mut self, what: &'static str, all: impl IntoIterator<Item = Appointment>) {
        let before = self.told.len();
        self.told.extend(all);
        *self.done.entry(what).or_default() += self.told.len() - before;
    }

    /// Today, or on one of the next two days at the same hours.
    fn time(&mut self) -> Timestamp {
        at(15 * self.chance.random_range(0..32) + 24 * 60 * self.chance.random_range(0..3))
    }

    fn service(&mut self) -> ServiceId {
        self.services
            .choose(&mut self.chance)
            .copied()
            .unwrap_or(self.services[0])
    }

    fn doctor(&mut self) -> Option<ProviderId> {
        self.house.doctors.choose(&mut self.chance).copied()
    }

    fn wish(&mut self) -> NewBooking {
        let provider_id = if self.chance.random_bool(0.5) {
            self.doctor()
        } else {
            None
        };
        NewBooking {
            service_id: self.service(),
            provider_id,
            ..self.house.practice.wish(at(0))
        }
    }

    /// Twice with one key, at the same moment.
    async fn book(&mut self) -> Result<()> {
        let starts_at = self.time();
        let wish = NewBooking {
            starts_at,
            ..self.wish()
        };
        self.keys += 1;
        let key = Key {
            caller: self.patient.to_string(),
            operation: "appointments.book",
            key: self.keys.to_string(),
            fingerprint: vec![1],
        };
        let once = Once::new(Some(key), &rendered);
        let app = &self.house.practice.app;
        let (one, other) = tokio::join!(
            book(app, &self.own, wish.clone(), &once),
            book(app, &self.own, wish, &once)
        );
        let mut ids = Vec::new();
        for outcome in [one, other] {
            match outcome {
                Err(AppError::Replayed(answer)) => ids.push(answer.body),
                outcome => {
                    let booked = unless_refused(outcome)?;
                    ids.extend(booked.iter().map(|it| it.id.to_string()));
                    self.keep("booked", booked);
                }
            }
        }
        assert!(ids.iter().all(|id| *id == ids[0]), "one key, but {ids:?}");
        Ok(())
    }

    async fn hold_and_book(&mut self) -> Result<()> {
        let starts_at = self.time();
        let wish = NewBooking {
            starts_at,
            ..self.wish()
        };
        let request = HoldRequest {
            service_id: wish.service_id,
            starts_at,
            provider_id: wish.provider_id,
            location_id: None,
            patient_id: None,
            ticket_id: None,
        };
        let app = &self.house.practice.app;
        let held = unless_refused(hold(app, &self.own, request, &Once::unkeyed()).await)?;
        let Some(held) = held else { return Ok(()) };
        *self.done.entry("held").or_default() += 1;
        // Some leave it lying.
        if self.chance.random_bool(0.8) {
            let wish = NewBooking {
                hold_token: Some(held.token),
                ..wish
            };
            let booked = unless_refused(self.house.practice.book(&self.own, wish).await)?;
            assert!(booked.is_some(), "a held time was refused");
            self.keep("booked", booked);
        }
        Ok(())
    }

    fn any(&mut self) -> Option<Appointment> {
        self.told.choose(&mut self.chance).cloned()
    }

    async fn reschedule(&mut self) -> Result<()> {
        let Some(of) = self.any() else { return Ok(()) };
        let to = Reschedule {
            starts_at: self.time(),
            provider_id: self.doctor(),
            location_id: None,
            overrides: Overrides::default(),
            expected: None,
            range: Range::This,
        };
        let moved = reschedule(&self.house.practice.app, &self.own, of.id, to).await;
        // Those of a visit that is over in part, or of which something would be on another day, move on their own terms.
        let moved = match moved {
            Err(AppError::Invalid(_)) if of.together.is_some() => None,
            moved => unless_refused(moved)?,
        };
        if of.together.is_none() {
            self.keep("moved", moved);
        } else {
            self.look_again(&of).await?;
        }
        Ok(())
    }

    async fn cancel(&mut self) -> Result<()> {
        let Some(of) = self.any() else { return Ok(()) };
        let off = cancel(&self.house.practice.app, &self.own, of.id, Stepped::default()).await;
        let off = unless_refused(off)?;
        if of.together.is_none() {
            self.keep("cancelled", off);
        } else {
            self.look_again(&of).await?;
        }
        Ok(())
    }

    /// All that it was booked together with may have gone along.
    async fn look_again(&mut self, of: &Appointment) -> Result<()> {
        let with: Vec<_> = self.told.iter().filter(|it| it.together == of.together).collect();
        let mut ids: Vec<_> = with.iter().map(|it| it.id).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let app = &self.house.practice.app;
            let now = crate::appointments::get(app, &self.desk, id).await?.appointment;
            self.told.push(now);
        }
        Ok(())
    }

    async fn overbook(&mut self) -> Result<()> {
        let wish = NewBooking {
            service_id: self.service(),
            starts_at: self.time(),
            provider_id: self.doctor(),
            patient_id: Some(self.patient),
            overrides: Overrides {
                rules: vec![Rule::Taken],
                reason: Some("In pain".into()),
            },
            ..self.house.practice.wish(at(0))
        };
        let booked = unless_refused(self.house.practice.book(&self.desk, wish).await)?;
        let over = booked.as_ref().is_some_and(|it| !it.overrides.is_empty());
        self.keep(if over { "overbooked" } else { "booked" }, booked);
        Ok(())
    }

    async fn series(&mut self) -> Result<()> {
        let new = NewSeries {
            service_id: self.service(),
            starts_at: self.time(),
            provider_id: self.doctor(),
            location_id: self.house.practice.clinic.location,
            patient_id: self.patient,
            recurrence: Recurrence {
                every: 1,
                unit: Unit::Days,
                weekdays: Vec::new(),
                end: End::Count(3),
            },
            instead: Vec::new(),
            skip_conflicts: self.chance.random_bool(0.5),
            reason: None,
            answers: Answers::default(),
            overrides: Overrides::default(),
        };
        let app = &self.house.practice.app;
        let booked = unless_refused(series::book(app, &self.desk, new, &Once::unkeyed()).await)?;
        self.keep("in a series", booked.into_iter().flat_map(|it| it.appointments));
        Ok(())
    }

    async fn visit(&mut self) -> Result<()> {
        let first = self.time();
        let part = |service_id, starts_at| NewPart {
            service_id,
            starts_at,
            provider_id: None,
            answers: Answers::default(),
        };
        let then = first + jiff::SignedDuration::from_mins(60);
        let visit = NewVisit {
            parts: vec![part(self.service(), first), part(self.service(), then)],
            location_id: self.house.practice.clinic.location,
            patient_id: None,
            reason: None,
            overrides: Overrides::default(),
        };
        let app = &self.house.practice.app;
        let booked = match visits::book(app, &self.own, visit, &Once::unkeyed()).await {
            // The last one of the day would end on the next.
            Err(AppError::Invalid(_)) => None,
            booked => unless_refused(booked)?,
        };
        self.keep("in a visit", booked.into_iter().flat_map(|it| it.appointments));
        Ok(())
    }

    /// A class, at one of few times.
    async fn join(&mut self) -> Result<()> {
        let class = self.house.terms.iter().find(|(_, terms)| terms.seats > 1);
        let wish = NewBooking {
            service_id: class.map_or(self.services[0], |(id, _)| *id),
            provider_id: Some(self.house.doctors[0]),
            ..self.house.practice.wish(at(120 * self.chance.random_range(0..4)))
        };
        let booked = unless_refused(self.house.practice.book(&self.own, wish).await)?;
        self.keep("booked", booked);
        Ok(())
    }
}
