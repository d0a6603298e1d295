//! What people want: a time, several, or one day when there is one.

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_domain::id::{ProviderId, ServiceId};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::recurrence::{End, Recurrence, Unit};
use kalends_domain::waitlist::OfferState;
use rand::RngExt as _;
use rand::seq::IndexedRandom as _;

use super::{Life, unless_refused};
use crate::booking::{NewBooking, Overrides};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::intake::Answers;
use crate::series::{self, NewSeries};
use crate::slots::{self, Slot};
use crate::visits::{self, NewPart, NewVisit, VisitSearch, WantedPart};
use crate::waitlist::{self, NewEntry};

impl Life {
    /// Somebody books what suits them, or waits for it.
    pub async fn book(&mut self, today: Date) -> Result<()> {
        let patient_id = self.somebody();
        let ctx = self.patient(patient_id);
        let service_id = *self.services.choose(&mut self.chance).unwrap_or(&self.talk);
        let search = self.search(service_id, None, today);
        let found = slots::list(&self.practice.app, &ctx, &search).await?;
        // Some want one doctor and no other.
        let picky = self.chance.random_bool(0.1);
        let favourite = self.doctors.choose(&mut self.chance).copied();
        let suits: Vec<&Slot> = found
            .iter()
            .filter(|slot| !picky || Some(slot.provider_id) == favourite)
            .collect();
        let Some(slot) = suits.choose(&mut self.chance) else {
            return self.wait(&ctx, service_id, favourite.filter(|_| picky), today).await;
        };
        let wish = NewBooking {
            service_id,
            provider_id: Some(slot.provider_id),
            ..self.practice.wish(slot.starts_at)
        };
        let booked = unless_refused(self.practice.book(&ctx, wish).await)?;
        // What was offered a moment ago, and nobody else was there.
        assert!(booked.is_some(), "{slot:?} was offered and refused");
        self.keep("booked", booked);
        Ok(())
    }

    pub async fn wait(
        &mut self,
        ctx: &Ctx,
        service_id: ServiceId,
        with: Option<ProviderId>,
        today: Date,
    ) -> Result<()> {
        let entry = NewEntry {
            patient_id: None,
            service_id,
            provider_ids: with.into_iter().collect(),
            location_id: None,
            weekdays: Vec::new(),
            local_from: None,
            local_to: None,
            from: None,
            until: today.saturating_add(14.days()),
            note: None,
        };
        match waitlist::join(&self.practice.app, ctx, entry, &Once::unkeyed()).await {
            Ok(_) => self.count("waiting", 1),
            // They wait for it already, or nobody whom they want gives it.
            Err(AppError::Invalid(_) | AppError::InUse | AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// What is offered to those who wait is taken, declined or forgotten.
    pub async fn answer_offers(&mut self) -> Result<()> {
        let page = PageRequest {
            limit: MAX_LIMIT,
            ..PageRequest::default()
        };
        let waiting = waitlist::list(&self.practice.app, &self.admin(), &page, waitlist::Query::default()).await?;
        for entry in waiting.items {
            let ctx = self.patient(entry.named.entry.patient_id);
            for offer in entry
                .offers
                .iter()
                .filter(|offer| offer.state(ctx.now) == OfferState::Open)
            {
                let app = &self.practice.app;
                if self.chance.random_bool(0.6) {
                    let with = waitlist::offers::Accepted {
                        reason: None,
                        answers: Answers::default(),
                    };
                    let taken = waitlist::offers::accept(app, &ctx, offer.id, with, &Once::unkeyed()).await;
                    let taken = unless_refused(taken)?;
                    self.keep("offers taken", taken);
                } else if self.chance.random_bool(0.5) {
                    match waitlist::offers::decline(app, &ctx, offer.id).await {
                        Ok(()) => self.count("offers declined", 1),
                        Err(AppError::NotFound) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(())
    }

    pub async fn book_series(&mut self) -> Result<()> {
        let today = self.now();
        let (service_id, patient_id) = (self.therapy, self.somebody());
        let search = self.search(service_id, None, self.date(today));
        let admin = self.admin();
        let found = slots::list(&self.practice.app, &admin, &search).await?;
        let Some(slot) = found.choose(&mut self.chance) else {
            return Ok(());
        };
        let new = NewSeries {
            service_id,
            starts_at: slot.starts_at,
            provider_id: Some(slot.provider_id),
            location_id: slot.location_id,
            patient_id,
            recurrence: Recurrence {
                every: 1,
                unit: Unit::Weeks,
                weekdays: Vec::new(),
                end: End::Count(6),
            },
            instead: Vec::new(),
            skip_conflicts: self.chance.random_bool(0.5),
            reason: None,
            answers: Answers::default(),
            overrides: Overrides::default(),
        };
        let booked = unless_refused(series::book(&self.practice.app, &admin, new, &Once::unkeyed()).await)?;
        self.keep("in series", booked.into_iter().flat_map(|it| it.appointments));
        Ok(())
    }

    pub async fn book_visit(&mut self, today: Date) -> Result<()> {
        let patient_id = self.somebody();
        let ctx = self.patient(patient_id);
        let part = |service_id| WantedPart {
            service_id,
            provider_id: None,
        };
        let search = VisitSearch {
            parts: vec![part(self.therapy), part(self.talk)],
            location_id: self.practice.clinic.location,
            patient_id: None,
            moving: None,
            from: today,
            to: today.saturating_add(4.days()),
            limit: 20,
        };
        let found = visits::list(&self.practice.app, &ctx, &search).await?;
        let Some(slot) = found.choose(&mut self.chance) else {
            return Ok(());
        };
        let part = |part: &visits::Part| NewPart {
            service_id: part.service_id,
            starts_at: part.starts_at,
            provider_id: Some(part.provider_id),
            answers: Answers::default(),
        };
        let new = NewVisit {
            parts: slot.parts.iter().map(part).collect(),
            location_id: slot.location_id,
            patient_id: None,
            reason: None,
            overrides: Overrides::default(),
        };
        let booked = unless_refused(visits::book(&self.practice.app, &ctx, new, &Once::unkeyed()).await)?;
        assert!(booked.is_some(), "{slot:?} was offered and refused");
        self.keep("in visits", booked.into_iter().flat_map(|it| it.appointments));
        Ok(())
    }
}
